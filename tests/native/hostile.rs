//! State, configuration and well-known that are garbage at every field: never a panic, and the rules still hold.

use meet_in_chat::buttons::{Button, Situation, decide};
use meet_in_chat::meet::auth::Auth;
use meet_in_chat::meet::widget::{EVENT_TYPE, Viewer, frame_url};
use meet_in_chat::meet::{MeetDomain, server};
use meet_in_chat::room::RoomFacts;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::sample::Index;
use proptest::{collection, proptest};
use serde_json::{Value, json};
use url::Url;

use crate::garbage::{arbitrary_json, one_of_each_kind, pointers};
use crate::rooms::{ME, READ, event, golden, me};

const WRAPPER: &str = "https://chat.example.org/jitsi.html";

/// All that a stranger says to us about a room with these events.
fn world(events: &Value) -> Value {
    let mut state = vec![
        event(
            "m.room.create",
            "",
            json!({ "room_version": "12", "creator": ME, "additional_creators": ["@ben:chat.test"] }),
        ),
        event(
            "m.room.power_levels",
            "",
            json!({
                "users": { ME: 50 }, "users_default": 0, "events": { EVENT_TYPE: 50 },
                "events_default": 0, "state_default": 50,
            }),
        ),
        event("m.room.member", ME, json!({ "membership": "join" })),
        event("m.room.member", "@bot:chat.test", json!({ "membership": "join" })),
        event("io.element.functional_members", "", json!({ "service_members": ["@bot:chat.test"] })),
        event("m.room.name", "", json!({ "name": "Team" })),
        event("m.room.canonical_alias", "", json!({ "alias": "#team:chat.test" })),
        event("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" })),
    ];
    state.extend(events.as_array().into_iter().flatten().cloned());
    let jitsi = json!({ "preferredDomain": "meet.test", "preferred_domain": "meet.test", "useFor1To1Calls": true });
    json!({
        "room": {
            "room_id": "!room:chat.test", "membership": "join", "joined_member_count": 4, "state": state,
        },
        "well_known": { "io.element.jitsi": jitsi, "im.vector.riot.jitsi": jitsi },
        "config": { "jitsi": jitsi },
        "meet_well_known": { "auth": "openidtoken-jwt" },
    })
}

/// Reads all of it and checks what must hold whatever it says.
fn survive(world: &Value) {
    let null = Value::Null;
    let part = |key: &str| world.get(key).unwrap_or(&null);
    let choice = server::resolve(Some(part("well_known")), part("config"), WRAPPER);
    assert_eq!(choice.domain.usable_for_new(), Ok(()));
    assert_eq!(MeetDomain::parse(choice.domain.as_str()).as_ref(), Ok(&choice.domain));
    let auth = Auth::from_well_known(part("meet_well_known"));
    assert!(auth.is_none_or(|auth| Auth::read(auth.as_str()) == Some(auth)));

    let Some(room) = RoomFacts::read(part("room"), &me()) else {
        return;
    };
    let buttons = decide(&Situation {
        room: Some(&room),
        conference_for_two: choice.conference_for_two,
        calls_enabled: true,
        widgets_enabled: true,
        online: true,
        webrtc: true,
        can_encrypt: true,
        starting: false,
        calling: false,
        joined: None,
    });
    for button in [buttons.voice, buttons.video] {
        if matches!(button, Button::StartConference(_)) {
            assert!(room.power.may_send_state(&me(), EVENT_TYPE));
        }
        assert!(!(room.encrypted && matches!(button, Button::StartCall(_))));
    }
    assert!(room.conferences.len() <= 50);
    for conference in room.conferences.iter() {
        assert!(!conference.conference_id.as_str().is_empty());
        assert!(conference.conference_id.as_str().len() <= 512);
        let name = conference.room_name.as_deref().unwrap_or_default();
        assert!(name.chars().count() <= 255 && !name.starts_with('$'));
        let url = frame_url(conference, WRAPPER, &viewer(&room));
        assert_eq!(url.is_some(), conference.domain.is_ok());
        let Some(url) = url else { continue };
        let url = Url::parse(&url).expect("the wrapper's URL is one");
        assert_eq!((url.host_str(), url.path()), (Some("chat.example.org"), "/jitsi.html"));
        assert_eq!(url.query_pairs().count(), 2);
    }
}

fn viewer(room: &RoomFacts) -> Viewer<'_> {
    Viewer {
        user_id: room.me.as_str(),
        display_name: "Ann",
        avatar_url: "",
        room_id: room.room_id.as_str(),
        room_name: room.public_name.as_deref().unwrap_or_default(),
        theme: "light",
        language: "en",
        video_room: false,
        parent_url: "https://chat.example.org/",
    }
}

fn replaced(world: &Value, pointer: &str, garbage: &Value) -> Value {
    let mut world = world.clone();
    let place = world.pointer_mut(pointer).expect("a pointer into the world");
    place.clone_from(garbage);
    world
}

#[test]
fn each_kind_of_garbage_at_each_field_of_each_golden_is_survived() {
    let garbage = one_of_each_kind("$domain &#?/\\@%00", "domain");
    let survive_at = |world: &Value, pointer: &str| {
        for garbage in &garbage {
            survive(&replaced(world, pointer, garbage));
        }
    };
    let around = world(&json!([]));
    let first_golden = "/room/state/8";
    assert_eq!(around.pointer(first_golden), None);
    for pointer in pointers(&around) {
        survive_at(&around, &pointer);
    }
    for (name, file) in READ {
        let file = golden(file);
        for event in file["events"].as_array().expect(name) {
            let world = world(&json!([event]));
            survive(&world);
            for pointer in pointers(event) {
                survive_at(&world, &format!("{first_golden}{pointer}"));
            }
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    arbitrary_json("(https?://)?[a-z.:/@#?0-9\\[\\]-]{0,30}", &["type", "url", "data", "domain", "users", "jitsi"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_json_at_any_field_is_survived(
        file in any::<Index>(), places in collection::vec(any::<Index>(), 1..4), garbage in any_json(),
    ) {
        let (_, file) = READ[file.index(READ.len())];
        let mut world = world(&golden(file)["events"]);
        for place in places {
            let pointers = pointers(&world);
            world = replaced(&world, &pointers[place.index(pointers.len())], &garbage);
        }
        survive(&world);
    }
}
