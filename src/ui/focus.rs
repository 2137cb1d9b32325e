//! Where the keyboard goes when the element that had it goes away.

use leptos::prelude::*;

/// Calls `take` once what is being removed is gone, unless the person is somewhere else by then.
pub(super) fn if_lost(take: impl FnOnce() + 'static) {
    request_animation_frame(move || {
        let focused = document().active_element();
        if focused.is_none_or(|focused| document().body().is_some_and(|body| *body == focused)) {
            take();
        }
    });
}
