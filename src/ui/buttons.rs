//! The voice and the video button, and the note on which server they use.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use crate::buttons::{Button, Buttons, Kind, Way};
use crate::host::Subscription;
use crate::ids::RoomId;
use crate::locale::Texts;
use crate::meet::settings::Site;
use crate::room::RoomFacts;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::{effect, memo};
use crate::ui::element::{self, Tag, held, tag};
use crate::ui::stage::Engine;
use crate::ui::{Calls, focus, icons, unique_id, words};

/// Is given the room that is different, or nothing when something is that applies to all.
pub(crate) type Changed = Box<dyn Fn(Option<&RoomId>)>;

/// What the buttons stand on: the calls of a page, or what stands in for them until they are needed (`embed::front`).
pub(crate) trait Behind {
    fn texts(&self) -> &Texts;

    /// What the site and the homeserver say.
    fn site(&self) -> Rc<Site>;

    /// The room as calls see it.
    fn facts(&self, room: &RoomId) -> Option<RoomFacts>;

    /// Calls `changed` as long as the subscription lasts.
    fn on_change(&self, changed: Changed) -> Subscription;

    /// What the two buttons of a room are; tracks what of that is no part of the room.
    fn buttons(&self, facts: Option<&RoomFacts>) -> Buttons;

    fn press(&self, room: &RoomId, kind: Kind);

    /// Whoever comes near is about to call: what takes time can begin.
    fn near(&self, button: &Button);

    /// Something of this room is open that may have the focus; tracks.
    fn occupies(&self, room: &RoomId) -> bool;

    /// The button that opened what is open.
    fn last_pressed(&self) -> Kind;

    /// Whether a press may have to wait.
    fn may_delay(&self) -> bool {
        false
    }

    /// What is to be said of a button in place of what it does, for a press on it waits or has failed; tracks.
    fn delay(&self, _: &RoomId, _: Kind) -> Option<String> {
        None
    }
}

/// Copied into views.
pub(crate) type Base = StoredValue<Rc<dyn Behind>, LocalStorage>;

/// A room as calls see it and what its buttons do, kept current.
#[derive(Clone, Copy)]
pub(crate) struct Current {
    pub(super) facts: Memo<Option<RoomFacts>>,
    pub(crate) buttons: Memo<Buttons>,
    /// The room, the connection or the server for new conferences is different: the last two are no part of the facts.
    changed: Trigger,
}

impl Current {
    /// Heeds what is no part of the facts, too.
    pub(super) fn track(&self) {
        self.changed.track();
    }

    /// The way into what is on offer.
    pub(super) fn way(&self) -> Way {
        self.buttons.with(|buttons| buttons.offer.as_ref().map_or(Way::Nowhere, |offer| offer.way))
    }

    /// Why that way is closed.
    pub(super) fn why_not(&self, calls: Engine) -> Option<String> {
        match self.way() {
            Way::Closed(reason) => Some(calls.with_value(|calls| words::reason(calls.texts(), reason))),
            Way::In | Way::Nowhere => None,
        }
    }
}

pub(super) fn current(calls: Engine, room: Signal<RoomId>) -> Current {
    current_of(base(calls), room)
}

fn base(calls: Engine) -> Base {
    StoredValue::new_local(Rc::new(calls.get_value()))
}

/// A room as it is seen from there.
pub(crate) fn current_of(base: Base, room: Signal<RoomId>) -> Current {
    let changed = Trigger::new();
    let heard = move |which: Option<&RoomId>| {
        if which.is_none_or(|which| room.try_with_untracked(|room| room == which).unwrap_or(false)) {
            changed.notify();
        }
    };
    let subscription = StoredValue::new_local(base.with_value(|behind| behind.on_change(Box::new(heard))));
    on_cleanup(move || subscription.dispose());
    let facts = memo(move || {
        changed.track();
        room.with(|room| base.with_value(|behind| behind.facts(room)))
    });
    let buttons = memo(move || {
        changed.track();
        facts.with(|facts| base.with_value(|behind| behind.buttons(facts.as_ref())))
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
    buttons_of(base(calls), room)
}

/// The two buttons of a room, by what they stand on.
pub(crate) fn buttons_of(base: Base, room: Signal<RoomId>) -> Drawn {
    let current = current_of(base, room);
    let group = base.with_value(|behind| behind.texts().get(crate::text_key!("call.buttons")));
    let buttons = tag("div", "meet-call-buttons")
        .set("role", "group")
        .set("aria-label", group)
        .with(call_button(base, room, Kind::Voice, current))
        .with(call_button(base, room, Kind::Video, current));
    if !base.with_value(|behind| behind.may_delay()) {
        return buttons.into();
    }
    let delay =
        memo(move || delay_of(base, room, current, Kind::Voice).or_else(|| delay_of(base, room, current, Kind::Video)));
    // There before it has words, so that they are spoken.
    let status =
        tag("span", "meet-unseen").set("role", "status").words(Box::new(move || delay.get().unwrap_or_default()));
    buttons.with(status).into()
}

/// What became of a press; of a button that does nothing it is more to the point why.
fn delay_of(base: Base, room: Signal<RoomId>, current: Current, kind: Kind) -> Option<String> {
    current.buttons.with(|buttons| buttons.of(kind).act())?;
    room.with(|room| base.with_value(|behind| behind.delay(room, kind)))
}

fn call_button(base: Base, room: Signal<RoomId>, kind: Kind, current: Current) -> Tag {
    let button = memo(move || current.buttons.with(|buttons| buttons.of(kind).clone()));
    let label = move || base.with_value(|behind| button.with(|button| words::label(behind.texts(), button, kind)));
    let delay = memo(move || delay_of(base, room, current, kind));
    let explanation = move || {
        current.changed.track();
        let what = || {
            base.with_value(|behind| {
                let site = behind.site();
                button.with(|button| words::explanation(behind.texts(), button, &site.choice, site.builder.is_some()))
            })
        };
        delay.get().or_else(what)
    };
    let disabled = move || button.with(|button| matches!(button, Button::Disabled(_)));
    let joins = move || button.with(|button| matches!(button, Button::JoinConference(..) | Button::ReturnToCall));
    let near = move |_: &Event| button.with_untracked(|button| base.with_value(|behind| behind.near(button)));
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
        base.with_value(|behind| behind.press(&room.get_untracked(), kind));
        let says_why = disabled || delay.with_untracked(Option::is_some);
        asked.set(says_why);
        // Safari does not focus a pressed button; without the focus nothing would end the tooltip.
        if says_why {
            element::focus(node);
        }
    };
    // A card or frame that goes away with the focus in it gives it back to the button that opened it.
    let mut busy = false;
    effect(move || {
        let is_busy = base.with_value(|behind| room.with(|room| behind.occupies(room)));
        let opened_it = base.with_value(|behind| behind.last_pressed() == kind);
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
        calls.with_value(|calls| calls.site().choice.clone())
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
