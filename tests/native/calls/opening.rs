//! Devices of which something else is wanted before they have answered.

use meet_in_chat::call::media::{Kind, MediaCommand, MediaEvent, Slot};
use meet_in_chat::call::view::{Camera, Word};
use meet_in_chat::call::vocabulary::{Deed, Input, PreviewDeed};

use super::world::{ANN, BEN, BROKEN, World};

/// Ann chose another camera, switched it off and on again while it was being opened. It had been given up with the first press, and
/// nothing asked for it with the second.
#[test]
fn a_camera_that_is_switched_off_and_on_while_it_is_changed_comes_back() {
    let mut world = World::talking(true);
    world.slow_devices(ANN, 1000);
    world.act(ANN, Deed::Device(Kind::Video, Some("second".into())));
    world.act(ANN, Deed::Camera(false));
    world.run(500);
    world.act(ANN, Deed::Camera(true));
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::Opening));
    world.run(3000);
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::On));
    let capture = world.pages[ANN].captures.values().next().expect("a capture");
    assert_eq!(capture.devices.video, Some(Some("second".into())));
    world.assert_agreed();
}

#[test]
fn a_camera_that_fails_after_it_was_switched_off_is_not_spoken_of() {
    let mut world = World::talking(true);
    world.slow_devices(ANN, 1000);
    world.act(ANN, Deed::Device(Kind::Video, Some(BROKEN.into())));
    world.act(ANN, Deed::Camera(false));
    world.run(3000);
    assert!(world.view(ANN).is_some_and(|call| call.camera == Camera::Off && call.word.is_none()));
    world.assert_agreed();
}

/// Ann pressed "video" in the preview while it was still opening the microphone alone.
#[test]
fn a_camera_that_is_wanted_while_the_microphone_opens_is_opened_after_it() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, false);
    world.slow_devices(ANN, 500);
    world.input(ANN, Input::Preview(PreviewDeed::Call { video: true, muted: false }));
    world.run(2000);
    assert!(world.view(BEN).is_some_and(|call| call.video));
    world.act(BEN, Deed::Accept { video: true });
    world.run(3000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_camera.is_some()));
    world.assert_agreed();
}

/// The browser ends the track of a device that is unplugged, and a moment later does not list it any more.
#[test]
fn a_device_that_is_unplugged_is_replaced_once() {
    for kind in [Kind::Audio, Kind::Video] {
        let mut world = World::talking(true);
        world.slow_devices(ANN, 500);
        let capture = world.view(ANN).and_then(|call| call.capture).expect("a capture");
        let opened = |world: &World| world.pages[ANN].media(|command| matches!(command, MediaCommand::Open(_)));
        let before = opened(&world);
        world.input(ANN, Input::Media(capture, MediaEvent::Ended(Slot::User, kind)));
        assert_eq!(world.view(ANN).and_then(|call| call.word), Some(Word::DeviceGone));
        world.input(ANN, Input::DevicesGone(vec![kind]));
        world.run(3000);
        assert_eq!(opened(&world), before + 1, "{kind:?}");
        world.assert_agreed();
    }
}

#[test]
fn a_device_that_is_unplugged_in_the_preview_is_replaced_once() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.run(500);
    let capture = world.pages[ANN].board.view().preview.expect("a preview").capture;
    world.input(ANN, Input::Media(capture, MediaEvent::Ended(Slot::User, Kind::Audio)));
    world.input(ANN, Input::DevicesGone(vec![Kind::Audio]));
    world.run(1000);
    assert_eq!(world.pages[ANN].media(|command| matches!(command, MediaCommand::Open(_))), 2);
}

#[test]
fn a_camera_that_was_just_switched_off_in_the_preview_is_kept_for_a_video_call() {
    let mut world = World::two();
    world.forget_preview(ANN);
    world.place(ANN, true);
    world.run(500);
    world.input(ANN, Input::Preview(PreviewDeed::Camera(false)));
    world.run(50);
    world.input(ANN, Input::Preview(PreviewDeed::Call { video: true, muted: false }));
    world.run(2000);
    world.act(BEN, Deed::Accept { video: true });
    world.run(3000);
    assert_eq!(world.view(ANN).map(|call| call.camera), Some(Camera::On));
    world.assert_agreed();
}
