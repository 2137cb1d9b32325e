//! Nothing in clear where it must not be, and keys that come late (`calls-1to1.md` 1.7 step 9, 4).

use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::Deed;
use serde_json::json;

use super::world::others::{answer, invite, with};
use super::world::{ANN, BEN, BEN_ID, DM, Dice, Faults, World};

fn encrypted() -> World {
    let mut world = World::two();
    world.server.room_mut(DM).encrypted = true;
    world
}

#[test]
fn a_chat_that_can_encrypt_calls_as_ever() {
    let mut world = encrypted();
    world.connect(true);
    assert_eq!(world.disagreements(), Vec::<String>::new());
    assert!(world.server.timeline.iter().all(|event| event.encrypted));
}

#[test]
fn a_chat_that_can_not_encrypt_neither_calls_nor_rings() {
    let mut world = encrypted();
    world.pages[ANN].can_encrypt = false;
    world.place(ANN, true);
    world.run(500);
    assert_eq!(world.ending(ANN), Some(Ending::NeedsEncryption));
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    assert!(world.phase(ANN).is_none() && world.pages[ANN].sent.is_empty() && world.is_quiet());
}

/// What came in clear could be the homeserver's own.
#[test]
fn what_came_in_clear_does_not_count_in_an_encrypted_room() {
    let mut world = World::alone();
    world.say_in(DM, BEN_ID, "m.call.invite", invite("c", "phone"));
    world.server.room_mut(DM).encrypted = true;
    world.run(100);
    assert!(world.phase(ANN).is_none());
}

#[test]
fn a_room_that_becomes_encrypted_ends_a_call_that_can_not_follow() {
    for page in [ANN, BEN] {
        let mut world = World::two();
        world.pages[page].can_encrypt = false;
        world.connect(false);
        let sent = world.pages[page].sent.len();
        world.change(DM, |room| room.encrypted = true);
        world.run(1000);
        assert_eq!((world.phase(page), world.ending(page)), (None, Some(Ending::NeedsEncryption)));
        assert_eq!(world.pages[page].sent.len(), sent);
        // The other side is left to notice.
        world.run(60_000);
        assert!(world.is_quiet());
    }
}

#[test]
fn a_room_that_becomes_encrypted_does_not_end_a_call_that_can_follow() {
    let mut world = World::talking(false);
    world.change(DM, |room| room.encrypted = true);
    world.run(1000);
    world.act(ANN, Deed::Mute(true));
    world.run(1000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted));
    assert!(world.server.timeline.last().is_some_and(|event| event.encrypted));
}

/// The hang-up waited for a homeserver that did not answer; meanwhile the room became encrypted, and it went out in clear.
#[test]
fn a_last_word_that_waits_is_not_said_in_clear() {
    let mut world = World::two();
    world.pages[ANN].can_encrypt = false;
    world.connect(false);
    world.answers.entry(ANN).or_default().push_back((false, Some(meet_in_chat::host::HostError::Unreachable)));
    world.act(ANN, Deed::HangUp);
    world.run(200);
    let sent = world.pages[ANN].sent.len();
    assert!(world.pages[ANN].board.watches(&DM.into()));
    world.change(DM, |room| room.encrypted = true);
    world.run(5000);
    assert_eq!(world.pages[ANN].sent.len(), sent);
    assert!(!world.pages[ANN].board.watches(&DM.into()));
}

#[test]
fn an_invite_whose_key_comes_late_rings_while_it_is_worth_it() {
    for (late, rings) in [(20_000, true), (58_000, false)] {
        let mut world = World::alone();
        world.dice = Dice::new(1, Faults { late_key: 1, ..Faults::default() });
        world.stop_sync(ANN, true);
        world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
        world.run(late);
        world.stop_sync(ANN, false);
        world.run(11_000);
        assert_eq!(!world.pages[ANN].rang.is_empty(), rings, "{late}");
    }
}

#[test]
fn keys_that_come_in_any_order_make_one_call() {
    let mut connected = 0;
    for seed in 0..20 {
        let mut world = World::new(Dice::new(seed, Faults { late_key: 2, ..Faults::default() }));
        world.place(ANN, false);
        world.run(12_000);
        if world.phase(BEN) == Some(Phase::Ringing) {
            world.act(BEN, Deed::Accept { video: false });
            world.run(30_000);
            connected += usize::from(world.phase(ANN) == Some(Phase::Connected));
        }
        world.dice.faults = Faults::default();
        world.run(200_000);
        assert_eq!(world.disagreements(), Vec::<String>::new(), "{seed}");
    }
    assert!(connected >= 15, "{connected}");
}

/// The key of Ben's answer came after that of what followed it: that he had switched his camera off. Ann saw a black picture instead of
/// his name for the rest of the call.
#[test]
fn news_that_come_before_their_answer_are_kept() {
    let mut world = World::alone();
    let call = world.calls_ben(true);
    let dark = json!({ "theirs": { "purpose": "m.usermedia", "video_muted": true } });
    world.stop_sync(ANN, true);
    world.say(BEN_ID, "m.call.answer", answer(&call, "phone", true));
    let at = world.server.timeline.len() - 1;
    let news = with(&call, "phone", &json!({ "sdp_stream_metadata": dark }));
    world.say(BEN_ID, "m.call.sdp_stream_metadata_changed", news);
    world.deliver(ANN, &[at + 1], false);
    world.deliver(ANN, &[at], false);
    world.run(500);
    world.link_up(ANN);
    assert!(world.view(ANN).is_some_and(|call| call.peer_camera.is_none()));
}
