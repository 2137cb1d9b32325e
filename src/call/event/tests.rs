use serde_json::{Value, json};

use super::*;
use crate::ids::StreamId;

fn event(event_type: &str, content: Value) -> Value {
    json!({
        "type": event_type, "event_id": "$e", "sender": "@ben:chat.test", "origin_server_ts": 1_000,
        "unsigned": { "age": 250 }, "content": content,
    })
}

fn read(event_type: &str, extra: Value) -> Option<CallEvent> {
    let mut content = json!({ "call_id": "c1", "party_id": "p1", "version": "1" });
    content.as_object_mut()?.extend(extra.as_object()?.clone());
    CallEvent::read(&event(event_type, content))
}

fn invite(extra: Value) -> Option<CallEvent> {
    let mut content = json!({ "offer": { "type": "offer", "sdp": "v=0" }, "lifetime": 60_000 });
    content.as_object_mut()?.extend(extra.as_object()?.clone());
    read("m.call.invite", content)
}

#[test]
fn an_integer_zero_is_version_zero_and_everything_else_is_one() {
    for (version, is) in [
        (json!(0), Version::V0),
        (json!("0"), Version::V0),
        (json!(0.0), Version::V0),
        (json!(1), Version::V1),
        (json!("1"), Version::V1),
        (json!("2"), Version::V1),
        (json!(null), Version::V1),
    ] {
        assert_eq!(invite(json!({ "version": version })).unwrap().version, is, "{version}");
    }
    let mut content = json!({ "call_id": "c1", "offer": { "type": "offer", "sdp": "v=0" }, "lifetime": 1 });
    assert_eq!(CallEvent::read(&event("m.call.invite", content.clone())).unwrap().version, Version::V1);
    content["version"] = json!(0);
    content["party_id"] = json!("made up");
    assert_eq!(CallEvent::read(&event("m.call.invite", content)).unwrap().party, None);
}

#[test]
fn an_event_of_a_group_call_is_not_ours() {
    assert!(invite(json!({ "conf_id": "x" })).is_none());
}

#[test]
fn absent_and_empty_metadata_are_two_things() {
    let metadata = |extra| match invite(extra).unwrap().body {
        Body::Invite { metadata, .. } => metadata,
        _ => panic!("an invite"),
    };
    assert_eq!(metadata(json!({})), None);
    assert_eq!(metadata(json!({ "sdp_stream_metadata": {} })), Some(StreamMetadata::default()));
    let unstable = metadata(json!({ "org.matrix.msc3077.sdp_stream_metadata": { "s": { "purpose": "m.usermedia" } } }));
    assert_eq!(unstable.unwrap().of(&"s".into()).unwrap().purpose, Some(Purpose::User));
}

#[test]
fn later_metadata_leaves_what_it_does_not_say() {
    let read =
        |value: Value| StreamMetadata::read(json!({ "sdp_stream_metadata": value }).as_object().unwrap()).unwrap();
    let mut all = read(json!({ "s": { "purpose": "m.usermedia", "audio_muted": true, "video_muted": false } }));
    all.merge(&read(json!({ "s": { "video_muted": true, "audio_muted": null } })), |_| true);
    let one = all.of(&StreamId::from("s")).unwrap();
    assert_eq!((one.purpose, one.audio_muted, one.video_muted), (Some(Purpose::User), Some(true), Some(true)));
}

#[test]
fn the_end_of_candidates_comes_in_two_shapes() {
    for end in
        [json!({ "candidate": "" }), json!({ "candidate": "candidate:x" }), json!({ "candidate": "", "sdpMid": "0" })]
    {
        let body = read("m.call.candidates", json!({ "candidates": [end] })).unwrap().body;
        assert_eq!(body, Body::Candidates { candidates: Vec::new(), end: true });
    }
    // A browser has one more of its own.
    assert_eq!(Candidate::read(&Value::Null), None);
}

#[test]
fn a_candidate_keeps_its_generation() {
    let json = json!({ "candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "u" });
    let Body::Candidates { candidates, end } = read("m.call.candidates", json!({ "candidates": [json] })).unwrap().body
    else {
        panic!("candidates")
    };
    assert!(!end);
    assert_eq!(candidates.first().map(Candidate::to_json), Some(json));
}

#[test]
fn reasons_of_other_clients_are_understood() {
    let reason = |reason: Value| match read("m.call.hangup", json!({ "reason": reason })).unwrap().body {
        Body::Hangup(reason) => reason,
        _ => panic!("a hang-up"),
    };
    for hangup in [json!("user_hangup"), json!("user hangup"), json!("userHangup"), json!(null), json!("")] {
        assert_eq!(reason(hangup.clone()), Reason::UserHangup, "{hangup}");
    }
    for (word, is) in [
        ("replaced", Reason::Replaced),
        ("Ice_Failed", Reason::IceFailed),
        ("answered_elsewhere", Reason::AnsweredElsewhere),
        ("signalling_timeout", Reason::Other("signalling_timeout".into())),
    ] {
        assert_eq!(reason(json!(word)), is);
    }
}

#[test]
fn a_long_reason_is_cut_whatever_letters_it_has() {
    for letter in ["x", "ä", "€"] {
        let written = format!("{}{}", "x".repeat(99), letter.repeat(1000));
        let Body::Hangup(Reason::Other(kept)) = read("m.call.hangup", json!({ "reason": written })).unwrap().body
        else {
            panic!("a reason that nobody knows")
        };
        assert_eq!(kept, format!("{}{letter}", "x".repeat(99)));
    }
}

#[test]
fn only_words_of_the_specification_are_written() {
    for reason in [Reason::Other("x".into()), Reason::AnsweredElsewhere, Reason::UnknownError] {
        assert_eq!(reason.word(), "unknown_error");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let common = Common { call: "c1".into(), party: "p1".into() };
    let mut metadata = StreamMetadata::default();
    let one = StreamUse { purpose: Some(Purpose::Screen), audio_muted: Some(true), video_muted: Some(false) };
    metadata.set("s".into(), one);
    let invite = Outgoing::Invite {
        offer: "v=0".into(),
        lifetime: Millis::seconds(90),
        invitee: "@ben:chat.test".into(),
        metadata: metadata.clone(),
    };
    let written = invite.content(&common);
    assert_eq!(written["sdp_stream_metadata"], written["org.matrix.msc3077.sdp_stream_metadata"]);
    assert_eq!(written["version"], json!("1"));
    let back = CallEvent::read(&event(invite.event_type(), written)).unwrap();
    let offer = Description { kind: SdpKind::Offer, sdp: "v=0".into() };
    let (lifetime, invitee) = (Millis::seconds(90), Some("@ben:chat.test".into()));
    assert_eq!(back.body, Body::Invite { offer, lifetime, invitee, metadata: Some(metadata) });
    assert_eq!((back.call, back.party), ("c1".into(), Some("p1".into())));
}

#[test]
fn what_is_too_long_or_of_a_wrong_type_is_no_event() {
    let long = "x".repeat(70_000);
    assert!(invite(json!({ "offer": { "type": "offer", "sdp": long } })).is_none());
    assert!(invite(json!({ "call_id": "x".repeat(256) })).is_none());
    assert!(invite(json!({ "call_id": 7 })).is_none());
    assert!(invite(json!({ "lifetime": -1 })).is_none());
    assert!(read("m.call.select_answer", json!({ "selected_party_id": null })).is_none());
    assert!(read("m.call.candidates", json!({ "candidates": [] })).is_none());
    assert!(read("m.call.replaces", json!({})).is_none());
}
