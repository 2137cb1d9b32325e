//! The layer of all 1:1 calls of a page.

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::keyboard;
use super::notices::notices;
use super::panel::panels;
use super::parts::{Shown, is_mac};
use super::preview::preview;
use super::ring::{Place, rings};
use crate::browser::clock;
use crate::call::scene::{self, Key, Shortcut};
use crate::call::view::Camera;
use crate::call::vocabulary::Deed;
use crate::ids::RoomId;
use crate::ui::conference_rings::conference_rings;
use crate::ui::drawn::Drawn;
use crate::ui::effect::effect;
use crate::ui::element::tag;
use crate::ui::peer_calls::PeerCalls;
use crate::ui::stage::Engine;
use crate::ui::switch_card::switch_card;

/// Everything of 1:1 calls, what rings, and the question whether to leave one call or conference for another; once per page, before
/// what it lies over, which is also its place in the order of the focus. A call's panel lies in its room's
/// [`CallStage`](crate::ui::CallStage) while that is on screen, else in a corner.
#[component]
pub fn CallLayer(
    /// The engine.
    calls: Engine,
) -> impl IntoView {
    let shown = Shown::new(calls);
    // The clock runs while somebody looks at it; twice a second, so that no second is skipped.
    let ticking = StoredValue::new_local(None::<Interval>);
    effect(move || {
        let tick = move || {
            let now = clock::now().0;
            if shown.now.try_get_untracked().is_some_and(|before| before / 1000 != now / 1000) {
                shown.now.set(now);
            }
        };
        tick();
        let goes_on = shown.going_on.with(|keys| !keys.is_empty());
        ticking.set_value(goes_on.then(|| Interval::new(500, tick)));
    });
    let options = EventListenerOptions::enable_prevent_default();
    let keys = EventListener::new_with_options(&window(), "keydown", options, move |event| {
        if event.dyn_ref().is_some_and(|event| shortcut(shown, event)) {
            event.prevent_default();
        }
    });
    StoredValue::new_local(keys);
    let layer = tag("div", "meet-layer").made(move |layer| {
        keyboard::keep(shown, &layer);
        effect(move || {
            if let Some(room) = calls.with_value(|calls| calls.desk().summoned())
                && !focus_view(&layer, &room)
            {
                // It is in the window on top, which a page can't bring to the front.
                shown.peers(PeerCalls::pop_in);
                focus_view(&layer, &room);
            }
        });
    });
    let toasts =
        tag("div", "meet-toasts").with(rings(shown, Place::Layer)).with(conference_rings(calls)).with(notices(shown));
    Drawn::from(layer.with(toasts).with(panels(shown)).with(preview(shown)).with(switch_card(calls)))
}

/// Does what a shortcut stands for, to the call that is heard.
fn shortcut(shown: Shown, event: &KeyboardEvent) -> bool {
    if shown.going_on.try_with_untracked(Vec::is_empty).unwrap_or(true) {
        return false;
    }
    let key = event.key();
    let other = event.shift_key() || event.alt_key();
    let key = Key { key: &key, ctrl: event.ctrl_key(), meta: event.meta_key(), other };
    let Some(shortcut) = key.shortcut(is_mac()) else { return false };
    let call = shown.view.with_untracked(|view| {
        let call = view.calls.iter().find(|call| scene::goes_on(call));
        call.map(|call| (call.key, call.muted, call.camera, call.can.camera))
    });
    match (call, shortcut) {
        // Held down, it would turn on and off without end; the browser still must not take it.
        _ if event.repeat() => {}
        (Some((key, muted, ..)), Shortcut::Microphone) => shown.act(key, Deed::Mute(!muted)),
        (Some((key, _, camera, true)), Shortcut::Camera) => shown.act(key, Deed::Camera(camera == Camera::Off)),
        _ => {}
    }
    true
}

/// Focuses the view of this room's call: its first button when it rings or waits. Whether there is one in the page.
fn focus_view(layer: &Element, room: &RoomId) -> bool {
    let Ok(views) = layer.query_selector_all("[data-room]") else { return false };
    let views = (0..views.length()).filter_map(|at| views.item(at)?.dyn_into::<HtmlElement>().ok());
    let mut found = false;
    for view in views.filter(|view| view.get_attribute("data-room").as_deref() == Some(room.as_str())) {
        let button = view.query_selector(".meet-answers button:not([hidden]), [data-act=resume]").ok().flatten();
        let target = button.map_or(view, Element::unchecked_into);
        let _ = target.focus();
        found = true;
    }
    found
}
