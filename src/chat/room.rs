//! The room on screen: its header, the conference, the timeline, the composer.

use leptos::prelude::*;

use super::avatar::avatar;
use super::composer::composer;
use super::icons::{Icon, icon};
use super::integrations::integrations;
use super::invitation::invitation;
use super::names::room_name;
use super::page::{Page, text};
use super::route;
use super::session::Chat;
use super::timeline::timeline;
use crate::ids::RoomId;
use crate::matrix::view::Connection;
use crate::meet::history::words;
use crate::meet::session::Company;
use crate::ui::CallStage;
use crate::ui::drawn::{Draw, Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};

/// The id of the members button, where the focus goes when the members are closed.
pub(super) const MEMBERS_BUTTON: &str = "members-button";

/// A room; made anew for each.
pub(super) fn room(id: RoomId) -> Drawn {
    let chat = Chat::here();
    /// What there is to show.
    #[derive(Clone, Copy, PartialEq)]
    enum Standing {
        Unknown,
        Invited,
        In,
    }
    let standing = memo(move || {
        chat.room.with(|room| match room {
            None => Standing::Unknown,
            Some(room) if room.invited => Standing::Invited,
            Some(_) => Standing::In,
        })
    });
    let draft = RwSignal::new(chat.draft(&id));
    on_cleanup({
        let id = id.clone();
        move || chat.keep_draft(id, draft.try_get_untracked().unwrap_or_default())
    });

    let header = header(&id);
    let drawn = move |standing| match standing {
        Standing::Unknown => unknown().into(),
        Standing::Invited => invited(id.clone()).into(),
        Standing::In => {
            let room = StoredValue::new(id.clone());
            let stage =
                view! { <CallStage calls=chat.calls room=Signal::derive(move || room.get_value()) layouts=true/> };
            Drawn::from(vec![stage.drawn(), timeline(id.clone(), draft).into(), composer(id.clone(), draft).into()])
        }
    };
    let inside = redrawn(move || {
        let standing = standing.get();
        untrack(|| drawn(standing))
    });
    vec![header.into(), inside.into()].into()
}

/// Who is in a room's conference, where that is known: where I am in it, and in video rooms.
pub(super) fn company_of(chat: Chat, room: RoomId) -> Memo<Option<Company>> {
    let known = chat.rooms.row(room.as_str());
    let by_state = move |room: &RoomId| {
        let row = known.clone().or_else(|| {
            chat.rooms.keys.track();
            chat.rooms.row(room.as_str())
        });
        row.map(|row| row.with(|row| row.company.clone())).filter(|company| company.count > 0)
    };
    memo(move || {
        let mine =
            chat.together.with(|together| Some(together.as_ref().filter(|one| one.room == room)?.company.clone()));
        mine.or_else(|| by_state(&room))
    })
}

fn header(id: &RoomId) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let name =
        memo(move || chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default());
    let image = memo(move || chat.room.with(|room| room.as_ref()?.avatar.clone()));
    let topic = memo(move || chat.room.with(|room| room.as_ref()?.topic.clone()));
    let joined = move || chat.room.with(|room| room.as_ref().map(|room| room.joined));
    let count = move || match joined() {
        None => text!(page, "room.members"),
        Some(1) => text!(page, "room.members_one"),
        Some(count) => text!(page, "room.members_many", count = &count.to_string()),
    };

    let title = tag("h2", "").with(tag("span", "").set("dir", "auto").words(Box::new(move || name.get()))).with(when(
        move || chat.room.with(|room| room.as_ref().is_some_and(|room| room.encrypted)),
        move || {
            tag("span", "lock").with(icon(Icon::Lock)).with(tag("span", "unseen").text(text!(page, "room.encrypted")))
        },
    ));
    let company = company_of(chat, id.clone());
    // Who is in the conference takes the topic's place for as long as that is known.
    let about = redrawn(move || {
        if let Some(company) = company.get() {
            let says = page.read_texts(|texts| words::company(texts, &company));
            // Cut short where it is seen.
            return Some(tag("p", "topic in-conference").set("title", says.as_str()).text(says).into());
        }
        let topic = topic.get()?;
        Some(tag("p", "topic").set("dir", "auto").set("title", topic.as_str()).text(topic).into())
    });
    let members = button("icon-button counted", move |_| chat.show_members(!chat.members_shown.get_untracked()))
        .set("id", MEMBERS_BUTTON)
        .state("aria-pressed", Box::new(move || chat.members_shown.get()))
        // The number that is seen is part of the name, for who says aloud what to press.
        .live("aria-label", move || Some(count()))
        .live("title", move || Some(count()))
        .with(icon(Icon::Members))
        .with(tag("span", "").words(Box::new(move || joined().map(|count| count.to_string()).unwrap_or_default())));
    tag("header", "room-header")
        .with(
            tag("a", "icon-button back")
                .set("href", route::ROOMS)
                .set("aria-label", text!(page, "room.back"))
                .with(icon(Icon::Back)),
        )
        .with(avatar(image, name, id.as_str(), 40))
        .with(tag("div", "title").with(title).with(about))
        .with(members)
        .with(integrations(id))
}

/// A room that the client does not know: while the first sync runs that says nothing yet.
fn unknown() -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    tag("div", "blank").set("role", "status").with(redrawn(move || {
        let words = |name, words| tag(name, "").text(words).into();
        if chat.connection.get() == Connection::Starting {
            words("p", text!(page, "rooms.loading"))
        } else {
            Drawn::from(vec![words("h2", text!(page, "room.unknown")), words("p", text!(page, "room.unknown_text"))])
        }
    }))
}

fn invited(id: RoomId) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let name = move || chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default();
    tag("div", "blank")
        .with(tag("h2", "").words(Box::new(move || text!(page, "room.invited", room = &name()))))
        .with(tag("p", "").text(text!(page, "room.invited_text")))
        .with(invitation(id))
}
