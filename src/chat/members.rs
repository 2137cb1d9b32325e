//! Who is in the room on screen.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::avatar;
use super::filter_field::filter_field;
use super::icons::{Icon, icon};
use super::keyed::rows;
use super::keys::{focus_soon, key};
use super::page::{Page, text};
use super::room::MEMBERS_BUTTON;
use super::session::Chat;
use crate::browser::letters;
use crate::ids::RoomId;
use crate::matrix::view::{MemberRow, Role};
use crate::ui::drawn::{Draw, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::{RoomRing, ServerNote};
use crate::within;

/// So many members are drawn at first and with each press on "Show more": a room can have a hundred thousand.
const PAGE: usize = 100;

#[derive(Clone, Copy, PartialEq)]
enum Loading {
    Underway,
    Done,
    Failed,
}

/// The members of a room, and where its conferences start.
pub(super) fn members(id: RoomId) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let loading = RwSignal::new(Loading::Underway);
    let filter = RwSignal::new(String::new());
    let most = RwSignal::new(PAGE);
    let id = StoredValue::new(id);

    let load = move || {
        let Some(client) = chat.client() else { return };
        loading.set(Loading::Underway);
        spawn_local(async move {
            let Some(room) = id.try_get_value() else {
                return;
            };
            let result = client.load_members(&room).await;
            loading.try_set(if result.is_ok() { Loading::Done } else { Loading::Failed });
        });
    };
    load();
    let close = move || {
        chat.show_members(false);
        focus_soon(["#", MEMBERS_BUTTON].concat());
    };

    let matching = memo(move || {
        let wanted = filter.with(|filter| letters::lower(filter.trim()));
        let fits = |member: &&MemberRow| {
            within::has(&letters::lower(&member.name), &wanted)
                || within::has(&letters::lower(member.user_id.as_str()), &wanted)
        };
        chat.members.with(|members| members.iter().filter(fits).cloned().collect::<Vec<_>>())
    });
    let shown = move || matching.with(|members| members.iter().take(most.get()).map(drawn_of).collect());
    let row = move |key: &str| {
        matching
            .with(|members| members.iter().find(|member| drawn_of(member) == key).map(|row| member(page, row).into()))
    };
    let none = |words: String| tag("p", "none").text(words);

    tag("aside", "members")
        .set("aria-label", text!(page, "members.title"))
        .on("keydown", move |event| {
            if key(event).key() == "Escape" {
                event.stop_propagation();
                close();
            }
        })
        .with(
            tag("header", "").with(tag("h2", "").text(text!(page, "members.title"))).with(
                button("icon-button", move |_| close())
                    .placed(|button| {
                        let _ = button.focus();
                    })
                    .set("aria-label", text!(page, "page.close"))
                    .with(icon(Icon::Close)),
            ),
        )
        .with(filter_field(text!(page, "members.filter"), filter))
        .with(tag("div", "").set("role", "status").with(redrawn(move || match loading.get() {
            Loading::Underway => Some(none(text!(page, "members.loading")).into()),
            Loading::Failed => {
                let retry = button("plain", move |_| load()).text(text!(page, "page.retry"));
                Some(vec![none(text!(page, "members.failed")).into(), retry.into()].into())
            }
            Loading::Done => matching.with(Vec::is_empty).then(|| none(text!(page, "members.no_match")).into()),
        })))
        .with(tag("ul", "list").with(rows(shown, row)))
        .with(when(
            move || matching.with(|members| members.len() > most.get()),
            move || button("plain", move |_| most.update(|most| *most += PAGE)).text(text!(page, "members.more")),
        ))
        .with(
            tag("footer", "")
                .with(view! { <RoomRing calls=chat.calls room=Signal::derive(move || id.get_value())/> }.drawn())
                .with(view! { <ServerNote calls=chat.calls/> }.drawn()),
        )
}

/// All that is drawn of a member, as the key of the row: a member who changed is drawn anew.
fn drawn_of(row: &MemberRow) -> String {
    let image = row.avatar.as_deref().unwrap_or_default();
    let standing = [b'0' + row.role as u8, b'0' + u8::from(row.invited)].map(char::from);
    [row.user_id.as_str(), "\n", &row.name, "\n", image, &String::from_iter(standing)].concat()
}

fn member(page: Page, row: &MemberRow) -> Tag {
    let (id, name, image) = (row.user_id.as_str(), row.name.clone(), row.avatar.clone());
    let standing = match (row.invited, row.role) {
        (true, _) => Some(text!(page, "members.invited")),
        (false, Role::Admin) => Some(text!(page, "members.admin")),
        (false, Role::Moderator) => Some(text!(page, "members.moderator")),
        (false, Role::Member) => None,
    };
    let words = tag("span", "words")
        .with(tag("strong", "").set("dir", "auto").text(name.as_str()))
        .with(tag("small", "").set("dir", "ltr").text(id));
    tag("li", if row.invited { "member invited" } else { "member" })
        .with(avatar(memo(move || image.clone()), memo(move || name.clone()), id, 32))
        .with(words)
        .with(standing.map(|words| tag("span", "role").text(words).into()))
}
