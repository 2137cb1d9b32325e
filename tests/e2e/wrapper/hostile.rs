//! Who is not the client or not the Meet frame gets no answer and changes nothing, however right the ids are.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, MEET, Setting, WIDGET_ID};

/// Long enough for an answer that is not to come.
const A_WHILE: Duration = Duration::from_secs(1);

/// A frame beside the widget, of the client's own origin, that keeps what is posted to it.
const STRANGER: &str = "const frame = document.createElement('iframe'); frame.id = 'stranger'; \
     frame.srcdoc = '<script>got = []; addEventListener(\"message\", ({ data }) => got.push(data))</script>'; \
     return new Promise(done => { frame.onload = () => done(true); document.body.append(frame) })";

/// What the client got of the answers to [`requests`].
const ASTRAY: &str = "client.posted.filter(({ requestId }) => `${requestId}`.startsWith('stranger-'))";

/// Every action of the Widget API that a client may send, posted to the window that `target` names; the join last, so that nothing
/// takes it back.
fn requests(target: &str) -> String {
    format!(
        "for (const action of ['supported_api_versions', 'capabilities', 'notify_capabilities', 'im.vector.hangup', \
         'io.element.device_mute', 'theme_change', 'openid_credentials', 'org.example.dance', 'io.element.join']) \
         {target}.postMessage({{ api: 'toWidget', widgetId: '{WIDGET_ID}', requestId: 'stranger-' + action, action, \
         data: {{ force: true, name: 'dark', audio_enabled: false, state: 'blocked', original_request_id: 'meet-3' }} }}, '*'); \
         return null"
    )
}

/// Events of Meet that would change what is shown, posted to the window that `target` names.
fn events(target: &str) -> String {
    format!(
        "for (const data of [{{ name: 'video-conference-joined', id: 'x', roomName: 'x' }}, \
         {{ name: 'error-occurred', error: {{ name: 'connection.droppedError', isFatal: true }} }}, \
         {{ name: 'video-ready-to-close' }}]) \
         {target}.postMessage(JSON.stringify({{ postis: true, scope: 'jitsi_meet_external_api_0', method: 'message', \
         params: {{ type: 'event', data }} }}), '*'); return null"
    )
}

/// What a stranger's window got, and what the client's got that answers a stranger.
async fn nobody_was_answered(client: &Client, stranger: &[&str]) -> anyhow::Result<()> {
    tokio::time::sleep(A_WHILE).await;
    let got: Value = client.browser.within(stranger).run("return window.got", Vec::new()).await?;
    assert_eq!(got, json!([]));
    let astray: Value = client.browser.run(&format!("return {ASTRAY}"), Vec::new()).await?;
    assert_eq!(astray, json!([]));
    Ok(())
}

#[tokio::test]
async fn a_window_beside_the_widget_is_neither_the_client_nor_meet() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    client.browser.run::<Value>(STRANGER, Vec::new()).await?;
    let stranger = client.browser.within(&["#stranger"]);
    let widget = "parent.document.getElementById('widget').contentWindow";
    stranger.run::<Value>(&requests(widget), Vec::new()).await?;
    nobody_was_answered(&client, &["#stranger"]).await?;
    client.stage_is("card").await?;
    assert!(client.seen().opened.is_empty());

    client.join("button.join").await?;
    client.hears_devices(true, true).await?;
    stranger.run::<Value>(&requests(widget), Vec::new()).await?;
    stranger.run::<Value>(&events(widget), Vec::new()).await?;
    nobody_was_answered(&client, &["#stranger"]).await?;
    client.is_in().await?;
    client.meeting().becomes::<bool>("!standIn.participants()[0].audioMuted").await?;
    assert_eq!(client.heard(&["io.element.join"]).await?.len(), 1);
    assert!(client.heard(&["im.vector.hangup"]).await?.is_empty());
    client.wrapper().becomes::<bool>("document.documentElement.dataset.theme === 'light'").await?;

    // The very same messages, from those who may send them.
    client.meeting().run::<Value>(&events("parent"), Vec::new()).await?;
    client.reads("failed.lost", &[]).await?;
    client.browser.run::<Value>(&requests("document.getElementById('widget').contentWindow"), Vec::new()).await?;
    client.browser.becomes::<bool>(&format!("{ASTRAY}.length === 9")).await?;
    client.wrapper().becomes::<bool>("document.documentElement.dataset.theme === 'dark'").await?;
    Ok(())
}

/// A page that frames the widget under another's name.
#[tokio::test]
async fn a_window_of_another_origin_than_the_address_says_is_not_the_client() -> anyhow::Result<()> {
    let host = json!({ "parentUrl": "https://chat.example.org/" });
    let client = Client::with(Setting { host, ..Setting::default() }).await?;
    client.stage_is("card").await?;
    client.browser.run::<Value>(&requests("document.getElementById('widget').contentWindow"), Vec::new()).await?;
    tokio::time::sleep(A_WHILE).await;
    let posted: Value = client.browser.run("return client.posted", Vec::new()).await?;
    assert_eq!(posted, json!([]), "neither an answer nor a request of the widget's own");
    client.stage_is("card").await?;
    assert!(client.seen().opened.is_empty());
    Ok(())
}

#[tokio::test]
async fn meet_is_not_the_client() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    // Meet's own messages are strings.
    let listen = "window.got = []; addEventListener('message', ({ data }) => typeof data === 'string' || got.push(data)); return null";
    client.meeting().run::<Value>(listen, Vec::new()).await?;
    client.meeting().run::<Value>(&requests("parent"), Vec::new()).await?;
    client.meeting().run::<Value>(&requests("top"), Vec::new()).await?;
    nobody_was_answered(&client, MEET).await?;
    client.is_in().await?;
    client.wrapper().becomes::<bool>("document.documentElement.dataset.theme === 'light'").await?;
    assert!(client.heard(&["im.vector.hangup"]).await?.is_empty());
    Ok(())
}

/// The frame goes to another server: that one can't keep it open, or end it in other words.
#[tokio::test]
async fn what_another_server_says_in_meets_frame_does_not_count() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.forget().await?;
    let elsewhere = format!("location.replace('{}/'); return null", client.origin());
    client.meeting().run::<Value>(&elsewhere, Vec::new()).await?;
    client.meeting().becomes::<bool>("!!window.client").await?;
    client.meeting().run::<Value>(&events("parent"), Vec::new()).await?;
    client.reads("status.left", &[]).await?;
    client.has_left_nothing_open().await?;
    assert_eq!(client.heard(&["io.element.join", "im.vector.hangup"]).await?, [json!(["im.vector.hangup", {}])]);
    Ok(())
}
