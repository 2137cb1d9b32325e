//! What happens when this program fails: Meet's frame goes, so that no camera stays on, and words that stand ready in the markup
//! say so.

use web_sys::Document;

use super::frame;

/// Installs the panic hook; the one before it, a test runner's for instance, is called too.
pub(super) fn watch() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        web_sys::console::error_1(&panic.to_string().into());
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            give_up(&document);
        }
        before(panic);
    }));
}

fn give_up(document: &Document) {
    if let Some(place) = document.get_element_by_id("meeting") {
        while let Some(frame) = place.first_element_child() {
            frame::clear(&frame);
        }
    }
    if let Some(main) = document.get_element_by_id("page") {
        let _ = main.set_attribute("data-stage", "crashed");
    }
    if let Some(words) = document.get_element_by_id("crashed") {
        let _ = words.remove_attribute("hidden");
    }
}
