//! A person switches their devices on and off, and has them checked.

use serde_json::json;

use super::*;

#[test]
fn a_press_begins_the_check_and_the_next_one_ends_it() {
    let mut desk = Desk::new(None, None);
    assert_eq!(desk.handle(DeviceInput::Check), Some(DeviceAction::OpenCheck));
    assert!(desk.view().checking);
    assert_eq!(desk.handle(DeviceInput::Check), Some(DeviceAction::CloseCheck));
    assert!(!desk.view().checking);
    assert_eq!(desk.close(), None, "there is nothing left to close");
}

#[test]
fn a_switch_neither_begins_nor_ends_the_check() {
    let mut desk = Desk::new(None, Some(true));
    for checking in [false, true] {
        for kind in [Kind::Audio, Kind::Video] {
            assert_eq!(desk.handle(DeviceInput::Toggle(kind)), None);
            assert_eq!(desk.view().checking, checking);
        }
        desk.handle(DeviceInput::Check);
    }
}

#[test]
fn only_what_the_user_switched_speaks_against_the_address() {
    let mut desk = Desk::new(None, Some(true));
    assert_eq!(desk.wishes(), [Wish::default(), Wish::default()]);
    desk.handle(DeviceInput::Toggle(Kind::Audio));
    desk.handle(DeviceInput::Toggle(Kind::Video));
    let muted = |muted| Wish { muted: Some(muted), label: None };
    assert_eq!(desk.wishes(), [muted(true), muted(false)]);
}

#[test]
fn a_device_that_is_chosen_later_replaces_the_one_before() {
    let mut desk = Desk::new(None, None);
    desk.remember(&json!({"microphone": "Headset", "camera": "Lid camera"}));
    desk.remember(&json!({"camera": "Desk camera"}));
    assert_eq!(desk.wishes().map(|wish| wish.label), [None, Some("Desk camera".into())]);
    desk.handle(DeviceInput::Toggle(Kind::Video));
    assert_eq!(desk.wishes().map(|wish| wish.label), [None, None], "it is off");
}

#[test]
fn remembered_devices_are_used_and_garbage_is_forgotten() {
    let mut desk = Desk::new(None, None);
    desk.remember(&json!({"microphone": "Headset", "camera": 7}));
    assert_eq!(desk.wishes().map(|wish| wish.label), [Some("Headset".into()), None]);
    for garbage in [json!(null), json!([]), json!({"microphone": {}}), json!({"microphone": ""})] {
        desk.remember(&garbage);
        assert_eq!(desk.wishes(), [Wish::default(), Wish::default()]);
    }
}

#[test]
fn a_client_that_asks_for_any_device_gets_what_the_card_has() {
    let card = Wish { muted: Some(true), label: Some("Headset".into()) };
    assert_eq!(Wish::of_client(&Device::Any, card.clone()), card);
    assert_eq!(Wish::of_client(&Device::Muted, card), Wish { muted: Some(true), label: None });
}
