//! How a conference lies on the page, and one at a time: its frame lives through every layout, and what is left is really left.

use serde_json::{Value, json};
use thirtyfour::{By, Key};
use xtask::bed::RoomSpec;

use crate::browser::{WAIT, until};
use crate::calls::media;
use crate::calls::party::{Kind, Party};
use crate::calls::scene::CallScene;
use crate::conference_life::{axe_is_silent, is_asked_about_the_end};
use crate::scene::{Scene, Seat, WIDGETS, WRAPPER};
use crate::written::web;

const DIALOGUE: &str = "dialog.meet-switch-card[open]";

/// In a conference whose document is marked.
async fn mark(seat: &Seat) -> anyhow::Result<()> {
    seat.is_in().await?;
    seat.meet().run::<Value>("window.sameDocument = true; return null", Vec::new()).await.map(drop)
}

/// The marked document is still there, in it, and in sight.
async fn is_the_same(seat: &Seat) -> anyhow::Result<()> {
    seat.meet().becomes::<bool>("window.sameDocument && window.standIn.joined()").await?;
    let seen = format!("getComputedStyle(document.querySelector('{WRAPPER}')).visibility === 'visible'");
    seat.browser.becomes::<bool>(&seen).await.map(drop)
}

async fn is_laid(seat: &Seat, layout: &str) -> anyhow::Result<()> {
    let says = format!("document.querySelector('.meet-stage')?.dataset.layout === '{layout}'");
    seat.browser.becomes::<bool>(&says).await.map(drop)
}

async fn lies(seat: &Seat, layout: &str) -> anyhow::Result<()> {
    is_laid(seat, layout).await?;
    is_the_same(seat).await
}

async fn press(seat: &Seat, act: &str) -> anyhow::Result<()> {
    seat.browser.page().click(&format!("[data-act={act}]")).await
}

/// Waits until the frame covers its box.
async fn covers(seat: &Seat) -> anyhow::Result<()> {
    let covers = format!(
        "(() => {{ const of = css => document.querySelector(css).getBoundingClientRect(); \
           const [frame, box] = [of('{WRAPPER}'), of('.meet-frame-box')]; \
           return ['left', 'top', 'width', 'height'].every(side => Math.abs(frame[side] - box[side]) < 2) }})()"
    );
    seat.browser.becomes::<bool>(&covers).await.map(drop)
}

/// A side of something on the page, in CSS pixels.
async fn side(seat: &Seat, css: &str, side: &str) -> anyhow::Result<f64> {
    let script = "return document.querySelector(arguments[0]).getBoundingClientRect()[arguments[1]]";
    seat.browser.run(script, vec![json!(css), json!(side)]).await
}

/// What the border says of itself: now, least, most.
async fn border(seat: &Seat) -> anyhow::Result<[i64; 3]> {
    let script = "const border = document.querySelector('.meet-border'); \
         return ['now', 'min', 'max'].map(name => Number(border.getAttribute('aria-value' + name)))";
    seat.browser.run(script, Vec::new()).await
}

/// Moves the border by its keys to its ends and back.
async fn border_moves(seat: &Seat, less: Key, more: Key) -> anyhow::Result<()> {
    seat.browser.run::<Value>("document.querySelector('.meet-border').focus(); return null", Vec::new()).await?;
    let [before, min, max] = border(seat).await?;
    assert!(min < before && before < max, "{min} {before} {max}");
    seat.browser.key(more, false).await?;
    seat.browser.until("it is larger", WAIT, async || Ok((border(seat).await?[0] > before).then_some(()))).await?;
    seat.browser.key(less, false).await?;
    seat.browser.until("it is as before", WAIT, async || Ok((border(seat).await?[0] == before).then_some(()))).await?;
    for (key, end) in [(Key::End, max), (Key::Home, min)] {
        seat.browser.key(key, false).await?;
        seat.browser
            .until("it is at its end", WAIT, async || Ok((border(seat).await?[0] == end).then_some(())))
            .await?;
        covers(seat).await?;
        assert!(side(seat, ".timeline", "height").await? >= 100.0 && side(seat, ".timeline", "width").await? >= 278.0);
    }
    is_the_same(seat).await
}

#[tokio::test]
async fn the_conference_lies_as_one_likes_and_is_never_loaded_anew() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let other = alice.create_room_with(RoomSpec::named("Elsewhere"), &[&bob]).await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.browser.emulate(1280, 900, false).await?;
    seat.press("video").await?;
    mark(&seat).await?;
    lies(&seat, "pinned").await?;
    axe_is_silent(&seat, "tile-pinned").await?;
    border_moves(&seat, Key::Up, Key::Down).await?;

    // The pointer goes over the frame on its way, which does not take it.
    seat.browser.key(Key::End, false).await?;
    covers(&seat).await?;
    let [before, ..] = border(&seat).await?;
    let at = seat.browser.driver.find(By::Css(".meet-border")).await?;
    seat.browser.driver.action_chain().click_and_hold_element(&at).move_by_offset(0, -90).release().perform().await?;
    seat.browser.until("it is lower", WAIT, async || Ok((border(&seat).await?[0] < before - 5).then_some(()))).await?;
    let free = format!("document.querySelector('{WRAPPER}').style.pointerEvents === 'auto'");
    seat.browser.becomes::<bool>(&free).await?;

    press(&seat, "beside").await?;
    lies(&seat, "beside").await?;
    covers(&seat).await?;
    assert!(side(&seat, WRAPPER, "right").await? <= side(&seat, ".timeline", "left").await?);
    assert!(side(&seat, ".composer", "left").await? >= side(&seat, ".timeline", "left").await?);
    border_moves(&seat, Key::Left, Key::Right).await?;
    axe_is_silent(&seat, "tile-beside").await?;
    // Where there is no room for both it lies above, until there is again.
    seat.browser.emulate(390, 844, false).await?;
    lies(&seat, "pinned").await?;
    covers(&seat).await?;
    seat.browser.emulate(844, 390, false).await?;
    lies(&seat, "beside").await?;
    seat.browser.screenshot("tile-beside-on-its-side").await?;
    seat.browser.emulate(1280, 900, false).await?;
    lies(&seat, "beside").await?;

    press(&seat, "maximised").await?;
    lies(&seat, "maximised").await?;
    let hidden = "getComputedStyle(document.querySelector('.timeline')).visibility === 'hidden' \
         && !document.querySelector('.composer').checkVisibility()";
    seat.browser.becomes::<bool>(hidden).await?;
    covers(&seat).await?;
    axe_is_silent(&seat, "tile-maximised").await?;
    seat.browser.key(Key::Escape, false).await?;
    lies(&seat, "beside").await?;
    press(&seat, "maximised").await?;
    lies(&seat, "maximised").await?;

    // In another room it floats, says who is in it, and goes where one wants it.
    seat.open_room(&other).await?;
    let floats = "document.querySelector('.meet-floating')?.innerText";
    seat.browser.becomes::<bool>(&format!("{floats}?.includes('Garden club') && {floats}.includes('Alice')")).await?;
    is_the_same(&seat).await?;
    seat.browser.page().shown(".meet-floating [data-act=end]").await?;
    let corner = async |name: &str| {
        seat.browser.becomes::<bool>(&format!("!!document.querySelector('[data-corner={name}]')")).await
    };
    corner("bottom-end").await?;
    press(&seat, "corner").await?;
    corner("bottom-start").await?;
    seat.browser.key(Key::Up, false).await?;
    corner("top-start").await?;
    covers(&seat).await?;
    axe_is_silent(&seat, "floating-in-a-corner").await?;
    seat.browser.emulate(844, 390, false).await?;
    covers(&seat).await?;
    assert!(
        side(&seat, ".meet-floating", "top").await? >= 0.0 && side(&seat, ".meet-floating", "bottom").await? <= 390.0
    );
    seat.browser.emulate(1280, 900, false).await?;
    press(&seat, "back").await?;
    lies(&seat, "maximised").await?;
    press(&seat, "layout-back").await?;
    lies(&seat, "beside").await?;

    // Ended from where it floats, too.
    seat.open_room(&other).await?;
    press(&seat, "end").await?;
    is_asked_about_the_end(&seat).await?;
    press(&seat, "end-confirmed").await?;
    seat.has_no_frame().await?;
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn the_messages_are_back_when_a_maximised_conference_is_ended_by_others() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let event = web(&scene.domain);
    alice.set_state(&room, WIDGETS, "gardenclub", &event).await?;
    let seat = scene.seat(&bob, &room).await?;
    seat.press("video").await?;
    mark(&seat).await?;
    press(&seat, "maximised").await?;
    lies(&seat, "maximised").await?;
    alice.set_state(&room, WIDGETS, "gardenclub", &json!({})).await?;
    seat.has_no_frame().await?;
    seat.sees("ended for everyone").await?;
    seat.browser.becomes::<bool>("document.querySelector('.composer').checkVisibility()").await?;
    let seen = "getComputedStyle(document.querySelector('.timeline')).visibility === 'visible'";
    seat.browser.becomes::<bool>(seen).await?;

    // Put out of the room while it fills it.
    alice.set_state(&room, WIDGETS, "gardenclub", &event).await?;
    seat.enters("video").await?;
    is_laid(&seat, "maximised").await?;
    bob.leave(&room).await?;
    seat.has_no_frame().await?;
    scene.nothing_is_left(&[&seat]).await
}

async fn is_asked(seat: &Seat, words: &str) -> anyhow::Result<()> {
    seat.browser.page().shown(DIALOGUE).await?;
    seat.sees(words).await
}

async fn is_not_asked(seat: &Seat) -> anyhow::Result<()> {
    seat.browser.becomes::<bool>(&format!("!document.querySelector('{DIALOGUE}')")).await.map(drop)
}

#[tokio::test]
async fn a_conference_is_left_for_another_only_when_the_person_says_so() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, carol], room) = scene.three().await?;
    let other = alice.create_room_with(RoomSpec::named("Elsewhere"), &[&bob, &carol]).await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.press("video").await?;
    mark(&seat).await?;
    let first = scene.meet.rooms().rooms.into_keys().collect::<Vec<_>>();
    assert_eq!(first.len(), 1);

    seat.open_room(&other).await?;
    seat.browser.becomes::<bool>("!!document.querySelector('.meet-floating')").await?;
    seat.press("video").await?;
    is_asked(&seat, "Leave the conference in Garden club and go to the one in Elsewhere?").await?;
    axe_is_silent(&seat, "switch").await?;
    seat.browser.key(Key::Escape, false).await?;
    is_not_asked(&seat).await?;
    seat.browser.becomes::<bool>("document.activeElement?.dataset.kind === 'video'").await?;
    is_the_same(&seat).await?;

    seat.press("video").await?;
    is_asked(&seat, "Leave the conference in Garden club").await?;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    press(&seat, "switch").await?;
    seat.meet().becomes::<bool>("!window.sameDocument && window.standIn.joined()").await?;
    is_not_asked(&seat).await?;
    let frames: u64 = seat.browser.run("return document.querySelectorAll('iframe').length", Vec::new()).await?;
    assert_eq!(frames, 1);
    until("only the other one has anybody", WAIT, async || {
        let rooms = scene.meet.rooms().rooms;
        Ok((rooms.len() == 1 && !rooms.contains_key(&first[0])).then_some(()))
    })
    .await?;
    scene.is_left_by(&[&seat]).await
}

#[tokio::test]
async fn a_call_is_left_for_a_conference_and_a_conference_for_a_call() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let carol = scene.world.person("Carol").await?;
    let garden = scene.alice.create_room_with(RoomSpec::named("Garden club"), &[&scene.bob, &carol]).await?;
    let (at_alice, at_bob) = scene.both().await?;
    let seat = &at_alice.seat;
    at_alice.call(Kind::Video).await?;
    at_bob.rings().await?;
    at_bob.accept(Kind::Video).await?;
    at_alice.is_connected().await?;

    seat.open_room(&garden).await?;
    seat.press("video").await?;
    is_asked(seat, "End the call with Bob and go to the conference in Garden club?").await?;
    seat.browser.key(Key::Escape, false).await?;
    is_not_asked(seat).await?;
    at_alice.is_connected().await?;
    seat.press("video").await?;
    is_asked(seat, "End the call with Bob").await?;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    press(seat, "switch").await?;
    seat.is_in().await?;
    // It rings for Bob now that there is a conference.
    at_bob.shows_no(".meet-call").await?;
    at_alice.is_idle().await?;
    // What is open is in Meet's frame.
    media::opens(&seat.browser, &[]).await?;

    seat.open_room(&scene.room).await?;
    seat.press("video").await?;
    is_asked(seat, "Leave the conference in Garden club and call Bob?").await?;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    press(seat, "switch").await?;
    at_alice.is_calling().await?;
    seat.has_no_frame().await?;
    let meet = &scene.world.meet;
    until("nobody is in the conference", WAIT, async || Ok(meet.rooms().rooms.is_empty().then_some(()))).await?;
    at_bob.rings().await?;
    at_bob.accept(Kind::Video).await?;
    at_alice.is_connected().await?;
    media::opens(&seat.browser, &["audio", "video"]).await?;
    at_alice.hang_up().await?;
    at_bob.shows_no(".meet-call").await?;

    // A call that rings during a conference: its own button says that the conference is left.
    seat.open_room(&garden).await?;
    seat.enters("video").await?;
    at_bob.call(Kind::Video).await?;
    at_alice.rings().await?;
    at_alice.ring("end-and-accept").await?;
    at_alice.is_connected().await?;
    seat.has_no_frame().await?;
    until("nobody is in the conference", WAIT, async || Ok(meet.rooms().rooms.is_empty().then_some(()))).await?;
    at_alice.hang_up().await?;
    at_alice.has_let_go().await?;
    at_bob.shows_no(".meet-call").await?;
    // What sits down there looks at a page that is not there first.
    scene.world.nothing_is_left_but(&[seat, &at_bob.seat], &["/nothing", "/favicon.ico"]).await
}
