//! The chat as the calls see it: [`Host`] over this chat's client. This is what a chat of your own writes; each method is a few lines over
//! what its client has anyway.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use meet_in_chat::host::{
    Host, HostError, HostEvent, HostFuture, Identity, LiveBatch, LiveEvent, StateNews, Subscription,
};
use meet_in_chat::ids::{EventId, RoomId, UserId};
use meet_in_chat::time::Millis;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaQueryList;

use crate::client::{Client, ROOMS, RoomEvent, capitalised, now, random};

/// Who is told of what does not come from a room.
type Listeners = Rc<RefCell<Vec<(u64, Rc<dyn Fn(&HostEvent)>)>>>;

/// This chat.
pub(crate) struct ChatHost {
    client: Client,
    /// Shows a room.
    open: Rc<dyn Fn(RoomId)>,
    /// The site's `config.json`.
    configuration: Value,
    listeners: Listeners,
}

impl ChatHost {
    pub(crate) fn new(client: Client, open: Rc<dyn Fn(RoomId)>, configuration: Value) -> Self {
        Self { client, open, configuration, listeners: Listeners::default() }
    }
}

/// An answer that is there at once.
fn ready<T: 'static>(answer: Result<T, HostError>) -> HostFuture<T> {
    Box::pin(std::future::ready(answer))
}

/// The client refuses only what a homeserver would forbid.
fn sent(event: Option<EventId>) -> Result<EventId, HostError> {
    event.ok_or_else(|| HostError::Refused {
        errcode: "M_FORBIDDEN".to_owned(),
        status: 403,
        message: "You are not in this room".to_owned(),
        retry_after: None,
    })
}

fn live(event: &RoomEvent) -> LiveEvent {
    LiveEvent {
        room: RoomId::new(event.room.as_str()),
        event: event.to_json(),
        // In an encrypted room only what came encrypted counts. These rooms are not.
        encrypted: false,
        received_at: Millis(now()),
    }
}

impl Host for ChatHost {
    fn identity(&self) -> Identity {
        Identity { user_id: self.client.me().clone(), device_id: self.client.device().clone() }
    }

    // Asked on every change: a client that has rooms in its memory answers at once, one that does not keeps a copy for this.
    fn room(&self, room: &RoomId) -> Option<Value> {
        let (_, name, people) = ROOMS.iter().find(|(id, ..)| *id == room.as_str())?;
        let is_in = people.contains(&self.client.me().localpart());
        Some(json!({
            "room_id": room.as_str(),
            "membership": if is_in { "join" } else { "leave" },
            "joined_member_count": people.len(),
            "name": name,
            "my_name": capitalised(self.client.me().localpart()),
            "my_avatar_url": "",
            "state": self.client.state(room.as_str()),
        }))
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription {
        let (client, listeners) = (self.client.clone(), self.listeners.clone());
        let tell = listener.clone();
        let number = client.listen(Rc::new(move |event| {
            // One sync of a real client is one batch.
            tell(&HostEvent::Live(Rc::new(LiveBatch { events: vec![live(event)], gaps: Vec::new() })));
            // What an event changed in the room's state is told after it, in the same task.
            if event.state_key.is_some() {
                let news =
                    StateNews { room: RoomId::new(event.room.as_str()), events: vec![event.to_json()], joined: None };
                tell(&HostEvent::StateChanged(Rc::new(news)));
            }
        }));
        let look = {
            let tell = listener.clone();
            dark_query().map(|query| EventListener::new(&query, "change", move |_| tell(&HostEvent::LookChanged)))
        };
        listeners.borrow_mut().push((number, listener));
        Subscription::new(move || {
            client.forget(number);
            listeners.borrow_mut().retain(|(other, _)| *other != number);
            drop(look);
        })
    }

    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId> {
        ready(sent(self.client.send(room.as_str(), event_type, Some(state_key), content, &random())))
    }

    fn send_event(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) -> HostFuture<EventId> {
        ready(sent(self.client.send(room.as_str(), event_type, None, content, transaction)))
    }

    // Over a network: a `fetch` with `keepalive`, begun before this returns.
    fn send_last_word(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) {
        let _ = self.client.send(room.as_str(), event_type, None, content, transaction);
    }

    // `POST /user/{userId}/openid/request_token`.
    fn open_id_token(&self) -> HostFuture<Value> {
        ready(Err(HostError::Unsupported))
    }

    // `GET /voip/turnServer`. Without a relay only people meet whom no firewall parts, as tabs of one browser.
    fn turn_server(&self) -> HostFuture<Value> {
        ready(Ok(json!({})))
    }

    fn events_since(&self, room: &RoomId, event: Option<&EventId>) -> HostFuture<LiveBatch> {
        let log = self.client.log(room.as_str());
        let after = event.and_then(|event| log.iter().position(|one| one.event_id == event.as_str()));
        let events = log.iter().skip(after.map_or(0, |at| at + 1)).map(live).collect();
        ready(Ok(LiveBatch { events, gaps: Vec::new() }))
    }

    fn can_encrypt(&self) -> bool {
        false
    }

    fn prepare_to_encrypt(&self, _: &RoomId) {}

    // Push rules say so in a real chat.
    fn ring_allowed(&self) -> bool {
        true
    }

    fn is_ignored(&self, _: &UserId) -> bool {
        false
    }

    fn account_data(&self, event_type: &str) -> Option<Value> {
        self.client.account_data(event_type)
    }

    fn set_account_data(&self, event_type: &str, content: Value) -> HostFuture<()> {
        self.client.set_account_data(event_type, &content);
        // Not at once: whoever wrote it is in the middle of that.
        let listeners = self.listeners.clone();
        spawn_local(async move {
            let told: Vec<_> = listeners.borrow().iter().map(|(_, listener)| listener.clone()).collect();
            told.iter().for_each(|listener| listener(&HostEvent::AccountChanged));
        });
        ready(Ok(()))
    }

    fn avatar(&self, _: &RoomId, _: &UserId, _: u32) -> HostFuture<Option<String>> {
        ready(Ok(None))
    }

    fn client_well_known(&self) -> Option<Value> {
        None
    }

    // What `docs/configuration.md` has, for instance `meet_in_chat.own_wrapper_url` where the wrapper is not beside the page.
    fn configuration(&self) -> Value {
        self.configuration.clone()
    }

    fn online(&self) -> bool {
        true
    }

    fn open_room(&self, room: &RoomId) {
        (self.open)(room.clone());
    }

    fn language(&self) -> String {
        "en".to_owned()
    }

    fn dark(&self) -> bool {
        dark_query().is_some_and(|query| query.matches())
    }
}

fn dark_query() -> Option<MediaQueryList> {
    web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()?
}
