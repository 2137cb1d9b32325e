//! The chat page on a phone: one pane at a time, all of it in reach of a thumb.

use serde_json::json;
use xtask::bed::RoomSpec;

use crate::call_settings::{closes_settings, opens_settings};
use crate::conference_life::{axe_is_silent, elsewhere, is_asked_about_the_end};
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::web;

const KEY: &str = "gardenclubgardenclubgard";
/// What is to be pressed and smaller than 44 px either way; what is there for the keyboard alone is 2 px. What lies in the words of a message is as large as they are, and of a choice
/// with its words, the words count too.
const TOO_SMALL: &str = "return [...document.querySelectorAll('a[href], button, input, textarea, select, summary')] \
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.body')) \
    .map(one => one.closest('label, .field') ?? one) \
    .map(one => [one, one.getBoundingClientRect()]) \
    .filter(([, { right, bottom, width }]) => right > 0 && bottom > 0 && width > 2) \
    .filter(([, { width, height }]) => width < 43.9 || height < 43.9) \
    .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 120)} ${width} × ${height}`)";
/// What can be pushed sideways and should not.
const TOO_WIDE: &str = "return [document.scrollingElement, ...document.querySelectorAll('.rooms, .list, main.room, .scroller, .members, .meet-card, dialog[open]')] \
    .filter(one => one.scrollWidth > (one === document.scrollingElement ? innerWidth : one.clientWidth) + 1) \
    .map(one => `${one.className || one.tagName} ${one.scrollWidth} in ${one.clientWidth}`)";

/// Waits for this pane, which is alone then, and looks at it.
async fn pane(seat: &Seat, pane: &str, width: u32) -> anyhow::Result<()> {
    let alone = format!(
        "document.querySelector('.chat')?.dataset.pane === '{pane}' \
         && ['.rooms', 'main.room', '.members'].filter(css => document.querySelector(css)?.checkVisibility()).length === 1"
    );
    seat.browser.becomes::<bool>(&alone).await?;
    fits(seat, pane, width).await
}

/// Looks at what the page shows: all of it is large enough, and nothing goes out over the side.
async fn fits(seat: &Seat, what_is_shown: &str, width: u32) -> anyhow::Result<()> {
    seat.browser.screenshot(&format!("phone-{what_is_shown}-{width}")).await?;
    for (what, script) in [("too wide", TOO_WIDE), ("too small", TOO_SMALL)] {
        let found: Vec<String> = seat.browser.run(script, Vec::new()).await?;
        anyhow::ensure!(found.is_empty(), "{what_is_shown}, {width} wide, {what}: {found:#?}");
    }
    Ok(())
}

/// From now on fingers press.
async fn is_touched(seat: &Seat) -> anyhow::Result<()> {
    let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
    seat.browser.driver.cdp().send_raw("Emulation.setTouchEmulationEnabled", touch).await?;
    Ok(())
}

#[tokio::test]
async fn on_a_phone_there_is_one_pane_at_a_time_and_the_way_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    bob.send_text(&room, &"unbreakable".repeat(30)).await?;
    bob.send_text(&room, "and https://example.org/a/link").await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.sees("and https://example.org/a/link").await?;
    seat.sees("A conference is running").await?;
    is_touched(&seat).await?;
    for width in [390, 320] {
        seat.browser.emulate(width, 700, false).await?;
        pane(&seat, "room", width).await?;
        seat.browser.page().click("main.room .back").await?;
        pane(&seat, "rooms", width).await?;
        // The keyboard is where one came from.
        seat.browser.becomes::<bool>(&format!("document.activeElement?.dataset.room === '{room}'")).await?;
        seat.open_room(&room).await?;
        pane(&seat, "room", width).await?;
        seat.browser.page().click("#members-button").await?;
        seat.sees("Carol").await?;
        pane(&seat, "members", width).await?;
        seat.browser.page().click(".members > header button").await?;
        pane(&seat, "room", width).await?;
        seat.browser.becomes::<bool>("document.activeElement?.id === 'members-button'").await?;
    }
    // In a conference too.
    seat.enters("video").await?;
    pane(&seat, "room", 320).await?;
    seat.browser.page().click("main.room .back").await?;
    seat.browser.page().shown(".meet-floating").await?;
    pane(&seat, "rooms", 320).await?;
    seat.browser.page().click(".meet-floating [data-act=leave]").await?;
    axe_is_silent(&seat, "phone-rooms").await?;
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn on_a_phone_the_questions_and_the_settings_are_in_reach_of_a_thumb() -> anyhow::Result<()> {
    const WIDTH: u32 = 390;
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let other = alice.create_room_with(RoomSpec::named("Elsewhere"), &[&bob, &carol]).await?;
    let mut event = web(&scene.domain);
    alice.set_state(&room, WIDGETS, KEY, &event).await?;
    let seat = elsewhere(&scene, &alice, &room).await?;
    is_touched(&seat).await?;
    seat.browser.emulate(WIDTH, 844, false).await?;
    seat.browser.page().click("main.room .back").await?;
    opens_settings(&seat).await?;
    fits(&seat, "settings", WIDTH).await?;
    closes_settings(&seat).await?;

    seat.open_room(&room).await?;
    seat.press("video").await?;
    seat.sees(&format!("This conference takes place on {}", scene.domain)).await?;
    fits(&seat, "consent", WIDTH).await?;
    event["data"]["isAudioOnly"] = json!("false");
    alice.set_state(&room, WIDGETS, KEY, &event).await?;
    seat.sees("People would end up in different meetings").await?;
    fits(&seat, "split", WIDTH).await?;
    seat.press_words("Join anyway").await?;
    seat.is_in().await?;

    seat.browser.page().click("main.room .back").await?;
    seat.open_room(&other).await?;
    seat.press("video").await?;
    seat.sees("Leave the conference in Garden club and go to the one in Elsewhere?").await?;
    fits(&seat, "switch", WIDTH).await?;
    seat.browser.page().click("dialog [data-act=stay]").await?;
    seat.browser.page().click(".meet-floating [data-act=end]").await?;
    seat.sees("End this conference for everyone").await?;
    fits(&seat, "end", WIDTH).await?;
    is_asked_about_the_end(&seat).await?;
    seat.browser.page().click("[data-act=end-confirmed]").await?;
    scene.nothing_is_left(&[&seat]).await
}
