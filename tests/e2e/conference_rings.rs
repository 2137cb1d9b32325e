//! A conference that somebody begins rings at the others, whichever client began it.

use reqwest::Method;
use serde_json::json;
use xtask::bed::{Person, percent_encode};

use crate::calls::OBSERVER;
use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::web;

const RING: &str = ".meet-conference-ring";
const KEY: &str = "gardenclubgardenclubgard";

/// At a page whose sounds are noted.
async fn seat_that_is_heard(scene: &Scene, person: &Person, room: &str) -> anyhow::Result<Seat> {
    let seat = scene.seat(person, room).await?;
    seat.browser.before_every_page(OBSERVER).await?;
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
