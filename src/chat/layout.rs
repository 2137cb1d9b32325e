//! The chat's panes: the room list, the room, its members. On a narrow screen one at a time.

use leptos::prelude::*;

use super::connection::connection_bar;
use super::icons::{Icon, icon};
use super::keys::focus_soon;
use super::members::members;
use super::names::room_name;
use super::page::{Page, text};
use super::room::room;
use super::room_list::room_list;
use super::route;
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::drawn::{Draw, redrawn};
use crate::ui::effect::{effect, memo};
use crate::ui::element::{Tag, button, tag};
use crate::ui::{CallLayer, CallOverlay};

/// The id of the composer's text field, for the skip link.
pub(super) const MESSAGE_FIELD: &str = "message-field";

/// Everything once signed in.
pub(super) fn layout() -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let open = memo(move || chat.open.get());
    let pane = move || {
        let pane = match (open.with(Option::is_some), chat.members_shown.get()) {
            (false, _) => "rooms",
            (true, false) => "room",
            (true, true) => "members",
        };
        Some(pane.to_owned())
    };

    effect(move || {
        let brand = page.site(|site| site.brand.clone());
        let title = chat.room.with(|room| match room {
            Some(room) => [&room_name(page, &room.name), " – ", &brand].concat(),
            None => brand,
        });
        document().set_title(&match chat.unread.get() {
            0 => title,
            count => text!(page, "page.unread_title", count = &count.to_string(), title = &title),
        });
    });

    // Back in the list, the focus is on the room that one comes from.
    let mut before = None::<RoomId>;
    effect(move || {
        let now = open.get();
        if let (None, Some(left)) = (&now, &before) {
            // The fragment is percent-encoded: nothing in it can end the quotes.
            focus_soon(["a.row[href=\"", &route::to_room(left), "\"]"].concat());
        }
        before = now;
    });

    tag("div", "chat")
        .live("data-pane", pane)
        .with(button("skip", |_| focus_soon(["#", MESSAGE_FIELD].concat())).text(text!(page, "page.skip_to_message")))
        .with(view! { <CallLayer calls=chat.calls/> }.drawn())
        .with(connection_bar())
        .with(room_list())
        .with(tag("main", "room").with(redrawn(move || {
            let id = open.get();
            untrack(|| id.map_or_else(|| welcome(page).into(), room))
        })))
        .with(redrawn(move || {
            let id = open.get()?;
            chat.members_shown.get().then(|| untrack(|| members(id)).into())
        }))
        .with(view! { <CallOverlay calls=chat.calls/> }.drawn())
}

/// Whether the panes stand side by side; the stylesheet has the same border.
pub(super) fn wide() -> bool {
    window().match_media("(min-width: 45.0625em)").ok().flatten().is_some_and(|query| query.matches())
}

fn welcome(page: Page) -> Tag {
    tag("div", "blank")
        .with(tag("span", "mark").set("aria-hidden", "true").with(icon(Icon::Chats)))
        .with(tag("h2", "").text(text!(page, "room.welcome")))
        .with(tag("p", "").text(text!(page, "room.welcome_text")))
}
