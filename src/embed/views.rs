//! What a chat can mount, each with a reactive owner of its own.

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::browser::js;
use crate::ids::RoomId;
use crate::ui::drawn::{Draw, Drawn, DrawnState, redrawn};
use crate::ui::element::tag;
use crate::ui::settings::CallSettingsProps;
use crate::ui::{CallButtons, CallLayer, CallOverlay, CallSettings, CallStage, Calls, RoomRing};

/// What can be mounted.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// The two buttons of a room.
    Buttons,
    /// Where a room's calls show.
    Stage,
    /// What rings, the panels of calls and the floating conference; once per page.
    Toasts,
    /// The person's settings, and those of a room where one is named.
    Settings,
}

impl Part {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "buttons" => Self::Buttons,
            "stage" => Self::Stage,
            "toasts" => Self::Toasts,
            "settings" => Self::Settings,
            _ => return None,
        })
    }
}

/// A part that is shown. Dropping it takes it away.
pub(super) struct Shown {
    /// The room that it is of; empty for none.
    pub(super) room: ArcRwSignal<RoomId>,
    _mounted: Mounted,
}

/// Something in the page. Dropping it takes it away.
pub(super) type Mounted = UnmountHandle<DrawnState>;

/// Puts a view into an element or a shadow root.
pub(super) fn mounted(root: &Element, draws: Box<dyn FnOnce() -> Drawn>) -> Mounted {
    // A shadow root takes children as an element does, and nothing else is asked of it.
    mount_to(root.clone().unchecked_into(), draws)
}

pub(super) fn show(calls: Calls, part: Part, root: &Element, options: &JsValue) -> Shown {
    let room = ArcRwSignal::new(RoomId::new(""));
    lead_to(&room, options);
    let layouts = js::get(options, "layouts").is_truthy();
    let of = room.clone();
    let draws = Box::new(move || {
        let calls = StoredValue::new_local(calls);
        redrawn(move || {
            let room = of.get();
            untrack(|| drawn(calls, part, room, layouts))
        })
        .into()
    });
    Shown { room, _mounted: mounted(root, draws) }
}

pub(super) fn lead_to(room: &ArcRwSignal<RoomId>, options: &JsValue) {
    let named = RoomId::new(js::text(options, "roomId").unwrap_or_default());
    if *room.read_untracked() != named {
        room.set(named);
    }
}

fn drawn(calls: StoredValue<Calls, LocalStorage>, part: Part, room: RoomId, layouts: bool) -> Drawn {
    let no_room = room.as_str().is_empty();
    let of = Signal::stored(room);
    match part {
        Part::Buttons => view! { <CallButtons calls room=of/> }.drawn(),
        Part::Stage => view! { <CallStage calls room=of layouts/> }.drawn(),
        Part::Toasts => {
            Drawn::from(vec![view! { <CallLayer calls/> }.drawn(), view! { <CallOverlay calls/> }.drawn()])
        }
        Part::Settings => {
            let settings = CallSettings(CallSettingsProps { calls, on_check: None }).drawn();
            let of_room = (!no_room).then(|| view! { <RoomRing calls room=of/> }.drawn());
            Drawn::from(vec![settings, tag("div", "").with(of_room).into()])
        }
    }
}
