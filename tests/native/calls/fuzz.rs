//! Anything as an event: never a panic, nothing rings that must not, and memory stays bounded.

use meet_in_chat::call::event::{Body, CallEvent};
use meet_in_chat::call::vocabulary::{Action, Deed, Input};
use meet_in_chat::host::{LiveBatch, LiveEvent};
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::sample::{Index, select};
use proptest::{collection, prop_assert, prop_oneof, proptest};
use serde_json::{Value, json};

use super::world::others::{answer, candidates, description, invite, streams, with};
use super::world::{ANN, ANN_ID, BEN_ID, DM, EVE_ID, World};
use crate::garbage::{arbitrary_json, one_of_each_kind, pointers};

/// Keys of events and of what is in them.
const KEYS: &[&str] = &[
    "call_id",
    "party_id",
    "version",
    "offer",
    "sdp",
    "type",
    "lifetime",
    "candidates",
    "purpose",
    "reason",
    "content",
];
const TEXTS: &[&str] = &[
    "1",
    "0",
    "",
    "c",
    "phone",
    "m.usermedia",
    "offer",
    "answer",
    "v=0\r\n",
    "v=0\r\nm=audio 0",
    BEN_ID,
    "m.call.invite",
];

fn any_json() -> impl Strategy<Value = Value> {
    arbitrary_json(select(TEXTS).prop_map(str::to_owned), KEYS)
}

/// An event that is one of a call, or almost.
fn any_event() -> impl Strategy<Value = Value> {
    let names = ["invite", "candidates", "answer", "select_answer", "reject", "hangup", "negotiate", "odd"];
    let event_type = prop_oneof![
        9 => (select(vec!["m.call.", "org.matrix.call."]), select(names.to_vec()))
            .prop_map(|(prefix, name)| Value::from([prefix, name].concat())),
        1 => any_json(),
    ];
    let sender = prop_oneof![9 => select(vec![BEN_ID, EVE_ID, ANN_ID]).prop_map(Value::from), 1 => any_json()];
    let event_id = prop_oneof![9 => any::<u64>().prop_map(|id| json!(format!("${id}"))), 1 => any_json()];
    let content = collection::vec((select(KEYS), any_json()), 0..6)
        .prop_map(|entries| Value::from_iter(entries.into_iter().map(|(key, value)| (key.to_owned(), value))));
    (event_type, sender, event_id, content).prop_map(|(event_type, sender, event_id, content)| {
        json!({ "type": event_type, "sender": sender, "event_id": event_id, "content": content })
    })
}

/// A whole event of every type, about a call.
fn events(call: &str) -> Vec<(&'static str, Value)> {
    let party = "phone";
    let offer = description("offer", "their2", true);
    vec![
        ("m.call.invite", invite(call, party)),
        ("m.call.candidates", candidates(call, party, &["candidate:1", ""])),
        ("m.call.answer", answer(call, party, true)),
        ("m.call.select_answer", with(call, party, &json!({ "selected_party_id": "x" }))),
        ("m.call.reject", with(call, party, &json!({}))),
        ("m.call.hangup", with(call, party, &json!({ "reason": "user_hangup" }))),
        (
            "m.call.negotiate",
            with(call, party, &json!({ "description": offer, "lifetime": 30_000, "sdp_stream_metadata": streams() })),
        ),
        ("m.call.sdp_stream_metadata_changed", with(call, party, &json!({ "sdp_stream_metadata": streams() }))),
    ]
}

/// Gives Ann's page one event, as it is.
fn give(world: &mut World, event: Value) -> Vec<Action> {
    let room = world.server.seen_by(DM, ANN_ID, true).expect("a room");
    let live = LiveEvent { room: DM.into(), event, encrypted: false, received_at: world.now };
    let batch = Box::new(LiveBatch { events: vec![live], gaps: Vec::new() });
    let random = world.dice.bytes();
    world.watch(ANN, Input::Batch { batch, rooms: vec![room], ignored: Vec::new(), ring_allowed: true, random })
}

fn whole(sender: &str, event_type: &str, content: &Value, number: u64) -> Value {
    json!({
        "event_id": format!("${number}"), "type": event_type, "sender": sender, "content": content,
        "origin_server_ts": 1_700_000_000_000_u64, "unsigned": { "age": 5 },
    })
}

/// A world in each state that a call can be in.
fn worlds() -> Vec<(World, String)> {
    let mut worlds = vec![(World::alone(), "c".to_owned())];
    let mut ringing = World::alone();
    ringing.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    worlds.push((ringing, "c".to_owned()));
    let mut answering = World::alone();
    answering.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    answering.act(ANN, Deed::Accept { video: true });
    answering.run(60);
    worlds.push((answering, "c".to_owned()));
    for answered in [false, true] {
        let mut world = World::alone();
        let call = world.calls_ben(true);
        if answered {
            world.answered_by("phone");
        }
        worlds.push((world, call));
    }
    worlds
}

#[test]
fn each_kind_of_garbage_at_each_field_of_each_event_is_survived_in_each_state() {
    let garbage = one_of_each_kind("v=0\r\nm=\r\n", "sdp");
    let mut number = 0;
    let count = worlds().len();
    for state in 0..count {
        let (_, call) = worlds().swap_remove(state);
        for (event_type, content) in events(&call) {
            let event = whole(BEN_ID, event_type, &content, 0);
            let (mut world, _) = worlds().swap_remove(state);
            for pointer in pointers(&event) {
                for garbage in &garbage {
                    number += 1;
                    let mut event = event.clone();
                    event["event_id"] = json!(format!("${number}"));
                    event.pointer_mut(&pointer).expect("a place").clone_from(garbage);
                    give(&mut world, event);
                }
            }
            world.run(500);
            assert!(world.pages[ANN].board.view().calls.len() <= 6);
        }
    }
}

/// What must not ring, by one change of an invite that would.
#[test]
fn what_must_not_ring_does_not() {
    let mut number = 0;
    let mut rings = |change: &dyn Fn(&mut Value)| {
        number += 1;
        let mut event = whole(BEN_ID, "m.call.invite", &invite("c", "phone"), number);
        change(&mut event);
        let mut world = World::alone();
        give(&mut world, event);
        !world.pages[ANN].board.view().calls.is_empty()
    };
    assert!(rings(&|_| {}));
    let changes: [&dyn Fn(&mut Value); 14] = [
        &|event| event["sender"] = json!("@stranger:elsewhere.test"),
        &|event| event["sender"] = json!(""),
        &|event| event["state_key"] = json!(""),
        &|event| event["type"] = json!("m.call.invites"),
        &|event| event["type"] = json!("m.room.encrypted"),
        &|event| event["content"]["invitee"] = json!(""),
        &|event| event["content"]["conf_id"] = json!(null),
        &|event| event["content"]["lifetime"] = json!(-60_000),
        &|event| event["content"]["lifetime"] = json!(2900),
        &|event| event["content"]["offer"]["sdp"] = json!(""),
        &|event| event["content"]["offer"]["sdp"] = json!("x".repeat(70_000)),
        &|event| event["content"]["call_id"] = json!("x".repeat(256)),
        &|event| event["unsigned"]["age"] = json!(59_000),
        &|event| event["unsigned"]["age"] = json!(u64::MAX >> 1),
    ];
    for (place, change) in changes.iter().enumerate() {
        assert!(!rings(*change), "{place}");
    }
}

#[test]
fn a_flood_ends_where_memory_does() {
    let (mut world, call) = worlds().pop().expect("a call");
    world.server.room_mut(DM).members.insert(EVE_ID);
    for number in 0..3000_u64 {
        for (sender, id) in [(EVE_ID, format!("c{number}")), (BEN_ID, format!("d{number}")), (BEN_ID, call.clone())] {
            let all = events(&id);
            let (event_type, content) = &all[(number % 8) as usize];
            if !(id == call && ["m.call.hangup", "m.call.negotiate"].contains(event_type)) {
                give(
                    &mut world,
                    whole(sender, event_type, content, number * 4 + sender.len() as u64 + u64::from(id == call)),
                );
            }
        }
    }
    let view = world.pages[ANN].board.view();
    assert!(view.calls.len() <= 6 && view.notices.len() <= 4, "{}", view.calls.len());
    world.run(200_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_at_any_field_of_any_event_is_survived(
        state in any::<Index>(), tries in collection::vec((any::<Index>(), any::<Index>(), any_json()), 1..12),
    ) {
        let mut worlds = worlds();
        let (mut world, call) = worlds.swap_remove(state.index(worlds.len()));
        for (number, (kind, place, garbage)) in tries.into_iter().enumerate() {
            let events = events(&call);
            let (event_type, content) = &events[kind.index(events.len())];
            let mut event = whole(BEN_ID, event_type, content, number as u64);
            let pointers = pointers(&event);
            event.pointer_mut(&pointers[place.index(pointers.len())]).expect("a place").clone_from(&garbage);
            give(&mut world, event);
            world.run(100);
        }
        prop_assert!(world.pages[ANN].board.view().calls.len() <= 6);
        world.run(200_000);
        prop_assert!(world.pages[ANN].board.view().calls.iter().all(|call| call.connected_at.is_some()));
    }

    /// Whatever is no whole invite does nothing at all while there is no call.
    #[test]
    fn arbitrary_events_do_nothing(events in collection::vec(prop_oneof![3 => any_event(), 1 => any_json()], 1..8)) {
        let mut world = World::alone();
        for event in events {
            let invites = CallEvent::read(&event).is_some_and(|event| matches!(event.body, Body::Invite { .. }));
            prop_assert!(invites || give(&mut world, event).is_empty());
        }
    }
}
