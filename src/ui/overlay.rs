//! The conference while another room is on screen: its frame floats, with the ways back and out.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent};

use crate::ids::RoomId;
use crate::meet::layout::{Area, Corner, Wish};
use crate::meet::session::{Input, View};
use crate::meet::widget::MeetWidget;
use crate::room_widget;
use crate::text_key;
use crate::ui::buttons::current;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::stage::{Engine, asks_who, close_button, ending, frame_box, is_rtl, leave_button, text};
use crate::ui::{Calls, closing, company, icons};
use crate::widget_api::DeviceStates;

/// A pointer that has moved so far, in CSS pixels, drags.
const DRAGGED: i32 = 16;

/// The floating conference; once per page. Shows itself while a conference is open and its room is not on screen.
#[component]
pub fn CallOverlay(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    let floating = memo(move || {
        calls.with_value(|calls| match (calls.view(), calls.visit()) {
            _ if calls.docked() => None,
            (View::Open { room, widget, .. }, _) => Some((room, Some(widget))),
            (_, room_widget::View::Open(place, _)) => Some((place.room.clone(), None)),
            _ => None,
        })
    });
    Drawn::from(redrawn(move || {
        let floating = floating.get();
        untrack(|| floating.map(|(room, widget)| window_of(calls, room, widget).into()))
    }))
}

/// The window of this conference; without one, of a call of another kind.
fn window_of(calls: Engine, room: RoomId, widget: Option<Box<MeetWidget>>) -> Tag {
    let (name, back) =
        calls.with_value(|calls| (calls.room_name(&room), calls.texts().get(text_key!("conference.back_to_room"))));
    let of = Signal::stored(room.clone());
    let return_to = button("meet-button", move |_| calls.with_value(|calls| calls.show_room(&room)))
        .set("title", back.as_str())
        .set("data-act", "back")
        .with(icons::back())
        .with(tag("span", "meet-label").text(back));
    let actions = tag("span", "meet-bar-actions meet-icons").with(corner_button(calls));
    let says = tag("span", "meet-bar-text").with(tag("strong", "").set("dir", "auto").text(name));
    let window = tag("aside", "meet-floating")
        .set("aria-label", text(calls, text_key!("conference.floating")))
        .live("data-corner", move || Some(calls.with_value(|calls| calls.tile()).corner.name().to_owned()));
    let Some(widget) = widget else {
        return window
            .with(tag("div", "meet-bar").with(says).with(actions.with(return_to).with(close_button(calls))))
            .with(asks_who(calls))
            .with(frame_box(calls, false));
    };
    let current = current(calls, of);
    let microphone = text_key!("conference.microphone");
    let camera = text_key!("conference.camera");
    let actions = actions
        .with(switch(calls, "mute", icons::microphone(), microphone, |on| on.audio_enabled, audio))
        .with(switch(calls, "camera", icons::video(), camera, |on| on.video_enabled, video))
        .with(return_to)
        .with(closing::end_button(calls, &widget, current))
        .with(leave_button(calls));
    let says = says.with(company::company(calls, closing::may_end(&widget, current)));
    window
        .with(tag("div", "meet-bar").with(says).with(actions))
        .with(company::move_on(calls))
        .with(ending(calls))
        .with(closing::card(calls, closing::step(calls, of)))
        .with(frame_box(calls, false))
}

/// What moves the window: each press to the next corner, an arrow key to where it points, and dragged to where it is let go.
fn corner_button(calls: Engine) -> Tag {
    let lay = move |corner: &dyn Fn(Corner) -> Option<Corner>| {
        calls.with_value(|calls| {
            calls.lay(|wish| Wish { corner: corner(wish.corner).unwrap_or(wish.corner), ..wish });
        });
    };
    // Where it was seized; and whether it was dragged, which is no press.
    let seized = StoredValue::new(None::<(i32, i32)>);
    let dragged = StoredValue::new(false);
    let release = move || {
        let _ = calls.try_with_value(|calls| calls.let_past_frame(false));
    };
    on_cleanup(release);
    let press = move |event: &Event| {
        // A key presses without a pointer, whatever became of the last drag.
        if !dragged.get_value() || event.unchecked_ref::<MouseEvent>().detail() == 0 {
            lay(&|corner| Some(corner.next()));
        }
        dragged.set_value(false);
    };
    button("meet-icon-button meet-corner", press)
        .set("data-act", "corner")
        .set("aria-label", text(calls, text_key!("conference.floating_corner")))
        .set("title", text(calls, text_key!("conference.floating_corner")))
        .on("keydown", move |event| {
            let (rtl, event): (_, &KeyboardEvent) = (is_rtl(event), event.unchecked_ref());
            let key = event.key();
            if key.starts_with("Arrow") {
                event.prevent_default();
                lay(&|corner| corner.after(&key, rtl));
            }
        })
        .on("pointerdown", move |event| {
            let event: &PointerEvent = event.unchecked_ref();
            dragged.set_value(false);
            if let Some(button) = event.current_target().filter(|_| event.button() == 0) {
                let _ = button.unchecked_ref::<Element>().set_pointer_capture(event.pointer_id());
                seized.set_value(Some((event.client_x(), event.client_y())));
                calls.with_value(|calls| calls.let_past_frame(true));
            }
        })
        .on("pointerup", move |event| {
            let (rtl, event): (_, &PointerEvent) = (is_rtl(event), event.unchecked_ref());
            let (x, y) = (event.client_x(), event.client_y());
            let far = |(from_x, from_y): (i32, i32)| (x - from_x).abs().max((y - from_y).abs()) > DRAGGED;
            if seized.get_value().is_some_and(far) {
                dragged.set_value(true);
                let root = document().document_element();
                let (width, height) = root.map_or((0, 0), |root| (root.client_width(), root.client_height()));
                lay(&|_| Some(Corner::nearest(x, y, Area { width, height }, rtl)));
            }
        })
        .on("lostpointercapture", move |_| {
            seized.set_value(None);
            release();
        })
        .with(icons::corner())
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
