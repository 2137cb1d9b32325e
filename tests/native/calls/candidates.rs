//! ICE candidates on their way out and in (`calls-1to1.md` 1.8, 6.1, 6.5).

use meet_in_chat::call::peer::{PeerCommand, PeerEvent};
use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::{Deed, Input};
use serde_json::json;

use super::world::others::{answer, candidates, invite, with};
use super::world::{ANN, BEN, BEN_ID, World};

fn added(world: &World, page: usize) -> Vec<String> {
    let added = |command: &PeerCommand| match command {
        PeerCommand::AddCandidate(candidate) => Some(candidate.candidate.clone()),
        _ => None,
    };
    world.pages[page].commands.iter().filter_map(added).collect()
}

fn end() -> serde_json::Value {
    json!({ "candidate": "" })
}

#[test]
fn the_end_is_said_even_when_all_candidates_are_out() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(5000);
    let sent = world.pages[ANN].sent.iter().filter(|sent| sent.event_type == "m.call.candidates");
    let all: Vec<_> =
        sent.flat_map(|sent| sent.content["candidates"].as_array().cloned().unwrap_or_default()).collect();
    assert_eq!((all.len(), all.last()), (3, Some(&end())));
    let call = world.call_id(ANN);
    world.act(BEN, Deed::Accept { video: false });
    world.run(5000);
    // The answer has them all; the end is still to be said.
    let last = world.last(BEN, "m.call.candidates").expect("an end");
    assert_eq!((&last.content["candidates"], &last.content["call_id"]), (&json!([end()]), &json!(call)));
}

#[test]
fn nothing_is_sent_while_it_rings_or_before_the_first_description() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(2000);
    assert!(world.pages[BEN].sent.is_empty() && world.pages[BEN].commands.is_empty());
    assert_eq!(world.pages[ANN].types()[0], "m.call.invite");
}

#[test]
fn a_late_candidate_goes_out_in_an_event_of_its_own() {
    let mut world = World::talking(false);
    let (before, connection) =
        (world.count(ANN, "m.call.candidates"), world.view(ANN).and_then(|call| call.connection));
    let candidate = meet_in_chat::call::event::Candidate {
        candidate: "candidate:late".into(),
        mid: Some("0".into()),
        line: None,
        fragment: Some("f".into()),
    };
    world.input(ANN, Input::Peer(connection.expect("a connection"), PeerEvent::Candidate(candidate)));
    world.run(1900);
    assert_eq!(world.count(ANN, "m.call.candidates"), before);
    world.run(200);
    let last = world.last(ANN, "m.call.candidates").expect("sent");
    assert_eq!(
        last.content["candidates"],
        json!([{ "candidate": "candidate:late", "sdpMid": "0", "usernameFragment": "f" }])
    );
}

#[test]
fn candidates_before_the_answer_reach_the_connection_after_it() {
    let mut world = World::alone();
    let call = world.calls_ben(false);
    world.say(BEN_ID, "m.call.candidates", candidates(&call, "phone", &["candidate:1", "candidate:2"]));
    world.say(BEN_ID, "m.call.candidates", candidates(&call, "tablet", &["candidate:3"]));
    assert!(added(&world, ANN).is_empty());
    world.say(BEN_ID, "m.call.answer", answer(&call, "phone", false));
    world.say(BEN_ID, "m.call.candidates", candidates(&call, "phone", &["candidate:4"]));
    assert_eq!(added(&world, ANN), ["candidate:1", "candidate:2", "candidate:4"]);
    let first = |wanted: fn(&PeerCommand) -> bool| world.pages[ANN].commands.iter().position(wanted);
    let described = first(|command| matches!(command, PeerCommand::SetRemote(_)));
    assert!(described < first(|command| matches!(command, PeerCommand::AddCandidate(_))));
}

#[test]
fn candidates_that_come_while_it_rings_or_before_the_invite_are_kept() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.candidates", candidates("c", "phone", &["candidate:1"]));
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.say(BEN_ID, "m.call.candidates", candidates("c", "phone", &["candidate:2"]));
    world.say(BEN_ID, "m.call.candidates", candidates("c", "tablet", &["candidate:3"]));
    assert!(world.pages[ANN].commands.is_empty());
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(added(&world, ANN), ["candidate:1", "candidate:2"]);
}

#[test]
fn an_answer_that_is_given_again_gets_the_candidates_again() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.say(BEN_ID, "m.call.candidates", candidates("c", "phone", &["candidate:1"]));
    let refused = super::rate_limits::refused("M_FORBIDDEN", 403, None);
    world.answers.entry(ANN).or_default().push_back((false, Some(refused)));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(added(&world, ANN), ["candidate:1", "candidate:1"]);
}

#[test]
fn odd_candidates_are_ends_or_nothing() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    let odd = json!([
        { "candidate": "" }, { "candidate": "candidate:no-place" }, 7, null, {}, { "candidate": 5, "sdpMid": "0" },
        { "candidate": "candidate:ok", "sdpMLineIndex": 0 }, { "candidate": "x".repeat(5000), "sdpMid": "0" },
    ]);
    world.say(BEN_ID, "m.call.candidates", with("c", "phone", &json!({ "candidates": odd })));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(added(&world, ANN), ["candidate:ok"]);
}

#[test]
fn a_flood_of_candidates_is_bounded() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    for number in 0..30 {
        let lines: Vec<String> = (0..100).map(|line| format!("candidate:{number}.{line}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        world.say(BEN_ID, "m.call.candidates", candidates("c", "phone", &lines));
    }
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    assert_eq!(added(&world, ANN).len(), 100);
}

#[test]
fn a_restart_says_the_end_of_its_own_candidates() {
    let mut world = World::talking(false);
    let before = world.count(ANN, "m.call.candidates");
    world.path = false;
    world.run(10_000);
    world.path = true;
    world.run(5000);
    assert_eq!(world.phase(ANN), Some(Phase::Connected));
    let sent: Vec<_> = world.pages[ANN].sent.iter().filter(|sent| sent.event_type == "m.call.candidates").collect();
    assert!(sent.len() > before);
    let last = sent.last().and_then(|sent| sent.content["candidates"].as_array()?.last()).cloned();
    assert_eq!(last, Some(end()));
}
