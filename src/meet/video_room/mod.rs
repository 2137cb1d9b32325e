//! Video rooms (`m.room.create` with type `io.element.video`, `chat-web.md` 6.4): rooms that are one conference. Its widget is there
//! from the beginning, and who is in it says so in the room's state, which everybody may write there. `presence` decides when we do.

mod presence;

pub use presence::{Action, Input, Presence};

use serde_json::Value;

use crate::ids::{DeviceId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::meet::session::{Company, Stage, View};
use crate::room::{RoomFacts, RoomState, StateEvent};
use crate::time::Millis;

/// The type of state event that says who is in the conference; its state key is theirs.
pub const MEMBER_TYPE: &str = "io.element.video.member";
/// How long an entry counts.
pub const EXPIRY: Millis = Millis::seconds(60 * 60);
/// The most people that are counted: as many as a report of Meet holds.
const MOST_PEOPLE: usize = 200;
/// The most devices of mine that are kept in my entry: nobody is in one conference with more, and the list is sent each time.
const MOST_DEVICES: usize = 20;

/// Whether a room is one.
pub fn is_video_room(state: &RoomState) -> bool {
    state.content("m.room.create").and_then(|create| json::string(create, "type")) == Some("io.element.video")
}

/// The room whose conference I am in, be it a video room or not.
pub fn entered(view: &View) -> Option<&RoomId> {
    match view {
        View::Open { room, stage: Stage::Joined, .. } => Some(room),
        _ => None,
    }
}

/// Whether that room is to be told: it is a video room, and lets me write.
pub fn is_told(room: &RoomFacts) -> bool {
    room.video_room && room.power.may_send_state(&room.me, MEMBER_TYPE)
}

/// Says of a new widget that it is a video room's, as Chat Web does.
pub fn mark(content: &mut Value) {
    let Some(content) = content.as_object_mut() else { return };
    content.insert("name".into(), "Group call".into());
    if let Some(Value::Object(data)) = content.get_mut("data") {
        data.insert("isVideoChannel".into(), true.into());
    }
}

/// Who is in the conference by the room's state: whose entry has not expired and names a device, and who has not left the room. Of
/// members that are loaded lazily nothing is known, and they wrote their entry. Nobody can write another's; one that somebody did not
/// write themselves counts as none.
pub fn company(state: &RoomState, now: Millis, name: &dyn Fn(&UserId) -> String) -> Company {
    let present = state.all(MEMBER_TYPE).filter(|event| {
        let member = || state.get("m.room.member", &event.state_key);
        let joined = || member().is_none_or(|member| json::string(&member.content, "membership") == Some("join"));
        event.sender.as_str() == event.state_key && counts(event, now) && joined()
    });
    let names: Vec<String> = present.take(MOST_PEOPLE).map(|event| name(&event.sender)).collect();
    Company::of(names.len(), names.iter().map(String::as_str))
}

fn counts(event: &StateEvent, now: Millis) -> bool {
    let expires = json::integer(&event.content, "expires_ts").and_then(|at| u64::try_from(at).ok());
    expires.is_some_and(|at| at > now.0) && devices(&event.content).next().is_some()
}

fn devices(content: &Object) -> impl Iterator<Item = &str> {
    json::array(content, "devices").iter().filter_map(Value::as_str)
}

/// What my entry is to say, while this device is `here` or after: my other devices stay in it. Of one that has just entered the state
/// may know nothing yet, so that its leaving is said in any case.
pub fn entry(state: &RoomState, me: &UserId, device: &DeviceId, here: bool, now: Millis) -> Value {
    let known = state.get(MEMBER_TYPE, me.as_str()).filter(|event| counts(event, now));
    let all = known.into_iter().flat_map(|event| devices(&event.content));
    let mut left: Vec<&str> = all.filter(|known| *known != device.as_str()).take(MOST_DEVICES - 1).collect();
    if here {
        left.push(device.as_str());
    }
    object_of!({ "devices": left, "expires_ts": now.plus(EXPIRY).0 })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Millis = Millis::seconds(10_000);

    fn event(event_type: &str, key: &str, content: Value) -> Value {
        let sender = if key.is_empty() { "@ann:x" } else { key };
        json!({ "type": event_type, "state_key": key, "sender": sender, "content": content })
    }

    fn joined(user: &str) -> Value {
        event("m.room.member", user, json!({ "membership": "join" }))
    }

    fn present(user: &str, devices: Value, expires: Millis) -> Value {
        event(MEMBER_TYPE, user, json!({ "devices": devices, "expires_ts": expires.0 }))
    }

    fn state(events: Vec<Value>) -> RoomState {
        events.iter().filter_map(StateEvent::read).collect()
    }

    fn names(events: Vec<Value>) -> (usize, Vec<String>) {
        let company = company(&state(events), NOW, &|user: &UserId| user.localpart().to_owned());
        (company.count, company.names)
    }

    #[test]
    fn a_video_room_says_so_when_it_is_created() {
        let room = |create: Value| is_video_room(&state(vec![event("m.room.create", "", create)]));
        assert!(room(json!({ "type": "io.element.video" })));
        assert!(!room(json!({})) && !room(json!({ "type": "m.space" })) && !room(json!({ "type": 3 })));
    }

    #[test]
    fn only_a_video_room_that_lets_me_write_is_told_of_me() {
        let told = |kind: &str, level: i64| {
            let levels = json!({ "users": { "@ann:x": 50 }, "events": { MEMBER_TYPE: level } });
            let room = json!({
                "room_id": "!room", "membership": "join",
                "state": [event("m.room.create", "", json!({ "type": kind })), event("m.room.power_levels", "", levels)],
            });
            is_told(&RoomFacts::read(&room, &"@ann:x".into()).expect("a room"))
        };
        assert!(told("io.element.video", 0) && told("io.element.video", 50));
        assert!(!told("io.element.video", 51) && !told("m.space", 0));
    }

    #[test]
    fn who_has_left_or_whose_entry_expired_is_not_in_it() {
        let later = NOW.plus(Millis(1));
        let mut forged = present("@eve:x", json!(["E"]), later);
        forged["sender"] = json!("@bob:x");
        let events = vec![
            joined("@ann:x"),
            joined("@bob:x"),
            joined("@cat:x"),
            joined("@eve:x"),
            present("@ann:x", json!(["A", 3]), later),
            present("@bob:x", json!(["B"]), NOW),
            present("@cat:x", json!([]), later),
            event("m.room.member", "@dan:x", json!({ "membership": "leave" })),
            present("@dan:x", json!(["D"]), later),
            present("@gil:x", json!(["G"]), later),
            forged,
            event(MEMBER_TYPE, "@fay:x", json!("x")),
        ];
        // Of the last nothing else is known yet.
        assert_eq!(names(events), (2, vec!["ann".to_owned(), "gil".to_owned()]));
    }

    #[test]
    fn a_crowd_is_counted_up_to_a_bound_and_few_are_named() {
        let later = NOW.plus(Millis(1));
        let user = |n: usize| format!("@u{n:04}:x");
        let events = (0..300).flat_map(|n| [joined(&user(n)), present(&user(n), json!(["D"]), later)]).collect();
        let (count, names) = names(events);
        assert_eq!((count, names.len()), (MOST_PEOPLE, 12));
    }

    #[test]
    fn my_entry_keeps_my_other_devices_and_takes_this_one_in_and_out() {
        let (me, device) = (UserId::from("@ann:x"), DeviceId::from("HERE"));
        let write = |events: Vec<Value>, here| entry(&state(events), &me, &device, here, NOW);
        let at = NOW.plus(EXPIRY).0;
        let of = |devices: Value| json!({ "devices": devices, "expires_ts": at });
        let (later, before) = (NOW.plus(Millis(1)), NOW);
        assert_eq!(write(vec![], true), of(json!(["HERE"])));
        assert_eq!(write(vec![present("@ann:x", json!(["PHONE"]), later)], true), of(json!(["PHONE", "HERE"])));
        assert_eq!(write(vec![present("@ann:x", json!(["PHONE"]), before)], true), of(json!(["HERE"])));
        assert_eq!(write(vec![present("@ann:x", json!(["HERE", "PHONE"]), later)], false), of(json!(["PHONE"])));
        assert_eq!(write(vec![present("@ann:x", json!(["HERE"]), later)], false), of(json!([])));
    }

    #[test]
    fn who_leaves_before_their_coming_was_heard_of_says_so_all_the_same() {
        let (me, device) = (UserId::from("@ann:x"), DeviceId::from("HERE"));
        let (later, at) = (NOW.plus(Millis(1)), NOW.plus(EXPIRY).0);
        let left = |events: Vec<Value>| entry(&state(events), &me, &device, false, NOW);
        assert_eq!(left(vec![]), json!({ "devices": [], "expires_ts": at }));
        let phone = present("@ann:x", json!(["PHONE"]), later);
        assert_eq!(left(vec![phone]), json!({ "devices": ["PHONE"], "expires_ts": at }));
    }
}
