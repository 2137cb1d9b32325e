//! Accepting or declining an invitation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::{Page, text};
use super::route;
use super::session::{Chat, in_words};
use crate::ids::RoomId;
use crate::ui::element::{Tag, button, tag};

/// The two buttons, and why the last press did not work.
pub(super) fn invitation(id: RoomId) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(String::new());
    let id = StoredValue::new(id);

    let answer = move |accept: bool| {
        let Some(client) = chat.client() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(String::new());
        let id = id.get_value();
        spawn_local(async move {
            let result = if accept { client.join(&id).await } else { client.leave(&id).await };
            busy.try_set(false);
            match result {
                Ok(()) if accept => route::go(&route::to_room(&id)),
                Ok(()) => {
                    if chat.open.try_get_untracked().flatten() == Some(id) {
                        route::go(route::ROOMS);
                    }
                }
                Err(error) => {
                    let what =
                        if accept { text!(page, "rooms.join_failed") } else { text!(page, "rooms.leave_failed") };
                    trouble.try_set([&what, " ", &in_words(page, &error)].concat());
                }
            }
        });
    };

    let choice = move |class, accept, words: String| {
        button(class, move |_| answer(accept)).state("aria-disabled", Box::new(move || busy.get())).text(words)
    };
    tag("div", "invitation")
        .with(choice("primary", true, text!(page, "rooms.accept")))
        .with(choice("", false, text!(page, "rooms.decline")))
        .with(tag("p", "problem").set("role", "alert").words(Box::new(move || trouble.get())))
}
