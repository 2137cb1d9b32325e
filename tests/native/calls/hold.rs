//! Holding, and several calls (`calls-1to1.md` 1.9, 3.6).

use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::{CallKey, Camera, Phase, Screen};
use meet_in_chat::call::vocabulary::{Deed, Input};

use super::world::others::invite;
use super::world::{ANN, ANN_ID, BEN, BEN_ID, CAT_ID, DM, OTHER_DM, World};

const CAT: usize = 2;

/// I hold, they hold.
fn holds(world: &World, page: usize) -> (bool, bool) {
    let call = world.view(page).expect("a call");
    (call.on_hold, call.held_by_peer)
}

#[test]
fn both_sides_hold_and_resume_in_every_order() {
    let mut world = World::talking(false);
    let steps = [
        (ANN, true, (true, false)),
        (BEN, true, (true, true)),
        (ANN, false, (false, true)),
        (ANN, true, (true, true)),
        (BEN, false, (true, false)),
        (ANN, false, (false, false)),
        (BEN, true, (false, true)),
        (BEN, false, (false, false)),
    ];
    for (page, on, (ann, ben)) in steps {
        world.act(page, Deed::Hold(on));
        world.run(1000);
        assert_eq!(holds(&world, ANN), (ann, ben), "{page} {on}");
        assert_eq!(holds(&world, BEN), (ben, ann), "{page} {on}");
        world.assert_agreed();
    }
}

#[test]
fn both_hold_in_the_same_moment() {
    let mut world = World::talking(true);
    world.act(ANN, Deed::Hold(true));
    world.act(BEN, Deed::Hold(true));
    world.run(5000);
    assert_eq!((holds(&world, ANN), holds(&world, BEN)), ((true, true), (true, true)));
    world.assert_agreed();
    world.act(ANN, Deed::Hold(false));
    world.act(BEN, Deed::Hold(false));
    world.run(5000);
    assert_eq!((holds(&world, ANN), holds(&world, BEN)), ((false, false), (false, false)));
    world.assert_agreed();
}

#[test]
fn the_camera_goes_off_in_a_held_call_and_comes_back() {
    let mut world = World::talking(true);
    world.act(ANN, Deed::Hold(true));
    world.run(1000);
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::Off));
    world.assert_agreed();
    world.act(ANN, Deed::Camera(true));
    world.act(ANN, Deed::Hold(false));
    world.run(1000);
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::On));
    world.assert_agreed();
}

#[test]
fn a_camera_that_was_off_stays_off_after_a_hold() {
    let mut world = World::talking(true);
    world.act(ANN, Deed::Camera(false));
    world.run(1000);
    world.act(ANN, Deed::Hold(true));
    world.run(1000);
    world.act(ANN, Deed::Hold(false));
    world.run(1000);
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::Off));
    world.assert_agreed();
}

#[test]
fn a_muted_microphone_stays_muted_after_a_hold() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Mute(true));
    world.act(ANN, Deed::Hold(true));
    world.run(1000);
    world.act(ANN, Deed::Hold(false));
    world.run(1000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted));
    world.assert_agreed();
    world.act(ANN, Deed::Hold(true));
    world.act(ANN, Deed::Mute(false));
    world.run(1000);
    world.assert_agreed();
}

#[test]
fn a_share_ends_with_a_hold() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Share(true));
    world.run(3000);
    world.act(ANN, Deed::Hold(true));
    world.run(3000);
    assert_eq!(world.view(ANN).map(|call| call.screen), Some(Screen::Off));
    world.assert_agreed();
}

/// The browser's question which screen to share was still open when Ann put the call on hold. She answered it later, and the held
/// call showed her screen.
#[test]
fn a_screen_that_is_chosen_during_a_hold_is_not_shared() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Share(true));
    world.act(ANN, Deed::Hold(true));
    world.run(3000);
    assert_eq!(world.view(ANN).map(|call| call.screen), Some(Screen::Off));
    world.assert_agreed();
}

/// Cat called while it still rang at Ben's; Ann took it. Then Ben answered, too, and Ann's voice went to both.
#[test]
fn a_call_that_comes_up_while_another_is_spoken_in_is_held() {
    let mut world = World::two();
    world.add(CAT_ID);
    world.place(ANN, false);
    world.run(1000);
    world.place_in(CAT, OTHER_DM, false);
    world.run(1000);
    let ringing =
        world.pages[ANN].board.view().calls.iter().find(|call| call.phase == Phase::Ringing).map(|call| call.key);
    world.input(ANN, Input::Do(ringing.expect("Cat's call"), Deed::Accept { video: false }));
    world.run(3000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(5000);
    let view = world.pages[ANN].board.view();
    assert_eq!(
        view.calls.iter().map(|call| (call.room.as_str(), call.on_hold)).collect::<Vec<_>>(),
        [(OTHER_DM, false), ("!ann-ben", true)]
    );
    world.assert_agreed();
}

#[test]
fn a_call_is_not_held_for_one_that_is_over() {
    let mut world = World::two();
    world.add(CAT_ID);
    world.place(ANN, false);
    world.run(1000);
    world.place_in(ANN, OTHER_DM, false);
    world.run(1000);
    world.act(CAT, Deed::Decline);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    assert_eq!(holds(&world, ANN), (false, false));
}

#[test]
fn resuming_one_call_holds_the_other() {
    let mut world = World::talking(false);
    world.add(CAT_ID);
    world.place_in(CAT, OTHER_DM, false);
    world.run(1000);
    let key = |world: &World, held: bool| {
        world.pages[ANN]
            .board
            .view()
            .calls
            .iter()
            .find(|call| call.on_hold == held)
            .map(|call| call.key)
            .expect("a call")
    };
    let ringing =
        world.pages[ANN].board.view().calls.iter().find(|call| call.phase == Phase::Ringing).map(|call| call.key);
    world.input(ANN, Input::Do(ringing.expect("Cat's call"), Deed::Accept { video: false }));
    world.run(3000);
    world.assert_agreed();
    let held = key(&world, true);
    world.input(ANN, Input::Do(held, Deed::Hold(false)));
    world.run(3000);
    assert_ne!(key(&world, true), held);
    world.assert_agreed();
    assert_eq!(world.pages[ANN].board.view().calls.len(), 2);
}

/// The call had just ended when its "resume" was pressed. Nothing was left to resume, and the other one was put on hold.
#[test]
fn resuming_a_call_that_is_over_holds_no_other() {
    let mut world = World::talking(false);
    world.add(CAT_ID);
    world.place_in(CAT, OTHER_DM, false);
    world.run(1000);
    let ring = ringing(&world);
    world.input(ANN, Input::Do(ring, Deed::Accept { video: false }));
    world.run(3000);
    let calls = world.pages[ANN].board.view().calls;
    let (spoken, held) = (calls[0].key, calls[1].key);
    // Nor does one that is not on hold.
    for over in [false, true] {
        if over {
            world.act(BEN, Deed::HangUp);
            world.run(1000);
        }
        world.input(ANN, Input::Do(if over { held } else { spoken }, Deed::Hold(false)));
        world.run(1000);
        assert!(world.view(ANN).is_some_and(|call| call.key == spoken && !call.on_hold));
    }
}

fn ringing(world: &World) -> CallKey {
    let calls = world.pages[ANN].board.view().calls;
    calls.iter().find(|call| call.phase == Phase::Ringing).map(|call| call.key).expect("a ring")
}

const DAN_ID: &str = "@dan:chat.test";
const THIRD: &str = "!ann-dan";

/// Somebody calls Ann, and she accepts.
fn accept_from(world: &mut World, room: &str, caller: &str, call: &str) -> CallKey {
    world.say_in(room, caller, "m.call.invite", invite(call, "phone"));
    world.run(60);
    let key = ringing(world);
    world.input(ANN, Input::Do(key, Deed::Accept { video: false }));
    key
}

fn alive(world: &World) -> Vec<CallKey> {
    world.pages[ANN].board.view().calls.iter().map(|call| call.key).collect()
}

/// Two calls were on hold, and the third made a third: neither was the one that is spoken in.
#[test]
fn a_third_call_ends_the_first_of_two_that_are_both_on_hold() {
    let mut world = World::alone();
    world.add_room(THIRD, [ANN_ID, DAN_ID]);
    let first = accept_from(&mut world, DM, BEN_ID, "b");
    world.run(1000);
    world.link_up(ANN);
    let second = accept_from(&mut world, OTHER_DM, CAT_ID, "c");
    world.run(1000);
    world.link_up(ANN);
    world.input(ANN, Input::Do(second, Deed::Hold(true)));
    assert!(world.pages[ANN].board.view().calls.iter().all(|call| call.on_hold));
    let third = accept_from(&mut world, THIRD, DAN_ID, "d");
    let alive = alive(&world);
    assert!(alive.len() == 2 && !alive.contains(&first) && alive.contains(&third), "{alive:?}");
}

/// Ann called Ben, and then accepted a call of Cat's before either was up. The third one ended both.
#[test]
fn a_third_call_ends_only_the_one_that_has_the_turn() {
    let mut world = World::alone();
    world.add_room(THIRD, [ANN_ID, DAN_ID]);
    world.place(ANN, false);
    world.run(500);
    let first = world.pages[ANN].key().expect("a call");
    let second = accept_from(&mut world, OTHER_DM, CAT_ID, "c");
    world.run(500);
    let third = accept_from(&mut world, THIRD, DAN_ID, "d");
    let alive = alive(&world);
    assert!(alive.len() == 2 && alive.contains(&first) && !alive.contains(&second) && alive.contains(&third));
}

/// Cat's second call takes the place of her first, and Ben's stays.
#[test]
fn who_calls_again_ends_no_other_call() {
    let mut world = World::alone();
    let first = accept_from(&mut world, DM, BEN_ID, "b");
    world.run(1000);
    world.link_up(ANN);
    accept_from(&mut world, OTHER_DM, CAT_ID, "c");
    world.run(1000);
    let third = accept_from(&mut world, OTHER_DM, CAT_ID, "d");
    let alive = alive(&world);
    assert!(alive.len() == 2 && alive.contains(&first) && alive.contains(&third), "{alive:?}");
}

#[test]
fn a_third_call_takes_the_place_of_the_one_that_is_spoken_in() {
    let mut world = World::talking(false);
    world.add(CAT_ID);
    world.place_in(CAT, OTHER_DM, false);
    world.run(1000);
    let ring = |world: &World| {
        let calls = world.pages[ANN].board.view().calls;
        calls.iter().find(|call| call.phase == Phase::Ringing).map(|call| call.key).expect("a ring")
    };
    let first = ring(&world);
    world.input(ANN, Input::Do(first, Deed::Accept { video: false }));
    world.run(3000);
    // Cat calls from a second device.
    let again = world.add(CAT_ID);
    world.place_in(again, OTHER_DM, false);
    world.run(1000);
    let second = ring(&world);
    world.input(ANN, Input::Do(second, Deed::Accept { video: false }));
    world.run(3000);
    assert_eq!(
        (world.phase(CAT), world.phase(again), world.phase(BEN)),
        (None, Some(Phase::Connected), Some(Phase::Connected))
    );
    world.assert_agreed();
}

#[test]
fn where_nothing_can_be_negotiated_holding_is_muting() {
    let mut world = World::alone();
    let call = world.calls_ben(true);
    world.answer_plainly(&call);
    world.act(ANN, Deed::Hold(true));
    world.run(1000);
    assert_eq!(world.commanded(ANN, |command| matches!(command, PeerCommand::Hold(_))), 0);
    let capture = world.pages[ANN].captures.values().next().expect("a capture");
    assert_eq!((capture.audio, capture.video), (Some(false), None));
    assert!(world.view(ANN).is_some_and(|call| call.on_hold && call.peer_audio.is_empty()));
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
}
