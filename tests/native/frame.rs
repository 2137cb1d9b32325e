//! The URL at which our wrapper opens a conference.

use meet_in_chat::meet::template::read_parameters;
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget, Viewer, frame_url};
use serde_json::{Value, json};
use url::Url;

use crate::rooms::{event, state};

const WRAPPER: &str = "https://chat.example.org/jitsi.html";

const VIEWER: Viewer<'_> = Viewer {
    user_id: "@ann:chat.test",
    display_name: "Ann & Ben #1 $domain",
    avatar_url: "",
    room_id: "!room:chat.test",
    room_name: "As I see it",
    theme: "dark",
    language: "de-AT",
    video_room: false,
    parent_url: "https://chat.example.org/?x=1&y=2",
};

fn widget(data: Value) -> MeetWidget {
    let content = json!({ "type": "jitsi", "url": "https://evil.test/jitsi.html?confId=X", "data": data });
    MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, "widget&1", content)]))).pop().expect("one widget")
}

#[test]
fn everything_the_wrapper_needs_is_in_its_url() {
    let widget = widget(
        json!({ "domain": "meet.test:8443", "conferenceId": "a/b c", "isAudioOnly": true, "auth": "openidtoken-jwt" }),
    );
    let url = frame_url(&widget, WRAPPER, &VIEWER).expect("a URL");
    let url = Url::parse(&url).expect("a valid URL");
    assert_eq!(url.origin().ascii_serialization(), "https://chat.example.org");
    assert_eq!(url.path(), "/jitsi.html");
    let pairs = |text: Option<&str>| read_parameters(text.unwrap_or_default());
    let expected = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(
        pairs(url.query()),
        expected(&[("widgetId", "widget&1"), ("parentUrl", "https://chat.example.org/?x=1&y=2"),])
    );
    assert_eq!(
        pairs(url.fragment()),
        expected(&[
            ("conferenceDomain", "meet.test:8443"),
            ("conferenceId", "a/b c"),
            ("isAudioOnly", "true"),
            ("displayName", "Ann & Ben #1 $domain"),
            ("avatarUrl", ""),
            ("userId", "@ann:chat.test"),
            ("roomId", "!room:chat.test"),
            ("theme", "dark"),
            ("localRoomName", "As I see it"),
            ("supportsScreensharing", "true"),
            ("language", "de-AT"),
            ("auth", "openidtoken-jwt"),
        ])
    );
}

#[test]
fn the_name_in_the_event_goes_before_the_viewers_own() {
    let widget = widget(json!({ "domain": "meet.test", "conferenceId": "x", "roomName": "Team" }));
    let url = frame_url(&widget, WRAPPER, &VIEWER).expect("a URL");
    assert!(url.contains("&roomName=Team&"), "{url}");
    assert!(!url.contains("auth="), "{url}");
}

#[test]
fn there_is_no_url_without_a_domain() {
    for domain in [json!("user@meet.test"), json!(""), json!(7)] {
        let widget = widget(json!({ "domain": domain, "conferenceId": "x" }));
        assert_eq!(frame_url(&widget, WRAPPER, &VIEWER), None);
    }
}

#[test]
fn the_chats_own_address_is_no_meet_server() {
    let widget = widget(json!({ "domain": "Chat.Example.org:443", "conferenceId": "x" }));
    assert_eq!(frame_url(&widget, WRAPPER, &VIEWER), None);
    assert!(frame_url(&widget, "http://localhost:8080/jitsi.html", &VIEWER).is_some());
}

#[test]
fn a_video_room_is_one_for_the_wrapper_too() {
    let widget = widget(json!({ "domain": "meet.test", "conferenceId": "Room" }));
    let says = |video_room| {
        let url = frame_url(&widget, WRAPPER, &Viewer { video_room, ..VIEWER }).expect("a URL");
        url.contains("&isVideoChannel=true")
    };
    assert!(says(true) && !says(false));
}
