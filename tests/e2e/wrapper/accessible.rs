//! What axe-core says of the page in each of its states, in both looks, on a desk and on a phone.

use anyhow::ensure;
use serde_json::{Value, json};
use xtask::meet_stand_in::{Behaviour, Framing};

use super::client::Client;
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
