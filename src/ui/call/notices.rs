//! Words about calls that are over.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::icons::Icon;
use super::parts::{Shown, button, round};
use crate::buttons::{Button, Kind};
use crate::call::Input;
use crate::call::scene::{self, Way};
use crate::call::settings::Preferences;
use crate::call::view::{CallKey, CallsView, Notice};
use crate::call::words;
use crate::text_key;
use crate::ui::buttons::current;
use crate::ui::effect::memo;
use crate::ui::element::{Tag, each, tag};
use crate::ui::focus;
use crate::ui::peer_calls::PeerCalls;
use crate::ui::words::reason as reason_in_words;

/// How long a word stays that nobody has to do anything about, in milliseconds;
const PASSING: u32 = 8_000;
/// and how long once more, when somebody looks at it by then.
const LOOKED_AT: u32 = 3_000;

/// All of them, the newest first. What comes is read out, once: a word keeps its element as long as it is there.
pub(super) fn notices(shown: Shown) -> Tag {
    let newest = memo(move || shown.view.with(|view| view.notices.iter().rev().map(|notice| notice.key.0).collect()));
    let draw = move |key| {
        let of_key = |view: &CallsView| view.notices.iter().find(|notice| notice.key.0 == key).cloned();
        shown.view.with(of_key).and_then(|found| notice(shown, found))
    };
    let notices = tag("div", "meet-notices")
        .set("role", "log")
        .set("aria-live", "polite")
        .set("aria-label", shown.text(text_key!("peer_call.notices")));
    each(notices, newest, Box::new(draw))
}

fn notice(shown: Shown, notice: Notice) -> Option<Tag> {
    let name = shown.name_of(&notice.room, &notice.peer);
    let (key, passing) = (notice.key, scene::is_passing(&notice.ending));
    let (mut words, details) = shown.texts(|texts| words::ending(texts, &notice, &name))?;
    if let Some(lasted) = notice.lasted {
        words = [words, shown.texts(|texts| words::lasted(texts, lasted))].join(" ");
    }
    let mut card = tag("div", if passing { "meet-notice" } else { "meet-notice meet-lasting" })
        .set("tabindex", "-1")
        .set("data-ending", scene::ending_name(&notice.ending))
        .with(tag("p", "").set("dir", "auto").text(words))
        .made(move |card| {
            if passing {
                pass(shown, card, key, PASSING, StoredValue::new_local(None));
            } else {
                // The call that it speaks of may have had the focus; a word that passes leaves it to the call button.
                focus::if_lost(move || {
                    let _ = card.focus();
                });
            }
        });
    if let Some(details) = details {
        let summary = tag("summary", "").text(shown.text(text_key!("conference.details")));
        card =
            card.with(tag("details", "").with(summary).with(tag("p", "meet-quiet").set("dir", "auto").text(details)));
    }
    let dismiss = Box::new(move || shown.tell(Input::Dismiss(key)));
    let dismiss = round("dismiss", Icon::Close, shown.text(text_key!("peer_call.dismiss")), dismiss)
        .class("meet-round meet-plain");
    let card = card.with(ways(shown, notice));
    Some(card.with(dismiss))
}

/// Dismisses a word after a while; later, while somebody looks at it. The timer ends with what it is kept in.
fn pass(shown: Shown, card: HtmlElement, key: CallKey, after: u32, kept: StoredValue<Option<Timeout>, LocalStorage>) {
    let timer = Timeout::new(after, move || {
        if matches!(card.matches(":hover, :focus-within"), Ok(true)) {
            pass(shown, card, key, LOOKED_AT, kept);
        } else {
            shown.tell(Input::Dismiss(key));
        }
    });
    kept.try_set_value(Some(timer));
}

/// What can be done about it.
fn ways(shown: Shown, notice: Notice) -> Tag {
    let ways = scene::ways(&notice, shown.peers(PeerCalls::may_go_direct));
    if ways.contains(&Way::Fallback) {
        return question(shown, notice.key);
    }
    let again = shown.texts(|texts| words::again(texts, &notice.ending));
    let (does, call) = calling(shown, notice);
    let call = StoredValue::new_local(call);
    let why = Box::new(move || match does.get() {
        Button::Disabled(reason) => shown.texts(|texts| reason_in_words(texts, reason)),
        _ => String::new(),
    });
    let list = tag("div", "meet-answers");
    let list = if ways.is_empty() { list } else { list.with(tag("p", "meet-quiet meet-why").words(why)) };
    ways.into_iter().fold(list, |list, way| {
        let press = Box::new(move || call.with_value(|call| call(way == Way::Direct)));
        let way = match way {
            Way::Direct => button("allow-direct", shown.text(text_key!("peer_call.allow_direct")), press),
            _ => button("call-back", again.clone(), press).class("meet-button meet-primary"),
        };
        list.with(
            way.shown(Box::new(move || does.with(|does| matches!(does, Button::StartCall(_) | Button::Disabled(_)))))
                .state("aria-disabled", Box::new(move || does.with(|does| matches!(does, Button::Disabled(_))))),
        )
    })
}

/// What the room's button for such a call does, and a press on it if that is to call: with `true`, without a relay from now on.
fn calling(shown: Shown, notice: Notice) -> (Memo<Button>, impl Fn(bool)) {
    let (key, room, kind) = (notice.key, notice.room, if notice.video { Kind::Video } else { Kind::Voice });
    let buttons = current(shown.calls, Signal::stored(room.clone())).buttons;
    let does = memo(move || buttons.with(|buttons| buttons.of(kind).clone()));
    let call = move |direct: bool| {
        if !does.with_untracked(|does| matches!(does, Button::StartCall(_))) {
            return;
        }
        if direct {
            shown.peers(|peers| peers.prefer(Preferences { relay_only: Some(false), ..peers.preferences() }));
        }
        let pressed = shown.calls.with_value(|calls| calls.press(&room, kind));
        // Whoever is asked first may stay where they are.
        let asked = shown.calls.with_value(|calls| untrack(|| calls.question())).is_some();
        if matches!(pressed, Button::StartCall(_)) && !asked {
            shown.tell(Input::Dismiss(key));
        }
    };
    (does, call)
}

/// Whether the site's servers may help.
fn question(shown: Shown, key: CallKey) -> Tag {
    let servers = shown.peers(PeerCalls::fallback_names).join(", ");
    let words = shown.texts(|texts| texts.fill(text_key!("peer_call.fallback"), &[("servers", &servers)]));
    let answer = |act, label: &str, allowed| {
        let press = move || {
            shown.peers(|peers| peers.prefer(Preferences { fallback: Some(allowed), ..peers.preferences() }));
            shown.tell(Input::Dismiss(key));
        };
        button(act, shown.text(label), Box::new(press))
    };
    tag("div", "meet-answers")
        .with(tag("p", "meet-quiet").text(words))
        .with(answer("allow", text_key!("peer_call.allow"), true).class("meet-button meet-primary"))
        .with(answer("refuse", text_key!("peer_call.refuse"), false))
}
