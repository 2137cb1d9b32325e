//! The check of calls: in a dialogue of the chat, and alone on its page.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::axe;
use crate::browser::{Browser, Frame, Launch, WAIT};
use crate::calls::scene::{CallScene, Setup, Turn, observe};
use crate::scene::{STOCK_MEET, Scene, Seat, UNKEPT};

/// From the chat to the check.
const CHECK: [&str; 1] = [".meet-call-check iframe"];
/// What stands in the list of this id: how well each is, and its words.
const ROWS: &str = "return [...document.querySelectorAll(`#${arguments[0]} li`)] \
     .map(row => [row.dataset.level, row.lastChild.textContent])";
/// It has come to its end.
const FINISHED: &str = "document.getElementById('calls-status').textContent.startsWith('Finished')";

async fn open(seat: &Seat) -> anyhow::Result<Frame<'_>> {
    seat.browser.page().click(".account [aria-haspopup=menu]").await?;
    seat.press_words("Call settings …").await?;
    seat.press_words("Check calls").await?;
    let check = seat.browser.within(&CHECK);
    // A relay that is not there is waited for.
    check
        .until("the check comes to its end", 3 * WAIT, async || {
            Ok(check.run::<bool>(&format!("return {FINISHED}"), Vec::new()).await?.then_some(()))
        })
        .await?;
    Ok(check)
}

async fn rows(frame: Frame<'_>, area: &str) -> anyhow::Result<Vec<(String, String)>> {
    frame.run(ROWS, vec![area.into()]).await
}

fn has(rows: &[(String, String)], level: &str, words: &str) -> anyhow::Result<()> {
    let found = rows.iter().any(|(its, text)| its == level && text.contains(words));
    anyhow::ensure!(found, "no {level} row has {words:?}: {rows:#?}");
    Ok(())
}

#[tokio::test]
async fn a_turn_server_that_relays_is_told_from_one_that_refuses_and_from_none() -> anyhow::Result<()> {
    for (turn, level, words, count) in [
        (Turn::ForADay, "fine", "relays", 2),
        (Turn::WithAnotherSecret, "wrong", "refuses the password", 2),
        (Turn::None, "wrong", "names no TURN server", 1),
    ] {
        let scene = CallScene::with(Setup { turn, ..Setup::default() }).await?;
        let seat = scene.world.seat(&scene.alice, &scene.room).await?;
        let check = open(&seat).await?;
        let found = rows(check, "turn").await?;
        assert_eq!(found.len(), count, "{turn:?}: {found:?}");
        has(&found, level, words).with_context(|| format!("{turn:?}"))?;
        // No user name and no password is on the page or in an address.
        let text: String = check.run("return document.documentElement.outerHTML + location.href", Vec::new()).await?;
        assert!(!text.contains(":@alice:"), "{turn:?}");
        seat.press_words("Close").await?;
        scene.world.nothing_is_left_but(&[&seat], &[STOCK_MEET, UNKEPT]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_trap_of_the_well_known_is_named_with_its_cure() -> anyhow::Result<()> {
    let scene = Scene::with_well_known().await?;
    let ([alice, ..], room) = scene.three().await?;
    alice
        .set_account_data("im.vector.setting.integration_provisioning", &json!({ "enabled": false, "other": 1 }))
        .await?;
    let seat = scene.seat(&alice, &room).await?;
    let check = open(&seat).await?;
    let homeserver = rows(check, "homeserver").await?;
    has(&homeserver, "wrong", "Only io.element.jitsi names the Meet server, and Chat Android does not read that.")?;
    has(
        &homeserver,
        "wrong",
        "Name the same server as preferredDomain in io.element.jitsi and in im.vector.riot.jitsi.",
    )?;
    has(&homeserver, "fine", &format!("New conferences start on {}, as the homeserver says.", scene.domain))?;
    has(&homeserver, "warning", "Integrations are switched off in your account")?;
    let meet = rows(check, "meet").await?;
    has(&meet, "fine", &format!("http://{} answers.", scene.domain))?;
    // As a stock nginx, the stand-in sends its 404 without CORS.
    has(&meet, "unknown", "no browser can tell")?;

    for (width, height, dark) in [(390, 844, true), (1280, 900, false)] {
        seat.browser.emulate(width, height, dark).await?;
        let look = if dark { "dark" } else { "light" };
        check.becomes::<bool>(&format!("document.documentElement.dataset.theme === '{look}'")).await?;
        for (what, frame) in [("the chat", seat.browser.page()), ("the check", check)] {
            let found = axe::findings(frame, &["page-has-heading-one", "landmark-one-main"]).await?;
            anyhow::ensure!(found.is_empty(), "{what}, {width} wide: {found:#?}");
        }
        let wide: bool = check.run("return document.documentElement.scrollWidth > innerWidth", Vec::new()).await?;
        assert!(!wide, "{width} wide");
        seat.browser.screenshot(&format!("call-check-{width}")).await?;
    }
    seat.press_words("Close").await?;
    scene.nothing_is_left_but(&[&seat], &[STOCK_MEET]).await
}

/// Relays that never answer, in the place of the homeserver's; and whether any was tried beside those of an earlier check.
const SILENT: &str = "window.made = []; window.beside = false; const Real = RTCPeerConnection; \
     const server = { urls: `turn:127.0.0.1:${arguments[0]}?transport=udp`, username: 'x', credential: 'y' }; \
     window.RTCPeerConnection = class extends Real { \
         constructor(options) { \
             super({ ...options, iceServers: [server] }); \
             const open = made.filter(one => one.connection.signalingState !== 'closed'); \
             window.beside ||= open.some(one => performance.now() - one.at > 200); \
             made.push({ connection: this, at: performance.now() }); \
         } \
     }; return null";

#[tokio::test]
async fn checking_again_closes_what_the_check_before_had_open() -> anyhow::Result<()> {
    let scene = CallScene::with(Setup { turn: Turn::ForADay, ..Setup::default() }).await?;
    let seat = scene.world.seat(&scene.alice, &scene.room).await?;
    let check = open(&seat).await?;
    // It takes what comes and says nothing.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0")?;
    check.run::<Value>(SILENT, vec![silent.local_addr()?.port().into()]).await?;
    check.click("#again").await?;
    check.becomes::<bool>("made.length > 0").await?;
    let first: u64 = check.run("return made.length", Vec::new()).await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let open = "made.some(one => one.connection.signalingState !== 'closed')";
    assert!(check.run::<bool>(&format!("return {open}"), Vec::new()).await?, "they take their time");
    check.click("#again").await?;
    check.becomes::<bool>(&format!("made.length > {first}")).await?;
    assert!(!check.run::<bool>("return window.beside", Vec::new()).await?, "beside those of before");
    check
        .until("they are given up", 3 * WAIT, async || {
            Ok(check.run::<bool>(&format!("return {FINISHED} && !{open}"), Vec::new()).await?.then_some(()))
        })
        .await?;
    seat.press_words("Close").await?;
    scene.world.nothing_is_left_but(&[&seat], &[STOCK_MEET, UNKEPT]).await
}

#[tokio::test]
async fn a_chat_that_does_not_answer_is_said_and_may_answer_later() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    let check = open(&seat).await?;
    check.run::<Value>("parent.postMessage = () => {}; return null", Vec::new()).await?;
    check.click("#again").await?;
    let says = "document.getElementById('calls-status').textContent.includes('has not answered')";
    check
        .until("that is said", 3 * WAIT, async || {
            Ok(check.run::<bool>(&format!("return {says}"), Vec::new()).await?.then_some(()))
        })
        .await?;
    check.run::<Value>("delete parent.postMessage; return null", Vec::new()).await?;
    check.click("#again").await?;
    check
        .until("the check comes to its end", 3 * WAIT, async || {
            Ok(check.run::<bool>(&format!("return {FINISHED}"), Vec::new()).await?.then_some(()))
        })
        .await?;
    seat.press_words("Close").await?;
    scene.nothing_is_left_but(&[&seat], &[STOCK_MEET, UNKEPT]).await
}

#[tokio::test]
async fn closing_the_check_frees_the_devices_and_gives_the_focus_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    observe(&seat.browser, None).await?;
    let check = open(&seat).await?;
    let live = "window.observer.live().length";
    assert_eq!(check.run::<u64>(&format!("return {live}"), Vec::new()).await?, 0, "nothing is opened unasked");
    check.click("#look").await?;
    check.becomes::<bool>(&format!("{live} === 2")).await?;
    check.becomes::<bool>("document.getElementById('mirror').videoWidth > 0").await?;
    check.click("#look").await?;
    check.becomes::<bool>(&format!("{live} === 0")).await?;
    check.click("#look").await?;
    check.becomes::<bool>(&format!("{live} === 2")).await?;

    // Once more, with all that is open.
    check.click("#again").await?;
    check.becomes::<bool>(FINISHED).await?;
    check.becomes::<bool>(&format!("{live} === 2")).await?;
    let escape = "document.getElementById('again').focus(); \
         document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })); return null";
    check.run::<Value>(escape, Vec::new()).await?;
    seat.has_no_frame().await?;
    seat.browser.becomes::<bool>("document.activeElement.matches('.account [aria-haspopup=menu]')").await?;
    open(&seat).await?;
    seat.press_words("Close").await?;
    scene.nothing_is_left_but(&[&seat], &[STOCK_MEET, UNKEPT]).await
}

#[tokio::test]
async fn alone_the_page_asks_whose_servers_and_asks_them_nothing_before_a_press() -> anyhow::Result<()> {
    let scene = Scene::with_well_known().await?;
    let pages = scene.pages().await?;
    let alice = scene.person("Alice").await?;
    let server = alice.user_id.split_once(':').context("a user id")?.1.to_owned();
    let browser = Browser::start(Launch::default()).await?;
    let away = xtask::bed::free_port()?;
    browser.open(&format!("{}/check.html#calls&server={server}&language=en", pages.origin())).await?;
    let page = browser.page();
    page.shown("#begin").await?;
    let asked =
        "return performance.getEntriesByType('resource').filter(({ name }) => name.includes(arguments[0])).length";
    assert_eq!(page.run::<u64>(asked, vec![server.as_str().into()]).await?, 0);
    let found = axe::findings(page, &[]).await?;
    anyhow::ensure!(found.is_empty(), "{found:#?}");
    page.click("#begin").await?;
    page.becomes::<bool>(FINISHED).await?;
    has(&rows(page, "homeserver").await?, "wrong", "Only io.element.jitsi")?;
    has(&rows(page, "meet").await?, "fine", &scene.domain)?;
    has(&rows(page, "turn").await?, "unknown", "only to people who are signed in")?;
    let found = axe::findings(page, &[]).await?;
    anyhow::ensure!(found.is_empty(), "{found:#?}");
    browser.screenshot("call-check-alone").await?;

    // Another Meet server, which is away.
    page.type_into("#domain", &format!("127.0.0.1:{away}")).await?;
    page.click("#begin").await?;
    page.becomes::<bool>(&format!("{FINISHED} && document.querySelector('#meet [data-level=wrong]') !== null")).await?;
    has(&rows(page, "meet").await?, "wrong", "gives no answer")?;

    // What is no name is said so, and not asked.
    page.type_into("#server", " /").await?;
    page.click("#begin").await?;
    page.shown("#ask-trouble").await?;
    let away = format!("//127.0.0.1:{away}");
    // The page has no icon, for which a browser asks when it is alone.
    scene.nothing_is_left_but(&[&Seat { browser, pages }], &[STOCK_MEET, &away, "/favicon.ico"]).await
}
