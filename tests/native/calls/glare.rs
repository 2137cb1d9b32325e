//! Two people call each other at the same moment (`calls-1to1.md` 1.10).

use meet_in_chat::call::media::MediaCommand;
use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::{Camera, Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;
use serde_json::{Value, json};

use super::world::others::{invite, with};
use super::world::{ANN, ANN_ID, BEN, BEN_ID, DM, EVE_ID, World};

/// Randomness whose call id is less than any other, and one whose is greater.
pub(crate) const LESSER: [u8; 32] = [255; 32];
pub(crate) const GREATER: [u8; 32] = [0; 32];

/// Both have pressed "call"; Ann's call has the greater id and loses.
fn ann_loses(video: bool) -> World {
    let mut world = World::two();
    world.place_with(ANN, DM, video, GREATER);
    world.place_with(BEN, DM, false, LESSER);
    world.run(3000);
    world
}

/// Ann called with her camera on and Ben, at the same moment, without. His call survived and took over her open camera,
/// which nothing in it ever used or closed: the light stayed on for the whole call.
#[test]
fn a_camera_that_the_surviving_call_has_no_use_for_goes_off() {
    let world = ann_loses(true);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::Off));
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

#[test]
fn the_lesser_call_survives_and_both_are_in_it() {
    for (ann, ben, winner) in [(LESSER, GREATER, ANN), (GREATER, LESSER, BEN)] {
        for video in [false, true] {
            let mut world = World::two();
            world.place_with(ANN, DM, video, ann);
            world.place_with(BEN, DM, video, ben);
            world.run(3000);
            let loser = if winner == ANN { BEN } else { ANN };
            assert_eq!(world.count(loser, "m.call.hangup"), 1);
            assert_eq!(
                world.last(loser, "m.call.hangup").map(|sent| sent.content["reason"].clone()),
                Some("replaced".into())
            );
            assert_eq!((world.count(loser, "m.call.answer"), world.count(winner, "m.call.answer")), (1, 0));
            assert!(world.view(winner).is_some_and(|call| !call.incoming && call.video == video));
            assert_eq!(world.pages[loser].media(|command| matches!(command, MediaCommand::Open(_))), 1);
            assert!(world.pages[loser].rang.is_empty() && world.pages[winner].rang.is_empty());
            world.assert_agreed();
        }
    }
}

/// An invite of a client that never says whom it calls, and knows nothing of glare.
fn plain(call: &str) -> Value {
    let mut content = invite(call, "phone");
    content.as_object_mut().map(|content| content.remove("invitee"));
    content
}

/// All three states of preparing, with ids either way: theirs is there, mine is not.
#[test]
fn while_mine_is_being_prepared_theirs_is_taken_and_nobody_hears_of_mine() {
    for state in ["devices", "servers", "offer"] {
        for mine in [LESSER, GREATER] {
            let mut world = World::alone();
            world.slow_turn(ANN);
            world.stop_sync(ANN, true);
            world.say(BEN_ID, "m.call.invite", invite("8", "phone"));
            world.place_with(ANN, DM, false, mine);
            if state != "devices" {
                world.run(200);
                assert_eq!(world.pages[ANN].open_resources().len(), 1, "the devices are open");
            }
            let turn = Input::Turn(world.pages[ANN].turn.clone());
            if state == "offer" {
                world.input(ANN, turn.clone());
            }
            assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::Offer), usize::from(state == "offer"));
            world.deliver(ANN, &[0], false);
            world.input(ANN, turn);
            world.run(3000);
            assert_eq!(world.count(ANN, "m.call.invite") + world.count(ANN, "m.call.hangup"), 0, "{state}");
            let answered = world.last(ANN, "m.call.answer").map(|sent| sent.content["call_id"].clone());
            assert_eq!((answered, world.phase(ANN)), (Some("8".into()), Some(Phase::Connecting)), "{state}");
        }
    }
}

/// The way between the two took longer than 4 seconds. Ann took Ben's call by then as that of a client that knows no glare, while Ben's
/// gave way to hers: each hung its own call up, and neither was told anything.
#[test]
fn a_client_that_says_whom_it_calls_has_30_seconds_to_give_way() {
    let mut world = World::two();
    world.place_with(ANN, DM, false, LESSER);
    world.place_with(BEN, DM, false, GREATER);
    world.stop_sync(BEN, true);
    world.run(3900);
    world.stop_sync(BEN, false);
    world.stop_sync(ANN, true);
    world.run(500);
    assert_eq!(world.last(BEN, "m.call.hangup").map(|sent| sent.content["reason"].clone()), Some("replaced".into()));
    world.stop_sync(ANN, false);
    world.run(3000);
    world.assert_agreed();
    let mut world = World::alone();
    world.place_with(ANN, DM, false, LESSER);
    world.run(500);
    world.say(BEN_ID, "m.call.invite", invite("~", "phone"));
    world.run(29_000);
    assert_eq!((world.phase(ANN), world.count(ANN, "m.call.answer")), (Some(Phase::Calling), 0));
    world.run(2000);
    assert_eq!(world.count(ANN, "m.call.answer"), 1);
}

/// Ann gives way to Ben's call, and Ben's client to hers.
#[test]
fn two_calls_that_give_way_to_each_other_are_worth_a_word() {
    let mut world = World::alone();
    world.place_with(ANN, DM, false, GREATER);
    world.run(500);
    world.say(BEN_ID, "m.call.invite", invite("8", "phone"));
    world.run(1000);
    assert_eq!((world.phase(ANN), world.ending(ANN)), (Some(Phase::Connecting), None));
    world.say(BEN_ID, "m.call.hangup", with("8", "phone", &json!({ "reason": "replaced" })));
    let notices = world.pages[ANN].board.view().notices;
    let said: Vec<_> = notices.iter().map(|notice| (notice.ending.clone(), notice.call_back)).collect();
    assert_eq!((world.phase(ANN), said), (None, vec![(Ending::Crossed, true)]));
}

/// matrix-js-sdk, on whose side its own call survives, ends mine before that one is out: mine was over then, and theirs rang.
#[test]
fn who_hears_that_their_call_is_replaced_is_in_the_other_one_when_it_comes() {
    for (id, mine) in [("0", GREATER), ("~", LESSER)] {
        for invite_first in [false, true] {
            let mut world = World::alone();
            world.place_with(ANN, DM, true, mine);
            world.run(500);
            let call = world.call_id(ANN);
            if invite_first {
                world.say(BEN_ID, "m.call.invite", invite(id, "phone"));
            }
            world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({ "reason": "replaced" })));
            world.run(2000);
            if !invite_first {
                assert_eq!((world.phase(ANN), world.ending(ANN)), (Some(Phase::Calling), None), "{id}");
                world.say(BEN_ID, "m.call.invite", invite(id, "phone"));
                world.run(1000);
            }
            assert_eq!((world.phase(ANN), world.ending(ANN)), (Some(Phase::Connecting), None), "{id}, {invite_first}");
            assert_eq!(world.last(ANN, "m.call.answer").map(|sent| sent.content["call_id"].clone()), Some(id.into()));
            assert!(world.pages[ANN].rang.is_empty());
            assert_eq!(world.pages[ANN].media(|command| matches!(command, MediaCommand::Open(_))), 1);
        }
    }
}

#[test]
fn a_call_that_is_replaced_by_none_is_over_after_10_seconds() {
    let mut world = World::alone();
    world.place_with(ANN, DM, true, LESSER);
    world.run(500);
    let call = world.call_id(ANN);
    world.say(BEN_ID, "m.call.hangup", with(&call, "phone", &json!({ "reason": "replaced" })));
    world.run(9_000);
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
    world.run(1_500);
    assert_eq!(world.phase(ANN), None);
    assert_eq!((world.count(ANN, "m.call.hangup"), world.pages[ANN].open_resources().len()), (0, 0));
    // A later one is a call like any other.
    world.say(BEN_ID, "m.call.invite", invite("0", "phone"));
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
}

/// Nobody else's call is taken in the place of mine, and nobody else ends it.
#[test]
fn only_whom_i_call_can_replace_my_call() {
    let mut world = World::alone();
    world.place_with(ANN, DM, true, LESSER);
    world.run(500);
    let call = world.call_id(ANN);
    world.say(EVE_ID, "m.call.hangup", with(&call, "phone", &json!({ "reason": "replaced" })));
    world.run(12_000);
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

#[test]
fn a_ring_that_gives_way_to_no_other_call_was_missed() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("8", "phone"));
    world.say(BEN_ID, "m.call.hangup", with("8", "phone", &json!({ "reason": "replaced" })));
    assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Missed)));
}

#[test]
fn a_client_that_knows_no_glare_gets_its_own_call_after_4_seconds() {
    let mut world = World::alone();
    world.place_with(ANN, DM, false, LESSER);
    world.run(500);
    world.say(BEN_ID, "m.call.invite", plain("~"));
    world.run(3800);
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
    world.run(1000);
    assert_eq!(world.last(ANN, "m.call.hangup").map(|sent| sent.content["reason"].clone()), Some("replaced".into()));
    assert_eq!(world.last(ANN, "m.call.answer").map(|sent| sent.content["call_id"].clone()), Some("~".into()));
}

#[test]
fn a_replaced_hang_up_of_a_call_that_is_dropped_already_changes_nothing() {
    for (id, mine) in [("0", GREATER), ("~", LESSER)] {
        let mut world = World::alone();
        world.place_with(ANN, DM, false, mine);
        world.run(500);
        let call = world.call_id(ANN);
        world.say(BEN_ID, "m.call.invite", invite(id, "phone"));
        // matrix-js-sdk hangs up the losing call from both sides.
        let loser = if id == "0" { call.as_str() } else { id };
        world.say(BEN_ID, "m.call.hangup", with(loser, "phone", &json!({ "reason": "replaced" })));
        world.run(6000);
        assert_eq!(world.pages[ANN].board.view().calls.len(), 1, "{id}");
        assert_eq!(world.count(ANN, "m.call.hangup"), usize::from(id == "0"));
    }
}

/// Ben's client, or somebody who means harm, sent the losing invite twice. When its turn came, both copies became calls.
#[test]
fn a_losing_invite_counts_once() {
    let mut world = World::alone();
    world.place_with(ANN, DM, false, LESSER);
    world.run(500);
    for _ in 0..20 {
        world.say(BEN_ID, "m.call.invite", plain("~"));
    }
    world.run(10_000);
    assert_eq!(world.pages[ANN].board.view().calls.len(), 1);
    assert_eq!(world.count(ANN, "m.call.answer"), 1);
}

/// Ben left the room (or Ann did) while his losing call waited for the outcome. Ann's ended because of that, and his began to ring.
#[test]
fn a_losing_call_does_not_ring_once_its_caller_has_left() {
    for gone in [BEN_ID, ANN_ID] {
        let mut world = World::alone();
        world.place_with(ANN, DM, false, LESSER);
        world.run(500);
        world.say(BEN_ID, "m.call.invite", invite("~", "phone"));
        world.change(DM, |room| {
            room.members.remove(gone);
        });
        world.run(6000);
        assert!(world.phase(ANN).is_none() && world.is_quiet() && world.pages[ANN].rang.is_empty(), "{gone}");
    }
}

#[test]
fn a_losing_call_rings_when_mine_is_over() {
    let mut world = World::alone();
    world.place_with(ANN, DM, false, LESSER);
    world.run(500);
    world.say(BEN_ID, "m.call.invite", invite("~", "phone"));
    world.act(ANN, Deed::HangUp);
    world.run(500);
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
}

/// Ann's invite was still waiting for a silent homeserver when the 4 seconds for Ben's answer to it were over. Nobody could have answered.
#[test]
fn the_4_seconds_begin_when_mine_has_arrived() {
    let mut world = World::alone();
    world.answers.entry(ANN).or_default().extend(std::iter::repeat_n((false, Some(HostError::Unreachable)), 3));
    world.place_with(ANN, DM, false, LESSER);
    world.run(500);
    world.say(BEN_ID, "m.call.invite", plain("~"));
    world.run(6000);
    assert_eq!((world.phase(ANN), world.count(ANN, "m.call.answer")), (Some(Phase::Calling), 0));
    world.run(6000);
    assert_eq!(world.count(ANN, "m.call.answer"), 1);
}

#[test]
fn a_stranger_in_the_room_rings_and_is_not_answered_by_itself() {
    let mut world = World::alone();
    world.place_with(ANN, DM, false, GREATER);
    world.run(500);
    world.change(DM, |room| {
        room.members.insert(EVE_ID);
    });
    world.run(100);
    world.say(EVE_ID, "m.call.invite", invite("0", "phone"));
    let phases: Vec<_> = world.pages[ANN].board.view().calls.iter().map(|call| call.phase).collect();
    assert_eq!(phases, [Phase::Calling, Phase::Ringing]);
}

#[test]
fn the_other_devices_of_both_stop_ringing() {
    let mut world = World::two();
    let (ann2, ben2) = (world.add(ANN_ID), world.add(BEN_ID));
    world.place_with(ANN, DM, false, GREATER);
    world.place_with(BEN, DM, false, LESSER);
    world.run(3000);
    world.assert_agreed();
    assert!(world.phase(ann2).is_none() && world.phase(ben2).is_none());
}

/// Ann gave way while her own invite was still on its way; her answer overtook it. Ben's call was answered by then, so her invite
/// rang into it until its hang-up came.
#[test]
fn a_losing_invite_that_its_answer_overtook_does_not_ring() {
    for ended in [true, false] {
        let mut world = World::alone();
        world.place_with(ANN, DM, false, LESSER);
        world.run(500);
        world.answered_by("phone");
        world.say(BEN_ID, "m.call.invite", invite("~", "phone"));
        assert_eq!(world.pages[ANN].board.view().calls.len(), 1);
        world.run(1000);
        if ended {
            world.say(BEN_ID, "m.call.hangup", with("~", "phone", &json!({ "reason": "replaced" })));
        }
        world.run(4000);
        // One that does not end is a new call, from another device of Ben's.
        assert_eq!(world.pages[ANN].board.view().calls.len(), if ended { 1 } else { 2 });
    }
}
