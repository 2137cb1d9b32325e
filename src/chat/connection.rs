//! The line that says that the homeserver does not answer, and when it is tried again.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Chat;
use crate::browser::clock;
use crate::matrix::view::Connection;
use crate::time::Millis;
use crate::ui::drawn::{Draw, redrawn};

/// Shown only without a connection. Its place is always there, so that a screen reader hears it come.
#[component]
pub(super) fn ConnectionBar() -> impl IntoView {
    let chat = Chat::here();
    let lost = Memo::new(move |_| chat.connection.with(|connection| matches!(connection, Connection::Offline { .. })));
    view! {
        <div class="connection" role="status">
            {redrawn(move || lost.get().then(|| view! { <Lost/> }.drawn()))}
        </div>
    }
}

#[component]
fn Lost() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let server = chat.session().homeserver;
    let server = server.split_once("://").map_or(server.clone(), |(_, host)| host.to_owned());
    let now = RwSignal::new(clock::now());
    StoredValue::new_local(Interval::new(1_000, move || now.set(clock::now())));
    let left = move || match chat.connection.get() {
        Connection::Offline { retry_at } => retry_at.since(now.get()),
        _ => Millis(0),
    };
    view! {
        {icon(Icon::Warning)}
        <p>{text!(page, "connection.lost", server = &server)}</p>
        // Every second something else: not to be read out.
        <p class="countdown" aria-live="off">
            {move || match left().0.div_ceil(1000) {
                0 => text!(page, "connection.retrying"),
                seconds => text!(page, "connection.retry_in", seconds = &seconds.to_string()),
            }}
        </p>
        <button
            type="button"
            on:click=move |_| {
                if let Some(client) = chat.client() {
                    client.retry_now();
                }
            }
        >
            {text!(page, "connection.try_now")}
        </button>
    }
}
