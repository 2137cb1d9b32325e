//! What the page shows of a panel that is in the window on top: a word, and the way back.

use leptos::prelude::GetValue;

use super::parts::{Shown, button, group};
use crate::text_key;
use crate::ui::effect::effect;
use crate::ui::element::{Held, Tag, held, tag};
use crate::ui::peer_calls::PeerCalls;
use crate::ui::{element, focus};

/// In place of the panel, whose `frame` is in the window.
pub(super) fn away(shown: Shown, frame: Held) -> Tag {
    let back = held();
    let pop_in = Box::new(move || {
        shown.peers(PeerCalls::pop_in);
    });
    let mut before = false;
    effect(move || {
        let now = shown.peers(PeerCalls::popped_out);
        if now != std::mem::replace(&mut before, now) {
            // The move took the keyboard from whatever had it in the panel.
            focus::if_lost(move || if now { element::focus(back) } else { focus_panel(frame) });
        }
    });
    group("meet-away", shown.text(text_key!("peer_call.picture")))
        .shown(Box::new(move || shown.peers(PeerCalls::popped_out)))
        .with(tag("p", "").text(shown.text(text_key!("peer_call.on_top"))))
        .with(button("pop-in", shown.text(text_key!("peer_call.pop_in")), pop_in).held(back))
}

/// Gives the panel in the frame the keyboard.
fn focus_panel(frame: Held) {
    let panel = frame.try_get_value().flatten().and_then(|frame| frame.first_element_child());
    if let Some(panel) = panel {
        let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(panel).focus();
    }
}
