//! What a person chose for conferences: whether and how they ring, and whether one ends with the last one in it.
//!
//! All of it lives in the browser's storage, by person, and in no account data. What rings here is a matter of this device, as sound is;
//! whoever wants a room quiet everywhere mutes it, which is a push rule: it follows the account, every client heeds it, and so do
//! we (`Host::notifies_in`). Account data would be one more object that each tab and device replaces as a whole, over the network.
//! A change is made on what is stored at that moment, which no other tab can come between.

use serde_json::Value;

use crate::ids::RoomId;
use crate::json::{self, Object};

/// How many rooms can be kept quiet; one more, and the first rings again. Nobody presses as often, and it is read whenever something
/// changes.
const MOST_ROOMS: usize = 500;
/// The longest room id, in bytes (Matrix, "Identifier Grammar").
const LONGEST_ID: usize = 255;
/// The most keys of a newer version that are kept.
const MOST_UNKNOWN: usize = 32;
/// The longest of their values, as text.
const LONGEST_UNKNOWN: usize = 4 << 10;

/// A small room has at most so many people (`chat-web.md` 8, 2 asks for a bound by size): in a larger one few of those who hear it are meant.
const SMALL_ROOM: u64 = 15;

const RING: &str = "ring";
const SOUND: &str = "sound";
const QUIET_ROOMS: &str = "quiet_rooms";
const AUTO_END: &str = "auto_end";

/// When a conference that rings is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingSound {
    /// Never: it is only seen.
    Never,
    /// In small rooms.
    #[default]
    SmallRooms,
    /// In every room.
    Always,
}

impl RingSound {
    /// All, the quietest first.
    pub const ALL: [Self; 3] = [Self::Never, Self::SmallRooms, Self::Always];

    /// Its name in the storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "off",
            Self::SmallRooms => "small_rooms",
            Self::Always => "always",
        }
    }

    /// Whether a ring is heard in a room of so many people.
    pub const fn is_heard_among(self, people: u64) -> bool {
        match self {
            Self::Never => false,
            Self::SmallRooms => people <= SMALL_ROOM,
            Self::Always => true,
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sound| sound.name() == name)
    }
}

/// A person's choices on one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// Conferences ring.
    pub ring: bool,
    /// When they are heard.
    pub sound: RingSound,
    /// A conference ends when the last one in it leaves; `None` follows the site.
    pub auto_end: Option<bool>,
    /// Rooms in which none rings, the latest last.
    quiet_rooms: Vec<RoomId>,
    /// What a newer version stored.
    unknown: Object,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            ring: true,
            sound: RingSound::default(),
            auto_end: None,
            quiet_rooms: Vec::new(),
            unknown: Object::new(),
        }
    }
}

impl Preferences {
    /// Reads what [`write`](Self::write) wrote. What is missing or wrong was not chosen.
    pub fn read(kept: &Value) -> Self {
        let mut chosen = Self::default();
        let Some(kept) = kept.as_object() else { return chosen };
        chosen.ring = json::boolean(kept, RING).unwrap_or(true);
        chosen.sound = json::string(kept, SOUND).and_then(RingSound::named).unwrap_or_default();
        chosen.auto_end = json::boolean(kept, AUTO_END);
        for room in json::array(kept, QUIET_ROOMS).iter().filter_map(Value::as_str) {
            chosen.set_rings_in(&room.into(), false);
        }
        let unknown = kept.iter().filter(|(key, value)| {
            !matches!(key.as_str(), RING | SOUND | QUIET_ROOMS | AUTO_END)
                && key.len() + json::text(*value).len() <= LONGEST_UNKNOWN
        });
        chosen.unknown.extend(unknown.take(MOST_UNKNOWN).map(|(key, value)| (key.clone(), value.clone())));
        chosen
    }

    /// Writes them for the browser's storage: only what was chosen, so that a later default reaches who chose nothing.
    pub fn write(&self) -> Value {
        let mut kept = self.unknown.clone();
        if !self.ring {
            kept.insert(RING.into(), false.into());
        }
        if self.sound != RingSound::default() {
            kept.insert(SOUND.into(), self.sound.name().into());
        }
        if let Some(auto_end) = self.auto_end {
            kept.insert(AUTO_END.into(), auto_end.into());
        }
        if !self.quiet_rooms.is_empty() {
            kept.insert(QUIET_ROOMS.into(), self.quiet_rooms.iter().map(RoomId::as_str).collect());
        }
        kept.into()
    }

    /// Whether a conference in this room may ring, as far as the person chose here.
    pub fn rings_in(&self, room: &RoomId) -> bool {
        self.ring && !self.is_quiet(room)
    }

    /// Whether this room was made quiet here.
    pub fn is_quiet(&self, room: &RoomId) -> bool {
        self.quiet_rooms.contains(room)
    }

    /// The rooms that were made quiet here, the latest last.
    pub fn quiet_rooms(&self) -> &[RoomId] {
        &self.quiet_rooms
    }

    /// Lets conferences in this room ring, or no more.
    pub fn set_rings_in(&mut self, room: &RoomId, rings: bool) {
        self.quiet_rooms.retain(|quiet| quiet != room);
        if rings || room.as_str().is_empty() || room.as_str().len() > LONGEST_ID {
            return;
        }
        if self.quiet_rooms.len() == MOST_ROOMS {
            self.quiet_rooms.remove(0);
        }
        self.quiet_rooms.push(room.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_chose_nothing_hears_conferences_ring_in_small_rooms() {
        let chosen = Preferences::read(&json!(null));
        assert!(chosen.ring && chosen.rings_in(&"!a".into()));
        assert_eq!((chosen.sound, chosen.auto_end), (RingSound::SmallRooms, None));
        assert_eq!(chosen.write(), json!({}), "a later default reaches them");
    }

    #[test]
    fn choices_are_read_as_they_were_written() {
        let mut chosen = Preferences { ring: false, auto_end: Some(false), ..Preferences::default() };
        chosen.set_rings_in(&"!a".into(), false);
        for sound in RingSound::ALL {
            chosen.sound = sound;
            assert_eq!(Preferences::read(&chosen.write()), chosen);
        }
    }

    #[test]
    fn a_room_is_made_quiet_and_rings_again() {
        let mut chosen = Preferences::default();
        let room = "!a".into();
        chosen.set_rings_in(&room, false);
        chosen.set_rings_in(&room, false);
        assert_eq!(chosen.write(), json!({ "quiet_rooms": ["!a"] }));
        assert!(!chosen.rings_in(&room) && chosen.rings_in(&"!b".into()));
        chosen.set_rings_in(&room, true);
        assert!(chosen.rings_in(&room));
        chosen.ring = false;
        assert!(!chosen.rings_in(&room) && !chosen.is_quiet(&room));
    }

    #[test]
    fn what_a_newer_version_stored_stays() {
        let kept = json!({ "sound": "always", "bell": { "kind": 3 }, "quiet_rooms": ["!a"] });
        let mut chosen = Preferences::read(&kept);
        chosen.set_rings_in(&"!b".into(), false);
        assert_eq!(chosen.write(), json!({ "sound": "always", "bell": { "kind": 3 }, "quiet_rooms": ["!a", "!b"] }));
    }

    #[test]
    fn garbage_is_the_same_as_nothing() {
        for kept in [
            json!([1]),
            json!("x"),
            json!({ "ring": "no", "sound": 3, "quiet_rooms": { "!a": true }, "auto_end": "yes" }),
            json!({ "sound": "very loud", "quiet_rooms": [3, "", "!".repeat(256)] }),
        ] {
            assert_eq!(Preferences::read(&kept), Preferences::default(), "{kept}");
        }
    }

    #[test]
    fn nobody_can_make_the_storage_large() {
        let mut chosen = Preferences::default();
        for number in 0..=MOST_ROOMS {
            chosen.set_rings_in(&number.to_string().as_str().into(), false);
        }
        assert!(chosen.rings_in(&"0".into()) && !chosen.rings_in(&"1".into()), "the first gave way");
        let mut kept = Object::new();
        for number in 0..1_000 {
            kept.insert(["key", &number.to_string()].concat(), "v".repeat(100).into());
        }
        kept.insert("a".into(), "v".repeat(1 << 20).into());
        assert!(Preferences::read(&kept.into()).write().to_string().len() < 8 << 10);
    }
}
