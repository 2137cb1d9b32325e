//! The rules of `mobile.md` 4.3 (C1 to C9) on what we write, for any configuration: they keep every client in one conference.

use meet_in_chat::buttons::Kind;
use meet_in_chat::ids::{RoomId, UserId, WidgetId};
use meet_in_chat::meet::auth::Auth;
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget, NewWidget, create, new_widget_id};
use meet_in_chat::meet::{conference_id, server};
use proptest::array::uniform;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_assert_ne};
use proptest::{prop_oneof, proptest};
use serde_json::{Value, json};

use crate::rooms::{ME, event, state};

const WRAPPER: &str = "https://chat.example.org/jitsi.html";

/// A conference as the chat would start it.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) id: WidgetId,
    auth: Option<Auth>,
    pub(crate) content: Value,
}

/// Any configuration, room and click.
pub(crate) fn started() -> impl Strategy<Value = Started> {
    let configured = prop_oneof![
        "(https?://)?[a-zA-Z0-9]{1,12}(-[a-z0-9]{1,5})?(\\.[a-z]{2,6}){0,2}(:[0-9]{1,5})?/{0,2}",
        any::<String>(),
        Just("http-meet.example.org".to_owned()),
        Just("[::1]:8443".to_owned()),
    ];
    let auth = prop_oneof![Just(None), Just(Some(Auth::OpenIdTokenJwt))];
    let kind = prop_oneof![Just(Kind::Voice), Just(Kind::Video)];
    (
        configured,
        "![a-zA-Z0-9/+_-]{1,43}(:[a-z.]{1,20})?",
        auth,
        kind,
        any::<Option<String>>(),
        uniform::<_, 64>(any::<u8>()),
    )
        .prop_map(|(configured, room, auth, kind, room_name, random)| {
            let config = json!({ "jitsi": { "preferred_domain": configured } });
            let id = new_widget_id(&random);
            let content = create(&NewWidget {
                id: &id,
                creator: &UserId::from(ME),
                wrapper_url: WRAPPER,
                domain: &server::resolve(None, &config, WRAPPER).domain,
                conference_id: &conference_id::new(&RoomId::new(room), auth, &random),
                kind,
                auth,
                room_name: room_name.as_deref(),
            });
            Started { id, auth, content }
        })
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
        prop_assert_eq!(query, format!("{WRAPPER}?confId={id}"));
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
