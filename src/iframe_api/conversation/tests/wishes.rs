//! What the chat wants of Meet beside in and out.

use super::*;

#[test]
fn tiles_are_asked_for_at_once_and_again_whenever_the_user_comes_in() {
    let mut meet = Meet::opened(Introduction { tiles: Some(true), ..Introduction::default() });
    let asked = |on: bool| ("set-tile-view".to_owned(), json!([on]));
    assert_eq!(commands(&meet.does(ConversationInput::SetTiles(false))), vec![], "not while Meet starts up");
    assert!(commands(&meet.says(&joined())).contains(&asked(false)));
    assert_eq!(commands(&meet.does(ConversationInput::SetTiles(true))), vec![asked(true)]);
    meet.says(&named("video-conference-left"));
    assert!(commands(&meet.says(&joined())).contains(&asked(true)));
}

#[test]
fn without_a_wish_the_layout_is_left_to_meet() {
    let mut meet = Meet::opened(Introduction::default());
    assert!(!commands(&meet.says(&joined())).iter().any(|(name, _)| name == "set-tile-view"));
}

#[test]
fn a_stream_is_started_under_the_name_that_meet_reads() {
    let mut meet = Meet::joined();
    let outputs = meet.does(ConversationInput::StartStream(&Secret("rtmp://audio.test/1".into())));
    let argument = json!([{"mode": "stream", "youtubeStreamKey": "rtmp://audio.test/1"}]);
    assert_eq!(commands(&outputs), vec![("start-recording".into(), argument)]);
}

#[test]
fn a_device_that_meet_can_t_open_is_reported_as_off() {
    let mut meet = Meet::joined();
    let off = |audio: Option<bool>, video: Option<bool>| {
        vec![ConversationOutput::Devices(DeviceStates { audio_enabled: audio, video_enabled: video })]
    };
    let error = |name: &str| event(json!({"name": name, "type": "gum.not_found", "message": "none"}));
    assert_eq!(meet.says(&error("camera-error")), off(None, Some(false)));
    assert_eq!(meet.says(&error("mic-error")), off(Some(false), None));
}
