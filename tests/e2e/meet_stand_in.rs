//! The stand-in for Meet, driven by Meet's *own* outer library: what the library understands, ours has to as well, and
//! what the stand-in gets wrong would show here and not as a wrapper that works with the stand-in alone.
//!
//! Needs Node.js with npm, for `tests/meet/oracle`.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use xtask::meet_stand_in::{Behaviour, Framing, MeetStandIn, Options};

use self::oracle::{Bed, ROOM};
use crate::browser::{Devices, Launch, WAIT};

mod oracle;
mod releases;

#[tokio::test]
async fn the_library_hears_a_whole_call_in_meets_order() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann <b>", json!({ "subject": "Tea" })).await?;

    let joined = ann.hears("videoConferenceJoined").await?;
    assert_eq!(joined["roomName"], "jitsisomeroom");
    assert_eq!(joined["displayName"], "Ann &lt;b&gt;", "Meet escapes userInfo.displayName");
    assert_eq!(joined["formattedDisplayName"], "Ann &lt;b&gt; (me)");
    assert_eq!(joined["email"], "someone@example.org");
    assert_eq!(joined["breakoutRoom"], false);
    assert_eq!(ann.hears("participantRoleChanged").await?["role"], "moderator");
    assert_eq!(ann.hears("subjectChange").await?["subject"], "Tea");

    ann.command("displayName", json!(["Ann <b>"])).await?;
    let name = ann.hears("displayNameChange").await?;
    assert_eq!((&name["displayname"], &name["formattedDisplayName"]), (&json!("Ann <b>"), &json!("Ann <b> (me)")));

    ann.command("hangup", json!([])).await?;
    ann.hears("readyToClose").await?;
    let whole = [
        "browserSupport",
        "ready",
        "videoConferenceJoined",
        "participantRoleChanged",
        "videoMuteStatusChanged",
        "videoConferenceLeft",
        "readyToClose",
    ];
    assert_eq!(ann.order_of(&whole).await?, whole);
    assert_eq!(ann.asks("getNumberOfParticipants").await?, 0);
    ann.frame().becomes::<bool>("Boolean(document.getElementById('closed'))").await?;
    let snapshot = bed.stand_in.rooms();
    assert!(snapshot.rooms.is_empty());
    let url = &snapshot.opened.first().context("the page was opened")?.url;
    assert!(
        url.starts_with(&format!("https://{}/{ROOM}?lang=de#jitsi_meet_external_api_id=0&", bed.domain())),
        "{url}"
    );
    Ok(())
}

#[tokio::test]
async fn commands_and_requests_of_the_library_work() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({})).await?;
    ann.hears("videoConferenceJoined").await?;

    for (command, question, event) in [
        ("toggleAudio", "isAudioMuted", "audioMuteStatusChanged"),
        ("toggleVideo", "isVideoMuted", "videoMuteStatusChanged"),
    ] {
        assert_eq!(ann.asks(question).await?, false);
        for muted in [true, false] {
            ann.command(command, json!([])).await?;
            ann.hears_that(event, "muted", json!(muted)).await?;
            assert_eq!(ann.asks(question).await?, muted);
        }
    }

    ann.command("setTileView", json!([false])).await?;
    ann.hears_that("tileViewChanged", "enabled", json!(false)).await?;
    ann.command("toggleShareScreen", json!([{ "enable": true }])).await?;
    ann.hears_that("screenSharingStatusChanged", "on", json!(true)).await?;
    assert_eq!(ann.asks("isSharingScreen").await?, true);

    assert_eq!(ann.asks("isAudioAvailable").await?, true);
    assert_eq!(ann.asks("isVideoAvailable").await?, true);
    let devices = ann.asks("getAvailableDevices").await?;
    assert!(devices["videoInput"][0]["label"].as_str().is_some_and(|label| !label.is_empty()), "{devices}");
    assert_eq!(ann.asks("getCurrentDevices").await?["audioInput"]["kind"], "audioinput");
    assert_eq!(ann.asks("getRoomsInfo").await?["rooms"][0]["participants"][0]["role"], "moderator");
    assert_ne!(ann.asks("getSessionId").await?, "");
    assert_eq!(ann.asks("getLivestreamUrl").await?, json!({ "error": {} }), "a request it does not know");
    Ok(())
}

#[tokio::test]
async fn three_people_see_and_hear_one_another() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let (ann, ben, cem) =
        tokio::try_join!(bed.person("Ann", json!({})), bed.person("Ben", json!({})), bed.person("Cem", json!({})))?;
    for person in [&ann, &ben, &cem] {
        person.sees_and_hears(2).await.context("media")?;
        assert_eq!(person.asks("getNumberOfParticipants").await?, 3);
    }
    let names = "return api.getParticipantsInfo().map(one => one.displayName).sort()";
    assert_eq!(ann.browser.run::<Value>(names, Vec::new()).await?, json!(["Ann", "Ben", "Cem"]));
    ann.browser.screenshot("meet-stand-in-three").await?;

    let ben_id = ben.hears("videoConferenceJoined").await?["id"].clone();
    ben.command("toggleShareScreen", json!([])).await?;
    ann.hears("contentSharingParticipantsChanged").await?;
    let screen = format!("standIn.stats().then(all => all.find(one => one.id === {ben_id}).screenFramesDecoded > 5)");
    ann.frame().becomes::<bool>(&screen).await?;

    ben.command("hangup", json!([])).await?;
    ann.hears_that("participantLeft", "id", ben_id).await?;
    assert_eq!(ann.asks("getNumberOfParticipants").await?, 2);
    ann.sees_and_hears(1).await.context("media after one left")
}

#[tokio::test]
async fn the_page_looks_right_on_a_desk_and_on_a_phone() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann Lindqvist", json!({ "subject": "Garden party" })).await?;
    let ben = bed.person("Ben", json!({ "startWithVideoMuted": true, "startWithAudioMuted": true })).await?;
    ben.hears("participantJoined").await?;
    for (width, height, dark) in [(1280, 800, false), (390, 844, true)] {
        ann.browser.emulate(width, height, dark).await?;
        ann.browser.screenshot(&format!("meet-stand-in-{width}")).await?;
        let fits = "document.documentElement.scrollWidth <= innerWidth && \
                    [...document.querySelectorAll('#toolbar button')].every(one => one.offsetHeight >= 44)";
        ann.frame().becomes::<bool>(fits).await?;
    }
    Ok(())
}

/// A device that is opened lights its lamp: whoever starts with the camera off must not see that.
#[tokio::test]
async fn a_device_is_open_only_while_it_is_used() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({ "startWithAudioMuted": true, "startWithVideoMuted": true })).await?;
    let live = async || ann.frame().run::<Value>("return standIn.liveTracks()", Vec::new()).await;
    ann.hears_that("videoMuteStatusChanged", "muted", json!(true)).await?;
    ann.hears_that("audioMuteStatusChanged", "muted", json!(true)).await?;
    assert_eq!(live().await?, json!([]));

    ann.command("toggleVideo", json!([])).await?;
    ann.hears_that("videoMuteStatusChanged", "muted", json!(false)).await?;
    assert_eq!(live().await?, json!(["video"]));
    ann.command("toggleVideo", json!([])).await?;
    ann.frame().becomes::<bool>("standIn.liveTracks().length === 0").await?;
    Ok(())
}

#[tokio::test]
async fn who_refuses_camera_and_microphone_is_in_the_meeting_without_them() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person_with(Launch::default().devices(Devices::Denied), "Ann", json!({})).await?;
    assert_eq!(ann.hears("cameraError").await?["type"], "gum.permission_denied");
    assert_eq!(ann.hears("micError").await?["type"], "gum.permission_denied");
    ann.hears("videoConferenceJoined").await?;
    assert_eq!(ann.asks("isVideoMuted").await?, true);
    assert_eq!(ann.asks("isVideoAvailable").await?, false);
    Ok(())
}

#[tokio::test]
async fn who_has_no_camera_and_no_microphone_is_in_the_meeting_too() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let none = Launch::default().devices(Devices::None);
    let ann = bed.person_with(none, "Ann", json!({})).await?;
    ann.hears("videoConferenceJoined").await?;
    assert_eq!(ann.hears("videoAvailabilityChanged").await?["available"], false);
    assert_eq!(ann.asks("isVideoAvailable").await?, false);
    Ok(())
}

#[tokio::test]
async fn the_buttons_do_what_the_commands_do() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({})).await?;
    ann.hears("videoConferenceJoined").await?;
    ann.frame().click("#microphone").await?;
    ann.hears_that("audioMuteStatusChanged", "muted", json!(true)).await?;
    ann.frame().click("#camera").await?;
    ann.hears_that("videoMuteStatusChanged", "muted", json!(true)).await?;
    ann.frame().click("#tiles").await?;
    ann.hears_that("tileViewChanged", "enabled", json!(false)).await?;
    ann.frame().click("#share").await?;
    ann.hears_that("screenSharingStatusChanged", "on", json!(true)).await?;
    ann.frame().click("#hangup").await?;
    ann.hears("readyToClose").await?;
    assert_eq!(ann.browser.innermost().shown("#closed").await?, "You have left the meeting.");
    let complaints = ann.browser.console().await?.into_iter().filter(|entry| entry.level == "SEVERE");
    assert_eq!(complaints.map(|entry| entry.message).collect::<Vec<_>>(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn without_a_setting_the_prejoin_screen_waits_for_a_press() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({ "prejoinConfig": { "enabled": true } })).await?;
    let loaded = ann.hears("prejoinScreenLoaded").await?;
    assert_eq!((&loaded["id"], &loaded["displayName"]), (&json!("local"), &json!("Ann")));
    assert!(bed.stand_in.rooms().rooms.is_empty());
    ann.frame().type_into("#prejoin-name", " Lindqvist").await?;
    ann.frame().click("#prejoin button").await?;
    assert_eq!(ann.hears("videoConferenceJoined").await?["displayName"], "Ann Lindqvist");
    Ok(())
}

#[tokio::test]
async fn errors_arrive_nested_and_a_fatal_one_is_followed_by_a_reload() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({})).await?;
    ann.hears("videoConferenceJoined").await?;
    let error = json!({ "name": "connection.droppedError", "type": "CONNECTION", "isFatal": true });
    bed.stand_in.fail(ROOM, &error);
    assert_eq!(ann.hears("errorOccurred").await?, json!({ "error": error }));
    ann.hears("videoConferenceLeft").await?;
    let joined_again = "heard.filter(([name]) => name === 'videoConferenceJoined').length === 2";
    ann.browser.becomes::<bool>(joined_again).await?;
    Ok(())
}

#[tokio::test]
async fn who_is_thrown_out_hears_by_whom_and_then_the_usual_end() -> anyhow::Result<()> {
    let bed = Bed::make(Options::default()).await?;
    let ann = bed.person("Ann", json!({})).await?;
    ann.hears("videoConferenceJoined").await?;
    let ben = bed.person("Ben", json!({})).await?;
    let id = ann.hears("participantJoined").await?["id"].clone();
    ann.command("kickParticipant", json!([id])).await?;
    let kicked = ben.hears("participantKickedOut").await?;
    assert_eq!((&kicked["kicked"]["local"], &kicked["kicker"]["name"]), (&json!(true), &json!("Ann")));
    ben.hears("readyToClose").await?;
    let end = ["participantKickedOut", "videoConferenceLeft", "readyToClose"];
    assert_eq!(ben.order_of(&end).await?, end);
    Ok(())
}

#[tokio::test]
async fn a_lobby_is_waited_in_and_a_wrong_token_gets_nowhere() -> anyhow::Result<()> {
    let bed = Bed::make(Options { behaviour: Behaviour::Lobby, ..Options::default() }).await?;
    let ann = bed.person("Ann", json!({})).await?;
    assert_eq!(ann.hears("errorOccurred").await?["error"]["name"], "conference.connectionError.membersOnly");
    bed.stand_in.admit(ROOM);
    ann.hears("videoConferenceJoined").await?;
    drop(ann);

    let bed = Bed::make(Options { behaviour: Behaviour::RefusesToken, ..Options::default() }).await?;
    let ann = bed.person("Ann", json!({})).await?;
    let error = ann.hears("errorOccurred").await?["error"].clone();
    assert_eq!((&error["name"], &error["isFatal"]), (&json!("connection.passwordRequired"), &json!(false)));
    Ok(())
}

/// The frame's own `load` fires in the first and the last case: it must never count as success.
#[tokio::test]
async fn a_server_that_will_not_be_framed_hangs_or_is_no_meet_says_nothing() -> anyhow::Result<()> {
    let forbids = Options { framing: Framing::Forbid, ..Options::default() };
    let hangs = Options { behaviour: Behaviour::HangsOnPage, ..Options::default() };
    let other = Options { behaviour: Behaviour::NoMeet, ..Options::default() };
    for options in [forbids, hangs, other] {
        let what = format!("{options:?}");
        let bed = Bed::make(options).await?;
        let ann = bed.person("Ann", json!({})).await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let heard: Value = ann.browser.run("return heard", Vec::new()).await?;
        assert_eq!(heard, json!([]), "{what}");
        assert!(bed.stand_in.rooms().opened.is_empty(), "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn the_well_known_of_a_server_without_tokens_is_missing_as_on_a_stock_one() -> anyhow::Result<()> {
    let ask = async |options: Options| {
        let stand_in = MeetStandIn::start(TcpListener::bind("127.0.0.1:0").await?, options).await?;
        let url = format!("http://{}/.well-known/element/jitsi", stand_in.addr());
        let answer = reqwest::Client::new().get(url).timeout(WAIT).send().await?;
        let open = answer.headers().get("access-control-allow-origin").is_some();
        anyhow::Ok((answer.status().as_u16(), open, answer.text().await?))
    };
    assert_eq!(ask(Options::default()).await?, (404, false, String::new()));
    let auth = Some(json!({ "auth": "openidtoken-jwt" }));
    let with_tokens = ask(Options { auth_well_known: auth, ..Options::default() }).await?;
    assert_eq!(with_tokens, (200, true, r#"{"auth":"openidtoken-jwt"}"#.to_owned()));
    Ok(())
}
