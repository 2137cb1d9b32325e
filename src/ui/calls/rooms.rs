//! What is known of rooms (`ui::kept_rooms`), for the engine and the views.

use serde_json::Value;

use super::{Calls, Engine};
use crate::host::Subscription;
use crate::ids::{RoomId, UserId};
use crate::room::{self, KeptRoom, RoomFacts};
use crate::ui::kept_rooms;

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
        kept_rooms::on_change(&*self.0.host, changed)
    }
}

impl Engine {
    pub(super) fn name_in(&self, room: &RoomId, user: &UserId) -> String {
        room::name_by(self.host.member(room, user).as_ref(), user)
    }

    pub(super) fn facts(&self, room: &RoomId) -> Option<RoomFacts> {
        self.rooms.facts(&*self.host, room)
    }

    /// What is read of a room as it is kept. Nothing else may be done meanwhile.
    pub(super) fn kept<T>(&self, room: &RoomId, read: impl Fn(&KeptRoom) -> T) -> Option<T> {
        self.rooms.read(&*self.host, room, read)
    }
}
