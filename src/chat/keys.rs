//! Moving the focus.

use leptos::prelude::document;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// An event of the keyboard's.
pub(super) fn key(event: &Event) -> &KeyboardEvent {
    event.unchecked_ref()
}

/// Moves the focus with the arrow keys among what `selector` finds in the element that listens.
pub(super) fn walk(event: &Event, selector: &str) {
    let forward = match key(event).key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let place = event.current_target().and_then(|place| place.dyn_into::<Element>().ok());
    let (Some(place), Some(active)) = (place, document().active_element()) else {
        return;
    };
    let Ok(found) = place.query_selector_all(selector) else {
        return;
    };
    let at = (0..found.length()).find(|at| found.item(*at).is_some_and(|node| node.is_same_node(Some(&active))));
    let next = at.and_then(|at| if forward { at.checked_add(1) } else { at.checked_sub(1) });
    if let Some(node) = next.and_then(|next| found.item(next)) {
        event.prevent_default();
        let _ = node.unchecked_into::<HtmlElement>().focus();
    }
}

/// Puts the focus on what a selector finds, once the page shows what the signals say by now.
pub(super) fn focus_soon(selector: String) {
    spawn_local(async move {
        tick().await;
        if let Ok(Some(found)) = document().query_selector(&selector) {
            let _ = found.unchecked_into::<HtmlElement>().focus();
        }
    });
}
