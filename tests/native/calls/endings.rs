//! How calls end: what is said, heard, shown and let go (`calls-1to1.md` 1.3, 1.12, 3.10).

use meet_in_chat::call::event::Reason;
use meet_in_chat::call::media::{CaptureId, Kind, MediaError, MediaEvent};
use meet_in_chat::call::peer::{Link, PeerEvent};
use meet_in_chat::call::tones::{Loop, Tone};
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::{Action, Deed, Input, SendToken};
use meet_in_chat::host::HostError;
use serde_json::json;

use super::world::others::{answer, invite, with};
use super::world::{ANN, ANN_ID, BEN, BEN_ID, DM, World};

fn reason(world: &World, page: usize) -> Option<String> {
    world.last(page, "m.call.hangup").and_then(|sent| sent.content["reason"].as_str().map(str::to_owned))
}

/// T1, T2, T4, T5, T8, T13, T23, T29.
#[test]
fn a_call_from_the_first_press_to_the_last() {
    let mut world = World::two();
    world.place(ANN, true);
    assert_eq!(world.phase(ANN), Some(Phase::Preparing));
    world.run(300);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Calling), Some(Phase::Ringing)));
    assert_eq!((world.pages[ANN].looping, world.pages[BEN].looping), (Some(Loop::RingBack), Some(Loop::Ring)));
    world.act(BEN, Deed::Accept { video: true });
    assert_eq!((world.phase(BEN), world.pages[BEN].looping), (Some(Phase::Answering), None));
    world.run(330);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    world.run(3000);
    assert_eq!(world.pages[ANN].types(), ["m.call.invite", "m.call.candidates", "m.call.select_answer"]);
    assert_eq!(world.pages[BEN].types(), ["m.call.answer", "m.call.candidates"]);
    world.act(ANN, Deed::HangUp);
    world.run(1000);
    assert!(world.is_quiet());
    assert_eq!(reason(&world, ANN).as_deref(), Some("user_hangup"));
    assert_eq!((world.ending(ANN), world.ending(BEN)), (None, Some(Ending::PeerHungUp)));
    assert_eq!((&world.pages[ANN].tones[..], &world.pages[BEN].tones[..]), (&[Tone::Ended][..], &[Tone::Ended][..]));
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

/// T29: at every moment of a call, either side.
#[test]
fn whoever_hangs_up_whenever_nothing_stays_open() {
    for page in [ANN, BEN] {
        for accepted in [false, true] {
            for wait in (0..900).step_by(15) {
                let mut world = World::two();
                world.place(ANN, true);
                world.run(if accepted { 1000 } else { wait });
                if accepted {
                    world.act(BEN, Deed::Accept { video: true });
                    world.run(wait);
                }
                if world.phase(page).is_none() {
                    continue;
                }
                world.act(page, Deed::HangUp);
                world.run(4000);
                assert!(world.is_quiet(), "{page} {accepted} {wait}");
                assert_eq!(world.disagreements(), Vec::<String>::new(), "{page} {accepted} {wait}");
                let ends = |page| world.count(page, "m.call.hangup") + world.count(page, "m.call.reject");
                let invited = world.count(ANN, "m.call.invite");
                assert!(ends(ANN) + ends(BEN) <= invited, "nobody is told of a call that nobody was invited to");
            }
        }
    }
}

#[test]
fn hanging_up_before_the_invite_has_left_tells_nobody() {
    let mut world = World::two();
    world.place(ANN, true);
    world.act(ANN, Deed::HangUp);
    world.run(2000);
    assert!(world.pages[ANN].sent.is_empty() && world.pages[ANN].tones.is_empty() && world.is_quiet());
}

#[test]
fn every_reason_is_read_and_shown_for_what_it_is() {
    let table = [
        (json!({ "reason": "user_hangup" }), Some(Ending::PeerHungUp)),
        (json!({ "reason": "user hangup" }), Some(Ending::PeerHungUp)),
        (json!({ "reason": "userHangup" }), Some(Ending::PeerHungUp)),
        (json!({}), Some(Ending::PeerHungUp)),
        (json!({ "reason": 7 }), Some(Ending::PeerHungUp)),
        (json!({ "reason": "user_busy" }), Some(Ending::Busy)),
        (json!({ "reason": "ice_failed" }), Some(Ending::NotConnected)),
        (json!({ "reason": "ice_timeout" }), Some(Ending::ConnectionLost)),
        (json!({ "reason": "user_media_failed" }), Some(Ending::ByPeer(Reason::UserMediaFailed))),
        (json!({ "reason": "no_user_media" }), Some(Ending::ByPeer(Reason::UserMediaFailed))),
        (json!({ "reason": "unknown_error" }), Some(Ending::ByPeer(Reason::UnknownError))),
        (json!({ "reason": "replaced" }), Some(Ending::PeerHungUp)),
        (json!({ "reason": "signalling_timeout" }), Some(Ending::ByPeer(Reason::Other("signalling_timeout".into())))),
    ];
    for (content, ending) in table {
        let mut world = World::alone();
        world.calls_ben(false);
        world.answered_by("phone");
        let call = world.call_id(ANN);
        world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &content));
        assert_eq!((world.phase(ANN), world.ending(ANN)), (None, ending), "{content}");
        assert!(world.is_quiet());
    }
}

#[test]
fn before_the_answer_a_hang_up_is_a_no() {
    for (word, ending) in
        [("user_hangup", Ending::Declined), ("user_busy", Ending::Busy), ("invite_timeout", Ending::NoAnswer)]
    {
        let mut world = World::alone();
        let call = world.calls_ben(false);
        world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({ "reason": word })));
        assert_eq!((world.ending(ANN), &world.pages[ANN].tones[..]), (Some(ending), &[Tone::Busy][..]));
        assert_eq!(world.pages[ANN].looping, None);
    }
}

/// Busy is what they make of a call; one that ends here by itself just ends.
#[test]
fn a_call_that_nobody_answered_ends_without_the_tone_of_a_busy_one() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(91_000);
    assert_eq!((world.ending(ANN), &world.pages[ANN].tones[..]), (Some(Ending::NoAnswer), &[Tone::Ended][..]));
    let mut world = World::alone();
    world.answers.entry(ANN).or_default().extend(std::iter::repeat_n((false, Some(HostError::Unreachable)), 4));
    world.place(ANN, false);
    world.run(30_000);
    assert!(matches!(world.ending(ANN), Some(Ending::NotSent(_))));
    assert_eq!(world.pages[ANN].tones, [Tone::Ended]);
}

/// T28.
#[test]
fn a_peer_that_leaves_the_room_ends_every_state() {
    for phase in [Phase::Calling, Phase::Connected, Phase::Ringing] {
        let mut world = if phase == Phase::Connected { World::talking(false) } else { World::two() };
        let page = if phase == Phase::Ringing { BEN } else { ANN };
        if phase != Phase::Connected {
            world.place(ANN, false);
            world.run(1000);
        }
        assert_eq!(world.phase(page), Some(phase));
        let peer = if page == ANN { BEN_ID } else { ANN_ID };
        world.change(DM, |room| {
            room.members.remove(peer);
        });
        world.run(1000);
        assert_eq!((world.phase(page), world.ending(page)), (None, Some(Ending::PeerLeft)), "{phase:?}");
        assert!(world.is_quiet());
    }
}

#[test]
fn leaving_the_room_or_losing_it_ends_my_calls() {
    let mut world = World::talking(false);
    world.change(DM, |room| {
        room.members.remove(ANN_ID);
    });
    world.run(2000);
    assert!(world.is_quiet());
    let mut world = World::talking(false);
    world.input(ANN, Input::RoomGone(DM.into()));
    assert!(world.phase(ANN).is_none() && world.pages[ANN].open_resources().is_empty());
}

#[test]
fn a_reason_of_mine_is_always_one_of_the_specification() {
    // Never connected.
    let mut world = World::two();
    world.path = false;
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(60_000);
    let reasons = [reason(&world, ANN), reason(&world, BEN)];
    assert!(reasons.contains(&Some("ice_failed".into())), "{reasons:?}");
    assert!(world.is_quiet());
    // Lost.
    let mut world = World::talking(false);
    world.path = false;
    world.run(60_000);
    let reasons = [reason(&world, ANN), reason(&world, BEN)];
    assert!(reasons.contains(&Some("ice_timeout".into())), "{reasons:?}");
    assert!(world.is_quiet());
}

#[test]
fn a_call_that_is_over_is_not_revived() {
    let mut world = World::talking(false);
    let call = world.call_id(ANN);
    world.act(ANN, Deed::HangUp);
    world.run(1000);
    let party =
        world.last(BEN, "m.call.answer").map(|sent| sent.content["party_id"].as_str().unwrap_or_default().to_owned());
    let party = party.expect("a party");
    world.say(BEN_ID, "m.call.answer", answer(&call, &party, false));
    world.say(BEN_ID, "m.call.invite", invite(&call, &party));
    world.say(BEN_ID, "m.call.hangup", with(&call, &party, &json!({})));
    assert!(world.is_quiet());
    assert_eq!(world.ending(ANN), None);
}

#[test]
fn notices_are_read_away_and_few() {
    let mut world = World::alone();
    for call in 0..10 {
        world.say(BEN_ID, "m.call.invite", invite(&call.to_string(), "phone"));
        world.say(BEN_ID, "m.call.hangup", with(&call.to_string(), "phone", &json!({})));
    }
    let notices = world.pages[ANN].board.view().notices;
    assert!(notices.len() <= 4 && !notices.is_empty());
    for notice in notices {
        world.input(ANN, Input::Dismiss(notice.key));
    }
    assert!(world.pages[ANN].board.view().notices.is_empty());
}

#[test]
fn late_reports_of_what_is_closed_change_nothing() {
    let mut world = World::talking(false);
    let call = world.view(ANN).expect("a call");
    let (connection, capture) = (call.connection.expect("a connection"), call.capture.expect("a capture"));
    world.act(ANN, Deed::HangUp);
    world.run(1000);
    for late in [
        Input::Peer(connection, PeerEvent::Link(Link::Failed)),
        Input::Peer(connection, PeerEvent::NegotiationNeeded),
        Input::Media(capture, MediaEvent::Failed(MediaError::InUse)),
        Input::Media(CaptureId(999), MediaEvent::Failed(MediaError::InUse)),
        Input::Sent { token: SendToken(0), result: Ok("$x".into()) },
        Input::Do(call.key, Deed::Mute(true)),
        Input::Do(call.key, Deed::Accept { video: true }),
        Input::DevicesGone(vec![Kind::Audio, Kind::Video]),
        Input::Wake,
    ] {
        assert_eq!(world.watch(ANN, late.clone()), [], "{late:?}");
    }
    // Which device is used from now on is remembered, and that is all.
    for kind in [Kind::Audio, Kind::Video] {
        let done = world.watch(ANN, Input::Do(call.key, Deed::Device(kind, Some("second".into()))));
        assert!(matches!(&done[..], [Action::KeepPreferences(_)]), "{done:?}");
    }
}
