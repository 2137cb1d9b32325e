//! Entering with devices that were chosen on the card.

use super::*;
use crate::call::media::Kind;
use crate::wrapper::DeviceInput;

const OPEN: Action = Action::Device(DeviceAction::OpenCheck);
const CLOSE: Action = Action::Device(DeviceAction::CloseCheck);

/// Whether the check is closed, and before Meet's frame is opened.
fn closes_before_meet_opens(actions: &[Action]) -> bool {
    let close = actions.iter().position(|action| *action == CLOSE);
    let open = actions.iter().position(|action| matches!(action, Action::OpenFrame { .. }));
    matches!((close, open), (Some(close), Some(open)) if close < open)
}

#[test]
fn devices_that_are_checked_are_free_before_meet_opens() {
    let mut visit = Visit::in_client();
    assert!(visit.does(Input::Device(DeviceInput::Check)).contains(&OPEN));
    let actions = visit.presses(Press::Join);
    assert!(closes_before_meet_opens(&actions), "{actions:?}");
}

#[test]
fn a_client_that_joins_frees_them_too() {
    let mut visit = Visit::in_client();
    visit.does(Input::Device(DeviceInput::Check));
    let actions = visit.client_asks("io.element.join", json!({}));
    assert!(closes_before_meet_opens(&actions), "{actions:?}");
}

#[test]
fn so_does_a_page_that_enters_by_itself() {
    let mut visit = Visit::in_client();
    visit.client_asks("notify_capabilities", json!({}));
    visit.does(Input::Device(DeviceInput::Check));
    let actions = visit.site(skipping("meet.example.org"));
    assert!(closes_before_meet_opens(&actions), "{actions:?}");
}

#[test]
fn a_check_does_not_come_back_with_the_card() {
    let mut visit = Visit::in_client();
    visit.does(Input::Device(DeviceInput::Check));
    visit.presses(Press::Join);
    let actions = visit.presses(Press::Cancel);
    assert!(!actions.contains(&OPEN), "{actions:?}");
    assert!(shown(&actions).devices.is_some_and(|devices| !devices.checking));
    let actions = visit.presses(Press::Join);
    assert!(!actions.contains(&CLOSE), "it is closed: {actions:?}");
}

#[test]
fn the_cards_switches_decide_how_meet_starts() {
    let mut visit = Visit::in_client();
    visit.does(Input::Device(DeviceInput::Toggle(Kind::Video)));
    let actions = visit.presses(Press::Join);
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.contains("config.startWithVideoMuted=true") && !url.contains("startWithAudioMuted"), "{url}");
}

/// Whoever waits for a slow configuration, or for the client, may have switched something off meanwhile.
#[test]
fn the_cards_switches_count_however_one_comes_in() {
    for by_client in [false, true] {
        let mut visit = Visit::in_client();
        visit.client_asks("notify_capabilities", json!({}));
        visit.does(Input::Device(DeviceInput::Toggle(Kind::Video)));
        let actions = match by_client {
            true => visit.client_asks("io.element.join", json!({})),
            false => visit.site(skipping("meet.example.org")),
        };
        let url = opened_frame(&actions).expect("a frame");
        assert!(url.contains("config.startWithVideoMuted=true"), "{url}");
    }
}

#[test]
fn a_remembered_device_is_entered_with_by_the_card_and_by_a_client_that_names_none() {
    for by_client in [false, true] {
        let mut visit = Visit::in_client();
        visit.does(Input::Remembered(&json!({"microphone": "Headset"})));
        let actions = match by_client {
            true => visit.client_asks("io.element.join", json!({"videoInput": null})),
            false => visit.presses(Press::Join),
        };
        let url = opened_frame(&actions).expect("a frame");
        assert!(url.contains("devices.audioInput=%22Headset%22"), "{url}");
        assert_eq!(url.contains("config.startWithVideoMuted=true"), by_client);
    }
}

#[test]
fn a_press_on_a_device_that_comes_too_late_opens_nothing() {
    let mut visit = Visit::in_client();
    visit.presses(Press::Join);
    let actions = visit.does(Input::Device(DeviceInput::Check));
    assert!(!actions.iter().any(|action| matches!(action, Action::Device(_))), "{actions:?}");
}

#[test]
fn the_button_says_with_which_camera_one_enters() {
    let button = |actions: &[Action]| shown(actions).button.map(|(label, _)| label);
    let (mut visit, opened) = Visit::opened("conferenceDomain=meet.example.org&conferenceId=E&isAudioOnly=true", true);
    assert_eq!(button(&opened), Some("button.join_voice"));
    for label in ["button.join", "button.join_voice"] {
        let toggled = visit.does(Input::Device(DeviceInput::Toggle(Kind::Video)));
        assert_eq!(button(&toggled), Some(label));
    }
}

#[test]
fn a_device_mute_on_the_card_is_what_the_user_enters_with() {
    let mut visit = Visit::in_client();
    let actions = visit.client_asks("io.element.device_mute", json!({"audio_enabled": false}));
    assert!(shown(&actions).devices.is_some_and(|devices| !devices.microphone_on && devices.camera_on));
    let actions = visit.presses(Press::Join);
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.contains("config.startWithAudioMuted=true") && !url.contains("startWithVideoMuted"), "{url}");
}

#[test]
fn a_device_mute_while_signing_in_is_what_the_user_enters_with() {
    let mut visit = Visit::opened(&[ADDRESS, "&auth=openidtoken-jwt&roomId=!r%3Achat.test"].concat(), true).0;
    visit.presses(Press::Join);
    visit.client_asks("io.element.device_mute", json!({"video_enabled": false}));
    let State::SigningIn { devices: [microphone, camera], .. } = &visit.machine.state else { panic!("not signing in") };
    assert_eq!((microphone.muted, camera.muted), (None, Some(true)));
}

#[test]
fn a_device_named_by_a_client_is_chosen_and_not_switched_on() {
    let mut visit = Visit::opened(&[ADDRESS, "&startWithAudioMuted=true"].concat(), true).0;
    let actions = visit.client_asks("io.element.join", json!({"audioInput": "Headset"}));
    let url = opened_frame(&actions).expect("a frame");
    assert!(
        url.contains("config.startWithAudioMuted=true") && url.contains("devices.audioInput=%22Headset%22"),
        "{url}"
    );
}
