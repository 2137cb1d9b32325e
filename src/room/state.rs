//! A room's state: the newest event of each type and state key.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ids::{EventId, UserId};
use crate::json::{self, Object, object_of};
use crate::ordered::Map;
use crate::time::Millis;

/// A state event, as far as anything here needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct StateEvent {
    /// The event type.
    pub event_type: String,
    /// The state key, often empty.
    pub state_key: String,
    /// Who sent it. The server vouches for this, unlike for anything in `content`.
    pub sender: UserId,
    /// The event's id.
    pub event_id: EventId,
    /// When its server says it was sent; forgeable.
    pub origin_server_ts: Millis,
    /// The content, whatever it holds.
    pub content: Object,
}

impl StateEvent {
    /// Reads a client-format event (Client-Server API, "Room event format"). `None` when it is no state event.
    pub fn read(event: &Value) -> Option<Self> {
        let event = event.as_object()?;
        Some(Self {
            event_type: json::string(event, "type")?.into(),
            state_key: json::string(event, "state_key")?.into(),
            sender: json::string(event, "sender")?.into(),
            event_id: json::string(event, "event_id").unwrap_or_default().into(),
            origin_server_ts: Millis(event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or_default()),
            content: json::object(event, "content").cloned().unwrap_or_default(),
        })
    }

    /// Writes the event as [`read`](Self::read) takes it.
    pub fn write(&self) -> Value {
        object_of!({
            "type": self.event_type.as_str(), "state_key": self.state_key.as_str(), "sender": &self.sender,
            "event_id": &self.event_id, "origin_server_ts": self.origin_server_ts.0, "content": self.content.clone(),
        })
    }
}

/// The current state of a room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoomState {
    /// By type and key. Of members there are many, and in any order.
    events: Map<String, BTreeMap<String, StateEvent>>,
}

impl RoomState {
    /// Takes an event as the newest of its type and key.
    pub fn set(&mut self, event: StateEvent) {
        self.events.or_insert(event.event_type.clone(), BTreeMap::new()).insert(event.state_key.clone(), event);
    }

    /// Keeps of this type the events with these keys only.
    pub fn retain(&mut self, event_type: &str, keep: impl Fn(&str) -> bool) {
        if let Some(events) = self.events.get_mut(event_type) {
            events.retain(|key, _| keep(key));
        }
    }

    /// The event of this type and key.
    pub fn get(&self, event_type: &str, state_key: &str) -> Option<&StateEvent> {
        self.events.get(event_type)?.get(state_key)
    }

    /// The content of the event of this type with an empty key.
    pub fn content(&self, event_type: &str) -> Option<&Object> {
        self.get(event_type, "").map(|event| &event.content)
    }

    /// Every event of this type, by state key.
    pub fn all<'a>(&'a self, event_type: &str) -> impl Iterator<Item = &'a StateEvent> {
        self.events.get(event_type).into_iter().flat_map(BTreeMap::values)
    }

    /// The types of which there are events.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.events.keys().map(String::as_str)
    }

    /// Every event.
    pub fn iter(&self) -> impl Iterator<Item = &StateEvent> {
        self.events.values().flat_map(BTreeMap::values)
    }
}

impl FromIterator<StateEvent> for RoomState {
    fn from_iter<I: IntoIterator<Item = StateEvent>>(events: I) -> Self {
        let mut state = Self::default();
        events.into_iter().for_each(|event| state.set(event));
        state
    }
}
