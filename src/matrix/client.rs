//! The client as the chat page uses it. Everything that decides is in the pure modules beside it.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use crate::host::{HostError, Subscription};
use crate::ids::{EventId, RoomId};
use crate::matrix::view::{
    Connection, MemberRow, RoomRow, RoomView, Session, SignInError, TimelineItem,
};

/// What a client tells its listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The room list may look different.
    Rooms,
    /// This room's timeline, state, members, typing or local echoes changed.
    Room(RoomId),
    /// [`Client::connection`] changed.
    Connection,
    /// [`Client::well_known`] changed.
    WellKnown,
}

/// A signed-in client. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Client(Rc<RefCell<()>>);

/// Finds the homeserver behind what a person typed (`example.org`, a URL, or a user id), through
/// `/.well-known/matrix/client`, and checks that it is one. Gives its base URL without a trailing slash.
pub async fn discover(address: &str) -> Result<String, SignInError> {
    let _ = address;
    todo!()
}

/// Signs in with user name (or user id) and password.
pub async fn sign_in(homeserver: &str, user: &str, password: &str) -> Result<Session, SignInError> {
    let _ = (homeserver, user, password);
    todo!()
}

/// Signs in with a one-time `m.login.token`.
pub async fn sign_in_with_token(homeserver: &str, token: &str) -> Result<Session, SignInError> {
    let _ = (homeserver, token);
    todo!()
}

impl Client {
    /// A client for this session; nothing happens before [`start`](Self::start).
    pub fn new(session: Session) -> Self {
        let _ = session;
        todo!()
    }

    /// Restores what was kept from last time and starts syncing, until [`sign_out`](Self::sign_out) or the last handle is gone.
    pub fn start(&self) {
        todo!()
    }

    /// Calls `listener` after every change until the subscription is dropped.
    pub fn subscribe(&self, listener: Rc<dyn Fn(&Change)>) -> Subscription {
        let _ = listener;
        todo!()
    }

    /// Who is signed in.
    pub fn session(&self) -> Session {
        todo!()
    }

    /// The state of the connection.
    pub fn connection(&self) -> Connection {
        todo!()
    }

    /// Tries again at once when offline.
    pub fn retry_now(&self) {
        todo!()
    }

    /// The room list: invitations first, then the newest first.
    pub fn rooms(&self) -> Vec<RoomRow> {
        todo!()
    }

    /// A room.
    pub fn room(&self, room: &RoomId) -> Option<RoomView> {
        let _ = room;
        todo!()
    }

    /// The loaded part of a room's timeline, oldest first, local echoes last.
    pub fn timeline(&self, room: &RoomId) -> Vec<TimelineItem> {
        let _ = room;
        todo!()
    }

    /// The members known so far, admins first, then by name.
    pub fn members(&self, room: &RoomId) -> Vec<MemberRow> {
        let _ = room;
        todo!()
    }

    /// Loads all members of a room once.
    pub async fn load_members(&self, room: &RoomId) -> Result<(), HostError> {
        let _ = room;
        todo!()
    }

    /// Loads older messages. False: the beginning is reached.
    pub async fn load_older(&self, room: &RoomId) -> Result<bool, HostError> {
        let _ = room;
        todo!()
    }

    /// Sends a text message with local echo; refused silently in an encrypted room, where the composer is disabled.
    pub fn send_text(&self, room: &RoomId, body: &str) {
        let _ = (room, body);
        todo!()
    }

    /// Sends a failed message again.
    pub fn retry(&self, room: &RoomId, key: &str) {
        let _ = (room, key);
        todo!()
    }

    /// Throws a failed message away; gives its text back.
    pub fn discard(&self, room: &RoomId, key: &str) -> Option<String> {
        let _ = (room, key);
        todo!()
    }

    /// Says that everything up to the newest event was read.
    pub fn mark_read(&self, room: &RoomId) {
        let _ = room;
        todo!()
    }

    /// Accepts an invitation.
    pub async fn join(&self, room: &RoomId) -> Result<(), HostError> {
        let _ = room;
        todo!()
    }

    /// Declines an invitation or leaves.
    pub async fn leave(&self, room: &RoomId) -> Result<(), HostError> {
        let _ = room;
        todo!()
    }

    /// Sends a state event.
    pub async fn send_state(
        &self,
        room: &RoomId,
        event_type: &str,
        state_key: &str,
        content: Value,
    ) -> Result<EventId, HostError> {
        let _ = (room, event_type, state_key, content);
        todo!()
    }

    /// A room as the call components want it: see `host::Host::room`.
    pub fn room_json(&self, room: &RoomId) -> Option<Value> {
        let _ = room;
        todo!()
    }

    /// The last good client well-known of my user id's server.
    pub fn well_known(&self) -> Option<Value> {
        todo!()
    }

    /// An `mxc:` image scaled to `size` CSS pixels, as an object URL that lives as long as the client. Authenticated media
    /// where the server has it.
    pub async fn thumbnail(&self, mxc: &str, size: u32) -> Option<String> {
        let _ = (mxc, size);
        todo!()
    }

    /// Ends the device on the server, and stops. What was kept in the browser is wiped even when the server does not answer.
    pub async fn sign_out(&self) {
        todo!()
    }
}
