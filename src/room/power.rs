//! Power levels (Client-Server API, `m.room.power_levels`), room version 12 included: there the creators are not listed
//! and outrank every level.

use crate::ids::UserId;
use crate::room::RoomState;

/// How much a user may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// A level as the room's state gives it.
    Level(i64),
    /// A creator of a room of version 12 or later.
    Creator,
}

/// A room's power levels, with the defaults of the specification filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerLevels {}

impl PowerLevels {
    /// Reads them from the room's state (`m.room.power_levels` and `m.room.create`).
    pub fn read(state: &RoomState) -> Self {
        let _ = state;
        todo!()
    }

    /// The power of `user`.
    pub fn of(&self, user: &UserId) -> Power {
        let _ = user;
        todo!()
    }

    /// The level needed to send a state event of this type.
    pub fn needed_for_state(&self, event_type: &str) -> i64 {
        let _ = event_type;
        todo!()
    }

    /// The level needed to send a message event of this type.
    pub fn needed_for_event(&self, event_type: &str) -> i64 {
        let _ = event_type;
        todo!()
    }

    /// Whether `user` may send state events of this type.
    pub fn may_send_state(&self, user: &UserId, event_type: &str) -> bool {
        self.of(user) >= Power::Level(self.needed_for_state(event_type))
    }

    /// Whether `user` may send message events of this type.
    pub fn may_send_event(&self, user: &UserId, event_type: &str) -> bool {
        self.of(user) >= Power::Level(self.needed_for_event(event_type))
    }
}
