//! The messages of the room on screen. The scrolling box runs from its end (`column-reverse` in the stylesheet), so it
//! stays at the newest message by itself, and older ones that come in above move nothing.

use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use web_sys::{Element, VisibilityState};

use super::effect::effect;
use super::icons::{Icon, icon};
use super::keyed::rows;
use super::message::Message;
use super::page::{Page, text};
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::drawn::{Draw, redrawn};

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

/// The timeline of a room.
#[component]
pub(super) fn Timeline(
    id: RoomId,
    /// What stands in the composer: a message thrown away goes back there.
    draft: RwSignal<String>,
) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let id = StoredValue::new(id);
    let scroller = NodeRef::<html::Div>::new();
    let older = RwSignal::new(Older::Unknown);
    let at_newest = RwSignal::new(true);
    let unasked = StoredValue::new(0);
    let keys = chat.timeline.keys;

    let near_top = move || {
        scroller
            .get_untracked()
            .is_some_and(|place| place.scroll_height() + place.scroll_top() - place.client_height() < 4 * NEAR)
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

    let scrolled = move |_| {
        let Some(place) = scroller.get_untracked() else {
            return;
        };
        super::keyed::put(&at_newest, place.scroll_top() > -NEAR);
        unasked.set_value(0);
        if near_top() && older.get_untracked() == Older::Unknown {
            load();
        }
    };
    let to_newest = move |_| {
        if let Some(place) = scroller.get_untracked() {
            place.set_scroll_top(0);
        }
    };

    // What comes in below must not push away what is being read.
    let last = StoredValue::new_local(None::<Element>);
    effect(move || {
        keys.track();
        spawn_local(async move {
            tick().await;
            let Some(Some(place)) = scroller.try_get_untracked() else {
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

    let newest = Memo::new(move |_| keys.with(|keys| keys.last().cloned()));
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
    let behind = Memo::new(move |_| !at_newest.get() && newest.get() != read.get());

    view! {
        <div class="timeline">
            <div class="scroller" node_ref=scroller on:scroll=scrolled tabindex="0"
                role="log" aria-live="polite" aria-label=text!(page, "timeline.label")
                aria-busy=move || (older.get() == Older::Loading).to_string()
            >
                <div class="messages">
                    <div class="older">
                        {redrawn(move || match older.get() {
                            Older::Unknown => view! {
                                <button type="button" on:click=move |_| load()>{text!(page, "timeline.older")}</button>
                            }.drawn(),
                            Older::Loading => view! {
                                <span class="spinner" aria-hidden="true"></span>
                                <span>{text!(page, "timeline.loading_older")}</span>
                            }.drawn(),
                            Older::Failed => view! {
                                <span>{text!(page, "timeline.older_failed")}</span>
                                <button type="button" on:click=move |_| load()>{text!(page, "page.retry")}</button>
                            }.drawn(),
                            Older::Beginning => view! {
                                <span>{move || if keys.with(Vec::is_empty) {
                                    text!(page, "timeline.empty")
                                } else {
                                    text!(page, "timeline.beginning")
                                }}</span>
                            }.drawn(),
                        })}
                    </div>
                    {rows(
                        move || keys.get(),
                        move |key| chat.timeline.row(key).map(|row| view! { <Message row room=id draft/> }.drawn()),
                    )}
                </div>
            </div>
            <Typing/>
            {redrawn(move || (!at_newest.get()).then(|| view! {
                <button
                    type="button" class="to-newest" class:fresh=move || behind.get()
                    aria-label=text!(page, "timeline.newest")
                    on:click=to_newest
                >
                    {icon(Icon::Down)}
                    {move || behind.get().then(|| text!(page, "timeline.new_messages"))}
                </button>
            }.drawn()))}
        </div>
    }
}

fn visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Who is writing at the moment.
#[component]
fn Typing() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let typing =
        Memo::new(move |_| chat.room.with(|room| room.as_ref().map(|room| room.typing.clone()).unwrap_or_default()));
    view! {
        <p class="typing">
            {move || typing.with(|names| match names.as_slice() {
                [] => None,
                [name] => Some(text!(page, "timeline.typing_one", name = name)),
                [first, second] => {
                    Some(text!(page, "timeline.typing_two", first = first, second = second))
                }
                _ => Some(text!(page, "timeline.typing_many")),
            })}
        </p>
    }
}
