//! The list of rooms, with a field that filters it by name.

use leptos::prelude::*;

use super::account::account;
use super::avatar::avatar;
use super::call_tile::call_line;
use super::filter_field::filter_field;
use super::icons::{Icon, icon};
use super::invitation::invitation;
use super::keyed::rows;
use super::keys::walk;
use super::names::room_name;
use super::page::{Page, text};
use super::room::company_of;
use super::route;
use super::session::Chat;
use crate::browser::letters;
use crate::matrix::view::{Connection, Preview, PreviewBody, RoomRow};
use crate::meet::history::words;
use crate::meet::session::Company;
use crate::one_line::clean;
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, tag};
use crate::within;

/// The pane at the start of the page.
pub(super) fn room_list() -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let filter = RwSignal::new(String::new());
    let keys = chat.rooms.keys;
    let shown = memo(move || {
        let mut rooms = keys.get();
        let wanted = filter.with(|filter| letters::lower(filter.trim()));
        if !wanted.is_empty() {
            rooms.retain(|id| {
                let row = chat.rooms.row(id);
                row.is_some_and(|row| {
                    row.with(|row| within::has(&letters::lower(&room_name(page, &row.name)), &wanted))
                })
            });
        }
        rooms
    });
    let none = move || {
        if !keys.with(Vec::is_empty) {
            return tag("p", "none").text(text!(page, "rooms.no_match"));
        }
        if chat.connection.get() == Connection::Starting {
            return tag("p", "none").set("role", "status").text(text!(page, "rooms.loading"));
        }
        tag("div", "none")
            .with(tag("p", "").with(tag("strong", "").text(text!(page, "rooms.none"))))
            .with(tag("p", "").text(text!(page, "rooms.none_text")))
    };
    let list = tag("ul", "list")
        .on("keydown", |event| walk(event, "a.row"))
        .with(rows(move || shown.get(), move |id| chat.rooms.row(id).map(|found| row(page, chat, found).into())));
    tag("nav", "rooms")
        .set("aria-label", text!(page, "rooms.title"))
        .with(tag("header", "").with(tag("h1", "").text(text!(page, "rooms.title"))).with(account()))
        .with(filter_field(text!(page, "rooms.filter"), filter))
        .with(list)
        .with(redrawn(move || shown.with(Vec::is_empty).then(|| none().into())))
}

fn row(page: Page, chat: Chat, row: ArcRwSignal<RoomRow>) -> Tag {
    let row = RwSignal::from(row);
    let id = row.with_untracked(|row| row.id.clone());
    let name = memo(move || row.with(|row| room_name(page, &row.name)));
    let image = memo(move || row.with(|row| row.avatar.clone()));
    let unread = memo(move || row.with(|row| (row.unread, row.mentions)));
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
    let company = company_of(chat, id.clone());
    let here = id.clone();
    let current = move || chat.open.with(|open| open.as_ref() == Some(&here)).then(|| "page".to_owned());
    let live = when(
        move || row.with(|row| row.has_conference),
        move || {
            let count = move || company.with(|company| company.as_ref().map(|company| company.count.to_string()));
            let who = move || {
                let conference = text!(page, "rooms.conference");
                company.with(|company| {
                    let Some(company) = company else { return conference.clone() };
                    let says = page.read_texts(|texts| words::company(texts, company));
                    [&conference, ": ", &says].concat()
                })
            };
            tag("span", "live")
                .live("title", move || company.with(|company| company.as_ref().map(Company::line)))
                .with(icon(Icon::Conference))
                .with(tag("span", "").set("aria-hidden", "true").words(Box::new(move || count().unwrap_or_default())))
                .with(tag("span", "unseen").words(Box::new(who)))
        },
    );
    let first = tag("span", "first")
        .with(tag("strong", "name").set("dir", "auto").words(Box::new(move || name.get())))
        .with(live)
        .with(tag("time", "").words(Box::new(time)));
    let second = tag("span", "second")
        .with(tag("span", "preview").set("dir", "auto").words(Box::new(second_line)))
        .with(redrawn(move || badge(page, unread.get())));
    let link = tag("a", "row")
        .classed("unread", Box::new(move || unread.get() != (0, 0)))
        .set("href", route::to_room(&id))
        .set("data-room", id.as_str())
        .live("aria-current", current)
        .with(avatar(image, name, id.as_str(), 44))
        .with(tag("span", "words").with(first).with(second));
    tag("li", "")
        .with(link)
        .with(when(move || row.with(|row| row.invited_by.is_some()), move || invitation(id.clone())))
}

fn preview_line(page: Page, preview: &Preview, direct: bool) -> String {
    match (&preview.body, &preview.sender) {
        // Its words say whose it was.
        (PreviewBody::Call(call), _) => call_line(page, call),
        (PreviewBody::Conference(conference), _) => page.read_texts(|texts| words::line(texts, conference)),
        (PreviewBody::Text(text), None) => text!(page, "rooms.preview_mine", text = text),
        (PreviewBody::Text(text), Some(_)) if direct => text.clone(),
        (PreviewBody::Text(text), Some(name)) => text!(page, "rooms.preview", name = name, text = text),
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
        tag("span", if mentioned { "badge mention" } else { "badge" })
            .with(tag("span", "").set("aria-hidden", "true").text(figure))
            .with(tag("span", "unseen").text(words))
            .into()
    })
}
