//! Keeps the screen on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::browser::crash::{self, Entry};
use crate::browser::js;

/// Keeps the screen on until dropped, as far as the browser and the battery let it.
pub struct WakeLock {
    lock: Rc<Lock>,
    _visible: Option<EventListener>,
}

#[derive(Default)]
struct Lock {
    sentinel: RefCell<Option<Sentinel>>,
    over: Cell<bool>,
}

/// The browser's own lock. Dropping it releases it.
struct Sentinel {
    browser: JsValue,
    _entry: Entry,
}

impl Sentinel {
    fn of(browser: JsValue) -> Self {
        let of_crash = browser.clone();
        Self { browser, _entry: crash::enter(move || release(&of_crash)) }
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        release(&self.browser);
    }
}

fn release(sentinel: &JsValue) {
    js::forget(js::call(sentinel, "release", &[]));
}

impl WakeLock {
    /// Begins at once, and anew whenever the page comes into sight: the browser ends it when it goes out of sight.
    pub fn hold() -> Self {
        let lock: Rc<Lock> = Rc::default();
        lock.clone().request();
        let document = web_sys::window().and_then(|window| window.document());
        let its_lock = lock.clone();
        let visible = document.map(|document| {
            EventListener::new(&document.clone(), "visibilitychange", move |_| {
                if !document.hidden() {
                    its_lock.clone().request();
                }
            })
        });
        Self { lock, _visible: visible }
    }
}

impl Lock {
    fn request(self: Rc<Self>) {
        spawn_local(async move {
            let wake_lock = js::get(&js::navigator(), "wakeLock");
            if let Ok(sentinel) = js::called(&wake_lock, "request", &[&"screen".into()]).await {
                self.keep(Sentinel::of(sentinel));
            }
        });
    }

    /// In place of the one before, which is released; so is one that comes too late.
    fn keep(&self, sentinel: Sentinel) {
        if !self.over.get() {
            drop(self.sentinel.replace(Some(sentinel)));
        }
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        self.lock.over.set(true);
        drop(self.lock.sentinel.take());
    }
}
