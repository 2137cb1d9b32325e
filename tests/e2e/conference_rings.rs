//! A conference that somebody begins rings at the others, whichever client began it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use xtask::bed::{Person, percent_encode};

use crate::call_settings::{closes_settings, opens_settings};
use crate::calls::OBSERVER;
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::web;

const RING: &str = ".meet-conference-ring";
const KEY: &str = "gardenclubgardenclubgard";

/// At a page whose sounds are noted.
async fn seat_that_is_heard(scene: &Scene, person: &Person, room: &str) -> anyhow::Result<Seat> {
    seat_with(scene, person, room, OBSERVER).await
}

/// At a page before whose own scripts this one runs.
async fn seat_with(scene: &Scene, person: &Person, room: &str, script: &str) -> anyhow::Result<Seat> {
    let seat = scene.seat(person, room).await?;
    seat.browser.before_every_page(script).await?;
    seat.browser.open(&seat.pages.origin()).await?;
    seat.open_room(room).await?;
    Ok(seat)
}

pub(crate) async fn rings(seat: &Seat) -> anyhow::Result<()> {
    seat.browser.page().shown(RING).await.map(drop)
}

pub(crate) async fn is_quiet(seat: &Seat) -> anyhow::Result<()> {
    seat.browser.becomes::<bool>(&format!("!document.querySelector('{RING}')")).await.map(drop)
}

pub(crate) async fn press(seat: &Seat, act: &str) -> anyhow::Result<()> {
    seat.browser.page().click(&format!("{RING} [data-act={act}]")).await
}

/// Nothing rings before an answer to what came after it is seen.
pub(crate) async fn did_not_ring(seat: &Seat, by: &Person, room: &str) -> anyhow::Result<()> {
    let word = format!("{} has spoken", by.user_id);
    by.send_text(room, &word).await?;
    seat.sees(&word).await?;
    is_quiet(seat).await
}

#[tokio::test]
async fn a_new_conference_rings_once_and_one_press_leads_in() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let (at_bob, at_carol) = tokio::try_join!(scene.seat(&bob, &room), seat_that_is_heard(&scene, &carol, &room))?;
    let event = web(&scene.domain);
    alice.set_state(&room, WIDGETS, KEY, &event).await?;
    tokio::try_join!(rings(&at_bob), rings(&at_carol))?;
    at_carol.browser.becomes::<bool>("window.observer.sounds().length > 0").await?;
    at_bob.sees("Alice has started a conference").await?;
    axe_is_silent(&at_bob, "conference-ring").await?;

    press(&at_bob, "join").await?;
    at_bob.is_in().await?;
    is_quiet(&at_bob).await?;
    press(&at_carol, "decline").await?;
    is_quiet(&at_carol).await?;
    at_carol.sees("A conference is running").await?;

    // An edit is no new one.
    let mut edited = event.clone();
    edited["name"] = json!("Jitsi again");
    alice.set_state(&room, WIDGETS, KEY, &edited).await?;
    did_not_ring(&at_carol, &alice, &room).await?;

    // Ended and begun anew, it is; and its end ends the ring.
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    at_bob.has_no_frame().await?;
    alice.set_state(&room, WIDGETS, KEY, &event).await?;
    rings(&at_carol).await?;
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    is_quiet(&at_carol).await?;
    scene.nothing_is_left(&[&at_bob, &at_carol]).await
}

/// How often something sounded so far.
async fn sounds(seat: &Seat) -> anyhow::Result<usize> {
    seat.browser.run("return window.observer.sounds().length", Vec::new()).await
}

/// Begins the conference anew; it rings, and something sounds or nothing does.
async fn rings_anew(seat: &Seat, by: &Person, room: &str, event: &Value, loud: bool) -> anyhow::Result<()> {
    by.set_state(room, WIDGETS, KEY, &json!({})).await?;
    is_quiet(seat).await?;
    let before = sounds(seat).await?;
    by.set_state(room, WIDGETS, KEY, event).await?;
    rings(seat).await?;
    if loud {
        return seat.browser.becomes::<bool>(&format!("window.observer.sounds().length > {before}")).await.map(drop);
    }
    // What is heard at all is heard at once.
    tokio::time::sleep(Duration::from_secs(2)).await;
    rings(seat).await?;
    assert_eq!(sounds(seat).await?, before, "it was heard");
    Ok(())
}

/// Tells the person's browser whether it is not to disturb, as another client of theirs does (MSC3890), and waits until it has heard of it.
async fn silences(person: &Person, seat: &Seat, room: &str, silenced: bool) -> anyhow::Result<()> {
    let devices = person.request(Method::GET, "client/v3/devices", None).await?;
    let ids = devices["devices"].as_array().into_iter().flatten().filter_map(|device| device["device_id"].as_str());
    let browser = ids.filter(|id| *id != person.device_id).collect::<Vec<_>>();
    let [browser] = browser[..] else { anyhow::bail!("one browser, not {browser:?}") };
    let kind = format!("org.matrix.msc3890.local_notification_settings.{browser}");
    person.set_account_data(&kind, &json!({ "is_silenced": silenced })).await?;
    let word = format!("silenced: {silenced}");
    person.send_text(room, &word).await?;
    seat.sees(&word).await
}

#[tokio::test]
async fn who_wants_no_sound_or_is_not_to_be_disturbed_sees_a_ring_and_hears_none() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = seat_that_is_heard(&scene, &bob, &room).await?;
    let event = web(&scene.domain);
    let anew = async |loud| rings_anew(&seat, &alice, &room, &event, loud).await;
    anew(true).await?;

    chooses_sound(&seat, "off").await?;
    anew(false).await?;
    chooses_sound(&seat, "always").await?;
    anew(true).await?;

    silences(&bob, &seat, &room, true).await?;
    anew(false).await?;
    silences(&bob, &seat, &room, false).await?;
    anew(true).await?;
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    is_quiet(&seat).await?;
    scene.nothing_is_left(&[&seat]).await
}

/// Chooses in the settings when a ring is heard.
async fn chooses_sound(seat: &Seat, sound: &str) -> anyhow::Result<()> {
    opens_settings(seat).await?;
    seat.chooses(".meet-settings section:has([data-set=ring]) select", sound).await?;
    closes_settings(seat).await
}

/// Lets every event be as much older as the page says, as if the homeserver had heard of it earlier.
const OLDER: &str = "{ const fetch = window.fetch; window.older = 0; \
     window.fetch = async (...given) => { \
       const answer = await fetch(...given); \
       if (!answer.ok || !answer.url.includes('/sync')) return answer; \
       const said = await answer.text(); \
       const { status, headers } = answer; \
       return new Response(said.replace(/\"age\":(\\d+)/g, (_, age) => `\"age\":${Number(age) + window.older}`), { status, headers }); \
     } }";

#[tokio::test]
async fn a_conference_that_began_a_minute_before_it_is_heard_of_does_not_ring() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = seat_with(&scene, &bob, &room, OLDER).await?;
    for (older, is_rung) in [(60_500, false), (50_000, true)] {
        seat.browser.run::<Value>("window.older = arguments[0]; return null", vec![json!(older)]).await?;
        alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
        seat.sees("A conference is running").await?;
        if is_rung {
            rings(&seat).await?;
        } else {
            did_not_ring(&seat, &alice, &room).await?;
        }
        alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
        is_quiet(&seat).await?;
        seat.browser.becomes::<bool>("!document.body.innerText.includes('A conference is running')").await?;
    }
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn a_muted_room_and_somebody_who_is_ignored_do_not_ring() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let rule = format!("v3/pushrules/global/override/{}", percent_encode(&room));
    let mute = json!({ "conditions": [{ "kind": "event_match", "key": "room_id", "pattern": room }], "actions": [] });
    bob.request(Method::PUT, &format!("client/{rule}"), Some(&mute)).await?;
    let ignored = json!({ "ignored_users": { alice.user_id.clone(): {} } });
    carol.set_account_data("m.ignored_user_list", &ignored).await?;
    let (at_bob, at_carol) = tokio::try_join!(scene.seat(&bob, &room), scene.seat(&carol, &room))?;

    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    at_bob.sees("A conference is running").await?;
    did_not_ring(&at_bob, &carol, &room).await?;
    did_not_ring(&at_carol, &bob, &room).await?;

    // The very same, once the room is to be heard again.
    bob.request(Method::DELETE, &format!("client/{rule}"), None).await?;
    alice.set_state(&room, WIDGETS, KEY, &json!({})).await?;
    at_bob.browser.becomes::<bool>("!document.body.innerText.includes('A conference is running')").await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    rings(&at_bob).await?;
    scene.nothing_is_left(&[&at_bob, &at_carol]).await
}
