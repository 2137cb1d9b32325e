//! What is known of rooms: asked of the host once, and kept up to date by what it tells (`room::KeptRoom`).

use std::rc::Rc;

use serde_json::Value;

use super::{Calls, Engine};
use crate::host::{HostEvent, Subscription};
use crate::ids::{RoomId, UserId};
use crate::ordered::Map;
use crate::room::{self, KeptRoom, RoomFacts};

/// How many rooms are kept up to date: those on screen, with a conference or a ring are a handful.
const MOST_KEPT: usize = 50;

impl Calls {
    /// The room as calls see it.
    pub(in crate::ui) fn facts(&self, room: &RoomId) -> Option<RoomFacts> {
        self.0.facts(room)
    }

    /// A room's name in the viewer's words.
    pub(in crate::ui) fn room_name(&self, room: &RoomId) -> String {
        let room = self.0.host.room(room);
        room.as_ref().and_then(|room| room.get("name")).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// What a user is called in a room.
    pub(in crate::ui) fn name_of(&self, room: &RoomId, user: &UserId) -> String {
        self.0.name_in(room, user)
    }

    /// Calls `changed` whenever `room`, or what applies to all rooms, is different.
    pub(in crate::ui) fn on_change(&self, changed: impl Fn(Option<&RoomId>) + 'static) -> Subscription {
        self.0.host.subscribe(Rc::new(move |event| match event {
            HostEvent::RoomChanged(room) => changed(Some(room)),
            HostEvent::StateChanged(news) => changed(Some(&news.room)),
            HostEvent::WellKnownChanged | HostEvent::ConnectionChanged | HostEvent::SignedOut => changed(None),
            HostEvent::Live(_) | HostEvent::LookChanged | HostEvent::AccountChanged => {}
        }))
    }
}

impl Engine {
    pub(super) fn name_in(&self, room: &RoomId, user: &UserId) -> String {
        room::name_by(self.host.member(room, user).as_ref(), user)
    }

    pub(super) fn facts(&self, room: &RoomId) -> Option<RoomFacts> {
        if let Some(kept) = self.rooms.borrow().get(room) {
            return Some(kept.facts().clone());
        }
        let kept = KeptRoom::read(&self.host.room(room)?, &self.host.identity().user_id)?;
        let facts = kept.facts().clone();
        let mut rooms = self.rooms.borrow_mut();
        if rooms.len() >= MOST_KEPT {
            *rooms = Map::default();
        }
        rooms.insert(room.clone(), kept);
        Some(facts)
    }

    /// Lets what is kept of rooms be as the host says. Gives the room that is different.
    pub(super) fn keep_up(&self, event: &HostEvent) -> Option<RoomId> {
        let mut rooms = self.rooms.borrow_mut();
        match event {
            HostEvent::RoomChanged(room) => {
                rooms.remove(room);
                Some(room.clone())
            }
            HostEvent::StateChanged(news) => {
                let told_all = rooms.get_mut(&news.room).is_none_or(|kept| kept.take(&news.events, news.joined));
                if !told_all {
                    rooms.remove(&news.room);
                }
                Some(news.room.clone())
            }
            HostEvent::SignedOut => {
                *rooms = Map::default();
                None
            }
            _ => None,
        }
    }
}
