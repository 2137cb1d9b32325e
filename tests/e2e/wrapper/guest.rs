//! Our chat with somebody else's wrapper in it: a page built on matrix-widget-api's own widget end, in the place of `jitsi.html`.

use std::path::Path;

use serde_json::{Value, json};
use xtask::meet_stand_in::Options;
use xtask::serve::PageServer;

use super::client::LIBRARY;
use crate::scene::{Scene, Seat, dist, new_directory};

/// The built chat, with this wrapper.
async fn seat(scene: &Scene) -> anyhow::Result<Seat> {
    seat_in_look(scene, false).await
}

async fn seat_in_look(scene: &Scene, dark: bool) -> anyhow::Result<Seat> {
    let ([alice, ..], room) = scene.three().await?;
    let pages = new_directory();
    copy(&dist(), &pages)?;
    // What lies compressed beside a page is of the page that was there.
    let compressed = pages.join("jitsi.html.br");
    if compressed.exists() {
        std::fs::remove_file(compressed)?;
    }
    std::fs::write(pages.join("jitsi.html"), include_str!("../../widget_api/page/widget.html"))?;
    std::fs::write(pages.join("widget-api.js"), LIBRARY.as_str())?;
    let listener = xtask::bed::listener().await?;
    let server = PageServer::start(listener, &pages, &scene.config(&scene.domain)).await?;
    let seat = scene.seat_at(&alice, &room, server).await?;
    seat.browser.emulate(1280, 900, dark).await?;
    seat.press("video").await?;
    seat.wrapper().becomes::<bool>("window.widget?.ready").await?;
    std::fs::remove_dir_all(&pages)?;
    Ok(seat)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

/// What the chat asked with this action last.
async fn hears(seat: &Seat, action: &str) -> anyhow::Result<Value> {
    seat.wrapper().becomes(&format!("widget.heard.findLast(([action]) => action === '{action}')?.[1]")).await
}

async fn say(seat: &Seat, action: &str, data: Value) -> anyhow::Result<Value> {
    seat.wrapper().run("return widget.send(...arguments)", vec![json!(action), data]).await
}

#[tokio::test]
async fn a_wrapper_of_somebody_elses_joins_reports_and_leaves() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let seat = seat(&scene).await?;
    let told = hears(&seat, "notify_capabilities").await?;
    assert_eq!(told["approved"], json!(["m.always_on_screen"]), "{told}");
    let versions: Vec<String> = seat.wrapper().run("return widget.versions()", Vec::new()).await?;
    assert!(versions.contains(&"0.0.2".to_owned()), "{versions:?}");
    assert_eq!(hears(&seat, "io.element.join").await?, json!({}));

    assert_eq!(say(&seat, "set_always_on_screen", json!({ "value": true })).await?, json!({ "success": true }));
    assert_eq!(say(&seat, "io.element.join", json!({})).await?, json!({}));
    let devices = json!({ "audio_enabled": true, "video_enabled": false });
    assert_eq!(say(&seat, "io.element.device_mute", devices).await?, json!({}));
    let everyone = json!({ "participants": [{ "participantId": "a", "displayName": "Alice" }] });
    assert_eq!(say(&seat, "io.element.participants", everyone).await?, json!({}));
    for action in ["org.example.dance", "send_event"] {
        let refused = say(&seat, action, json!({})).await?;
        assert_eq!(refused, json!({ "error": "Unknown or unsupported action" }), "{action}");
    }
    assert_eq!(say(&seat, "set_always_on_screen", json!({})).await?, json!({ "error": "value must be true or false" }));

    seat.press_words("Leave").await?;
    assert_eq!(hears(&seat, "im.vector.hangup").await?, json!({}));
    assert_eq!(say(&seat, "im.vector.hangup", json!({})).await.ok(), None, "the frame is gone with the answer");
    seat.has_no_frame().await
}

#[tokio::test]
async fn a_wrapper_of_somebody_elses_that_fails_can_try_again() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let seat = seat(&scene).await?;
    say(&seat, "io.element.join", json!({})).await?;
    say(&seat, "im.vector.hangup", json!({ "errorMessage": "conference.focusLeft" })).await?;
    seat.sees("Close").await?;
    // Its own card has a button for that; what the chat then hears is the same as before.
    assert_eq!(say(&seat, "set_always_on_screen", json!({ "value": true })).await?, json!({ "success": true }));
    say(&seat, "io.element.join", json!({})).await?;
    seat.sees("Leave").await?;
    // One that does not answer a hang-up is taken away.
    seat.leaves().await
}

#[tokio::test]
async fn a_wrapper_of_somebody_elses_hears_of_the_chats_look() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let seat = seat_in_look(&scene, true).await?;
    assert_eq!(hears(&seat, "theme_change").await?, json!({ "name": "dark" }), "with the handshake");
    for (dark, name) in [(false, "light"), (true, "dark")] {
        seat.browser.emulate(1280, 900, dark).await?;
        let told = format!("widget.heard.findLast(([action]) => action === 'theme_change')?.[1].name === '{name}'");
        seat.wrapper().becomes::<bool>(&told).await?;
    }
    Ok(())
}

/// The token says who one is: a wrapper gets one only for a conference whose event asks for it.
#[tokio::test]
async fn a_wrapper_of_somebody_elses_gets_a_token_where_the_event_asks_for_one() -> anyhow::Result<()> {
    let without = Scene::start().await?;
    let at_plain = seat(&without).await?;
    let refused: Value = at_plain.wrapper().run("return widget.askOpenId()", Vec::new()).await?;
    assert!(refused["error"].is_string(), "{refused}");

    let auth_well_known = Some(json!({ "auth": "openidtoken-jwt" }));
    let with = Scene::with_meet(Options { auth_well_known, ..Options::default() }).await?;
    let at_signed = seat(&with).await?;
    let token: Value = at_signed.wrapper().run("return widget.askOpenId()", Vec::new()).await?;
    assert_eq!(token["matrix_server_name"], json!("localhost"), "{token}");
    let whose = with.openid_user(token["access_token"].as_str().unwrap_or_default()).await?;
    assert_eq!(whose, "@alice:localhost");
    Ok(())
}

/// A window that is not the wrapper's, with the right ids: it gets no answer, and nothing of what it says counts.
#[tokio::test]
async fn a_window_beside_the_wrapper_is_not_heard_by_the_chat() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let seat = seat(&scene).await?;
    say(&seat, "io.element.join", json!({})).await?;
    seat.sees("Leave").await?;
    let stranger = "const frame = document.createElement('iframe'); frame.id = 'stranger'; document.body.append(frame); return null";
    seat.browser.run::<Value>(stranger, Vec::new()).await?;
    let id: String =
        seat.wrapper().run("return new URLSearchParams(location.search).get('widgetId')", Vec::new()).await?;
    let stranger = seat.browser.within(&["#stranger"]);
    let speak = "window.got = []; addEventListener('message', ({ data }) => got.push(data)); \
         for (const action of ['supported_api_versions', 'content_loaded', 'set_always_on_screen', 'get_openid', \
             'io.element.join', 'io.element.device_mute', 'io.element.participants', 'im.vector.hangup']) \
             parent.postMessage({ api: 'fromWidget', widgetId: arguments[0], requestId: 'stranger-' + action, action, \
                 data: { value: true, errorMessage: 'stranger' } }, '*'); return null";
    stranger.run::<Value>(speak, vec![json!(id)]).await?;
    // Behind all of it, a question of the wrapper's own.
    let answered = say(&seat, "supported_api_versions", json!({})).await?;
    assert!(answered["supported_versions"].is_array(), "{answered}");
    let got: Value = stranger.run("return window.got", Vec::new()).await?;
    assert_eq!(got, json!([]));
    seat.sees("Leave").await?;

    // The very same goodbye from the wrapper counts.
    say(&seat, "im.vector.hangup", json!({ "errorMessage": "stranger" })).await?;
    seat.sees("Close").await
}
