//! Devices before and in a call, and what the other side is told of them (`calls-1to1.md` 3, 6.1, 6.3).

use meet_in_chat::call::media::{Kind, MediaCommand, MediaError, Slot, Wanted};
use meet_in_chat::call::peer::PeerCommand;
use meet_in_chat::call::view::{Camera, Ending, Phase, Word};
use meet_in_chat::call::vocabulary::{Deed, Input};
use serde_json::{Value, json};

use super::world::others::{answer, invite};
use super::world::{ANN, BEN, BEN_ID, BROKEN, DM, World};

/// Ann muted herself while it rang at Ben's. He was never told: her invite had said otherwise, and nothing could be said before he
/// answered.
#[test]
fn what_changed_while_it_rang_is_told_after_the_answer() {
    let mut world = World::two();
    world.place(ANN, true);
    world.run(1000);
    world.act(ANN, Deed::Mute(true));
    world.act(ANN, Deed::Camera(false));
    world.run(1000);
    assert_eq!(world.count(ANN, "m.call.sdp_stream_metadata_changed"), 0);
    world.act(BEN, Deed::Accept { video: true });
    world.run(3000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted && call.peer_camera.is_none()));
    world.assert_agreed();
}

/// Ben switched his camera on while his answer was being made. It opened, its light went on, and nothing ever sent it.
#[test]
fn a_camera_that_opens_while_the_answer_is_made_is_sent() {
    let mut world = World::two();
    world.place(ANN, true);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(60);
    assert_eq!(world.phase(BEN), Some(Phase::Answering));
    world.act(BEN, Deed::Camera(true));
    world.run(3000);
    assert!(world.view(ANN).is_some_and(|call| call.peer_camera.is_some()));
    world.assert_agreed();
}

#[test]
fn pressing_twice_tells_nothing() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Mute(true));
    world.run(50);
    world.act(ANN, Deed::Mute(false));
    world.run(2000);
    assert_eq!(world.count(ANN, "m.call.sdp_stream_metadata_changed"), 0);
}

#[test]
fn muting_is_told_and_silences_only_the_own_track() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Mute(true));
    world.run(1000);
    let told = world.last(ANN, "m.call.sdp_stream_metadata_changed").expect("told").content.clone();
    let streams = told["sdp_stream_metadata"].as_object().expect("streams");
    assert!(streams.values().all(|one| one["audio_muted"] == true && one["purpose"] == "m.usermedia"));
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted && call.peer_audio.len() == 1));
    world.assert_agreed();
}

#[test]
fn muting_before_the_devices_are_open_counts() {
    let mut world = World::two();
    world.place(ANN, false);
    world.act(ANN, Deed::Mute(true));
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    assert!(world.view(BEN).is_some_and(|call| call.peer_muted));
    world.assert_agreed();
}

#[test]
fn a_fast_toggle_keeps_the_camera() {
    let mut world = World::talking(true);
    let opened = world.pages[ANN].captures.values().filter(|capture| capture.video.is_some()).count();
    world.act(ANN, Deed::Camera(false));
    world.run(100);
    world.act(ANN, Deed::Camera(true));
    world.run(2000);
    assert_eq!(opened, 1);
    assert_eq!(world.pages[ANN].media(|command| matches!(command, MediaCommand::Open(_))), 1);
    assert_eq!(world.pages[ANN].media(|command| *command == MediaCommand::CloseCamera), 0);
    world.assert_agreed();
}

#[test]
fn a_camera_that_comes_back_needs_no_new_exchange() {
    let mut world = World::talking(true);
    world.act(ANN, Deed::Camera(false));
    world.run(2000);
    world.assert_agreed();
    assert!(world.view(BEN).is_some_and(|call| call.peer_camera.is_none()));
    world.act(ANN, Deed::Camera(true));
    world.run(2000);
    world.assert_agreed();
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
}

#[test]
fn a_voice_call_becomes_a_video_call_on_either_side() {
    for page in [ANN, BEN] {
        let mut world = World::talking(false);
        assert!(world.view(page).is_some_and(|call| call.can.camera && !call.video));
        world.act(page, Deed::Camera(true));
        world.run(2000);
        world.assert_agreed();
        assert_eq!(world.count(page, "m.call.negotiate"), 1);
        assert!(world.view(ANN).is_some_and(|call| call.video) && world.view(BEN).is_some_and(|call| call.video));
        for on in [false, true] {
            world.act(page, Deed::Camera(on));
            world.run(2000);
            world.assert_agreed();
            let other = if page == ANN { BEN } else { ANN };
            assert_eq!(world.view(other).map(|call| call.peer_camera.is_some()), Some(on));
        }
        assert_eq!(world.count(page, "m.call.negotiate"), 1);
    }
}

#[test]
fn an_upgrade_whose_camera_fails_leaves_the_call_as_it_was() {
    let mut world = World::talking(false);
    world.pages[ANN].no_camera = true;
    world.act(ANN, Deed::Camera(true));
    world.run(2000);
    assert_eq!(world.view(ANN).and_then(|call| call.word), Some(Word::CameraFailed(MediaError::NotFound)));
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    world.assert_agreed();
}

/// T3.
#[test]
fn a_call_without_a_microphone_is_none_and_tells_nobody() {
    let mut world = World::two();
    world.pages[ANN].denied = true;
    world.place(ANN, true);
    world.run(1000);
    assert_eq!(world.ending(ANN), Some(Ending::Media(MediaError::NotAllowed)));
    assert!(world.pages[ANN].sent.is_empty() && world.is_quiet());
}

/// T14.
#[test]
fn a_video_call_without_a_camera_is_a_voice_call() {
    for (page, accepted) in [(ANN, false), (BEN, true)] {
        let mut world = World::two();
        world.pages[page].no_camera = true;
        world.place(ANN, true);
        world.run(1000);
        world.act(BEN, Deed::Accept { video: accepted });
        world.run(3000);
        assert!(world.view(page).is_some_and(|call| matches!(call.word, Some(Word::CameraFailed(_)))));
        world.assert_agreed();
    }
}

#[test]
fn an_answer_without_a_microphone_rings_on() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(1000);
    world.pages[BEN].denied = true;
    world.act(BEN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(world.phase(BEN), Some(Phase::Ringing));
    assert_eq!(world.view(BEN).and_then(|call| call.word), Some(Word::DeviceFailed(MediaError::NotAllowed)));
    assert!(world.pages[BEN].open_resources().is_empty());
    world.pages[BEN].denied = false;
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    world.assert_agreed();
}

#[test]
fn what_the_caller_does_not_send_can_not_be_answered_with() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: true });
    world.run(3000);
    assert_eq!(world.view(BEN).map(|call| call.camera), Some(Camera::Off));
    world.assert_agreed();
}

#[test]
fn a_video_call_can_be_accepted_without_camera_and_the_camera_come_later() {
    let mut world = World::two();
    world.place(ANN, true);
    world.run(1000);
    assert!(world.view(BEN).is_some_and(|call| call.video));
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    world.assert_agreed();
    assert!(world.view(ANN).is_some_and(|call| call.peer_camera.is_none()));
    world.act(BEN, Deed::Camera(true));
    world.run(3000);
    world.assert_agreed();
    assert!(world.view(ANN).is_some_and(|call| call.peer_camera.is_some()));
}

#[test]
fn devices_that_open_after_the_end_are_closed() {
    let mut world = World::two();
    world.place(ANN, true);
    world.act(ANN, Deed::HangUp);
    world.run(1000);
    assert!(world.is_quiet() && world.pages[ANN].sent.is_empty());
}

#[test]
fn a_device_is_changed_without_a_new_exchange() {
    let mut world = World::talking(true);
    world.act(ANN, Deed::Device(Kind::Video, Some("second".into())));
    world.run(1000);
    world.assert_agreed();
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    assert_eq!(world.pages[ANN].preferences.camera.as_deref(), Some("second"));
    let last = world.commanded(ANN, |command| *command == PeerCommand::Send(Slot::User));
    assert_eq!(last, 2);
}

/// Who chose another microphone while the first one was being opened, which can take as long as the browser's question is
/// open, spoke into the first one for the whole call.
#[test]
fn a_device_that_is_chosen_while_another_opens_is_used() {
    let mut world = World::two();
    world.place(ANN, false);
    world.act(ANN, Deed::Device(Kind::Audio, Some("second".into())));
    world.run(1000);
    let capture = world.pages[ANN].captures.values().next().expect("a capture");
    assert_eq!(capture.devices.audio, Some(Some("second".into())));
}

#[test]
fn a_chosen_device_that_can_not_be_had_is_replaced_by_the_default() {
    for kind in [Kind::Audio, Kind::Video] {
        let mut world = World::talking(true);
        world.act(ANN, Deed::Device(kind, Some(BROKEN.into())));
        world.run(1000);
        let capture = world.pages[ANN].captures.values().next().expect("a capture");
        assert_eq!((capture.audio, capture.video), (Some(true), Some(true)));
        assert_eq!(capture.devices, Wanted::one(kind, None));
        world.assert_agreed();
    }
}

#[test]
fn an_unplugged_microphone_is_replaced_and_stays_muted() {
    let mut world = World::talking(false);
    world.act(ANN, Deed::Mute(true));
    world.run(1000);
    world.input(ANN, Input::DevicesGone(vec![Kind::Audio]));
    world.run(1000);
    assert_eq!(world.view(ANN).and_then(|call| call.word), Some(Word::DeviceGone));
    world.assert_agreed();
}

#[test]
fn the_kind_of_a_ringing_call_is_read_from_offer_and_metadata() {
    for (video, muted, expected) in
        [(true, None, true), (true, Some(false), true), (true, Some(true), false), (false, Some(false), false)]
    {
        let mut world = World::alone();
        let streams = muted.map(|muted| json!({ "s": { "purpose": "m.usermedia", "video_muted": muted } }));
        world.invite(DM, "c", "phone", video, streams);
        assert_eq!(world.view(ANN).map(|call| call.video), Some(expected), "{video} {muted:?}");
    }
}

/// matrix-dart-sdk writes and reads this one alone.
#[test]
fn the_unstable_key_of_metadata_counts_in_invites_and_answers() {
    let unstable = |mut content: Value| {
        content["sdp_stream_metadata"]["theirs"]["audio_muted"] = true.into();
        let content = content.as_object_mut().expect("an object");
        let streams = content.remove("sdp_stream_metadata").expect("streams");
        content.insert("org.matrix.msc3077.sdp_stream_metadata".into(), streams);
        Value::from(std::mem::take(content))
    };
    for incoming in [true, false] {
        let mut world = World::alone();
        if incoming {
            world.say(BEN_ID, "m.call.invite", unstable(invite("c", "phone")));
            world.act(ANN, Deed::Accept { video: true });
            world.run(1000);
        } else {
            let call = world.calls_ben(true);
            world.say(BEN_ID, "m.call.answer", unstable(answer(&call, "phone", true)));
        }
        world.link_up(ANN);
        let view = world.view(ANN).expect("a call");
        assert!(view.peer_muted && view.can.share && view.peer_camera.is_some(), "{incoming}");
    }
}

/// The microphone was unplugged while the call waited for TURN servers. The default one was still being opened when they came, and the
/// invite left without a voice in it.
#[test]
fn a_first_description_waits_for_a_device_that_is_being_changed() {
    let mut world = World::two();
    world.slow_turn(ANN);
    world.place(ANN, false);
    world.run(500);
    world.input(ANN, Input::DevicesGone(vec![Kind::Audio]));
    let turn = world.pages[ANN].turn.clone();
    world.input(ANN, Input::Turn(turn));
    world.run(1000);
    assert_eq!(world.phase(BEN), Some(Phase::Ringing));
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    world.assert_agreed();
}

/// The same a moment later: the offer was just being made, and there was no track in it.
#[test]
fn an_offer_without_a_voice_is_made_anew() {
    let mut world = World::two();
    world.slow_turn(ANN);
    world.place(ANN, false);
    world.run(500);
    let turn = world.pages[ANN].turn.clone();
    world.input(ANN, Input::Turn(turn));
    world.input(ANN, Input::DevicesGone(vec![Kind::Audio]));
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    world.assert_agreed();
    assert_eq!(world.count(ANN, "m.call.negotiate") + world.count(BEN, "m.call.negotiate"), 0);
}

/// Ann's microphone was unplugged and no other could be opened. She saw herself unmuted, and pressing the button changed nothing.
#[test]
fn a_microphone_that_is_gone_is_muted_and_comes_back_with_the_button() {
    let mut world = World::talking(false);
    world.pages[ANN].denied = true;
    world.input(ANN, Input::DevicesGone(vec![Kind::Audio]));
    world.run(1000);
    assert!(world.view(ANN).is_some_and(|call| call.muted) && world.view(BEN).is_some_and(|call| call.peer_muted));
    world.pages[ANN].denied = false;
    world.act(ANN, Deed::Mute(false));
    world.run(1000);
    assert!(world.view(ANN).is_some_and(|call| !call.muted) && world.view(BEN).is_some_and(|call| !call.peer_muted));
    world.assert_agreed();
}

#[test]
fn the_camera_goes_off_a_moment_after_its_picture_and_that_is_told() {
    let mut world = World::talking(true);
    let closed = |world: &World| world.pages[ANN].media(|command| *command == MediaCommand::CloseCamera);
    world.act(ANN, Deed::Camera(false));
    world.run(119);
    assert_eq!(closed(&world), 0);
    world.run(1);
    assert_eq!((closed(&world), world.count(ANN, "m.call.sdp_stream_metadata_changed")), (1, 0));
    world.run(130);
    let told = &world.last(ANN, "m.call.sdp_stream_metadata_changed").expect("told").content;
    let mut streams = told["sdp_stream_metadata"].as_object().expect("streams").values();
    assert!(streams.all(|one| one["video_muted"] == true && one["audio_muted"] == false));
}
