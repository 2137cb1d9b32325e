//! A Matrix client without a server, in place of your own: its rooms are made up, its events go to the other tabs through a
//! `BroadcastChannel`, and lie in `localStorage` for tabs that open later (and for those alone: what another tab's process has stored can
//! be seen here after what it has said). Any page of this origin can write both, so what comes from there is read as what a stranger
//! wrote.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use js_sys::JsString;
use meet_in_chat::ids::{DeviceId, EventId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent, Storage};

/// What everything of this chat is called in the browser.
const NAME: &str = "leptos-chat";
/// A room: id, name, and who is in it.
type Room = (&'static str, &'static str, &'static [&'static str]);
/// The first is of two people, so that its buttons call; in the other they start a conference.
pub(crate) const ROOMS: [Room; 2] =
    [("!pair:tabs", "Alice and Bob", &["alice", "bob"]), ("!club:tabs", "Garden club", &["alice", "bob", "carol"])];
/// The events that are kept of both rooms together, and those of their state. An invite has some KB, and `localStorage` room for 5 MB.
const LONGEST_LOG: usize = 100;
/// The longest event that is taken from another tab, in letters: what a homeserver takes, and the rest of the message.
const LONGEST_EVENT: u32 = 100_000;
/// The events that a tab is told of when it is opened, as of a first sync: those of a call that rings are among them.
const NEWS_MS: u64 = 60_000;

/// An event of a room, as it lies in the storage and goes through the channel. What does not read as one is none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RoomEvent {
    pub(crate) room: String,
    pub(crate) event_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) sender: String,
    pub(crate) origin_server_ts: u64,
    /// Of a state event alone.
    pub(crate) state_key: Option<String>,
    pub(crate) content: Map<String, Value>,
    /// The content that a state event replaced.
    pub(crate) prev_content: Option<Map<String, Value>>,
}

impl RoomEvent {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(Self::is_possible)
    }

    /// Of a room that there is, by somebody who is in it.
    fn is_possible(&self) -> bool {
        ROOMS.iter().any(|(room, _, people)| *room == self.room && people.iter().any(|who| id_of(who) == self.sender))
    }

    /// Whether both are the same piece of a room's state.
    fn replaces(&self, other: &Self) -> bool {
        self.state_key.is_some()
            && (&self.room, &self.kind, &self.state_key) == (&other.room, &other.kind, &other.state_key)
    }

    /// The event in Matrix' client format.
    pub(crate) fn to_json(&self) -> Value {
        let mut event = json!({
            "room_id": self.room, "event_id": self.event_id, "type": self.kind, "sender": self.sender,
            "origin_server_ts": self.origin_server_ts, "content": self.content,
            // What a homeserver measures is a difference of one clock here, as all tabs have the same.
            "unsigned": { "age": now().saturating_sub(self.origin_server_ts) },
        });
        if let Some(state_key) = &self.state_key {
            event["state_key"] = state_key.as_str().into();
            if let Some(before) = &self.prev_content {
                event["unsigned"]["prev_content"] = Value::Object(before.clone());
            }
        }
        event
    }
}

type Listener = Rc<dyn Fn(&RoomEvent)>;

/// A signed-in client. Cloning gives another handle to the same one.
#[derive(Clone)]
pub(crate) struct Client(Rc<Inner>);

struct Inner {
    me: UserId,
    device: DeviceId,
    /// Goes to the other tabs; what this one sends does not come back to it.
    channel: Option<BroadcastChannel>,
    listeners: RefCell<Vec<(u64, Listener)>>,
    last: Cell<u64>,
    hears: RefCell<Option<EventListener>>,
    /// The latest events of all rooms, oldest first.
    log: RefCell<Vec<RoomEvent>>,
    /// The state events that were sent.
    state: RefCell<Vec<RoomEvent>>,
}

impl Client {
    /// Signs in as this person. Every tab is a device of its own.
    pub(crate) fn new(name: &str) -> Self {
        let channel = BroadcastChannel::new(NAME).ok();
        let client = Self(Rc::new(Inner {
            me: UserId::new(id_of(name)),
            device: DeviceId::new(random()),
            channel,
            listeners: RefCell::default(),
            last: Cell::new(0),
            hears: RefCell::default(),
            log: RefCell::new(kept("log")),
            state: RefCell::new(kept("state")),
        }));
        let weak = Rc::downgrade(&client.0);
        let hears = client.0.channel.as_ref().map(|channel| {
            EventListener::new(channel, "message", move |event| {
                if let (Some(inner), Some(event)) = (weak.upgrade(), heard(event))
                    && inner.takes(&event)
                {
                    inner.tell(&event);
                }
            })
        });
        *client.0.hears.borrow_mut() = hears;
        client
    }

    pub(crate) fn me(&self) -> &UserId {
        &self.0.me
    }

    pub(crate) fn device(&self) -> &DeviceId {
        &self.0.device
    }

    /// The rooms that I am in.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = &'static Room> {
        ROOMS.iter().filter(|(.., people)| people.contains(&self.0.me.localpart()))
    }

    /// The events of a room that are kept, oldest first. None of one that I am not in: a homeserver would give none.
    pub(crate) fn log(&self, room: &str) -> Vec<RoomEvent> {
        let mut log = self.0.log.borrow().clone();
        log.retain(|event| event.room == room && self.rooms().any(|(id, ..)| *id == room));
        log
    }

    /// The state events of a room: what it was made with, and what was sent since.
    pub(crate) fn state(&self, room: &str) -> Vec<Value> {
        let Some((_, name, people)) = ROOMS.iter().find(|(id, ..)| *id == room) else { return Vec::new() };
        let first = people.first().map(|first| id_of(first)).unwrap_or_default();
        let of = |kind: &str, state_key: &str, content: Value| {
            json!({ "room_id": room, "event_id": format!("${kind}{state_key}"), "type": kind, "state_key": state_key,
                "sender": first, "origin_server_ts": 0, "content": content })
        };
        let mut state = vec![
            of("m.room.create", "", json!({ "room_version": "11" })),
            of("m.room.name", "", json!({ "name": name })),
            of("m.room.join_rules", "", json!({ "join_rule": "invite" })),
            // Everybody may start a conference, which is a state event.
            of("m.room.power_levels", "", json!({ "users_default": 50 })),
        ];
        state.extend(people.iter().map(|who| {
            of("m.room.member", &id_of(who), json!({ "membership": "join", "displayname": capitalised(who) }))
        }));
        state.extend(self.0.state.borrow().iter().filter(|event| event.room == room).map(RoomEvent::to_json));
        state
    }

    /// Sends an event: keeps it, tells the other tabs, and soon this one as well, as a sync would. The same transaction of one device is the
    /// same event. `None` where I may not.
    pub(crate) fn send(
        &self,
        room: &str,
        kind: &str,
        state_key: Option<&str>,
        content: Value,
        transaction: &str,
    ) -> Option<EventId> {
        let Value::Object(content) = content else { return None };
        let event_id = format!("${}-{transaction}", self.0.device);
        let mut event = RoomEvent {
            room: room.to_owned(),
            event_id: event_id.clone(),
            kind: kind.to_owned(),
            sender: self.0.me.to_string(),
            origin_server_ts: now(),
            state_key: state_key.map(str::to_owned),
            content,
            prev_content: None,
        };
        if !event.is_possible() {
            return None;
        }
        let inner = &self.0;
        event.prev_content =
            inner.state.borrow().iter().find(|other| event.replaces(other)).map(|was| was.content.clone());
        if !inner.takes(&event) {
            return Some(event_id.as_str().into());
        }
        keep("log", &inner.log.borrow());
        keep("state", &inner.state.borrow());

        if let (Some(channel), Ok(text)) = (&self.0.channel, serde_json::to_string(&event)) {
            let _ = channel.post_message(&text.into());
        }
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move { tell(&weak, &event) });
        Some(event_id.as_str().into())
    }

    /// Tells `listener` of every event until [`forget`](Self::forget) has its number; soon also of those of the last minute.
    pub(crate) fn listen(&self, listener: Listener) -> u64 {
        let number = self.0.last.get() + 1;
        self.0.last.set(number);
        self.0.listeners.borrow_mut().push((number, listener.clone()));
        let since = now().saturating_sub(NEWS_MS);
        let mut news = self.0.log.borrow().clone();
        news.retain(|event| event.origin_server_ts > since);
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            for event in news {
                // Whoever has ended hears nothing any more, be it from one event to the next.
                if weak.upgrade().is_some_and(|inner| inner.hears(number)) {
                    listener(&event);
                }
            }
        });
        number
    }

    pub(crate) fn forget(&self, number: u64) {
        self.0.listeners.borrow_mut().retain(|(other, _)| *other != number);
    }

    /// My account data of a type.
    pub(crate) fn account_data(&self, kind: &str) -> Option<Value> {
        let text = storage()?.get_item(&self.account_key(kind)).ok()??;
        serde_json::from_str(&text).ok().filter(Value::is_object)
    }

    pub(crate) fn set_account_data(&self, kind: &str, content: &Value) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.account_key(kind), &content.to_string());
        }
    }

    fn account_key(&self, kind: &str) -> String {
        format!("{NAME}/account/{}/{kind}", self.0.me)
    }
}

impl Inner {
    /// Takes an event into log and state; `false` for one that is there.
    fn takes(&self, event: &RoomEvent) -> bool {
        let mut log = self.log.borrow_mut();
        if log.iter().any(|other| other.event_id == event.event_id) {
            return false;
        }
        append(&mut log, event);
        if event.state_key.is_some() {
            let mut state = self.state.borrow_mut();
            state.retain(|other| !event.replaces(other));
            append(&mut state, event);
        }
        true
    }

    fn hears(&self, number: u64) -> bool {
        self.listeners.borrow().iter().any(|(other, _)| *other == number)
    }

    fn tell(&self, event: &RoomEvent) {
        // Nothing is borrowed meanwhile: who is told may send, listen or forget.
        let listeners: Vec<Listener> = self.listeners.borrow().iter().map(|(_, listener)| listener.clone()).collect();
        listeners.iter().for_each(|listener| listener(event));
    }
}

fn append(events: &mut Vec<RoomEvent>, event: &RoomEvent) {
    events.push(event.clone());
    let surplus = events.len().saturating_sub(LONGEST_LOG);
    events.drain(..surplus);
}

fn tell(client: &Weak<Inner>, event: &RoomEvent) {
    if let Some(client) = client.upgrade() {
        client.tell(event);
    }
}

/// What another tab says, if it is an event.
fn heard(event: &web_sys::Event) -> Option<RoomEvent> {
    let text = event.dyn_ref::<MessageEvent>()?.data().dyn_into::<JsString>().ok()?;
    (text.length() <= LONGEST_EVENT).then(|| String::from(text)).as_deref().and_then(RoomEvent::read)
}

/// Of two tabs that write in the same moment one may store what lacks the other's event; it is there with the next: enough for an example.
fn kept(what: &str) -> Vec<RoomEvent> {
    let text = storage().and_then(|storage| storage.get_item(&format!("{NAME}/{what}")).ok()?);
    let all: Vec<Value> = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).filter(RoomEvent::is_possible).collect()
}

fn keep(what: &str, events: &[RoomEvent]) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(events)) {
        let _ = storage.set_item(&format!("{NAME}/{what}"), &text);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// By this machine's clock, in milliseconds.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// An id that nobody else has.
pub(crate) fn random() -> String {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    crypto.map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

fn id_of(name: &str) -> String {
    format!("@{name}:tabs")
}

/// A name as people write it.
pub(crate) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
