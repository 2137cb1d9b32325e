//! What calls ask of a client beyond what the chat page does.

use std::rc::{Rc, Weak};

use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::browser::clock;
use crate::host::{HostError, LiveBatch};
use crate::ids::{EventId, RoomId, UserId};
use crate::json::Object;
use crate::matrix::backoff::{is_passing, retry_after};
use crate::matrix::bell::{sleep, unless};
use crate::matrix::client::{Change, Client};
use crate::matrix::live::CatchUp;
use crate::matrix::request::Request;
use crate::matrix::running::{Running, alive};
use crate::matrix::{fetch, request, sending};
use crate::meet::consent;
use crate::room::StateEvent;

impl Client {
    /// A room as the call components want it: see `host::Host::room`. Whoever they lack is asked for.
    pub fn room_json(&self, room: &RoomId) -> Option<Value> {
        let (value, asks) = {
            let mut state = self.0.state.borrow_mut();
            let value = state.store.room_json(room, &self.0.session.homeserver)?;
            let asks = state.store.lacks_members(room) && state.members_asked.insert(room.clone());
            (value, asks)
        };
        if asks {
            spawn_local(ask_for_members(Rc::downgrade(&self.0), room.clone()));
        }
        Some(value)
    }

    /// A user's member event, as far as it is known.
    pub fn member_json(&self, room: &RoomId, user: &UserId) -> Option<Value> {
        let state = self.0.state.borrow();
        state.store.room(room)?.state().get("m.room.member", user.as_str()).map(StateEvent::write)
    }

    /// Sends a room event once. [`HostError::Unsupported`] where it may not leave in clear.
    pub async fn send_event(
        &self,
        room: &RoomId,
        event_type: &str,
        transaction: &str,
        content: Value,
    ) -> Result<EventId, HostError> {
        let request = {
            let state = self.0.state.borrow();
            let request = state.store.event_request(room, event_type, transaction, content);
            request.ok_or(HostError::Unsupported)?
        };
        self.0.spoke_in_clear(room);
        sending::event_id(&self.call(&request).await?)
    }

    /// Begins to send a room event and leaves it to the browser, while the page goes away or after a panic. A panic may have left
    /// the state in the middle of a change, and it is borrowed for ever then: the rooms where calls were sent before decide.
    pub fn send_last_word(&self, room: &RoomId, event_type: &str, transaction: &str, content: Value) {
        let in_clear = match self.0.state.try_borrow() {
            Ok(state) => state.store.in_clear(room),
            Err(_) => self.0.spoke_in_clear_before(room),
        };
        if in_clear {
            fetch::last_word(&self.0.session, &request::send_event(room, event_type, transaction, content));
        }
    }

    /// A token with which others can ask the homeserver who I am.
    pub async fn open_id_token(&self) -> Result<Value, HostError> {
        self.call(&request::open_id_token(&self.0.session.user_id)).await.map(Value::Object)
    }

    /// The TURN servers, as the homeserver names them.
    pub async fn turn_server(&self) -> Result<Value, HostError> {
        self.call(&request::turn_server()).await.map(Value::Object)
    }

    /// The call events of a room after this one, as far back as a few pages reach.
    pub async fn events_since(&self, room: &RoomId, event: Option<&EventId>) -> Result<LiveBatch, HostError> {
        let mut catch_up = CatchUp::new(room.clone(), event.cloned());
        while let Some(request) = catch_up.next() {
            let answer = self.call_patiently(&request).await?;
            catch_up.take(answer, clock::now());
        }
        Ok(catch_up.finish())
    }

    /// Tries a request again that nobody would repeat otherwise.
    async fn call_patiently(&self, request: &Request) -> Result<Object, HostError> {
        let mut failures = 0;
        loop {
            let error = match self.call(request).await {
                Err(error) if is_passing(&error) => error,
                result => return result,
            };
            failures += 1;
            let wait = retry_after(failures, Some(&error));
            let waited = match wait {
                Some(wait) => unless(&self.0.stopped, sleep(wait)).await,
                None => None,
            };
            if waited.is_none() {
                return Err(error);
            }
        }
    }

    /// Whether a call may ring on this device.
    pub fn ring_allowed(&self) -> bool {
        self.0.state.borrow().store.account().ring_allowed(&self.0.session.device_id)
    }

    /// Whether a call may ring in this room.
    pub fn may_ring_in(&self, room: &RoomId) -> bool {
        self.0.state.borrow().store.may_ring_in(room)
    }

    /// Whether my push rules notify of a conference in a room.
    pub fn notifies_in(&self, room: &RoomId) -> bool {
        self.0.state.borrow().store.account().notifies_in(room)
    }

    /// Whether I ignore this user.
    pub fn is_ignored(&self, user: &UserId) -> bool {
        self.0.state.borrow().store.account().is_ignored(user)
    }

    /// My account data of a type as the syncs have it: of consent, which is all that is asked for by this way.
    pub fn account_data(&self, event_type: &str) -> Option<Value> {
        let state = self.0.state.borrow();
        let consent = state.store.account().consent().filter(|_| event_type == consent::EVENT_TYPE);
        consent.cloned()
    }

    /// My account data of a type as the server has them now; `None` without any.
    pub async fn newest_account_data(&self, event_type: &str) -> Result<Option<Value>, HostError> {
        self.content_of(&request::account_data(&self.0.session.user_id, event_type)).await
    }

    /// The same in a room.
    pub async fn room_account_data(&self, room: &RoomId, event_type: &str) -> Result<Option<Value>, HostError> {
        self.content_of(&request::room_account_data(&self.0.session.user_id, room, event_type)).await
    }

    async fn content_of(&self, request: &Request) -> Result<Option<Value>, HostError> {
        match self.call(request).await {
            Ok(content) => Ok(Some(Value::Object(content))),
            Err(HostError::Refused { errcode, status: 404, .. }) if errcode == "M_NOT_FOUND" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces my account data of a type.
    pub async fn set_account_data(&self, event_type: &str, content: Value) -> Result<(), HostError> {
        self.call(&request::set_account_data(&self.0.session.user_id, event_type, content)).await.map(drop)
    }

    /// Replaces my account data of a type in a room.
    pub async fn set_room_account_data(
        &self,
        room: &RoomId,
        event_type: &str,
        content: Value,
    ) -> Result<(), HostError> {
        let request = request::set_room_account_data(&self.0.session.user_id, room, event_type, content);
        self.call(&request).await.map(drop)
    }

    /// A member's picture, as [`thumbnail`](Self::thumbnail) gives it.
    pub async fn member_picture(&self, room: &RoomId, user: &UserId, size: u32) -> Option<String> {
        let address = self.0.state.borrow().store.room(room)?.member_avatar(user)?;
        self.thumbnail(&address, size).await
    }
}

/// Tells once more what happened in calls that began to ring before this page was there.
pub(super) async fn ring_again(running: Weak<Running>) {
    let Some(ringing) = alive(&running).map(|running| running.state.borrow().store.ringing(clock::now())) else {
        return;
    };
    for (room, before) in ringing {
        let Some(client) = alive(&running).map(Client) else {
            return;
        };
        if let Ok(batch) = client.events_since(&room, before.as_ref()).await {
            client.0.tell(&Change::Live(Rc::new(batch)));
        }
    }
}

/// Loads the members of a room, and tries again a few times when that failed or came to nothing. What fails still may be asked for
/// again by whoever looks at the room next, unless the server says no.
async fn ask_for_members(running: Weak<Running>, room: RoomId) {
    for failures in 1.. {
        let Some(client) = alive(&running).map(Client) else {
            return;
        };
        let result = client.load_members(&room).await;
        let is_refused = result.as_ref().is_err_and(|error| !is_passing(error));
        if is_refused || !client.0.state.borrow().store.lacks_members(&room) {
            return;
        }
        let Some(wait) = retry_after(failures, result.as_ref().err()) else {
            client.0.state.borrow_mut().members_asked.remove(&room);
            return;
        };
        let stopped = client.0.stopped.clone();
        // Waiting must not keep a client alive that no one holds any more.
        drop(client);
        if unless(&stopped, sleep(wait)).await.is_none() {
            return;
        }
    }
}
