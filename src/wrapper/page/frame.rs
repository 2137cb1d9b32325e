//! Meet's frame: opened once in its place, never moved (that would reload it), emptied and removed when dropped.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlIFrameElement, Window};

/// What Meet may use of the browser: devices, screen sharing, sound, the clipboard, full screen, an awake screen, choice of
/// loudspeaker (`meet-iframe.md` 9).
const ALLOWED: &str =
    "camera; microphone; display-capture; autoplay; clipboard-write; fullscreen; screen-wake-lock; speaker-selection";
/// Everything that Meet needs, a sign-in window included, but not to navigate the page around it away.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox \
                       allow-downloads allow-modals";

/// The open frame.
pub(super) struct MeetFrame(HtmlIFrameElement);

impl MeetFrame {
    /// Opens it inside `place`. What it may do is settled before it has an address.
    pub(super) fn open(document: &Document, place: &Element, url: &str, title: &str) -> Option<Self> {
        let frame: HtmlIFrameElement = document.create_element("iframe").ok()?.dyn_into().ok()?;
        for (name, value) in [("sandbox", SANDBOX), ("allow", ALLOWED), ("title", title), ("src", url)] {
            frame.set_attribute(name, value).ok()?;
        }
        place.append_child(&frame).ok()?;
        Some(Self(frame))
    }

    /// The window that Meet speaks from.
    pub(super) fn window(&self) -> Option<Window> {
        self.0.content_window()
    }

    /// Gives it the keyboard.
    pub(super) fn focus(&self) {
        let _ = self.0.focus();
    }
}

impl Drop for MeetFrame {
    fn drop(&mut self) {
        clear(&self.0);
    }
}

/// Empties a frame, then removes it: some browsers keep the camera of a frame that was only removed.
pub(super) fn clear(frame: &Element) {
    let _ = frame.set_attribute("src", "about:blank");
    frame.remove();
}
