//! The room on screen: its header, the conference, the timeline, the composer.

use leptos::html;
use leptos::prelude::*;

use super::avatar::Avatar;
use super::composer::Composer;
use super::icons::{Icon, icon};
use super::invitation::Invitation;
use super::names::room_name;
use super::page::{Page, text};
use super::route;
use super::session::Chat;
use super::timeline::Timeline;
use crate::ids::RoomId;
use crate::matrix::view::Connection;
use crate::ui::CallStage;
use crate::ui::drawn::{Draw, redrawn};

/// The id of the members button, where the focus goes when the members are closed.
pub(super) const MEMBERS_BUTTON: &str = "members-button";

/// A room; made anew for each.
#[component]
pub(super) fn Room(id: RoomId) -> impl IntoView {
    let chat = Chat::here();
    /// What there is to show.
    #[derive(Clone, Copy, PartialEq)]
    enum Standing {
        Unknown,
        Invited,
        In,
    }
    let standing = Memo::new(move |_| {
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

    view! {
        <Header id=id.clone()/>
        {redrawn(move || match standing.get() {
            Standing::Unknown => view! { <Unknown/> }.drawn(),
            Standing::Invited => view! { <Invited id=id.clone()/> }.drawn(),
            Standing::In => {
                let room = StoredValue::new(id.clone());
                view! {
                    <CallStage calls=chat.calls room=Signal::derive(move || room.get_value())/>
                    <Timeline id=id.clone() draft/>
                    <Composer id=id.clone() draft/>
                }
                .drawn()
            }
        })}
    }
}

#[component]
fn Header(id: RoomId) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let name = Memo::new(move |_| {
        chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default()
    });
    let image = Memo::new(move |_| chat.room.with(|room| room.as_ref()?.avatar.clone()));
    let topic = Memo::new(move |_| chat.room.with(|room| room.as_ref()?.topic.clone()));
    let joined = Memo::new(move |_| chat.room.with(|room| room.as_ref().map(|room| room.joined)));
    let encrypted = Memo::new(move |_| chat.room.with(|room| room.as_ref().is_some_and(|room| room.encrypted)));
    let back = NodeRef::<html::A>::new();

    view! {
        <header class="room-header">
            <a class="icon-button back" href=route::ROOMS aria-label=text!(page, "room.back") node_ref=back>
                {icon(Icon::Back)}
            </a>
            <Avatar image name id=id.as_str() size=40/>
            <div class="title">
                <h2>
                    <span dir="auto">{name}</span>
                    {redrawn(move || encrypted.get().then(|| view! {
                        <span class="lock">
                            {icon(Icon::Lock)}
                            <span class="unseen">{text!(page, "room.encrypted")}</span>
                        </span>
                    }.drawn()))}
                </h2>
                {redrawn(move || topic.get().map(|topic| view! {
                    <p class="topic" dir="auto" title=topic.clone()>{topic.clone()}</p>
                }.drawn()))}
            </div>
            <button
                type="button" class="icon-button counted" id=MEMBERS_BUTTON
                aria-pressed=move || chat.members_shown.get().to_string()
                aria-label=text!(page, "room.members")
                title=move || match joined.get() {
                    None => text!(page, "room.members"),
                    Some(1) => text!(page, "room.members_one"),
                    Some(count) => text!(page, "room.members_many", count = &count.to_string()),
                }
                on:click=move |_| chat.show_members(!chat.members_shown.get_untracked())
            >
                {icon(Icon::Members)}
                <span>{move || joined.get()}</span>
            </button>
            <span class="tipped">
                <button
                    type="button" class="icon-button"
                    aria-label=text!(page, "room.integrations")
                    aria-disabled="true"
                    aria-describedby="integrations-tip"
                >
                    {icon(Icon::Squares)}
                </button>
                <span class="tip" role="tooltip" id="integrations-tip">
                    {text!(page, "room.integrations_later")}
                </span>
            </span>
        </header>
    }
}

/// A room that the client does not know: while the first sync runs that says nothing yet.
#[component]
fn Unknown() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    view! {
        <div class="blank" role="status">
            {redrawn(move || if chat.connection.get() == Connection::Starting {
                view! { <p>{text!(page, "rooms.loading")}</p> }.drawn()
            } else {
                view! {
                    <h2>{text!(page, "room.unknown")}</h2>
                    <p>{text!(page, "room.unknown_text")}</p>
                }
                .drawn()
            })}
        </div>
    }
}

#[component]
fn Invited(id: RoomId) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let name = move || chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default();
    view! {
        <div class="blank">
            <h2>{move || text!(page, "room.invited", room = &name())}</h2>
            <p>{text!(page, "room.invited_text")}</p>
            <Invitation id/>
        </div>
    }
}
