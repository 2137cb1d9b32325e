//! A room as 1:1 calls see it, read from what a host hands over (`host::Host::room`).

use serde_json::Value;

use crate::ids::{RoomId, UserId};
use crate::json;
use crate::ordered::Set;
use crate::room::{RoomState, StateEvent, functional_members};

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRoom {
    /// The room.
    pub id: RoomId,
    /// Who I am.
    pub me: UserId,
    /// I am in it.
    pub joined: bool,
    /// It is encrypted.
    pub encrypted: bool,
    /// The chat can encrypt.
    pub can_encrypt: bool,
    /// Anybody may join it: calls there don't ring (Client-Server API, "Voice over IP").
    pub public: bool,
    /// The other joined members that are known, bots left out.
    pub others: Set<UserId>,
}

impl CallRoom {
    /// Reads the JSON that [`Host::room`](crate::host::Host::room) gives.
    pub fn read(room: &Value, me: &UserId, can_encrypt: bool) -> Option<Self> {
        let room = room.as_object()?;
        let state: RoomState = json::array(room, "state").iter().filter_map(StateEvent::read).collect();
        let functional = functional_members(&state);
        let here = |event: &&StateEvent| json::string(&event.content, "membership") == Some("join");
        let members = state.all("m.room.member").filter(here).map(|event| UserId::from(event.state_key.as_str()));
        Some(Self {
            id: json::string(room, "room_id")?.into(),
            me: me.clone(),
            joined: json::string(room, "membership") == Some("join"),
            encrypted: state.get("m.room.encryption", "").is_some(),
            can_encrypt,
            public: state.content("m.room.join_rules").and_then(|rules| json::string(rules, "join_rule"))
                == Some("public"),
            others: members.filter(|user| user != me && !functional.contains(user)).collect(),
        })
    }

    /// The one other person in it, whom a call goes to.
    pub fn other(&self) -> Option<&UserId> {
        let mut others = self.others.iter();
        others.next().filter(|_| others.next().is_none())
    }

    /// Whether a call event may leave for this room at all: never in clear in an encrypted one.
    pub fn may_send(&self) -> bool {
        self.joined && (!self.encrypted || self.can_encrypt)
    }
}
