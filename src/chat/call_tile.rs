//! Calls and conferences in the timeline. Of a call: what kind, how it went, and a button to call (again).

use leptos::prelude::*;
use web_sys::Event;

use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Chat;
use crate::buttons::Kind;
use crate::call::history::{CallTile, Outcome};
use crate::call::words;
use crate::grouping::Placed;
use crate::ids::RoomId;
use crate::matrix::view::ItemContent;
use crate::ui::drawn::{Draw, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::{ConferenceTile, RoomCalls};

/// The calls of the room on screen, for all tiles of its timeline.
#[derive(Clone, Copy)]
struct Here(RoomCalls);

impl Here {
    fn now() -> Self {
        use_context().expect("a tile stands in a timeline")
    }
}

/// Follows this room's calls, in the current owner's context.
pub(super) fn provide_calls(room: StoredValue<RoomId>) {
    provide_context(Here(RoomCalls::follow(Chat::here().calls, Signal::derive(move || room.get_value()))));
}

/// The tile of a conference.
pub(super) fn conference(row: RwSignal<Placed>) -> Option<Tag> {
    let (page, Here(of)) = (Page::here(), Here::now());
    let read = move || {
        row.with(|row| match &row.item.content {
            ItemContent::Conference(conference) => Some(conference.clone()),
            _ => None,
        })
    };
    // What is drawn as something else next is drawn anew.
    let first = untrack(read)?;
    let conference = Signal::derive(move || read().unwrap_or_else(|| first.clone()));
    let tile = view! { <ConferenceTile of conference/> };
    Some(tag("div", "conference").with(tile.drawn()).with(time(page, row)))
}

/// The tile of a call.
pub(super) fn call(row: RwSignal<Placed>, room: StoredValue<RoomId>) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let read = move |read: &dyn Fn(&CallTile) -> Option<String>| {
        row.with(|row| match &row.item.content {
            ItemContent::Call(tile) => read(tile),
            _ => None,
        })
    };
    let is = move |is: fn(&CallTile) -> bool| move || read(&|tile| is(tile).then(String::new)).is_some();
    let video = memo(is(|tile| tile.video));
    // Whether to call back, or again.
    let incoming = memo(is(|tile| tile.incoming));
    let (of_use, Here(calls)) = (is(|tile| tile.call_back), Here::now());
    let call_back = move || of_use() && calls.can_call();
    let press = move |_: &Event| {
        let kind = if video.get_untracked() { Kind::Video } else { Kind::Voice };
        chat.calls.with_value(|calls| calls.press(&room.get_value(), kind));
    };
    tag("div", "call-tile")
        .set("dir", "auto")
        .live("data-outcome", move || read(&|tile| Some(outcome_name(&tile.outcome).to_owned())))
        .with(redrawn(move || icon(if video.get() { Icon::Conference } else { Icon::Voice })))
        .with(tag("span", "").words(Box::new(move || read(&|tile| Some(call_line(page, tile))).unwrap_or_default())))
        .with(time(page, row))
        .with(when(call_back, move || {
            button("", press).set("data-act", "call-back").words(Box::new(move || {
                if incoming.get() { text!(page, "timeline.call_back") } else { text!(page, "timeline.call_again") }
            }))
        }))
}

/// When it was.
pub(super) fn time(page: Page, row: RwSignal<Placed>) -> Tag {
    let at = move || row.with(|row| row.item.at);
    tag("time", "").live("title", move || Some(page.full_time(at()))).words(Box::new(move || page.clock_time(at())))
}

const fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Ongoing { .. } => "ongoing",
        Outcome::Missed => "missed",
        Outcome::Declined { .. } => "declined",
        Outcome::NoAnswer => "no-answer",
        Outcome::Ended(_) => "ended",
        Outcome::Elsewhere => "elsewhere",
        Outcome::Failed(_) => "failed",
    }
}

/// A call in words.
pub(super) fn call_line(page: Page, tile: &CallTile) -> String {
    let call = if tile.video { text!(page, "call.video") } else { text!(page, "call.voice") };
    let how = match &tile.outcome {
        Outcome::Missed => {
            let missed = if tile.video {
                text!(page, "timeline.call_missed_video")
            } else {
                text!(page, "timeline.call_missed_voice")
            };
            return if tile.quiet { text!(page, "timeline.call_quiet", call = &missed) } else { missed };
        }
        Outcome::Ended(None) => return call,
        Outcome::Ended(Some(length)) => {
            return text!(
                page,
                "timeline.call_ended",
                call = &call,
                length = &page.read_texts(|texts| words::duration(texts, *length))
            );
        }
        Outcome::Failed(reason) => {
            return text!(page, "timeline.call_failed", why = &page.get(words::why_failed(reason)));
        }
        Outcome::Ongoing { .. } => text!(page, "timeline.call_ongoing"),
        Outcome::Declined { by_me: true } => text!(page, "timeline.call_declined_by_me"),
        Outcome::Declined { by_me: false } => text!(page, "timeline.call_declined"),
        Outcome::NoAnswer => text!(page, "timeline.call_no_answer"),
        Outcome::Elsewhere => text!(page, "timeline.call_elsewhere"),
    };
    text!(page, "timeline.call", call = &call, how = &how)
}
