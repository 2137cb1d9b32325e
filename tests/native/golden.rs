//! What other clients write is read as they mean it, and what we write is the agreed event to the last field.

use meet_in_chat::buttons::Kind;
use meet_in_chat::ids::{ConferenceId, UserId, WidgetId};
use meet_in_chat::meet::MeetDomain;
use meet_in_chat::meet::auth::Auth;
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget, NewWidget, STABLE_EVENT_TYPE, create};
use serde_json::{Value, json};

use crate::rooms::{READ, golden, state};

/// A widget as the golden files write it.
fn written(widget: &MeetWidget) -> Value {
    json!({
        "id": widget.id,
        "creator": widget.creator,
        "domain": match &widget.domain {
            Ok(domain) => json!(domain.as_str()),
            Err(raw) => json!({ "bad": raw }),
        },
        "domain_is_implied": widget.domain_is_implied,
        "conference_id": widget.conference_id,
        "audio_only": widget.audio_only,
        "room_name": widget.room_name,
        "auth": widget.auth,
    })
}

#[test]
fn every_client_is_read_as_it_means_it() {
    for (name, file) in READ {
        let file = golden(file);
        let read: Vec<Value> = MeetWidget::all_in(&state(&file["events"])).iter().map(written).collect();
        let expected = file["expected"].as_array().expect("a list of widgets");
        for (read, expected) in read.iter().zip(expected) {
            assert_eq!(read, expected, "{name}");
        }
        assert_eq!(read.len(), expected.len(), "{name}");
    }
}

#[test]
fn our_event_is_the_agreed_one_to_the_last_field() {
    for file in [
        include_str!("../golden/created-video.json"),
        include_str!("../golden/created-voice.json"),
        include_str!("../golden/created-auth.json"),
    ] {
        let file = golden(file);
        let made_of = &file["made_of"];
        let text = |key: &str| made_of[key].as_str();
        let required = |key: &str| text(key).expect("a string");
        let content = create(&NewWidget {
            id: &WidgetId::from(required("id")),
            creator: &UserId::from(required("creator")),
            wrapper_url: required("wrapper_url"),
            domain: &MeetDomain::parse(required("domain")).expect("a domain"),
            conference_id: &ConferenceId::from(required("conference_id")),
            kind: match required("kind") {
                "voice" => Kind::Voice,
                _ => Kind::Video,
            },
            auth: text("auth").and_then(Auth::read),
            room_name: text("room_name"),
        });
        assert_eq!(content, file["content"], "{}", file["about"]);
    }
}

#[test]
fn the_oldest_conference_comes_first_and_event_ids_settle_a_tie() {
    let widget = |id: &str, event_id: &str, sent: u64| {
        json!({
            "type": "im.vector.modular.widgets", "state_key": id, "sender": "@ann:chat.test",
            "event_id": event_id, "origin_server_ts": sent,
            "content": { "type": "jitsi", "url": "https://w.test/?confId=Room" },
        })
    };
    let state = state(&json!([widget("a", "$3", 20), widget("b", "$2", 10), widget("c", "$1", 10),]));
    let order: Vec<_> = MeetWidget::all_in(&state).into_iter().map(|widget| widget.id).collect();
    assert_eq!(order, ["c", "b", "a"].map(WidgetId::from));
}

#[test]
fn a_flood_of_widgets_is_cut_to_the_oldest_fifty() {
    let events: Vec<Value> = (0..200_u64)
        .map(|number| {
            json!({
                "type": "im.vector.modular.widgets", "state_key": format!("w{number}"),
                "sender": "@ann:chat.test", "event_id": format!("${number}"),
                "origin_server_ts": 1000 - number,
                "content": { "type": "jitsi", "url": "https://w.test/?confId=Room" },
            })
        })
        .collect();
    let widgets = MeetWidget::all_in(&state(&Value::Array(events)));
    assert_eq!(widgets.len(), 50);
    assert_eq!(widgets.first().map(|widget| widget.id.as_str()), Some("w199"));
}

/// To end a conference is to blank all of these: phones show what is left.
#[test]
fn a_conference_knows_every_type_that_holds_it() {
    let file = golden(include_str!("../golden/read-two-types.json"));
    let under: Vec<_> =
        MeetWidget::all_in(&state(&file["events"])).into_iter().map(|widget| (widget.id, widget.under)).collect();
    assert_eq!(
        under,
        [
            (WidgetId::from("restarted"), vec![STABLE_EVENT_TYPE]),
            (WidgetId::from("only-stable"), vec![STABLE_EVENT_TYPE]),
            (WidgetId::from("same-instant"), vec![STABLE_EVENT_TYPE, EVENT_TYPE]),
        ]
    );
}
