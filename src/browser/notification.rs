//! A notification of the system's, for a page that nobody sees.

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::browser::crash::{self, Entry};
use crate::browser::js;

fn class() -> JsValue {
    js::get(&js_sys::global(), "Notification")
}

/// Asks the person whether notifications may be shown, unless they said so already. In a gesture of theirs only: browsers refuse it
/// otherwise, and rightly.
pub fn ask() {
    let class = class();
    if js::text(&class, "permission").as_deref() == Some("default") {
        js::forget(js::call(&class, "requestPermission", &[]));
    }
}

/// A notification that is shown. Dropping it closes it.
pub struct Notification {
    shown: JsValue,
    clicked: Option<EventListener>,
    _entry: Entry,
}

impl Notification {
    /// Shows one that stays until it is answered; another with the same tag takes its place. A click brings the page to the front
    /// and calls `clicked`. `None` where that is not allowed.
    pub fn show(title: &str, body: &str, tag: &str, clicked: impl Fn() + 'static) -> Option<Self> {
        let class = class();
        if js::text(&class, "permission").as_deref() != Some("granted") {
            return None;
        }
        let options = js::object(&[
            ("body", &body.into()),
            ("tag", &tag.into()),
            ("requireInteraction", &JsValue::TRUE),
            // The ring is heard from the page.
            ("silent", &JsValue::TRUE),
        ]);
        let shown = js::construct(&class, &[&title.into(), &options]).ok()?;
        let clicked = EventListener::new(shown.unchecked_ref::<EventTarget>(), "click", move |_| {
            if let Some(window) = web_sys::window() {
                let _ = window.focus();
            }
            clicked();
        });
        let of_crash = shown.clone();
        let entry = crash::enter(move || close(&of_crash));
        Some(Self { shown, clicked: Some(clicked), _entry: entry })
    }
}

impl Drop for Notification {
    fn drop(&mut self) {
        close(&self.shown);
        // It may be running right now: the click that showed the room.
        let clicked = self.clicked.take();
        wasm_bindgen_futures::spawn_local(async move { drop(clicked) });
    }
}

fn close(shown: &JsValue) {
    let _ = js::call(shown, "close", &[]);
}
