//! One room as the call buttons and conferences see it, read from what a host hands over (`host::Host::room`).

use std::sync::Arc;

use serde_json::Value;

use crate::ids::{RoomId, UserId, WidgetId};
use crate::json;
use crate::meet::video_room;
use crate::meet::widget::MeetWidget;
use crate::room::{PowerLevels, RoomState, StateEvent, joined_people};
use crate::room_widget::RoomWidget;

/// My membership in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// In it.
    Join,
    /// Invited.
    Invite,
    /// Anything else: left, banned, knocking.
    Out,
}

/// What the call components know of a room.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomFacts {
    /// The room.
    pub room_id: RoomId,
    /// Who I am.
    pub me: UserId,
    /// Whether I am in it.
    pub membership: Membership,
    /// Joined people without functional members, me included.
    pub people: u64,
    /// Whether the room is encrypted (it has an `m.room.encryption` event).
    pub encrypted: bool,
    /// Who may what.
    pub power: Arc<PowerLevels>,
    /// The running Meet conferences, the one to join first (see [`MeetWidget::all_in`]).
    pub conferences: Arc<[MeetWidget]>,
    /// The call of another kind.
    pub widget: Option<Arc<RoomWidget>>,
    /// It is a video room: one conference, and no calls beside it.
    pub video_room: bool,
    /// What the room's state calls it in clear: `m.room.name`, else `m.room.canonical_alias`. Never made of members' names.
    pub public_name: Option<String>,
}

/// How many conferences beside the one on offer are listed. There are more by an attack only, and each that ends makes place for the next.
const MOST_BESIDE: usize = 3;

impl RoomFacts {
    /// The conferences that run beside this one: phones may take any of them (`mobile.md` 4.4, V15).
    pub fn beside(&self, one: &WidgetId) -> Vec<MeetWidget> {
        self.conferences.iter().filter(|widget| widget.id != *one).take(MOST_BESIDE).cloned().collect()
    }

    /// Reads the JSON that [`Host::room`](crate::host::Host::room) gives.
    pub fn read(room: &Value, me: &UserId) -> Option<Self> {
        let room = room.as_object()?;
        let state: RoomState = json::array(room, "state").iter().filter_map(StateEvent::read).collect();
        let membership = match json::string(room, "membership")? {
            "join" => Membership::Join,
            "invite" => Membership::Invite,
            _ => Membership::Out,
        };
        let joined = json::integer(room, "joined_member_count").and_then(|count| u64::try_from(count).ok());
        Some(Self::from_state(json::string(room, "room_id")?.into(), me.clone(), membership, &state, joined))
    }

    /// Derives the facts from a room's state. `joined` is the server's count of joined members, when known.
    pub fn from_state(
        room_id: RoomId,
        me: UserId,
        membership: Membership,
        state: &RoomState,
        joined: Option<u64>,
    ) -> Self {
        Self {
            room_id,
            me,
            membership,
            people: joined_people(state, joined),
            encrypted: state.get("m.room.encryption", "").is_some(),
            power: Arc::new(PowerLevels::read(state)),
            conferences: MeetWidget::all_in(state).into(),
            widget: RoomWidget::first_in(state),
            video_room: video_room::is_video_room(state),
            public_name: public_name(state),
        }
    }
}

pub(super) fn public_name(state: &RoomState) -> Option<String> {
    let named = |event_type: &str, key: &str| {
        let name = json::string(state.content(event_type)?, key)?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    named("m.room.name", "name").or_else(|| named("m.room.canonical_alias", "alias"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(room: &Value) -> Option<RoomFacts> {
        RoomFacts::read(room, &"@ann:chat.test".into())
    }

    fn event(event_type: &str, content: Value) -> Value {
        json!({ "type": event_type, "state_key": "", "sender": "@ann:chat.test", "content": content })
    }

    #[test]
    fn a_room_is_read_from_what_the_host_hands_over() {
        let room = read(&json!({
            "room_id": "!room", "membership": "join", "joined_member_count": 3.0,
            "state": [event("m.room.encryption", json!({})), event("m.room.name", json!({ "name": " Team " })), 7],
        }));
        let room = room.map(|room| (room.membership, room.people, room.encrypted, room.public_name));
        assert_eq!(room, Some((Membership::Join, 3, true, Some("Team".to_owned()))));
    }

    #[test]
    fn a_room_without_a_name_goes_by_its_alias_and_never_by_its_people() {
        let named =
            |state: Value| read(&json!({ "room_id": "!room", "membership": "invite", "state": state }))?.public_name;
        let alias = event("m.room.canonical_alias", json!({ "alias": "#team:chat.test" }));
        let blank = event("m.room.name", json!({ "name": "  " }));
        assert_eq!(named(json!([blank, alias])).as_deref(), Some("#team:chat.test"));
        let member = json!({
            "type": "m.room.member", "state_key": "@ben:chat.test", "sender": "@ben:chat.test",
            "content": { "membership": "join", "displayname": "Ben" },
        });
        assert_eq!(named(json!([member])), None);
    }

    #[test]
    fn of_the_conferences_beside_the_one_on_offer_a_few_are_listed() {
        let conference = |id: usize| {
            json!({
                "type": "im.vector.modular.widgets", "state_key": id.to_string(), "sender": "@ann:chat.test", "event_id": "$1",
                "origin_server_ts": id,
                "content": { "type": "jitsi", "url": "https://w.test/", "data": { "domain": "meet.test", "conferenceId": id.to_string() } },
            })
        };
        let beside = |count: usize, one: &str| -> Vec<String> {
            let state: Vec<Value> = (0..count).map(conference).collect();
            let room = read(&json!({ "room_id": "!room", "membership": "join", "state": state })).expect("a room");
            room.beside(&one.into()).iter().map(|widget| widget.id.to_string()).collect()
        };
        assert!(beside(0, "0").is_empty() && beside(1, "0").is_empty());
        let mut others = beside(3, "1");
        others.sort();
        assert_eq!(others, ["0", "2"]);
        assert_eq!(beside(9, "0").len(), MOST_BESIDE);
        assert_eq!(beside(2, "gone").len(), 2);
    }

    #[test]
    fn what_is_no_room_is_none() {
        for room in [json!(null), json!([]), json!({ "room_id": "!room" }), json!({ "membership": "join" })] {
            assert_eq!(read(&room), None, "{room}");
        }
    }
}
