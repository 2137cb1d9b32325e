//! Which invites ring, and who may say what of a call (`calls-1to1.md` 1.7, 6.1, 6.2).

use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::Deed;
use serde_json::{Value, json};

use super::world::others::{answer, candidates, invite, streams, with};
use super::world::{ANN, ANN_ID, BEN_ID, CAT_ID, DM, EVE_ID, World};

fn talking() -> (World, String) {
    let mut world = World::alone();
    world.calls_ben(false);
    world.answered_by("phone");
    let call = world.call_id(ANN);
    (world, call)
}

fn calling() -> (World, String) {
    let mut world = World::alone();
    let call = world.calls_ben(false);
    (world, call)
}

fn ringing() -> World {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    world
}

fn rings(change: impl FnOnce(&mut World, &mut Value)) -> bool {
    let mut world = World::alone();
    let mut content = invite("c", "phone");
    change(&mut world, &mut content);
    world.say(BEN_ID, "m.call.invite", content);
    let rang = !world.pages[ANN].rang.is_empty();
    assert_eq!(rang, world.phase(ANN).is_some());
    assert!(world.pages[ANN].open_resources().is_empty(), "nothing opens before the person accepts");
    rang
}

/// T12.
#[test]
fn an_invite_rings_whatever_its_version() {
    for version in [json!("1"), json!(0), json!("0"), json!(1), json!("2"), json!(null), json!(7.5), json!("org.x")] {
        assert!(rings(|_, content| content["version"] = version.clone()), "{version}");
    }
    assert!(rings(|_, content| {
        content.as_object_mut().map(|content| content.remove("version"));
    }));
    assert!(rings(|_, content| {
        content.as_object_mut().map(|content| content.remove("party_id"));
    }));
}

#[test]
fn an_invite_that_is_not_for_me_or_not_for_two_does_not_ring() {
    assert!(!rings(|_, content| content["invitee"] = json!(EVE_ID)));
    assert!(!rings(|_, content| content["conf_id"] = json!("g")));
    assert!(!rings(|world, _| world.server.room_mut(DM).public = true));
    assert!(!rings(|world, _| world.pages[ANN].ignores.push(BEN_ID)));
    assert!(rings(|_, content| {
        content.as_object_mut().map(|content| content.remove("invitee"));
    }));
}

#[test]
fn an_invite_without_what_it_needs_is_none() {
    for key in ["call_id", "offer", "lifetime"] {
        assert!(!rings(|_, content| {
            content.as_object_mut().map(|content| content.remove(key));
        }));
        assert!(!rings(|_, content| content[key] = json!([])));
    }
}

#[test]
fn where_push_rules_say_no_it_rings_silently() {
    let mut world = World::alone();
    world.pages[ANN].ring_allowed = false;
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    assert!(world.pages[ANN].rang.is_empty() && world.phase(ANN) == Some(Phase::Ringing));
}

#[test]
fn a_call_that_i_make_elsewhere_does_not_ring_here_and_one_to_myself_does() {
    let mut world = World::alone();
    let mut content = invite("c", "other");
    content["invitee"] = json!(BEN_ID);
    world.say(ANN_ID, "m.call.invite", content);
    let mut content = invite("d", "other");
    content.as_object_mut().map(|content| content.remove("invitee"));
    world.say(ANN_ID, "m.call.invite", content);
    assert!(world.phase(ANN).is_none());
    world.say(ANN_ID, "m.call.invite", invite("e", "other"));
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    // It is answered and hung up like any other.
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    world.say(ANN_ID, "m.call.hangup", with("e", "elsewhere", &json!({})));
    assert_eq!(world.phase(ANN), Some(Phase::Connecting));
    world.say(ANN_ID, "m.call.hangup", with("e", "other", &json!({})));
    assert!(world.is_quiet());
}

#[test]
fn a_call_to_myself_is_answered_by_one_of_my_devices_only() {
    let mut world = World::alone();
    world.say(ANN_ID, "m.call.invite", invite("e", "other"));
    world.say(ANN_ID, "m.call.answer", answer("e", "third", false));
    assert!(world.is_quiet() && world.pages[ANN].sent.is_empty());
}

#[test]
fn the_same_call_does_not_ring_twice() {
    let mut world = ringing();
    world.act(ANN, Deed::Silence(true));
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.say(BEN_ID, "m.call.invite", invite("c", "tablet"));
    assert_eq!((world.pages[ANN].board.view().calls.len(), world.pages[ANN].rang.len()), (1, 1));
    world.act(ANN, Deed::Ignore);
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    assert!(world.phase(ANN).is_none());
}

#[test]
fn what_is_over_in_the_same_sync_or_before_does_not_ring() {
    let ends = [
        (BEN_ID, "phone", "m.call.hangup", json!({})),
        (ANN_ID, "other", "m.call.reject", json!({})),
        (ANN_ID, "other", "m.call.hangup", json!({})),
        (BEN_ID, "phone", "m.call.select_answer", json!({ "selected_party_id": "x" })),
    ];
    for (sender, party, event_type, extra) in ends {
        for order in ["together", "together, end first", "one by one, end first"] {
            let mut world = World::alone();
            let end = with("c", party, &extra);
            let invite = invite("c", "phone");
            match order {
                "together" => {
                    world.say_in(DM, BEN_ID, "m.call.invite", invite);
                    world.say(sender, event_type, end);
                }
                "together, end first" => {
                    world.say_in(DM, sender, event_type, end);
                    world.say(BEN_ID, "m.call.invite", invite);
                }
                _ => {
                    world.say(sender, event_type, end);
                    world.say(BEN_ID, "m.call.invite", invite);
                }
            }
            assert!(world.pages[ANN].rang.is_empty() && world.phase(ANN).is_none(), "{event_type} {order}");
        }
    }
    let mut world = World::alone();
    world.say_in(DM, BEN_ID, "m.call.invite", invite("c", "phone"));
    world.say(ANN_ID, "m.call.answer", answer("c", "other", false));
    assert!(world.pages[ANN].rang.is_empty());
}

#[test]
fn somebody_elses_word_does_not_end_what_is_about_to_ring() {
    for event_type in ["m.call.hangup", "m.call.reject"] {
        let mut world = World::alone();
        world.server.room_mut(DM).members.insert(EVE_ID);
        world.say(EVE_ID, event_type, with("c", "phone", &json!({})));
        world.say_in(DM, BEN_ID, "m.call.invite", invite("c", "phone"));
        world.say(EVE_ID, event_type, with("c", "phone", &json!({})));
        assert_eq!(world.phase(ANN), Some(Phase::Ringing), "{event_type}");
    }
}

/// T8.
#[test]
fn the_first_answer_is_taken_selected_and_the_second_ignored() {
    let (mut world, call) = calling();
    world.say(BEN_ID, "m.call.answer", answer(&call, "phone", false));
    world.say(BEN_ID, "m.call.answer", answer(&call, "tablet", false));
    assert_eq!(world.count(ANN, "m.call.select_answer"), 1);
    assert_eq!(
        world.last(ANN, "m.call.select_answer").map(|sent| sent.content["selected_party_id"].clone()),
        Some("phone".into())
    );
    assert_eq!(world.commanded(ANN, |command| matches!(command, PeerCommand::SetRemote(_))), 1);
    assert_eq!(world.phase(ANN), Some(Phase::Connecting));
}

#[test]
fn an_answer_of_version_0_is_taken_and_not_selected() {
    let (mut world, call) = calling();
    let mut content = answer(&call, "phone", false);
    content["version"] = json!(0);
    world.say(BEN_ID, "m.call.answer", content);
    assert_eq!((world.phase(ANN), world.count(ANN, "m.call.select_answer")), (Some(Phase::Connecting), 0));
    // Whatever party it then claims to be.
    world.say(BEN_ID, "m.call.hangup", json!({ "call_id": call, "version": 0, "party_id": "x" }));
    assert_eq!(world.phase(ANN), None);
}

#[test]
fn only_the_one_whom_i_call_can_answer() {
    let (mut world, call) = calling();
    world.server.room_mut(DM).members.insert(EVE_ID);
    for (sender, party) in [(EVE_ID, "phone"), (ANN_ID, "other")] {
        world.say(sender, "m.call.answer", answer(&call, party, false));
        world.say(sender, "m.call.reject", with(&call, party, &json!({})));
        world.say(sender, "m.call.hangup", with(&call, party, &json!({})));
    }
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

/// T9.
#[test]
fn a_reject_ends_a_call_before_the_answer_and_is_selected() {
    let (mut world, call) = calling();
    world.say(BEN_ID, "m.call.reject", with(&call, "phone", &json!({})));
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Declined)));
    assert_eq!(
        world.last(ANN, "m.call.select_answer").map(|sent| sent.content["selected_party_id"].clone()),
        Some("phone".into())
    );
    assert_eq!(world.count(ANN, "m.call.hangup"), 0);
    assert!(world.is_quiet());
}

/// T10, T21, T27.
#[test]
fn a_hang_up_ends_every_state_of_its_party() {
    let (mut world, call) = calling();
    world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({})));
    assert_eq!(world.ending(ANN), Some(Ending::Declined));
    let (mut world, call) = talking();
    world.say(BEN_ID, "m.call.hangup", with(&call, "tablet", &json!({})));
    assert_eq!(world.phase(ANN), Some(Phase::Connected));
    world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({})));
    assert_eq!(world.phase(ANN), None);
    let mut world = ringing();
    world.say(BEN_ID, "m.call.hangup", with("c", "phone", &json!({})));
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Missed)));
    assert!(world.pages[ANN].sent.is_empty());
}

#[test]
fn metadata_of_somebody_else_changes_nothing_and_either_key_is_read() {
    let (mut world, call) = talking();
    let muted = json!({ "theirs": { "purpose": "m.usermedia", "audio_muted": true } });
    let content = with(&call, "tablet", &json!({ "sdp_stream_metadata": muted }));
    world.say(BEN_ID, "m.call.sdp_stream_metadata_changed", content);
    assert!(world.view(ANN).is_some_and(|call| !call.peer_muted));
    let content = with(&call, "phone", &json!({ "org.matrix.msc3077.sdp_stream_metadata": muted }));
    world.say(BEN_ID, "org.matrix.call.sdp_stream_metadata_changed", content);
    assert!(world.view(ANN).is_some_and(|call| call.peer_muted));
}

#[test]
fn events_that_are_not_for_this_engine_change_nothing() {
    let (mut world, call) = talking();
    let before = world.view(ANN);
    for event_type in [
        "m.call.replaces",
        "m.call.asserted_identity",
        "m.call.reject_replacement",
        "m.call.member",
        "m.call.x",
        "m.room.message",
    ] {
        world.say(
            BEN_ID,
            event_type,
            with(&call, "phone", &json!({ "replacement_id": "r", "sdp_stream_metadata": streams() })),
        );
    }
    assert_eq!(world.view(ANN), before);
}

/// T16.
#[test]
fn saying_no_is_a_reject_or_to_version_0_a_hang_up() {
    for (version, expected) in [(json!("1"), "m.call.reject"), (json!(0), "m.call.hangup")] {
        let mut world = World::alone();
        let mut content = invite("c", "phone");
        content["version"] = version;
        world.say(BEN_ID, "m.call.invite", content);
        world.act(ANN, Deed::Decline);
        assert_eq!(world.pages[ANN].types(), [expected]);
        world.run(1000);
        assert!(world.is_quiet() && world.ending(ANN).is_none());
    }
}

/// T17.
#[test]
fn ignoring_says_nothing() {
    let mut world = ringing();
    world.act(ANN, Deed::Ignore);
    world.run(1000);
    assert!(world.is_quiet() && world.pages[ANN].sent.is_empty());
}

#[test]
fn what_is_connected_can_not_be_declined_or_ignored_any_more() {
    let (mut world, _) = talking();
    world.act(ANN, Deed::Ignore);
    assert_eq!(world.phase(ANN), Some(Phase::Connected));
    world.act(ANN, Deed::Decline);
    world.run(500);
    assert_eq!(world.pages[ANN].types().last(), Some(&"m.call.hangup"));
}

#[test]
fn candidates_of_a_party_that_was_not_chosen_are_dropped() {
    let (mut world, call) = talking();
    let before = world.commanded(ANN, |command| matches!(command, PeerCommand::AddCandidate(_)));
    world.say(BEN_ID, "m.call.candidates", candidates(&call, "tablet", &["candidate:3"]));
    assert_eq!(world.commanded(ANN, |command| matches!(command, PeerCommand::AddCandidate(_))), before);
}

fn calls_from(world: &mut World, callers: &[&'static str]) {
    for (number, caller) in callers.iter().enumerate() {
        world.server.room_mut(DM).members.insert(caller);
        world.say(caller, "m.call.invite", invite(&number.to_string(), "phone"));
    }
}

#[test]
fn a_seventh_call_is_missed() {
    let mut world = World::alone();
    calls_from(&mut world, &[BEN_ID, BEN_ID, CAT_ID, CAT_ID, EVE_ID, EVE_ID, "@dan:chat.test"]);
    assert_eq!(world.pages[ANN].board.view().calls.len(), 6);
    let notices = world.pages[ANN].board.view().notices;
    let said: Vec<_> = notices.iter().map(|notice| (notice.peer.as_str(), &notice.ending, notice.call_back)).collect();
    assert_eq!(said, [("@dan:chat.test", &Ending::Missed, true)]);
}

/// Eve's invites took all places, and nobody else's rang.
#[test]
fn of_one_person_two_calls_ring_and_the_others_are_missed_once() {
    let mut world = World::alone();
    calls_from(&mut world, &[EVE_ID; 9]);
    world.say(BEN_ID, "m.call.invite", invite("ben", "phone"));
    let view = world.pages[ANN].board.view();
    let peers: Vec<_> = view.calls.iter().map(|call| call.peer.as_str()).collect();
    assert_eq!(peers, [EVE_ID, EVE_ID, BEN_ID]);
    let mut world = World::alone();
    calls_from(&mut world, &[EVE_ID; 9]);
    let notices = world.pages[ANN].board.view().notices;
    assert!(notices.len() == 1 && notices[0].video && notices[0].incoming);
    // One that is spoken in is not one that rings.
    world.act(ANN, Deed::Accept { video: false });
    world.say(EVE_ID, "m.call.invite", invite("more", "phone"));
    assert_eq!(world.pages[ANN].board.view().calls.len(), 3);
}

/// The button had counted two people, and the other one's membership was not there yet. Pressing it did nothing.
#[test]
fn a_call_to_nobody_known_is_worth_a_word() {
    let mut world = World::alone();
    world.server.room_mut(DM).members.remove(BEN_ID);
    world.place(ANN, false);
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::NobodyKnown)));
    assert!(world.pages[ANN].board.view().notices[0].call_back && world.is_quiet());
    world.server.room_mut(DM).members.insert(BEN_ID);
    world.place(ANN, false);
    assert_eq!((world.phase(ANN), world.ending(ANN)), (Some(Phase::Preparing), None));
}

/// Ben's membership is what counts, whatever was said of it before.
#[test]
fn who_is_not_in_the_room_can_neither_call_nor_answer_and_can_still_hang_up() {
    let mut world = World::alone();
    world.server.room_mut(DM).members.remove(BEN_ID);
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    assert!(world.phase(ANN).is_none() && world.pages[ANN].rang.is_empty());
    let (mut world, call) = calling();
    world.server.room_mut(DM).members.remove(BEN_ID);
    world.say(BEN_ID, "m.call.answer", answer(&call, "phone", false));
    world.say(BEN_ID, "m.call.reject", with(&call, "phone", &json!({})));
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
    world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({})));
    assert!(world.phase(ANN).is_none());
}
