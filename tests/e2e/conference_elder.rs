//! Two conferences that began at the same moment: whoever is in the younger one is offered the way to the older.

use anyhow::Context as _;
use serde_json::json;
use xtask::bed::{Person, SynapseSettings, listener};
use xtask::meet_stand_in::{MeetStandIn, Options};

use crate::browser::{WAIT, until};
use crate::conference_life::{axe_is_silent, running};
use crate::scene::{Scene, Seat, WIDGETS, are_in, nobody_is_at};
use crate::written::{WEB_CONFERENCE, web};

const KEY: &str = "gardenclubgardenclubgard";
/// What the application service that dates events knows itself by.
const TOKEN: &str = "of-the-chronicler";

/// A homeserver on which an event can be older than what came before it, as when two homeservers are slow to hear of each other.
async fn scene() -> anyhow::Result<Scene> {
    let settings = SynapseSettings { chronicler: Some(TOKEN.to_owned()), ..SynapseSettings::default() };
    Scene::with_homeserver(settings).await
}

/// Bob, in a conference of his own, as somebody's comes to be known that began five seconds before it on this server.
async fn in_the_younger(scene: &Scene, alice: &Person, bob: &Person, room: &str, domain: &str) -> anyhow::Result<Seat> {
    alice.set_level_for(room, WIDGETS, 0).await?;
    let at_bob = scene.seat(bob, room).await?;
    at_bob.enters("video").await?;
    let his = running(bob, room).await?;
    let began = his[0]["origin_server_ts"].as_u64().context("a time")?;
    alice.set_state_at(began - 5_000, TOKEN, room, WIDGETS, KEY, &web(domain)).await?;
    at_bob
        .sees(&format!(
            "Two conferences began at the same moment. The older one, on {domain}, is the one that others join."
        ))
        .await?;
    axe_is_silent(&at_bob, "elder").await?;
    at_bob.is_in().await?;
    Ok(at_bob)
}

/// Both are in the older one, and it is the only one.
async fn are_together(
    alice: &Person,
    room: &str,
    meet: &MeetStandIn,
    [at_alice, at_bob]: [&Seat; 2],
) -> anyhow::Result<()> {
    are_in(meet, WEB_CONFERENCE, 2).await.context("the older one")?;
    at_alice.decodes_from(1).await?;
    at_bob.decodes_from(1).await?;
    at_bob.browser.becomes::<bool>("!document.querySelector('[data-act=move]')").await?;
    // Whoever moves takes along what would part people.
    until("the younger one has ended", WAIT, async || {
        let running = running(alice, room).await?;
        Ok((running.len() == 1 && running[0]["state_key"] == json!(KEY)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn whoever_is_in_the_younger_one_moves_by_one_press() -> anyhow::Result<()> {
    let scene = scene().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let at_bob = in_the_younger(&scene, &alice, &bob, &room, &scene.domain).await?;
    let at_alice = scene.seat(&alice, &room).await?;
    at_alice.enters("video").await?;
    assert_eq!(scene.meet.rooms().rooms.len(), 2, "they are apart, and nobody is moved unasked");

    at_bob.browser.page().click("[data-act=move]").await?;
    are_together(&alice, &room, &scene.meet, [&at_alice, &at_bob]).await?;
    scene.is_left_by(&[&at_alice, &at_bob]).await
}

/// The time of an event can be forged: to lead people to a server is not in anybody's power.
#[tokio::test]
async fn nobody_moves_to_another_server_without_agreeing_to_it() -> anyhow::Result<()> {
    let scene = scene().await?;
    let other = MeetStandIn::start(listener().await?, Options::default()).await?;
    let domain = format!("127.0.0.1:{}", other.addr().port());
    let ([alice, bob, _], room) = scene.three().await?;
    let at_bob = in_the_younger(&scene, &alice, &bob, &room, &domain).await?;
    assert!(other.rooms().opened.is_empty(), "nothing is loaded before a press");
    let at_alice = scene.seat_at(&alice, &room, scene.pages_with(&scene.config(&domain)).await?).await?;
    at_alice.enters("video").await?;

    at_bob.browser.page().click("[data-act=move]").await?;
    at_bob.sees(&format!("This conference takes place on {domain}")).await?;
    assert_eq!(other.rooms().opened.len(), 1, "only Alice was there");
    at_bob.press_words(&format!("Join on {domain}")).await?;
    at_bob.is_in().await?;
    are_together(&alice, &room, &other, [&at_alice, &at_bob]).await?;
    at_alice.press_words("Leave").await?;
    at_bob.press_words("Leave").await?;
    nobody_is_at(&other).await.context("the other server")?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}
