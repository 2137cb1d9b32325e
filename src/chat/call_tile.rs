//! A call in the timeline: what kind, how it went, and a button to call (again).

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
use crate::time::Millis;
use crate::ui::can_call;
use crate::ui::drawn::{redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};

/// Whether a press on a tile's button would call; one answer for all tiles of a timeline.
#[derive(Clone, Copy)]
pub(super) struct MayCall(Memo<bool>);

impl MayCall {
    /// Follows this room, in the current owner's context.
    pub(super) fn provide(room: StoredValue<RoomId>) {
        let calls = Chat::here().calls;
        provide_context(Self(can_call(calls, Signal::derive(move || room.get_value()))));
    }

    fn here() -> Self {
        expect_context()
    }
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
    let (of_use, MayCall(may_call)) = (is(|tile| tile.call_back), MayCall::here());
    let call_back = move || of_use() && may_call.get();
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
            return text!(page, "timeline.call_ended", call = &call, length = &duration(page, *length));
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

fn duration(page: Page, length: Millis) -> String {
    let seconds = length.0 / 1000;
    let [hours, minutes, rest] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(|count| count.to_string());
    match seconds {
        0..60 => text!(page, "time.seconds", seconds = &rest),
        60..3600 => text!(page, "time.minutes", minutes = &minutes, seconds = &rest),
        _ => text!(page, "time.hours", hours = &hours, minutes = &minutes),
    }
}
