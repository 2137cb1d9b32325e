//! Where the keyboard goes when the element that had it goes away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser::js;

/// What has it now, in whatever shadow roots that lies.
pub(super) fn holder() -> Option<HtmlElement> {
    let mut holder = document().active_element()?;
    while let Ok(inner) = js::get(&js::get(&holder, "shadowRoot"), "activeElement").dyn_into() {
        holder = inner;
    }
    holder.dyn_into().ok()
}

/// Calls `take` once what is being removed is gone, unless the person is somewhere else by then.
pub(super) fn if_lost(take: impl FnOnce() + 'static) {
    request_animation_frame(move || {
        let focused = document().active_element();
        if focused.is_none_or(|focused| document().body().is_some_and(|body| *body == focused)) {
            take();
        }
    });
}
