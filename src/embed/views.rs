//! What a chat can mount, each with a reactive owner of its own.

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::browser::js;
use crate::ids::RoomId;
use crate::locale::Texts;
use crate::locale::components::COMPONENTS_EN;
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

/// The longest JSON that is taken of an option, in UTF-16 units: an event has 64 KB, all texts of a language less.
const LONGEST: u32 = 1024 * 1024;

/// What a part is of: as the chat says, and nothing where it does not say.
#[derive(Clone, PartialEq)]
pub(super) struct Subject {
    room: RoomId,
    /// Of a tile: the event that began the conference.
    event: String,
    /// The same as the chat has it.
    given: Option<Value>,
    /// Of a stage: the room's styles know all layouts.
    layouts: bool,
}

impl Subject {
    /// The room; its id is empty where there is none.
    pub(super) fn room(&self) -> &RoomId {
        &self.room
    }

    pub(super) fn read(options: &JsValue) -> Self {
        let text = |name| js::text(options, name).unwrap_or_default();
        Self {
            room: RoomId::new(text("roomId")),
            event: text("eventId"),
            given: js::carried(&js::get(options, "event"), LONGEST),
            layouts: js::get(options, "layouts").is_truthy(),
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

/// Shows a part of the calls of a page.
pub(super) fn show(calls: Calls, part: Part, root: &Element, options: &JsValue) -> Shown {
    shown(root, options, move || {
        let calls = StoredValue::new_local(calls);
        Box::new(move |of| drawn(calls, part, of))
    })
}

/// What is drawn of a subject.
pub(super) type Draws = Box<dyn Fn(Subject) -> Drawn + Send>;

/// Shows what `begin` gives, which is asked once, in the view's own owner.
pub(super) fn shown(root: &Element, options: &JsValue, begin: impl FnOnce() -> Draws + 'static) -> Shown {
    let subject = ArcRwSignal::new(Subject::read(options));
    let of = subject.clone();
    let draws = Box::new(move || {
        let draws = begin();
        redrawn(move || {
            let of = of.get();
            untrack(|| draws(of))
        })
        .into()
    });
    Shown { subject, _mounted: mounted(root, draws) }
}

/// The English texts under those that the chat gives.
pub(super) fn texts(options: &JsValue) -> Texts {
    let texts = Texts::read(COMPONENTS_EN);
    match js::written(&js::get(options, "texts")).filter(|text| text.length() <= LONGEST) {
        Some(translation) => texts.overlaid_with(Texts::read(&String::from(translation))),
        None => texts,
    }
}

fn drawn(calls: StoredValue<Calls, LocalStorage>, part: Part, of: Subject) -> Drawn {
    let no_room = of.room.as_str().is_empty();
    let (room, layouts) = (Signal::stored(of.room.clone()), of.layouts);
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
