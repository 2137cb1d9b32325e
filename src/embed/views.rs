//! What a chat can mount, each with a reactive owner of its own.

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::browser::js;
use crate::ids::RoomId;
use crate::json;
use crate::meet::history::Conference;
use crate::ui::drawn::{Draw, Drawn, DrawnState, redrawn};
use crate::ui::effect::memo;
use crate::ui::settings::CallSettingsProps;
use crate::ui::{
    CallButtons, CallLayer, CallOverlay, CallSettings, CallStage, Calls, ConferenceTile, RoomCalls, RoomRing,
};

/// What can be mounted.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// The two buttons of a room.
    Buttons,
    /// Where a room's calls show.
    Stage,
    /// A conference in a room's timeline.
    Tile,
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
            "tile" => Self::Tile,
            "toasts" => Self::Toasts,
            "settings" => Self::Settings,
            _ => return None,
        })
    }
}

/// What a part is of: as the chat says, and nothing where it does not say.
#[derive(Clone, PartialEq)]
pub(super) struct Subject {
    room: RoomId,
    /// Of a tile: the event that began the conference.
    event: String,
    /// The same as the chat has it.
    given: Option<Value>,
}

impl Subject {
    pub(super) fn read(options: &JsValue) -> Self {
        let text = |name| js::text(options, name).unwrap_or_default();
        let given = js::get(options, "event");
        let given = given.is_object().then(|| js_sys::JSON::stringify(&given).ok()?.as_string()).flatten();
        Self {
            room: RoomId::new(text("roomId")),
            event: text("eventId"),
            given: given.and_then(|text| json::parse(&text)),
        }
    }
}

/// A part that is shown. Dropping it takes it away.
pub(super) struct Shown {
    /// What it is of.
    pub(super) subject: ArcRwSignal<Subject>,
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
    let subject = ArcRwSignal::new(Subject::read(options));
    let layouts = js::get(options, "layouts").is_truthy();
    let of = subject.clone();
    let draws = Box::new(move || {
        let calls = StoredValue::new_local(calls);
        redrawn(move || {
            let of = of.get();
            untrack(|| drawn(calls, part, of, layouts))
        })
        .into()
    });
    Shown { subject, _mounted: mounted(root, draws) }
}

fn drawn(calls: StoredValue<Calls, LocalStorage>, part: Part, of: Subject, layouts: bool) -> Drawn {
    let no_room = of.room.as_str().is_empty();
    let room = Signal::stored(of.room.clone());
    match part {
        Part::Buttons => view! { <CallButtons calls room/> }.drawn(),
        Part::Stage => view! { <CallStage calls room layouts/> }.drawn(),
        Part::Tile => tile(calls, room, of),
        Part::Toasts => Drawn::from(vec![view! { <CallLayer calls/> }.drawn(), view! { <CallOverlay calls/> }.drawn()]),
        Part::Settings => {
            let settings = CallSettings(CallSettingsProps { calls, on_check: None }).drawn();
            let of_room = (!no_room).then(|| view! { <RoomRing calls room/> }.drawn());
            Drawn::from(vec![settings, of_room.into()])
        }
    }
}

fn tile(calls: StoredValue<Calls, LocalStorage>, room: Signal<RoomId>, of: Subject) -> Drawn {
    let here = RoomCalls::follow(calls, room);
    let conference = memo(move || here.began_by(&of.event, of.given.as_ref()));
    let there = memo(move || conference.with(Option::is_some));
    redrawn(move || {
        let first = there.get().then(|| untrack(|| conference.get())).flatten()?;
        let conference: Signal<Conference> = Signal::derive(move || conference.get().unwrap_or_else(|| first.clone()));
        untrack(|| Some(view! { <ConferenceTile of=here conference/> }.drawn()))
    })
    .into()
}
