//! What happens when a page's program fails: what it has open is closed, so that no camera stays on, and words that stand ready in
//! the markup say so.

use web_sys::Document;

use crate::browser::crash;

/// Installs the panic hook; the one before it, a test runner's for instance, is called too. `clear` takes away what else must not
/// outlive the program; it may only reach the document, and must not panic.
pub(crate) fn watch(clear: fn(&Document)) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        web_sys::console::error_1(&panic.to_string().into());
        happens(clear);
        before(panic);
    }));
}

/// What the hook does beside reporting it.
pub(crate) fn happens(clear: fn(&Document)) {
    crash::close_all();
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        clear(&document);
        give_up(&document);
    }
}

fn give_up(document: &Document) {
    if let Some(main) = document.get_element_by_id("page") {
        let _ = main.set_attribute("data-stage", "crashed");
    }
    if let Some(words) = document.get_element_by_id("crashed") {
        let _ = words.remove_attribute("hidden");
    }
}
