//! Where the keyboard goes when what had it in the layer goes away: a toast that was answered, a button that hides when it is
//! pressed, a panel whose call is over.

use gloo_events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::parts::Shown;
use crate::browser::js;
use crate::ui::effect::effect;

/// A view of the layer that can do without one of its parts.
const VIEWS: &str = ".meet-call, .meet-call-held, .meet-ring, .meet-notice, dialog";
/// What of a view takes the keyboard before the view itself.
const TAKES: &str = "[data-act=call], .meet-answers button:not([hidden])";

/// What has the keyboard in the layer, and what had it before that.
#[derive(Clone, Default)]
struct Kept {
    inside: Option<HtmlElement>,
    view: Option<Element>,
    before: Option<HtmlElement>,
}

#[derive(Clone)]
struct Keeper {
    layer: HtmlElement,
    kept: StoredValue<Kept, LocalStorage>,
}

/// Gives the keyboard back when the layer loses it, until the current owner goes away.
pub(super) fn keep(shown: Shown, layer: &HtmlElement) {
    let keeper = Keeper { layer: layer.clone(), kept: StoredValue::new_local(Kept::default()) };
    let of_coming = keeper.clone();
    let mut listeners = vec![EventListener::new(layer, "focusin", move |event| of_coming.came(event))];
    for event in ["focusout", "click"] {
        let of_leaving = keeper.clone();
        listeners.push(EventListener::new(layer, event, move |_| of_leaving.look_soon()));
    }
    StoredValue::new_local(listeners);
    effect(move || {
        shown.view.track();
        keeper.look_soon();
    });
}

impl Keeper {
    fn came(&self, event: &Event) {
        let inside = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let before = js::get(event, "relatedTarget").dyn_into::<HtmlElement>().ok();
        self.kept.try_update_value(|kept| {
            if kept.inside.is_none() {
                kept.before = before.filter(|before| !self.layer.contains(Some(before)));
            }
            kept.view = inside.as_ref().and_then(|inside| inside.closest(VIEWS).ok().flatten());
            kept.inside = inside;
        });
    }

    /// Looks once all that reacts to the same change has had its chance: what comes next takes the keyboard itself.
    fn look_soon(&self) {
        if self.kept.try_with_value(|kept| kept.inside.is_some()) != Some(true) {
            return;
        }
        let keeper = self.clone();
        request_animation_frame(move || request_animation_frame(move || keeper.look()));
    }

    fn look(&self) {
        let Some(Kept { inside: Some(inside), view, before }) = self.kept.try_get_value() else { return };
        let focused = js::get(&self.layer.get_root_node(), "activeElement").dyn_into::<HtmlElement>().ok();
        let focused = focused.filter(|focused| document().body().as_ref() != Some(focused));
        if focused.as_ref().is_some_and(|focused| self.layer.contains(Some(focused))) {
            return;
        }
        self.kept.try_update_value(|kept| kept.inside = None);
        // Somewhere else by the person's will, or in the window on top.
        if focused.is_some() || is_shown(&inside) {
            return;
        }
        let view = view.filter(|view| self.layer.contains(Some(view)) && is_shown(view));
        let panel = || self.layer.query_selector(".meet-call").ok().flatten();
        let target = view.or(before.filter(|before| is_shown(before)).map(Into::into)).or_else(panel);
        if let Some(target) = target {
            let within = target.matches(VIEWS).is_ok_and(|is| is).then(|| target.query_selector(TAKES).ok().flatten());
            let _ = within.flatten().unwrap_or(target).unchecked_into::<HtmlElement>().focus();
        }
    }
}

fn is_shown(element: &Element) -> bool {
    element.is_connected() && element.get_bounding_client_rect().width() > 0.0
}
