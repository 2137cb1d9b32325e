//! A room as it is kept while calls look at it: a change costs what changed, not what there is. A room of a hundred thousand
//! people with a widget for each day of a year must not be read anew for every message in it.

use std::sync::Arc;

use serde_json::Value;

use crate::ids::UserId;
use crate::json;
use crate::meet::video_room;
use crate::meet::widget::{EVENT_TYPE, MOST_WIDGETS, MeetWidget, STABLE_EVENT_TYPE};
use crate::ordered::Set;
use crate::room::facts::public_name;
use crate::room::{PowerLevels, RoomFacts, RoomState, StateEvent, functional_members, joined_people};
use crate::room_widget::{RoomWidget, is_one};

/// How many running conferences are kept. More than are offered, so that others take the place of those that end; no room has so
/// many by anything but an attack, and then the newest are not seen until the room is read anew.
const MOST_KEPT: usize = 10 * MOST_WIDGETS;

/// A room: what calls know of it, and what that was read from.
#[derive(Clone, Debug)]
pub struct KeptRoom {
    facts: RoomFacts,
    /// What the facts are read from. Of members only those that the room declares to be bots.
    state: RoomState,
    /// Whom the room declares to be bots.
    bots: Set<UserId>,
    /// The server's count of joined members.
    joined: Option<u64>,
    /// All running conferences, in the order in which they are offered.
    conferences: Vec<MeetWidget>,
}

impl KeptRoom {
    /// Reads the JSON that [`Host::room`](crate::host::Host::room) gives.
    pub fn read(room: &Value, me: &UserId) -> Option<Self> {
        let facts = RoomFacts::read(room, me)?;
        let room = room.as_object()?;
        let mut state: RoomState = json::array(room, "state").iter().filter_map(StateEvent::read).collect();
        let joined = json::integer(room, "joined_member_count").and_then(|count| u64::try_from(count).ok());
        let conferences = MeetWidget::every_in(&state);
        let bots = functional_members(&state);
        state.retain("m.room.member", |user| bots.contains(&user.into()));
        Some(Self { facts, state, bots, joined, conferences })
    }

    /// What calls know of the room.
    pub fn facts(&self) -> &RoomFacts {
        &self.facts
    }

    /// What they are read from: of members only those that the room declares to be bots.
    pub fn state(&self) -> &RoomState {
        &self.state
    }

    /// Takes the newest events of their types and keys, and the server's count of joined members as it is now. `false` when they say too
    /// little and the room is to be read anew.
    #[must_use]
    pub fn take(&mut self, events: &[Value], joined: Option<u64>) -> bool {
        self.joined = joined.or(self.joined);
        let mut widgets = Set::default();
        if !events.iter().filter_map(StateEvent::read).all(|event| self.take_one(event, &mut widgets)) {
            return false;
        }
        if self.joined.is_some() {
            self.facts.people = joined_people(&self.state, self.joined);
        }
        if !widgets.is_empty() {
            self.widgets_changed(&widgets);
        }
        true
    }

    /// Takes an event; the keys of widgets go into `widgets`.
    fn take_one(&mut self, event: StateEvent, widgets: &mut Set<String>) -> bool {
        let (kind, key) = (event.event_type.as_str(), event.state_key.as_str());
        match kind {
            // Who is a bot now may be somebody whose membership was not kept.
            "io.element.functional_members" => return false,
            "m.room.member" => {
                // Without the server's count they are counted one by one, for which all are needed; and whether I am in it is not
                // told by an event alone.
                if self.joined.is_none() || key == self.facts.me.as_str() {
                    return false;
                }
                if self.bots.contains(&key.into()) {
                    self.state.set(event);
                }
            }
            EVENT_TYPE | STABLE_EVENT_TYPE => {
                widgets.insert(event.state_key.clone());
                self.state.set(event);
            }
            // Read where it is shown: who is in a video room is no part of the facts.
            video_room::MEMBER_TYPE => {}
            _ => {
                self.state.set(event);
                self.facts.power = Arc::new(PowerLevels::read(&self.state));
                self.facts.encrypted |= self.state.get("m.room.encryption", "").is_some();
                self.facts.video_room = video_room::is_video_room(&self.state);
                self.facts.public_name = public_name(&self.state);
            }
        }
        true
    }

    fn widgets_changed(&mut self, keys: &Set<String>) {
        let mut changed = false;
        self.conferences.retain(|widget| {
            let stays = !keys.contains(widget.id.as_str());
            changed |= !stays;
            stays
        });
        for widget in keys.iter().filter_map(|key| MeetWidget::at(&self.state, key)) {
            let place = self.conferences.partition_point(|known| MeetWidget::offered_before(known, &widget).is_le());
            changed |= place < MOST_WIDGETS;
            self.conferences.insert(place, widget);
        }
        self.conferences.truncate(MOST_KEPT);
        if changed {
            self.facts.conferences = self.conferences.iter().take(MOST_WIDGETS).cloned().collect();
        }
        // Of calls of another kind there is none, or one: only what concerns one is worth a look at all widgets.
        let is_it = |key: &String| self.facts.widget.as_ref().is_some_and(|widget| widget.id.as_str() == key);
        if keys.iter().any(|key| is_it(key) || self.state.get(EVENT_TYPE, key).is_some_and(is_one)) {
            self.facts.widget = RoomWidget::first_in(&self.state);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event(kind: &str, key: &str, id: u64, content: Value) -> Value {
        json!({
            "type": kind, "state_key": key, "sender": "@ann:chat.test", "event_id": format!("${id}"),
            "origin_server_ts": id, "content": content,
        })
    }

    fn conference(key: &str, id: u64, kind: &str) -> Value {
        let data = json!({ "domain": "meet.test", "conferenceId": format!("c{id}") });
        event(kind, key, id, json!({ "type": "jitsi", "url": "https://w.test/", "data": data }))
    }

    /// A call of another kind, and what is left of one.
    fn hybrid(on: bool) -> Value {
        if on {
            json!({ "type": "m.custom", "url": "https://call.test/", "io.element.managed_hybrid": true })
        } else {
            json!({})
        }
    }

    fn room(joined: Option<u64>, state: &[Value]) -> Value {
        json!({ "room_id": "!room", "membership": "join", "joined_member_count": joined, "state": state })
    }

    fn kept(room: &Value) -> KeptRoom {
        KeptRoom::read(room, &"@me:chat.test".into()).unwrap()
    }

    #[test]
    fn a_conference_that_begins_ends_and_is_edited_is_seen_without_reading_the_room_anew() {
        let mut kept = kept(&room(Some(3), &[conference("old", 5, EVENT_TYPE)]));
        let ids = |kept: &KeptRoom| -> Vec<String> {
            kept.facts().conferences.iter().map(|widget| widget.id.to_string()).collect()
        };
        assert!(kept.take(&[conference("new", 9, EVENT_TYPE), conference("older", 2, STABLE_EVENT_TYPE)], None));
        assert_eq!(ids(&kept), ["older", "old", "new"]);
        assert!(kept.take(&[event(EVENT_TYPE, "old", 10, json!({}))], None));
        assert_eq!(ids(&kept), ["older", "new"]);
        // Blank under one type and standing under the other, older one: ended.
        assert!(kept.take(&[event(EVENT_TYPE, "older", 11, json!({}))], None));
        assert_eq!(ids(&kept), ["new"]);
    }

    #[test]
    fn people_come_and_go_by_the_server_s_count_and_bots_are_still_nobody() {
        let bots = event("io.element.functional_members", "", 1, json!({ "service_members": ["@bot:x"] }));
        let bot = |membership: &str| event("m.room.member", "@bot:x", 2, json!({ "membership": membership }));
        let mut kept = kept(&room(Some(3), &[bots, bot("join")]));
        assert_eq!(kept.facts().people, 2);
        let ben = event("m.room.member", "@ben:x", 3, json!({ "membership": "join" }));
        assert!(kept.take(&[ben], Some(4)));
        assert_eq!(kept.facts().people, 3);
        assert!(kept.take(&[bot("leave")], Some(3)));
        assert_eq!(kept.facts().people, 3);
    }

    #[test]
    fn what_an_event_does_not_tell_alone_asks_for_the_whole_room() {
        let member = |user: &str| event("m.room.member", user, 3, json!({ "membership": "join" }));
        assert!(!kept(&room(Some(3), &[])).take(&[member("@me:chat.test")], None));
        assert!(!kept(&room(None, &[])).take(&[member("@ben:x")], None));
        let bots = event("io.element.functional_members", "", 1, json!({}));
        assert!(!kept(&room(Some(3), &[])).take(&[bots], None));
    }

    proptest! {
        /// However a room came to be what it is, piece by piece or read at once, calls know the same of it.
        #[test]
        fn a_room_kept_up_to_date_is_the_room_read_anew(
            changes in prop::collection::vec((0..8_usize, 0..4_usize, any::<bool>()), 0..40),
            cut in 0..40_usize,
        ) {
            let bots = event("io.element.functional_members", "", 0, json!({ "service_members": ["@bot0:x", "@bot1:x"] }));
            let mut events = vec![bots];
            for (at, (what, key, on)) in changes.into_iter().enumerate() {
                let id = u64::try_from(at).unwrap() + 1;
                events.push(match what {
                    0 | 1 if on => conference(&key.to_string(), id, if what == 0 { EVENT_TYPE } else { STABLE_EVENT_TYPE }),
                    0 => event(EVENT_TYPE, &key.to_string(), id, json!({})),
                    1 => event(STABLE_EVENT_TYPE, &key.to_string(), id, json!({})),
                    2 => event("m.room.power_levels", "", id, json!({ "users_default": key, "state_default": 50 })),
                    3 => event("m.room.name", "", id, json!({ "name": if on { "Team" } else { "" } })),
                    4 if on => event("m.room.encryption", "", id, json!({ "algorithm": "m.megolm.v1.aes-sha2" })),
                    7 => event(EVENT_TYPE, &key.to_string(), id, hybrid(on)),
                    5 => event("m.room.canonical_alias", "", id, json!({ "alias": "#a:x" })),
                    _ => event("m.room.member", &format!("@bot{key}:x"), id, json!({ "membership": if on { "join" } else { "leave" } })),
                });
            }
            let cut = cut.min(events.len() - 1) + 1;
            let mut kept = kept(&room(Some(9), &events[..cut]));
            for event in &events[cut..] {
                prop_assert!(kept.take(std::slice::from_ref(event), Some(9)));
            }
            let anew = RoomFacts::read(&room(Some(9), &events), &"@me:chat.test".into()).unwrap();
            prop_assert_eq!(kept.facts(), &anew);
        }
    }
}
