//! Where a call's panel is: over its place in the room, or floating in a corner.

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::browser::animation::AnimationLoop;
use crate::browser::frames::Placeholder;
use crate::call::scene;
use crate::ids::RoomId;
use crate::ui::drawn::Drawn;
use crate::ui::element::tag;
use crate::ui::stage::Engine;

/// The place of the call in its room. Takes no space without one.
pub(in crate::ui) fn call_place(calls: Engine, room: Signal<RoomId>) -> Drawn {
    let shape = move || {
        let view = calls.with_value(|calls| calls.desk().view());
        let call = view.calls.iter().find(|call| scene::goes_on(call))?;
        let pictures = call.video || call.peer_screen.is_some();
        room.with(|room| call.room == *room).then(|| if pictures { "video" } else { "voice" }.to_owned())
    };
    let held: StoredValue<Option<HtmlElement>, LocalStorage> = StoredValue::new_local(None);
    on_cleanup(move || {
        if let Some(element) = held.try_get_value().flatten() {
            let _ = calls.try_with_value(|calls| calls.desk().unseat(&element));
        }
    });
    tag("div", "meet-call-place")
        .live("data-shape", shape)
        .made(move |element| {
            held.set_value(Some(element.clone()));
            calls.with_value(|calls| calls.desk().seat(element));
        })
        .into()
}

type Rectangle = [i32; 4];

/// Keeps `panel` over its place, before every repaint, and says in `data-place` how it lies.
pub(super) fn follow(panel: HtmlElement, place: Placeholder) -> AnimationLoop {
    let mut last: Option<(&'static str, Rectangle)> = None;
    let step: Box<dyn FnMut()> = Box::new(move || {
        let there = place.borrow().clone().filter(|place| place.has_attribute("data-shape"));
        let rectangle = there.as_ref().map(rectangle).filter(|[_, _, width, height]| *width > 0 && *height > 0);
        let now = match rectangle {
            _ if matches!(panel.closest(":fullscreen"), Ok(Some(_))) => ("full", Rectangle::default()),
            Some(rectangle) => ("docked", rectangle),
            None => ("floating", Rectangle::default()),
        };
        if last == Some(now) {
            return;
        }
        last = Some(now);
        let _ = panel.set_attribute("data-place", now.0);
        for (property, value) in ["left", "top", "width", "height"].into_iter().zip(now.1) {
            let _ = if now.0 == "docked" {
                panel.style().set_property(property, &[&value.to_string(), "px"].concat())
            } else {
                panel.style().remove_property(property).map(drop)
            };
        }
    });
    AnimationLoop::start(step)
}

fn rectangle(place: &HtmlElement) -> Rectangle {
    let bounds = place.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen fit")]
    [bounds.left(), bounds.top(), bounds.width(), bounds.height()].map(|length| length.round() as i32)
}
