//! The line that says that the homeserver does not answer, and when it is tried again.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Chat;
use crate::browser::clock;
use crate::matrix::view::Connection;
use crate::time::Millis;
use crate::ui::drawn::{Drawn, when};
use crate::ui::element::{Tag, button, tag};
use crate::within;

/// Shown only without a connection. Its place is always there, so that a screen reader hears it come.
pub(super) fn connection_bar() -> Tag {
    let chat = Chat::here();
    let lost = move || chat.connection.with(|connection| matches!(connection, Connection::Offline { .. }));
    tag("div", "connection").set("role", "status").with(when(lost, lost_bar))
}

fn lost_bar() -> Vec<Drawn> {
    let (page, chat) = (Page::here(), Chat::here());
    let server = chat.session().homeserver;
    let server = within::scheme(&server).map_or(server.as_str(), |(_, host)| host);
    let now = RwSignal::new(clock::now());
    StoredValue::new_local(Interval::new(1_000, move || now.set(clock::now())));
    let left = move || match chat.connection.get() {
        Connection::Offline { retry_at } => retry_at.since(now.get()),
        _ => Millis(0),
    };
    let countdown = move || match left().0.div_ceil(1000) {
        0 => text!(page, "connection.retrying"),
        seconds => text!(page, "connection.retry_in", seconds = &seconds.to_string()),
    };
    let retry = button("", move |_| {
        if let Some(client) = chat.client() {
            client.retry_now();
        }
    });
    vec![
        icon(Icon::Warning),
        tag("p", "").text(text!(page, "connection.lost", server = server)).into(),
        // Every second something else: not to be read out.
        tag("p", "countdown").set("aria-live", "off").words(Box::new(countdown)).into(),
        retry.text(text!(page, "connection.try_now")).into(),
    ]
}
