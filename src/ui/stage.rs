//! Where a room's conference shows: the offer to join, the progress of a start, the consent card, the frame, a failure.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::{self, Div};
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::buttons::{Button, Buttons, Kind};
use crate::ids::RoomId;
use crate::meet::session::{Failure, Input, Stage, Step, View};
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::text_key;
use crate::ui::buttons::current;
use crate::ui::drawn::{Draw, redrawn};
use crate::ui::{Calls, focus, icons, unique_id, words};

type Engine = StoredValue<Calls, LocalStorage>;

fn text(calls: Engine, key: &str) -> String {
    calls.with_value(|calls| calls.texts().get(key))
}

fn filled(calls: Engine, key: &str, values: &[(&str, &str)]) -> String {
    calls.with_value(|calls| calls.texts().fill(key, values))
}

/// What of the session belongs to this room, and how it is drawn. The frame's own box must survive its stages, and the button
/// that calls a start off keeps the focus through its steps, so those are not part of it.
#[derive(Clone, PartialEq)]
enum Face {
    Nothing,
    Offer(Box<MeetWidget>),
    Starting(String),
    Consent(Box<MeetWidget>),
    Frame(Box<MeetWidget>),
    Failed(Failure, Kind),
}

fn face(view: View, room: &RoomId, facts: Option<&RoomFacts>, buttons: &Buttons) -> Face {
    // As the buttons: the oldest one that names a server; one that names none is only spoken of when it is alone.
    let offer = || {
        if buttons.video == Button::Hidden {
            return Face::Nothing;
        }
        let all = facts.map_or(&[][..], |facts| facts.conferences.as_slice());
        let usable = all.iter().find(|widget| widget.domain.is_ok()).or(all.first());
        usable.map_or(Face::Nothing, |widget| Face::Offer(Box::new(widget.clone())))
    };
    match view {
        View::Starting { room: of, domain, .. } if of == *room => Face::Starting(domain.to_string()),
        View::Consent { room: of, widget } if of == *room => Face::Consent(widget),
        View::Open { room: of, widget, .. } if of == *room => Face::Frame(widget),
        View::Failed { room: of, kind, failure } if of == *room => Face::Failed(failure, kind),
        _ => offer(),
    }
}

/// Where a room's conference shows: a tile with its card, its progress or the conference itself. Takes no space without one.
#[component]
pub fn CallStage(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room on screen.
    #[prop(into)]
    room: Signal<RoomId>,
) -> impl IntoView {
    let current = current(calls, room);
    let facts = current.facts;
    let face = Memo::new(move |_| {
        let view = calls.with_value(Calls::view);
        facts.with(|facts| room.with(|room| current.buttons.with(|buttons| face(view, room, facts.as_ref(), buttons))))
    });
    let encrypted = Memo::new(move |_| facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.encrypted)));
    let label = text(calls, text_key!("conference.stage"));
    view! {
        <section class="meet-stage" aria-label=label hidden=move || face.with(|face| *face == Face::Nothing)>
            {redrawn(move || match face.get() {
                Face::Nothing => None.into(),
                Face::Offer(widget) => view! { <Offer calls room widget=*widget buttons=current.buttons/> }.drawn(),
                Face::Starting(domain) => view! { <Starting calls domain/> }.drawn(),
                Face::Consent(widget) => view! { <Consent calls widget=*widget encrypted/> }.drawn(),
                Face::Frame(widget) => view! { <Framed calls widget=*widget encrypted/> }.drawn(),
                Face::Failed(failure, kind) => view! { <Failed calls room failure kind/> }.drawn(),
            })}
        </section>
    }
}

fn domain_of(widget: &MeetWidget) -> String {
    match &widget.domain {
        Ok(domain) => domain.to_string(),
        Err(raw) => raw.clone(),
    }
}

/// A conference is running and I am not in it.
#[component]
fn Offer(calls: Engine, room: Signal<RoomId>, widget: MeetWidget, buttons: Memo<Buttons>) -> impl IntoView {
    let domain = domain_of(&widget);
    let by = calls.with_value(|calls| room.with_untracked(|room| calls.name_of(room, &widget.creator)));
    let join = move |kind| calls.with_value(|calls| calls.press(&room.get_untracked(), kind));
    if widget.domain.is_err() {
        let words = filled(calls, text_key!("conference.bad_domain"), &[("value", &domain)]);
        return view! { <p class="meet-bar meet-quiet">{words}</p> }.drawn();
    }
    // Decided where the call buttons are: these do the same.
    let why_not = Memo::new(move |_| match buttons.get().video {
        Button::Disabled(reason) => Some(calls.with_value(|calls| words::reason(calls.texts(), reason))),
        _ => None,
    });
    let disabled = move || if why_not.with(Option::is_some) { "true" } else { "false" };
    let why = unique_id("meet-why-not");
    view! {
        <div class="meet-bar">
            <span class="meet-bar-text">
                <strong>{text(calls, text_key!("conference.running"))}</strong>
                <span class="meet-quiet">
                    {filled(calls, text_key!("conference.started_by_on"), &[("name", &by), ("domain", &domain)])}
                </span>
                <span id=why.clone() class="meet-quiet">{why_not}</span>
            </span>
            <span class="meet-bar-actions">
                <button
                    type="button"
                    class="meet-button"
                    aria-disabled=disabled
                    aria-describedby=why.clone()
                    on:click=move |_| join(Kind::Voice)
                >
                    {text(calls, text_key!("conference.join_without_camera"))}
                </button>
                <button
                    type="button"
                    class="meet-button meet-primary"
                    aria-disabled=disabled
                    aria-describedby=why
                    on:click=move |_| join(Kind::Video)
                >
                    {text(calls, text_key!("conference.join"))}
                </button>
            </span>
        </div>
    }
    .drawn()
}

#[component]
fn Starting(calls: Engine, domain: String) -> impl IntoView {
    let step = Memo::new(move |_| match calls.with_value(Calls::view) {
        View::Starting { step, .. } => step,
        _ => Step::Echo,
    });
    let words = move || {
        text(
            calls,
            match step.get() {
                Step::LookingUp => text_key!("conference.step_looking_up"),
                Step::Sending => text_key!("conference.step_sending"),
                Step::Echo => text_key!("conference.step_echo"),
            },
        )
    };
    view! {
        <div class="meet-bar">
            <span class="meet-bar-text" role="status">
                <strong>{filled(calls, text_key!("conference.starting_on"), &[("domain", &domain)])}</strong>
                <span class="meet-quiet">{words}</span>
            </span>
            <progress class="meet-progress" aria-label=text(calls, text_key!("conference.starting"))></progress>
            <span class="meet-bar-actions">
                <button type="button" class="meet-button" on:click=move |_| calls.with_value(|calls| calls.input(Input::Dismiss))>
                    {text(calls, text_key!("conference.cancel"))}
                </button>
            </span>
        </div>
    }
}

fn dismiss_on_escape(calls: Engine, event: &KeyboardEvent) {
    if event.key() == "Escape" && !event.is_composing() {
        calls.with_value(|calls| calls.input(Input::Dismiss));
    }
}

/// A domain that is neither the site's own nor this button's choice: it is named, and nothing of it loads before a press.
#[component]
fn Consent(calls: Engine, widget: MeetWidget, encrypted: Memo<bool>) -> impl IntoView {
    let domain = domain_of(&widget);
    let creator = widget.creator.to_string();
    let id = unique_id("meet-consent");
    let labelled_by = id.clone();
    // The keyboard follows the person's press to the question that it raised, and a screen reader reads it out.
    let title = NodeRef::<html::H2>::new();
    title.on_load(|title| {
        let _ = title.focus();
    });
    let approve = move |event: MouseEvent| {
        // The second click of a double click on the button that was here before is no consent.
        if event.detail() < 2
            && let Ok(domain) = &widget.domain
        {
            calls.with_value(|calls| calls.input(Input::Approve(domain.clone())));
        }
    };
    view! {
        <div class="meet-card" role="group" aria-labelledby=labelled_by on:keydown=move |event| dismiss_on_escape(calls, &event)>
            <h2 id=id tabindex="-1" node_ref=title>{filled(calls, text_key!("conference.consent_title"), &[("domain", &domain)])}</h2>
            <p>{filled(calls, text_key!("conference.consent_by"), &[("user", &creator)])}</p>
            <p class="meet-quiet">{filled(calls, text_key!("conference.consent_shares"), &[("domain", &domain)])}</p>
            {redrawn(move || encrypted.get().then(|| view! {
                <p class="meet-quiet">{text(calls, text_key!("conference.not_encrypted"))}</p>
            }.drawn()))}
            <div class="meet-bar-actions">
                <button type="button" class="meet-button" on:click=move |_| calls.with_value(|calls| calls.input(Input::Dismiss))>
                    {text(calls, text_key!("conference.not_now"))}
                </button>
                <button type="button" class="meet-button meet-primary" on:click=approve>
                    {filled(calls, text_key!("conference.consent_join"), &[("domain", &domain)])}
                </button>
            </div>
        </div>
    }
}

#[component]
fn Framed(calls: Engine, widget: MeetWidget, encrypted: Memo<bool>) -> impl IntoView {
    let domain = domain_of(&widget);
    view! {
        <div class="meet-tile">
            <div class="meet-bar">
                <span class="meet-bar-text">
                    <strong>{filled(calls, text_key!("conference.on"), &[("domain", &domain)])}</strong>
                    {redrawn(move || encrypted.get().then(|| view! {
                        <span class="meet-quiet">{text(calls, text_key!("conference.not_encrypted"))}</span>
                    }.drawn()))}
                </span>
                <LeaveButton calls/>
            </div>
            <FrameBox calls on_stage=true/>
        </div>
    }
}

/// The box that the frame covers.
#[component]
pub(super) fn FrameBox(calls: Engine, on_stage: bool) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let held: StoredValue<Option<HtmlElement>, LocalStorage> = StoredValue::new_local(None);
    node.on_load(move |element| {
        let element: HtmlElement = element.into();
        held.set_value(Some(element.clone()));
        calls.with_value(|calls| calls.dock(element, on_stage));
        // The button that opened it or led back to it may be gone; one repaint later the frame is visible and can take over.
        if on_stage {
            request_animation_frame(move || {
                focus::if_lost(move || {
                    let _ = calls.try_with_value(Calls::focus_frame);
                });
            });
        }
    });
    on_cleanup(move || {
        if let Some(element) = held.try_get_value().flatten() {
            let _ = calls.try_with_value(|calls| calls.undock(&element, on_stage));
        }
    });
    // The frame lies at the end of the document: this is its place in the order of the focus.
    let enter = move |_| calls.with_value(Calls::focus_frame);
    view! { <div class="meet-frame-box" tabindex="0" on:focus=enter node_ref=node></div> }
}

#[component]
pub(super) fn LeaveButton(calls: Engine) -> impl IntoView {
    let stage = move || match calls.with_value(Calls::view) {
        View::Open { stage, .. } => Some(stage),
        _ => None,
    };
    let leaving = move || stage() == Some(Stage::Leaving);
    let words = move || {
        text(
            calls,
            match stage() {
                Some(Stage::Leaving) => text_key!("conference.leaving"),
                Some(Stage::Ended) => text_key!("conference.close"),
                _ => text_key!("conference.leave"),
            },
        )
    };
    view! {
        <button
            type="button"
            class="meet-button meet-danger"
            aria-disabled=move || if leaving() { "true" } else { "false" }
            on:click=move |_| calls.with_value(|calls| calls.input(Input::HangUp))
        >
            {icons::leave()}
            {words}
        </button>
    }
}

#[component]
fn Failed(calls: Engine, room: Signal<RoomId>, failure: Failure, kind: Kind) -> impl IntoView {
    let (message, details) = calls.with_value(|calls| words::failure(calls.texts(), &failure));
    let retry = move |_| {
        calls.with_value(|calls| {
            calls.input(Input::Dismiss);
            calls.press(&room.get_untracked(), kind);
        });
    };
    let retriable = !matches!(failure, Failure::BadDomain(_));
    // The frame or the progress that it replaces may have had the focus.
    let dismiss = NodeRef::<html::Button>::new();
    dismiss.on_load(move |_| focus::if_lost(move || focus::on(dismiss)));
    view! {
        <div class="meet-card meet-failed" on:keydown=move |event| dismiss_on_escape(calls, &event)>
            <p role="alert">{message}</p>
            {details.map(|details| view! {
                <details>
                    <summary>{text(calls, text_key!("conference.details"))}</summary>
                    <p class="meet-quiet">{details}</p>
                </details>
            }.drawn())}
            <div class="meet-bar-actions">
                <button
                    type="button"
                    class="meet-button"
                    node_ref=dismiss
                    on:click=move |_| calls.with_value(|calls| calls.input(Input::Dismiss))
                >
                    {text(calls, text_key!("conference.dismiss"))}
                </button>
                {retriable.then(|| view! {
                    <button type="button" class="meet-button meet-primary" on:click=retry>
                        {text(calls, text_key!("conference.try_again"))}
                    </button>
                }.drawn())}
            </div>
        </div>
    }
}
