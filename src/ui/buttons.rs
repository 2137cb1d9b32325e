//! The voice and the video button, and the note on which server they use.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::buttons::{Button, Buttons, Kind};
use crate::ids::RoomId;
use crate::room::RoomFacts;
use crate::ui::{Calls, focus, icons, unique_id, words};

/// A room as calls see it and what its buttons do, kept current.
#[derive(Clone, Copy)]
pub(super) struct Current {
    pub(super) facts: Memo<Option<RoomFacts>>,
    pub(super) buttons: Memo<Buttons>,
    /// The room, the connection or the server for new conferences is different: the last two are no part of the facts.
    changed: Trigger,
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
    let facts = Memo::new(move |_| {
        changed.track();
        room.with(|room| calls.with_value(|calls| calls.facts(room)))
    });
    let buttons = Memo::new(move |_| {
        changed.track();
        facts.with(|facts| calls.with_value(|calls| calls.buttons(facts.as_ref(), &calls.view())))
    });
    Current { facts, buttons, changed }
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
    view! {
        <div class="meet-call-buttons" role="group" aria-label=group>
            <CallButton calls room kind=Kind::Voice current/>
            <CallButton calls room kind=Kind::Video current/>
        </div>
    }
}

#[component]
fn CallButton(
    calls: StoredValue<Calls, LocalStorage>,
    room: Signal<RoomId>,
    kind: Kind,
    current: Current,
) -> impl IntoView {
    let button = Memo::new(move |_| {
        current.buttons.with(|buttons| match kind {
            Kind::Voice => buttons.voice.clone(),
            Kind::Video => buttons.video.clone(),
        })
    });
    let texts = calls.with_value(|calls| calls.texts().clone());
    let label = Memo::new(move |_| button.with(|button| words::label(&texts, button, kind)));
    let explanation = Memo::new(move |_| {
        current.changed.track();
        calls.with_value(|calls| button.with(|button| words::explanation(calls.texts(), button, &calls.choice())))
    });
    let disabled = move || button.with(|button| matches!(button, Button::Disabled(_)));
    let joins = move || button.with(|button| matches!(button, Button::JoinConference(..)));
    let hidden = move || button.with(|button| *button == Button::Hidden);
    let id = unique_id("meet-why");
    let node = NodeRef::<html::Button>::new();
    // A touch screen has no hovering: a press on a disabled button shows its reason until the next press elsewhere.
    let asked = RwSignal::new(false);
    // Escape takes the tooltip away without moving the focus (WCAG 1.4.13), until the pointer or the focus has left.
    let hushed = RwSignal::new(false);
    let show_again = move || {
        asked.set(false);
        hushed.set(false);
    };
    let press = move |_| {
        asked.set(disabled());
        // Safari does not focus a pressed button; without the focus nothing would end the tooltip.
        if disabled() {
            focus::on(node);
        }
        calls.with_value(|calls| calls.press(&room.get_untracked(), kind));
    };
    // A card or frame that goes away with the focus in it gives it back to the button that opened it.
    Effect::new(move |busy: Option<bool>| {
        let is_busy = calls.with_value(|calls| calls.view().room().is_some_and(|of| room.with(|room| room == of)));
        let opened_it = calls.with_value(|calls| calls.last_pressed() == kind);
        if busy == Some(true) && !is_busy && opened_it {
            focus::if_lost(move || focus::on(node));
        }
        is_busy
    });
    view! {
        <span class="meet-call-button" class:meet-asked=asked class:meet-hushed=hushed hidden=hidden on:mouseleave=move |_| hushed.set(false)>
            <button
                type="button"
                class="meet-icon-button"
                class:meet-join=joins
                data-kind=match kind { Kind::Voice => "voice", Kind::Video => "video" }
                aria-label=label
                aria-disabled=move || if disabled() { "true" } else { "false" }
                aria-describedby=id.clone()
                node_ref=node
                on:click=press
                on:blur=move |_| show_again()
                on:keydown=move |event: KeyboardEvent| hushed.set(event.key() == "Escape")
            >
                {match kind {
                    Kind::Voice => icons::voice().into_any(),
                    Kind::Video => icons::video().into_any(),
                }}
            </button>
            <span class="meet-tooltip" role="tooltip">
                <span class="meet-tooltip-label" aria-hidden="true">{label}</span>
                <span id=id>{move || explanation.get().unwrap_or_default()}</span>
            </span>
        </span>
    }
}

/// Says on which Meet server conferences start here and who chose it.
#[component]
pub fn ServerNote(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
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
    let choice = Memo::new(move |_| {
        changed.track();
        calls.with_value(Calls::choice)
    });
    let with_texts = move |say: fn(&crate::locale::Texts, &crate::meet::server::Choice) -> Vec<String>| {
        calls.with_value(|calls| choice.with(|choice| say(calls.texts(), choice)))
    };
    view! {
        <div class="meet-server-note">
            {move || {
                with_texts(|texts, choice| vec![words::server(texts, choice)])
                    .into_iter()
                    .map(|line| view! { <p>{line}</p> })
                    .collect_view()
            }}
            {move || {
                with_texts(words::refused)
                    .into_iter()
                    .map(|line| view! { <p class="meet-warning">{line}</p> })
                    .collect_view()
            }}
        </div>
    }
}
