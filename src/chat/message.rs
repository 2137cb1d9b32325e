//! One item of the timeline: what a person said, or what happened.

use leptos::prelude::*;

use super::avatar::Avatar;
use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Chat;
use crate::grouping::{Placed, is_message};
use crate::ids::RoomId;
use crate::linkify::{Piece, linkify};
use crate::matrix::view::{ItemContent, Sending, TimelineItem};
use crate::ui::drawn::{Draw, Drawn, redrawn};

/// An item, with the day above it where it opens one.
#[component]
pub(super) fn Message(
    row: ArcRwSignal<Placed>,
    room: StoredValue<RoomId>,
    /// What stands in the composer.
    draft: RwSignal<String>,
) -> impl IntoView {
    let page = Page::here();
    let row = RwSignal::from(row);
    let opens_day = Memo::new(move |_| row.with(|row| row.opens_day.then_some(row.item.at)));
    let said = Memo::new(move |_| row.with(|row| is_message(&row.item.content)));
    view! {
        {redrawn(move || opens_day.get().map(|at| view! {
            <div class="day" role="separator"><span>{page.day_name(at)}</span></div>
        }.drawn()))}
        {redrawn(move || if said.get() {
            view! { <Said row room draft/> }.drawn()
        } else {
            view! { <Happened row/> }.drawn()
        })}
    }
}

#[component]
fn Said(row: RwSignal<Placed>, room: StoredValue<RoomId>, draft: RwSignal<String>) -> impl IntoView {
    let page = Page::here();
    let read = move |read: fn(&Placed) -> bool| move || row.with(read);
    let sender = row.with_untracked(|row| row.item.sender.clone());
    let mine = row.with_untracked(|row| row.item.mine);
    let name = Memo::new(move |_| row.with(|row| row.item.sender_name.clone()));
    let image = Memo::new(move |_| row.with(|row| row.item.sender_avatar.clone()));
    let opens = Memo::new(move |_| row.with(|row| row.opens_group));
    let content = Memo::new(move |_| row.with(|row| row.item.content.clone()));
    let at = Memo::new(move |_| row.with(|row| row.item.at));
    let sending = Memo::new(move |_| row.with(|row| row.item.sending));

    view! {
        <article
            class="message"
            class:mine=mine
            class:opens=read(|row| row.opens_group)
            class:closes=read(|row| row.closes_group)
            class:pending=read(|row| row.item.sending == Sending::Pending)
            class:failed=read(|row| row.item.sending == Sending::Failed)
        >
            {redrawn(move || (!mine && opens.get()).then(|| view! {
                <Avatar image name id=sender.as_str() size=32/>
            }.drawn()))}
            <div class="body">
                {redrawn(move || opens.get().then(|| if mine {
                    view! { <h3 class="unseen">{text!(page, "timeline.you")}</h3> }.drawn()
                } else {
                    view! { <h3 class="sender" dir="auto">{name}</h3> }.drawn()
                }))}
                <div class="bubble">
                    {redrawn(move || words(page, &content.get(), name))}
                    <time title=move || page.full_time(at.get())>
                        {move || page.clock_time(at.get())}
                        {redrawn(move || (sending.get() == Sending::Pending).then(|| view! {
                            <span class="unseen">" "{text!(page, "timeline.sending")}</span>
                        }.drawn()))}
                    </time>
                </div>
                {redrawn(move || (sending.get() == Sending::Failed).then(|| view! { <Unsent row room draft/> }.drawn()))}
            </div>
        </article>
    }
}

/// The text of a message.
fn words(page: Page, content: &ItemContent, name: Memo<String>) -> Drawn {
    match content {
        ItemContent::Text { body, edited } => view! {
            <p dir="auto">
                {pieces(body)}
                {edited.then(|| view! { " "<small class="edited">{text!(page, "timeline.edited")}</small> }.drawn())}
            </p>
        }
        .drawn(),
        ItemContent::Notice(body) => view! { <p class="quiet" dir="auto">{pieces(body)}</p> }.drawn(),
        ItemContent::Emote(body) => view! { <p class="emote" dir="auto">{name}" "{pieces(body)}</p> }.drawn(),
        ItemContent::File(name) => {
            view! { <p class="attached" dir="auto">{icon(Icon::File)}<span>{name.clone()}</span></p> }.drawn()
        }
        ItemContent::Redacted => view! { <p class="quiet">{text!(page, "timeline.redacted")}</p> }.drawn(),
        ItemContent::Encrypted => view! {
            <p class="quiet attached">{icon(Icon::Lock)}<span>{text!(page, "timeline.encrypted")}</span></p>
        }
        .drawn(),
        // Drawn by `Happened`.
        _ => None.into(),
    }
}

/// Text with its web addresses as links, as text nodes and anchors: nothing in it is ever read as markup.
fn pieces(text: &str) -> Vec<Drawn> {
    linkify(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().drawn(),
            Piece::Link(address) => view! {
                <a href=address.to_owned() target="_blank" rel="noopener noreferrer">{address.to_owned()}</a>
            }
            .drawn(),
        })
        .collect()
}

/// What to do with a message that was not sent.
#[component]
fn Unsent(row: RwSignal<Placed>, room: StoredValue<RoomId>, draft: RwSignal<String>) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let key = move || row.with_untracked(|row| row.item.key.clone());
    let retry = move |_| {
        if let Some(client) = chat.client() {
            client.retry(&room.get_value(), &key());
        }
    };
    let discard = move |_| {
        let Some(client) = chat.client() else { return };
        let text = client.discard(&room.get_value(), &key());
        // Nothing typed is lost, and nothing typed since is replaced.
        if let Some(text) = text.filter(|_| draft.with_untracked(String::is_empty)) {
            draft.set(text);
        }
    };
    view! {
        <p class="unsent" role="alert">
            {icon(Icon::Warning)}
            <span>{text!(page, "timeline.failed")}</span>
            <button type="button" on:click=retry>{text!(page, "timeline.retry")}</button>
            <button type="button" on:click=discard>{text!(page, "timeline.discard")}</button>
        </p>
    }
}

#[component]
fn Happened(row: RwSignal<Placed>) -> impl IntoView {
    let page = Page::here();
    let conference = move || {
        row.with(|row| matches!(row.item.content, ItemContent::ConferenceStarted | ItemContent::ConferenceEnded))
    };
    view! {
        <p class="happened" class:conference=conference dir="auto">
            {redrawn(move || conference().then(|| icon(Icon::Conference)))}
            <span>{move || row.with(|row| event_line(page, &row.item))}</span>
            <time title=move || row.with(|row| page.full_time(row.item.at))>
                {move || row.with(|row| page.clock_time(row.item.at))}
            </time>
        </p>
    }
}

fn event_line(page: Page, item: &TimelineItem) -> String {
    let who = &item.sender_name;
    match &item.content {
        ItemContent::Joined(name) => text!(page, "timeline.joined", name = name),
        ItemContent::Left(name) => text!(page, "timeline.left", name = name),
        ItemContent::Invited(name) => text!(page, "timeline.invited", name = name),
        ItemContent::Removed(name) => text!(page, "timeline.removed", name = name),
        ItemContent::Named(text) => text!(page, "timeline.named", name = who, text = text),
        ItemContent::Topic(text) => text!(page, "timeline.topic", name = who, text = text),
        ItemContent::Created => text!(page, "timeline.created", name = who),
        ItemContent::EncryptionOn => text!(page, "timeline.encryption_on", name = who),
        ItemContent::ConferenceStarted => text!(page, "timeline.conference_started", name = who),
        ItemContent::ConferenceEnded => text!(page, "timeline.conference_ended", name = who),
        // Drawn by `Said`.
        ItemContent::Text { .. }
        | ItemContent::Notice(_)
        | ItemContent::Emote(_)
        | ItemContent::File(_)
        | ItemContent::Redacted
        | ItemContent::Encrypted => String::new(),
    }
}
