//! An integration manager in the room: what it writes is read and joined like anybody's conference, and whatever it posts does no more
//! than it may.

use meet_in_chat::buttons::Kind;
use meet_in_chat::integrations::{Reply, Seen, Visit};
use meet_in_chat::matrix::request::Method;
use meet_in_chat::meet::MeetDomain;
use meet_in_chat::meet::session::{Input, Session, View};
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget};
use meet_in_chat::room::{Membership, RoomState};
use meet_in_chat::time::Millis;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert};
use proptest::proptest;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::garbage::arbitrary_json;
use crate::rooms::{ME, event, golden, me, state};

const ROOM: &str = "!garden";

/// Where I am the admin.
fn room() -> RoomState {
    let levels = json!({ "users": { ME: 100 } });
    state(&json!([event("m.room.create", "", json!({})), event("m.room.power_levels", "", levels)]))
}

fn posted(message: &Value, state: &RoomState) -> Reply {
    let seen = Seen { state, joined: Some(2), membership: Membership::Join };
    Visit::new(ROOM.into(), me()).asked(message, Some(seen))
}

#[test]
fn a_conference_that_a_manager_makes_in_my_name_is_on_its_server_and_needs_my_consent() {
    let file = golden(include_str!("../golden/manager-request.json"));
    let Reply::Do(deed) = posted(&file["request"], &room()) else { panic!("not sent") };
    let key = file["state_key"].as_str().expect("a state key");
    assert!(deed.request.path.ends_with(&format!("/state/{EVENT_TYPE}/{key}")), "{deed:?}");
    assert_eq!(deed.request.body.as_ref(), Some(&file["content"]));

    let state = state(&json!([event(EVENT_TYPE, key, file["content"].clone())]));
    let [widget] = &MeetWidget::all_in(&state)[..] else { panic!("one conference") };
    assert_eq!((widget.domain.as_ref().map(MeetDomain::as_str), &widget.creator), (Ok("jitsi.manager.example"), &me()));
    let mut session = Session::default();
    let configured = MeetDomain::parse("meet.chat.test").expect("a domain");
    assert!(!session.trusts(widget, &[configured]), "that it was sent in my name says nothing");
    let join = Input::Join { room: ROOM.into(), widget: Box::new(widget.clone()), kind: Kind::Video, trusted: false };
    assert!(session.handle(Millis(0), join).is_empty());
    assert!(matches!(session.view(), View::Consent { .. }));
}

/// A request for a Meet widget with any values in the places that clients read, most of them good ones.
fn meet_widgets() -> impl Strategy<Value = Value> {
    let values = || {
        let texts = select(vec![
            "meet.test",
            "https://meet.test",
            "Meet.test.",
            "$domain",
            "http-meet.test",
            "",
            "Abc",
            "openidtoken-jwt",
        ]);
        arbitrary_json(texts.prop_map(str::to_owned), &["domain", "conferenceId"])
    };
    let url = select(vec![
        "https://im.test/?confId=Abc",
        "https://im.test/jitsi.html?confId=$conferenceId&conferenceDomain=$domain#x",
        "https://im.test/?conferenceDomain=other.test&conferenceId=Abc",
        "https://im.test/",
    ]);
    let key = select(vec!["domain", "conferenceId", "isAudioOnly", "auth", "roomName"]);
    (url, proptest::collection::vec((key, proptest::option::of(values())), 0..4)).prop_map(|(url, changes)| {
        let mut data = json!({ "domain": "meet.test", "conferenceId": "Abc", "isAudioOnly": false });
        for (key, value) in changes {
            match value {
                Some(value) => data[key] = value,
                None => drop(data.as_object_mut().expect("an object").remove(key)),
            }
        }
        json!({ "action": "set_widget", "room_id": ROOM, "widget_id": "w", "type": "jitsi", "url": url, "data": data })
    })
}

#[test]
fn a_meet_widget_that_apps_read_differently_is_refused_with_the_reason() {
    let of = |data: Value| {
        let url = "https://im.test/jitsi.html?confId=Abc";
        json!({ "action": "set_widget", "room_id": ROOM, "widget_id": "w", "type": "m.jitsi", "url": url, "data": data })
    };
    for data in [json!({}), json!({ "domain": "https://meet.test", "conferenceId": "Abc" })] {
        let Reply::Answer(said) = posted(&of(data), &room()) else { panic!("sent") };
        let words = said.0["response"]["error"]["message"].as_str().expect("an error").to_owned();
        assert!(words.contains("different meetings"), "{words}");
    }
    let good = of(json!({ "domain": "meet.test", "conferenceId": "Abc" }));
    assert!(matches!(posted(&good, &room()), Reply::Do(_)));
}

const ACTIONS: [&str; 17] = [
    "set_widget",
    "get_widgets",
    "can_send_event",
    "get_membership_count",
    "membership_state",
    "join_rules_state",
    "set_plumbing_state",
    "get_room_enc_state",
    "invite",
    "kick",
    "bot_options",
    "set_bot_options",
    "set_bot_power",
    "get_open_id_token",
    "send_event",
    "read_events",
    "close_scalar",
];
const KEYS: &[&str] =
    &["user_id", "widget_id", "url", "type", "name", "data", "state_key", "content", "level", "status", "reason"];

/// Requests with arguments of which some mean something.
fn requests() -> impl Strategy<Value = Value> {
    let texts = select(vec![ME, "@bot:x", "jitsi", EVENT_TYPE, "m.room.power_levels", "https://x.test/", "../..", ""]);
    let arguments = arbitrary_json(texts.prop_map(str::to_owned), KEYS);
    let room = select(vec![ROOM, "!other"]);
    (select(ACTIONS.to_vec()), room, arguments, any::<bool>()).prop_map(|(action, room, arguments, is_whole)| {
        let mut message = json!({ "action": action, "room_id": room });
        match arguments {
            Value::Object(arguments) => message.as_object_mut().expect("an object").extend(arguments),
            other => KEYS.iter().for_each(|key| message[key] = other.clone()),
        }
        if is_whole {
            message["action"] = action.into();
        }
        message
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// It leaves in my name (`mobile.md` 4.4).
    #[test]
    fn no_meet_widget_of_a_manager_sends_clients_to_different_places(message in meet_widgets()) {
        if let Reply::Do(deed) = posted(&message, &room()) {
            let content = deed.request.body.clone().expect("a content");
            for widget in MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, "w", content)]))) {
                prop_assert!(!widget.agreement.is_split(), "{:?}", widget.agreement);
            }
        }
    }

    /// What is sent goes to this room or asks for my own token, and is state that managers are there for, an invitation or a removal.
    #[test]
    fn whatever_a_manager_posts_goes_where_it_may(message in requests()) {
        if let Reply::Do(deed) = posted(&message, &room()) {
            let path = deed.request.path.strip_prefix("/_matrix/client/v3").unwrap_or_default().to_owned();
            let within = |place: &str| path.strip_prefix("/rooms/%21garden").is_some_and(|rest| rest.starts_with(place));
            let writes = [
                "/state/im.vector.modular.widgets/", "/state/m.widget/", "/state/m.room.plumbing/", "/state/m.room.bot.options/",
                "/invite", "/kick",
            ];
            let token = path.ends_with("/openid/request_token");
            let reads = deed.request.method == Method::Get && within("/state/");
            prop_assert!(token || reads || writes.into_iter().any(within), "{path}");
            prop_assert!(!path.contains(".."), "{path}");
        }
    }
}
