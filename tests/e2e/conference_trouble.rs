//! What stands in a conference's way: a homeserver that is away, says no or asks for a pause, power that is taken away, somebody who
//! leads elsewhere, and a page that goes.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use xtask::bed::{Person, SynapseSettings};
use xtask::meet_stand_in::{Behaviour, Options};

use crate::conference_life::{is_asked_about_the_end, running};
use crate::scene::{Scene, Seat, WIDGETS, nobody_is_at};
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

/// Waits until nobody is at the Meet server and neither camera nor microphone is open, as after every way out.
async fn is_out(scene: &Scene, seat: &Seat) -> anyhow::Result<()> {
    nobody_is_at(&scene.meet).await?;
    seat.browser.records_nothing().await
}

/// None of these gives the page time to leave.
#[tokio::test]
async fn a_page_that_is_loaded_anew_goes_away_or_breaks_is_out_and_closes_the_devices() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    let comes_back = async || {
        seat.has_no_frame().await?;
        seat.open_room(&room).await?;
        seat.enters("video").await
    };
    seat.enters("video").await?;
    // Or the look from outside would prove nothing.
    seat.browser.records(true, true).await?;

    seat.browser.driver.refresh().await?;
    is_out(&scene, &seat).await.context("loaded anew")?;
    comes_back().await?;

    seat.browser.open("about:blank").await?;
    is_out(&scene, &seat).await.context("gone away")?;
    seat.browser.open(&seat.pages.origin()).await?;
    comes_back().await?;

    seat.said_nothing_in_red_but(&[]).await?;
    seat.browser.run::<Value>("dispatchEvent(new Event('meet-in-chat-panic')); return null", Vec::new()).await?;
    seat.browser.page().shown("#crashed").await?;
    seat.has_no_frame().await?;
    is_out(&scene, &seat).await.context("broken")?;
    let mut said = seat.browser.console().await?;
    said.retain(|entry| entry.level == "SEVERE");
    let of_the_panic = |said: &str| said.contains("as asked for by meet-in-chat-panic") || said.contains("unreachable");
    assert!(!said.is_empty() && said.iter().all(|entry| of_the_panic(&entry.message)), "{said:#?}");

    // Loaded again, it is a page like any other.
    seat.browser.driver.refresh().await?;
    seat.open_room(&room).await?;
    seat.sees("A conference is running").await?;
    scene.nothing_is_left(&[&seat]).await
}
