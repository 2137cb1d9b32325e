//! The Widget API: handshake, and each action of `chat-web.md` 5.4 both ways.

use std::time::Duration;

use serde_json::{Value, json};
use xtask::meet_stand_in::{Options, Release};

use super::client::{CONFERENCE, Client, Setting};
use crate::scene;

#[tokio::test]
async fn the_handshake_asks_for_what_is_needed_and_no_more() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    let requested: Value = client.browser.run("return client.requested", Vec::new()).await?;
    assert_eq!(requested, json!(["m.always_on_screen"]));
    let stages: Value = client.browser.run("return client.stages", Vec::new()).await?;
    assert_eq!(stages, json!(["preparing", "ready"]));
    assert_eq!(client.heard(&["supported_api_versions"]).await?.len(), 1);
    let speaks = client.send("supported_api_versions", json!({})).await?;
    let versions = speaks["supported_versions"].as_array().cloned().unwrap_or_default();
    for version in ["0.0.1", "0.0.2"] {
        assert!(versions.contains(&json!(version)), "{speaks}");
    }
    Ok(())
}

/// `waitForIframeLoad: false`: nothing is asked of the widget before it says that it is there.
#[tokio::test]
async fn a_client_that_waits_for_the_content_hears_that_it_is_loaded() -> anyhow::Result<()> {
    let client = Client::with(Setting { event: json!({ "waitForIframeLoad": false }), ..Setting::default() }).await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    assert_eq!(client.heard(&["content_loaded"]).await?, [json!(["content_loaded", {}])]);
    client.join("button.join").await
}

#[tokio::test]
async fn nothing_of_the_server_loads_before_a_press_and_what_then_loads_says_little() -> anyhow::Result<()> {
    // Without a room name in the event: the template keeps `$roomName` as it is.
    let client = Client::with(Setting { data: json!({}), ..Setting::default() }).await?;
    client.reads("place.address", &[]).await?;
    client.reads("status.ready", &[]).await?;
    assert!(client.seen().opened.is_empty());
    client.join("button.join").await?;
    let opened = client.seen().opened;
    assert_eq!(opened.len(), 1);
    let url = &opened[0].url;
    assert!(url.starts_with(&format!("http://{}/{CONFERENCE}?lang=enGB#", client.domain)), "{url}");
    for never in ["$", "%24", "%40", "undefined", "example.org"] {
        assert!(!url.contains(never), "{never} in {url}");
    }
    // Meet's own URL would escape the name; the command does not.
    client.meeting().becomes::<bool>("standIn.participants()[0].displayName === 'Ann <b>'").await?;
    Ok(())
}

/// The card was the pre-join page, whatever the release calls the key.
#[tokio::test]
async fn every_release_is_entered_without_a_second_question() -> anyhow::Result<()> {
    for release in [Release::V1_0_3, Release::V11_6_3, Release::V13_2_0] {
        let meet = Options { release, ..Options::default() };
        let client = Client::with(Setting { meet, ..Setting::default() }).await?;
        client.join("button.join").await?;
        client.hears_devices(true, true).await?;
        client.send("im.vector.hangup", json!({})).await?;
        client.reads("status.left", &[]).await?;
        client.has_left_nothing_open().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_join_and_a_hangup_of_the_client_are_answered_and_carried_out() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    let devices = json!({ "audioInput": null, "videoInput": null });
    assert_eq!(client.send("io.element.join", devices).await?, json!({}));
    client.is_in().await?;
    client.hears("io.element.join", 1).await?;
    assert_eq!(client.hears("set_always_on_screen", 1).await?, json!({ "value": true }));
    client.hears_devices(false, false).await?;
    let live: Value = client.meeting().run("return standIn.liveTracks()", Vec::new()).await?;
    assert_eq!(live, json!([]), "null means to start muted");

    client.forget().await?;
    assert_eq!(client.send("im.vector.hangup", json!({})).await?, json!({}));
    client.reads("status.left", &[]).await?;
    client.hears("set_always_on_screen", 1).await?;
    // The goodbye before the permission to go off screen: a client may stop listening upon the second.
    let goodbye = client.heard(&["im.vector.hangup", "set_always_on_screen"]).await?;
    assert_eq!(goodbye, [json!(["im.vector.hangup", {}]), json!(["set_always_on_screen", { "value": false }])]);
    client.has_left_nothing_open().await?;

    // Again, with a device by its label; and out at once.
    client.send("io.element.join", json!({ "audioInput": null, "videoInput": "fake_device_0" })).await?;
    client.is_in().await?;
    client.hears_devices(false, true).await?;
    client.send("im.vector.hangup", json!({ "force": true })).await?;
    client.hears("im.vector.hangup", 2).await?;
    client.has_left_nothing_open().await?;
    assert_eq!(client.seen().opened.len(), 2, "hanging up never joins again");
    Ok(())
}

#[tokio::test]
async fn devices_are_switched_from_both_sides_and_what_is_not_named_stays() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.join("button.join").await?;
    client.hears_devices(true, true).await?;
    let really = async |audio: bool, video: bool| {
        let is = format!(
            "!standIn.participants()[0].audioMuted === {audio} && !standIn.participants()[0].videoMuted === {video}"
        );
        client.meeting().becomes::<bool>(&is).await
    };

    // From the client: one, the other, both, none.
    assert_eq!(
        client.send("io.element.device_mute", json!({})).await?,
        json!({ "audio_enabled": true, "video_enabled": true })
    );
    client.send("io.element.device_mute", json!({ "audio_enabled": false })).await?;
    client.hears_devices(false, true).await?;
    really(false, true).await?;
    client.send("io.element.device_mute", json!({ "video_enabled": false })).await?;
    client.hears_devices(false, false).await?;
    really(false, false).await?;
    let both = json!({ "audio_enabled": true, "video_enabled": true });
    assert_eq!(client.send("io.element.device_mute", both.clone()).await?, both);
    client.hears_devices(true, true).await?;
    really(true, true).await?;
    // What it is already changes nothing.
    client.send("io.element.device_mute", both).await?;
    really(true, true).await?;

    // From Meet.
    client.meeting().click("#camera").await?;
    client.hears_devices(true, false).await?;
    client.meeting().click("#microphone").await?;
    client.hears_devices(false, false).await?;
    client.meeting().click("#camera").await?;
    client.hears_devices(false, true).await
}

/// By the server's own page in another tab.
async fn ben_comes(client: &Client) -> anyhow::Result<thirtyfour::WindowHandle> {
    client.browser.new_tab().await?;
    let room = format!(
        "http://{}/{CONFERENCE}#config.prejoinConfig.enabled=false&userInfo.displayName=%22Ben%22",
        client.domain
    );
    client.browser.open(&room).await?;
    client.browser.becomes::<bool>("window.standIn?.joined()").await?;
    client.browser.tab().await
}

#[tokio::test]
async fn the_client_hears_who_is_in_and_who_has_left_reads_who_still_is() -> anyhow::Result<()> {
    let client = Client::start().await?;
    let tab = client.browser.tab().await?;
    let named = |names: &str| {
        format!(
            "client.heard.findLast(([action]) => action === 'io.element.participants')?.[1].participants \
             .map(one => one.displayName).join() === '{names}'"
        )
    };
    client.join("button.join").await?;
    client.browser.becomes::<bool>(&named("Ann <b>")).await?;
    let bens = ben_comes(&client).await?;
    client.browser.go_to(&tab).await?;
    client.browser.becomes::<bool>(&named("Ann <b>,Ben")).await?;

    let still_in = client.words("stayed", &[("names", "\u{2068}Ben\u{2069}")]);
    client.meeting().click("#hangup").await?;
    client.reads("status.left", &[]).await?;
    scene::sees(client.wrapper(), &still_in).await?;

    // Whoever was in before is named as well.
    client.forget().await?;
    client.join("button.join_again").await?;
    client.browser.becomes::<bool>(&named("Ann <b>,Ben")).await?;
    client.send("im.vector.hangup", json!({})).await?;
    client.reads("status.left", &[]).await?;
    scene::sees(client.wrapper(), &still_in).await?;

    client.forget().await?;
    client.join("button.join_again").await?;
    client.browser.becomes::<bool>(&named("Ann <b>,Ben")).await?;
    client.browser.go_to(&bens).await?;
    client.browser.close_tab().await?;
    client.browser.go_to(&tab).await?;
    client.browser.becomes::<bool>(&named("Ann <b>")).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    client.send("im.vector.hangup", json!({})).await?;
    client.reads("status.left", &[]).await?;
    let said = "return document.getElementById('stayed').checkVisibility()";
    assert!(!client.wrapper().run::<bool>(said, Vec::new()).await?, "nobody was in any more");
    client.has_left_nothing_open().await
}

#[tokio::test]
async fn a_change_of_the_clients_look_is_followed_and_an_unknown_action_refused() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    let look = "document.documentElement.dataset.theme";
    client.wrapper().becomes::<bool>(&format!("{look} === 'light'")).await?;
    for (name, theme) in [("dark", "dark"), ("custom-light-high-contrast", "light"), ("midnight", "dark")] {
        client.browser.run::<Value>("return client.changeTheme(arguments[0])", vec![json!(name)]).await?;
        client.wrapper().becomes::<bool>(&format!("{look} === '{theme}'")).await?;
    }
    for action in ["org.example.dance", "visibility", ""] {
        let answer = client.send(action, json!({})).await?;
        // The library itself drops a message without an action, on both sides.
        let said = if action.is_empty() { "Request timed out" } else { "Unknown or unsupported action" };
        assert_eq!(answer, json!({ "error": said }), "{action}");
    }
    Ok(())
}

/// A client may refuse what it does not know; that changes nothing.
#[tokio::test]
async fn a_client_that_knows_less_is_no_obstacle() -> anyhow::Result<()> {
    let host = json!({ "refuses": ["io.element.join", "io.element.device_mute", "io.element.participants"] });
    let client = Client::with(Setting { host, ..Setting::default() }).await?;
    client.join("button.join").await?;
    client.hears("io.element.participants", 1).await?;
    client.meeting().click("#hangup").await?;
    client.reads("status.left", &[]).await?;
    client.hears("im.vector.hangup", 1).await?;
    client.has_left_nothing_open().await
}

#[tokio::test]
async fn voice_is_a_camera_that_starts_off_and_nothing_more() -> anyhow::Result<()> {
    let client = Client::with(Setting { data: json!({ "isAudioOnly": true }), ..Setting::default() }).await?;
    client.join("button.join_voice").await?;
    client.hears_devices(true, false).await?;
    let url = &client.seen().opened[0].url;
    assert!(!url.contains("AudioOnly") && !url.contains("LowBandwidth"), "{url}");
    Ok(())
}

/// A site that says so: straight into a conference on its own server, and never again by itself.
#[tokio::test]
async fn a_site_can_skip_the_card_for_its_own_server_alone() -> anyhow::Result<()> {
    let own = |domain: &str| json!({ "jitsi_widget": { "skip_built_in_welcome_screen": true }, "jitsi": { "preferred_domain": domain } });
    let client = Client::with(Setting { config: own, ..Setting::default() }).await?;
    client.is_in().await?;
    client.send("im.vector.hangup", json!({})).await?;
    client.reads("status.left", &[]).await?;
    client.has_left_nothing_open().await?;
    assert_eq!(client.seen().opened.len(), 1);
    client.reads("place.site", &[]).await?;

    let others = |_: &str| json!({ "jitsi_widget": { "skip_built_in_welcome_screen": true }, "jitsi": { "preferred_domain": "meet.test" } });
    let client = Client::with(Setting { config: others, ..Setting::default() }).await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    client.reads("status.ready", &[]).await?;
    client.reads("place.address", &[]).await?;
    assert!(client.seen().opened.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_client_lays_meet_out_and_has_it_streamed() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    let key = json!({ "rtmpStreamKey": "rtmp://audiostream.dummy/1" });
    let refused = client.send("im.vector.start_live_stream", key.clone()).await?;
    assert_eq!(refused, json!({ "error": "Conference not joined" }));
    client.join("button.join").await?;
    for (action, tiles) in [("io.element.spotlight_layout", false), ("io.element.tile_layout", true)] {
        assert_eq!(client.send(action, json!({})).await?, json!({}));
        client.meeting().becomes::<bool>(&format!("standIn.tileView() === {tiles}")).await?;
    }
    assert_eq!(client.send("im.vector.start_live_stream", key).await?, json!({}));
    client.meeting().becomes::<bool>("standIn.streams().join() === 'rtmp://audiostream.dummy/1'").await?;
    Ok(())
}

/// `chat-web.md` 5.3: the room's own page has the rest of the interface.
#[tokio::test]
async fn a_video_room_is_entered_in_tiles_with_few_buttons() -> anyhow::Result<()> {
    let data = json!({ "roomName": "Garden club", "isVideoChannel": "true" });
    let client = Client::with(Setting { data, ..Setting::default() }).await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    client.send("io.element.spotlight_layout", json!({})).await?;
    client.send("io.element.join", json!({})).await?;
    client.is_in().await?;
    client.meeting().becomes::<bool>("standIn.tileView() === false").await?;
    let url = &client.seen().opened[0].url;
    for key in ["config.toolbarButtons=", "config.conferenceInfo=", "config.disableSelfViewSettings=true"] {
        assert!(url.contains(key), "{key} is not in {url}");
    }
    Ok(())
}

/// What the client switches before the user is in counts when they come in.
#[tokio::test]
async fn a_device_that_the_client_mutes_on_the_card_is_muted_in_meet() -> anyhow::Result<()> {
    let client = Client::start().await?;
    client.browser.becomes::<bool>("client.stages.includes('ready')").await?;
    let muted = json!({ "audio_enabled": false });
    assert_eq!(client.send("io.element.device_mute", muted.clone()).await?, muted);
    client.reads("microphone.off", &[]).await?;
    client.join("button.join").await?;
    client.hears_devices(false, true).await?;
    client.meeting().becomes::<bool>("standIn.liveTracks().join() === 'video'").await?;
    Ok(())
}
