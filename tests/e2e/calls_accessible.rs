//! What axe-core says of the page while there are calls on it.

use anyhow::ensure;
use serde_json::Value;

use crate::axe;
use crate::calls::cases;
use crate::calls::ours::Caller;
use crate::calls::party::{Kind, Party as _};
use crate::calls::scene::{CallScene, Desk};

/// Two rules about the panes of a phone, of which one is shown at a time: the list has the page's first heading, the room its main
/// part.
const WITHOUT: [&str; 2] = ["page-has-heading-one", "landmark-one-main"];

/// Lets axe look at the page as it is, in both themes, on a desk and on a phone.
async fn nothing_is_found(person: &Caller, what: &str) -> anyhow::Result<()> {
    nothing_is_found_in(person, "body", what).await
}

/// The same while this is there, which may pass.
async fn nothing_is_found_in(person: &Caller, css: &str, what: &str) -> anyhow::Result<()> {
    let browser = person.browser();
    for (width, height, dark) in [(1280, 800, false), (390, 844, true)] {
        browser.emulate(width, height, dark).await?;
        let found = axe::findings(browser.page(), &WITHOUT).await?;
        ensure!(person.count(css).await? > 0, "{what} was gone before axe had looked at it");
        ensure!(found.is_empty(), "{what}, {width} wide, {}: {found:#?}", if dark { "dark" } else { "light" });
    }
    browser.emulate(1280, 800, false).await
}

#[tokio::test]
async fn axe_finds_nothing_in_a_ring_a_call_and_the_words_after_it() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let (alice, bob) = scene.both().await?;
    alice.call(Kind::Video).await?;
    bob.rings().await?;
    nothing_is_found(&bob, "a toast").await?;
    alice.is_calling().await?;
    nothing_is_found(&alice, "calling").await?;

    bob.accept(Kind::Video).await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;
    alice.perceives(Kind::Video).await?;
    nothing_is_found(&alice, "a video call").await?;
    for menu in ["devices", "details"] {
        alice.act(menu).await?;
        alice.shows(".meet-call-menu").await?;
        nothing_is_found(&alice, menu).await?;
    }
    alice.act("details").await?;
    alice.share(true).await?;
    bob.shows_screen(true).await?;
    nothing_is_found(&alice, "sharing").await?;
    nothing_is_found(&bob, "their screen").await?;
    bob.hold(true).await?;
    alice.shows_held(true).await?;
    nothing_is_found(&alice, "held").await?;
    bob.hang_up().await?;
    alice.ended("peer-hung-up").await?;
    // It stays while the keyboard is in it.
    alice.browser().run::<Value>("document.querySelector('.meet-notice').focus(); return null", Vec::new()).await?;
    nothing_is_found_in(&alice, ".meet-notice", "a passing notice").await?;

    alice.call(Kind::Voice).await?;
    bob.rings().await?;
    alice.is_calling().await?;
    alice.hang_up().await?;
    bob.ended("missed").await?;
    nothing_is_found_in(&bob, ".meet-notice", "a lasting notice").await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_preview_and_a_second_call() -> anyhow::Result<()> {
    let scene = CallScene::start().await?;
    let carol = scene.world.person("Carol").await?;
    let room = carol.start_direct_chat(&scene.bob).await?;
    let (alice, bob) = scene.both_at(Desk::default(), Desk::default().prefers(Value::Null)).await?;
    let at_carol = scene.ours_in(&room, &carol, Desk::default()).await?;
    bob.call(Kind::Video).await?;
    bob.shows(".meet-preview video").await?;
    nothing_is_found(&bob, "the preview").await?;
    alice.call(Kind::Video).await?;
    bob.shows(".meet-preview .meet-ring").await?;
    nothing_is_found(&bob, "a toast during the preview").await?;
    bob.accept(Kind::Video).await?;
    bob.shows_no(".meet-preview").await?;
    tokio::try_join!(alice.is_connected(), bob.is_connected())?;

    at_carol.call(Kind::Voice).await?;
    bob.shows(&format!(".meet-ring[data-room='{room}']")).await?;
    nothing_is_found(&bob, "a second call").await?;
    bob.browser().page().click(".meet-ring [data-act=accept]").await?;
    at_carol.is_connected().await?;
    nothing_is_found(&bob, "two calls").await?;
    at_carol.hang_up().await?;
    cases::part(&bob, &alice).await
}
