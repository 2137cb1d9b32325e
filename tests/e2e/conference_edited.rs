//! A conference whose event somebody else has spoiled or changed.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::conference_life::{axe_is_silent, begins_anew, running};
use crate::scene::{Scene, WIDGETS, are_in};

const KEY: &str = "gardenclubgardenclubgard";

/// As Chat Web writes it, of this meeting on this server.
fn event(domain: &str, name: &str) -> Value {
    json!({
        "type": "jitsi", "name": "Jitsi", "id": KEY,
        "url": format!("https://app.element.io/jitsi.html?confId={name}#conferenceDomain=$domain&conferenceId=$conferenceId"),
        "data": { "domain": domain, "conferenceId": name, "isAudioOnly": false, "roomName": "Garden club" },
    })
}

/// `mobile.md` 4.4, V11: browsers go nowhere, and Chat Android goes to a server of its own.
#[tokio::test]
async fn a_conference_whose_server_can_t_be_read_is_mended_by_a_new_one() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &event("", "JitsiGarden")).await?;

    // Bob may not mend it, and there is no way in.
    let at_bob = scene.seat(&bob, &room).await?;
    at_bob.sees("This conference names no usable Meet server").await?;
    at_bob.press("video").await?;
    at_bob.sees("People would end up in different meetings").await?;
    at_bob.sees("Chat Android: meet.jit.si").await?;
    axe_is_silent(&at_bob, "unreadable").await?;
    let buttons = "return [...document.querySelectorAll('.meet-card button')].map(button => button.textContent.trim())";
    assert_eq!(at_bob.browser.run::<Vec<String>>(buttons, Vec::new()).await?, ["Not now"]);
    at_bob.press_words("Not now").await?;

    let at_alice = scene.seat(&alice, &room).await?;
    begins_anew(&at_alice, &scene.domain).await?;
    let running = running(&alice, &room).await?;
    assert_eq!(running.len(), 1, "{running:?}");
    assert_eq!(running[0]["content"]["data"]["domain"], json!(scene.domain));
    at_bob.enters("video").await?;
    at_alice.decodes_from(1).await?;
    scene.is_left_by(&[&at_alice, &at_bob]).await
}

/// `mobile.md` 4.3, C8: who is in it would stay behind and never know.
#[tokio::test]
async fn who_is_in_a_conference_that_is_edited_is_offered_the_move() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &event(&scene.domain, "JitsiGarden")).await?;
    let seat = scene.seat(&bob, &room).await?;
    seat.enters("video").await?;

    alice.set_state(&room, WIDGETS, KEY, &event(&scene.domain, "JitsiOrchard")).await?;
    seat.sees(&format!("Who joins it now meets elsewhere, on {}.", scene.domain)).await?;
    seat.is_in().await?;
    seat.browser.page().click("[data-act=move]").await?;
    are_in(&scene.meet, "JitsiOrchard", 1).await.context("Bob has moved")?;
    seat.is_in().await?;

    alice.set_state(&room, WIDGETS, KEY, &event("meet.elsewhere.example", "JitsiOrchard")).await?;
    seat.sees("Who joins it now meets elsewhere, on meet.elsewhere.example.").await?;
    seat.browser.page().click("[data-act=move]").await?;
    seat.sees("This conference takes place on meet.elsewhere.example").await?;
    seat.has_no_frame().await?;
    seat.press_words("Not now").await?;
    scene.nothing_is_left(&[&seat]).await
}
