//! A conference lives in its room: who agreed to its server, where everybody would land, two that begin at once, and its end.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use xtask::bed::Person;

use crate::axe;
use crate::browser::{LOOKS, WAIT, until};
use crate::scene::{Scene, Seat, WIDGETS, are_in};
use crate::written::{WEB_CONFERENCE, web, web_with_sign_in};

const KEY: &str = "gardenclubgardenclubgard";
/// Whether the page shows a button that copies a conference's address.
const COPY: &str = "[...document.querySelectorAll('button')].some(button => button.textContent.trim() === 'Copy link' && button.checkVisibility())";
/// Where consent is kept, as Chat Android and Chat iOS have it (`mobile.md` 4.1).
pub(crate) const ALLOWED: &str = "im.vector.setting.allowed_widgets";

/// The widgets of a room that run.
pub(crate) async fn running(person: &Person, room: &str) -> anyhow::Result<Vec<Value>> {
    let mut events = person.state_of_type(room, WIDGETS).await?;
    events.retain(|event| event["content"]["url"].is_string());
    Ok(events)
}

/// A page of a site that has chosen another Meet server.
pub(crate) async fn elsewhere(scene: &Scene, person: &Person, room: &str) -> anyhow::Result<Seat> {
    let pages = scene.pages_with(&scene.config("meet.elsewhere.example")).await?;
    scene.seat_at(person, room, pages).await
}

/// On a desk and on a phone, in both looks; with a picture of each.
pub(crate) async fn axe_is_silent(seat: &Seat, what: &str) -> anyhow::Result<()> {
    for look in LOOKS {
        seat.browser.looks(look).await?;
        let found = axe::findings(seat.browser.page(), &["page-has-heading-one", "landmark-one-main"]).await?;
        anyhow::ensure!(found.is_empty(), "{}: {found:#?}", look.name(what));
        seat.browser.screenshot(&look.name(what)).await?;
    }
    Ok(())
}

/// Presses the button, and ends what leads people apart for a new one on this server.
pub(crate) async fn begins_anew(seat: &Seat, domain: &str) -> anyhow::Result<()> {
    seat.press("video").await?;
    seat.press_words(&format!("End it and start a new one on {domain}")).await?;
    seat.is_in().await
}

/// Waits for the question whether it is to end for everyone, and until a press answers it. The question has the same words on its
/// button: the second click of a double click does not answer it.
pub(crate) async fn is_asked_about_the_end(seat: &Seat) -> anyhow::Result<()> {
    seat.sees("End this conference for everyone, also for those who are still in it?").await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    Ok(())
}

#[tokio::test]
async fn consent_is_asked_once_and_kept_where_every_client_reads_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    // What other clients have left there stays.
    let before = json!({
        "native_widgets": { "jitsi": { "meet.other.example": true } }, "widgets": { "$other": true }, "org.example.key": [1],
    });
    bob.set_account_data(ALLOWED, &before).await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    let seat = elsewhere(&scene, &bob, &room).await?;

    seat.press("video").await?;
    seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    says_who_and_what(&seat, &alice, &scene.domain).await?;
    let token = gives_a_token(&scene.domain);
    assert!(!seat.browser.becomes::<String>("document.body.innerText").await?.contains(&token), "nobody asks for one");
    seat.browser.becomes::<bool>("!document.querySelector('.meet-conference-ring')").await?;
    axe_is_silent(&seat, "consent").await?;
    seat.press_words("Not now").await?;
    assert_eq!(bob.account_data(ALLOWED).await?, Some(before), "declining says nothing");
    seat.press("video").await?;
    seat.press_words(&format!("Join on {}", scene.domain)).await?;
    seat.is_in().await?;
    let kept = until("consent is kept", WAIT, async || {
        let kept = bob.account_data(ALLOWED).await?.unwrap_or_default();
        Ok((kept["native_widgets"]["m.jitsi"][&scene.domain] == true).then_some(kept))
    })
    .await?;
    assert_eq!(kept["native_widgets"]["jitsi"]["meet.other.example"], true, "{kept}");
    assert_eq!((&kept["widgets"]["$other"], &kept["org.example.key"]), (&json!(true), &json!([1])), "{kept}");

    // From now on straight in.
    seat.leaves().await?;
    seat.browser.open(&seat.pages.origin()).await?;
    seat.open_room(&room).await?;
    seat.enters("video").await?;
    scene.is_left_by(&[&seat]).await
}

/// Who added it, and what is shared with this server in any case.
async fn says_who_and_what(seat: &Seat, who: &Person, domain: &str) -> anyhow::Result<()> {
    seat.sees(&format!("({}) started it. Your site did not choose this server.", who.user_id)).await?;
    let shares =
        "Joining shares your name, your avatar, your network address and what your camera and microphone pick up with";
    seat.sees(&format!("{shares} {domain}. Nothing is loaded from there before you join.")).await
}

fn gives_a_token(domain: &str) -> String {
    format!("{domain} also gets a token by which your homeserver confirms who you are.")
}

#[tokio::test]
async fn a_conference_that_asks_who_one_is_says_so_before_it_is_told() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &web_with_sign_in(&scene.domain)).await?;
    let seat = elsewhere(&scene, &bob, &room).await?;
    seat.press("video").await?;
    seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    says_who_and_what(&seat, &alice, &scene.domain).await?;
    seat.sees(&gives_a_token(&scene.domain)).await?;
    assert!(scene.meet.rooms().opened.is_empty(), "nothing is loaded before a press");
    seat.press_words(&format!("Join on {}", scene.domain)).await?;
    seat.meet().becomes::<bool>("!!window.standIn").await?;
    let opened = scene.meet.rooms().opened;
    assert!(opened.iter().all(|opened| opened.url.contains("jwt=")) && opened.len() == 1, "{opened:?}");
    seat.is_in().await?;
    scene.is_left_by(&[&seat]).await
}

/// `mobile.md` 4.4, V6: Android takes a word for a truth value as no answer, and goes to its own server.
#[tokio::test]
async fn who_would_land_elsewhere_is_said_before_and_can_be_mended() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let [mut split, mut with_sign_in] = [web(&scene.domain), web_with_sign_in(&scene.domain)];
    for split in [&mut split, &mut with_sign_in] {
        split["data"]["isAudioOnly"] = json!("false");
    }

    // Who is to prove who they are has nothing of an address.
    alice.set_state(&room, WIDGETS, KEY, &with_sign_in).await?;
    let at_bob = scene.seat(&bob, &room).await?;
    at_bob.press("video").await?;
    at_bob.sees("People would end up in different meetings").await?;
    assert!(!at_bob.browser.run::<bool>(&format!("return {COPY}"), Vec::new()).await?);

    // Bob may not mend it.
    alice.set_state(&room, WIDGETS, KEY, &split).await?;
    at_bob.browser.becomes::<bool>(COPY).await?;
    at_bob.sees("Chat Android: meet.element.io").await?;
    axe_is_silent(&at_bob, "split").await?;
    at_bob.press_words("Copy link").await?;
    at_bob.sees(&format!("https://{}/{WEB_CONFERENCE}", scene.domain)).await?;
    assert!(scene.meet.rooms().opened.is_empty());
    let repair = "[...document.querySelectorAll('button')].some(button => button.textContent.trim().startsWith('End it and start a new one'))";
    assert!(!at_bob.browser.run::<bool>(&format!("return {repair}"), Vec::new()).await?);
    at_bob.press_words("Join anyway").await?;
    at_bob.is_in().await?;

    // Alice may: the old one ends for everybody, and there is one that takes all to one place.
    let at_alice = scene.seat(&alice, &room).await?;
    begins_anew(&at_alice, &scene.domain).await?;
    at_bob.has_no_frame().await?;
    let running = running(&alice, &room).await?;
    assert_eq!(running.len(), 1, "{running:?}");
    assert_ne!(running[0]["state_key"], KEY);
    at_bob.enters("video").await?;
    at_alice.decodes_from(1).await?;
    scene.is_left_by(&[&at_alice, &at_bob]).await
}

/// Each event of the timeline that put a widget into the room, oldest first.
async fn begun(person: &Person, room: &str) -> anyhow::Result<Vec<Value>> {
    let mut events = person.messages(room).await?;
    events.retain(|event| event["type"] == WIDGETS && event["content"]["url"].is_string());
    Ok(events)
}

#[tokio::test]
async fn two_who_press_at_once_are_in_one_conference() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_level_for(&room, WIDGETS, 0).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    let mut tries = 1..=5;
    // One that is pressed after the other's event came joins, which shows nothing: then once more.
    let elder = loop {
        tries.next().context("the presses were never at the same moment")?;
        let before = begun(&alice, &room).await?.len();
        tokio::try_join!(at_alice.press("video"), at_bob.press("video"))?;
        tokio::try_join!(at_alice.is_in(), at_bob.is_in())?;
        let mut begun = begun(&alice, &room).await?.split_off(before);
        begun.sort_by_key(|event| (event["origin_server_ts"].as_u64(), event["event_id"].to_string()));
        match &begun[..] {
            [elder, younger] => {
                assert_ne!(elder["state_key"], younger["state_key"]);
                assert_ne!(elder["sender"], younger["sender"]);
                break elder["state_key"].clone();
            }
            [one] => {
                tokio::try_join!(at_alice.leaves(), at_bob.leaves())?;
                alice.set_state(&room, WIDGETS, one["state_key"].as_str().context("a key")?, &json!({})).await?;
                for seat in [&at_alice, &at_bob] {
                    let starts =
                        "document.querySelector('button[data-kind=video]')?.ariaLabel === 'Start a video conference'";
                    seat.browser.becomes::<bool>(starts).await?;
                }
            }
            _ => anyhow::bail!("one or two, not {begun:#?}"),
        }
    };
    let widget = until("one conference is left", WAIT, async || {
        let mut running = running(&alice, &room).await?;
        Ok(if running.len() == 1 { running.pop() } else { None })
    })
    .await?;
    assert_eq!(widget["state_key"], elder);
    let conference = widget["content"]["data"]["conferenceId"].as_str().context("a name")?.to_owned();
    are_in(&scene.meet, &conference, 2).await?;
    at_alice.decodes_from(1).await?;
    at_bob.decodes_from(1).await?;
    scene.is_left_by(&[&at_alice, &at_bob]).await
}

#[tokio::test]
async fn leaving_is_for_oneself_and_the_end_for_everyone() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.sees("Bob").await?;

    at_bob.leaves().await?;
    at_bob.sees("A conference is running").await?;
    assert_eq!(running(&carol, &room).await?.len(), 1, "it goes on");
    at_bob.enters("voice").await?;

    at_alice.press_words("End for everyone").await?;
    is_asked_about_the_end(&at_alice).await?;
    axe_is_silent(&at_alice, "end-for-everyone").await?;
    at_alice.browser.page().click("[data-act=end-confirmed]").await?;
    at_alice.has_no_frame().await?;
    at_bob.has_no_frame().await?;
    at_bob.sees("ended for everyone").await?;
    assert!(running(&carol, &room).await?.is_empty());
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// The stable event type counts as much as the old one: what stays under either would go on for somebody.
#[tokio::test]
async fn the_end_for_everyone_blanks_it_under_both_event_types() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let kinds = [WIDGETS, "m.widget"];
    for kind in kinds {
        alice.set_state(&room, kind, KEY, &web(&scene.domain)).await?;
    }
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.press_words("End for everyone").await?;
    is_asked_about_the_end(&at_alice).await?;
    at_alice.browser.page().click("[data-act=end-confirmed]").await?;
    at_alice.has_no_frame().await?;
    at_bob.sees("ended for everyone").await?;
    for kind in kinds {
        until(&format!("{kind} is blank"), WAIT, async || {
            let content = bob.state(&room, kind, KEY).await?.context("the event")?;
            Ok((content == json!({})).then_some(()))
        })
        .await?;
    }
    at_alice.browser.becomes::<bool>("!document.body.innerText.includes('A conference is running')").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// `mobile.md` 4.4, V15: phones take any of several.
#[tokio::test]
async fn conferences_beside_each_other_are_named_and_whoever_may_ends_them() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    let mut other = web("meet.elsewhere.example");
    other["data"]["conferenceId"] = json!("JitsiElsewhere");
    alice.set_state(&room, WIDGETS, "elsewhereelsewhereelsewh", &other).await?;
    let says = "Alice has started another one on meet.elsewhere.example. Phones may join that one.";
    at_bob.sees(says).await?;
    at_alice.sees(says).await?;
    axe_is_silent(&at_alice, "beside").await?;
    let ends = "document.querySelectorAll('.meet-stage [data-act=end]')";
    assert_eq!(at_bob.browser.run::<u64>(&format!("return {ends}.length"), Vec::new()).await?, 0, "Bob may not");
    at_alice.browser.run::<Value>(&format!("{ends}[1].click(); return null"), Vec::new()).await?;
    is_asked_about_the_end(&at_alice).await?;
    at_alice.browser.page().click("[data-act=end-confirmed]").await?;
    at_bob.browser.becomes::<bool>(&format!("!document.body.innerText.includes({})", json!(says))).await?;
    let running = running(&alice, &room).await?;
    assert_eq!((running.len(), &running[0]["state_key"]), (1, &json!(KEY)), "the one that everybody joins stays");
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}
