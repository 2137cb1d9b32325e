//! Consent in account data: each client's form is read as it is meant, and nothing that another wrote is lost by writing.

use meet_in_chat::ids::EventId;
use meet_in_chat::meet::MeetDomain;
use meet_in_chat::meet::consent::{Said, domains, widget, with_domain, with_widget, with_widget_in_room};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{prop_oneof, proptest};
use serde_json::{Value, json};

use crate::garbage::{arbitrary_json, one_of_each_kind, pointers};

fn domain(text: &str) -> MeetDomain {
    MeetDomain::parse(text).expect("a domain")
}

fn said(text: &str, allowed: bool) -> Said {
    let domain = domain(text);
    let spelling = (domain.as_str() != text).then(|| text.to_owned());
    Said { domain, spelling, allowed }
}

/// What stands for `meet.test`.
fn answer(content: &Value) -> Option<bool> {
    domains(content).get(&domain("meet.test")).copied()
}

fn native(kind: &str, answers: Value) -> Value {
    json!({ "native_widgets": { kind: answers } })
}

/// As Android writes it: both maps, the domain as the event has it.
fn android() -> Value {
    json!({
        "widgets": { "$theirs": true, "$other": false },
        "native_widgets": { "m.jitsi": { "meet.test": true, "other.test": false, "https://Spelt.test/": true } },
    })
}

#[test]
fn each_clients_form_is_read_as_it_is_meant() {
    assert_eq!(answer(&android()), Some(true));
    let others = domains(&android());
    assert_eq!(others.get(&domain("other.test")), Some(&false));
    assert_eq!(others.get(&domain("spelt.test")), Some(&true));
    // iOS: keyed by the event's own type, other top-level keys kept.
    let ios = json!({ "widgets": {}, "native_widgets": { "jitsi": { "meet.test": true } }, "org.example": [1.5] });
    assert_eq!(answer(&ios), Some(true));
    // Chat Web knows other widgets only, per room and flat.
    let (event, nothing) = (EventId::from("$theirs"), json!({}));
    assert_eq!(widget(&nothing, &json!({ "$theirs": true }), &event), Some(true));
    assert_eq!(widget(&android(), &nothing, &event), Some(true));
    assert_eq!(widget(&android(), &json!({ "$theirs": false }), &event), Some(false));
    assert_eq!(widget(&nothing, &nothing, &event), None);
}

#[test]
fn whatever_says_nothing_of_the_server_leaves_it_to_be_asked_for() {
    let contents = [
        json!(null),
        json!([]),
        json!({}),
        json!({ "widgets": { "meet.test": true } }),
        json!({ "native_widgets": null }),
        native("m.jitsi", json!(null)),
        native("m.jitsi", json!({ "": true })),
        native("m.jitsi", json!({ "meet.test": null })),
        native("m.jitsi", json!({ "meet.test": "true" })),
        native("m.jitsi", json!({ "meet.test/tenant": true, "user@meet.test": true, "meet.test:8443": true })),
        native("m.other", json!({ "meet.test": true })),
    ];
    for content in contents {
        assert_eq!(answer(&content), None, "{content}");
    }
}

#[test]
fn the_refusal_counts_and_so_does_the_kind_that_the_apps_write() {
    assert_eq!(answer(&native("m.jitsi", json!({ "meet.test": true, "https://meet.test": false }))), Some(false));
    let both = |ours: Value, old: Value| json!({ "native_widgets": { "m.jitsi": ours, "jitsi": old } });
    assert_eq!(answer(&both(json!({ "meet.test": false }), json!({ "meet.test": true }))), Some(false));
    assert_eq!(answer(&both(json!({ "meet.test": true }), json!({ "meet.test": false }))), Some(true));
    assert_eq!(answer(&both(json!({ "meet.test": 1 }), json!({ "meet.test": true }))), Some(true));
}

#[test]
fn what_is_written_first_is_what_android_and_ios_read() {
    assert_eq!(
        with_domain(None, &said("HTTPS://Meet.test/", true)),
        json!({
            "widgets": {},
            "native_widgets": {
                "jitsi": { "HTTPS://Meet.test/": true, "meet.test": true },
                "m.jitsi": { "HTTPS://Meet.test/": true, "meet.test": true },
            },
        })
    );
    assert_eq!(
        with_widget(None, &"$event".into(), true),
        json!({ "widgets": { "$event": true }, "native_widgets": {} })
    );
    assert_eq!(
        with_widget_in_room(Some(json!({ "$other": 3 })), &"$event".into(), false),
        json!({ "$other": 3, "$event": false })
    );
}

#[test]
fn a_withdrawal_reaches_every_spelling_and_no_other_server() {
    let written = with_domain(Some(android()), &said("spelt.test", false));
    let kinds = &written["native_widgets"];
    assert_eq!(kinds["m.jitsi"]["https://Spelt.test/"], false);
    assert_eq!(kinds["m.jitsi"]["spelt.test"], false);
    assert_eq!(kinds["m.jitsi"]["meet.test"], true);
    assert_eq!(written["widgets"], android()["widgets"]);
}

#[test]
fn a_spelling_of_another_server_is_not_believed() {
    let forged = Said { domain: domain("meet.test"), spelling: Some("evil.test".into()), allowed: true };
    assert_eq!(domains(&with_domain(None, &forged)).len(), 1);
}

#[test]
fn where_the_apps_stumble_only_the_stumbling_block_goes() {
    let content = json!({
        "widgets": { "$null": null, "$yes": true },
        "native_widgets": { "m.jitsi": { "a.test": true, "b.test": "yes" }, "m.odd": 5, "m.other": { "x": false, "y": {} } },
        "org.example": { "deep": [null, "kept"] },
    });
    assert_eq!(
        with_domain(Some(content), &said("meet.test", false)),
        json!({
            "widgets": { "$yes": true },
            "native_widgets": {
                "jitsi": { "meet.test": false }, "m.jitsi": { "a.test": true, "meet.test": false }, "m.other": { "x": false },
            },
            "org.example": { "deep": [null, "kept"] },
        })
    );
    let only_native = json!({ "widgets": { "$yes": true }, "native_widgets": [] });
    assert_eq!(with_domain(Some(only_native), &said("meet.test", true))["widgets"]["$yes"], true);
}

/// Whether the apps' typed readers take it: both parts, objects of booleans.
fn apps_read(content: &Value) -> bool {
    let booleans = |answers: &Value| answers.as_object().is_some_and(|all| all.values().all(Value::is_boolean));
    booleans(&content["widgets"])
        && content["native_widgets"].as_object().is_some_and(|kinds| kinds.values().all(booleans))
}

const KEYS: &[&str] =
    &["widgets", "native_widgets", "m.jitsi", "jitsi", "meet.test", "https://meet.test/", "org.example"];

fn content() -> impl Strategy<Value = Value> {
    let any_json = || arbitrary_json(Just("meet.test".to_owned()), KEYS);
    let shaped = (any_json(), any_json(), any_json()).prop_map(|(widgets, answers, extra)| {
        json!({ "widgets": widgets, "native_widgets": { "m.jitsi": answers, "m.other": extra }, "org.example": extra })
    });
    prop_oneof![any_json(), shaped]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn nothing_of_others_is_lost(before in content(), name in "[a-z]{1,8}\\.test|meet\\.test", allowed in any::<bool>()) {
        let said = said(&name, allowed);
        let after = with_domain(Some(before.clone()), &said);
        prop_assert!(apps_read(&after), "{after}");
        let now = domains(&after);
        prop_assert_eq!(now.get(&said.domain), Some(&allowed));
        let is_ours = |key: &str| MeetDomain::parse(key).as_ref() == Ok(&said.domain);
        for pointer in pointers(&before) {
            let (parts, value) = (pointer.split('/').skip(1).collect::<Vec<_>>(), before.pointer(&pointer));
            let all_objects = (1..=parts.len()).all(|length| {
                let parent = pointer.rsplitn(length + 1, '/').last();
                parent.and_then(|parent| before.pointer(parent)).is_some_and(Value::is_object)
            });
            let is_kept = match parts.as_slice() {
                [] => false,
                // A key that they stumble over may stand where an answer should.
                ["widgets"] | ["native_widgets"] | ["native_widgets", _] => false,
                ["widgets", _] => all_objects && value.is_some_and(Value::is_boolean),
                ["native_widgets", _, key] => {
                    all_objects && value.is_some_and(Value::is_boolean) && !is_ours(&key.replace("~1", "/").replace("~0", "~"))
                }
                ["widgets" | "native_widgets", ..] => false,
                _ => before.is_object(),
            };
            if is_kept {
                prop_assert_eq!(after.pointer(&pointer), value, "{}", pointer);
            }
        }
        // Every other server's answer stays, and writing once more changes nothing.
        for (other, answer) in domains(&before).iter().filter(|(other, _)| **other != said.domain) {
            prop_assert_eq!(now.get(other), Some(answer));
        }
        prop_assert_eq!(with_domain(Some(after.clone()), &said), after);
    }
}

#[test]
fn any_spoiled_part_is_survived_by_reading_and_by_writing() {
    for pointer in pointers(&android()) {
        for garbage in one_of_each_kind("meet.test", "m.jitsi") {
            let mut spoiled = android();
            *spoiled.pointer_mut(&pointer).expect("a part of it") = garbage;
            let _ = (domains(&spoiled), widget(&spoiled, &spoiled, &"$theirs".into()));
            assert!(apps_read(&with_domain(Some(spoiled), &said("meet.test", true))), "{pointer}");
        }
    }
}
