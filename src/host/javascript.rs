//! A chat that exists already, as a host: an object of the page's own, whose interface is `embed/src/host.d.ts`. The page is no attacker,
//! but it is not ours: every value is taken as what it is and read, every method may throw, give anything or never answer, and none of
//! that can crash the calls or keep one waiting for ever. Whoever wrote the page reads of it in the console, once for each method.

mod caller;
mod hearing;
mod taking;

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen::JsValue;

use self::caller::Caller;
use self::hearing::Hearing;
use self::taking::{LONGEST_ADDRESS, LONGEST_NAME};
use crate::browser::{js, look};
use crate::call::room::CallRoom;
use crate::host::shape::{self, HostProblem};
use crate::host::{Host, HostError, HostEvent, HostFuture, Identity, LiveBatch, Subscription, member_in, wire};
use crate::ids::{EventId, RoomId, UserId};
use crate::json::Object;
use crate::push_rules::{self, PushRules};
use crate::time::Millis;

/// How long the page may take for an operation. Longer than the 30 s after which clients commonly give up a request, so that it can
/// say itself what happened.
const PATIENCE: Millis = Millis::seconds(45);
/// How many times that for the events of a gap, which are several requests, each repeated.
const OF_A_GAP: u64 = 4;

/// A page's own client, as the call components see it.
pub struct JavaScriptHost {
    caller: Caller,
    identity: Identity,
    hearing: Rc<Hearing>,
    ringing: RefCell<Option<Rc<Ringing>>>,
    patience: Millis,
}

/// What my account data say of ringing.
struct Ringing {
    /// [`Hearing::account`] when it was read.
    at: u64,
    rules: PushRules,
    silenced: bool,
}

impl JavaScriptHost {
    /// Takes an object as the host, if it has every member that a host needs. Nothing of it is called.
    pub fn check(object: &JsValue) -> Result<Self, HostProblem> {
        let problem = || shape::problem(|name| taking::found(object, name));
        if let Some(problem) = taking::no_object(object).or_else(problem) {
            return Err(problem);
        }
        let text = |name| taking::text(&js::get(object, name), LONGEST_NAME).unwrap_or_default();
        let caller = Caller::new(object);
        Ok(Self {
            identity: Identity { user_id: UserId::new(text("userId")), device_id: text("deviceId").as_str().into() },
            hearing: Hearing::new(caller.clone()),
            ringing: RefCell::default(),
            caller,
            patience: PATIENCE,
        })
    }

    /// The same with another time for each operation.
    #[must_use]
    pub fn with_patience(self, patience: Millis) -> Self {
        Self { patience, ..self }
    }

    /// Whether events may leave for a room by this chat: never for an encrypted one that it can't encrypt for, nor for one that it
    /// doesn't know.
    fn may_send(caller: &Caller, me: &UserId, room: &RoomId) -> bool {
        let can_encrypt = caller.says("canEncrypt", &[], false);
        let read = || CallRoom::read(&room_of(caller, room)?, me, false);
        can_encrypt || read().is_some_and(|room| room.may_send())
    }

    fn content_of(&self, method: &'static str, arguments: Vec<JsValue>) -> HostFuture<Option<Value>> {
        let (caller, patience) = (self.caller.clone(), self.patience);
        Box::pin(async move {
            let arguments: Vec<_> = arguments.iter().collect();
            match caller.promises_json(method, &arguments, patience, content).await {
                Err(error) if wire::is_nothing(&error) => Ok(None),
                result => result,
            }
        })
    }

    /// As read last: a copy of all push rules for every call event would be too much.
    fn ringing(&self) -> Rc<Ringing> {
        let at = self.hearing.account();
        let known = self.ringing.borrow().clone();
        known.filter(|known| known.at == at).unwrap_or_else(|| {
            let content = |event_type: &str| match self.account_data(event_type) {
                Some(Value::Object(content)) => content,
                _ => Object::new(),
            };
            let silenced = content(&[push_rules::SILENCED, self.identity.device_id.as_str()].concat());
            let read = Rc::new(Ringing {
                at,
                rules: PushRules::read(&content(push_rules::EVENT_TYPE)),
                silenced: push_rules::is_silenced(&silenced),
            });
            *self.ringing.borrow_mut() = Some(read.clone());
            read
        })
    }

    /// Calls a method whose answer is one object.
    fn object_of(&self, method: &'static str) -> HostFuture<Value> {
        let (caller, patience) = (self.caller.clone(), self.patience);
        Box::pin(async move { caller.promises_json(method, &[], patience, object).await })
    }

    fn done(&self, method: &'static str, arguments: Vec<JsValue>) -> HostFuture<()> {
        let (caller, patience) = (self.caller.clone(), self.patience);
        Box::pin(async move {
            let arguments: Vec<_> = arguments.iter().collect();
            caller.promises(method, &arguments, patience).await.map(drop)
        })
    }
}

impl Host for JavaScriptHost {
    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    fn room(&self, room: &RoomId) -> Option<Value> {
        room_of(&self.caller, room)
    }

    fn member(&self, room: &RoomId, user: &UserId) -> Option<Value> {
        if !self.caller.has("getMember") {
            return member_in(&self.room(room)?, user);
        }
        let arguments = [&word(room.as_str()), &word(user.as_str())];
        self.caller.gives("getMember", &arguments, |value| wire::member(value, user))
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription {
        self.hearing.subscribe(listener)
    }

    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId> {
        let (caller, patience) = (self.caller.clone(), self.patience);
        let arguments = [word(room.as_str()), word(event_type), word(state_key), js::given(&content)];
        Box::pin(async move {
            let read = |value| wire::event_id(&value);
            caller.promises_json("sendStateEvent", &arguments.each_ref(), patience, read).await
        })
    }

    fn send_event(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) -> HostFuture<EventId> {
        let (caller, patience, me, room) =
            (self.caller.clone(), self.patience, self.identity.user_id.clone(), room.clone());
        let arguments = [word(room.as_str()), word(event_type), js::given(&content), word(transaction)];
        Box::pin(async move {
            // Asked at the moment in which it leaves.
            if !Self::may_send(&caller, &me, &room) {
                return Err(HostError::Unsupported);
            }
            let read = |value| wire::event_id(&value);
            caller.promises_json("sendEvent", &arguments.each_ref(), patience, read).await
        })
    }

    fn send_last_word(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) {
        if Self::may_send(&self.caller, &self.identity.user_id, room) {
            let arguments = [word(room.as_str()), word(event_type), js::given(&content), word(transaction)];
            self.caller.tells("sendLastWord", &arguments.each_ref());
        }
    }

    fn open_id_token(&self) -> HostFuture<Value> {
        self.object_of("getOpenIdToken")
    }

    fn turn_server(&self) -> HostFuture<Value> {
        self.object_of("getTurnServer")
    }

    fn events_since(&self, room: &RoomId, event: Option<&EventId>) -> HostFuture<LiveBatch> {
        let (caller, patience) = (self.caller.clone(), Millis(self.patience.0.saturating_mul(OF_A_GAP)));
        let arguments = [word(room.as_str()), event.map_or(JsValue::NULL, |event| word(event.as_str()))];
        Box::pin(async move {
            let read = |value| wire::live_batch(value, crate::browser::clock::now());
            caller.promises_json("getEventsSince", &arguments.each_ref(), patience, read).await
        })
    }

    fn can_encrypt(&self) -> bool {
        self.caller.says("canEncrypt", &[], false)
    }

    fn prepare_to_encrypt(&self, room: &RoomId) {
        if self.caller.has("prepareToEncrypt") {
            self.caller.tells("prepareToEncrypt", &[&word(room.as_str())]);
        }
    }

    fn ring_allowed(&self) -> bool {
        // A call that is missed is worse than one that is heard.
        let told = self.caller.has("isRingAllowed").then(|| self.caller.says("isRingAllowed", &[], true));
        told.unwrap_or_else(|| {
            let ringing = self.ringing();
            !ringing.rules.quiet && !ringing.silenced
        })
    }

    fn may_ring_in(&self, room: &RoomId) -> bool {
        self.caller.says("mayRingIn", &[&word(room.as_str())], true)
    }

    fn notifies_in(&self, room: &RoomId) -> bool {
        let told = self.caller.has("notifiesIn").then(|| self.caller.says("notifiesIn", &[&word(room.as_str())], true));
        told.unwrap_or_else(|| self.ringing().rules.notify_in(room))
    }

    fn is_ignored(&self, user: &UserId) -> bool {
        self.caller.says("isIgnored", &[&word(user.as_str())], false)
    }

    fn account_data(&self, event_type: &str) -> Option<Value> {
        self.caller.gives("getAccountData", &[&word(event_type)], object)
    }

    fn newest_account_data(&self, event_type: &str) -> HostFuture<Option<Value>> {
        if self.caller.has("fetchAccountData") {
            return self.content_of("fetchAccountData", vec![word(event_type)]);
        }
        // What can't be read is no answer: all that others keep there would be written over.
        self.content_of("getAccountData", vec![word(event_type)])
    }

    fn set_account_data(&self, event_type: &str, content: Value) -> HostFuture<()> {
        self.done("setAccountData", vec![word(event_type), js::given(&content)])
    }

    fn room_account_data(&self, room: &RoomId, event_type: &str) -> HostFuture<Option<Value>> {
        self.content_of("fetchRoomAccountData", vec![word(room.as_str()), word(event_type)])
    }

    fn set_room_account_data(&self, room: &RoomId, event_type: &str, content: Value) -> HostFuture<()> {
        self.done("setRoomAccountData", vec![word(room.as_str()), word(event_type), js::given(&content)])
    }

    fn avatar(&self, room: &RoomId, user: &UserId, size: u32) -> HostFuture<Option<String>> {
        if !self.caller.has("getAvatar") {
            return Box::pin(async { Ok(None) });
        }
        let (caller, patience) = (self.caller.clone(), self.patience);
        let arguments = [word(room.as_str()), word(user.as_str()), size.into()];
        Box::pin(async move {
            let address = caller.promises("getAvatar", &arguments.each_ref(), patience).await?;
            Ok(caller.text("getAvatar", &address, LONGEST_ADDRESS))
        })
    }

    fn client_well_known(&self) -> Option<Value> {
        self.caller.gives("getClientWellKnown", &[], object)
    }

    fn configuration(&self) -> Value {
        self.caller.gives("getConfiguration", &[], object).unwrap_or_else(|| Object::new().into())
    }

    fn online(&self) -> bool {
        self.caller.says("isOnline", &[], true)
    }

    fn open_room(&self, room: &RoomId) {
        self.caller.tells("openRoom", &[&word(room.as_str())]);
    }

    fn language(&self) -> String {
        let asked = self.caller.has("getLanguage").then(|| self.caller.call("getLanguage", &[]));
        let chosen = asked.and_then(|language| self.caller.text("getLanguage", &language, LONGEST_NAME));
        chosen
            .or_else(page_language)
            .or_else(|| js::text(&js::navigator(), "language"))
            .unwrap_or_else(|| "en".to_owned())
    }

    fn dark(&self) -> bool {
        let system = look::dark_query().is_some_and(|query| query.matches());
        self.caller.says("isDark", &[], system)
    }
}

fn room_of(caller: &Caller, room: &RoomId) -> Option<Value> {
    caller.gives("getRoom", &[&word(room.as_str())], |value| wire::room(value, room))
}

/// What the page says of itself.
fn page_language() -> Option<String> {
    let root = web_sys::window()?.document()?.document_element()?;
    root.get_attribute("lang").filter(|language| !language.is_empty())
}

fn word(text: &str) -> JsValue {
    text.into()
}

fn object(value: Value) -> Option<Value> {
    value.is_object().then_some(value)
}

/// What is written of account data; nothing of it is an answer too.
fn content(value: Value) -> Option<Option<Value>> {
    match value {
        Value::Null => Some(None),
        value => object(value).map(Some),
    }
}
