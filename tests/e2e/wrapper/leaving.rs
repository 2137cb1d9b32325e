//! Whatever takes the user out, the room is empty within 3 seconds, and with Meet's page its camera and microphone are gone.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xtask::meet_stand_in::{Behaviour, Options};

use super::client::{Client, Setting};
use crate::browser::until;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(3);
/// What a slow machine may need to notice.
const GRACE: Duration = Duration::from_secs(2);

/// Nobody is in a room of the server within the limit.
async fn the_room_is_empty(client: &Client) -> anyhow::Result<()> {
    until("nobody is in a room", LIMIT + GRACE, async || Ok(client.meet.rooms().rooms.is_empty().then_some(()))).await
}

#[tokio::test]
async fn a_client_that_takes_the_page_away_takes_everything_along() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.meeting().becomes::<bool>("standIn.liveTracks().length === 2").await?;
    client.browser.run::<Value>("document.getElementById('widget').remove(); return null", Vec::new()).await?;
    the_room_is_empty(&client).await?;
    client.browser.becomes::<bool>("window.observer.live().length === 0").await?;
    Ok(())
}

#[tokio::test]
async fn a_client_that_loads_itself_again_is_out() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.browser.run::<Value>("setTimeout(() => location.reload()); return null", Vec::new()).await?;
    the_room_is_empty(&client).await
}

#[tokio::test]
async fn a_wrapper_that_loads_itself_again_is_out_and_enters_no_more() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.wrapper().run::<Value>("setTimeout(() => location.reload()); return null", Vec::new()).await?;
    the_room_is_empty(&client).await?;
    client.stage_is("card").await?;
    client.reads("status.ready", &[]).await
}

#[tokio::test]
async fn a_tab_that_is_closed_is_out() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.browser.open("about:blank").await?;
    the_room_is_empty(&client).await
}

/// A page that hangs does nothing about a hang-up, and keeps camera and microphone.
#[tokio::test]
async fn a_meet_that_ignores_the_hang_up_is_taken_away_after_3_seconds() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.meeting().run::<Value>("standIn.ignoreHangUps(); return null", Vec::new()).await?;
    client.forget().await?;
    client.send("im.vector.hangup", json!({})).await?;
    let hung_up = Instant::now();
    client.reads("status.leaving", &[]).await?;
    client.reads("status.left", &[]).await?;
    anyhow::ensure!(hung_up.elapsed() < LIMIT + GRACE, "{:?}", hung_up.elapsed());
    client.has_left_nothing_open().await?;
    client.hears("im.vector.hangup", 1).await.map(drop)
}

#[tokio::test]
async fn who_cancels_while_meet_opens_leaves_nothing_open() -> anyhow::Result<()> {
    let meet = Options { behaviour: Behaviour::HangsOnPage, ..Options::default() };
    let client = Client::with(Setting { meet, ..Setting::default() }).await?;
    client.press("button.join").await?;
    client.stage_is("opening").await?;
    client.press("button.cancel").await?;
    client.reads("status.not_joined", &[]).await?;
    client.has_left_nothing_open().await
}
