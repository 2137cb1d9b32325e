//! A person looks at their devices and chooses.

use serde_json::{Value, json};

use super::*;
use crate::ids::StreamId;

const ALL: [(&str, &str, &str); 3] =
    [("audioinput", "m1", "Headset"), ("videoinput", "c1", "Lid camera"), ("videoinput", "c2", "Desk camera")];

fn opened(audio: bool, video: bool) -> DeviceInput {
    DeviceInput::Media(MediaEvent::Opened { stream: StreamId::new("s"), audio, video, camera_failed: None })
}

fn failed(error: MediaError) -> DeviceInput {
    DeviceInput::Media(MediaEvent::Failed(error))
}

fn listed(list: &[(&str, &str, &str)]) -> DeviceInput {
    let mut devices = Devices::default();
    for (kind, id, label) in list {
        devices.add(kind, (*id).into(), (*label).into());
    }
    DeviceInput::Listed(devices)
}

fn wanted(audio: Option<Option<&str>>, video: Option<Option<&str>>) -> DeviceAction {
    let id = |id: Option<Option<&str>>| id.map(|id| id.map(str::to_owned));
    DeviceAction::Media(MediaCommand::Open(Wanted { audio: id(audio), video: id(video) }))
}

/// A look that has begun, at a browser that names nothing before it was allowed to open something.
fn begun(kept: &Value) -> Look {
    let mut look = Look::new(kept);
    assert_eq!(look.handle(DeviceInput::Started), [DeviceAction::List]);
    assert_eq!(look.handle(listed(&[])), [wanted(Some(None), Some(None))]);
    look
}

/// A look with both devices open.
fn open() -> Look {
    let mut look = begun(&json!(null));
    assert_eq!(look.handle(opened(true, true)), [DeviceAction::List]);
    assert_eq!(look.handle(listed(&ALL)), []);
    look
}

fn troubles(look: &Look) -> [Option<&'static str>; 2] {
    let view = look.view();
    [view.microphone.trouble, view.camera.trouble]
}

#[test]
fn both_devices_are_opened_at_once_and_then_have_names() {
    let mut look = begun(&json!(null));
    assert!(look.view().opening && !look.view().camera.open);
    look.handle(opened(true, true));
    look.handle(listed(&ALL));
    let view = look.view();
    assert!(view.microphone.open && view.camera.open && !view.opening);
    assert_eq!(view.camera.labels, ["Lid camera", "Desk camera"]);
    assert_eq!(troubles(&look), [None, None]);
}

#[test]
fn a_remembered_device_is_opened_as_soon_as_the_browser_names_it() {
    let kept = json!({"camera": "Desk camera", "microphone": "Not here"});
    let mut look = Look::new(&kept);
    look.handle(DeviceInput::Started);
    assert_eq!(look.handle(listed(&ALL)), [wanted(Some(None), Some(Some("c2")))], "it names it at once");

    let mut look = begun(&kept);
    look.handle(opened(true, true));
    assert_eq!(look.handle(listed(&ALL)), [wanted(None, Some(Some("c2")))]);
    look.handle(opened(true, true));
    assert_eq!(look.handle(listed(&ALL)), [], "once is enough");
    assert_eq!(look.view().camera.chosen, "Desk camera");
}

#[test]
fn a_chosen_device_is_kept_and_opened() {
    let mut look = open();
    let actions = look.handle(DeviceInput::Choose(Kind::Video, "Desk camera".into()));
    assert_eq!(actions, [DeviceAction::Keep(json!({"camera": "Desk camera"})), wanted(None, Some(Some("c2")))]);
    assert!(look.view().opening && look.view().microphone.open);
    let actions = look.handle(DeviceInput::Choose(Kind::Audio, "Headset".into()));
    let both = json!({"microphone": "Headset", "camera": "Desk camera"});
    assert_eq!(actions, [DeviceAction::Keep(both), wanted(Some(Some("m1")), None)]);
    let actions = look.handle(DeviceInput::Choose(Kind::Video, String::new()));
    assert_eq!(actions, [DeviceAction::Keep(json!({"microphone": "Headset"})), wanted(None, Some(None))]);
}

#[test]
fn trouble_is_named_for_the_device_that_has_it_and_goes_with_the_next_try() {
    let mut look = open();
    look.handle(DeviceInput::Choose(Kind::Video, "Desk camera".into()));
    assert_eq!(look.handle(failed(MediaError::InUse)), [DeviceAction::List]);
    assert_eq!(troubles(&look), [None, Some("camera.in_use")]);
    assert_eq!(look.handle(listed(&ALL)), [], "it is not tried again and again");
    look.handle(DeviceInput::Choose(Kind::Video, "Lid camera".into()));
    assert_eq!(troubles(&look), [None, None]);
}

#[test]
fn a_camera_that_fails_beside_a_microphone_is_named() {
    let mut look = begun(&json!(null));
    let stream = StreamId::new("s");
    let camera_failed = Some(MediaError::NotFound);
    look.handle(DeviceInput::Media(MediaEvent::Opened { stream, audio: true, video: false, camera_failed }));
    assert_eq!(troubles(&look), [None, Some("camera.not_found")]);
    assert!(look.view().microphone.open);
}

#[test]
fn without_a_microphone_the_camera_is_looked_at_alone() {
    let mut look = begun(&json!(null));
    assert_eq!(look.handle(failed(MediaError::NotFound)), [wanted(None, Some(None))]);
    look.handle(opened(false, true));
    assert_eq!(troubles(&look), [Some("microphone.not_found"), None]);
    assert!(look.view().camera.open && !look.view().microphone.open);

    let mut look = begun(&json!(null));
    look.handle(failed(MediaError::NotAllowed));
    assert_eq!(look.handle(failed(MediaError::NotAllowed)), [DeviceAction::List]);
    assert_eq!(troubles(&look), [Some("microphone.not_allowed"), Some("camera.not_allowed")]);
}

/// Nobody who presses anything in the address bar changes what the page around it allows.
#[test]
fn a_frame_that_gets_no_devices_sends_nobody_to_the_address_bar() {
    let mut look = begun(&json!(null));
    look.handle(failed(MediaError::Framed));
    look.handle(failed(MediaError::Framed));
    assert_eq!(troubles(&look), [Some("microphone.framed"), Some("camera.framed")]);
}

#[test]
fn a_page_that_may_open_nothing_says_so_of_both() {
    let mut look = begun(&json!(null));
    assert_eq!(look.handle(failed(MediaError::Insecure)), [DeviceAction::List]);
    assert_eq!(troubles(&look), [Some("microphone.failed"), Some("camera.failed")]);
    assert!(!look.view().opening);
}

#[test]
fn an_unplugged_device_is_missed_and_opened_when_it_comes_back() {
    let mut look = open();
    look.handle(DeviceInput::Choose(Kind::Audio, "Headset".into()));
    look.handle(opened(true, true));
    look.handle(listed(&ALL));
    assert_eq!(look.handle(DeviceInput::Media(MediaEvent::Ended(Slot::User, Kind::Audio))), [DeviceAction::List]);
    assert_eq!(troubles(&look), [Some("microphone.gone"), None]);
    assert_eq!(look.handle(listed(&ALL[1..])), []);
    assert_eq!(look.view().microphone.labels, [""; 0]);
    assert_eq!(look.handle(listed(&ALL)), [wanted(Some(Some("m1")), None)]);
    assert_eq!(troubles(&look), [None, None]);
}

#[test]
fn a_device_that_comes_where_there_was_none_is_opened() {
    let mut look = begun(&json!(null));
    look.handle(failed(MediaError::NotFound));
    look.handle(opened(false, true));
    assert_eq!(look.handle(listed(&ALL[1..])), []);
    assert_eq!(look.handle(listed(&ALL)), [wanted(Some(None), None)]);
}

#[test]
fn what_was_refused_is_not_asked_for_again_when_a_device_comes() {
    let mut look = begun(&json!(null));
    look.handle(failed(MediaError::NotAllowed));
    look.handle(failed(MediaError::NotAllowed));
    assert_eq!(look.handle(listed(&ALL)), []);
}

#[test]
fn a_device_that_comes_while_another_is_being_opened_is_not_overlooked() {
    let mut look = open();
    look.handle(DeviceInput::Media(MediaEvent::Ended(Slot::User, Kind::Audio)));
    look.handle(listed(&ALL[1..]));
    look.handle(DeviceInput::Choose(Kind::Video, "Desk camera".into()));
    assert_eq!(look.handle(listed(&ALL)), []);
    assert_eq!(look.handle(opened(false, true)), [DeviceAction::List]);
    assert_eq!(look.handle(listed(&ALL)), [wanted(Some(None), None)]);
}

#[test]
fn an_answer_that_nothing_was_asked_for_changes_no_other() {
    let mut look = open();
    assert_eq!(look.handle(failed(MediaError::InUse)), [DeviceAction::List]);
    assert_eq!(troubles(&look), [None, None]);
    let screen = MediaEvent::ScreenFailed(MediaError::NotAllowed);
    assert_eq!(look.handle(DeviceInput::Media(screen)), []);
}
