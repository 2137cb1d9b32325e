//! The conference while another room is on screen: its frame floats, with the ways back and out.

use leptos::prelude::*;
use web_sys::Event;

use crate::meet::session::{Input, View};
use crate::text_key;
use crate::ui::Calls;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::icons;
use crate::ui::stage::{Engine, ending, frame_box, leave_button, text};
use crate::widget_api::DeviceStates;

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
            let switches = tag("span", "meet-bar-actions")
                .with(switch(
                    calls,
                    "mute",
                    icons::microphone(),
                    text_key!("conference.microphone"),
                    |on| on.audio_enabled,
                    audio,
                ))
                .with(switch(
                    calls,
                    "camera",
                    icons::video(),
                    text_key!("conference.camera"),
                    |on| on.video_enabled,
                    video,
                ));
            let bar = tag("div", "meet-bar")
                .with(tag("strong", "meet-bar-text").text(name))
                .with(switches)
                .with(back)
                .with(leave_button(calls));
            let shown = tag("aside", "meet-floating").set("aria-label", label).with(bar).with(ending(calls));
            shown.with(frame_box(calls, false)).into()
        })
    }))
}

fn audio(on: bool) -> DeviceStates {
    DeviceStates { audio_enabled: Some(on), video_enabled: None }
}

fn video(on: bool) -> DeviceStates {
    DeviceStates { audio_enabled: None, video_enabled: Some(on) }
}

/// A switch of one device, as long as it is known whether that is on. It shows what is so, not what was asked for.
fn switch(
    calls: Engine,
    act: &'static str,
    icon: Drawn,
    label: &str,
    read: fn(DeviceStates) -> Option<bool>,
    wish: fn(bool) -> DeviceStates,
) -> Tag {
    let on = memo(move || match calls.with_value(|calls| calls.view()) {
        View::Open { devices, .. } => read(devices),
        _ => None,
    });
    let press = move |_: &Event| {
        if let Some(on) = on.get_untracked() {
            calls.with_value(|calls| calls.input(Input::Devices(wish(!on))));
        }
    };
    button("meet-switch", press)
        .set("data-act", act)
        .set("aria-label", text(calls, label))
        .set("title", text(calls, label))
        .state("aria-pressed", Box::new(move || on.get() == Some(true)))
        .shown(Box::new(move || on.get().is_some()))
        .with(icon)
}
