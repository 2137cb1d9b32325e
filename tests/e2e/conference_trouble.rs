//! What stands in a conference's way: a homeserver that is away, says no or asks for a pause, power that is taken away, and somebody who
//! leads elsewhere.

use std::time::Duration;

use serde_json::json;
use xtask::bed::{Person, SynapseSettings};
use xtask::meet_stand_in::{Behaviour, Options};

use crate::conference_life::{is_asked_about_the_end, running};
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::web;

/// A scene whose Meet server takes 5 s to say nothing about signing in: time in which things go wrong.
async fn slow() -> anyhow::Result<Scene> {
    Scene::with_meet(Options { behaviour: Behaviour::HangsOnWellKnown, ..Options::default() }).await
}

/// Presses, and waits until the Meet server is being asked.
async fn begins(seat: &Seat) -> anyhow::Result<()> {
    seat.press("video").await?;
    seat.sees("Asking the Meet server whether it wants a sign-in").await
}

/// What every failed start leaves: nothing in the room, and no frame.
async fn nothing_was_made(seat: &Seat, person: &Person, room: &str) -> anyhow::Result<()> {
    assert!(running(person, room).await?.is_empty());
    seat.has_no_frame().await
}

#[tokio::test]
async fn a_homeserver_that_goes_away_while_starting_is_named_and_the_start_can_be_tried_again() -> anyhow::Result<()> {
    let mut scene = slow().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    begins(&seat).await?;
    scene.stop_homeserver().await;
    seat.sees("Your homeserver did not answer, so the conference was not started.").await?;
    scene.restart_homeserver().await?;
    nothing_was_made(&seat, &alice, &room).await?;
    // A start needs a connection: it is tried again once there is one.
    seat.browser.becomes::<bool>("!!document.querySelector('button[data-kind=video][aria-disabled=false]')").await?;
    seat.press_words("Try again").await?;
    seat.is_in().await?;
    assert_eq!(running(&alice, &room).await?.len(), 1, "what was tried twice is one conference");
    seat.press_words("Leave").await?;
    scene.nothing_is_left_but(&[&seat], &[scene.homeserver()]).await
}

#[tokio::test]
async fn power_that_is_taken_away_while_starting_is_named() -> anyhow::Result<()> {
    let scene = slow().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_level_of(&room, &bob, 50).await?;
    let seat = scene.seat(&bob, &room).await?;
    begins(&seat).await?;
    alice.set_level_of(&room, &bob, 0).await?;
    seat.sees("The homeserver does not let you start a conference in this room.").await?;
    nothing_was_made(&seat, &alice, &room).await?;
    scene.nothing_is_left_but(&[&seat], &["/state/im.vector.modular.widgets/"]).await
}

#[tokio::test]
async fn a_homeserver_that_asks_for_a_pause_is_heard() -> anyhow::Result<()> {
    let settings = SynapseSettings { stock_message_limit: true, ..SynapseSettings::default() };
    let scene = Scene::with_homeserver(settings).await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    // Ten at once are allowed, and then one in five seconds.
    while alice.send_text(&room, "Quick!").await.is_ok() {}
    seat.press("video").await?;
    seat.sees("The homeserver asks for a pause between requests.").await?;
    nothing_was_made(&seat, &alice, &room).await?;
    tokio::time::sleep(Duration::from_secs(6)).await;
    seat.press_words("Try again").await?;
    seat.is_in().await?;
    seat.press_words("Leave").await?;
    scene.nothing_is_left_but(&[&seat], &["/state/im.vector.modular.widgets/"]).await
}

/// What nobody agreed to is not entered, however fast somebody else was.
#[tokio::test]
async fn a_conference_that_comes_first_on_another_server_is_asked_about() -> anyhow::Result<()> {
    let scene = slow().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_level_of(&room, &bob, 50).await?;
    let seat = scene.seat(&alice, &room).await?;
    begins(&seat).await?;
    bob.set_state(&room, WIDGETS, "gardenclubgardenclubgard", &web("meet.elsewhere.example")).await?;
    seat.sees("This conference takes place on meet.elsewhere.example").await?;
    seat.has_no_frame().await?;
    assert_eq!(running(&alice, &room).await?.len(), 1, "no second one was made");
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn the_end_for_everyone_waits_for_a_homeserver_that_is_away() -> anyhow::Result<()> {
    let mut scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_alice.enters("video").await?;
    at_bob.enters("video").await?;
    at_alice.press_words("End for everyone").await?;
    is_asked_about_the_end(&at_alice).await?;
    scene.stop_homeserver().await;
    at_alice.browser.page().click("[data-act=end-confirmed]").await?;
    at_alice.sees("Your homeserver did not answer, so the conference may still be running.").await?;
    // One stays where one was.
    at_alice.is_in().await?;
    at_alice.decodes_from(1).await?;
    scene.restart_homeserver().await?;
    at_alice.press_words("Try again").await?;
    at_alice.has_no_frame().await?;
    at_bob.has_no_frame().await?;
    assert!(running(&alice, &room).await?.is_empty());
    scene.nothing_is_left_but(&[&at_alice, &at_bob], &[scene.homeserver()]).await
}

#[tokio::test]
async fn who_loses_power_stays_in_and_who_is_removed_from_the_room_is_out_at_once() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_level_of(&room, &bob, 50).await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_bob.enters("video").await?;
    at_alice.enters("video").await?;
    at_bob.decodes_from(1).await?;

    let may_end = "!!document.querySelector('[data-act=end]')";
    at_bob.browser.becomes::<bool>(may_end).await?;
    alice.set_level_of(&room, &bob, 0).await?;
    at_bob.browser.becomes::<bool>(&format!("!({may_end})")).await?;
    at_bob.is_in().await?;
    at_bob.decodes_from(1).await?;
    // Or the look from outside would prove nothing.
    at_bob.browser.records(true, true).await?;

    let kick = json!({ "user_id": bob.user_id });
    alice
        .request(
            reqwest::Method::POST,
            &format!("client/v3/rooms/{}/kick", xtask::bed::percent_encode(&room)),
            Some(&kick),
        )
        .await?;
    at_bob.has_no_frame().await?;
    // The camera went with the frame, and Meet saw Bob go.
    at_alice.meet().becomes::<bool>("window.standIn.participants().length === 1").await?;
    at_alice.press_words("Leave").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}
