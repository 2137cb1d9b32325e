//! The answer of `/sync` (Client-Server API, "Syncing"), read leniently: what is malformed is passed over by itself.

use serde_json::Value;

use crate::ids::{RoomId, UserId};
use crate::json::{self, Object};
use crate::matrix::event::{Event, take_array, take_object};
use crate::matrix::live;
use crate::room::StateEvent;

/// The most people of whom it is said that they are typing; a line of names can't show more.
const MOST_TYPING: usize = 20;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncAnswer {
    /// Where the next one goes on.
    pub next_batch: String,
    /// Rooms that I am in.
    pub joined: Vec<(RoomId, JoinedRoom)>,
    /// Rooms that I am invited to, with what little state an invitation shows.
    pub invited: Vec<(RoomId, Vec<StateEvent>)>,
    /// Rooms that I am no longer in.
    pub left: Vec<RoomId>,
    /// The content of `m.direct`, when it changed.
    pub direct: Option<Object>,
    /// The other account data that changed, by type.
    pub account: Vec<(String, Object)>,
}

/// What is new in a room that I am in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinedRoom {
    /// The state before the timeline, as far as it is new.
    pub state: Vec<StateEvent>,
    /// New events, oldest first.
    pub timeline: Vec<Event>,
    /// Those of them that belong to calls, as the server sent them, after what began in a gap.
    pub calls: Vec<Value>,
    /// There is a gap before the timeline.
    pub limited: bool,
    /// The token before the timeline.
    pub prev_batch: Option<String>,
    /// Whom to name the room after, when that changed.
    pub heroes: Option<Vec<UserId>>,
    /// Joined members, when that changed.
    pub joined: Option<u64>,
    /// Invited members, when that changed.
    pub invited: Option<u64>,
    /// Unread messages that notify, and mentions.
    pub unread: Option<(u64, u64)>,
    /// Who is typing, when that changed.
    pub typing: Option<Vec<UserId>>,
}

impl SyncAnswer {
    /// Reads an answer. `None` without a `next_batch`: then it is none.
    pub fn read(mut answer: Object) -> Option<Self> {
        let next_batch = json::string(&answer, "next_batch").filter(|token| !token.is_empty())?.to_owned();
        let mut rooms = take_object(&mut answer, "rooms").unwrap_or_default();
        let (direct, account) = account_data(&mut answer);
        let mut section = |name: &str| take_object(&mut rooms, name).unwrap_or_default().into_iter();
        Some(Self {
            next_batch,
            joined: section("join")
                .filter_map(|(id, room)| Some((RoomId::new(id), JoinedRoom::read(object(room)?))))
                .collect(),
            invited: section("invite")
                .filter_map(|(id, room)| Some((RoomId::new(id), stripped_state(object(room)?))))
                .collect(),
            left: section("leave").map(|(id, _)| RoomId::new(id)).collect(),
            direct,
            account,
        })
    }
}

impl JoinedRoom {
    fn read(mut room: Object) -> Self {
        let state = events_of(&mut room, "state");
        let mut calls = live::begun_lately(&state);
        let state = state.iter().filter_map(StateEvent::read).collect();
        let mut timeline = take_object(&mut room, "timeline").unwrap_or_default();
        let events = take_array(&mut timeline, "events");
        calls.extend(live::calls(&events));
        let summary = json::object(&room, "summary");
        let unread = json::object(&room, "unread_notifications");
        let count = |object: Option<&Object>, key: &str| object?.get(key)?.as_u64();
        Self {
            state,
            limited: json::boolean(&timeline, "limited").unwrap_or(false),
            prev_batch: json::string(&timeline, "prev_batch").map(str::to_owned),
            calls,
            timeline: events.into_iter().filter_map(Event::read).collect(),
            heroes: summary
                .filter(|summary| summary.get("m.heroes").is_some_and(Value::is_array))
                .map(|summary| users(json::array(summary, "m.heroes"))),
            joined: count(summary, "m.joined_member_count"),
            invited: count(summary, "m.invited_member_count"),
            unread: count(unread, "notification_count")
                .map(|messages| (messages, count(unread, "highlight_count").unwrap_or_default())),
            typing: events_of(&mut room, "ephemeral")
                .iter()
                .filter_map(Value::as_object)
                .filter(|event| json::string(event, "type") == Some("m.typing"))
                .filter_map(|event| json::object(event, "content"))
                .map(|content| users(json::array(content, "user_ids")))
                .next_back(),
        }
    }
}

fn object(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

fn events_of(room: &mut Object, section: &str) -> Vec<Value> {
    take_object(room, section).map_or_else(Vec::new, |mut section| take_array(&mut section, "events"))
}

/// `m.direct`, and the rest.
fn account_data(answer: &mut Object) -> (Option<Object>, Vec<(String, Object)>) {
    let (mut direct, mut account) = (None, Vec::new());
    for mut event in events_of(answer, "account_data").into_iter().filter_map(object) {
        let Some(content) = take_object(&mut event, "content") else {
            continue;
        };
        match json::string(&event, "type") {
            Some("m.direct") => direct = Some(content),
            Some(event_type) => account.push((event_type.to_owned(), content)),
            None => {}
        }
    }
    (direct, account)
}

fn stripped_state(mut room: Object) -> Vec<StateEvent> {
    events_of(&mut room, "invite_state").iter().filter_map(StateEvent::read).collect()
}

fn users(list: &[Value]) -> Vec<UserId> {
    list.iter().filter_map(Value::as_str).take(MOST_TYPING).map(UserId::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(answer: Value) -> Option<SyncAnswer> {
        SyncAnswer::read(object(answer)?)
    }

    #[test]
    fn an_answer_without_a_next_batch_is_none() {
        for odd in [json!({}), json!({ "next_batch": 1 }), json!({ "next_batch": "" })] {
            assert_eq!(read(odd), None);
        }
    }

    #[test]
    fn one_bad_event_does_not_spoil_the_others() {
        let good = json!({ "event_id": "$1", "type": "m.room.message", "sender": "@a:x", "content": {} });
        let answer = read(json!({ "next_batch": "n", "rooms": { "join": {
            "!a": { "timeline": { "events": [1, null, {}, good, { "event_id": "$2" }], "limited": "yes", "prev_batch": 3 } },
            "!b": 7,
        } } }))
        .unwrap();
        assert_eq!(answer.joined.len(), 1);
        let room = &answer.joined[0].1;
        assert_eq!((room.timeline.len(), room.limited, room.prev_batch.clone()), (1, false, None));
    }

    #[test]
    fn what_did_not_change_is_told_from_what_became_empty() {
        let room = |room: Value| {
            read(json!({ "next_batch": "n", "rooms": { "join": { "!a": room } } })).unwrap().joined.remove(0).1
        };
        assert_eq!(room(json!({})), JoinedRoom::default());
        let changed = room(json!({
            "summary": { "m.heroes": [], "m.joined_member_count": 0 },
            "unread_notifications": { "notification_count": 0, "highlight_count": 0 },
            "ephemeral": { "events": [{ "type": "m.typing", "content": { "user_ids": [] } }] },
        }));
        assert_eq!((changed.heroes, changed.joined, changed.invited), (Some(vec![]), Some(0), None));
        assert_eq!((changed.unread, changed.typing), (Some((0, 0)), Some(vec![])));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let key = prop::sample::select(vec![
            "rooms",
            "join",
            "invite",
            "leave",
            "state",
            "timeline",
            "events",
            "limited",
            "prev_batch",
            "summary",
            "m.heroes",
            "unread_notifications",
            "ephemeral",
            "account_data",
            "invite_state",
            "type",
            "content",
            "event_id",
            "sender",
            "state_key",
            "unsigned",
            "prev_content",
            "m.relates_to",
            "rel_type",
            "m.new_content",
            "redacts",
            "membership",
            "call_id",
            "offer",
            "sdp",
            "!a",
        ]);
        let text = prop::sample::select(vec![
            "",
            "$1",
            "@a:x",
            "m.room.member",
            "m.room.message",
            "m.replace",
            "m.call.invite",
            "m.call.hangup",
            "m.room.redaction",
            "join",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..5).prop_map(|entries| {
                    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Object>().into()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn garbage_never_panics_and_never_gets_in_the_way_of_the_next_answer(rooms in any_json(), account in any_json()) {
            use crate::matrix::outbox::Outbox;
            use crate::matrix::store::Store;
            use crate::time::Millis;

            let (mut store, mut outbox) = (Store::new("@me:x".into()), Outbox::default());
            let answer = read(json!({ "next_batch": "n", "rooms": { "join": { "!a": rooms.clone() }, "invite": rooms.clone() }, "account_data": account }));
            store.apply(answer.unwrap(), &mut outbox, Millis(1));
            let second = read(json!({ "next_batch": "m", "rooms": rooms }));
            store.apply(second.unwrap(), &mut outbox, Millis(2));
            prop_assert_eq!(store.since(), Some("m"));
            for room in store.room_ids() {
                let _ = (store.view(&room), store.items(&room, &[], Millis(3)), store.members(&room, str::to_lowercase));
            }
            let _ = store.rows(Millis(3));
        }
    }
}
