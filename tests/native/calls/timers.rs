//! What happens by itself, and when (`calls-1to1.md` 1.4).

use meet_in_chat::call::peer::{Link, PeerCommand, PeerEvent};
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;

use serde_json::json;

use super::world::others::invite;
use super::world::{ANN, BEN, BEN_ID, World};

/// A browser's timer went off a millisecond before its time. There was nothing to do yet, the next deadline was the same as the
/// one before, so no alarm was set again, and the call rang for ever.
#[test]
fn an_alarm_that_goes_off_too_early_is_set_again() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(1000);
    assert!(world.pages[ANN].alarm.take().is_some());
    world.input(ANN, Input::Wake);
    assert!(world.pages[ANN].alarm.is_some());
    world.run(90_000);
    assert!(world.phase(ANN).is_none());
}

/// Ben accepted a second before the invite ran out. His answer arrived in time and Ann took it, but his page, not told so yet, ended
/// the call at the deadline without a word, and Ann's waited for a connection that could not come.
#[test]
fn an_answer_that_is_under_way_when_the_invite_runs_out_counts() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(89_000);
    world.path = false;
    world.stop_sync(BEN, true);
    world.answers.entry(BEN).or_default().push_back((true, Some(HostError::Unreachable)));
    world.act(BEN, Deed::Accept { video: false });
    world.run(1200);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connecting), Some(Phase::Connecting)));
    world.path = true;
    world.stop_sync(BEN, false);
    world.run(2000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
}

fn alone_with_invite(lifetime: u64, age: u64) -> World {
    let mut world = World::alone();
    let mut content = invite("c", "phone");
    content["lifetime"] = json!(lifetime);
    world.stop_sync(ANN, true);
    world.say(BEN_ID, "m.call.invite", content);
    world.run(age - 60);
    world.stop_sync(ANN, false);
    world.run(20);
    world
}

/// T18.
#[test]
fn a_ring_lasts_as_long_as_the_invite_and_never_longer_than_two_minutes() {
    for (lifetime, age, left) in [(60_000, 100, 59_900), (60_000, 30_000, 30_000), (3_600_000, 100, 120_000)] {
        let mut world = alone_with_invite(lifetime, age);
        assert_eq!(world.phase(ANN), Some(Phase::Ringing));
        world.run(left - 200);
        assert_eq!(world.phase(ANN), Some(Phase::Ringing), "{lifetime} {age}");
        world.run(400);
        assert_eq!((world.phase(ANN), world.ending(ANN)), (None, Some(Ending::Missed)), "{lifetime} {age}");
        assert!(world.pages[ANN].sent.is_empty());
    }
}

#[test]
fn an_invite_with_less_than_three_seconds_left_does_not_ring() {
    for (age, rings) in [(56_900, true), (57_100, false), (70_000, false)] {
        let world = alone_with_invite(60_000, age);
        assert_eq!(world.phase(ANN).is_some(), rings, "{age}");
    }
}

/// T7.
#[test]
fn a_call_that_nobody_answers_ends_after_90_seconds() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(89_900);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Calling), Some(Phase::Ringing)));
    world.run(1000);
    assert!(world.is_quiet());
    assert_eq!((world.ending(ANN), world.ending(BEN)), (Some(Ending::NoAnswer), Some(Ending::Missed)));
    let last = &world.last(ANN, "m.call.hangup").expect("hung up").content;
    assert_eq!((&last["reason"], world.pages[BEN].sent.len()), (&"invite_timeout".into(), 0));
}

/// js-sdk's "hang up on failed if no restartIce": the time for lost media runs out all the same.
#[test]
fn a_call_that_is_lost_where_the_browser_can_not_restart_ice_ends() {
    let mut world = World::talking(true);
    for page in [ANN, BEN] {
        world.pages[page].no_restart = true;
    }
    world.path = false;
    world.run(45_000);
    assert!(world.is_quiet());
    assert_eq!(world.count(ANN, "m.call.negotiate") + world.count(BEN, "m.call.negotiate"), 0);
    let endings = [world.ending(ANN), world.ending(BEN)];
    assert!(endings.contains(&Some(Ending::ConnectionLost)), "{endings:?}");
}

/// The connect watchdog.
#[test]
fn a_call_that_does_not_connect_is_restarted_after_15_and_given_up_after_40_seconds() {
    let mut world = World::two();
    world.path = false;
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.run(14_000);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce), 0);
    world.run(2000);
    assert!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce) > 0);
    world.run(22_000);
    assert_eq!(world.phase(ANN), Some(Phase::Connecting));
    world.run(4000);
    assert!(world.is_quiet());
}

#[test]
fn lost_media_is_restarted_after_2_and_given_up_after_30_seconds() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(500);
    world.answered_by("phone");
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Disconnected)));
    world.run(1900);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce), 0);
    world.run(200);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce), 1);
    world.run(27_800);
    assert_eq!(world.phase(ANN), Some(Phase::Reconnecting));
    world.run(300);
    assert_eq!(world.ending(ANN), Some(Ending::ConnectionLost));
    assert!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce) <= 4);
}

/// T25.
#[test]
fn failed_media_is_restarted_at_once_and_version_0_given_up() {
    for v0 in [false, true] {
        let mut world = World::alone();
        let call = world.calls_ben(false);
        let mut content = super::world::others::answer(&call, "phone", false);
        content["version"] = if v0 { json!(0) } else { json!("1") };
        world.say(BEN_ID, "m.call.answer", content);
        world.link_up(ANN);
        let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
        world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Failed)));
        assert_eq!(world.phase(ANN).is_none(), v0);
        assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce), usize::from(!v0));
    }
}

#[test]
fn the_clock_of_a_call_starts_once() {
    let mut world = World::talking(false);
    let began = world.view(ANN).and_then(|call| call.connected_at);
    world.path = false;
    world.run(9000);
    world.path = true;
    world.run(5000);
    assert_eq!((world.phase(ANN), world.view(ANN).and_then(|call| call.connected_at)), (Some(Phase::Connected), began));
}

#[test]
fn the_connection_is_measured_every_two_seconds_and_two_minutes_are_kept() {
    let mut world = World::talking(false);
    let before = world.commanded(ANN, |command| *command == PeerCommand::Measure);
    world.run(20_000);
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::Measure), before + 10);
    world.run(300_000);
    assert_eq!(world.view(ANN).map(|call| call.readings.len()), Some(60));
}
