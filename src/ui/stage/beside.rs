//! Conferences that run beside the one on offer: phones may take any of them (`mobile.md` 4.4, V15), so it is said, and whoever may
//! ends them.

use leptos::prelude::*;

use super::{Engine, domain_of, filled};
use crate::ids::{RoomId, WidgetId};
use crate::meet::widget::MeetWidget;
use crate::text_key;
use crate::ui::buttons::Current;
use crate::ui::closing;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, tag};

/// The conferences of the room but for this one.
pub(super) fn beside(calls: Engine, room: Signal<RoomId>, one: WidgetId, current: Current) -> Drawn {
    let others =
        memo(move || current.facts.with(|facts| facts.as_ref().map(|facts| facts.beside(&one)).unwrap_or_default()));
    let line = move |widget: &MeetWidget| -> Tag {
        let by = calls.with_value(|calls| room.with_untracked(|room| calls.name_of(room, &widget.creator)));
        let values = [("name", by.as_str()), ("domain", &domain_of(widget))];
        tag("div", "meet-bar")
            .with(tag("span", "meet-bar-text meet-warning").text(filled(
                calls,
                text_key!("conference.beside"),
                &values,
            )))
            .with(closing::end_button(calls, widget, current))
    };
    let lines = move || others.with(|others| others.iter().map(|widget| line(widget).into()).collect::<Vec<Drawn>>());
    Drawn::from(tag("div", "").set("role", "status").with(redrawn(move || tag("div", "").with(lines()))))
}
