//! The screen as a second stream, or in the camera's place (`calls-1to1.md` 3.5).

use meet_in_chat::call::media::{Kind, Slot};
use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::Screen;
use meet_in_chat::call::vocabulary::{Deed, Input};

use super::world::{ANN, BEN, World};

#[test]
fn the_screen_is_a_second_stream_and_its_place_is_used_again() {
    for page in [ANN, BEN] {
        let mut world = World::talking(true);
        for _ in 0..3 {
            world.act(page, Deed::Share(true));
            world.run(3000);
            assert_eq!(world.view(page).map(|call| call.screen), Some(Screen::On));
            world.assert_agreed();
            world.act(page, Deed::Share(false));
            world.run(3000);
            world.assert_agreed();
        }
        let offer = world.last(page, "m.call.negotiate").expect("negotiated").content["description"]["sdp"].clone();
        assert_eq!(offer.as_str().unwrap_or_default().matches("m=").count(), 4);
    }
}

#[test]
fn the_browsers_own_stop_button_stops_the_share() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Share(true));
    world.run(3000);
    let capture = world.view(ANN).and_then(|call| call.capture).expect("a capture");
    world.input(ANN, Input::Media(capture, meet_in_chat::call::media::MediaEvent::Ended(Slot::Screen, Kind::Video)));
    world.run(3000);
    assert_eq!(world.view(ANN).map(|call| call.screen), Some(Screen::Off));
    world.assert_agreed();
}

#[test]
fn both_share_at_the_same_time() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Share(true));
    world.act(BEN, Deed::Share(true));
    world.run(8000);
    world.assert_agreed();
    assert!(world.view(ANN).is_some_and(|call| call.peer_screen.is_some()));
}

#[test]
fn a_peer_without_metadata_gets_the_screen_in_the_cameras_place() {
    let mut world = World::alone();
    let call = world.calls_ben(true);
    world.answer_plainly(&call);
    let view = world.view(ANN).expect("a call");
    assert!(view.can.share);
    world.act(ANN, Deed::Share(true));
    world.run(1000);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::ScreenInsteadOfCamera(true)), 1);
    world.act(ANN, Deed::Share(false));
    world.run(1000);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::ScreenInsteadOfCamera(false)), 1);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
}

#[test]
fn a_voice_call_with_a_peer_without_metadata_has_neither_camera_nor_screen() {
    let mut world = World::alone();
    let call = world.calls_ben(false);
    world.answer_plainly(&call);
    let can = world.view(ANN).expect("a call").can;
    assert_eq!((can.camera, can.share, can.hold), (false, false, true));
    world.act(ANN, Deed::Camera(true));
    world.act(ANN, Deed::Share(true));
    world.act(ANN, Deed::Mute(true));
    world.act(ANN, Deed::Hold(true));
    world.run(2000);
    assert_eq!(world.count(ANN, "m.call.negotiate") + world.count(ANN, "m.call.sdp_stream_metadata_changed"), 0);
}
