//! The question whether to leave one call or conference for another. A dialogue of the browser's own: it lies above the frame of the
//! conference, keeps the keyboard, and Escape says no.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement, MouseEvent};

use crate::switching::{Input, Obstacle, Question};
use crate::text_key;
use crate::ui::drawn::{Drawn, when};
use crate::ui::effect::effect;
use crate::ui::element::{Tag, button, tag};
use crate::ui::stage::{Engine, text};
use crate::ui::{Calls, focus, unique_id};

/// The question, while there is one. Also where it is seen to that what was pressed is carried out, as soon as nothing is in its way.
pub(super) fn switch_card(calls: Engine) -> Drawn {
    effect(move || {
        calls.with_value(|calls| {
            calls.view();
            calls.visit();
            calls.desk().view();
            untrack(|| calls.switch(Input::Look));
        });
    });
    when(move || calls.with_value(Calls::question).is_some(), move || card(calls))
}

fn card(calls: Engine) -> Tag {
    // The keyboard comes from the button that was pressed.
    let pressed = focus::holder();
    on_cleanup(move || {
        focus::if_lost(move || {
            if let Some(element) = &pressed {
                let _ = element.focus();
            }
        });
    });
    let tell = move |input: Input| calls.with_value(|calls| calls.switch(input));
    let leaving = move || calls.with_value(Calls::question).is_some_and(|question| question.leaving);
    let words = move || calls.with_value(|calls| calls.question().map(|question| asked(calls, &question)));
    let go = move |event: &Event| {
        // The second click of a double click on the button that asked is no answer.
        if event.unchecked_ref::<MouseEvent>().detail() < 2 {
            tell(Input::Switch);
        }
    };
    let go_words =
        move || text(calls, if leaving() { text_key!("conference.leaving") } else { text_key!("conference.switch") });
    let stay = move || {
        text(calls, if leaving() { text_key!("conference.cancel") } else { text_key!("conference.switch_stay") })
    };
    let id = unique_id("meet-switch");
    let answers = tag("div", "meet-answers")
        .with(button("meet-button", move |_| tell(Input::Stay)).set("data-act", "stay").words(Box::new(stay)))
        .with(
            button("meet-button meet-primary", go)
                .set("data-act", "switch")
                .state("aria-disabled", Box::new(leaving))
                .words(Box::new(go_words)),
        );
    tag("dialog", "meet-preview meet-switch-card")
        .set("aria-labelledby", id.as_str())
        .placed(|dialog| {
            let _ = dialog.unchecked_ref::<HtmlDialogElement>().show_modal();
        })
        .on("cancel", move |event| {
            event.prevent_default();
            tell(Input::Stay);
        })
        .with(tag("h2", "").set("id", id).words(Box::new(move || words().unwrap_or_default())))
        .with(answers)
}

/// "Leave the conference in X and call Y?"
fn asked(calls: &Calls, question: &Question) -> String {
    let mut from = Vec::new();
    for obstacle in &question.from {
        from.push(match obstacle {
            Obstacle::Conference(room) => calls.room_name(room),
            Obstacle::Call { room, peer, .. } => calls.name_of(room, peer),
        });
    }
    let to = question.to.room().map(|room| calls.room_name(room)).unwrap_or_default();
    let key = match (question.from.first(), question.to.is_call()) {
        (None, false) => text_key!("conference.switch_to_conference"),
        (None, true) => text_key!("conference.switch_to_call"),
        (Some(Obstacle::Conference(_)), false) => text_key!("conference.switch_conference_for_conference"),
        (Some(Obstacle::Conference(_)), true) => text_key!("conference.switch_conference_for_call"),
        (Some(Obstacle::Call { .. }), false) => text_key!("conference.switch_call_for_conference"),
        (Some(Obstacle::Call { .. }), true) => text_key!("conference.switch_call_for_call"),
    };
    calls.texts().fill(key, &[("from", &from.join(" · ")), ("to", &to)])
}
