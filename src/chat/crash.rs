//! A panic is a bug of ours; the page then says so instead of standing still. The words are in `index.html`: nothing of
//! the program can be trusted to run any more.

use crate::browser::frames;

/// Ends a conference that is open, since no button works any more, and shows the crash notice, and the reason in the console,
/// when the program panics.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        frames::remove_all();
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
