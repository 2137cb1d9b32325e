//! A chat of two people in one room, scripted: what one sends the other receives.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::future::TimeoutFuture;
use meet_in_chat::browser::clock;
use meet_in_chat::host::{Host, HostError, HostEvent, HostFuture, Identity, LiveBatch, LiveEvent, Subscription};
use meet_in_chat::ids::{EventId, RoomId, UserId};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

type Listener = Rc<dyn Fn(&HostEvent)>;

/// One person's chat.
pub(crate) struct Chat {
    me: &'static str,
    other: RefCell<Weak<Chat>>,
    listeners: Rc<RefCell<Vec<Listener>>>,
    /// Types of what was sent, and of the last words with their transactions.
    pub(crate) sent: RefCell<Vec<String>>,
    pub(crate) last_words: RefCell<Vec<(String, String)>>,
    pub(crate) opened: Cell<u32>,
    /// No call may ring in the room.
    pub(crate) quiet: Cell<bool>,
    /// How often the room was read.
    pub(crate) read: Cell<u32>,
    /// Only this room is there; without it, any that is asked for.
    only: Option<RoomId>,
    configuration: Value,
    /// How often that was asked for.
    pub(crate) configured: Cell<u32>,
    pub(crate) well_known: RefCell<Option<Value>>,
    /// The account data, of whatever type: what the syncs and the homeserver have.
    pub(crate) account_data: RefCell<Option<Value>>,
    /// Account data can't be written.
    pub(crate) account_data_refused: Cell<bool>,
    /// In every room a conference runs, on the server that is built in.
    pub(crate) conferences: Cell<bool>,
    /// The homeserver does not answer.
    pub(crate) offline: Cell<bool>,
}

/// The room.
pub(crate) fn room() -> RoomId {
    "!room".into()
}

/// Ann's chat on a site that offers fallback servers and approves of the built-in Meet server, where every room is one with Ben, who is
/// not there.
pub(crate) fn alone() -> Rc<Chat> {
    let ours = json!({ "fallback_ice_servers": ["stun:stun.example.org"], "approved_domains": ["jitsi.riot.im"] });
    alone_at(json!({ "meet_in_chat": ours }))
}

/// The same on a site of this configuration.
pub(crate) fn alone_at(configuration: Value) -> Rc<Chat> {
    Rc::new(Chat { only: None, configuration, ..Chat::of("@ann:x") })
}

/// Two chats of two people.
pub(crate) fn two() -> (Rc<Chat>, Rc<Chat>) {
    let (ann, ben) = (Rc::new(Chat::of("@ann:x")), Rc::new(Chat::of("@ben:x")));
    *ann.other.borrow_mut() = Rc::downgrade(&ben);
    *ben.other.borrow_mut() = Rc::downgrade(&ann);
    (ann, ben)
}

impl Chat {
    fn of(me: &'static str) -> Self {
        Self {
            me,
            other: RefCell::default(),
            listeners: Rc::default(),
            sent: RefCell::default(),
            last_words: RefCell::default(),
            opened: Cell::default(),
            quiet: Cell::default(),
            read: Cell::default(),
            only: Some(room()),
            configuration: json!({}),
            configured: Cell::default(),
            well_known: RefCell::default(),
            account_data: RefCell::default(),
            account_data_refused: Cell::default(),
            conferences: Cell::default(),
            offline: Cell::default(),
        }
    }

    pub(crate) fn deliver(&self, event: Value) {
        let live = LiveEvent { room: room(), event, encrypted: false, received_at: clock::now() };
        self.tell(&HostEvent::Live(Rc::new(LiveBatch { events: vec![live], gaps: Vec::new() })));
    }

    pub(crate) fn tell(&self, event: &HostEvent) {
        let listeners = self.listeners.borrow().clone();
        for listener in listeners {
            listener(event);
        }
    }

    /// How many listen.
    pub(crate) fn listeners(&self) -> usize {
        self.listeners.borrow().len()
    }

    fn send(&self, event_type: &str, content: Value) -> EventId {
        let id = format!("${}{}", self.me, js_sys::Math::random());
        let event = json!({
            "event_id": id, "type": event_type, "sender": self.me, "content": content, "unsigned": { "age": 0 },
            "origin_server_ts": clock::now().0,
        });
        let other = self.other.borrow().clone();
        spawn_local(async move {
            TimeoutFuture::new(5).await;
            if let Some(other) = other.upgrade() {
                other.deliver(event);
            }
        });
        EventId::new(id)
    }
}

impl Host for Chat {
    fn identity(&self) -> Identity {
        Identity { user_id: self.me.into(), device_id: "DEVICE".into() }
    }

    fn room(&self, id: &RoomId) -> Option<Value> {
        self.read.set(self.read.get() + 1);
        let member = |user: &str, name: &str| {
            json!({ "type": "m.room.member", "state_key": user, "sender": user, "event_id": user,
                    "content": { "membership": "join", "displayname": name } })
        };
        let mut state = vec![member("@ann:x", "Ann"), member("@ben:x", "Ben")];
        if self.conferences.get() {
            let data = json!({ "domain": "jitsi.riot.im", "conferenceId": "Tea" });
            state.push(
                json!({ "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ben:x", "event_id": "$w",
                               "content": { "type": "jitsi", "url": "https://w.example/", "data": data } }),
            );
        }
        self.only.as_ref().is_none_or(|only| only == id).then(|| {
            json!({ "room_id": id.as_str(), "membership": "join", "name": "Tea", "joined_member_count": 2, "state": state })
        })
    }

    fn subscribe(&self, listener: Listener) -> Subscription {
        self.listeners.borrow_mut().push(listener.clone());
        let listeners = self.listeners.clone();
        Subscription::new(move || listeners.borrow_mut().retain(|other| !Rc::ptr_eq(other, &listener)))
    }

    fn send_state(&self, _: &RoomId, _: &str, _: &str, _: Value) -> HostFuture<EventId> {
        Box::pin(async { Err(HostError::Unsupported) })
    }

    fn send_event(&self, _: &RoomId, event_type: &str, content: Value, _: &str) -> HostFuture<EventId> {
        self.sent.borrow_mut().push(event_type.to_owned());
        let id = self.send(event_type, content);
        Box::pin(async { Ok(id) })
    }

    fn send_last_word(&self, _: &RoomId, event_type: &str, content: Value, transaction: &str) {
        self.last_words.borrow_mut().push((event_type.to_owned(), transaction.to_owned()));
        self.send(event_type, content);
    }

    fn open_id_token(&self) -> HostFuture<Value> {
        Box::pin(async { Err(HostError::Unsupported) })
    }

    fn turn_server(&self) -> HostFuture<Value> {
        Box::pin(async { Ok(json!({})) })
    }

    fn events_since(&self, _: &RoomId, _: Option<&EventId>) -> HostFuture<LiveBatch> {
        Box::pin(async { Ok(LiveBatch::default()) })
    }

    fn can_encrypt(&self) -> bool {
        false
    }

    fn prepare_to_encrypt(&self, _: &RoomId) {}

    fn ring_allowed(&self) -> bool {
        true
    }

    fn may_ring_in(&self, _: &RoomId) -> bool {
        !self.quiet.get()
    }

    fn is_ignored(&self, _: &UserId) -> bool {
        false
    }

    fn account_data(&self, _: &str) -> Option<Value> {
        self.account_data.borrow().clone()
    }

    fn set_account_data(&self, _: &str, content: Value) -> HostFuture<()> {
        if self.account_data_refused.get() {
            return Box::pin(async { Err(HostError::Unreachable) });
        }
        *self.account_data.borrow_mut() = Some(content);
        Box::pin(async { Ok(()) })
    }

    fn avatar(&self, _: &RoomId, _: &UserId, _: u32) -> HostFuture<Option<String>> {
        Box::pin(async { Ok(None) })
    }

    fn client_well_known(&self) -> Option<Value> {
        self.well_known.borrow().clone()
    }

    fn configuration(&self) -> Value {
        self.configured.set(self.configured.get() + 1);
        self.configuration.clone()
    }

    fn online(&self) -> bool {
        !self.offline.get()
    }

    fn open_room(&self, _: &RoomId) {
        self.opened.set(self.opened.get() + 1);
    }

    fn language(&self) -> String {
        "en".into()
    }

    fn dark(&self) -> bool {
        false
    }
}
