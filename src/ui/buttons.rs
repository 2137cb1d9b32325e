//! The voice and the video button, and the note on which server they use.

use leptos::prelude::*;

use crate::buttons::{Button, Kind};
use crate::ids::RoomId;
use crate::room::RoomFacts;
use crate::ui::{Calls, icons, words};

/// The room as calls see it, kept current.
pub(super) fn facts(calls: StoredValue<Calls, LocalStorage>, room: Signal<RoomId>) -> Memo<Option<RoomFacts>> {
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
    Memo::new(move |_| {
        changed.track();
        room.with(|room| calls.with_value(|calls| calls.facts(room)))
    })
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
    let facts = facts(calls, room);
    let pair =
        Memo::new(move |_| facts.with(|facts| calls.with_value(|calls| calls.buttons(facts.as_ref(), &calls.view()))));
    let group = calls.with_value(|calls| calls.texts().get(crate::text_key!("call.buttons")));
    view! {
        <div class="meet-call-buttons" role="group" aria-label=group>
            <CallButton calls room kind=Kind::Voice button=Signal::derive(move || pair.get().voice)/>
            <CallButton calls room kind=Kind::Video button=Signal::derive(move || pair.get().video)/>
        </div>
    }
}

#[component]
fn CallButton(
    calls: StoredValue<Calls, LocalStorage>,
    room: Signal<RoomId>,
    kind: Kind,
    button: Signal<Button>,
) -> impl IntoView {
    let texts = calls.with_value(|calls| calls.texts().clone());
    let label = Memo::new(move |_| button.with(|button| words::label(&texts, button, kind)));
    let explanation = Memo::new(move |_| {
        calls.with_value(|calls| button.with(|button| words::explanation(calls.texts(), button, &calls.choice())))
    });
    let disabled = move || button.with(|button| matches!(button, Button::Disabled(_)));
    let joins = move || button.with(|button| matches!(button, Button::JoinConference(..)));
    let hidden = move || button.with(|button| *button == Button::Hidden);
    let id = match kind {
        Kind::Voice => "meet-why-voice",
        Kind::Video => "meet-why-video",
    };
    // A touch screen has no hovering: a press on a disabled button shows its reason until the next press elsewhere.
    let asked = RwSignal::new(false);
    let press = move |_| {
        asked.set(disabled());
        calls.with_value(|calls| calls.press(&room.get_untracked(), kind));
    };
    view! {
        <span class="meet-call-button" class:meet-asked=asked hidden=hidden>
            <button
                type="button"
                class="meet-icon-button"
                class:meet-join=joins
                data-kind=match kind { Kind::Voice => "voice", Kind::Video => "video" }
                aria-label=label
                aria-disabled=move || if disabled() { "true" } else { "false" }
                aria-describedby=id
                on:click=press
                on:blur=move |_| asked.set(false)
            >
                {match kind {
                    Kind::Voice => icons::voice(),
                    Kind::Video => icons::video(),
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
