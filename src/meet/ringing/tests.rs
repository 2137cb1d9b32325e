//! What rings, and what does not.

use serde_json::{Value, json};

use super::*;

const ME: &str = "@ann:chat.test";
const T0: Millis = Millis::seconds(1_000);
const WELCOME: Leave = Leave { in_room: true, aloud: true };

/// As Chat Web writes it.
fn web() -> Value {
    json!({
        "type": "jitsi", "url": "https://chat.test/jitsi.html?confId=JitsiAbc#conferenceDomain=$domain",
        "name": "Jitsi", "creatorUserId": "@ben:chat.test", "id": "w1",
        "data": { "domain": "meet.example.org", "conferenceId": "JitsiAbc", "isAudioOnly": false, "roomName": "Team" },
    })
}

/// As Chat Android does: of the other event type, and without a room name.
fn android() -> Value {
    json!({
        "type": "jitsi", "url": "https://app.element.io/jitsi.html?confId=JitsiAbc#conferenceDomain=$domain&conferenceId=$conferenceId",
        "creatorUserId": "@ben:chat.test", "id": "w1",
        "data": { "conferenceId": "JitsiAbc", "domain": "meet.example.org", "isAudioOnly": true, "widgetSessionId": "w1" },
    })
}

/// As Chat iOS does.
fn ios() -> Value {
    json!({
        "type": "m.jitsi", "url": "https://app.element.io/jitsi.html?confId=JitsiAbc#conferenceDomain=$domain&conferenceId=$conferenceId",
        "name": "Jitsi", "creatorUserId": "@ben:chat.test", "id": "w1", "avatar_url": "",
        "data": { "domain": "meet.example.org", "conferenceId": "JitsiAbc", "isAudioOnly": false, "auth": Value::Null },
    })
}

struct Room {
    people: u64,
    membership: &'static str,
    events: Vec<Value>,
}

impl Room {
    fn of(people: u64) -> Self {
        Self { people, membership: "join", events: Vec::new() }
    }

    fn facts(&self) -> RoomFacts {
        let room = json!({
            "room_id": "!team:chat.test", "membership": self.membership, "joined_member_count": self.people,
            "state": self.events,
        });
        RoomFacts::read(&room, &ME.into()).expect("a room")
    }

    /// Somebody sends a widget's event, and it comes by live.
    fn hears(&mut self, event: Value) -> LiveEvent {
        self.events.retain(|old| old["state_key"] != event["state_key"] || old["type"] != event["type"]);
        self.events.push(event.clone());
        LiveEvent { room: "!team:chat.test".into(), event, encrypted: false, received_at: T0 }
    }
}

fn event(key: &str, sender: &str, at: Millis, content: &Value) -> Value {
    json!({
        "type": EVENT_TYPE, "state_key": key, "sender": sender, "event_id": format!("${key}{}", at.0), "origin_server_ts": at.0,
        "content": content,
    })
}

fn rings_for(room: &mut Room, event: Value, leave: Leave, now: Millis) -> Ringing {
    let live = room.hears(event);
    let mut ringing = Ringing::default();
    if let Some(begun) = Begun::read(&live) {
        ringing.began(now, &begun, &room.facts(), leave, |user| user.as_str() == "@eve:chat.test", false);
    }
    ringing
}

fn rings(event: Value) -> bool {
    !rings_for(&mut Room::of(4), event, WELCOME, T0.plus(Millis::seconds(2))).rings().is_empty()
}

#[test]
fn every_clients_new_conference_rings() {
    for content in [web(), android(), ios()] {
        assert!(rings(event("w1", "@ben:chat.test", T0, &content)), "{content}");
        let mut stable = event("w1", "@ben:chat.test", T0, &content);
        stable["type"] = json!(STABLE_EVENT_TYPE);
        assert!(rings(stable));
    }
}

#[test]
fn an_edit_an_end_and_another_kind_of_widget_do_not_ring() {
    let mut edit = event("w1", "@ben:chat.test", T0, &web());
    edit["unsigned"] = json!({ "prev_content": web() });
    assert!(!rings(edit));
    assert!(!rings(event("w1", "@ben:chat.test", T0, &json!({}))));
    let mut pad = web();
    pad["type"] = json!("m.etherpad");
    assert!(!rings(event("w1", "@ben:chat.test", T0, &pad)));
    // One that comes after an end is new.
    let mut again = event("w1", "@ben:chat.test", T0, &web());
    again["unsigned"] = json!({ "prev_content": {} });
    assert!(rings(again));
}

#[test]
fn what_i_began_and_what_somebody_i_ignore_began_does_not_ring() {
    assert!(!rings(event("w1", ME, T0, &web())));
    assert!(!rings(event("w1", "@eve:chat.test", T0, &web())));
}

#[test]
fn it_rings_for_a_minute_and_not_when_that_is_over() {
    let began = event("w1", "@ben:chat.test", T0, &web());
    let at = |now: Millis| rings_for(&mut Room::of(4), began.clone(), WELCOME, now);
    assert!(at(T0.plus(Millis::seconds(61))).rings().is_empty());
    let mut ringing = at(T0.plus(Millis::seconds(50)));
    assert_eq!(ringing.due_at(), Some(T0.plus(RINGS_FOR)));
    ringing.tick(T0.plus(Millis::seconds(59)));
    assert_eq!(ringing.rings().len(), 1);
    ringing.tick(T0.plus(RINGS_FOR));
    assert!(ringing.rings().is_empty());
}

/// `origin_server_ts` is the server's word: one that is far ahead must not ring for ever.
#[test]
fn a_beginning_in_the_future_does_not_ring_for_longer() {
    let ahead = |by: u64| {
        rings_for(&mut Room::of(4), event("w1", "@ben:chat.test", T0.plus(Millis::seconds(by)), &web()), WELCOME, T0)
    };
    assert_eq!(ahead(20).due_at(), Some(T0.plus(RINGS_FOR)));
    assert!(ahead(31).rings().is_empty());
}

#[test]
fn a_muted_room_is_quiet_and_a_big_one_is_not_heard() {
    let began = event("w1", "@ben:chat.test", T0, &web());
    let loud = |people: u64, leave: Leave| {
        let ringing = rings_for(&mut Room::of(people), began.clone(), leave, T0);
        ringing.rings().first().map(|ring| ring.loud)
    };
    assert_eq!(loud(4, WELCOME), Some(true));
    assert_eq!(loud(LOUD_UP_TO + 1, WELCOME), Some(false));
    assert_eq!(loud(4, Leave { aloud: false, ..WELCOME }), Some(false));
    assert_eq!(loud(4, Leave { in_room: false, ..WELCOME }), None);
}

#[test]
fn it_stops_when_it_is_answered_ended_or_the_room_is_left() {
    let mut room = Room::of(4);
    let began = event("w1", "@ben:chat.test", T0, &web());
    let ringing = rings_for(&mut room, began, WELCOME, T0);
    let id: RoomId = "!team:chat.test".into();

    let mut answered = ringing.clone();
    answered.answered(&id);
    let mut ended = ringing.clone();
    ended.room_changed(&id, Some(&room.facts()));
    assert_eq!(ended.rings().len(), 1, "another change is none of it");
    room.hears(event("w1", "@ben:chat.test", T0.plus(Millis(1)), &json!({})));
    ended.room_changed(&id, Some(&room.facts()));
    let mut gone = ringing.clone();
    gone.room_changed(&id, None);
    let mut left = ringing.clone();
    left.room_changed(&id, Some(&Room { membership: "leave", ..Room::of(4) }.facts()));
    for quiet in [answered, ended, gone, left] {
        assert!(quiet.rings().is_empty());
    }
}

#[test]
fn a_second_conference_of_a_room_does_not_ring_beside_the_first() {
    let mut room = Room::of(4);
    room.hears(event("w0", "@cem:chat.test", Millis(T0.0 - 500_000), &web()));
    assert!(rings_for(&mut room, event("w1", "@ben:chat.test", T0, &web()), WELCOME, T0).rings().is_empty());
}

#[test]
fn it_does_not_ring_where_i_am_in_or_on_my_way() {
    let mut room = Room::of(4);
    let live = room.hears(event("w1", "@ben:chat.test", T0, &web()));
    let mut ringing = Ringing::default();
    ringing.began(T0, &Begun::read(&live).expect("it begins"), &room.facts(), WELCOME, |_| false, true);
    assert!(ringing.rings().is_empty());
}

#[test]
fn what_is_no_event_of_a_widget_begins_nothing() {
    for event in [
        json!(null),
        json!([]),
        json!({ "type": EVENT_TYPE }),
        json!({ "type": EVENT_TYPE, "state_key": 7, "event_id": "$1", "content": web() }),
        json!({ "type": EVENT_TYPE, "state_key": "", "event_id": "$1", "content": web() }),
        json!({ "type": EVENT_TYPE, "state_key": "w", "content": web() }),
        json!({ "type": "m.room.message", "state_key": "w", "event_id": "$1", "content": web() }),
    ] {
        let live = LiveEvent { room: "!r".into(), event: event.clone(), encrypted: false, received_at: T0 };
        assert_eq!(Begun::read(&live), None, "{event}");
    }
}
