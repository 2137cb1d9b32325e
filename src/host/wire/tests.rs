use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: Millis = Millis(1_000_000);

fn told(value: Value) -> Option<HostEvent> {
    host_event(value, NOW)
}

fn live(value: Value) -> LiveBatch {
    live_batch(value, NOW).expect("it is a batch")
}

#[test]
fn a_room_bears_the_id_that_was_asked_for() {
    let id = RoomId::from("!a");
    let room_of = |value| room(value, &id);
    let given = room_of(json!({ "room_id": "!other", "membership": "join", "state": [] })).unwrap();
    assert_eq!(given["room_id"], "!a");
    // A promise, whose JSON is an empty object, and an object of a library are no rooms.
    for wrong in
        [json!({}), json!([]), json!("x"), json!({ "membership": 1, "state": [] }), json!({ "membership": "join" })]
    {
        assert_eq!(room_of(wrong.clone()), None, "{wrong}");
    }
}

#[test]
fn a_member_is_the_event_of_the_user_who_was_asked_for() {
    let (ann, event) =
        (UserId::from("@ann:x"), |key: &str| json!({ "type": "m.room.member", "state_key": key, "content": {} }));
    assert_eq!(member(event("@ann:x"), &ann), Some(event("@ann:x")));
    assert_eq!(member(event("@ben:x"), &ann), None);
    assert_eq!(member(json!({ "userId": "@ann:x" }), &ann), None);
}

#[test]
fn the_answer_of_a_homeserver_is_as_good_as_the_id_in_it() {
    assert_eq!(event_id(&json!("$a")), Some("$a".into()));
    assert_eq!(event_id(&json!({ "event_id": "$a" })), Some("$a".into()));
    for wrong in [json!(null), json!(""), json!({}), json!(1), json!({ "event_id": 1 })] {
        assert_eq!(event_id(&wrong), None, "{wrong}");
    }
}

#[test]
fn what_a_host_tells_is_read_by_its_type() {
    assert_eq!(told(json!({ "type": "room-changed", "roomId": "!a" })), Some(HostEvent::RoomChanged("!a".into())));
    assert_eq!(told(json!({ "type": "signed-out" })), Some(HostEvent::SignedOut));
    for wrong in [
        json!(null),
        json!({}),
        json!({ "type": "new-in-2030" }),
        json!({ "type": "room-changed" }),
        json!({ "type": 1 }),
    ] {
        assert_eq!(told(wrong.clone()), None, "{wrong}");
    }
}

#[test]
fn a_change_of_state_that_is_not_understood_is_a_change_of_the_room() {
    let told =
        |events| told(json!({ "type": "state-changed", "roomId": "!a", "events": events, "joinedMemberCount": 3.0 }));
    let news = StateNews { room: "!a".into(), events: vec![json!({ "type": "m.room.name" })], joined: Some(3) };
    assert_eq!(told(json!([{ "type": "m.room.name" }])), Some(HostEvent::StateChanged(Rc::new(news))));
    assert_eq!(told(json!("all")), Some(HostEvent::RoomChanged("!a".into())));
}

#[test]
fn of_live_events_those_of_calls_and_widgets_are_kept() {
    let event = |event: Value| json!({ "roomId": "!a", "event": event, "encrypted": true, "receivedAt": 999.5 });
    let batch = live(json!({
        "events": [
            event(json!({ "type": "m.room.message" })),
            event(json!({ "type": "m.call.invite" })),
            event(json!({ "type": "org.matrix.call.negotiate" })),
            event(json!({ "type": "im.vector.modular.widgets", "state_key": "w" })),
            event(json!({ "type": "im.vector.modular.widgets" })),
        ],
        "gaps": ["!b", 1],
    }));
    let kinds: Vec<&str> = batch.events.iter().filter_map(|live| live.event["type"].as_str()).collect();
    assert_eq!(kinds, ["m.call.invite", "org.matrix.call.negotiate", "im.vector.modular.widgets"]);
    assert_eq!(batch.gaps, ["!b".into()]);
    assert!(batch.events.iter().all(|live| live.encrypted && live.received_at == Millis(999)));
}

#[test]
fn an_event_that_cannot_be_read_does_not_take_the_others_with_it() {
    let batch = live(json!({ "events": [
        null, {}, { "roomId": 1, "event": { "type": "m.call.invite" } }, { "roomId": "!a" }, { "roomId": "!a", "event": [] },
        { "roomId": "!a", "event": { "type": "m.call.hangup" } },
    ] }));
    assert_eq!(batch.events.len(), 1);
    assert!(!batch.events[0].encrypted, "without knowing, it came in clear");
}

#[test]
fn an_event_came_now_where_the_host_does_not_say_or_says_nonsense() {
    let at = |at: Value| received_at(Some(&at), NOW);
    assert_eq!(received_at(None, NOW), NOW);
    for wrong in [json!(null), json!("1"), json!(-5), json!(0.2), json!(1e300), json!(2_000_000)] {
        assert_eq!(at(wrong.clone()), NOW, "{wrong}");
    }
    assert_eq!(at(json!(7)), Millis(7));
}

fn refused(errcode: &str, status: u16, message: &str, retry_after: Option<u64>) -> HostError {
    HostError::Refused { errcode: errcode.into(), status, message: message.into(), retry_after }
}

#[test]
fn the_error_of_matrix_js_sdk_is_the_refusal_that_it_stands_for() {
    let failure = Failure {
        name: Some("M_LIMIT_EXCEEDED".into()),
        errcode: Some("M_LIMIT_EXCEEDED".into()),
        http_status: Some(429.0),
        data: Some(json!({ "errcode": "M_LIMIT_EXCEEDED", "error": "Slow", "retry_after_ms": 2000 })),
        message: Some("MatrixError: [429] Slow".into()),
    };
    assert_eq!(failure.error(), refused("M_LIMIT_EXCEEDED", 429, "Slow", Some(2000)));
}

#[test]
fn silence_is_told_by_name_and_only_without_an_answer() {
    let named = |name: &str| Failure { name: Some(name.into()), ..Failure::default() };
    for name in ["ConnectionError", "TypeError", "AbortError", "TimeoutError", "NetworkError"] {
        assert_eq!(named(name).error(), HostError::Unreachable, "{name}");
    }
    assert_eq!(named("NotSupportedError").error(), HostError::Unsupported);
    let answered = Failure { http_status: Some(502.0), ..named("TypeError") };
    assert_eq!(answered.error(), refused("M_UNKNOWN", 502, "TypeError", None));
}

#[test]
fn a_failure_without_a_name_is_one_of_the_chat_and_keeps_its_words() {
    let failure = Failure { message: Some("no keys".into()), ..Failure::default() };
    assert_eq!(failure.error(), refused("M_UNKNOWN", 0, "no keys", None));
    assert_eq!(Failure::default().error(), refused("M_UNKNOWN", 0, "", None));
    let long = Failure { message: Some("ä".repeat(9000)), http_status: Some(f64::NAN), ..Failure::default() };
    assert_eq!(long.error(), refused("M_UNKNOWN", 0, &"ä".repeat(500), None));
}

#[test]
fn only_a_missing_thing_is_nothing() {
    assert!(is_nothing(&refused("M_NOT_FOUND", 404, "", None)));
    for error in [refused("M_UNRECOGNIZED", 404, "", None), refused("M_NOT_FOUND", 0, "", None), HostError::Unreachable]
    {
        assert!(!is_nothing(&error), "{error}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "live|room-changed|state-changed|m.call.invite|m.widget|!a".prop_map(Value::from),
    ];
    let key = "type|events|event|roomId|gaps|receivedAt|encrypted|joinedMemberCount|state|state_key|membership|content";
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_a_host_hands_over_can_panic(value in any_value(), status in any::<Option<f64>>()) {
        let _ = room(value.clone(), &"!a".into());
        let _ = member(value.clone(), &"@a:x".into());
        let _ = event_id(&value);
        let _ = host_event(value.clone(), NOW);
        let _ = live_batch(value.clone(), NOW);
        let _ = Failure { http_status: status, data: Some(value), ..Failure::default() }.error();
    }
}
