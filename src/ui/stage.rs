//! Where a room's calls show: the place of a 1:1 call's panel; and of a conference the offer to join, the progress of a start, the
//! consent card, the frame, a failure.

mod beside;
mod consent;
mod split;
mod tile;
mod visit;

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use crate::buttons::{Buttons, Kind, Way};
use crate::ids::RoomId;
use crate::meet::history;
use crate::meet::session::{Failure, Input, Stage, Step, View};
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::room_widget::{self, RoomWidget};
use crate::text_key;
use crate::ui::buttons::{Current, current};
use crate::ui::call::call_place;
use crate::ui::consents::unkept;
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, held, tag};
use crate::ui::{Calls, closing, company, focus, icons, unique_id, ways, words};
use tile::Lying;

pub(super) use tile::is_rtl;
pub(super) use visit::{asks_who, close_button};

pub(super) type Engine = StoredValue<Calls, LocalStorage>;

pub(super) fn text(calls: Engine, key: &str) -> String {
    calls.with_value(|calls| calls.texts().get(key))
}

pub(super) fn filled(calls: Engine, key: &str, values: &[(&str, &str)]) -> String {
    calls.with_value(|calls| calls.texts().fill(key, values))
}

/// What of the session belongs to this room, and how it is drawn. The frame's own box must survive its stages, and the button
/// that calls a start off keeps the focus through its steps, so those are not part of it.
#[derive(Clone, PartialEq)]
enum Face {
    Nothing,
    Offer(Box<MeetWidget>),
    Starting(String),
    Consent(Box<MeetWidget>, bool),
    Frame(Box<MeetWidget>),
    Failed(Failure, Kind),
    /// A call of another kind, on offer or entered.
    OfferOther(Arc<RoomWidget>),
    Other(room_widget::View),
}

fn face(view: View, visit: room_widget::View, room: &RoomId, facts: Option<&RoomFacts>, buttons: &Buttons) -> Face {
    if visit.room() == Some(room) {
        return Face::Other(visit.without_question());
    }
    let offer = || {
        let (Some(facts), Some(offer)) = (facts, &buttons.offer) else { return Face::Nothing };
        match (facts.conferences.iter().find(|widget| widget.id == offer.widget), &facts.widget) {
            (Some(widget), _) => Face::Offer(Box::new(widget.clone())),
            (None, Some(widget)) => Face::OfferOther(widget.clone()),
            (None, None) => Face::Nothing,
        }
    };
    match view {
        View::Starting { room: of, domain, .. } if of == *room => Face::Starting(domain.to_string()),
        View::Consent { room: of, widget, asks } if of == *room => Face::Consent(widget, asks),
        View::Open { room: of, widget, .. } if of == *room => Face::Frame(widget),
        View::Failed { room: of, kind, failure } if of == *room => Face::Failed(failure, kind),
        _ => offer(),
    }
}

/// Where a room's calls show: the place of a 1:1 call, and the conference: a tile with its card, its progress or the conference
/// itself. Takes no space without one.
///
/// Its parent element is the room's area, and has a size of its own: the tile is bounded by it, so that the timeline keeps a usable rest.
/// While a conference is open, `section.meet-stage` says in `data-layout` how it is to lie: `pinned` above the timeline, `beside` it, or
/// `maximised`, in its place; and in `--meet-tile-size` how large it is: the frame's height when pinned, the stage's width beside.
/// A room whose styles follow that (as `assets/chat-room.css` does: a grid of two columns under
/// `:has(> .meet-stage[data-layout="beside"])`, and nothing but header and stage when maximised) sets `layouts`; in any other
/// the tile is pinned and can be resized. The frame is never moved: it follows its box, whatever the styles do.
#[component]
pub fn CallStage(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room on screen.
    #[prop(into)]
    room: Signal<RoomId>,
    /// The room's styles know all layouts.
    #[prop(optional)]
    layouts: bool,
) -> impl IntoView {
    let lying = Lying::new(calls, layouts);
    let current = current(calls, room);
    let facts = current.facts;
    let face = memo(move || {
        let (view, visit) = calls.with_value(|calls| (calls.view(), calls.visit()));
        facts.with(|facts| {
            room.with(|room| current.buttons.with(|buttons| face(view, visit, room, facts.as_ref(), buttons)))
        })
    });
    let closing = closing::step(calls, room);
    let encrypted = move || facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.encrypted));
    let drawn = move |face: &Face| {
        Some(match face {
            Face::Nothing => return None,
            Face::Offer(widget) => {
                let beside = beside::beside(calls, room, widget.id.clone(), current);
                Drawn::from(vec![offer(calls, room, widget, current).into(), beside])
            }
            Face::Starting(domain) => starting(calls, domain).into(),
            Face::Consent(widget, asks) if widget.agreement.is_split() => {
                split::sheet(calls, room, current.facts, widget, *asks).into()
            }
            Face::Consent(widget, _) => consent::card(calls, room, widget, encrypted).into(),
            Face::Frame(widget) => framed(calls, room, widget, current, encrypted, lying).into(),
            Face::Failed(failure, kind) => failed(calls, room, failure, *kind).into(),
            Face::OfferOther(widget) => visit::offer(calls, room, widget, current).into(),
            Face::Other(view) => visit::visit(calls, room, view, encrypted, lying)?.into(),
        })
    };
    let is_framed =
        memo(move || face.with(|face| matches!(face, Face::Frame(_) | Face::Other(room_widget::View::Open(..)))));
    let stage = lying.said(tag("section", "meet-stage"), is_framed);
    let stage = stage
        .set("aria-label", text(calls, text_key!("conference.stage")))
        .shown(Box::new(move || closing.with(Option::is_some) || face.with(|face| *face != Face::Nothing)))
        .with(closing::card(calls, closing))
        .with(redrawn(move || {
            let face = face.get();
            untrack(|| drawn(&face))
        }));
    Drawn::from(vec![call_place(calls, room), stage.into()])
}

pub(super) fn domain_of(widget: &MeetWidget) -> String {
    match &widget.domain {
        Ok(domain) => domain.to_string(),
        Err(raw) => raw.clone(),
    }
}

/// A conference is running and I am not in it.
fn offer(calls: Engine, room: Signal<RoomId>, widget: &MeetWidget, current: Current) -> Tag {
    let domain = domain_of(widget);
    let by = calls.with_value(|calls| room.with_untracked(|room| calls.name_of(room, &widget.creator)));
    let why_not = move || current.why_not(calls);
    let why = unique_id("meet-why-not");
    let join = |class, kind, words: &str| {
        button(class, move |_| {
            calls.with_value(|calls| calls.press_join(&room.get_untracked(), kind));
        })
        .shown(Box::new(move || current.way() != Way::Nowhere))
        .state("aria-disabled", Box::new(move || why_not().is_some()))
        .set("aria-describedby", why.as_str())
        .text(text(calls, words))
    };
    let video_room = current.facts.with_untracked(|facts| facts.as_ref().is_some_and(|facts| facts.video_room));
    // Drawn anew when one leaves a conference, and known by then.
    let is_idle = calls.with_value(|calls| room.with_untracked(|room| calls.is_idle(room, widget)));
    let running = match (video_room, is_idle) {
        (true, _) => text_key!("conference.video_room"),
        (false, true) => text_key!("conference.idle"),
        (false, false) => text_key!("conference.running"),
    };
    let started = match &widget.domain {
        Ok(_) => filled(calls, text_key!("conference.started_by_on"), &[("name", &by), ("domain", &domain)]),
        Err(raw) => filled(calls, text_key!("conference.bad_domain"), &[("value", raw)]),
    };
    let says = tag("span", "meet-bar-text")
        .with(tag("strong", "").text(text(calls, running)))
        .with(tag("span", "meet-quiet").text(started))
        .with(video_room.then(|| video_room_company(calls, room, current).into()))
        .with(tag("span", "meet-quiet").set("id", why.as_str()).words(Box::new(move || why_not().unwrap_or_default())));
    // The conference is what the room is for: it is offered large.
    let class = if video_room { "meet-bar meet-video-room" } else { "meet-bar" };
    let actions = tag("span", "meet-bar-actions")
        .with(room.with_untracked(|room| ways::ways(calls, room, widget)))
        .with(closing::end_button(calls, widget, current))
        .with(join("meet-button", Kind::Voice, text_key!("conference.join_without_camera")))
        .with(join("meet-button meet-primary", Kind::Video, text_key!("conference.join")));
    tag("div", class).with(says).with(actions)
}

/// Who is in a video room's conference, by the room's state.
fn video_room_company(calls: Engine, room: Signal<RoomId>, current: Current) -> Tag {
    tag("span", "").words(Box::new(move || {
        current.track();
        calls.with_value(|calls| {
            let company = room.with(|room| calls.in_video_room(room));
            match company.count {
                0 => calls.texts().get(text_key!("conference.nobody")),
                _ => history::words::company(calls.texts(), &company),
            }
        })
    }))
}

fn starting(calls: Engine, domain: &str) -> Tag {
    let words = move || {
        let step = match calls.with_value(Calls::view) {
            View::Starting { step, .. } => step,
            _ => Step::Echo,
        };
        text(
            calls,
            match step {
                Step::Ending => text_key!("conference.step_ending"),
                Step::Asking => text_key!("conference.step_asking"),
                Step::Handing => text_key!("conference.step_sending"),
                Step::LookingUp => text_key!("conference.step_looking_up"),
                Step::Sending => text_key!("conference.step_sending"),
                Step::Echo => text_key!("conference.step_echo"),
            },
        )
    };
    // Where the service will lead is not known before it answers.
    let starts = match calls.with_value(Calls::view) {
        View::Starting { step: Step::Asking | Step::Handing, .. } => text(calls, text_key!("conference.starting")),
        _ => filled(calls, text_key!("conference.starting_on"), &[("domain", domain)]),
    };
    let says = tag("span", "meet-bar-text")
        .set("role", "status")
        .with(tag("strong", "").text(starts))
        .with(tag("span", "meet-quiet").words(Box::new(words)));
    let mut cancel = dismisses(calls, text_key!("conference.cancel"));
    // The sheet that it replaces then had the focus; a start from a call button leaves it there.
    if matches!(calls.with_value(Calls::view), View::Starting { step: Step::Ending, .. }) {
        cancel = cancel.placed(|button| {
            focus::if_lost(move || {
                let _ = button.focus();
            });
        });
    }
    tag("div", "meet-bar")
        .with(says)
        .with(tag("progress", "meet-progress").set("aria-label", text(calls, text_key!("conference.starting"))))
        .with(tag("span", "meet-bar-actions").with(cancel))
}

/// A button that calls it off.
fn dismisses(calls: Engine, words: &str) -> Tag {
    button("meet-button", move |_| calls.with_value(|calls| calls.input(Input::Dismiss))).text(text(calls, words))
}

/// A card that Escape calls off.
fn card(calls: Engine, class: &'static str) -> Tag {
    tag("div", class).on("keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.key() == "Escape" && !event.is_composing() {
            calls.with_value(|calls| calls.input(Input::Dismiss));
        }
    })
}

fn not_encrypted(calls: Engine, name: &'static str, encrypted: impl Fn() -> bool + Send + Sync + 'static) -> Drawn {
    when(encrypted, move || tag(name, "meet-quiet").text(text(calls, text_key!("conference.not_encrypted"))))
}

fn framed(
    calls: Engine,
    room: Signal<RoomId>,
    widget: &MeetWidget,
    current: Current,
    encrypted: impl Fn() -> bool + Send + Sync + 'static,
    lying: Lying,
) -> Tag {
    let on = filled(calls, text_key!("conference.on"), &[("domain", &domain_of(widget))]);
    let says = tag("span", "meet-bar-text")
        .with(tag("strong", "").text(on))
        .with(not_encrypted(calls, "span", encrypted))
        .with(unkept(calls))
        .with(company::company(calls, closing::may_end(widget, current)))
        .with(ending(calls));
    let actions = tag("span", "meet-bar-actions")
        .with(lying.choices())
        .with(room.with_untracked(|room| ways::ways(calls, room, widget)))
        .with(closing::end_button(calls, widget, current))
        .with(leave_button(calls));
    let tile = tag("div", "meet-tile")
        .with(tag("div", "meet-bar").with(says).with(actions))
        .with(company::move_on(calls))
        .with(frame_box(calls, true))
        .with(lying.border());
    lying.measured(tile)
}

/// The box that the frame covers.
pub(super) fn frame_box(calls: Engine, on_stage: bool) -> Tag {
    let place = held();
    on_cleanup(move || {
        if let Some(element) = place.try_get_value().flatten() {
            let _ = calls.try_with_value(|calls| calls.undock(&element));
        }
    });
    tag("div", "meet-frame-box")
        .set("tabindex", "0")
        // The frame lies at the end of the document: this is its place in the order of the focus.
        .on("focus", move |_| calls.with_value(Calls::focus_frame))
        .held(place)
        .placed(move |element| {
            calls.with_value(|calls| calls.dock(element, on_stage));
            // The button that opened it or led back to it may be gone; one repaint later the frame is visible and can take over.
            if on_stage {
                request_animation_frame(move || {
                    focus::if_lost(move || {
                        let _ = calls.try_with_value(Calls::focus_frame);
                    });
                });
            }
        })
}

/// Why the person is out of it, once that is so.
pub(super) fn ending(calls: Engine) -> Tag {
    tag("span", "").set("role", "status").words(Box::new(move || match calls.with_value(Calls::view) {
        View::Open { stage: Stage::Ended(ending), .. } => text(calls, words::ending(ending)),
        _ => String::new(),
    }))
}

/// The button that leaves the conference.
pub(super) fn leave_button(calls: Engine) -> Tag {
    let stage = move || match calls.with_value(Calls::view) {
        View::Open { stage, .. } => Some(stage),
        _ => None,
    };
    let words = move || {
        text(
            calls,
            match stage() {
                Some(Stage::Leaving) => text_key!("conference.leaving"),
                Some(Stage::Ended(_)) => text_key!("conference.close"),
                _ => text_key!("conference.leave"),
            },
        )
    };
    button("meet-button meet-danger", move |_| calls.with_value(|calls| calls.input(Input::HangUp)))
        .state("aria-disabled", Box::new(move || stage() == Some(Stage::Leaving)))
        .live("title", move || Some(words()))
        .set("data-act", "leave")
        .with(icons::leave())
        .with(tag("span", "meet-label").words(Box::new(words)))
}

fn failed(calls: Engine, room: Signal<RoomId>, failure: &Failure, kind: Kind) -> Tag {
    let (message, details) = calls.with_value(|calls| words::failure(calls.texts(), failure));
    let retry = move |_: &Event| {
        calls.with_value(|calls| {
            calls.input(Input::Dismiss);
            calls.press(&room.get_untracked(), kind);
        });
    };
    let retriable = !matches!(failure, Failure::BadDomain(_));
    // The frame or the progress that it replaces may have had the focus.
    let dismiss = dismisses(calls, text_key!("conference.dismiss")).placed(|button| {
        focus::if_lost(move || {
            let _ = button.focus();
        });
    });
    let details = details.map(|details| {
        tag("details", "")
            .with(tag("summary", "").text(text(calls, text_key!("conference.details"))))
            .with(tag("p", "meet-quiet").text(details))
            .into()
    });
    let again = retriable
        .then(|| button("meet-button meet-primary", retry).text(text(calls, text_key!("conference.try_again"))).into());
    card(calls, "meet-card meet-failed")
        .with(tag("p", "").set("role", "alert").text(message))
        .with(details)
        .with(tag("div", "meet-bar-actions").with(dismiss).with(again))
}
