//! A person's settings for calls and conferences: which Meet server is used and why, which ones they agreed to, devices, what rings, what
//! ends by itself, and the way to the call check.

pub mod ringing;

use leptos::prelude::*;

pub use ringing::RoomRing;

use crate::text_key;
use crate::ui::buttons::server_note;
use crate::ui::call::device_choosers;
use crate::ui::drawn::Drawn;
use crate::ui::element::{Tag, button, tag};
use crate::ui::stage::{Engine, text};
use crate::ui::{Calls, consents, unique_id};

/// The settings for calls and conferences, for a dialogue or page of the chat. They count as soon as they are made.
#[component]
pub fn CallSettings(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// Opens the check of calls; without it there is no button for that.
    #[prop(optional)]
    on_check: Option<Callback<()>>,
) -> impl IntoView {
    Drawn::from(panel(calls, on_check))
}

fn panel(calls: Engine, on_check: Option<Callback<()>>) -> Tag {
    let quiet = |key: &str| tag("p", "meet-quiet").text(text(calls, key));
    let ends = Box::new(move || calls.with_value(Calls::auto_end));
    let end = move |wanted| calls.with_value(|calls| calls.choose(&|chosen| chosen.auto_end = Some(wanted)));
    let check = on_check.map(|on_check| {
        let check = button("meet-button", move |_| on_check.run(())).set("data-act", "check-calls");
        tag("section", "").with(check.text(text(calls, text_key!("settings.check")))).into()
    });
    tag("div", "meet-settings")
        .with(part(calls, text_key!("settings.server")).with(server_note(calls)))
        .with(part(calls, text_key!("consents.title")).with(consents::list(calls)))
        .with(
            part(calls, text_key!("peer_call.devices"))
                .with(quiet(text_key!("settings.devices_hint")))
                .with(device_choosers(calls)),
        )
        .with(ringing::fill(calls, part(calls, text_key!("settings.ringing"))))
        .with(
            part(calls, text_key!("settings.ending"))
                .with(
                    tick(text(calls, text_key!("settings.auto_end")), ends, Box::new(end)).set("data-set", "auto-end"),
                )
                .with(quiet(text_key!("settings.auto_end_hint"))),
        )
        .with(check)
}

/// A part under its heading.
fn part(calls: Engine, heading: &str) -> Tag {
    let id = unique_id("meet-settings");
    tag("section", "").set("aria-labelledby", id.as_str()).with(tag("h3", "").set("id", id).text(text(calls, heading)))
}

/// A box to tick, with its words.
fn tick(words: String, on: Box<dyn Fn() -> bool + Send>, wanted: Box<dyn Fn(bool) + Send>) -> Tag {
    tag("label", "meet-check").with(tag("input", "").ticked(on, wanted)).with(tag("span", "").text(words))
}
