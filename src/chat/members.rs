//! Who is in the room on screen.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::effect::effect;
use super::filter_field::filter_field;
use super::icons::{Icon, icon};
use super::keys::focus_soon;
use super::page::{Page, text};
use super::room::MEMBERS_BUTTON;
use super::session::Chat;
use crate::browser::letters;
use crate::ids::{RoomId, UserId};
use crate::matrix::view::{MemberRow, Role};
use crate::ui::ServerNote;
use crate::ui::drawn::{Draw, redrawn};

/// So many members are drawn at first and with each press on "Show more": a room can have a hundred thousand.
const PAGE: usize = 100;

#[derive(Clone, Copy, PartialEq)]
enum Loading {
    Underway,
    Done,
    Failed,
}

/// The members of a room, and where its conferences start.
#[component]
pub(super) fn Members(id: RoomId) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let loading = RwSignal::new(Loading::Underway);
    let filter = RwSignal::new(String::new());
    let most = RwSignal::new(PAGE);
    let first = NodeRef::<html::Button>::new();
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
    effect(move || {
        if let Some(button) = first.get() {
            let _ = button.focus();
        }
    });
    let close = move || {
        chat.show_members(false);
        focus_soon(["#", MEMBERS_BUTTON].concat());
    };

    let matching = Memo::new(move |_| {
        let wanted = filter.with(|filter| letters::lower(filter.trim()));
        chat.members.with(|members| {
            members
                .iter()
                .filter(|member| {
                    letters::lower(&member.name).contains(&wanted)
                        || letters::lower(member.user_id.as_str()).contains(&wanted)
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let more = Memo::new(move |_| matching.with(|members| members.len() > most.get()));
    let shown = move || matching.with(|members| members.iter().take(most.get()).cloned().collect::<Vec<_>>());

    view! {
        <aside
            class="members" aria-label=text!(page, "members.title")
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <header>
                <h2>{text!(page, "members.title")}</h2>
                <button
                    type="button" class="icon-button" node_ref=first
                    aria-label=text!(page, "page.close")
                    on:click=move |_| close()
                >
                    {icon(Icon::Close)}
                </button>
            </header>
            {filter_field(text!(page, "members.filter"), filter)}
            <div role="status">
                {redrawn(move || match loading.get() {
                    Loading::Underway => Some(view! {
                        <p class="none">{text!(page, "members.loading")}</p>
                    }.drawn()),
                    Loading::Failed => Some(view! {
                        <p class="none">{text!(page, "members.failed")}</p>
                        <button type="button" class="plain" on:click=move |_| load()>
                            {text!(page, "page.retry")}
                        </button>
                    }.drawn()),
                    Loading::Done => matching.with(Vec::is_empty).then(|| view! {
                        <p class="none">{text!(page, "members.no_match")}</p>
                    }.drawn()),
                })}
            </div>
            <ul class="list">
                // A member who changed is drawn anew.
                <For each=shown key=drawn let:row>
                    {view! { <Member row/> }.drawn()}
                </For>
            </ul>
            {redrawn(move || more.get().then(|| view! {
                <button type="button" class="plain" on:click=move |_| most.update(|most| *most += PAGE)>
                    {text!(page, "members.more")}
                </button>
            }.drawn()))}
            <footer><ServerNote calls=chat.calls/></footer>
        </aside>
    }
}

/// All that is drawn of a member, as the key of the row.
fn drawn(row: &MemberRow) -> (UserId, String, Option<String>, u8, bool) {
    (row.user_id.clone(), row.name.clone(), row.avatar.clone(), row.role as u8, row.invited)
}

#[component]
fn Member(row: MemberRow) -> impl IntoView {
    let page = Page::here();
    let id = row.user_id.as_str().to_owned();
    let standing = match (row.invited, row.role) {
        (true, _) => Some(text!(page, "members.invited")),
        (false, Role::Admin) => Some(text!(page, "members.admin")),
        (false, Role::Moderator) => Some(text!(page, "members.moderator")),
        (false, Role::Member) => None,
    };
    view! {
        <li class="member" class:invited=row.invited>
            <Avatar image=row.avatar name=row.name.clone() id=id.clone() size=32/>
            <span class="words">
                <strong dir="auto">{row.name}</strong>
                <small dir="ltr">{id}</small>
            </span>
            {standing.map(|words| view! { <span class="role">{words}</span> }.drawn())}
        </li>
    }
}
