//! The chat page itself: signing in and out, messages, what it says when something is wrong.

use axum::Router;
use axum::http::header;
use serde_json::{Value, json};
use xtask::bed::{Person, RoomSpec, listener};
use xtask::serve::serve;

use crate::browser::{Browser, Launch, WAIT, until};
use crate::scene::{PASSWORD, Scene, Seat};

async fn sign_in_page(scene: &Scene, config: &Value) -> anyhow::Result<Seat> {
    let pages = scene.pages_with(config).await?;
    let browser = Browser::start(Launch::default()).await?;
    browser.open(&pages.origin()).await?;
    Ok(Seat { browser, pages })
}

#[tokio::test]
async fn a_person_signs_in_with_a_password_stays_signed_in_and_signs_out() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = sign_in_page(&scene, &scene.config(&scene.domain)).await?;

    seat.sign_in("alice", "not her password").await?;
    seat.sees("password").await?;
    seat.browser.becomes::<bool>("document.querySelector('[role=alert]')?.textContent.includes('password')").await?;
    seat.sign_in("alice", PASSWORD).await?;
    seat.open_room(&room).await?;

    seat.browser.driver.refresh().await?;
    seat.open_room(&room).await?;
    let devices = alice.request(reqwest::Method::GET, "client/v3/devices", None).await?;
    assert_eq!(devices["devices"].as_array().map(Vec::len), Some(2), "hers in the test, and the page's: {devices}");

    seat.browser.page().click("[aria-haspopup=menu]").await?;
    seat.press_words("Sign out").await?;
    seat.browser.page().click("dialog.card .danger").await?;
    seat.browser.page().shown("input[autocomplete=current-password]").await?;
    let devices = alice.request(reqwest::Method::GET, "client/v3/devices", None).await?;
    assert_eq!(devices["devices"].as_array().map(Vec::len), Some(1), "the page's device is gone: {devices}");
    let kept: Vec<String> = seat.browser.run("return Object.values(localStorage)", Vec::new()).await?;
    assert!(!kept.iter().any(|value| value.contains("access_token")), "nothing is kept: {kept:?}");
    Ok(())
}

#[tokio::test]
async fn an_address_without_a_homeserver_is_named_in_words() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let nobody = format!("127.0.0.1:{}", xtask::bed::free_port()?);
    // A server that other pages may read, as a homeserver's answers are; of one that they may not, a browser says only
    // that it could not be reached.
    let hello = Router::new().fallback(async || ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "<h1>Hello</h1>"));
    let hello = serve(hello, listener().await?, None).await?;
    let not_matrix = hello.addr().to_string();
    for (address, says) in [(nobody, "could not be reached"), (not_matrix, "Matrix")] {
        let mut config = scene.config(&scene.domain);
        config["default_server_config"] = json!({ "m.homeserver": { "base_url": format!("http://{address}") } });
        let seat = sign_in_page(&scene, &config).await?;
        seat.sign_in("alice", PASSWORD).await?;
        let said: String = seat.browser.becomes("document.querySelector('[role=alert]')?.textContent").await?;
        assert!(said.contains(says) && said.contains(&address), "{said}");
    }
    Ok(())
}

/// A sign-in link is a key for whoever makes you open it: only the demo's own configuration accepts them.
#[tokio::test]
async fn a_sign_in_link_counts_only_where_the_site_says_so_and_is_wiped_either_way() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let alice = scene.person("Alice").await?;
    let mut config = scene.config(&scene.domain);
    config["meet_in_chat"] = json!({});
    let pages = scene.pages_with(&config).await?;
    let browser = Browser::start(Launch::default()).await?;
    browser.open(&format!("{}/#loginToken={}", pages.origin(), alice.login_token().await?)).await?;
    browser.page().shown("input[autocomplete=current-password]").await?;
    let address: String = browser.run("return location.href", Vec::new()).await?;
    assert!(!address.contains("loginToken"), "{address}");
    Ok(())
}

async fn texts(person: &Person, room: &str) -> anyhow::Result<Vec<String>> {
    let messages = person.messages(room).await?;
    Ok(messages.iter().rev().filter_map(|event| Some(event["content"]["body"].as_str()?.to_owned())).collect())
}

#[tokio::test]
async fn messages_go_out_and_come_in_and_older_ones_are_loaded() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    for number in 1..=60 {
        bob.send_text(&room, &format!("message number {number}.")).await?;
    }
    let seat = scene.seat(&alice, &room).await?;
    seat.sees("message number 60.").await?;

    seat.fill("textarea", "A line of her own\u{e007}").await?;
    until("the server has it", WAIT, async || {
        Ok(texts(&bob, &room).await?.iter().any(|text| text == "A line of her own").then_some(()))
    })
    .await?;
    bob.send_text(&room, "and an answer").await?;
    seat.sees("and an answer").await?;
    let own: u64 = seat.browser.run(
        "return [...document.querySelectorAll('[role=log] *')].filter(e => !e.children.length && e.textContent === 'A line of her own').length",
        Vec::new(),
    ).await?;
    assert_eq!(own, 1, "the local echo became the message");

    // At the top of what is loaded, more is loaded, until the beginning.
    let to_the_top = "document.querySelector('.timeline [role=log]').scrollTop = -1e6; \
         return document.body.innerText.includes('message number 1.') || null";
    until("the first message is there", WAIT, async || seat.browser.run::<Option<bool>>(to_the_top, Vec::new()).await)
        .await?;
    seat.sees("message number 1.").await
}

#[tokio::test]
async fn a_lost_homeserver_is_said_and_a_failed_message_can_be_sent_again() -> anyhow::Result<()> {
    let mut scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    seat.sees("Garden club").await?;
    scene.stop_homeserver().await;
    seat.fill("textarea", "into the void\u{e007}").await?;
    seat.sees("No connection").await?;
    seat.sees("Retry").await?;
    scene.restart_homeserver().await?;
    seat.press_words("Try now").await.ok();
    seat.press_words("Retry").await?;
    until("the server has it", WAIT, async || {
        Ok(texts(&bob, &room).await?.iter().any(|text| text == "into the void").then_some(()))
    })
    .await
}

/// The room of a reloaded page is there before its connection, and stays as it is when that comes: a button drawn from the
/// room alone stayed "offline" for good.
#[tokio::test]
async fn call_buttons_follow_the_connection_of_a_reloaded_page() -> anyhow::Result<()> {
    let mut scene = Scene::start().await?;
    let ([alice, ..], room) = scene.three().await?;
    let seat = scene.seat(&alice, &room).await?;
    let button = |disabled: bool| format!("button[data-kind=video][aria-disabled={disabled}]");
    seat.browser.page().shown(&button(false)).await?;
    seat.browser.becomes::<bool>("caches.match('meet-in-chat-snapshot').then(kept => !!kept)").await?;

    seat.browser.driver.refresh().await?;
    seat.browser.page().shown(&button(false)).await?;
    scene.stop_homeserver().await;
    seat.browser.page().shown(&button(true)).await?;
    scene.restart_homeserver().await?;
    seat.press_words("Try now").await.ok();
    seat.browser.page().shown(&button(false)).await?;
    Ok(())
}

#[tokio::test]
async fn a_room_name_is_made_of_its_people_when_it_has_none() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let [alice, bob] = [scene.person("Alice").await?, scene.person("Bob").await?];
    let room = alice.start_direct_chat(&bob).await?;
    let other = alice.create_room_with(RoomSpec::named("Named"), &[&bob]).await?;
    let seat = scene.seat(&alice, &room).await?;
    let row = |room: &str| format!("document.querySelector(\"[data-room='{room}']\")?.textContent");
    let direct: String = seat.browser.becomes(&row(&room)).await?;
    let named: String = seat.browser.becomes(&row(&other)).await?;
    assert!(direct.contains("Bob") && named.contains("Named"), "{direct} / {named}");
    Ok(())
}
