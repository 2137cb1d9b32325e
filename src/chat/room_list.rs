//! The list of rooms, with a field that filters it by name.

use leptos::prelude::*;

use super::account::Account;
use super::avatar::Avatar;
use super::filter_field::filter_field;
use super::icons::{Icon, icon};
use super::invitation::Invitation;
use super::keyed::rows;
use super::keys::walk;
use super::names::room_name;
use super::page::{Page, text};
use super::route;
use super::session::Chat;
use crate::browser::letters;
use crate::matrix::view::{Connection, Preview, RoomRow};
use crate::one_line::clean;
use crate::ui::drawn::{Draw, Drawn, redrawn};

/// The pane at the start of the page.
#[component]
pub(super) fn RoomList() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let filter = RwSignal::new(String::new());
    let wanted = Memo::new(move |_| filter.with(|filter| letters::lower(filter.trim())));
    let keys = chat.rooms.keys;
    let shown = Memo::new(move |_| {
        let mut rooms = keys.get();
        wanted.with(|wanted| {
            if !wanted.is_empty() {
                rooms.retain(|id| {
                    chat.rooms
                        .row(id)
                        .is_some_and(|row| row.with(|row| letters::lower(&room_name(page, &row.name)).contains(wanted)))
                });
            }
        });
        rooms
    });

    view! {
        <nav class="rooms" aria-label=text!(page, "rooms.title")>
            <header>
                <h1>{text!(page, "rooms.title")}</h1>
                <Account/>
            </header>
            {filter_field(text!(page, "rooms.filter"), filter)}
            <ul class="list" on:keydown=|event| walk(&event, "a.row")>
                {rows(
                    move || shown.get(),
                    move |id| chat.rooms.row(id).map(|row| view! { <Row row/> }.drawn()),
                )}
            </ul>
            {redrawn(move || shown.with(Vec::is_empty).then(|| {
                if !keys.with(Vec::is_empty) {
                    view! { <p class="none">{text!(page, "rooms.no_match")}</p> }.drawn()
                } else if chat.connection.get() == Connection::Starting {
                    view! { <p class="none" role="status">{text!(page, "rooms.loading")}</p> }.drawn()
                } else {
                    view! {
                        <div class="none">
                            <p><strong>{text!(page, "rooms.none")}</strong></p>
                            <p>{text!(page, "rooms.none_text")}</p>
                        </div>
                    }
                    .drawn()
                }
            }))}
        </nav>
    }
}

#[component]
fn Row(row: ArcRwSignal<RoomRow>) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let row = RwSignal::from(row);
    let id = row.with_untracked(|row| row.id.clone());
    let name = Memo::new(move |_| row.with(|row| room_name(page, &row.name)));
    let image = Memo::new(move |_| row.with(|row| row.avatar.clone()));
    let unread = Memo::new(move |_| row.with(|row| (row.unread, row.mentions)));
    let invited = Memo::new(move |_| row.with(|row| row.invited_by.is_some()));
    let conference = Memo::new(move |_| row.with(|row| row.has_conference));
    let time = move || page.short_time(row.with(|row| row.latest));
    let second_line = move || {
        row.with(|row| match (&row.invited_by, &row.preview) {
            (Some(who), _) => {
                let name = clean(who.localpart()).unwrap_or_default();
                text!(page, "rooms.invitation", name = &name)
            }
            (None, Some(preview)) => preview_line(page, preview, row.direct),
            (None, None) => String::new(),
        })
    };
    let has_unread = move || unread.get() != (0, 0);
    let here = id.clone();
    let current = Memo::new(move |_| chat.open.with(|open| open.as_ref() == Some(&here)));
    let for_buttons = id.clone();

    view! {
        <li>
            <a
                class="row"
                class:unread=has_unread
                href=route::to_room(&id)
                data-room=id.as_str().to_owned()
                aria-current=move || current.get().then_some("page")
            >
                <Avatar image name id=id.as_str() size=44/>
                <span class="words">
                    <span class="first">
                        <strong class="name" dir="auto">{name}</strong>
                        {redrawn(move || conference.get().then(|| view! {
                            <span class="live">
                                {icon(Icon::Conference)}
                                <span class="unseen">{text!(page, "rooms.conference")}</span>
                            </span>
                        }.drawn()))}
                        <time>{time}</time>
                    </span>
                    <span class="second">
                        <span class="preview" dir="auto">{second_line}</span>
                        {redrawn(move || badge(page, unread.get()))}
                    </span>
                </span>
            </a>
            {redrawn(move || invited.get().then(|| view! { <Invitation id=for_buttons.clone()/> }.drawn()))}
        </li>
    }
}

fn preview_line(page: Page, preview: &Preview, direct: bool) -> String {
    match &preview.sender {
        None => text!(page, "rooms.preview_mine", text = &preview.body),
        Some(_) if direct => preview.body.clone(),
        Some(name) => text!(page, "rooms.preview", name = name, text = &preview.body),
    }
}

fn badge(page: Page, (unread, mentions): (u64, u64)) -> Option<Drawn> {
    /// More than this is shown as this and a plus: the badge stays small.
    const MOST: u64 = 99;
    let mentioned = mentions > 0;
    (unread > 0 || mentioned).then(|| {
        let words = match unread {
            _ if mentioned => text!(page, "rooms.mentioned"),
            1 => text!(page, "rooms.unread_one"),
            count => text!(page, "rooms.unread", count = &count.to_string()),
        };
        let figure = match unread.max(mentions) {
            count if count > MOST => [&MOST.to_string(), "+"].concat(),
            count => count.to_string(),
        };
        view! {
            <span class="badge" class:mention=mentioned>
                <span aria-hidden="true">{figure}</span>
                <span class="unseen">{words}</span>
            </span>
        }
        .drawn()
    })
}
