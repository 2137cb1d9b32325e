//! The conference while another room is on screen: its frame floats, with the ways back and out.

use leptos::prelude::*;

use crate::meet::session::View;
use crate::text_key;
use crate::ui::Calls;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{button, tag};
use crate::ui::stage::{ending, frame_box, leave_button};

/// The floating conference; once per page. Shows itself while a conference is open and its room is not on screen.
#[component]
pub fn CallOverlay(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    let floating = memo(move || {
        calls.with_value(|calls| match calls.view() {
            View::Open { room, .. } if !calls.docked() => Some(room),
            _ => None,
        })
    });
    Drawn::from(redrawn(move || {
        floating.get().map(|room| {
            let (name, label, back) = calls.with_value(|calls| {
                let texts = calls.texts();
                (
                    calls.room_name(&room),
                    texts.get(text_key!("conference.floating")),
                    texts.get(text_key!("conference.back_to_room")),
                )
            });
            let back = button("meet-button", move |_| calls.with_value(|calls| calls.show_room(&room))).text(back);
            let bar = tag("div", "meet-bar")
                .with(tag("strong", "meet-bar-text").text(name))
                .with(back)
                .with(leave_button(calls));
            let shown = tag("aside", "meet-floating").set("aria-label", label).with(bar).with(ending(calls));
            shown.with(frame_box(calls, false)).into()
        })
    }))
}
