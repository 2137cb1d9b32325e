//! The devices of a conference that floats: shown as they are, switched where they are.

use super::*;
use crate::widget_api::DeviceStates;

fn in_it() -> (Session, MeetWidget) {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    (session, widget)
}

fn devices(session: &Session) -> [Option<bool>; 2] {
    match session.view() {
        View::Open { devices, .. } => devices.each(),
        _ => [None, None],
    }
}

#[test]
fn what_the_wrapper_says_of_devices_is_shown_and_what_it_leaves_out_stays() {
    let (mut session, widget) = in_it();
    assert_eq!(devices(&session), [None, None]);
    session
        .handle(T0, says(&widget, "io.element.device_mute", json!({ "audio_enabled": true, "video_enabled": true })));
    session.handle(T0, says(&widget, "io.element.device_mute", json!({ "video_enabled": false })));
    assert_eq!(devices(&session), [Some(true), Some(false)]);
}

#[test]
fn a_wish_goes_to_the_wrapper_and_changes_nothing_by_itself() {
    let (mut session, widget) = in_it();
    session.handle(T0, says(&widget, "io.element.device_mute", json!({ "audio_enabled": true })));
    let wish = DeviceStates { audio_enabled: Some(false), video_enabled: None };
    let actions = session.handle(T0, Input::Devices(wish));
    let asked = actions.iter().any(|action| {
        matches!(action, Action::Post(Posted(post)) if post["action"] == "io.element.device_mute" && post["data"] == json!({ "audio_enabled": false }))
    });
    assert!(asked, "{actions:?}");
    assert_eq!(devices(&session), [Some(true), None]);
}

#[test]
fn who_is_out_has_no_devices_to_switch() {
    let (mut session, widget) = joined();
    session
        .handle(T0, says(&widget, "io.element.device_mute", json!({ "audio_enabled": true, "video_enabled": true })));
    session.handle(T0, says(&widget, "im.vector.hangup", json!({ "errorMessage": "lost" })));
    assert_eq!(devices(&session), [None, None]);
    session.handle(T0, says(&widget, "io.element.device_mute", json!({ "audio_enabled": true })));
    assert_eq!(devices(&session), [None, None]);
    let wish = DeviceStates { audio_enabled: Some(true), video_enabled: None };
    assert!(!session.handle(T0, Input::Devices(wish)).iter().any(|action| matches!(action, Action::Post(_))));
}
