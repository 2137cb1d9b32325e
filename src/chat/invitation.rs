//! Accepting or declining an invitation.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::{Page, text};
use super::route;
use super::session::{Chat, in_words};
use crate::ids::RoomId;

/// The two buttons, and why the last press did not work.
#[component]
pub(super) fn Invitation(id: RoomId) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let id = StoredValue::new(id);

    let answer = move |accept: bool| {
        let Some(client) = chat.client() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
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
                    trouble.try_set(Some([&what, " ", &in_words(page, &error)].concat()));
                }
            }
        });
    };

    view! {
        <div class="invitation">
            <button
                type="button" class="primary"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| answer(true)
            >
                {text!(page, "rooms.accept")}
            </button>
            <button
                type="button"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| answer(false)
            >
                {text!(page, "rooms.decline")}
            </button>
            <p class="problem" role="alert">{move || trouble.get()}</p>
        </div>
    }
}
