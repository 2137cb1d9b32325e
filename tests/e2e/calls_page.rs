//! What becomes of a call when the page is reloaded, closed, left or hidden; and what the page does before a first call.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use thirtyfour::WindowHandle;
use xtask::bed::RoomSpec;

use crate::browser::{Browser, WAIT};
use crate::calls::cases;
use crate::calls::media;
use crate::calls::ours::Caller;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk, Setup, observe};

/// How long the other side may be left alone in a call that has ended, in milliseconds. Who has to find out alone needs 30 s.
const AT_ONCE: f64 = 2_000.0;

async fn now(browser: &Browser) -> anyhow::Result<f64> {
    browser.run("return performance.timeOrigin + performance.now()", Vec::new()).await
}

/// Says whether this side was told of the end soon after `since`, by the pages' clocks.
async fn was_told_at_once(person: &Caller, since: f64) -> anyhow::Result<()> {
    person.is_idle().await?;
    let script = "return observer.phases().find(({ at, shown }) => \
         at > arguments[0] && !/connected|reconnecting/.test(shown))?.at ?? null";
    let told: Option<f64> = person.browser().run(script, vec![json!(since)]).await?;
    let told = told.context("the end of the call was seen")?;
    ensure!(told - since < AT_ONCE, "told after {} ms", told - since);
    Ok(())
}

#[tokio::test]
async fn a_reload_ends_the_call_over_there_at_once_and_offers_to_call_back() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    let since = now(bob.browser()).await?;
    bob.browser().driver.refresh().await?;
    was_told_at_once(&alice, since).await?;
    alice.has_let_go().await?;

    bob.ended("reloaded").await?;
    bob.notice("call-back").await?;
    alice.rings().await?;
    alice.accept(Kind::Video).await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    bob.perceives(Kind::Video).await?;
    cases::part(&alice, &bob).await?;

    // It is said once.
    bob.browser().driver.refresh().await?;
    bob.seat.open_room(&scene.room).await?;
    ensure!(bob.count(".meet-notice[data-ending=reloaded]").await? == 0, "said again");
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_loaded_while_it_rings_rings_too() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    alice.call(Kind::Video).await?;
    bob.rings().await?;
    bob.browser().driver.refresh().await?;
    bob.seat.open_room(&scene.room).await?;
    bob.rings().await?;
    bob.accept(Kind::Video).await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    tokio::try_join!(alice.perceives(Kind::Video), bob.perceives(Kind::Video))?;
    cases::part(&alice, &bob).await
}

#[tokio::test]
async fn closing_the_tab_hangs_up() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    let tab = bob.browser().tab().await?;
    bob.browser().new_tab().await?;
    bob.browser().go_to(&tab).await?;
    let since = now(bob.browser()).await?;
    bob.browser().close_tab().await?;
    // The word about it passes: what lasts is looked at after it.
    alice.ended("peer-hung-up").await?;
    was_told_at_once(&alice, since).await?;
    alice.has_let_go().await
}

#[tokio::test]
async fn signing_out_hangs_up() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    bob.browser().page().click(".account [aria-haspopup=menu]").await?;
    bob.seat.press_words("Sign out").await?;
    let since = now(bob.browser()).await?;
    bob.browser().page().click("dialog.card .danger").await?;
    alice.ended("peer-hung-up").await?;
    was_told_at_once(&alice, since).await?;
    alice.has_let_go().await?;
    bob.shows("input[autocomplete=current-password]").await?;
    bob.has_let_go().await
}

#[tokio::test]
async fn a_call_floats_while_another_room_is_open() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let other = scene.alice.create_room_with(RoomSpec::named("Elsewhere"), &[&scene.bob]).await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    alice.seat.open_room(&other).await?;
    alice.seat.sees("Elsewhere").await?;
    alice.is_connected().await?;
    alice.shows(".meet-calls[data-place=floating]").await?;
    alice.perceives(Kind::Video).await?;
    bob.perceives(Kind::Video).await?;
    alice.browser().screenshot("call-floating").await?;

    // A call comes in while another room is open: it rings there too.
    cases::part(&alice, &bob).await?;
    cases::whole(&bob, &alice, Kind::Voice).await
}

#[tokio::test]
async fn in_an_encrypted_room_a_call_is_refused_with_the_reason_and_nothing_leaves() -> anyhow::Result<()> {
    let scene = CallScene::with(Setup { encrypted: true, ..Setup::default() }).await?;
    let alice = scene.ours(&scene.alice, Desk::default()).await?;
    let before = scene.alice.messages(&scene.room).await?.len();
    for kind in ["voice", "video"] {
        let why = format!(
            "document.querySelector('button[data-kind={kind}][aria-disabled=true] + [role=tooltip]')?.textContent"
        );
        let why: String = alice.browser().becomes(&why).await?;
        assert!(why.contains("encrypt"), "{why}");
        alice
            .browser()
            .run::<Value>(&format!("document.querySelector('button[data-kind={kind}]').click()"), vec![])
            .await?;
    }
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    alice.has_let_go().await?;
    assert_eq!(scene.alice.messages(&scene.room).await?.len(), before);
    Ok(())
}

#[tokio::test]
async fn a_hidden_page_notifies_and_its_notification_goes_with_the_ring() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    bob.browser().answer(&bob.seat.pages.origin(), "notifications", true).await?;
    bob.browser().driver.minimize_window().await?;
    bob.browser().becomes::<bool>("document.visibilityState === 'hidden'").await.context("it is hidden")?;
    alice.call(Kind::Video).await?;
    bob.rings().await?;
    let shown: Value = bob.browser().becomes("window.observer.notifications().at(-1)").await?;
    assert!(shown["title"].as_str().is_some_and(|title| title.contains("Alice")), "{shown}");
    assert!(shown["closed"].is_null(), "it stays as long as it rings: {shown}");
    alice.is_calling().await?;
    alice.hang_up().await?;
    bob.has_let_go().await?;
    bob.browser().becomes::<bool>("window.observer.notifications().every(({ closed }) => closed)").await.map(drop)
}

#[tokio::test]
async fn of_two_tabs_one_rings_and_either_can_answer() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    let first = bob.browser().tab().await?;
    let second = bob.browser().new_tab().await?;
    observe(bob.browser(), None).await?;
    bob.browser().open(&bob.seat.pages.origin()).await?;
    bob.seat.open_room(&scene.room).await?;
    // What a person has never touched may not sound.
    bob.browser().page().click("textarea").await?;

    for (answering, other) in [(&second, &first), (&first, &second)] {
        let before = sounds_of(&bob, [&first, &second]).await?;
        alice.call(Kind::Voice).await?;
        for tab in [&first, &second] {
            bob.browser().go_to(tab).await?;
            bob.rings().await?;
        }
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        let after = sounds_of(&bob, [&first, &second]).await?;
        let heard = before.iter().zip(&after).filter(|(before, after)| after > before).count();
        assert_eq!(heard, 1, "heard in the first and the second tab: {before:?} became {after:?}");

        bob.browser().go_to(answering).await?;
        bob.accept(Kind::Voice).await?;
        bob.is_connected().await?;
        bob.browser().go_to(other).await?;
        bob.is_idle().await.context("it stops ringing in the other tab")?;
        bob.browser().go_to(answering).await?;
        media::hears(bob.browser()).await?;
        cases::part(&alice, &bob).await?;
    }
    Ok(())
}

/// How often something sounded so far in each of these tabs.
async fn sounds_of(person: &Caller, tabs: [&WindowHandle; 2]) -> anyhow::Result<Vec<u64>> {
    let mut sounds = Vec::new();
    for tab in tabs {
        person.browser().go_to(tab).await?;
        sounds.push(person.sounds().await?);
    }
    Ok(sounds)
}

#[tokio::test]
async fn the_first_call_shows_camera_and_microphone_first_and_is_remembered() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both_at(Desk::default().prefers(Value::Null), Desk::default()).await?;
    alice.call(Kind::Video).await?;
    alice.shows(".meet-preview video").await?;
    media::opens(alice.browser(), &["audio", "video"]).await?;
    alice.browser().screenshot("call-preview").await?;
    alice.preview("cancel").await?;
    alice.has_let_go().await?;
    assert_eq!(scene.events().await?.len(), 0, "nothing was sent");

    // Once more, with the camera off.
    alice.call(Kind::Video).await?;
    alice.shows(".meet-preview").await?;
    alice.preview("camera").await?;
    media::opens(alice.browser(), &["audio"]).await?;
    alice.preview("call").await?;
    bob.rings().await?;
    bob.accept(Kind::Voice).await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    media::opens(alice.browser(), &["audio"]).await?;
    cases::part(&alice, &bob).await?;

    alice.browser().driver.refresh().await?;
    alice.seat.open_room(&scene.room).await?;
    alice.call(Kind::Voice).await?;
    bob.rings().await?;
    ensure!(alice.count(".meet-preview").await? == 0, "shown again");
    bob.decline().await?;
    tokio::try_join!(alice.has_let_go(), bob.has_let_go())?;
    Ok(())
}

/// No button works any more on a page whose program died: nobody may be left in a call with it, and nothing may stay open.
#[tokio::test]
async fn a_panic_ends_the_call_for_the_other_side_and_frees_every_device() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    cases::connect(&alice, &bob, Kind::Video).await?;
    media::opens(bob.browser(), &["audio", "video"]).await?;
    let since = now(bob.browser()).await?;
    bob.browser().run::<Value>("dispatchEvent(new Event('meet-in-chat-panic'))", Vec::new()).await?;
    bob.browser().page().shown("#crashed").await?;
    media::opens(bob.browser(), &[]).await?;
    bob.browser().becomes::<bool>("window.observer.connections().length === 0").await?;
    bob.browser()
        .becomes::<bool>("[...document.querySelectorAll('video, audio')].every(media => !media.srcObject?.active)")
        .await?;
    was_told_at_once(&alice, since).await?;
    alice.has_let_go().await?;
    bob.browser().screenshot("call-crashed").await?;

    // Loaded again, it is a page like any other.
    bob.browser().driver.refresh().await?;
    bob.seat.open_room(&scene.room).await?;
    cases::whole(&alice, &bob, Kind::Voice).await
}

/// As people have it: no flag that lets pages sound or grants devices; a person presses and answers the browser.
#[tokio::test]
async fn with_real_permissions_a_call_is_seen_and_heard() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let desk = || Desk::default().with_answers(&[("camera", true), ("microphone", true)]);
    let (alice, bob) = scene.both_at(desk(), desk()).await?;
    cases::whole(&alice, &bob, Kind::Video).await?;
    cases::whole(&bob, &alice, Kind::Voice).await
}

#[tokio::test]
async fn a_denied_camera_makes_a_voice_call_and_a_denied_microphone_none() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let no_camera = Desk::default().with_answers(&[("camera", false), ("microphone", true)]);
    let nothing = Desk::default().with_answers(&[("camera", false), ("microphone", false)]);
    let (alice, bob) = scene.both_at(no_camera, nothing).await?;
    let elsewhere = scene.ours(&scene.bob, Desk::default()).await?;

    alice.call(Kind::Video).await?;
    elsewhere.rings().await?;
    elsewhere.accept(Kind::Video).await?;
    tokio::try_join!(alice.is_connected(), elsewhere.is_connected())?;
    elsewhere.perceives(Kind::Voice).await?;
    media::opens(alice.browser(), &["audio"]).await?;
    alice.seat.sees("camera").await?;
    cases::part(&alice, &elsewhere).await?;

    let before = scene.events().await?.len();
    bob.call(Kind::Video).await?;
    let words = bob.ended("media").await?;
    assert!(words.contains("microphone"), "{words}");
    bob.has_let_go().await?;
    assert_eq!(scene.events().await?.len(), before, "nothing was sent");

    // It can be answered elsewhere still: here it says why not.
    alice.call(Kind::Voice).await?;
    bob.rings().await?;
    bob.accept(Kind::Voice).await?;
    bob.browser()
        .until("it says why", WAIT, async || {
            let text: String = bob.browser().run("return document.body.innerText", Vec::new()).await?;
            Ok(text.contains("microphone").then_some(()))
        })
        .await
}

#[tokio::test]
async fn a_machine_without_devices_is_told_so() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let none = crate::browser::Launch::default().devices(crate::browser::Devices::None);
    let alice = scene.ours(&scene.alice, Desk::default().launch(none)).await?;
    alice.call(Kind::Voice).await?;
    let words = alice.ended("media").await?;
    assert!(words.contains("microphone"), "{words}");
    assert_eq!(scene.events().await?.len(), 0, "nothing was sent");
    Ok(())
}
