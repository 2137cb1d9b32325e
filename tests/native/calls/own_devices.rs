//! What other devices of mine say of a call that came to all of them (`calls-1to1.md` 1.3 T19, T20, T22; 1.7, 1.11).

use meet_in_chat::call::peer::{PeerEvent, PeerStep};
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;
use serde_json::{Value, json};

use super::world::others::{answer, invite, with};
use super::world::{ANN, ANN_ID, BEN_ID, DM, World};

/// Ben calls Ann with a client that speaks this version.
fn ringing(version: &Value) -> World {
    let mut world = World::alone();
    let mut content = invite("c", "phone");
    content["version"] = version.clone();
    world.say(BEN_ID, "m.call.invite", content);
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    world
}

fn accepted(version: &Value, wait: u64) -> World {
    let mut world = ringing(version);
    world.act(ANN, Deed::Accept { video: false });
    world.run(wait);
    world
}

/// Ben's client speaks version 0, takes the first answer in the room and never says which. Two devices of Ann's accepted at once; the
/// second one's connection never came up, and its hang-up ended the call that Ann was in.
#[test]
fn of_two_answers_to_version_0_the_later_one_in_the_room_gives_way_without_a_word() {
    let mut world = ringing(&json!(0));
    world.stop_sync(ANN, true);
    world.say(ANN_ID, "m.call.answer", answer("c", "other", false));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!((world.phase(ANN), world.pages[ANN].types()[0]), (Some(Phase::Connecting), "m.call.answer"));
    world.stop_sync(ANN, false);
    world.run(60_000);
    assert_eq!(world.ending(ANN), Some(Ending::AnsweredElsewhere { accepted: true }));
    assert!(world.count(ANN, "m.call.hangup") == 0 && world.is_quiet());
}

#[test]
fn of_two_answers_to_version_0_the_first_one_in_the_room_stays() {
    for together in [false, true] {
        let mut world = ringing(&json!(0));
        world.stop_sync(ANN, together);
        world.act(ANN, Deed::Accept { video: false });
        world.run(1000);
        world.say(ANN_ID, "m.call.answer", answer("c", "other", false));
        world.stop_sync(ANN, false);
        world.run(500);
        assert_eq!(world.phase(ANN), Some(Phase::Connecting), "{together}");
        world.link_up(ANN);
        assert_eq!(world.phase(ANN), Some(Phase::Connected));
    }
}

/// The homeserver never said that it has Ann's answer, but it came back from the room.
#[test]
fn an_answer_to_version_0_that_came_back_has_arrived() {
    let mut world = ringing(&json!(0));
    let answers = world.answers.entry(ANN).or_default();
    answers.extend(std::iter::repeat_n((true, Some(HostError::Unreachable)), 6));
    world.act(ANN, Deed::Accept { video: false });
    world.run(3000);
    assert_eq!((world.phase(ANN), world.count(ANN, "m.call.answer")), (Some(Phase::Connecting), 1));
}

/// Of a first answer that got lost nobody knows; the second one can't be sent in time. The ring ended as a connection that nothing
/// could come of.
#[test]
fn a_second_answer_that_was_not_made_in_time_is_a_missed_call() {
    let mut world = ringing(&json!("1"));
    let answers = world.answers.entry(ANN).or_default();
    answers.extend(std::iter::repeat_n((false, Some(HostError::Unreachable)), 6));
    world.act(ANN, Deed::Accept { video: false });
    world.run(50_000);
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    world.pages[ANN].devices_free_at = world.now.plus(meet_in_chat::time::Millis::seconds(60));
    world.act(ANN, Deed::Accept { video: false });
    world.run(12_000);
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Missed)));
}

/// Ann had pressed "accept" here and "decline" on her phone: the phone was first, and Ben was told no.
#[test]
fn a_no_of_mine_elsewhere_counts_until_my_answer_has_begun_to_leave() {
    for event_type in ["m.call.reject", "m.call.hangup"] {
        let mut world = accepted(&json!("1"), 50);
        assert_eq!(world.phase(ANN), Some(Phase::Answering));
        world.say(ANN_ID, event_type, with("c", "other", &json!({})));
        assert!(world.phase(ANN).is_none() && world.pages[ANN].sent.is_empty() && world.is_quiet(), "{event_type}");
        let mut world = accepted(&json!("1"), 1000);
        world.say(ANN_ID, event_type, with("c", "other", &json!({})));
        assert_eq!(world.phase(ANN), Some(Phase::Connecting), "{event_type}");
        // It may be there by now, and which was first the caller says.
        let mut world = ringing(&json!("1"));
        world.answers.entry(ANN).or_default().push_back((false, Some(HostError::Unreachable)));
        world.act(ANN, Deed::Accept { video: false });
        world.run(400);
        world.say(ANN_ID, event_type, with("c", "other", &json!({})));
        assert_eq!((world.phase(ANN), world.count(ANN, "m.call.answer")), (Some(Phase::Answering), 1), "{event_type}");
    }
}

#[test]
fn a_hang_up_of_mine_elsewhere_ends_a_call_of_version_0_until_media_flows() {
    for wait in [0, 50, 1000] {
        let mut world = accepted(&json!(0), wait);
        world.say(ANN_ID, "m.call.hangup", with("c", "other", &json!({})));
        assert!(world.phase(ANN).is_none() && world.count(ANN, "m.call.hangup") == 0, "{wait}");
    }
    let mut world = accepted(&json!(0), 1000);
    world.link_up(ANN);
    world.say(ANN_ID, "m.call.hangup", with("c", "other", &json!({})));
    assert_eq!(world.phase(ANN), Some(Phase::Connected));
}

#[test]
fn nobody_but_me_and_the_caller_ends_my_own_call() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(500);
    let call = world.call_id(ANN);
    for event_type in ["m.call.reject", "m.call.hangup"] {
        world.say(ANN_ID, event_type, with(&call, "other", &json!({})));
    }
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

/// T9, T20: a reject counts before an answer, and from nobody else.
#[test]
fn a_reject_of_theirs_counts_in_no_other_state() {
    use meet_in_chat::call::peer::Link;
    for phase in [Phase::Preparing, Phase::Connecting, Phase::Connected, Phase::Reconnecting] {
        let mut world = World::alone();
        if phase == Phase::Preparing {
            world.slow_turn(ANN);
        }
        world.place(ANN, false);
        world.run(500);
        let call = world.pages[ANN].sent.first().map_or_else(|| "c".to_owned(), |_| world.call_id(ANN));
        if phase != Phase::Preparing {
            world.say(BEN_ID, "m.call.answer", answer(&call, "phone", false));
        }
        if matches!(phase, Phase::Connected | Phase::Reconnecting) {
            world.link_up(ANN);
        }
        if phase == Phase::Reconnecting {
            let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
            world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Disconnected)));
        }
        assert_eq!(world.phase(ANN), Some(phase));
        for party in ["phone", "tablet"] {
            world.say(BEN_ID, "m.call.reject", with(&call, party, &json!({})));
        }
        assert_eq!(world.phase(ANN), Some(phase));
    }
    for wait in [None, Some(0), Some(1000)] {
        let mut world = wait.map_or_else(|| ringing(&json!("1")), |wait| accepted(&json!("1"), wait));
        let phase = world.phase(ANN);
        world.say(BEN_ID, "m.call.reject", with("c", "phone", &json!({})));
        assert_eq!(world.phase(ANN), phase, "{wait:?}");
    }
}

/// Ann's browser could not make a connection, or not take Ben's offer. Her other devices could have, but the hang-up ended the call
/// for all of them.
#[test]
fn what_this_browser_can_not_do_ends_the_call_here_only() {
    for step in [PeerStep::Open, PeerStep::SetRemote, PeerStep::Answer] {
        let mut world = accepted(&json!("1"), 40);
        let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
        world.input(ANN, Input::Peer(connection, PeerEvent::Failed(step, "no".into())));
        world.run(1000);
        assert_eq!(world.ending(ANN), Some(Ending::Browser("no".into())), "{step:?}");
        assert!(world.pages[ANN].sent.is_empty() && world.is_quiet(), "{step:?}");
    }
}

#[test]
fn a_connection_that_can_not_be_made_any_more_is_said_to_who_has_heard_of_the_call() {
    for invited in [false, true] {
        let mut world = World::alone();
        world.place(ANN, false);
        while world.view(ANN).is_none_or(|call| call.connection.is_none()) {
            world.run(1);
        }
        world.run(if invited { 500 } else { 0 });
        assert_eq!(world.count(ANN, "m.call.invite"), usize::from(invited));
        let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
        world.input(ANN, Input::Peer(connection, PeerEvent::Failed(PeerStep::Open, "no".into())));
        assert_eq!(world.ending(ANN), Some(Ending::Browser("no".into())));
        assert_eq!(world.count(ANN, "m.call.hangup"), usize::from(invited));
    }
}

/// Ben's client speaks version 1 and leaves its party out: whatever it then says is told by its sender alone.
#[test]
fn a_client_without_a_party_is_known_by_its_sender() {
    let mut world = World::alone();
    let mut content = invite("c", "phone");
    content.as_object_mut().map(|content| content.remove("party_id"));
    world.say(BEN_ID, "m.call.invite", content.clone());
    world.say(BEN_ID, "m.call.hangup", with("c", "some", &json!({})));
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Missed)));
    // Also of a call that waits for the outcome of mine.
    let mut world = World::alone();
    world.place_with(ANN, DM, false, super::glare::LESSER);
    world.run(500);
    content["call_id"] = json!("~");
    world.say(BEN_ID, "m.call.invite", content);
    world.say(BEN_ID, "m.call.hangup", with("~", "some", &json!({})));
    world.act(ANN, Deed::HangUp);
    world.run(500);
    assert!(world.phase(ANN).is_none());
}
