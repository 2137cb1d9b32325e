//! A stand-in for a homeserver: one order of events for everybody, transactions, members.

use std::collections::{BTreeMap, BTreeSet};

use meet_in_chat::call::room::CallRoom;
use meet_in_chat::host::LiveEvent;
use meet_in_chat::ids::UserId;
use meet_in_chat::time::Millis;
use serde_json::{Value, json};

/// A room.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: &'static str,
    pub(crate) members: BTreeSet<&'static str>,
    pub(crate) encrypted: bool,
    pub(crate) public: bool,
}

/// An event as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) room: String,
    pub(crate) sender: String,
    pub(crate) event_type: String,
    pub(crate) content: Value,
    pub(crate) at: Millis,
    pub(crate) encrypted: bool,
}

/// The homeserver.
#[derive(Debug, Default)]
pub(crate) struct Homeserver {
    pub(crate) rooms: Vec<Room>,
    pub(crate) timeline: Vec<Stored>,
    transactions: BTreeMap<(usize, String), usize>,
}

impl Homeserver {
    pub(crate) fn new(rooms: Vec<Room>) -> Self {
        Self { rooms, ..Self::default() }
    }

    pub(crate) fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    pub(crate) fn room_mut(&mut self, id: &str) -> &mut Room {
        self.rooms.iter_mut().find(|room| room.id == id).expect("a room")
    }

    /// Takes an event; the same transaction of the same device is the same event. Its place in the timeline.
    pub(crate) fn take(&mut self, device: usize, transaction: &str, event: Stored) -> usize {
        let key = (device, transaction.to_owned());
        if let Some(at) = self.transactions.get(&key) {
            return *at;
        }
        self.timeline.push(event);
        self.transactions.insert(key, self.timeline.len() - 1);
        self.timeline.len() - 1
    }

    /// The room as this user sees it.
    pub(crate) fn seen_by(&self, room: &str, user: &str, can_encrypt: bool) -> Option<CallRoom> {
        let room = self.room(room)?;
        let others = room.members.iter().filter(|member| **member != user);
        Some(CallRoom {
            id: room.id.into(),
            me: user.into(),
            joined: room.members.contains(user),
            encrypted: room.encrypted,
            can_encrypt,
            public: room.public,
            others: others.map(|member| UserId::from(*member)).collect(),
        })
    }

    /// An event of the timeline as a client gets it.
    pub(crate) fn delivered(&self, at: usize, now: Millis) -> LiveEvent {
        let stored = &self.timeline[at];
        LiveEvent {
            room: stored.room.as_str().into(),
            event: json!({
                "event_id": format!("$e{at}"), "type": stored.event_type, "sender": stored.sender,
                "origin_server_ts": stored.at.0, "unsigned": { "age": now.since(stored.at).0 },
                "content": stored.content,
            }),
            encrypted: stored.encrypted,
            received_at: now,
        }
    }
}
