//! Syncs that leave something out, bring it twice or in another order (`calls-1to1.md` 1.7, steps 5 and 10).

use meet_in_chat::call::event::SdpKind;
use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::Deed;
use meet_in_chat::host::HostError;
use serde_json::json;

use super::negotiation::{negotiate, sets, talking_to_a_client};
use super::world::others::{candidates, with};
use super::world::{ANN, BEN, BEN_ID, Dice, Faults, World};

/// A world in which the next sync of this page keeps only what is said after this.
fn lose(world: &mut World, page: usize) {
    world.pages[page].position = world.server.timeline.len();
    world.pages[page].gap = true;
}

#[test]
fn a_hang_up_in_a_gap_is_fetched() {
    let mut world = World::talking(false);
    world.stop_sync(BEN, true);
    world.act(ANN, Deed::HangUp);
    world.run(100);
    lose(&mut world, BEN);
    world.stop_sync(BEN, false);
    world.say("@ann:chat.test", "m.room.message", json!({}));
    world.run(2000);
    assert!(world.is_quiet());
    let after = world.pages[BEN].fetched.last().cloned().flatten().expect("after the last event of the call");
    assert!(after.starts_with("$e"));
}

/// The room was busy: what Ben's client said of Ann's call was further back than the newest page, and nobody looked there, because
/// nothing of the call had been seen yet.
#[test]
fn a_gap_before_the_other_side_has_said_anything_is_filled_from_the_invite_on() {
    for came_back in [false, true] {
        let mut world = World::alone();
        world.say(BEN_ID, "m.room.message", json!({}));
        world.stop_sync(ANN, !came_back);
        if came_back {
            // The homeserver's answer is late.
            world.answers.entry(ANN).or_default().push_back((true, Some(HostError::Unreachable)));
        }
        world.place(ANN, false);
        world.run(500);
        lose(&mut world, ANN);
        world.stop_sync(ANN, false);
        world.say(BEN_ID, "m.room.message", json!({}));
        world.run(500);
        assert_eq!(world.pages[ANN].fetched, [Some("$e1".to_owned())], "{came_back}");
    }
}

#[test]
fn a_gap_in_a_room_without_a_call_is_nobodys_business() {
    let mut world = World::alone();
    lose(&mut world, ANN);
    world.say(BEN_ID, "m.room.message", json!({}));
    world.run(1000);
    assert!(world.pages[ANN].fetched.is_empty());
}

#[test]
fn what_comes_twice_counts_once() {
    let mut world = World::new(Dice::new(3, Faults { again: 1, ..Faults::default() }));
    world.place(ANN, false);
    world.run(4000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(20_000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    assert_eq!(world.count(ANN, "m.call.select_answer"), 1);
    world.act(ANN, Deed::HangUp);
    world.run(20_000);
    assert!(world.is_quiet() && world.pages[BEN].rang.len() == 1);
}

#[test]
fn a_description_or_a_candidate_that_comes_twice_counts_once() {
    let (mut world, call) = talking_to_a_client(true);
    world.run(4000);
    let offer = world.server.timeline.len();
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.say(BEN_ID, "m.call.candidates", candidates(&call, "phone", &["candidate:7"]));
    let added = |world: &World| world.commanded(ANN, |command| matches!(command, PeerCommand::AddCandidate(_)));
    let before = added(&world);
    world.run(500);
    for _ in 0..2 {
        world.deliver(ANN, &[offer, offer + 1], false);
        world.run(500);
    }
    assert_eq!((sets(&world, SdpKind::Offer), world.count(ANN, "m.call.negotiate")), (1, 1));
    assert_eq!(added(&world), before);
}

/// A gap had Ann's first hold, the sync after it her resuming. Filling the gap put the call on hold again, for good: the older
/// description was laid over the newer one.
#[test]
fn an_older_description_does_not_undo_a_newer_one() {
    let mut world = World::called_by_ben(true);
    let offer = |hold: bool| {
        let mut description = super::world::others::description("offer", "their1", true);
        if hold {
            description["sdp"] = description["sdp"].as_str().map(|sdp| sdp.replace("sendrecv", "sendonly")).into();
        }
        let streams = json!({ "theirs": { "purpose": "m.usermedia", "audio_muted": hold } });
        with("c", "phone", &json!({ "description": description, "lifetime": 30_000, "sdp_stream_metadata": streams }))
    };
    world.stop_sync(ANN, true);
    world.say(BEN_ID, "m.call.negotiate", offer(true));
    lose(&mut world, ANN);
    world.run(100);
    world.say(BEN_ID, "m.call.negotiate", offer(false));
    world.stop_sync(ANN, false);
    world.run(3000);
    assert!(!world.pages[ANN].fetched.is_empty());
    assert!(world.view(ANN).is_some_and(|call| !call.held_by_peer && !call.peer_muted));
}
