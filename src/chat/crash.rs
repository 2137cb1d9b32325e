//! A panic is a bug of ours; the page then says so instead of standing still. The words are in `index.html`: nothing of
//! the program can be trusted to run any more.

use gloo_events::EventListener;

use crate::ui;

/// When the program panics: ends the conference and the calls that are open, since no button works any more, and shows the crash
/// notice, and the reason in the console.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        ui::end_after_panic(panic);
        let Some(document) = web_sys::window().and_then(|window| window.document()) else {
            return;
        };
        if let Some(page) = document.get_element_by_id("page") {
            let _ = page.set_attribute("inert", "");
        }
        if let Some(notice) = document.get_element_by_id("crashed") {
            let _ = notice.remove_attribute("hidden");
        }
    }));
}

/// The event on `window` that breaks the page on a demo's or a test's site.
const ON_DEMAND: &str = "meet-in-chat-panic";

/// Lets a script of the page's own origin break the program, to see what is left then. Nothing that comes from a room, a server or
/// another frame can dispatch an event on the window, and no site but a demo's or a test's asks for this.
pub(super) fn on_demand() {
    if let Some(window) = web_sys::window() {
        EventListener::once(&window, ON_DEMAND, |_| panic!("as asked for by {ON_DEMAND}")).forget();
    }
}
