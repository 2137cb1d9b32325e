//! What a test may look at: the answer of `/_stand-in/rooms`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::wire::Participant;

/// What a test may look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Participants by room, in the order they joined. Rooms without any are not listed.
    pub rooms: BTreeMap<String, Vec<Seen>>,
    /// Every page that was opened and reported its address, oldest first, joined or not.
    pub opened: Vec<Opened>,
    /// Every page that hung up, and every one that was in a room and is gone, in the order they went.
    pub left: Vec<Left>,
    /// Pages whose web socket is open, whether they are in a room or not.
    pub connected: usize,
}

/// A page that has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The room's name as Meet spells it.
    pub room: String,
    /// As [`Participant::id`].
    pub id: String,
    /// How many cameras, microphones and screens its page still had open when it hung up. `None` for one that went without
    /// hanging up, as when its frame was taken away: it had no chance to close or to tell.
    pub live: Option<u32>,
}

/// A participant in a [`Snapshot`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The address that the page was opened with, fragment included.
    pub url: String,
    /// What the others see.
    #[serde(flatten)]
    pub participant: Participant,
}

/// A page that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The room's name as Meet spells it.
    pub room: String,
    /// The address that the page was opened with, fragment included.
    pub url: String,
}
