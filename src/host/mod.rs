//! The seam to the chat. The call components reach the chat they live in through [`Host`] and nothing else; what crosses
//! is JSON, so that a chat written in another language can stand behind it. `matrix` is our own client behind it.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;

use crate::ids::{DeviceId, EventId, RoomId, UserId};

#[cfg(target_arch = "wasm32")]
pub mod matrix;

/// What a host operation gives in the end.
pub type HostFuture<T> = Pin<Box<dyn Future<Output = Result<T, HostError>>>>;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// My user id.
    pub user_id: UserId,
    /// This session's device.
    pub device_id: DeviceId,
}

/// Why a host operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The homeserver did not answer.
    #[error("the homeserver could not be reached")]
    Unreachable,
    /// The homeserver refused: `errcode`, HTTP status, its words, and how long to wait in milliseconds.
    #[error("{errcode} ({status}): {message}")]
    Refused {
        /// The Matrix error code, `M_UNKNOWN` when the answer had none.
        errcode: String,
        /// The HTTP status.
        status: u16,
        /// The server's own words.
        message: String,
        /// `retry_after_ms`, where given.
        retry_after: Option<u64>,
    },
    /// The host can't do this.
    #[error("the chat does not support this")]
    Unsupported,
}

/// What a host tells its listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostEvent {
    /// The room's state, members or my membership changed: ask [`Host::room`] again.
    RoomChanged(RoomId),
    /// The client well-known was read again.
    WellKnownChanged,
    /// The connection to the homeserver was lost or found again.
    ConnectionChanged,
    /// The session is over; nothing may be kept running.
    SignedOut,
}

/// Unsubscribes when dropped.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Subscription {
    /// Runs `end` when dropped.
    pub fn new(end: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// The chat, as the call components see it.
pub trait Host {
    /// Who I am.
    fn identity(&self) -> Identity;

    /// A room as JSON, or `None` for one that the chat doesn't know:
    /// `{room_id, membership, joined_member_count?, name, my_name, my_avatar_url, state: [client-format state events]}`.
    /// `name` is the room's name as I see it, `my_avatar_url` an HTTP address or empty. `state` holds at least the create,
    /// power level, name, canonical alias, encryption, member, functional member and widget events.
    fn room(&self, room: &RoomId) -> Option<Value>;

    /// Calls `listener` on every change until the subscription is dropped.
    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription;

    /// Sends a state event. Never repeated silently.
    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId>;

    /// The last good client well-known of my user id's server.
    fn client_well_known(&self) -> Option<Value>;

    /// The site's `config.json`, an empty object without one.
    fn configuration(&self) -> Value;

    /// Whether the homeserver answers.
    fn online(&self) -> bool;

    /// Shows a room.
    fn open_room(&self, room: &RoomId);

    /// The chat's language as a BCP 47 tag.
    fn language(&self) -> String;

    /// Whether the chat is dark at the moment.
    fn dark(&self) -> bool;
}
