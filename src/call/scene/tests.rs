use super::*;
use crate::buttons;
use crate::call::view::PreviewView;
use crate::ids::RoomId;
use crate::meet::MeetDomain;
use crate::meet::server::Origin;
use crate::meet::session::{self, Failure, Step};

/// A video call that goes on, with everything that can be shown but screens.
pub(crate) fn call(key: u64) -> CallView {
    CallView {
        connection: Some(PeerId(1)),
        capture: Some(CaptureId(1)),
        camera: Camera::On,
        peer_camera: Some("camera".into()),
        peer_audio: vec!["camera".into()],
        ..CallView::bare(CallKey(key), "!room".into(), "@ben:chat.test".into())
    }
}

fn named(call: &CallView) -> Vec<(&'static str, bool)> {
    pictures(call).into_iter().map(|picture| (picture.name, picture.main)).collect()
}

#[test]
fn they_are_large_and_i_am_small() {
    assert_eq!(named(&call(1)), [("remote", true), ("local", false)]);
}

#[test]
fn their_screen_takes_the_place_of_their_face() {
    let sharing = CallView { peer_screen: Some("screen".into()), ..call(1) };
    assert_eq!(named(&sharing), [("remote-screen", true), ("remote", false), ("local", false)]);
}

#[test]
fn my_screen_is_never_large() {
    let sharing = CallView { screen: Screen::On, peer_camera: None, ..call(1) };
    assert_eq!(named(&sharing), [("local-screen", false), ("local", false)]);
}

#[test]
fn without_a_large_picture_only_a_whole_panel_goes_on_top() {
    let alone = CallView { peer_camera: None, ..call(1) };
    assert!(goes_on_top(&call(1), false, true) && goes_on_top(&alone, true, true));
    assert!(!goes_on_top(&alone, false, true) && !goes_on_top(&call(1), false, false));
}

#[test]
fn nothing_is_shown_or_heard_before_there_is_a_connection() {
    let early = CallView { connection: None, capture: None, ..call(1) };
    assert_eq!((pictures(&early), sounds(&early)), (vec![], vec![]));
    assert_eq!(sounds(&call(1)), [Source::Remote(PeerId(1), "camera".into())]);
}

#[test]
fn a_camera_that_is_off_or_opening_shows_nothing_of_me() {
    for camera in [Camera::Off, Camera::Opening] {
        assert_eq!(named(&CallView { camera, ..call(1) }), [("remote", true)]);
    }
}

#[test]
fn what_rings_keeps_nobody_busy() {
    let ringing = CallView { phase: Phase::Ringing, ..call(3) };
    assert_eq!(busy(std::slice::from_ref(&ringing), &View::Idle), Busy::Free);
    assert_eq!(busy(&[call(1), ringing.clone()], &View::Idle), Busy::Call(CallKey(1)));
    assert_eq!(busy(&[call(1), call(2), ringing], &View::Idle), Busy::Full(CallKey(1)));
}

#[test]
fn a_conference_keeps_busy_from_its_start_until_it_has_ended() {
    let room = RoomId::from("!room");
    let domain = MeetDomain::parse("meet.test").unwrap();
    let starting = View::Starting { room: room.clone(), domain, origin: Origin::Config, step: Step::Sending };
    assert_eq!(busy(&[], &starting), Busy::Conference);
    assert!(matches!(starting.way_out(), Some(session::Input::Dismiss)), "what leaves a conference calls no start off");
    let failed = View::Failed { room, kind: buttons::Kind::Video, failure: Failure::Removed };
    assert_eq!(busy(&[], &failed), Busy::Free);
}

#[test]
fn every_call_that_rings_is_shown() {
    let rings = |key| CallView { phase: Phase::Ringing, ..call(key) };
    let calls = [call(1), rings(2), rings(3)];
    assert_eq!(ringing(&calls).map(|call| call.key.0).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_shortcut_is_one_modifier_and_one_letter() {
    let key = |key| Key { key, ..Key::default() };
    assert_eq!(Key { ctrl: true, ..key("d") }.shortcut(false), Some(Shortcut::Microphone));
    assert_eq!(Key { meta: true, ..key("E") }.shortcut(true), Some(Shortcut::Camera));
    for none in [
        key("d"),
        Key { ctrl: true, other: true, ..key("e") },
        Key { ctrl: true, meta: true, ..key("d") },
        Key { ctrl: true, ..key("x") },
    ] {
        assert_eq!([false, true].map(|mac| none.shortcut(mac)), [None; 2], "{none:?}");
    }
}

/// Ctrl+E goes to the end of a line there, Ctrl+D deletes.
#[test]
fn a_shortcut_goes_with_the_key_of_the_system_only() {
    let key = Key { key: "e", ..Key::default() };
    assert_eq!(Key { ctrl: true, ..key }.shortcut(true), None);
    assert_eq!(Key { meta: true, ..key }.shortcut(false), None);
    assert_eq!([false, true].map(|mac| Shortcut::Camera.aria(mac)), ["Control+E", "Meta+E"]);
}

fn page(calls: Vec<CallView>) -> CallsView {
    CallsView { calls, ..CallsView::default() }
}

#[test]
fn the_screen_stays_on_for_pictures_and_the_page_for_any_call() {
    let of = |call: CallView| {
        let page = page(vec![call]);
        (keeps_screen_on(&page), is_spoken_in(&page))
    };
    assert_eq!(of(call(1)), (true, true));
    assert_eq!(of(CallView { video: false, ..call(1) }), (false, true));
    assert_eq!(of(CallView { phase: Phase::Reconnecting, ..call(1) }), (false, true));
    assert_eq!(of(CallView { phase: Phase::Ringing, ..call(1) }), (false, false));
}

#[test]
fn a_device_is_chosen_for_what_there_is() {
    let preferences = Preferences { previewed: true, ..Preferences::default() };
    let chosen = |view: &CallsView| chosen(view, &preferences, Kind::Audio, Some("m".into()));
    assert!(matches!(chosen(&page(vec![call(1)])), Input::Do(CallKey(1), Deed::Device(Kind::Audio, Some(_)))));
    let ringing = page(vec![CallView { capture: None, ..call(1) }]);
    for view in [page(Vec::new()), ringing] {
        let Input::Preferences(kept) = chosen(&view) else { panic!("{view:?}") };
        assert_eq!((kept.microphone.as_deref(), kept.previewed), (Some("m"), true));
    }
    let preview = PreviewView::bare("!room".into(), "@ben:chat.test".into());
    let previewing = CallsView { preview: Some(preview), ..page(vec![call(1)]) };
    assert!(matches!(chosen(&previewing), Input::Preview(PreviewDeed::Device(Kind::Audio, Some(_)))));
}

#[test]
fn a_question_comes_alone_and_only_a_missing_relay_can_be_done_without() {
    let notice = |ending| Notice {
        key: CallKey(1),
        room: "!room".into(),
        peer: "@ben:chat.test".into(),
        video: true,
        incoming: false,
        ending,
        lasted: None,
        call_back: true,
        ask_fallback: false,
    };
    let relay = notice(Ending::NoRelay);
    assert_eq!((ways(&relay, true), ways(&relay, false)), (vec![Way::Direct, Way::Again], vec![Way::Again]));
    assert_eq!(ways(&notice(Ending::Busy), true), [Way::Again]);
    assert_eq!(ways(&Notice { call_back: false, ..notice(Ending::PeerLeft) }, true), []);
    assert_eq!(ways(&Notice { ask_fallback: true, ..notice(Ending::NotConnected) }, true), [Way::Fallback]);
}
