//! Ending a conference for everyone: the button where one may, the question, and what came of it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, MouseEvent};

use crate::ids::RoomId;
use crate::meet::session::{self, ClosingStep, Input};
use crate::meet::widget::MeetWidget;
use crate::text_key;
use crate::ui::buttons::Current;
use crate::ui::drawn::{Drawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{button, tag};
use crate::ui::stage::{Engine, text};
use crate::ui::{focus, icons, unique_id, words};

/// How far the ending of this room's conference is, as long as there is something to ask or to say.
pub(super) fn step(calls: Engine, room: Signal<RoomId>) -> Memo<Option<ClosingStep>> {
    memo(move || {
        let closing = calls.with_value(|calls| calls.closing());
        closing.filter(|closing| closing.shows() && room.with(|room| closing.room == *room)).map(|closing| closing.step)
    })
}

/// Whether I may end this conference for everyone, as it is now.
pub(super) fn may_end(widget: &MeetWidget, current: Current) -> Memo<bool> {
    let id = widget.id.clone();
    memo(move || {
        current.facts.with(|facts| {
            facts.as_ref().is_some_and(|facts| {
                facts.conferences.iter().any(|running| running.id == id && session::may_end(facts, running))
            })
        })
    })
}

/// The button that asks whether to end this conference, where I may.
pub(super) fn end_button(calls: Engine, widget: &MeetWidget, current: Current) -> Drawn {
    let (may, id) = (may_end(widget, current), widget.id.clone());
    when(
        move || may.get(),
        move || {
            let id = id.clone();
            button("meet-button", move |_| {
                if let Some(facts) = current.facts.get_untracked() {
                    calls.with_value(|calls| calls.input(Input::End(Box::new(facts), id.clone())));
                }
            })
            .set("data-act", "end")
            .set("title", text(calls, text_key!("conference.end")))
            .with(icons::end())
            .with(tag("span", "meet-label").text(text(calls, text_key!("conference.end"))))
        },
    )
}

/// The question, until it is answered and done. It stays through its steps, and so does the focus in it.
pub(super) fn card(calls: Engine, step: Memo<Option<ClosingStep>>) -> Drawn {
    let tell = move |input: Input| calls.with_value(|calls| calls.input(input));
    when(
        move || step.with(Option::is_some),
        move || {
            // The keyboard comes from the button that asked.
            let asked_by = focus::holder();
            on_cleanup(move || {
                focus::if_lost(move || {
                    if let Some(element) = &asked_by {
                        let _ = element.focus();
                    }
                });
            });
            let telling = move || step.with(|step| *step == Some(ClosingStep::Sending));
            let failed = move || {
                step.with(|step| match step {
                    Some(ClosingStep::Failed(error)) => {
                        calls.with_value(|calls| words::not_ended(calls.texts(), error))
                    }
                    _ => String::new(),
                })
            };
            let end = move || {
                let key = step.with(|step| match step {
                    Some(ClosingStep::Sending) => text_key!("conference.ending"),
                    Some(ClosingStep::Failed(_)) => text_key!("conference.try_again"),
                    _ => text_key!("conference.end"),
                });
                text(calls, key)
            };
            let confirm = move |event: &Event| {
                // The second click of a double click on the button that asked is no answer.
                if event.unchecked_ref::<MouseEvent>().detail() < 2 {
                    tell(Input::EndConfirmed);
                }
            };
            let id = unique_id("meet-end");
            let title = tag("h2", "").set("id", id.as_str()).set("tabindex", "-1").placed(|title| {
                let _ = title.focus();
            });
            let actions = tag("div", "meet-bar-actions")
                .with(
                    button("meet-button", move |_| tell(Input::EndCalledOff))
                        .state("aria-disabled", Box::new(telling))
                        .text(text(calls, text_key!("conference.cancel"))),
                )
                .with(
                    button("meet-button meet-danger", confirm)
                        .set("data-act", "end-confirmed")
                        .state("aria-disabled", Box::new(telling))
                        .words(Box::new(end)),
                );
            tag("div", "meet-card")
                .set("role", "group")
                .set("aria-labelledby", id)
                .on("keydown", move |event| {
                    let event: &KeyboardEvent = event.unchecked_ref();
                    if event.key() == "Escape" && !event.is_composing() {
                        tell(Input::EndCalledOff);
                    }
                })
                .with(title.text(text(calls, text_key!("conference.end_question"))))
                .with(tag("p", "").set("role", "alert").words(Box::new(failed)))
                .with(actions)
        },
    )
}
