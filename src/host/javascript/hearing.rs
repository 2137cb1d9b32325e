//! What the page's host tells: heard once, read once, and told to every listener. It is told in a task of its own soon after: a page may
//! tell something in the middle of a call that the listener itself makes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::caller::Caller;
use super::taking;
use crate::browser::{clock, crash, look};
use crate::host::{HostEvent, Subscription, wire};

type Listener = Rc<dyn Fn(&HostEvent)>;

/// The listeners, and the one subscription at the page's host, which lasts as long as there is any.
pub(super) struct Hearing {
    caller: Caller,
    listeners: RefCell<Vec<(u64, Listener)>>,
    /// Counts listeners and subscriptions.
    last: Cell<u64>,
    /// The subscription that counts; a page may go on telling one that it was asked to end.
    current: Cell<u64>,
    end: RefCell<Option<Function>>,
    look: RefCell<Option<EventListener>>,
    /// What was heard and not yet told.
    heard: RefCell<VecDeque<HostEvent>>,
    telling: Cell<bool>,
    reading: Cell<bool>,
    account: Cell<u64>,
}

impl Hearing {
    pub(super) fn new(caller: Caller) -> Rc<Self> {
        Rc::new(Self {
            caller,
            listeners: RefCell::default(),
            last: Cell::default(),
            current: Cell::default(),
            end: RefCell::default(),
            look: RefCell::default(),
            heard: RefCell::default(),
            telling: Cell::default(),
            reading: Cell::default(),
            account: Cell::default(),
        })
    }

    /// Counts how often the account data may have become different: what was read of them at another count is old.
    pub(super) fn account(&self) -> u64 {
        self.account.get()
    }

    fn count_account(&self) {
        self.account.set(self.account.get().wrapping_add(1));
    }

    pub(super) fn subscribe(self: &Rc<Self>, listener: Listener) -> Subscription {
        let number = self.next();
        let is_first = self.listeners.borrow().is_empty();
        self.listeners.borrow_mut().push((number, listener));
        if is_first {
            self.begin();
        }
        let this = self.clone();
        Subscription::new(move || this.leave(number))
    }

    fn next(&self) -> u64 {
        self.last.set(self.last.get().wrapping_add(1));
        self.last.get()
    }

    fn begin(self: &Rc<Self>) {
        let number = self.next();
        self.current.set(number);
        // They may have changed while nobody listened.
        self.count_account();
        if !self.caller.has("isDark") {
            let weak = Rc::downgrade(self);
            let changed = move |_: &web_sys::Event| {
                if let Some(this) = weak.upgrade() {
                    this.keep(HostEvent::LookChanged);
                }
            };
            *self.look.borrow_mut() = look::dark_query().map(|query| EventListener::new(&query, "change", changed));
        }
        let weak = Rc::downgrade(self);
        // The page keeps it as long as it likes, so it is the page's: the browser frees it when nobody there holds it any more.
        let listener = Closure::<dyn Fn(JsValue) -> bool>::new(move |event| {
            weak.upgrade().filter(|this| this.current.get() == number).is_some_and(|this| this.hear(&event))
        });
        let end = self.caller.call("subscribe", &[&listener.into_js_value()]);
        match end.dyn_into() {
            Ok(end) => *self.end.borrow_mut() = Some(end),
            Err(end) => self.caller.complain("subscribe", "gave no function that ends it", &taking::kind(&end)),
        }
    }

    fn leave(&self, number: u64) {
        // Dropped outside: a listener may hold other subscriptions.
        let left: Vec<_> = {
            let mut listeners = self.listeners.borrow_mut();
            let place = listeners.iter().position(|(of, _)| *of == number);
            place.map(|place| listeners.remove(place)).into_iter().collect()
        };
        drop(left);
        if !self.listeners.borrow().is_empty() {
            return;
        }
        self.current.set(0);
        let (look, heard, end) = (self.look.take(), self.heard.take(), self.end.take());
        drop((look, heard));
        if let Some(Err(error)) = end.map(|end| end.call0(&JsValue::UNDEFINED)) {
            self.caller.complain("subscribe", "gave a function that failed", &error);
        }
    }

    /// Reads what the page tells, at once: it may change the object afterwards. An object that tells something while it is read is not
    /// listened to. Gives whether it has live events of calls or widgets in it that may still ring, of which the listener learns a moment
    /// later.
    fn hear(self: &Rc<Self>, event: &JsValue) -> bool {
        if crash::crashed() || self.reading.replace(true) {
            return false;
        }
        let value = taking::value(event, "events");
        self.reading.set(false);
        let now = clock::now();
        let Some(heard) = value.and_then(|value| wire::host_event(value, now)) else {
            self.caller.complain("subscribe", "told something that can't be read", &taking::kind(event));
            return false;
        };
        // Of a whole sync often nothing concerns calls.
        let (may_ring, is_news) = match &heard {
            HostEvent::Live(batch) => (
                batch.events.iter().any(|live| live.is_recent(now)),
                !batch.events.is_empty() || !batch.gaps.is_empty(),
            ),
            _ => (false, true),
        };
        if is_news {
            self.keep(heard);
        }
        may_ring
    }

    fn keep(self: &Rc<Self>, event: HostEvent) {
        self.heard.borrow_mut().push_back(event);
        if !self.telling.replace(true) {
            let this = self.clone();
            spawn_local(async move { this.tell() });
        }
    }

    fn tell(&self) {
        loop {
            let next = self.heard.borrow_mut().pop_front();
            let Some(event) = next.filter(|_| !crash::crashed()) else { break };
            if event == HostEvent::AccountChanged {
                self.count_account();
            }
            let listeners = self.listeners.borrow().clone();
            for (number, listener) in listeners {
                // An earlier one may have ended this one's subscription.
                if self.listeners.borrow().iter().any(|(of, _)| *of == number) {
                    listener(&event);
                }
            }
        }
        self.telling.set(false);
    }
}
