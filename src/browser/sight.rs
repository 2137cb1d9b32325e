//! Knowing when an element first comes into view.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

/// Waits for an element to come into view; stops waiting when dropped.
#[must_use = "dropping it ends the wait"]
pub struct Sight {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(js_sys::Array, IntersectionObserver)>,
}

impl Sight {
    /// Calls `seen` once, when `element` is first in view. `None` where the browser can't watch.
    pub fn first_of(element: &Element, seen: impl FnOnce() + 'static) -> Option<Self> {
        let mut seen = Some(seen);
        let callback = Closure::new(move |entries: js_sys::Array, observer: IntersectionObserver| {
            let in_view =
                entries.iter().any(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
            if in_view {
                observer.disconnect();
                if let Some(seen) = seen.take() {
                    seen();
                }
            }
        });
        let observer =
            IntersectionObserver::new(AsRef::<wasm_bindgen::JsValue>::as_ref(&callback).unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
