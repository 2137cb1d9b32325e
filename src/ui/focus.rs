//! Where the keyboard goes when the element that had it goes away.

use leptos::prelude::*;
use web_sys::HtmlElement;

/// Focuses an element once what is being removed is gone, unless the person is somewhere else by then.
pub(super) fn take_if_lost(element: impl Fn() -> Option<HtmlElement> + 'static) {
    request_animation_frame(move || {
        let focused = document().active_element();
        let lost = focused.is_none_or(|focused| document().body().is_some_and(|body| *body == focused));
        if let Some(element) = element().filter(|_| lost) {
            let _ = element.focus();
        }
    });
}
