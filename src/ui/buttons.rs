//! The voice and the video button, and the note on which server they use.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use crate::buttons::{Button, Buttons, Kind};
use crate::ids::RoomId;
use crate::room::RoomFacts;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::{effect, memo};
use crate::ui::element::{self, Tag, held, tag};
use crate::ui::stage::Engine;
use crate::ui::{Calls, focus, icons, unique_id, words};

/// A room as calls see it and what its buttons do, kept current.
#[derive(Clone, Copy)]
pub(super) struct Current {
    pub(super) facts: Memo<Option<RoomFacts>>,
    pub(super) buttons: Memo<Buttons>,
    /// The room, the connection or the server for new conferences is different: the last two are no part of the facts.
    changed: Trigger,
}

impl Current {
    /// Heeds what is no part of the facts, too.
    pub(super) fn track(&self) {
        self.changed.track();
    }
}

pub(super) fn current(calls: StoredValue<Calls, LocalStorage>, room: Signal<RoomId>) -> Current {
    let changed = Trigger::new();
    let subscription = calls.with_value(|calls| {
        calls.on_change(move |which| {
            if which.is_none_or(|which| room.try_with_untracked(|room| room == which).unwrap_or(false)) {
                changed.notify();
            }
        })
    });
    let subscription = StoredValue::new_local(subscription);
    on_cleanup(move || subscription.dispose());
    let facts = memo(move || {
        changed.track();
        room.with(|room| calls.with_value(|calls| calls.facts(room)))
    });
    let buttons = memo(move || {
        changed.track();
        calls.with_value(Calls::visit);
        facts.with(|facts| calls.with_value(|calls| calls.buttons(facts.as_ref(), &calls.view(), &calls.desk().view())))
    });
    Current { facts, buttons, changed }
}

/// The calls of a room, followed once for all that shows something of them, as the tiles of a timeline do.
#[derive(Clone, Copy)]
pub struct RoomCalls {
    pub(super) calls: StoredValue<Calls, LocalStorage>,
    pub(super) room: Signal<RoomId>,
    pub(super) current: Current,
}

impl RoomCalls {
    /// Follows a room's calls as long as the current owner lasts.
    pub fn follow(calls: StoredValue<Calls, LocalStorage>, room: Signal<RoomId>) -> Self {
        Self { calls, room, current: current(calls, room) }
    }

    /// Whether a press on a button of this room calls the one other person in it, for offering that elsewhere.
    pub fn can_call(&self) -> bool {
        self.current.buttons.with(|buttons| matches!(buttons.voice, Button::StartCall(_)))
    }
}

/// The voice and the video button of a room, for beside the composer.
#[component]
pub fn CallButtons(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room they belong to.
    #[prop(into)]
    room: Signal<RoomId>,
) -> impl IntoView {
    let current = current(calls, room);
    let group = calls.with_value(|calls| calls.texts().get(crate::text_key!("call.buttons")));
    let buttons = tag("div", "meet-call-buttons")
        .set("role", "group")
        .set("aria-label", group)
        .with(call_button(calls, room, Kind::Voice, current))
        .with(call_button(calls, room, Kind::Video, current));
    Drawn::from(buttons)
}

fn call_button(calls: Engine, room: Signal<RoomId>, kind: Kind, current: Current) -> Tag {
    let button = memo(move || current.buttons.with(|buttons| buttons.of(kind).clone()));
    let label = move || calls.with_value(|calls| button.with(|button| words::label(calls.texts(), button, kind)));
    let explanation = move || {
        current.changed.track();
        calls.with_value(|calls| {
            let is_built = calls.builder().is_some();
            button.with(|button| words::explanation(calls.texts(), button, &calls.choice(), is_built))
        })
    };
    let disabled = move || button.with(|button| matches!(button, Button::Disabled(_)));
    let joins = move || button.with(|button| matches!(button, Button::JoinConference(..) | Button::ReturnToCall));
    // Whoever comes near is about to call: what takes time can begin.
    let near = move |_: &Event| {
        if button.with_untracked(|button| matches!(button, Button::StartCall(_))) {
            calls.with_value(|calls| calls.desk().peers().warm());
        }
    };
    let id = unique_id("meet-why");
    let node = held();
    // A touch screen has no hovering: a press on a disabled button shows its reason until the next press elsewhere.
    let asked = RwSignal::new(false);
    // Escape takes the tooltip away without moving the focus (WCAG 1.4.13), until the pointer or the focus has left.
    let hushed = RwSignal::new(false);
    let show_again = move |_: &Event| {
        asked.set(false);
        hushed.set(false);
    };
    let press = move |_: &Event| {
        let disabled = untrack(disabled);
        asked.set(disabled);
        // Safari does not focus a pressed button; without the focus nothing would end the tooltip.
        if disabled {
            element::focus(node);
        }
        calls.with_value(|calls| calls.press(&room.get_untracked(), kind));
    };
    // A card or frame that goes away with the focus in it gives it back to the button that opened it.
    let mut busy = false;
    effect(move || {
        let is_busy = calls.with_value(|calls| {
            let (view, visit) = (calls.view(), calls.visit());
            let is_here = |room: &RoomId| view.room() == Some(room) || visit.room() == Some(room);
            room.with(|room| is_here(room) || calls.desk().view().concerns(room))
        });
        let opened_it = calls.with_value(|calls| calls.last_pressed() == kind);
        if busy && !is_busy && opened_it {
            focus::if_lost(move || element::focus(node));
        }
        busy = is_busy;
    });
    let (name, slot, part, icon) = match kind {
        Kind::Voice => ("voice", "voice-icon", "meet-icon-button meet-voice", icons::voice()),
        Kind::Video => ("video", "video-icon", "meet-icon-button meet-video", icons::video()),
    };
    // Where the button stands in a shadow root, the page may bring an icon of its own.
    let icon = tag("slot", "").set("name", slot).with(icon);
    let pressed = element::button("meet-icon-button", press)
        .held(node)
        .classed("meet-join", Box::new(joins))
        .set("data-kind", name)
        .set("part", part)
        .live("aria-label", move || Some(label()))
        .state("aria-disabled", Box::new(disabled))
        .set("aria-describedby", id.as_str())
        .on("focus", near)
        .on("blur", show_again)
        .on("keydown", move |event| hushed.set(event.unchecked_ref::<KeyboardEvent>().key() == "Escape"))
        .with(icon);
    let tooltip = tag("span", "meet-tooltip")
        .set("role", "tooltip")
        .with(tag("span", "meet-tooltip-label").words(Box::new(label)))
        .with(tag("span", "").set("id", id).words(Box::new(move || explanation().unwrap_or_default())));
    tag("span", "meet-call-button")
        .classed("meet-asked", Box::new(move || asked.get()))
        .classed("meet-hushed", Box::new(move || hushed.get()))
        .shown(Box::new(move || button.with(|button| *button != Button::Hidden)))
        .on("mouseenter", near)
        .on("mouseleave", move |_| hushed.set(false))
        .with(pressed)
        .with(tooltip)
}

/// Says on which Meet server conferences start here and who chose it.
#[component]
pub fn ServerNote(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    Drawn::from(server_note(calls))
}

pub(super) fn server_note(calls: Engine) -> Tag {
    let changed = Trigger::new();
    let subscription = calls.with_value(|calls| {
        calls.on_change(move |room| {
            if room.is_none() {
                changed.notify();
            }
        })
    });
    let subscription = StoredValue::new_local(subscription);
    on_cleanup(move || subscription.dispose());
    let choice = memo(move || {
        changed.track();
        calls.with_value(Calls::choice)
    });
    let lines = move || {
        let (server, refused) = calls.with_value(|calls| {
            choice.with(|choice| (words::server(calls.texts(), choice), words::refused(calls.texts(), choice)))
        });
        let refused = refused.into_iter().map(|line| tag("p", "meet-warning").text(line).into());
        [tag("p", "").text(server).into()].into_iter().chain(refused).collect::<Vec<Drawn>>()
    };
    tag("div", "meet-server-note").with(redrawn(lines))
}
