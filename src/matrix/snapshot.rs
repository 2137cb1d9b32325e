//! The store as text, kept over a reload so that a page shows its rooms before the first sync is answered. It belongs to one
//! device of one user: another one's, or one of another version, is no snapshot.

use serde_json::Value;

use crate::ids::{DeviceId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::matrix::account::Account;
use crate::matrix::event::{Event, take_array, take_object};
use crate::matrix::name::{Summary, heroes};
use crate::matrix::room::Room;
use crate::matrix::store::Store;
use crate::matrix::timeline::{Back, Timeline};
use crate::ordered::{self, Map, Set};
use crate::room::{Membership, StateEvent, functional_members};
use crate::time::Millis;

/// The version of the format; what was written by another is not read.
const VERSION: u64 = 4;
/// How many events of a room's timeline are kept: about a screen of a phone.
const TAIL: usize = 15;
/// How many members of a room are kept besides those that something kept names.
const MOST_MEMBERS: usize = 200;
/// From this size on, rooms are written without their timelines, the quietest first. Two megabytes are read within a tenth of a
/// second.
const COMFORTABLE: usize = 2 << 20;
/// A snapshot larger than this is not written: reading it would take longer than a first sync.
const LARGEST: usize = 16 << 20;

/// Writes a snapshot. `None` before the first sync, or when it would be too large to be of use.
pub fn write(store: &Store, device: &DeviceId) -> Option<String> {
    let since = store.since()?;
    let rooms = store.rooms.iter().map(|(id, room)| (id, room.as_ref())).collect();
    let newest_first = ordered::sorted(rooms, |one: &(&RoomId, &Room), other| other.1.latest.cmp(&one.1.latest));
    let mut text = String::new();
    for (id, room) in newest_first {
        let tail = if text.len() < COMFORTABLE { TAIL } else { 0 };
        text.push_str(if text.is_empty() { "[" } else { "," });
        text.push_str(&json::text(&write_room(id, room, tail, &store.me)));
    }
    text.push_str(if text.is_empty() { "[]" } else { "]" });
    let mut direct = Object::new();
    for (room, user) in store.direct.iter() {
        direct.insert(room.to_string(), user.into());
    }
    let head = object_of!({
        "version": VERSION, "user": &store.me, "device": device, "since": since, "direct": direct,
        "account": store.account.write(),
    });
    let head = json::text(&head);
    // The rooms are text already; a closing brace makes place for them.
    let whole = format!("{},\"rooms\":{text}}}", head.strip_suffix('}')?);
    (whole.len() <= LARGEST).then_some(whole)
}

/// Reads a snapshot of this user's device.
pub fn read(text: &str, me: &UserId, device: &DeviceId) -> Option<Store> {
    let Some(Value::Object(mut snapshot)) = json::parse(text) else {
        return None;
    };
    let is_mine = snapshot.get("version").and_then(Value::as_u64) == Some(VERSION)
        && json::string(&snapshot, "user") == Some(me.as_str())
        && json::string(&snapshot, "device") == Some(device.as_str());
    if !is_mine {
        return None;
    }
    let since = json::string(&snapshot, "since")?.to_owned();
    let direct = take_object(&mut snapshot, "direct")?;
    let rooms = take_array(&mut snapshot, "rooms").into_iter();
    Some(Store {
        me: me.clone(),
        since: Some(since),
        rooms: read_all(rooms)?,
        direct: direct
            .iter()
            .filter_map(|(room, user)| Some((RoomId::new(room.as_str()), UserId::from(user.as_str()?))))
            .collect(),
        account: Account::read(json::object(&snapshot, "account")?)?,
    })
}

/// A room that can't be read would be missing for good: the server does not send it again.
fn read_all(rooms: impl Iterator<Item = Value>) -> Option<Map<RoomId, Box<Room>>> {
    rooms.map(|room| read_room(room).map(|(id, room)| (id, Box::new(room)))).collect()
}

fn write_room(id: &RoomId, room: &Room, tail: usize, me: &UserId) -> Value {
    let events: Vec<&Event> = {
        let loaded = room.timeline.events();
        let skipped = loaded.len().saturating_sub(tail);
        loaded.skip(skipped).collect()
    };
    let back = if events.len() == room.timeline.events().len() {
        match room.timeline.back() {
            Back::Unknown => Value::Null,
            Back::Token(token) => object_of!({ "token": token.as_str() }),
            Back::BeforeFirst => "before_first".into(),
            Back::Start => "start".into(),
        }
    } else if events.is_empty() {
        Value::Null
    } else {
        "before_first".into()
    };
    let members = members_to_keep(room, &events, me);
    let state: Value = room
        .state()
        .iter()
        .filter(|event| event.event_type != "m.room.member" || members.contains(event.state_key.as_str()))
        .map(StateEvent::write)
        .collect();
    object_of!({
        "id": id,
        "invited": (room.membership == Membership::Invite),
        "heroes": room.summary.heroes.iter().collect::<Value>(),
        "joined": room.summary.joined,
        "invited_count": room.summary.invited,
        "unread": vec![room.unread, room.mentions],
        "latest": room.latest.0,
        "state": state,
        "back": back,
        "events": events.into_iter().map(Event::write).collect::<Value>(),
    })
}

/// Whose member events are kept: those that the kept part names, and some more.
fn members_to_keep<'a>(room: &'a Room, events: &[&'a Event], me: &'a UserId) -> Set<String> {
    let mut keep: Set<_> = events.iter().map(|event| event.sender.to_string()).collect();
    keep.insert(me.to_string());
    keep.extend(heroes(room.state(), &room.summary, me).iter().map(UserId::to_string));
    keep.extend(functional_members(room.state()).iter().map(UserId::to_string));
    if let Some(mine) = room.state().get("m.room.member", me.as_str()) {
        keep.insert(mine.sender.to_string());
    }
    keep.extend(room.state().all("m.room.member").take(MOST_MEMBERS).map(|event| event.state_key.clone()));
    keep
}

fn read_room(room: Value) -> Option<(RoomId, Room)> {
    let Value::Object(mut read) = room else {
        return None;
    };
    let membership = if json::boolean(&read, "invited")? { Membership::Invite } else { Membership::Join };
    let number = |read: &Object, key: &str| read.get(key).and_then(Value::as_u64);
    let mut room = Room::new(membership);
    room.summary = Summary {
        heroes: json::array(&read, "heroes").iter().filter_map(Value::as_str).map(UserId::from).collect(),
        joined: number(&read, "joined"),
        invited: number(&read, "invited_count"),
    };
    let mut unread = json::array(&read, "unread").iter().filter_map(Value::as_u64);
    room.unread = unread.next().unwrap_or_default();
    room.mentions = unread.next().unwrap_or_default();
    room.latest = Millis(number(&read, "latest")?);
    for event in json::array(&read, "state").iter().filter_map(StateEvent::read) {
        room.set_state(event);
    }
    let back = match read.get("back")? {
        Value::String(back) if back == "start" => Back::Start,
        Value::String(_) => Back::BeforeFirst,
        Value::Object(back) => Back::Token(json::string(back, "token")?.to_owned()),
        _ => Back::Unknown,
    };
    let events = take_array(&mut read, "events").into_iter().filter_map(Event::read);
    room.timeline = Timeline::new(events, back);
    Some((RoomId::new(json::string(&read, "id")?), room))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::matrix::outbox::Outbox;
    use crate::matrix::sync::SyncAnswer;
    use crate::matrix::timeline::Older;

    fn me() -> UserId {
        "@me:x".into()
    }

    fn device() -> DeviceId {
        "D".into()
    }

    fn store(rooms: Value) -> Store {
        let account = [
            json!({ "type": "m.direct", "content": { "@ann:x": ["!a"] } }),
            json!({ "type": "m.ignored_user_list", "content": { "ignored_users": { "@eve:x": {} } } }),
        ];
        let answer = json!({ "next_batch": "s1", "rooms": rooms, "account_data": { "events": account } });
        let mut store = Store::new(me());
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, &mut Outbox::default(), Millis(1000));
        store
    }

    fn message(n: usize) -> Value {
        json!({
            "event_id": format!("${n}"), "type": "m.room.message", "sender": "@ann:x", "origin_server_ts": n,
            "content": { "msgtype": "m.text", "body": "Hi" },
        })
    }

    fn member(user: &str) -> Value {
        json!({ "event_id": format!("${user}"), "type": "m.room.member", "state_key": user, "sender": user, "content": { "membership": "join" } })
    }

    fn joined(events: Vec<Value>, state: Vec<Value>) -> Value {
        json!({ "join": { "!a": {
            "timeline": { "events": events, "prev_batch": "p" }, "state": { "events": state },
            "summary": { "m.heroes": ["@ann:x"], "m.joined_member_count": 2, "m.invited_member_count": 0 },
            "unread_notifications": { "notification_count": 4, "highlight_count": 1 },
        } } })
    }

    fn reloaded(store: &Store) -> Store {
        read(&write(store, &device()).unwrap(), &me(), &device()).unwrap()
    }

    #[test]
    fn a_reload_shows_the_same_rooms() {
        let mut rooms = joined(vec![message(1), message(2)], vec![member("@me:x"), member("@ann:x")]);
        rooms["invite"] = json!({ "!b": { "invite_state": { "events": [member("@me:x")] } } });
        let store = store(rooms);
        let again = reloaded(&store);
        assert_eq!(again.rows(Millis(2000)), store.rows(Millis(2000)));
        assert_eq!(again.since(), Some("s1"));
        assert!(again.account().is_ignored(&"@eve:x".into()));
        let room = RoomId::from("!a");
        let items = |store: &Store| store.items(&room, &[], Millis(2000));
        assert_eq!((again.view(&room), items(&again)), (store.view(&room), items(&store)));
        assert_eq!(again.room(&room).unwrap().timeline.older(), Older::Page(Some("p".into())));
        assert_eq!(reloaded(&again), again);
    }

    #[test]
    fn of_a_long_timeline_the_tail_is_kept_and_the_rest_can_be_paged_in() {
        let store = store(joined((0..100).map(message).collect(), vec![]));
        let again = reloaded(&store);
        let timeline = &again.room(&"!a".into()).unwrap().timeline;
        assert_eq!(timeline.events().len(), TAIL);
        assert_eq!(timeline.older(), Older::TokenBefore("$85".into()));
    }

    #[test]
    fn another_device_user_or_version_is_not_read() {
        let text = write(&store(json!({})), &device()).unwrap();
        assert!(read(&text, &me(), &device()).is_some());
        assert!(read(&text, &"@eve:x".into(), &device()).is_none());
        assert!(read(&text, &me(), &"E".into()).is_none());
        assert!(read(&text.replace("\"version\":4", "\"version\":3"), &me(), &device()).is_none());
    }

    #[test]
    fn what_was_cut_short_or_spoiled_is_not_read() {
        let text = write(&store(joined(vec![message(1)], vec![])), &device()).unwrap();
        for end in 0..text.len() {
            assert!(text.get(..end).is_none_or(|cut| read(cut, &me(), &device()).is_none()));
        }
        assert!(read(&text.replace("\"latest\":1", "\"latest\":null"), &me(), &device()).is_none());
    }

    /// What `/members` answers may be as deep as is read at all, and lies two levels deeper in here: each reload began anew.
    #[test]
    fn a_member_s_deep_event_does_not_take_the_snapshot_with_it() {
        for depth in 120..125 {
            let mut deep = member("@ann:x");
            deep["content"]["x"] = json!("HERE");
            let answer = json!({ "chunk": [member("@me:x"), deep] }).to_string();
            let answer = answer.replace("\"HERE\"", &["[".repeat(depth), "]".repeat(depth)].concat());
            let Some(Value::Object(answer)) = json::parse(&answer) else { panic!("{depth}") };
            let mut store = store(joined(vec![message(1)], vec![member("@me:x")]));
            store.take_members(&"!a".into(), &answer, true);
            let again = reloaded(&store);
            assert!(again.room(&"!a".into()).is_some_and(|room| room.knows_member("@ann:x")), "{depth}");
        }
    }

    #[test]
    fn before_the_first_sync_there_is_nothing_to_keep() {
        assert_eq!(write(&Store::new(me()), &device()), None);
    }

    #[test]
    fn of_a_large_room_those_are_kept_whom_something_names() {
        let mut state: Vec<Value> = (0..MOST_MEMBERS + 50).map(|n| member(&format!("@{n:04}:x"))).collect();
        state.extend([member("@me:x"), member("@ann:x"), member("@zed:x")]);
        let again = reloaded(&store(joined(vec![message(1)], state)));
        let room = again.room(&"!a".into()).unwrap();
        assert!(room.knows_member("@me:x") && room.knows_member("@ann:x") && !room.knows_member("@zed:x"));
        assert!(!room.members_loaded);
    }

    #[test]
    fn quiet_rooms_lose_their_timelines_first() {
        let long = |n: usize, at: u64| {
            let mut event = message(n);
            event["content"]["body"] = json!("x".repeat(COMFORTABLE / TAIL));
            event["origin_server_ts"] = json!(at);
            event
        };
        let room = |first: usize, at: u64| json!({ "timeline": { "events": (first..first + TAIL).map(|n| long(n, at)).collect::<Vec<_>>() } });
        let again = reloaded(&store(json!({ "join": { "!busy": room(0, 9), "!quiet": room(50, 1) } })));
        let loaded = |id: &str| again.room(&id.into()).unwrap().timeline.events().len();
        assert_eq!((loaded("!busy"), loaded("!quiet")), (TAIL, 0));
    }
}
