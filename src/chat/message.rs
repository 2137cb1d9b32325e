//! One item of the timeline: what a person said, or what happened.

use leptos::prelude::*;

use super::avatar::avatar;
use super::call_tile::{call, conference, time};
use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Chat;
use crate::browser::letters;
use crate::grouping::{Placed, is_message};
use crate::ids::RoomId;
use crate::linkify::{Piece, linkify};
use crate::matrix::view::{ItemContent, Sending, TimelineItem};
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};

/// An item, with the day above it where it opens one. `draft` is what stands in the composer.
pub(super) fn message(row: ArcRwSignal<Placed>, room: StoredValue<RoomId>, draft: RwSignal<String>) -> Vec<Drawn> {
    let page = Page::here();
    let row = RwSignal::from(row);
    let day = move || row.with(|row| page.day_name(row.item.at));
    /// What an item is drawn as.
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Said,
        Happened,
        Call,
        Conference,
    }
    let shape = memo(move || {
        row.with(|row| match &row.item.content {
            ItemContent::Call(_) => Shape::Call,
            ItemContent::Conference(_) => Shape::Conference,
            content if is_message(content) => Shape::Said,
            _ => Shape::Happened,
        })
    });
    let opens_day = when(
        move || row.with(|row| row.opens_day),
        move || tag("div", "day").set("role", "separator").with(tag("span", "").words(Box::new(day))),
    );
    let item = redrawn(move || match shape.get() {
        Shape::Said => Some(said(row, room, draft).into()),
        Shape::Happened => Some(happened(row).into()),
        Shape::Call => Some(call(row, room).into()),
        Shape::Conference => conference(row).map(Drawn::from),
    });
    vec![opens_day, item.into()]
}

fn said(row: RwSignal<Placed>, room: StoredValue<RoomId>, draft: RwSignal<String>) -> Tag {
    let page = Page::here();
    let is = move |is: fn(&Placed) -> bool| move || row.with(is);
    let class = move |class, on| (class, Box::new(is(on)));
    let (sender, mine) = row.with_untracked(|row| (row.item.sender.clone(), row.item.mine));
    let name = memo(move || row.with(|row| row.item.sender_name.clone()));
    let image = memo(move || row.with(|row| row.item.sender_avatar.clone()));
    let content = memo(move || row.with(|row| row.item.content.clone()));
    let opens: fn(&Placed) -> bool = |row| row.opens_group;
    let pending: fn(&Placed) -> bool = |row| row.item.sending == Sending::Pending;
    let failed: fn(&Placed) -> bool = |row| row.item.sending == Sending::Failed;

    let sending =
        when(is(pending), move || tag("span", "unseen").text([" ", &text!(page, "timeline.sending")].concat()));
    let bubble = tag("div", "bubble")
        .with(redrawn(move || content.with(|content| words(page, content, name))))
        .with(time(page, row).with(sending));
    let body = tag("div", "body")
        .with(when(is(opens), move || {
            if mine {
                tag("h3", "unseen").text(text!(page, "timeline.you"))
            } else {
                tag("h3", "sender").set("dir", "auto").words(Box::new(move || name.get()))
            }
        }))
        .with(bubble)
        .with(when(is(failed), move || unsent(row, room, draft)));
    let closes: fn(&Placed) -> bool = |row| row.closes_group;
    [class("opens", opens), class("closes", closes), class("pending", pending), class("failed", failed)]
        .into_iter()
        .fold(tag("article", if mine { "message mine" } else { "message" }), |tag, (class, on)| tag.classed(class, on))
        .with(when(move || !mine && row.with(opens), move || avatar(image, name, sender.as_str(), 32)))
        .with(body)
}

/// The text of a message.
fn words(page: Page, content: &ItemContent, name: Memo<String>) -> Option<Drawn> {
    let quiet = |class| tag("p", class);
    let told = |class| tag("p", class).set("dir", "auto");
    let words = match content {
        ItemContent::Text { body, edited } => {
            let text = pieces(told(""), body);
            if *edited {
                text.text(" ").with(tag("small", "edited").text(text!(page, "timeline.edited")))
            } else {
                text
            }
        }
        ItemContent::Notice(body) => pieces(told("quiet"), body),
        ItemContent::Emote(body) => pieces(told("emote").words(Box::new(move || name.get())).text(" "), body),
        ItemContent::File(name) => told("attached").with(icon(Icon::File)).with(tag("span", "").text(name.as_str())),
        ItemContent::Redacted => quiet("quiet").text(text!(page, "timeline.redacted")),
        ItemContent::Encrypted => {
            quiet("quiet attached").with(icon(Icon::Lock)).with(tag("span", "").text(text!(page, "timeline.encrypted")))
        }
        // Drawn by `happened`.
        _ => return None,
    };
    Some(words.into())
}

/// Text with its web addresses as links, as text nodes and anchors: nothing in it is ever read as markup.
fn pieces(place: Tag, text: &str) -> Tag {
    linkify(text, letters::is_alphanumeric).into_iter().fold(place, |place, piece| match piece {
        Piece::Text(text) => place.text(text),
        Piece::Link(address) => place.with(
            tag("a", "").set("href", address).set("target", "_blank").set("rel", "noopener noreferrer").text(address),
        ),
    })
}

/// What to do with a message that was not sent.
fn unsent(row: RwSignal<Placed>, room: StoredValue<RoomId>, draft: RwSignal<String>) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let key = move || row.with_untracked(|row| row.item.key.clone());
    let retry = button("", move |_| {
        if let Some(client) = chat.client() {
            client.retry(&room.get_value(), &key());
        }
    });
    let discard = button("", move |_| {
        let Some(client) = chat.client() else { return };
        let text = client.discard(&room.get_value(), &key());
        // Nothing typed is lost, and nothing typed since is replaced.
        if let Some(text) = text.filter(|_| draft.with_untracked(String::is_empty)) {
            draft.set(text);
        }
    });
    tag("p", "unsent")
        .set("role", "alert")
        .with(icon(Icon::Warning))
        .with(tag("span", "").text(text!(page, "timeline.failed")))
        .with(retry.text(text!(page, "timeline.retry")))
        .with(discard.text(text!(page, "timeline.discard")))
}

fn happened(row: RwSignal<Placed>) -> Tag {
    let page = Page::here();
    tag("p", "happened")
        .set("dir", "auto")
        .with(tag("span", "").words(Box::new(move || row.with(|row| event_line(page, &row.item)))))
        .with(time(page, row))
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
        // Drawn by `said`, `call` and `conference`.
        ItemContent::Call(_)
        | ItemContent::Conference(_)
        | ItemContent::Text { .. }
        | ItemContent::Notice(_)
        | ItemContent::Emote(_)
        | ItemContent::File(_)
        | ItemContent::Redacted
        | ItemContent::Encrypted => String::new(),
    }
}
