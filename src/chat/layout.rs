//! The chat's panes: the room list, the room, its members. On a narrow screen one at a time.

use leptos::prelude::*;

use super::connection::ConnectionBar;
use super::effect::effect;
use super::icons::{Icon, icon};
use super::keys::focus_soon;
use super::members::Members;
use super::names::room_name;
use super::page::{Page, text};
use super::room::Room;
use super::room_list::RoomList;
use super::route;
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::CallOverlay;
use crate::ui::drawn::{Draw, redrawn};

/// The id of the composer's text field, for the skip link.
pub(super) const MESSAGE_FIELD: &str = "message-field";

/// Everything once signed in.
#[component]
pub(super) fn Layout() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let open = Memo::new(move |_| chat.open.get());
    let pane = move || match (open.with(Option::is_some), chat.members_shown.get()) {
        (false, _) => "rooms",
        (true, false) => "room",
        (true, true) => "members",
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
    Effect::new(move |before: Option<Option<RoomId>>| {
        let now = open.get();
        if let (None, Some(Some(left))) = (&now, before) {
            // The fragment is percent-encoded: nothing in it can end the quotes.
            focus_soon(["a.row[href=\"", &route::to_room(&left), "\"]"].concat());
        }
        now
    });

    view! {
        <div class="chat" data-pane=pane>
            <button type="button" class="skip" on:click=|_| focus_soon(["#", MESSAGE_FIELD].concat())>
                {text!(page, "page.skip_to_message")}
            </button>
            <ConnectionBar/>
            <RoomList/>
            <main class="room">
                {redrawn(move || match open.get() {
                    Some(id) => view! { <Room id/> }.drawn(),
                    None => view! { <Welcome/> }.drawn(),
                })}
            </main>
            {redrawn(move || {
                let id = open.get()?;
                chat.members_shown.get().then(|| view! { <Members id/> }.drawn())
            })}
            <CallOverlay calls=chat.calls/>
        </div>
    }
}

/// Whether the panes stand side by side; the stylesheet has the same border.
pub(super) fn wide() -> bool {
    window().match_media("(min-width: 45.0625em)").ok().flatten().is_some_and(|query| query.matches())
}

#[component]
fn Welcome() -> impl IntoView {
    let page = Page::here();
    view! {
        <div class="blank">
            <span class="mark" aria-hidden="true">{icon(Icon::Chats)}</span>
            <h2>{text!(page, "room.welcome")}</h2>
            <p>{text!(page, "room.welcome_text")}</p>
        </div>
    }
}
