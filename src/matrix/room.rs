//! A room as the client keeps it.

use crate::call::history;
use crate::ids::{EventId, UserId};
use crate::json;
use crate::matrix::event::{Event, after_redaction};
use crate::matrix::filter::STATE_TYPES;
use crate::matrix::name::{NameIndex, Summary};
use crate::matrix::timeline::Timeline;
use crate::meet::video_room;
use crate::ordered::{Map, Set};
use crate::room::{Membership, RoomState, StateEvent};
use crate::time::Millis;

/// The most members that are kept of one room. A public room can have a hundred thousand; a list of so many helps no one, and
/// each costs about half a kilobyte.
pub const MOST_MEMBERS: usize = 20_000;
/// The most state events of any other type: no room has a reason for more widgets than this.
pub const MOST_OF_A_TYPE: usize = 500;
/// The types that have one event per state key. Of all others only the one with the empty key means anything: more of them are
/// not kept, so that nobody can fill the place of the room's encryption.
const KEYED_TYPES: [&str; 4] = ["m.room.member", "im.vector.modular.widgets", "m.widget", video_room::MEMBER_TYPE];

/// A room.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// My membership.
    pub membership: Membership,
    /// Who is in it, by the server's count, and whom to name it after.
    pub summary: Summary,
    /// Unread messages that notify.
    pub unread: u64,
    /// Unread mentions.
    pub mentions: u64,
    /// The loaded part of its timeline.
    pub timeline: Timeline,
    /// Who is typing.
    pub typing: Vec<UserId>,
    /// When something last happened in it, never in the future.
    pub latest: Millis,
    /// All members are known, not only those that were seen.
    pub members_loaded: bool,
    state: RoomState,
    names: NameIndex,
    keys: Map<String, usize>,
}

impl Room {
    /// A room of which nothing is known but my membership.
    pub fn new(membership: Membership) -> Self {
        Self {
            membership,
            summary: Summary::default(),
            unread: 0,
            mentions: 0,
            timeline: Timeline::default(),
            typing: Vec::new(),
            latest: Millis::default(),
            members_loaded: false,
            state: RoomState::default(),
            names: NameIndex::default(),
            keys: Map::default(),
        }
    }

    /// The room's state.
    pub fn state(&self) -> &RoomState {
        &self.state
    }

    /// Which display names are used how often.
    pub fn names(&self) -> &NameIndex {
        &self.names
    }

    /// Takes a state event as the newest of its type and key. Types that no one reads and what goes beyond the bounds are
    /// passed over.
    pub fn set_state(&mut self, event: StateEvent) {
        let event_type = event.event_type.as_str();
        let is_single = !KEYED_TYPES.contains(&event_type);
        // Where everybody may write these, one of another name is nobody's entry: of such there would be as many as one likes, and no
        // place left for people's.
        let is_forged = event_type == video_room::MEMBER_TYPE && event.sender.as_str() != event.state_key;
        if !STATE_TYPES.contains(&event_type) || (is_single && !event.state_key.is_empty()) || is_forged {
            return;
        }
        let old = self.state.get(event_type, &event.state_key);
        if old.is_none() {
            // Whoever was ever in a video room's conference has left one of these.
            if event_type == video_room::MEMBER_TYPE && json::array(&event.content, "devices").is_empty() {
                return;
            }
            let is_member = event_type == "m.room.member";
            let most = if is_member { MOST_MEMBERS } else { MOST_OF_A_TYPE };
            let kept = self.keys.or_insert(event.event_type.clone(), 0);
            if *kept >= most {
                return;
            }
            *kept += 1;
        }
        if event_type == "m.room.member" {
            self.names.replace(old.map(|old| &old.content), &event.content);
        }
        self.state.set(event);
    }

    /// Takes a member event that says how a member was at some time, which is better than nothing.
    pub fn set_member_if_unknown(&mut self, event: StateEvent) {
        if event.event_type == "m.room.member" && !self.knows_member(&event.state_key) {
            self.set_state(event);
        }
    }

    /// Whether there is a member event of this user.
    pub fn knows_member(&self, user: &str) -> bool {
        self.state.get("m.room.member", user).is_some()
    }

    /// Takes new events of the timeline, and what they change in the state. Gives the types and keys of that.
    pub fn append(&mut self, events: Vec<Event>, before: Option<String>, now: Millis) -> Set<(String, String)> {
        let mut changed = Set::default();
        for event in &events {
            if let Some(state) = event.as_state() {
                changed.insert((state.event_type.clone(), state.state_key.clone()));
                self.set_state(state);
            }
            if let Some(target) = &event.redacts {
                changed.extend(self.redact_state(target));
            }
            if counts_as_activity(event) {
                self.latest = self.latest.max(event.at.min(now));
            }
        }
        self.timeline.append(events, before);
        changed
    }

    /// Whether the room is encrypted. Nothing can switch that off again.
    pub fn is_encrypted(&self) -> bool {
        self.state.get("m.room.encryption", "").is_some()
    }

    /// Whether anybody may join it.
    pub fn is_public(&self) -> bool {
        self.state.content("m.room.join_rules").and_then(|rules| json::string(rules, "join_rule")) == Some("public")
    }

    /// A member's name in this room.
    pub fn member_name(&self, user: &UserId) -> String {
        self.names.of(&self.state, user)
    }

    /// The `mxc:` address of a member's avatar.
    pub fn member_avatar(&self, user: &UserId) -> Option<String> {
        let member = self.state.get("m.room.member", user.as_str())?;
        json::string(&member.content, "avatar_url").filter(|url| !url.is_empty()).map(str::to_owned)
    }

    fn redact_state(&mut self, target: &EventId) -> Option<(String, String)> {
        let mut event = self.state.iter().find(|event| event.event_id == *target).cloned()?;
        event.content = after_redaction(&event.event_type, &event.content);
        let place = (event.event_type.clone(), event.state_key.clone());
        self.set_state(event);
        Some(place)
    }
}

/// Whether an event moves its room up in the list: what people say, conferences and the beginning of a call do, comings and goings
/// and the rest of a call don't.
fn counts_as_activity(event: &Event) -> bool {
    match event.state_key {
        None => match event.event_type.as_str() {
            "m.room.redaction" | "m.reaction" => false,
            event_type => history::name_of(event_type).is_none_or(|name| name == "invite") && !event.is_edit(),
        },
        Some(_) => !matches!(event.event_type.as_str(), "m.room.member" | video_room::MEMBER_TYPE),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn state(event_type: &str, key: &str, content: Value) -> StateEvent {
        let event = json!({ "type": event_type, "state_key": key, "sender": "@ann:hs.test", "event_id": "$s", "content": content });
        StateEvent::read(&event).unwrap()
    }

    fn event(extra: Value) -> Event {
        let mut event = json!({ "event_id": "$e", "sender": "@ann:hs.test", "type": "m.room.message" });
        event.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Event::read(event).unwrap()
    }

    #[test]
    fn a_date_in_the_future_does_not_pin_a_room_to_the_top() {
        let mut room = Room::new(Membership::Join);
        room.append(vec![event(json!({ "origin_server_ts": u64::MAX }))], None, Millis(50));
        assert_eq!(room.latest, Millis(50));
    }

    #[test]
    fn comings_goings_and_reactions_are_no_activity() {
        let mut room = Room::new(Membership::Join);
        let quiet = [
            json!({ "event_id": "$1", "type": "m.room.member", "state_key": "@a:x", "origin_server_ts": 9 }),
            json!({ "event_id": "$2", "type": "m.reaction", "origin_server_ts": 9 }),
            json!({ "event_id": "$3", "type": "io.element.video.member", "state_key": "@a:x", "origin_server_ts": 9 }),
        ];
        room.append(quiet.map(event).into(), None, Millis(50));
        assert_eq!(room.latest, Millis(0));
    }

    #[test]
    fn nobody_can_fill_the_memory_with_widgets_and_those_there_still_change() {
        let mut room = Room::new(Membership::Join);
        for n in 0..MOST_OF_A_TYPE + 10 {
            room.set_state(state("m.widget", &n.to_string(), json!({ "n": 1 })));
        }
        assert_eq!(room.state().all("m.widget").count(), MOST_OF_A_TYPE);
        room.set_state(state("m.widget", "0", json!({ "n": 2 })));
        assert_eq!(room.state().get("m.widget", "0").unwrap().content["n"], 2);
    }

    #[test]
    fn an_entry_in_a_video_room_under_another_name_takes_nobody_s_place() {
        let mut room = Room::new(Membership::Join);
        for key in ["@bob:hs.test", "x", "@ann:hs.test"] {
            room.set_state(state(video_room::MEMBER_TYPE, key, json!({ "devices": ["D"] })));
        }
        let kept: Vec<_> = room.state().all(video_room::MEMBER_TYPE).map(|event| event.state_key.as_str()).collect();
        assert_eq!(kept, ["@ann:hs.test"]);
    }

    #[test]
    fn who_has_left_a_video_room_s_conference_takes_no_place_and_who_leaves_it_now_is_seen_to() {
        let mut room = Room::new(Membership::Join);
        let mut entry = |devices: Value| {
            room.set_state(state(video_room::MEMBER_TYPE, "@ann:hs.test", json!({ "devices": devices })));
            let kept = room.state().get(video_room::MEMBER_TYPE, "@ann:hs.test");
            kept.map(|event| event.content["devices"].clone())
        };
        assert_eq!(entry(json!([])), None);
        assert_eq!(entry(json!(["D"])), Some(json!(["D"])));
        assert_eq!(entry(json!([])), Some(json!([])));
    }

    /// A room's admin could fill the bound with encryption events of other keys first; what then makes the room encrypted would
    /// be passed over, and messages would leave in clear.
    #[test]
    fn nobody_can_take_the_place_of_the_encryption_event() {
        let mut room = Room::new(Membership::Join);
        for n in 0..=MOST_OF_A_TYPE {
            room.set_state(state("m.room.encryption", &n.to_string(), json!({})));
        }
        assert!(!room.is_encrypted());
        room.set_state(state("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" })));
        assert!(room.is_encrypted());
    }

    #[test]
    fn state_that_no_one_reads_is_not_kept() {
        let mut room = Room::new(Membership::Join);
        room.set_state(state("org.odd", "", json!({})));
        assert_eq!(room.state().iter().count(), 0);
    }

    #[test]
    fn a_redacted_widget_is_gone_and_a_redacted_member_keeps_being_one() {
        let mut room = Room::new(Membership::Join);
        room.set_state(state("m.widget", "w", json!({ "type": "jitsi" })));
        room.append(vec![event(json!({ "type": "m.room.redaction", "redacts": "$s" }))], None, Millis(1));
        assert!(room.state().get("m.widget", "w").unwrap().content.is_empty());

        let mut room = Room::new(Membership::Join);
        room.set_state(state("m.room.member", "@ann:hs.test", json!({ "membership": "join", "displayname": "Ann" })));
        room.append(vec![event(json!({ "type": "m.room.redaction", "redacts": "$s" }))], None, Millis(1));
        assert_eq!(room.member_name(&"@ann:hs.test".into()), "ann");
        assert!(room.knows_member("@ann:hs.test"));
    }

    #[test]
    fn encryption_stays_on_whatever_the_event_becomes() {
        let mut room = Room::new(Membership::Join);
        assert!(!room.is_encrypted());
        room.set_state(state("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" })));
        room.append(vec![event(json!({ "type": "m.room.redaction", "redacts": "$s" }))], None, Millis(1));
        room.set_state(state("m.room.encryption", "", json!({})));
        assert!(room.is_encrypted());
    }
}
