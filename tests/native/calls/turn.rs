//! TURN servers and when they are asked for (`calls-1to1.md` 2, 6.3, 6.5).

use meet_in_chat::call::peer::{Link, PeerCommand, PeerEvent, PeerSettings};
use meet_in_chat::call::settings::SiteSettings;
use meet_in_chat::call::view::{Ending, Phase, Word};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;
use serde_json::{Value, json};

use super::negotiation::negotiate;
use super::world::others::invite;
use super::world::{ANN, BEN, BEN_ID, World};

fn relay() -> Value {
    json!({ "uris": ["turn:t.test:3478?transport=udp"], "username": "u", "password": "p", "ttl": 86_400 })
}

fn short_lived() -> Value {
    let mut short = relay();
    short["ttl"] = json!(100);
    short
}

/// Ann called Ben, and now they lose each other; the servers that the call began with have run out.
fn lost(meanwhile: impl FnOnce(&mut World)) -> World {
    let mut world = World::talking(true);
    for page in [ANN, BEN] {
        world.pages[page].turn = Ok(short_lived());
    }
    world.run(100_000);
    meanwhile(&mut world);
    world.path = false;
    world
}

fn opened(world: &World) -> Option<PeerSettings> {
    world.pages[ANN].commands.iter().find_map(|command| match command {
        PeerCommand::Open(settings) => Some(settings.clone()),
        _ => None,
    })
}

fn relay_only(world: &mut World) {
    world.pages[ANN].preferences.relay_only = Some(true);
    let preferences = world.pages[ANN].preferences.clone();
    world.input(ANN, Input::Preferences(preferences));
}

#[test]
fn the_servers_are_there_before_the_connection_is_made() {
    let mut world = World::alone();
    world.pages[ANN].turn = Ok(relay());
    world.place(ANN, false);
    world.run(500);
    let settings = opened(&world).expect("opened");
    assert_eq!(settings.ice_servers.first().and_then(|server| server.credential.clone()).as_deref(), Some("p"));
    assert_eq!(world.pages[ANN].turn_asked, 1);
}

#[test]
fn hovering_over_the_button_asks_and_the_call_does_not_ask_again() {
    let mut world = World::alone();
    world.pages[ANN].turn = Ok(relay());
    world.input(ANN, Input::Warm);
    world.run(500);
    world.place(ANN, false);
    world.run(500);
    assert_eq!(world.pages[ANN].turn_asked, 1);
}

#[test]
fn on_a_site_without_calls_nothing_rings_and_nothing_is_asked() {
    let mut world = World::two();
    world.input(BEN, Input::Site(SiteSettings { switched_off: true, ..SiteSettings::default() }));
    world.input(BEN, Input::Warm);
    world.place(BEN, true);
    world.place(ANN, false);
    world.run(5000);
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
    assert_eq!((world.phase(BEN), world.pages[BEN].turn_asked), (None, 0));
}

#[test]
fn a_homeserver_that_does_not_answer_is_waited_for_four_seconds() {
    let mut world = World::alone();
    world.slow_turn(ANN);
    world.place(ANN, false);
    world.run(3900);
    assert_eq!(opened(&world), None);
    world.run(200);
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

#[test]
fn whatever_the_homeserver_says_the_call_goes_on() {
    let refused =
        |status| HostError::Refused { errcode: "M_X".into(), status, message: String::new(), retry_after: None };
    for answer in [
        Ok(json!({})),
        Ok(json!({ "uris": [], "username": "", "password": "", "ttl": 0 })),
        Ok(json!({ "uris": ["", "http://x", "turn:"], "username": "u", "password": "p", "ttl": 60 })),
        Ok(json!([])),
        Err(refused(403)),
        Err(refused(404)),
        Err(refused(429)),
        Err(HostError::Unreachable),
    ] {
        let mut world = World::alone();
        world.pages[ANN].turn = answer.clone();
        world.place(ANN, false);
        world.run(500);
        assert_eq!(world.phase(ANN), Some(Phase::Calling), "{answer:?}");
    }
}

#[test]
fn relay_only_without_a_relay_is_refused_before_it_rings() {
    let mut world = World::alone();
    relay_only(&mut world);
    world.place(ANN, false);
    world.run(500);
    assert_eq!(world.ending(ANN), Some(Ending::NoRelay));
    assert!(world.pages[ANN].sent.is_empty() && world.is_quiet());

    let mut world = World::alone();
    relay_only(&mut world);
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.act(ANN, Deed::Accept { video: false });
    world.run(500);
    let call = world.view(ANN).expect("it rings on");
    assert_eq!((call.phase, call.word), (Phase::Ringing, Some(Word::NoRelay)));
    assert!(world.pages[ANN].open_resources().is_empty());
}

#[test]
fn relay_only_with_a_relay_is_told_to_the_connection() {
    let mut world = World::alone();
    world.pages[ANN].turn = Ok(relay());
    relay_only(&mut world);
    world.place(ANN, false);
    world.run(500);
    assert!(opened(&world).is_some_and(|settings| settings.relay_only));
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

#[test]
fn fallback_servers_are_used_with_consent_only_and_offered_when_nothing_helped() {
    let site = SiteSettings { fallback_ice_servers: vec!["stun:s.test".into()], ..SiteSettings::default() };
    for (consent, expected) in [(None, 0), (Some(false), 0), (Some(true), 1)] {
        let mut world = World::alone();
        world.input(ANN, Input::Site(site.clone()));
        let mut preferences = world.pages[ANN].preferences.clone();
        preferences.fallback = consent;
        world.input(ANN, Input::Preferences(preferences));
        world.place(ANN, false);
        world.run(500);
        assert_eq!(opened(&world).map(|settings| settings.ice_servers.len()), Some(expected), "{consent:?}");
        let call = world.call_id(ANN);
        world.say(BEN_ID, "m.call.answer", super::world::others::answer(&call, "phone", false));
        world.run(41_000);
        let notices = world.pages[ANN].board.view().notices;
        let last = notices.last().map(|notice| (notice.ending.clone(), notice.ask_fallback));
        assert_eq!(last, Some((Ending::NotConnected, consent.is_none())), "{consent:?}");
    }
}

#[test]
fn a_restart_gets_fresh_servers_first() {
    let mut world = World::talking(false);
    world.pages[ANN].turn = Ok(short_lived());
    let asked = world.pages[ANN].turn_asked;
    world.run(100_000);
    world.path = false;
    world.run(9000);
    assert!(world.pages[ANN].turn_asked > asked);
    let commands = &world.pages[ANN].commands;
    let restart = commands.iter().position(|command| *command == PeerCommand::RestartIce).expect("a restart");
    let Some(PeerCommand::Configure(settings)) = commands.get(restart - 1) else {
        panic!("the servers come first");
    };
    assert_eq!(settings.ice_servers.len(), 1);
}

/// Ben's network fell: he could ask for nothing, and the servers that the call began with have run out. Over relays alone his answer
/// would name no way at all.
#[test]
fn a_callee_that_was_offline_answers_the_restart_with_fresh_servers() {
    let mut world = lost(|world| {
        world.pages[BEN].turn = Err(HostError::Unreachable);
        world.stop_sync(BEN, true);
    });
    world.run(7_200);
    world.pages[BEN].turn = Ok(short_lived());
    world.stop_sync(BEN, false);
    world.run(1_000);
    world.path = true;
    world.run(2_000);
    world.assert_agreed();
    let commands = &world.pages[BEN].commands;
    let answer = commands.iter().rposition(|command| *command == PeerCommand::Answer).expect("an answer");
    let configured = commands.iter().take(answer).rfind(|command| matches!(command, PeerCommand::Configure(_)));
    assert!(matches!(configured, Some(PeerCommand::Configure(settings)) if !settings.ice_servers.is_empty()));
    assert_eq!(world.commanded(BEN, |command| *command == PeerCommand::RestartIce), 0);
}

#[test]
fn an_answer_waits_four_seconds_for_fresh_servers_at_most() {
    let mut world = lost(|world| world.slow_turn(BEN));
    let answers = |world: &World| world.commanded(BEN, |command| *command == PeerCommand::Answer);
    let before = answers(&world);
    world.run(11_000);
    assert_eq!((answers(&world), world.commanded(ANN, |command| *command == PeerCommand::RestartIce)), (before, 1));
    world.run(500);
    assert_eq!(answers(&world), before + 1);
    world.path = true;
    world.run(2_000);
    world.assert_agreed();
}

/// A restart that crosses the one which was just answered is what the callee's patience is for.
#[test]
fn my_restart_waits_for_what_an_answer_that_was_held_brings() {
    let mut world = lost(|world| {
        world.slow_turn(ANN);
        world.slow_turn(BEN);
    });
    let before = world.commanded(BEN, |command| *command == PeerCommand::Answer);
    // Ann's offer comes 4 s later than it could, and Ben's answer leaves when his own restart would be due.
    world.run(20_500);
    assert_eq!(world.commanded(BEN, |command| *command == PeerCommand::Answer), before + 1);
    assert_eq!(world.commanded(BEN, |command| *command == PeerCommand::RestartIce), 0);
}

/// The other side takes each answer for one to the offer whose turn it is.
#[test]
fn an_answer_that_waits_leaves_before_the_next_offer_is_taken() {
    let mut world = World::called_by_ben(true);
    world.link_up(ANN);
    world.pages[ANN].turn = Ok(short_lived());
    world.run(100_000);
    world.slow_turn(ANN);
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::Link(Link::Disconnected)));
    let seen = world.pages[ANN].commands.len();
    for _ in 0..2 {
        world.say(BEN_ID, "m.call.negotiate", negotiate("c", "phone", "offer"));
        world.run(500);
    }
    let exchanged = |world: &World| {
        let letter = |command: &PeerCommand| match command {
            PeerCommand::SetRemote(_) => Some('o'),
            PeerCommand::Answer => Some('a'),
            _ => None,
        };
        world.pages[ANN].commands.iter().skip(seen).filter_map(letter).collect::<String>()
    };
    assert_eq!(exchanged(&world), "oao");
    world.input(ANN, Input::Turn(Ok(short_lived())));
    world.run(500);
    assert_eq!((exchanged(&world).as_str(), world.count(ANN, "m.call.negotiate")), ("oaoa", 2));
}

/// What comes back by itself needs no servers any more.
#[test]
fn an_answer_that_waits_leaves_when_media_flows_again() {
    let mut world = lost(|world| world.slow_turn(BEN));
    let answers = |world: &World| world.commanded(BEN, |command| *command == PeerCommand::Answer);
    let before = answers(&world);
    world.run(7_500);
    assert_eq!(answers(&world), before);
    world.path = true;
    world.run(1_000);
    assert_eq!((world.phase(BEN), answers(&world)), (Some(Phase::Connected), before + 1));
    world.assert_agreed();
}
