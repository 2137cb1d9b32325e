//! The messages of the room on screen. The scrolling box runs from its end (`column-reverse` in the stylesheet), so it
//! stays at the newest message by itself, and older ones that come in above move nothing.

use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use web_sys::{Element, Event, VisibilityState};

use super::call_tile::provide_calls;
use super::icons::{Icon, icon};
use super::keyed::rows;
use super::message::message;
use super::page::{Page, text};
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::{effect, memo};
use crate::ui::element::{Tag, button, held, tag};

/// This close to an end of the scrolling box counts as there, in CSS pixels.
const NEAR: i32 = 80;

/// So many loads in a row may happen without scrolling: what they bring may be nothing that is drawn.
const UNASKED: u32 = 5;

/// How the part above the loaded messages stands.
#[derive(Clone, Copy, PartialEq)]
enum Older {
    /// There may be more.
    Unknown,
    Loading,
    Failed,
    /// There is nothing before.
    Beginning,
}

/// The timeline of a room. `draft` is what stands in the composer: a message thrown away goes back there.
pub(super) fn timeline(id: RoomId, draft: RwSignal<String>) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let id = StoredValue::new(id);
    provide_calls(id);
    let scroller = held();
    let older = RwSignal::new(Older::Unknown);
    let at_newest = RwSignal::new(true);
    let unasked = StoredValue::new(0);
    let keys = chat.timeline.keys;

    let near_top = move || {
        let place = scroller.get_value();
        place.is_some_and(|place| place.scroll_height() + place.scroll_top() - place.client_height() < 4 * NEAR)
    };
    let load = move || {
        let Some(client) = chat.client() else { return };
        if matches!(older.get_untracked(), Older::Loading | Older::Beginning) {
            return;
        }
        older.set(Older::Loading);
        spawn_local(async move {
            let Some(room) = id.try_get_value() else {
                return;
            };
            let result = client.load_older(&room).await;
            older.try_set(match result {
                Ok(true) => Older::Unknown,
                Ok(false) => Older::Beginning,
                Err(_) => Older::Failed,
            });
        });
    };
    // After every change: is the top in sight, and may there be more above it?
    effect(move || {
        keys.track();
        if older.get() != Older::Unknown {
            return;
        }
        spawn_local(async move {
            tick().await;
            if older.try_get_untracked() == Some(Older::Unknown) && unasked.get_value() < UNASKED && near_top() {
                unasked.update_value(|unasked| *unasked += 1);
                load();
            }
        });
    });

    let scrolled = move |_: &Event| {
        let Some(place) = scroller.get_value() else {
            return;
        };
        super::keyed::put(&at_newest, place.scroll_top() > -NEAR);
        unasked.set_value(0);
        if near_top() && older.get_untracked() == Older::Unknown {
            load();
        }
    };
    let to_newest = move |_: &Event| {
        if let Some(place) = scroller.get_value() {
            place.set_scroll_top(0);
        }
    };

    // What comes in below must not push away what is being read.
    let last = StoredValue::new_local(None::<Element>);
    effect(move || {
        keys.track();
        spawn_local(async move {
            tick().await;
            let Some(Some(place)) = scroller.try_get_value() else {
                return;
            };
            let now = place.first_element_child().and_then(|messages| messages.last_element_child());
            let before = last.get_value().filter(|last| last.is_connected());
            if let (Some(before), Some(now), false) = (before, &now, at_newest.get_untracked()) {
                let below = now.get_bounding_client_rect().bottom() - before.get_bounding_client_rect().bottom();
                #[expect(clippy::cast_possible_truncation, reason = "CSS pixels of a few screens")]
                place.set_scroll_top(place.scroll_top() - below.round() as i32);
            }
            last.set_value(now);
        });
    });

    let newest = memo(move || keys.with(|keys| keys.last().cloned()));
    let seen = RwSignal::new(visible());
    StoredValue::new_local(gloo_events::EventListener::new(&document(), "visibilitychange", move |_| {
        seen.set(visible())
    }));
    // What was newest when the reader was last at the newest.
    let read = RwSignal::new(None::<String>);
    effect(move || {
        let newest = newest.get();
        if at_newest.get() && seen.get() && read.with_untracked(|read| *read != newest) {
            read.set(newest);
            if let (Some(client), Some(room)) = (chat.client(), id.try_get_value()) {
                client.mark_read(&room);
            }
        }
    });
    let behind = move || !at_newest.get() && newest.get() != read.get();

    let words = |words: String| Drawn::from(tag("span", "").text(words));
    let load_button = move |words: String| Drawn::from(button("", move |_| load()).text(words));
    let above = redrawn(move || match older.get() {
        Older::Unknown => load_button(text!(page, "timeline.older")),
        Older::Loading => {
            let spinner = tag("span", "spinner").set("aria-hidden", "true");
            vec![spinner.into(), words(text!(page, "timeline.loading_older"))].into()
        }
        Older::Failed => {
            vec![words(text!(page, "timeline.older_failed")), load_button(text!(page, "page.retry"))].into()
        }
        Older::Beginning => {
            let words = move || {
                let empty = keys.with(Vec::is_empty);
                if empty { text!(page, "timeline.empty") } else { text!(page, "timeline.beginning") }
            };
            tag("span", "").words(Box::new(words)).into()
        }
    });
    let messages = tag("div", "messages")
        .with(tag("div", "older").with(above))
        .with(rows(move || keys.get(), move |key| chat.timeline.row(key).map(|row| message(row, id, draft).into())));
    let box_of_messages = tag("div", "scroller")
        .held(scroller)
        .on("scroll", scrolled)
        .set("tabindex", "0")
        .set("role", "log")
        .set("aria-live", "polite")
        .set("aria-label", text!(page, "timeline.label"))
        .state("aria-busy", Box::new(move || older.get() == Older::Loading))
        .with(messages);
    let new_words = move || if behind() { text!(page, "timeline.new_messages") } else { String::new() };
    tag("div", "timeline").with(box_of_messages).with(typing(page, chat)).with(when(
        move || !at_newest.get(),
        move || {
            button("to-newest", to_newest)
                .classed("fresh", Box::new(behind))
                .set("aria-label", text!(page, "timeline.newest"))
                .with(icon(Icon::Down))
                .words(Box::new(new_words))
        },
    ))
}

fn visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Who is writing at the moment.
fn typing(page: Page, chat: Chat) -> Tag {
    let words = move || {
        chat.room.with(|room| match room.as_ref().map_or(&[][..], |room| room.typing.as_slice()) {
            [] => String::new(),
            [name] => text!(page, "timeline.typing_one", name = name),
            [first, second] => text!(page, "timeline.typing_two", first = first, second = second),
            _ => text!(page, "timeline.typing_many"),
        })
    };
    tag("p", "typing").words(Box::new(words))
}
