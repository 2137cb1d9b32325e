//! The look at the devices before the first call.

use meet_in_chat::call::media::MediaCommand;
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input, PreviewDeed};

use super::world::{ANN, BEN, BEN_ID, DM, World};

#[test]
fn the_first_call_begins_with_a_look_at_the_devices() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.run(500);
    let preview = world.pages[ANN].board.view().preview.expect("a preview");
    assert!(preview.camera && preview.microphone && !preview.opening);
    assert!(world.pages[ANN].sent.is_empty());
    world.input(ANN, Input::Preview(PreviewDeed::Call { video: false, muted: true }));
    world.run(1000);
    assert_eq!(world.phase(BEN), Some(Phase::Ringing));
    assert!(world.view(BEN).is_some_and(|call| !call.video));
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted));
    world.assert_agreed();
    assert!(world.pages[ANN].preferences.previewed);
}

#[test]
fn a_preview_that_is_cancelled_frees_the_devices() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.input(ANN, Input::Preview(PreviewDeed::Cancel));
    world.run(1000);
    assert!(world.is_quiet() && world.pages[ANN].sent.is_empty());
}

/// Ben called while Ann looked at her devices before calling him. Her press then made a second call beside his ringing one, and
/// which of them survived was up to their ids.
#[test]
fn calling_back_from_the_preview_takes_the_call_that_rings() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.run(500);
    world.place(BEN, true);
    world.run(500);
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    world.input(ANN, Input::Preview(PreviewDeed::Call { video: true, muted: false }));
    world.run(3000);
    assert_eq!(world.count(ANN, "m.call.invite"), 0);
    assert_eq!(world.pages[ANN].media(|command| matches!(command, MediaCommand::Open(_))), 1);
    world.assert_agreed();
}

/// The room became encrypted, or Ben left it, while Ann looked at her devices; the preview still knew it as it had been.
#[test]
fn the_preview_knows_its_room_as_it_is() {
    let mut world = World::alone();
    world.pages[ANN].can_encrypt = false;
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.change(DM, |room| room.encrypted = true);
    world.run(500);
    world.input(ANN, Input::Preview(PreviewDeed::Call { video: true, muted: false }));
    world.run(500);
    assert_eq!(world.ending(ANN), Some(Ending::NeedsEncryption));
    assert!(world.pages[ANN].sent.is_empty() && world.is_quiet());

    let mut world = World::alone();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.change(DM, |room| {
        room.members.remove(BEN_ID);
    });
    world.run(500);
    assert!(world.pages[ANN].board.view().preview.is_none() && world.is_quiet());
}
