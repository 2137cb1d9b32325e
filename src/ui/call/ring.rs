//! The toast of a call that rings. It does not take the keyboard from who is typing: it is read out, and lies first in the order of
//! the focus. Escape does nothing to it.

use leptos::prelude::*;

use super::avatar::avatar;
use super::icons::{Icon, icon};
use super::parts::{Keys, Shown, button, button_of, round, who};
use crate::call::scene::{self, Busy};
use crate::call::view::CallKey;
use crate::call::vocabulary::Deed;
use crate::call::words;
use crate::switching::Wish;
use crate::text_key;
use crate::ui::effect::memo;
use crate::ui::element::{Tag, each, tag};
use crate::ui::{Calls, unique_id};

/// Where a toast can lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the layer.
    Layer,
    /// In the preview: while that is open nothing outside of it can be pressed.
    Preview,
}

/// All that rings, and what is read out about the newest; in one of its places at a time.
pub(super) fn rings(shown: Shown, place: Place) -> Tag {
    let ringing = memo(move || {
        shown.view.with(|view| {
            let here = view.preview.is_some() == (place == Place::Preview);
            scene::ringing(&view.calls).filter(|_| here).map(|call| call.key.0).collect()
        })
    });
    let busy = memo(move || {
        let conference = shown.calls.with_value(Calls::view);
        shown.view.with(|view| scene::busy(&view.calls, &conference))
    });
    let announced = move || {
        let newest = ringing.with(|keys: &Keys| keys.last().copied()).map(CallKey)?;
        let (_, _, name) = shown.of(newest)?;
        let video = shown.call(newest, |call| call.video)?;
        Some(shown.texts(|texts| words::announcement(texts, &name, video)))
    };
    let rings = tag("div", "meet-rings").with(
        tag("p", "meet-unseen").set("aria-live", "assertive").words(Box::new(move || announced().unwrap_or_default())),
    );
    each(rings, ringing, Box::new(move |key| ring(shown, CallKey(key), busy)))
}

fn ring(shown: Shown, key: CallKey, busy: Memo<Busy>) -> Option<Tag> {
    let (room, peer, name) = shown.of(key)?;
    let video = untrack(|| shown.call(key, |call| call.video))?;
    let id = unique_id("meet-ring");
    let silence = shown.turn(key, |call| call.silenced, Deed::Silence);
    let head = tag("div", "meet-who")
        .with(avatar(shown, &room, &peer, 56))
        .with(who(name, tag("span", "").text(shown.texts(|texts| words::kind(texts, video)))).set("id", id.clone()))
        .with(
            round("silence", Icon::Bell, shown.text(text_key!("peer_call.silence")), silence)
                .class("meet-round meet-plain")
                .state("aria-pressed", shown.flag(key, |call| call.silenced)),
        )
        .with(
            round("ignore", Icon::Close, shown.text(text_key!("peer_call.ignore")), shown.deed(key, Deed::Ignore))
                .class("meet-round meet-plain")
                .set("title", shown.text(text_key!("peer_call.ignore_hint"))),
        );
    let word = move || {
        let word = shown.call(key, |call| call.word).flatten();
        word.map(|word| shown.texts(|texts| words::word(texts, word))).unwrap_or_default()
    };
    let ring = tag("div", "meet-ring")
        .set("role", "alertdialog")
        .set("aria-labelledby", id)
        .set("data-room", room.as_str())
        .with(head)
        .with(tag("p", "meet-word").words(Box::new(word)));
    Some(ring.with(answers(shown, key, busy, video)))
}

/// What can be said to it, by what goes on besides: the first is what most people want. The buttons stay when that changes, for who
/// is about to press one.
fn answers(shown: Shown, key: CallKey, busy: Memo<Busy>, video: bool) -> Tag {
    let has_place = move || matches!(busy.get(), Busy::Free | Busy::Call(_));
    let words = Box::new(move || {
        shown.text(match busy.get() {
            Busy::Call(_) => text_key!("peer_call.hold_and_accept"),
            _ if video => text_key!("peer_call.accept_video"),
            _ => text_key!("peer_call.accept"),
        })
    });
    let end = Box::new(move || {
        shown.text(match busy.get() {
            Busy::Conference => text_key!("peer_call.leave_and_accept"),
            _ => text_key!("peer_call.end_and_accept"),
        })
    });
    let accept = move |video| shown.calls.with_value(|calls| calls.want(Wish::Accept { call: key, video }));
    let end_and_accept = Box::new(move || {
        match busy.get_untracked() {
            Busy::Call(other) | Busy::Full(other) => shown.act(other, Deed::HangUp),
            // It is left first, and waited for.
            Busy::Conference | Busy::Free => {}
        }
        accept(video);
    });
    let answers = tag("div", "meet-answers").with(
        button_of("accept", words, Box::new(move || accept(video)))
            .class("meet-button meet-accept")
            .first(icon(if video { Icon::Camera } else { Icon::Answer }))
            .shown(Box::new(has_place)),
    );
    let answers = if video {
        let without_camera = shown.text(text_key!("peer_call.accept_voice"));
        answers.with(button("accept-voice", without_camera, Box::new(move || accept(false))).shown(Box::new(has_place)))
    } else {
        answers
    };
    answers
        .with(button_of("end-and-accept", end, end_and_accept).shown(Box::new(move || busy.get() != Busy::Free)))
        .with(
            button("decline", shown.text(text_key!("peer_call.decline")), shown.deed(key, Deed::Decline))
                .class("meet-button meet-danger")
                .first(icon(Icon::HangUp)),
        )
}
