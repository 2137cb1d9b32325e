//! The tabs of one person: what they tell each other, and which one rings.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, BroadcastChannel};

use crate::browser::crash::{self, Entry};
use crate::browser::js;
use crate::call::vocabulary::TabWord;
use crate::ids::UserId;
use crate::json;

/// The longest word taken, in bytes: the id of a call or event has at most 255.
const LONGEST: usize = 512;

/// What the tabs tell this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabEvent {
    /// Another tab says something.
    Word(TabWord),
    /// This tab is the one that rings.
    Leading,
}

/// Takes them.
pub type Report = Rc<dyn Fn(TabEvent)>;

/// This tab among the others of one person. Dropping it leaves the others alone.
pub struct Tabs {
    name: String,
    report: Report,
    channel: Option<BroadcastChannel>,
    _listener: Option<EventListener>,
    competition: RefCell<Option<Competition>>,
}

impl Tabs {
    /// Listens to the other tabs of this person.
    pub fn new(me: &UserId, report: Report) -> Self {
        let name = ["meet_in_chat.calls.", me.as_str()].concat();
        let channel = BroadcastChannel::new(&name).ok();
        let listener = channel.as_ref().map(|channel| {
            let report = report.clone();
            EventListener::new(channel, "message", move |event| {
                if let Some(word) = js::text(event, "data").and_then(|text| word(&text)) {
                    report(TabEvent::Word(word));
                }
            })
        });
        Self { name, report, channel, _listener: listener, competition: RefCell::default() }
    }

    /// Tells all other tabs.
    pub fn tell(&self, word: &TabWord) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&json::text(&word.write()).into());
        }
    }

    /// Competes for ringing, or leaves it to another tab. Where the browser lends no Web Lock every tab rings.
    pub fn compete(&self, compete: bool) {
        let mut competition = self.competition.borrow_mut();
        if !compete {
            *competition = None;
        } else if competition.is_none() {
            *competition = Some(Competition::enter(&self.name, self.report.clone()));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

fn word(text: &str) -> Option<TabWord> {
    if text.len() > LONGEST {
        return None;
    }
    TabWord::read(&serde_json::from_str(text).ok()?)
}

type Granted = Closure<dyn FnMut(JsValue) -> JsValue>;

/// A Web Lock that is waited for or held. Dropping it gives it up.
struct Competition {
    lock: Rc<Lock>,
    granted: Option<Granted>,
    _entry: Entry,
}

struct Lock {
    report: Report,
    patience: Option<AbortController>,
    /// Ends the promise for whose life the lock is held.
    release: RefCell<Option<Function>>,
    given_up: Cell<bool>,
}

impl Competition {
    fn enter(name: &str, report: Report) -> Self {
        let lock = Rc::new(Lock {
            report,
            patience: AbortController::new().ok(),
            release: RefCell::default(),
            given_up: Cell::default(),
        });
        let (of_grant, of_crash) = (lock.clone(), lock.clone());
        let granted: Granted = Closure::new(move |_lock| of_grant.clone().granted());
        let options = js::object(&[]);
        if let Some(patience) = &lock.patience {
            js::set(&options, "signal", &patience.signal());
        }
        let locks = js::get(&js::navigator(), "locks");
        let request = js::call(&locks, "request", &[&name.into(), &options, granted.as_ref()]);
        spawn_local(lock.clone().outcome(request));
        Self { lock, granted: Some(granted), _entry: crash::enter(move || of_crash.give_up()) }
    }
}

impl Lock {
    /// Gives the promise for whose life the lock is held; none when it was given up in this very moment.
    fn granted(self: Rc<Self>) -> JsValue {
        if self.given_up.get() {
            return JsValue::UNDEFINED;
        }
        let promise = Promise::new(&mut |resolve, _| *self.release.borrow_mut() = Some(resolve));
        // Not within the browser's call: what follows may give the lock up and with it the very closure that was called.
        spawn_local(async move { self.lead() });
        promise.into()
    }

    /// A browser that lends no locks lets every tab ring. The lock is lost to nobody else: ours to give up, or stolen.
    async fn outcome(self: Rc<Self>, request: Result<JsValue, JsValue>) {
        let outcome = match request {
            Ok(promise) => js::settled(promise).await,
            Err(error) => Err(error),
        };
        if outcome.is_err_and(|error| js::text(&error, "name").as_deref() != Some("AbortError")) {
            self.lead();
        }
    }

    fn lead(&self) {
        if !self.given_up.get() {
            (self.report)(TabEvent::Leading);
        }
    }

    fn give_up(&self) {
        self.given_up.set(true);
        if let Some(patience) = &self.patience {
            patience.abort();
        }
        let release = self.release.try_borrow_mut().ok().and_then(|mut release| release.take());
        if let Some(release) = release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Drop for Competition {
    fn drop(&mut self) {
        self.lock.give_up();
        // The lock may have been granted in this very moment, so the browser may still call it once.
        let granted = self.granted.take();
        spawn_local(async move { drop(granted) });
    }
}
