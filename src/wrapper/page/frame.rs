//! The page's frames, Meet's and the one with the check of the devices: opened once in their place, never moved (that would reload
//! them), emptied and removed when dropped.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlIFrameElement, Window};

/// What Meet may use of the browser: devices, screen sharing, sound, the clipboard, full screen, an awake screen, choice of
/// loudspeaker (`meet-iframe.md` 9). And everything that it needs, a sign-in window included, but not to navigate the page around
/// it away.
const MEET: &[(&str, &str)] = &[
    (
        "sandbox",
        "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads \
         allow-modals",
    ),
    (
        "allow",
        "camera; microphone; display-capture; autoplay; clipboard-write; fullscreen; screen-wake-lock; speaker-selection",
    ),
];
/// The check measures the microphone with what browsers count as sound.
const CHECK: &[(&str, &str)] = &[("allow", "camera; microphone; autoplay")];
/// The ids of the places that frames are opened in.
const PLACES: [&str; 2] = ["meeting", "check"];

/// An open frame.
pub(super) struct Frame {
    frame: HtmlIFrameElement,
    loads: Option<EventListener>,
}

impl Frame {
    /// Opens Meet's inside `place`.
    pub(super) fn of_meet(document: &Document, place: &Element, url: &str, title: &str) -> Option<Self> {
        Self::open(document, place, MEET, url, title)
    }

    /// Opens the check's inside `place`.
    pub(super) fn of_check(document: &Document, place: &Element, url: &str, title: &str) -> Option<Self> {
        Self::open(document, place, CHECK, url, title)
    }

    /// What it may do is settled before it has an address.
    fn open(document: &Document, place: &Element, may: &[(&str, &str)], url: &str, title: &str) -> Option<Self> {
        let frame: HtmlIFrameElement = document.create_element("iframe").ok()?.dyn_into().ok()?;
        for (name, value) in may.iter().chain(&[("title", title), ("src", url)]) {
            frame.set_attribute(name, value).ok()?;
        }
        place.append_child(&frame).ok()?;
        Some(Self { frame, loads: None })
    }

    /// The window that it speaks from.
    pub(super) fn window(&self) -> Option<Window> {
        self.frame.content_window()
    }

    /// What is in it, if it is of this page's origin.
    pub(super) fn document(&self) -> Option<Document> {
        self.frame.content_document()
    }

    /// Listens to its `load` event for as long as it is open.
    pub(super) fn on_load(&mut self, loaded: impl FnMut() + 'static) {
        let mut loaded = loaded;
        self.loads = Some(EventListener::new(&self.frame, "load", move |_| loaded()));
    }

    /// Gives it another title.
    pub(super) fn call(&self, title: &str) {
        self.frame.set_title(title);
    }

    /// Gives it the keyboard.
    pub(super) fn focus(&self) {
        let _ = self.frame.focus();
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // The blank page loads too.
        self.loads = None;
        clear(&self.frame);
    }
}

/// Empties a frame, then removes it: some browsers keep the camera of a frame that was only removed.
fn clear(frame: &Element) {
    let _ = frame.set_attribute("src", "about:blank");
    frame.remove();
}

/// The same with all frames that the page has, after a crash: nothing drops them then.
pub(super) fn clear_all(document: &Document) {
    for place in PLACES.into_iter().filter_map(|id| document.get_element_by_id(id)) {
        while let Some(frame) = place.first_element_child() {
            clear(&frame);
        }
    }
}
