//! The seam to the chat. The call components reach the chat they live in through [`Host`] and nothing else; what crosses
//! is JSON, so that a chat written in another language can stand behind it. `matrix` is our own client behind it, `javascript` the
//! client of a page that has one already, read by `shape` and `wire`.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;

use crate::ids::{DeviceId, EventId, RoomId, UserId};
use crate::secret::Secret;
use crate::time::Millis;

#[cfg(all(target_arch = "wasm32", feature = "chat"))]
pub mod matrix;

#[cfg(all(target_arch = "wasm32", feature = "embed"))]
pub mod javascript;
pub mod shape;
pub mod wire;

/// In rooms with more joined members than this nobody is called alone, and their member events may be left out of [`Host::room`].
pub const MOST_LISTED: u64 = 100;

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
        /// The HTTP status; 0 where the chat failed without asking the homeserver.
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

/// What one sync brought of room events that are no history, in the order of the server. An event that could be decrypted only
/// later comes in a batch of its own then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveBatch {
    /// The events.
    pub events: Vec<LiveEvent>,
    /// Rooms whose timeline has a gap before these events.
    pub gaps: Vec<RoomId>,
}

/// An event of a room's timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveEvent {
    /// The room.
    pub room: RoomId,
    /// The event in client format, decrypted. `unsigned.age` is as the homeserver sent it.
    pub event: Value,
    /// It came encrypted.
    pub encrypted: bool,
    /// When the chat received it, by this page's clock.
    pub received_at: Millis,
}

impl LiveEvent {
    /// Whether it may still ring: it came to be in the last two minutes, as far as its server's `age` tells. A call rings for one, and two
    /// clocks differ.
    pub fn is_recent(&self, now: Millis) -> bool {
        let age = self.event.get("unsigned").and_then(|unsigned| unsigned.get("age")).and_then(Value::as_u64);
        let since = now.since(self.received_at).0;
        since.saturating_add(age.unwrap_or_default()) < Millis::seconds(120).0
    }
}

/// What changed in a room's state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateNews {
    /// The room.
    pub room: RoomId,
    /// The newest events of their types and state keys, in client format. Those that [`Host::room`] would not hold may be left out.
    pub events: Vec<Value>,
    /// The server's count of joined members.
    pub joined: Option<u64>,
}

/// What a host tells its listeners.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent {
    /// Live events; what they changed in the rooms' state is told after them, in the same task or a moment later. A host may leave out
    /// those whose type does not begin with `m.call.` or `org.matrix.call.`, but for state events of widgets
    /// (`im.vector.modular.widgets`, `m.widget`), with `unsigned.prev_content` where they replace another.
    Live(Rc<LiveBatch>),
    /// The room's state, members or my membership changed: ask [`Host::room`] again.
    RoomChanged(RoomId),
    /// Only this changed in a room, and nothing of it is my membership: told in place of [`RoomChanged`](Self::RoomChanged) by a host
    /// that knows, so that in a large room nothing is read that is as it was.
    StateChanged(Rc<StateNews>),
    /// What [`Host::ring_allowed`], [`Host::is_ignored`] and [`Host::account_data`] say may be different.
    AccountChanged,
    /// The client well-known was read again: ask [`Host::client_well_known`] again.
    WellKnownChanged,
    /// The connection to the homeserver was lost or found again.
    ConnectionChanged,
    /// The chat became dark, or light: ask [`Host::dark`] again.
    LookChanged,
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
    /// power level, name, canonical alias, encryption, join rules, member, functional member and widget events. Where more than
    /// [`MOST_LISTED`] people are joined, and `joined_member_count` says so, of members only mine and the functional ones' are needed.
    /// In a video room also those of who is in it (`io.element.video.member`).
    fn room(&self, room: &RoomId) -> Option<Value>;

    /// A user's member event in a room, in client format; `None` for one that the chat doesn't know.
    fn member(&self, room: &RoomId, user: &UserId) -> Option<Value> {
        member_in(&self.room(room)?, user)
    }

    /// Calls `listener` on every change until the subscription is dropped; of several listeners the first one first.
    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription;

    /// Sends a state event. Never repeated silently.
    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId>;

    /// Sends a room event once, encrypted where the room is. Never repeated silently and never in clear in an encrypted room:
    /// [`HostError::Unsupported`] where the host can't encrypt. The same `transaction` is the same event, however often it is sent.
    fn send_event(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) -> HostFuture<EventId>;

    /// The same while the page goes away or the program dies: begins at once, outlives the page where the browser can, and
    /// nobody waits for the answer. Must not panic, nor rely on state that a panic may have left in the middle of a change.
    fn send_last_word(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str);

    /// A token with which others can ask the homeserver who I am (`POST …/openid/request_token`), as it is. Asked for only when I agreed
    /// to show who I am.
    fn open_id_token(&self) -> HostFuture<Value>;

    /// The token by which the pages of the person's integration manager know them, if their manager is the one whose pages the site names
    /// (`integrations_widgets_urls`). `None` where it can't be had without a word of the person. Asked for only when they agreed
    /// to open such a page.
    fn manager_token(&self) -> HostFuture<Option<Secret>> {
        Box::pin(std::future::ready(Err(HostError::Unsupported)))
    }

    /// The answer of `GET /voip/turnServer`, as it is.
    fn turn_server(&self) -> HostFuture<Value>;

    /// The events of a room's timeline after `event`, oldest first, as far back as a few pages reach; without one, those of
    /// the newest page. Nothing brings them again, so the host repeats a request that failed.
    fn events_since(&self, room: &RoomId, event: Option<&EventId>) -> HostFuture<LiveBatch>;

    /// Whether the chat can encrypt events.
    fn can_encrypt(&self) -> bool;

    /// Gets ready to encrypt for a room, which can take a while: somebody is about to call, or is calling.
    fn prepare_to_encrypt(&self, room: &RoomId);

    /// Whether a call may ring on this device: push rule `.m.rule.call` is enabled with a sound, and the device is not
    /// silenced (MSC3890).
    fn ring_allowed(&self) -> bool;

    /// Whether a call may ring in this room: I am in it, call events may leave for it, and not everybody may join it. Asked for
    /// every call event, so it is to take less than [`Host::room`]; without knowing, `true`.
    fn may_ring_in(&self, _: &RoomId) -> bool {
        true
    }

    /// Whether my push rules notify of a conference in this room, by a rule of the room or by `.im.vector.jitsi`: it rings there. Without
    /// knowing, `true`.
    fn notifies_in(&self, _: &RoomId) -> bool {
        true
    }

    /// Whether I ignore this user.
    fn is_ignored(&self, user: &UserId) -> bool;

    /// The content of my account data of a type as the syncs have it; `None` without any. The host may know only
    /// [`consent::EVENT_TYPE`](crate::meet::consent::EVENT_TYPE).
    fn account_data(&self, event_type: &str) -> Option<Value>;

    /// The same as the homeserver has it now, for writing on it: another tab or app may have written since the last sync. A
    /// host that can't ask gives what it knows.
    fn newest_account_data(&self, event_type: &str) -> HostFuture<Option<Value>> {
        let known = self.account_data(event_type);
        Box::pin(async { Ok(known) })
    }

    /// Replaces the content of my account data of a type as a whole. Never repeated silently. What it changed comes back as
    /// [`HostEvent::AccountChanged`].
    fn set_account_data(&self, event_type: &str, content: Value) -> HostFuture<()>;

    /// The content of my account data of a type in a room, as the homeserver has it now; `None` without any. Chat Web keeps consent for
    /// widgets there. [`HostError::Unsupported`] where the chat has no such data: then the account's count alone.
    fn room_account_data(&self, _: &RoomId, _event_type: &str) -> HostFuture<Option<Value>> {
        Box::pin(async { Err(HostError::Unsupported) })
    }

    /// Replaces that content as a whole. Never repeated silently.
    fn set_room_account_data(&self, _: &RoomId, _event_type: &str, _content: Value) -> HostFuture<()> {
        Box::pin(async { Err(HostError::Unsupported) })
    }

    /// A member's picture as an address that an `<img>` takes, about `size` CSS pixels wide; `None` without one.
    fn avatar(&self, room: &RoomId, user: &UserId, size: u32) -> HostFuture<Option<String>>;

    /// The last good client well-known of my user id's server. Asked for at the start and at [`HostEvent::WellKnownChanged`].
    fn client_well_known(&self) -> Option<Value>;

    /// The site's `config.json`, an empty object without one. One that changes is read anew at [`HostEvent::WellKnownChanged`].
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

/// A user's member event among a room's state.
fn member_in(room: &Value, user: &UserId) -> Option<Value> {
    let member = |event: &&Value| {
        event.get("type").is_some_and(|kind| kind == "m.room.member")
            && event.get("state_key").is_some_and(|key| key == user.as_str())
    };
    room.get("state")?.as_array()?.iter().find(member).cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_may_ring_for_two_minutes_by_its_servers_age_and_the_time_it_waited_here() {
        let live = |event: Value| LiveEvent { room: "!a".into(), event, encrypted: false, received_at: Millis(1_000) };
        let of_age = |age: Value| live(json!({ "unsigned": { "age": age } }));
        let (at_once, later) = (Millis(1_000), Millis(61_000));
        for (event, at_once_rings, later_rings) in [
            (of_age(json!(0)), true, true),
            (of_age(json!(59_999)), true, true),
            (of_age(json!(60_000)), true, false),
            (of_age(json!(120_000)), false, false),
            (of_age(json!(u64::MAX)), false, false),
            // Of what does not say how old it is, or lies, nothing is known.
            (of_age(json!(-5)), true, true),
            (of_age(json!("old")), true, true),
            (live(json!([])), true, true),
        ] {
            assert_eq!((event.is_recent(at_once), event.is_recent(later)), (at_once_rings, later_rings), "{event:?}");
        }
        assert!(live(json!({})).is_recent(Millis(0)));
    }
}
