//! Exchanging descriptions in a call: perfect negotiation, ICE restarts (`calls-1to1.md` 1.9, 6.1).

use meet_in_chat::call::event::SdpKind;
use meet_in_chat::call::media::Kind;
use meet_in_chat::call::peer::{Link, PeerCommand, PeerEvent};
use meet_in_chat::call::view::{Camera, Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;
use serde_json::{Value, json};

use super::world::others::{description, invite, streams, with};
use super::world::{ANN, BEN, BEN_ID, EVE_ID, World};

pub(super) fn negotiate(call: &str, party: &str, kind: &str) -> Value {
    let description = description(kind, "their1", true);
    with(call, party, &json!({ "description": description, "lifetime": 30_000, "sdp_stream_metadata": streams() }))
}

pub(super) fn sets(world: &World, kind: SdpKind) -> usize {
    world.commanded(ANN, |command| matches!(command, PeerCommand::SetRemote(description) if description.kind == kind))
}

/// Ann, who called Ben (and is impolite), or was called by him (and is polite).
pub(super) fn talking_to_a_client(calls: bool) -> (World, String) {
    if !calls {
        return (World::called_by_ben(true), "c".to_owned());
    }
    let mut world = World::alone();
    let call = world.calls_ben(true);
    world.answered_by("phone");
    (world, call)
}

pub(super) fn wants_to_negotiate(world: &mut World) {
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::NegotiationNeeded));
}

#[test]
fn an_offer_is_answered_with_streams() {
    for calls in [true, false] {
        let (mut world, call) = talking_to_a_client(calls);
        world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
        world.run(500);
        let answer = &world.last(ANN, "m.call.negotiate").expect("answered").content;
        assert_eq!(answer["description"]["type"], "answer");
        assert_eq!(answer["lifetime"], 30_000);
    }
}

#[test]
fn the_impolite_one_ignores_an_offer_that_meets_its_own() {
    let (mut world, call) = talking_to_a_client(true);
    wants_to_negotiate(&mut world);
    world.run(100);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(500);
    assert_eq!(sets(&world, SdpKind::Offer), 0);
    // Theirs to mine is taken.
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "answer"));
    world.run(500);
    assert_eq!(sets(&world, SdpKind::Answer), 2);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(500);
    assert_eq!(sets(&world, SdpKind::Offer), 1);
}

#[test]
fn the_impolite_one_takes_an_offer_that_comes_while_it_takes_the_answer() {
    let (mut world, call) = talking_to_a_client(true);
    wants_to_negotiate(&mut world);
    world.run(100);
    world.say_in(super::world::DM, BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "answer"));
    world.say_in(super::world::DM, BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(500);
    assert_eq!((sets(&world, SdpKind::Answer), sets(&world, SdpKind::Offer)), (2, 1));
}

#[test]
fn the_polite_one_gives_way_before_and_after_its_offer_is_out() {
    for wait in [0, 100] {
        let (mut world, call) = talking_to_a_client(false);
        wants_to_negotiate(&mut world);
        world.say_in(super::world::DM, BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
        world.run(wait);
        world.run(1000);
        assert_eq!(sets(&world, SdpKind::Offer), 2);
        let last = &world.last(ANN, "m.call.negotiate").expect("answered").content;
        assert_eq!(last["description"]["type"], "answer");
    }
}

#[test]
fn nobody_else_can_negotiate() {
    for calls in [true, false] {
        let (mut world, call) = talking_to_a_client(calls);
        world.change(super::world::DM, |room| {
            room.members.insert(EVE_ID);
        });
        world.run(100);
        let before = world.pages[ANN].commands.len();
        for (sender, party) in [(EVE_ID, "phone"), (BEN_ID, "tablet"), (super::world::ANN_ID, "phone")] {
            world.say(sender, "m.call.negotiate", negotiate(&call, party, "offer"));
        }
        world.run(500);
        let after: Vec<_> =
            world.pages[ANN].commands.iter().skip(before).filter(|one| **one != PeerCommand::Measure).collect();
        assert!(after.is_empty(), "{after:?}");
    }
}

#[test]
fn what_is_older_than_its_lifetime_does_not_count() {
    let (mut world, call) = talking_to_a_client(true);
    world.stop_sync(ANN, true);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(30_100);
    world.stop_sync(ANN, false);
    world.run(500);
    assert_eq!(sets(&world, SdpKind::Offer), 0);
}

#[test]
fn an_answer_that_nobody_asked_for_is_ignored() {
    let (mut world, call) = talking_to_a_client(true);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "answer"));
    world.run(500);
    assert_eq!(sets(&world, SdpKind::Answer), 1);
}

#[test]
fn version_0_is_never_negotiated_with() {
    let mut world = World::alone();
    let mut content = invite("c", "phone");
    content["version"] = json!(0);
    world.say(BEN_ID, "m.call.invite", content);
    world.act(ANN, Deed::Accept { video: true });
    world.run(1000);
    world.link_up(ANN);
    wants_to_negotiate(&mut world);
    world.run(1000);
    let mut offer = negotiate("c", "phone", "offer");
    offer["version"] = json!(0);
    world.say(BEN_ID, "m.call.negotiate", offer);
    world.run(1000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    assert_eq!(sets(&world, SdpKind::Offer), 1);
}

#[test]
fn a_description_that_the_browser_refuses_costs_only_itself() {
    let (mut world, call) = talking_to_a_client(true);
    let mut broken = negotiate(&call, "phone", "offer");
    broken["description"]["sdp"] = json!("nonsense");
    world.say(BEN_ID, "m.call.negotiate", broken);
    world.run(500);
    assert_eq!(world.phase(ANN), Some(Phase::Connected));
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
}

#[test]
fn a_first_description_that_the_browser_refuses_ends_the_call() {
    let mut world = World::alone();
    let call = world.calls_ben(false);
    let answer = with(&call, "phone", &json!({ "answer": { "type": "answer", "sdp": "nonsense" } }));
    world.say(BEN_ID, "m.call.answer", answer);
    world.run(500);
    assert!(matches!(world.ending(ANN), Some(Ending::Browser(_))));
    assert_eq!(
        world.last(ANN, "m.call.hangup").map(|sent| sent.content["reason"].clone()),
        Some("unknown_error".into())
    );
    assert!(world.is_quiet());
}

/// Ben's homeserver was out of reach for 40 s while media went on. Ann's hold came too late to count, so Ben never learned of it, and
/// she waited for its answer, ignoring every offer of his, for the rest of the call.
#[test]
fn an_offer_that_came_too_late_is_made_anew() {
    let mut world = World::talking(false);
    world.stop_sync(BEN, true);
    world.act(ANN, Deed::Hold(true));
    world.run(35_000);
    world.stop_sync(BEN, false);
    world.run(1000);
    assert!(world.view(BEN).is_some_and(|call| !call.held_by_peer));
    world.run(10_000);
    world.assert_agreed();
    world.act(BEN, Deed::Hold(true));
    world.run(1000);
    world.assert_agreed();
}

#[test]
fn an_offer_that_got_lost_is_made_anew() {
    let mut world = World::talking(false);
    let error =
        HostError::Refused { errcode: "M_UNKNOWN".into(), status: 400, message: String::new(), retry_after: None };
    world.answers.entry(BEN).or_default().push_back((false, Some(error)));
    world.act(BEN, Deed::Share(true));
    world.run(5000);
    assert!(world.view(ANN).is_some_and(|call| call.peer_screen.is_none()));
    world.run(40_000);
    world.assert_agreed();
}

/// Ann's first offer was still unanswered when she had to restart ICE, so a second one took its place. Ben's answer to the first
/// then was taken for one to the second, his own to the second ignored, and the two sides had different ICE generations.
#[test]
fn an_answer_to_an_offer_that_was_replaced_is_not_one_to_the_new_one() {
    let mut world = World::talking(false);
    world.stop_sync(BEN, true);
    world.act(ANN, Deed::Hold(true));
    world.path = false;
    world.run(8000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 2);
    let before = sets(&world, SdpKind::Answer);
    world.path = true;
    world.stop_sync(BEN, false);
    world.run(2000);
    assert_eq!(sets(&world, SdpKind::Answer), before + 1);
    world.assert_agreed();
}

#[test]
fn everything_at_once_ends_in_agreement() {
    let mut world = World::talking(false);
    for page in [ANN, BEN] {
        world.act(page, Deed::Camera(true));
        world.act(page, Deed::Share(true));
        world.act(page, Deed::Mute(true));
    }
    world.run(5000);
    world.assert_agreed();
    for page in [BEN, ANN] {
        world.act(page, Deed::Camera(false));
        world.act(page, Deed::Share(false));
    }
    world.run(5000);
    world.assert_agreed();
}

#[test]
fn a_callee_negotiates_once_its_answer_is_selected() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    wants_to_negotiate(&mut world);
    world.run(1000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    world.selected();
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
}

/// T24 to T26.
#[test]
fn lost_media_comes_back_with_a_restart_of_ice() {
    let mut world = World::talking(true);
    for page in [ANN, BEN] {
        let servers = json!({ "uris": ["turn:t.test"], "username": "u", "password": "p", "ttl": 100 });
        world.pages[page].turn = Ok(servers);
    }
    world.run(100_000);
    let before = (world.pages[ANN].turn_asked, world.pages[BEN].turn_asked);
    world.path = false;
    world.run(6000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Reconnecting), Some(Phase::Reconnecting)));
    world.run(2000);
    world.path = true;
    world.run(4000);
    world.assert_agreed();
    assert!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce) > 0);
    let configured = world.commanded(ANN, |command| matches!(command, PeerCommand::Configure(_)));
    assert!(configured > 0 && world.pages[ANN].turn_asked > before.0 && world.pages[BEN].turn_asked > before.1);
}

/// Two offers that meet cost one side its own, and Chromium then sometimes the pictures that it sends. The answer needs fresh TURN servers
/// as much as the offer: in a call over relays it would name no way at all.
#[test]
fn of_two_sides_that_lose_each_other_the_caller_restarts_and_both_have_fresh_servers() {
    let mut world = World::talking(true);
    for page in [ANN, BEN] {
        let servers = json!({ "uris": ["turn:t.test"], "username": "u", "password": "p", "ttl": 100 });
        world.pages[page].turn = Ok(servers);
    }
    world.run(100_000);
    world.path = false;
    world.run(7_200);
    world.path = true;
    world.run(8_000);
    world.assert_agreed();
    assert_eq!(world.commanded(BEN, |command| *command == PeerCommand::RestartIce), 0);
    let commands = &world.pages[BEN].commands;
    let at = |wanted: &dyn Fn(&PeerCommand) -> bool| commands.iter().rposition(wanted).expect("the command");
    let configured =
        at(&|command| matches!(command, PeerCommand::Configure(settings) if !settings.ice_servers.is_empty()));
    assert!(configured < at(&|command| *command == PeerCommand::Answer));
}

/// A caller whose network did not notice, or whose client never restarts.
#[test]
fn a_callee_restarts_where_the_caller_does_not() {
    let mut world = World::called_by_ben(false);
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.link_up(ANN);
    world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Disconnected)));
    let restarts = |world: &World| world.commanded(ANN, |command| *command == PeerCommand::RestartIce);
    world.run(9900);
    assert_eq!(restarts(&world), 0);
    world.run(200);
    assert_eq!(restarts(&world), 1);
}

#[test]
fn media_that_comes_back_by_itself_needs_no_restart() {
    let mut world = World::talking(false);
    world.path = false;
    world.run(5300);
    assert_eq!(world.phase(ANN), Some(Phase::Reconnecting));
    world.path = true;
    world.run(20_000);
    world.assert_agreed();
    assert_eq!(world.commanded(ANN, |command| *command == PeerCommand::RestartIce), 0);
}

/// Ben's client (nheko) hangs up at any renegotiation and, as a sign, sends no metadata. Ann had taken its video call without her camera;
/// switching it on later ended the call.
#[test]
fn a_peer_without_metadata_is_negotiated_with_only_when_the_call_is_dying() {
    let mut world = World::alone();
    world.invite(super::world::DM, "c", "phone", true, None);
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    world.selected();
    world.link_up(ANN);
    assert!(world.view(ANN).is_some_and(|call| !call.can.camera && !call.can.share));
    world.act(ANN, Deed::Camera(true));
    wants_to_negotiate(&mut world);
    world.run(2000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Failed)));
    world.run(9000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
}

#[test]
fn a_peer_without_metadata_keeps_the_camera_that_it_was_called_with() {
    let mut world = World::alone();
    world.invite(super::world::DM, "c", "phone", true, None);
    world.act(ANN, Deed::Accept { video: true });
    world.run(1000);
    world.link_up(ANN);
    for on in [false, true] {
        assert!(world.view(ANN).is_some_and(|call| call.can.camera));
        world.act(ANN, Deed::Camera(on));
        world.run(2000);
    }
    assert_eq!((world.view(ANN).map(|call| call.camera), world.count(ANN, "m.call.negotiate")), (Some(Camera::On), 0));
}

/// Of a client without metadata the first stream counts. A track that has none is no stream.
#[test]
fn a_track_without_a_stream_is_nobodys() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(500);
    let (call, connection) = (world.call_id(ANN), world.view(ANN).and_then(|call| call.connection));
    let track = PeerEvent::Track { stream: None, kind: Kind::Audio };
    assert_eq!(world.watch(ANN, Input::Peer(connection.expect("a connection"), track)), []);
    world.answer_plainly(&call);
    assert_eq!(world.view(ANN).map(|call| call.peer_audio), Some(vec!["theirs".into()]));
}
