//! Power levels (Client-Server API, `m.room.power_levels`), room version 12 included: there the creators are not listed
//! and outrank every level.

use serde_json::Value;

use crate::ids::UserId;
use crate::json::{self, Object};
use crate::ordered::{Map, Set};
use crate::room::{RoomState, StateEvent};

/// How much a user may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// A level as the room's state gives it.
    Level(i64),
    /// A creator of a room of version 12 or later.
    Creator,
}

/// A room's power levels, with the defaults of the specification filled in: users and message events 0, state events 50,
/// whether or not there is an `m.room.power_levels` event (matrix-spec #1479 ended the exception for rooms without one,
/// which servers had dropped as a security hole before).
#[derive(Clone, Debug, PartialEq)]
pub struct PowerLevels {
    /// Who outranks every level; empty before room version 12.
    creators: Set<UserId>,
    users: Map<UserId, i64>,
    users_default: i64,
    events: Map<String, i64>,
    events_default: i64,
    state_default: i64,
    invite: i64,
    kick: i64,
}

impl PowerLevels {
    /// Reads them from the room's state (`m.room.power_levels` and `m.room.create`).
    pub fn read(state: &RoomState) -> Self {
        let create = state.get("m.room.create", "");
        let none = Object::new();
        let levels = state.content("m.room.power_levels");
        let content = levels.unwrap_or(&none);
        let default = |key: &str, default: i64| content.get(key).and_then(level).unwrap_or(default);

        let mut users: Map<UserId, i64> =
            table(content, "users").map(|(user, level)| (user.as_str().into(), level)).collect();
        let creators = create.map(privileged_creators).unwrap_or_default();
        if let (None, Some(create)) = (levels, create) {
            users.insert(creator(create), 100);
        }
        Self {
            creators,
            users,
            users_default: default("users_default", 0),
            events: table(content, "events").map(|(event_type, level)| (event_type.clone(), level)).collect(),
            events_default: default("events_default", 0),
            state_default: default("state_default", 50),
            invite: default("invite", 0),
            kick: default("kick", 50),
        }
    }

    /// The power of `user`.
    pub fn of(&self, user: &UserId) -> Power {
        if self.creators.contains(user) {
            return Power::Creator;
        }
        Power::Level(self.users.get(user).copied().unwrap_or(self.users_default))
    }

    /// The level needed to send a state event of this type.
    pub fn needed_for_state(&self, event_type: &str) -> i64 {
        self.events.get(event_type).copied().unwrap_or(self.state_default)
    }

    /// The level needed to send a message event of this type.
    pub fn needed_for_event(&self, event_type: &str) -> i64 {
        self.events.get(event_type).copied().unwrap_or(self.events_default)
    }

    /// Whether `user` may send state events of this type.
    pub fn may_send_state(&self, user: &UserId, event_type: &str) -> bool {
        self.of(user) >= Power::Level(self.needed_for_state(event_type))
    }

    /// Whether `user` may send message events of this type.
    pub fn may_send_event(&self, user: &UserId, event_type: &str) -> bool {
        self.of(user) >= Power::Level(self.needed_for_event(event_type))
    }

    /// Whether `user` may invite others.
    pub fn may_invite(&self, user: &UserId) -> bool {
        self.of(user) >= Power::Level(self.invite)
    }

    /// Whether `user` may remove `other`, who is somebody else: that takes more power than theirs.
    pub fn may_kick(&self, user: &UserId, other: &UserId) -> bool {
        user != other && self.of(user) >= Power::Level(self.kick) && self.of(user) > self.of(other)
    }
}

/// A level. Rooms before version 10 may hold it as a string (room version 10, "Values in `m.room.power_levels` events must
/// be integers"); in later ones servers refuse such an event, so that it need not be told apart here.
fn level(value: &Value) -> Option<i64> {
    json::as_integer(value).or_else(|| value.as_str()?.trim().parse().ok())
}

/// The readable entries of a map of levels.
fn table<'a>(content: &'a Object, key: &str) -> impl Iterator<Item = (&'a String, i64)> {
    json::object(content, key).into_iter().flatten().filter_map(|(name, value)| Some((name, level(value)?)))
}

/// The room's version; a room that names none is of version 1.
fn version(create: &StateEvent) -> &str {
    json::string(&create.content, "room_version").unwrap_or("1")
}

/// The creators that outrank every level: since room version 12 (MSC4289) the sender of `m.room.create` and its
/// `additional_creators`. `org.matrix.hydra.11` was the version's name before it had a number.
fn privileged_creators(create: &StateEvent) -> Set<UserId> {
    let version = version(create);
    let privileged = version == "org.matrix.hydra.11" || version.parse::<u32>().is_ok_and(|number| number >= 12);
    if !privileged {
        return Set::default();
    }
    let more = json::array(&create.content, "additional_creators");
    let more = more.iter().filter_map(|user| user.as_str().map(UserId::from));
    more.chain([create.sender.clone()]).collect()
}

/// The room's creator, who has 100 while no `m.room.power_levels` event says otherwise. Room version 11 took `creator` out
/// of the content: from there on it is anybody's claim, and the sender counts.
fn creator(create: &StateEvent) -> UserId {
    let named = version(create).parse::<u32>().is_ok_and(|number| number < 11);
    json::string(&create.content, "creator").filter(|_| named).map_or_else(|| create.sender.clone(), UserId::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WIDGET: &str = "im.vector.modular.widgets";

    fn levels(create: Value, power_levels: Option<Value>) -> PowerLevels {
        let event = |event_type: &str, content: Value| {
            StateEvent::read(&json!({
                "type": event_type, "state_key": "", "sender": "@ann:chat.test", "content": content,
            }))
        };
        let state = event("m.room.create", create)
            .into_iter()
            .chain(power_levels.and_then(|content| event("m.room.power_levels", content)))
            .collect();
        PowerLevels::read(&state)
    }

    #[test]
    fn an_event_of_its_own_level_goes_before_the_default() {
        let levels = levels(
            json!({ "room_version": "10" }),
            Some(json!({
                "users": { "@ann:chat.test": 100 }, "users_default": 10, "state_default": 60,
                "events": { WIDGET: 5 },
            })),
        );
        assert_eq!(levels.of(&"@ben:chat.test".into()), Power::Level(10));
        assert_eq!(levels.needed_for_state(WIDGET), 5);
        assert_eq!(levels.needed_for_state("m.room.topic"), 60);
        assert_eq!(levels.needed_for_event("m.room.message"), 0);
        assert!(levels.may_send_state(&"@ben:chat.test".into(), WIDGET));
        assert!(!levels.may_send_state(&"@ben:chat.test".into(), "m.room.topic"));
    }

    #[test]
    fn a_room_without_power_levels_belongs_to_its_creator() {
        let old = levels(json!({ "room_version": "10", "creator": "@cat:chat.test" }), None);
        assert_eq!(old.of(&"@cat:chat.test".into()), Power::Level(100));
        assert_eq!(old.of(&"@ann:chat.test".into()), Power::Level(0));
        assert_eq!(old.needed_for_state(WIDGET), 50);
    }

    #[test]
    fn since_version_11_the_sender_created_the_room_whatever_the_content_claims() {
        let new = levels(json!({ "room_version": "11", "creator": "@cat:chat.test" }), None);
        assert_eq!(new.of(&"@ann:chat.test".into()), Power::Level(100));
        assert_eq!(new.of(&"@cat:chat.test".into()), Power::Level(0));
    }

    #[test]
    fn with_power_levels_an_old_creator_is_nobody_special() {
        let levels = levels(json!({ "room_version": "10", "creator": "@ann:chat.test" }), Some(json!({})));
        assert_eq!(levels.of(&"@ann:chat.test".into()), Power::Level(0));
    }

    #[test]
    fn creators_of_a_version_12_room_outrank_every_level() {
        for version in ["12", "13", "org.matrix.hydra.11"] {
            let levels = levels(
                json!({ "room_version": version, "additional_creators": ["@ben:chat.test", 7] }),
                Some(json!({ "users": {}, "events": { WIDGET: i64::MAX } })),
            );
            for creator in ["@ann:chat.test", "@ben:chat.test"] {
                assert_eq!(levels.of(&creator.into()), Power::Creator, "{version}");
                assert!(levels.may_send_state(&creator.into(), WIDGET));
            }
            assert!(!levels.may_send_state(&"@cat:chat.test".into(), WIDGET));
        }
    }

    #[test]
    fn additional_creators_mean_nothing_before_version_12() {
        for create in [
            json!({ "room_version": "11", "additional_creators": ["@ben:chat.test"] }),
            json!({ "additional_creators": ["@ben:chat.test"] }),
            json!({ "room_version": 12, "additional_creators": ["@ben:chat.test"] }),
            json!({ "room_version": "example.12", "additional_creators": ["@ben:chat.test"] }),
        ] {
            let levels = levels(create, Some(json!({})));
            assert_eq!(levels.of(&"@ben:chat.test".into()), Power::Level(0));
        }
    }

    #[test]
    fn a_level_may_be_a_string_in_an_old_room() {
        let levels = levels(json!({}), Some(json!({ "users": { "@ann:chat.test": "50" }, "state_default": " -3 " })));
        assert_eq!(levels.of(&"@ann:chat.test".into()), Power::Level(50));
        assert_eq!(levels.needed_for_state(WIDGET), -3);
    }

    #[test]
    fn an_unreadable_level_is_the_default() {
        for garbage in [json!(null), json!("much"), json!([100]), json!({}), json!(1.5), json!(1e300)] {
            let levels = levels(
                json!({ "room_version": "10" }),
                Some(json!({
                    "users": { "@ann:chat.test": garbage }, "users_default": garbage,
                    "events": { WIDGET: garbage }, "state_default": garbage, "events_default": garbage,
                })),
            );
            assert_eq!(levels.of(&"@ann:chat.test".into()), Power::Level(0));
            assert_eq!(levels.needed_for_state(WIDGET), 50, "{garbage}");
            assert_eq!(levels.needed_for_event(WIDGET), 0, "{garbage}");
        }
    }
}
