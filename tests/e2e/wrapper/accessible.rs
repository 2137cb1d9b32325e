//! What axe-core says of the page in each of its states, in both looks, on a desk and on a phone.

use anyhow::ensure;
use serde_json::{Value, json};
use thirtyfour::Key;
use xtask::meet_stand_in::{Behaviour, Framing};

use super::client::{Client, Setting};
use crate::axe;

async fn nothing_is_found(client: &Client, what: &str) -> anyhow::Result<()> {
    for (width, height, theme) in [(1280, 800, "light"), (390, 844, "dark")] {
        client.browser.emulate(width, height, theme == "dark").await?;
        client.browser.run::<Value>("return client.changeTheme(arguments[0])", vec![json!(theme)]).await?;
        let look = format!("document.documentElement.dataset.theme === '{theme}'");
        client.wrapper().becomes::<bool>(&look).await?;
        // In a meeting the heading is Meet's, in its frame.
        let without: &[&str] = if what == "the call" { &["page-has-heading-one"] } else { &[] };
        let found = axe::findings(client.wrapper(), without).await?;
        ensure!(found.is_empty(), "{what}, {width} wide, {theme}: {found:#?}");
        let fits: bool =
            client.wrapper().run("return document.documentElement.scrollWidth <= innerWidth", Vec::new()).await?;
        ensure!(fits, "{what} is wider than {width}");
    }
    client.browser.emulate(1280, 800, false).await
}

/// It follows the client's look, in the width that the card leaves it.
async fn nothing_is_found_in_the_check(client: &Client) -> anyhow::Result<()> {
    for (width, theme) in [(1280, "light"), (390, "dark"), (320, "light")] {
        client.browser.emulate(width, 844, theme == "dark").await?;
        client.browser.run::<Value>("return client.changeTheme(arguments[0])", vec![json!(theme)]).await?;
        client.check().becomes::<bool>(&format!("document.documentElement.dataset.theme === '{theme}'")).await?;
        let found = axe::findings(client.check(), &[]).await?;
        ensure!(found.is_empty(), "the check, {width} wide, {theme}: {found:#?}");
        let fits = "return document.getElementById('page').scrollWidth <= innerWidth";
        ensure!(client.check().run::<bool>(fits, Vec::new()).await?, "the check is too wide at {width}");
        client.browser.screenshot(&format!("check-devices-{width}")).await?;
    }
    client.browser.emulate(1280, 800, false).await
}

#[tokio::test]
async fn axe_finds_nothing_on_the_card_while_waiting_in_the_call_and_after_it() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    nothing_is_found(&client, "the card").await?;
    client.checks_devices().await?;
    nothing_is_found(&client, "the card with the check of its devices").await?;
    nothing_is_found_in_the_check(&client).await?;
    client.meet.behave(Behaviour::HangsOnPage, Framing::Allow);
    client.press("button.join").await?;
    client.stage_is("opening").await?;
    nothing_is_found(&client, "opening").await?;
    client.press("button.cancel").await?;
    client.reads("status.not_joined", &[]).await?;

    client.meet.behave(Behaviour::Lobby, Framing::Allow);
    client.press("button.join").await?;
    client.reads("status.lobby", &[]).await?;
    nothing_is_found(&client, "the lobby").await?;
    client.meet.admit(client.room());
    client.is_in().await?;
    nothing_is_found(&client, "the call").await?;
    let lost = json!({ "name": "connection.droppedError", "type": "CONNECTION", "isFatal": true });
    client.meet.fail(client.room(), &lost);
    client.reads("failed.lost", &[]).await?;
    nothing_is_found(&client, "a lost connection").await?;
    client.wrapper().click("summary").await?;
    nothing_is_found(&client, "its details").await?;

    client.meet.behave(Behaviour::Normal, Framing::Allow);
    client.join("button.retry").await?;
    client.meeting().click("#hangup").await?;
    client.reads("status.left", &[]).await?;
    nothing_is_found(&client, "after the call").await
}

/// What the card says when it leads nowhere, and before a server with limits.
#[tokio::test]
async fn axe_finds_nothing_in_the_cards_warnings_and_refusals() -> anyhow::Result<()> {
    let demo = Setting { domain: Some("meet.jit.si".to_owned()), ..Setting::default() };
    let refused = Setting {
        data: json!({ "roomName": "Garden club", "auth": "openidtoken-jwt" }),
        host: json!({ "openId": { "state": "blocked" } }),
        ..Setting::default()
    };
    let nameless = Setting { data: json!({ "conferenceId": "", "domain": "" }), ..Setting::default() };
    let no_server = Setting { domain: Some("not a server".to_owned()), ..Setting::default() };
    for (setting, what, press, words) in [
        (demo, "a demo server's card", false, "warning.demo"),
        (refused, "a refused proof", true, "failed.identity_blocked"),
        (nameless, "an address without a meeting", false, "address.missing"),
        (no_server, "an address without a server", false, "address.domain"),
    ] {
        let client = Client::with(setting).await?;
        client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
        if press {
            client.press("button.join").await?;
            client.answer_open_id("blocked", None).await?;
        }
        client.reads(words, &[("name", "conferenceDomain"), ("domain", "not a server")]).await?;
        nothing_is_found(&client, what).await?;
    }
    Ok(())
}

/// By the keyboard alone: each control is reached in the order in which it is read, shows that it is, and the focus follows what takes
/// the page over.
#[tokio::test]
async fn the_keyboard_reaches_everything_and_goes_where_the_page_goes() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.reads("status.ready", &[]).await?;
    let focused = "document.activeElement?.id";
    client.wrapper().run::<Value>("document.getElementById('microphone').focus(); return null", Vec::new()).await?;
    for next in ["camera", "look", "join", "tab"] {
        client.browser.key(Key::Tab, false).await?;
        client.wrapper().becomes::<bool>(&format!("{focused} === '{next}'")).await?;
        let outline = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        let visible: bool = client.wrapper().run(&format!("return {outline}"), Vec::new()).await?;
        ensure!(visible, "nothing shows that {next} has the keyboard");
    }
    client.browser.key(Key::Tab, true).await?;
    client.browser.key(Key::Enter, false).await?;
    client.is_in().await?;
    client.wrapper().becomes::<bool>("document.activeElement?.closest('#meeting') !== null").await?;
    client.send("im.vector.hangup", json!({})).await?;
    client.reads("status.left", &[]).await?;
    client.wrapper().becomes::<bool>(&format!("{focused} === 'join'")).await?;
    Ok(())
}

#[tokio::test]
async fn nothing_moves_for_those_who_want_it_so() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.meet.behave(Behaviour::HangsOnPage, Framing::Allow);
    client.press("button.join").await?;
    client.stage_is("opening").await?;
    let moves = "document.getAnimations().some(animation => animation.playState === 'running')";
    client.wrapper().becomes::<bool>(moves).await?;
    client.browser.reduce_motion().await?;
    client.wrapper().becomes::<bool>(&format!("!{moves}")).await?;
    Ok(())
}
