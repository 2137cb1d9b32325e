//! The rules of `mobile.md` 4.3 (C1 to C9) on what we write, for any configuration: they keep every client in one conference.

use meet_in_chat::buttons::Kind;
use meet_in_chat::ids::WidgetId;
use meet_in_chat::meet::auth::Auth;
use meet_in_chat::meet::server;
use meet_in_chat::meet::session::{Action, Input, Session, Start};
use meet_in_chat::meet::settings::{AuthSetting, CallSettings};
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget, new_widget_id};
use meet_in_chat::room::RoomFacts;
use meet_in_chat::time::Millis;
use proptest::array::uniform;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_assert_ne};
use proptest::{prop_oneof, proptest};
use serde_json::{Map, Value, json};

use crate::rooms::{ME, event, me, state};

/// A conference as the chat would start it.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) id: WidgetId,
    wrapper: String,
    auth: Option<Auth>,
    pub(crate) content: Value,
}

/// What may stand where a Meet domain is expected.
fn domain() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "(https?://)?[a-zA-Z0-9]{1,12}(-[a-z0-9]{1,5})?(\\.[a-z]{2,6}){0,2}(:[0-9]{1,5})?/{0,2}",
        any::<String>(),
        Just("http-meet.example.org".to_owned()),
        Just("chat.example.org".to_owned()),
        Just("[::1]:8443".to_owned()),
    ];
    prop_oneof![4 => text.prop_map(Value::from), 1 => Just(Value::Null), 1 => Just(json!(7))]
}

/// An object that may name it under either spelling, or under both.
fn names_domain() -> impl Strategy<Value = Option<Value>> {
    let names = (option::of(domain()), option::of(domain())).prop_map(|(snake, camel)| {
        let entries = [("preferred_domain", snake), ("preferredDomain", camel), ("useFor1To1Calls", Some(json!(true)))];
        Value::Object(entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
    });
    option::of(names)
}

fn object(entries: [(&str, Option<Value>); 2]) -> Value {
    Value::Object(entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect::<Map<_, _>>())
}

/// Any site: its well-known, its configuration and the address of its page.
fn site() -> impl Strategy<Value = (Value, Value, &'static str)> {
    let wrapper = prop_oneof![
        Just("https://call.example.org/jitsi.html?a#b".to_owned()),
        Just("http://call.example.org/jitsi.html".to_owned()),
        "https://[a-z.]{1,20}(:[0-9]{1,5})?(/[a-z&=;%]{0,5}){0,2}",
        any::<String>(),
    ];
    let auth = prop_oneof![Just("none"), Just("openidtoken-jwt"), Just("other")];
    let page = prop_oneof![
        Just("https://chat.example.org/app/?x#/room/y"),
        Just("http://127.0.0.1:8080/index.html"),
        Just("file:///chat/index.html"),
    ];
    (names_domain(), names_domain(), names_domain(), option::of(wrapper), option::of(auth), page).prop_map(
        |(newer, older, config, wrapper, auth, page)| {
            let well_known = object([("io.element.jitsi", newer), ("im.vector.riot.jitsi", older)]);
            let ours = object([("wrapper_url", wrapper.map(Value::from)), ("auth", auth.map(Value::from))]);
            (well_known, object([("jitsi", config), ("meet_in_chat", Some(ours))]), page)
        },
    )
}

/// Any room of three: a video room or not, with a name or none.
fn garden() -> impl Strategy<Value = RoomFacts> {
    ("![a-zA-Z0-9/+_-]{1,43}(:[a-z.]{1,20})?", any::<bool>(), option::of(any::<String>())).prop_map(
        |(id, video_room, name)| {
            let kind = video_room.then(|| Value::from("io.element.video"));
            let create = object([("room_version", Some(json!("12"))), ("type", kind)]);
            let name = name.map(|name| event("m.room.name", "", json!({ "name": name })));
            let events: Vec<Value> = [Some(event("m.room.create", "", create)), name].into_iter().flatten().collect();
            let room = json!({ "room_id": id, "membership": "join", "joined_member_count": 3, "state": events });
            RoomFacts::read(&room, &me()).expect("a room")
        },
    )
}

/// Any configuration, room and click, as far as the event that leaves.
pub(crate) fn started() -> impl Strategy<Value = Started> {
    let wanted = prop_oneof![Just(None), Just(Some(Auth::OpenIdTokenJwt))];
    let kind = prop_oneof![Just(Kind::Voice), Just(Kind::Video)];
    (site(), garden(), wanted, kind, uniform::<_, 64>(any::<u8>())).prop_map(
        |((well_known, config, page), room, wanted, kind, random)| {
            let settings = CallSettings::read(&config, page);
            let start = Start {
                kind,
                choice: server::resolve(Some(&well_known), &config, page),
                approved: server::named_by_site(&config),
                auth: settings.auth,
                wrapper_url: settings.wrapper_url.clone(),
                widget_random: random,
                conference_random: random,
            };
            let auth = match settings.auth {
                AuthSetting::AskServer => wanted,
                AuthSetting::Fixed(auth) => auth,
            };
            let mut session = Session::default();
            let mut actions = session.handle(Millis(0), Input::Start(Box::new(room), Box::new(start)));
            if let Some(Action::LookUpAuth { generation, .. }) = actions.first() {
                actions = session.handle(Millis(0), Input::AuthKnown { generation: *generation, auth: wanted });
            }
            let Some(Action::SendState { widget: id, content, .. }) = actions.into_iter().next() else {
                panic!("it is sent")
            };
            Started { id, wrapper: settings.wrapper_url, auth, content }
        },
    )
}

/// Whether there is a `null` anywhere.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(entries) => entries.values().any(has_null),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn c1_the_domain_is_bare_lower_case_and_does_not_begin_with_http(started in started()) {
        let domain = started.content["data"]["domain"].as_str().unwrap_or_default();
        prop_assert!(!domain.is_empty() && !domain.starts_with("http"), "{domain}");
        prop_assert!(domain.bytes().all(|byte| byte.is_ascii_lowercase()
            || byte.is_ascii_digit() || b".-:[]".contains(&byte)), "{domain}");
    }

    #[test]
    fn c2_types_are_exact_and_nothing_is_null(started in started()) {
        let data = &started.content["data"];
        prop_assert!(!has_null(&started.content));
        prop_assert!(data["isAudioOnly"].is_boolean());
        prop_assert!(["domain", "conferenceId", "roomName"].iter().all(|key| data[key].is_string()));
        prop_assert_eq!(data.get("auth").and_then(Value::as_str), started.auth.map(Auth::as_str));
    }

    #[test]
    fn c3_and_c4_the_conference_id_is_letters_and_digits(started in started()) {
        let id = started.content["data"]["conferenceId"].as_str().unwrap_or_default();
        prop_assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        prop_assert!(!id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    }

    #[test]
    fn c5_old_phones_find_the_conference_in_the_url(started in started()) {
        let data = &started.content["data"];
        let url = started.content["url"].as_str().unwrap_or_default();
        let (query, fragment) = url.split_once('#').unwrap_or_default();
        let id = data["conferenceId"].as_str().unwrap_or_default();
        prop_assert_eq!(query, format!("{}?confId={id}", started.wrapper));
        prop_assert!(fragment.starts_with("conferenceDomain=$domain&conferenceId=$conferenceId&"));
        prop_assert_eq!(fragment.ends_with("&auth=openidtoken-jwt"), started.auth.is_some());
    }

    #[test]
    fn c6_no_data_key_is_the_beginning_of_another_variable(started in started()) {
        let url = started.content["url"].as_str().unwrap_or_default();
        let data = started.content["data"].as_object().cloned().unwrap_or_default();
        for variable in url.split('$').skip(1).filter_map(|rest| rest.split('&').next()) {
            for key in data.keys() {
                prop_assert!(key == variable || !variable.starts_with(key.as_str()), "{key} {variable}");
            }
        }
    }

    #[test]
    fn c7_one_blank_event_ends_it(started in started()) {
        let mut room = state(&json!([event(EVENT_TYPE, started.id.as_str(), started.content)]));
        prop_assert_eq!(MeetWidget::all_in(&room).len(), 1);
        let blank = state(&json!([event(EVENT_TYPE, started.id.as_str(), json!({}))]));
        blank.iter().for_each(|event| room.set(event.clone()));
        prop_assert!(MeetWidget::all_in(&room).is_empty());
    }

    #[test]
    fn c8_a_new_call_has_a_new_id_of_letters_and_digits(
        one in uniform::<_, 64>(any::<u8>()), other in uniform::<_, 64>(any::<u8>()),
    ) {
        let id = new_widget_id(&one);
        prop_assert_eq!(id.as_str().len(), 24);
        prop_assert!(id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        prop_assert_ne!(&id, &new_widget_id(&other));
    }

    #[test]
    fn c9_the_legacy_names_are_written(started in started()) {
        prop_assert_eq!(EVENT_TYPE, "im.vector.modular.widgets");
        prop_assert_eq!(&started.content["type"], "jitsi");
    }

    #[test]
    fn what_we_write_we_read_as_the_same_conference(started in started()) {
        let data = &started.content["data"];
        let room = state(&json!([event(EVENT_TYPE, started.id.as_str(), started.content.clone())]));
        let widgets = MeetWidget::all_in(&room);
        prop_assert_eq!(widgets.len(), 1);
        for widget in widgets {
            prop_assert_eq!(&widget.id, &started.id);
            prop_assert_eq!(widget.domain.as_ref().map(|domain| domain.as_str()).ok(), data["domain"].as_str());
            prop_assert_eq!(Some(widget.conference_id.as_str()), data["conferenceId"].as_str());
            prop_assert_eq!(Some(widget.audio_only), data["isAudioOnly"].as_bool());
            prop_assert_eq!(widget.auth.as_deref(), started.auth.map(Auth::as_str));
            prop_assert_eq!(widget.creator.as_str(), ME);
            prop_assert!(!widget.domain_is_implied);
        }
    }
}
