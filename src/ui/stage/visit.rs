//! A call of another kind than Meet's: the offer, the consent card, the frame, and the question who one is.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::split::pressed_once;
use super::tile::Lying;
use super::{Engine, filled, frame_box, text};
use crate::buttons::{Kind, Way};
use crate::ids::RoomId;
use crate::one_line::clean;
use crate::room_widget::{Failure, Input, Place, RoomWidget, View};
use crate::switching::Wish;
use crate::text_key;
use crate::ui::buttons::Current;
use crate::ui::consents::unkept;
use crate::ui::drawn::{Drawn, when};
use crate::ui::element::{Tag, button, tag};
use crate::ui::{Calls, focus, icons, unique_id, words};

/// A call that I am not in.
pub(super) fn offer(calls: Engine, room: Signal<RoomId>, widget: &RoomWidget, current: Current) -> Tag {
    let id = unique_id("meet-why-not");
    let why_not = move || current.why_not(calls);
    let says = tag("span", "meet-bar-text")
        .with(tag("strong", "").text(text(calls, text_key!("widget.offer"))))
        .with(tag("span", "meet-quiet").text(added_by(calls, room, widget)))
        .with(tag("span", "meet-quiet").set("id", id.as_str()).words(Box::new(move || why_not().unwrap_or_default())));
    let open = button("meet-button meet-primary", move |_| {
        calls.with_value(|calls| calls.press_join(&room.get_untracked(), Kind::Video));
    });
    let open = open
        .shown(Box::new(move || current.way() != Way::Nowhere))
        .state("aria-disabled", Box::new(move || why_not().is_some()))
        .set("aria-describedby", id)
        .text(text(calls, text_key!("widget.open")));
    tag("div", "meet-bar").with(says).with(tag("span", "meet-bar-actions").with(open))
}

/// What there is of the one that was entered.
pub(super) fn visit(
    calls: Engine,
    room: Signal<RoomId>,
    view: &View,
    encrypted: impl Fn() -> bool + Send + Sync + 'static,
    lying: Lying,
) -> Option<Tag> {
    Some(match view {
        View::Idle => return None,
        View::Asking(_) => tag("div", "meet-bar")
            .with(tag("span", "meet-bar-text").set("role", "status").text(text(calls, text_key!("widget.opening"))))
            .with(tag("span", "meet-bar-actions").with(tells(calls, text_key!("conference.cancel"), || Input::Close))),
        View::Consent(place) => consent(calls, room, place, encrypted),
        View::Open(place, _) => framed(calls, place, encrypted, lying),
        View::Failed(_, failure) => failed(calls, *failure),
    })
}

/// The name is whatever they like; the id is whose it is.
fn added_by(calls: Engine, room: Signal<RoomId>, widget: &RoomWidget) -> String {
    let who = calls.with_value(|calls| room.with_untracked(|room| calls.name_of(room, &widget.creator)));
    let user = clean(widget.creator.as_str()).unwrap_or_default();
    filled(calls, text_key!("widget.added_by"), &[("name", &who), ("user", &user)])
}

/// A button that says this.
fn tells(calls: Engine, words: &str, input: fn() -> Input) -> Tag {
    button("meet-button", move |_| calls.with_value(|calls| calls.tell_visit(input()))).text(text(calls, words))
}

/// A card that Escape calls off.
fn card(calls: Engine, class: &'static str) -> Tag {
    tag("div", class).on("keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.key() == "Escape" && !event.is_composing() {
            calls.with_value(|calls| calls.tell_visit(Input::Dismiss));
        }
    })
}

/// Nothing of it loads before a press.
fn consent(
    calls: Engine,
    room: Signal<RoomId>,
    place: &Place,
    encrypted: impl Fn() -> bool + Send + Sync + 'static,
) -> Tag {
    let (widget, edited) = (&place.widget, place.edited);
    let shown = place.target.shows();
    let values = [("host", place.target.host.as_str()), ("shown", shown.as_deref().unwrap_or_default())];
    let with_host = |key: &str| filled(calls, key, &values);
    let line = |key: &str| Drawn::from(tag("p", "").text(with_host(key)));
    let id = unique_id("meet-consent");
    let event = widget.event_id.clone();
    let agree = pressed_once("meet-button meet-primary", move || {
        let wish = Wish::Open { room: room.get_untracked(), event: event.clone() };
        calls.with_value(|calls| calls.want(wish));
    });
    // The keyboard follows the person's press to the question that it raised, and a screen reader reads it out. Who writes while
    // somebody edits the call goes on writing.
    let title = tag("h2", "").set("id", id.as_str()).set("tabindex", "-1").placed(move |title| {
        let take = move || {
            let _ = title.focus();
        };
        if edited { focus::if_lost(take) } else { take() }
    });
    let changed =
        edited.then(|| tag("p", "").set("role", "status").text(text(calls, text_key!("widget.changed"))).into());
    let actions = tag("div", "meet-bar-actions")
        .with(tells(calls, text_key!("conference.not_now"), || Input::Dismiss))
        .with(agree.text(text(calls, text_key!("widget.continue"))));
    card(calls, "meet-card")
        .set("role", "group")
        .set("aria-labelledby", id)
        .with(title.text(with_host(text_key!("widget.consent_title"))))
        .with(changed)
        .with(tag("p", "").text(added_by(calls, room, widget)))
        .with(shown.as_ref().map(|_| line(text_key!("widget.shows"))))
        .with(place.target.is_manager.then(|| line(text_key!("widget.consent_manager"))))
        .with(tag("p", "meet-quiet").text(with_host(text_key!("widget.consent_shares"))))
        .with(tag("p", "meet-quiet").text(text(calls, text_key!("widget.consent_cookies"))))
        .with(tag("p", "meet-quiet").text(text(calls, text_key!("widget.consent_kept"))))
        .with(not_encrypted(calls, "p", encrypted))
        .with(actions)
}

fn not_encrypted(calls: Engine, name: &'static str, encrypted: impl Fn() -> bool + Send + Sync + 'static) -> Drawn {
    when(encrypted, move || tag(name, "meet-quiet").text(text(calls, text_key!("widget.not_encrypted"))))
}

fn framed(calls: Engine, place: &Place, encrypted: impl Fn() -> bool + Send + Sync + 'static, lying: Lying) -> Tag {
    let widget = &place.widget;
    let says = tag("span", "meet-bar-text")
        .with(tag("strong", "").text(filled(calls, text_key!("widget.on"), &[("host", &place.target.host)])))
        .with(
            tag("span", "meet-quiet")
                .set("dir", "auto")
                .text(widget.name.as_deref().and_then(clean).unwrap_or_default()),
        )
        .with(not_encrypted(calls, "span", encrypted))
        .with(unkept(calls));
    let withdraw = tells(calls, text_key!("widget.withdraw"), || Input::Withdraw).set("data-act", "withdraw");
    let actions = tag("span", "meet-bar-actions").with(lying.choices()).with(withdraw).with(close_button(calls));
    let tile = tag("div", "meet-tile")
        .with(tag("div", "meet-bar").with(says).with(actions))
        .with(asks_who(calls))
        .with(frame_box(calls, true))
        .with(lying.border());
    lying.measured(tile)
}

/// The button that leaves it.
pub(in crate::ui) fn close_button(calls: Engine) -> Tag {
    let words = text(calls, text_key!("conference.leave"));
    button("meet-button meet-danger", move |_| calls.with_value(|calls| calls.tell_visit(Input::Close)))
        .set("title", words.as_str())
        .set("data-act", "leave")
        .with(icons::leave())
        .with(tag("span", "meet-label").text(words))
}

/// The question whether the page may know who the person is. It comes from the page, not from a press: it is read out, and the
/// keyboard stays where it is.
pub(in crate::ui) fn asks_who(calls: Engine) -> Tag {
    let asking = move || match calls.with_value(Calls::visit) {
        View::Open(place, true) => Some(place.target.host.clone()),
        _ => None,
    };
    let question = move || {
        let host = untrack(asking).unwrap_or_default();
        tag("div", "meet-bar")
            .with(tag("span", "meet-bar-text").text(filled(calls, text_key!("widget.asks_who"), &[("host", &host)])))
            .with(
                tag("span", "meet-bar-actions")
                    .with(tells(calls, text_key!("widget.keep_quiet"), || Input::MayKnow(false)))
                    .with(tells(calls, text_key!("widget.tell"), || Input::MayKnow(true)).set("data-act", "tell")),
            )
    };
    tag("div", "").set("role", "status").with(when(move || asking().is_some(), question))
}

fn failed(calls: Engine, failure: Failure) -> Tag {
    // The frame or the card that it replaces may have had the focus.
    let dismiss = tells(calls, text_key!("conference.dismiss"), || Input::Dismiss).placed(|button| {
        focus::if_lost(move || {
            let _ = button.focus();
        });
    });
    card(calls, "meet-card meet-failed")
        .with(tag("p", "").set("role", "alert").text(text(calls, words::widget_failure(failure))))
        .with(tag("div", "meet-bar-actions").with(dismiss))
}
