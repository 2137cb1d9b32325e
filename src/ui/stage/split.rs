//! The sheet before a conference in which people would not meet: who would land where, and what can be done about it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use super::{Engine, card, dismisses, domain_of, filled, not_encrypted, text};
use crate::ids::RoomId;
use crate::meet::session::{may_repair, repaired_on};
use crate::meet::ways;
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::switching::Wish;
use crate::text_key;
use crate::ui::drawn::when;
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::ways::passing_on;
use crate::ui::{unique_id, words};

/// Nothing of the conference loads before a press.
pub(super) fn sheet(
    calls: Engine,
    room: Signal<RoomId>,
    facts: Memo<Option<RoomFacts>>,
    widget: &MeetWidget,
    asks: bool,
) -> Tag {
    let encrypted = move || facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.encrypted));
    let id = unique_id("meet-split");
    // The keyboard follows the person's press to the question that it raised, and a screen reader reads it out.
    let title = tag("h2", "").set("id", id.as_str()).set("tabindex", "-1").placed(|title| {
        let _ = title.focus();
    });
    let mut list = tag("ul", "");
    for (clients, landing) in widget.agreement.groups() {
        list =
            list.with(tag("li", "").text(calls.with_value(|calls| words::landing(calls.texts(), &clients, landing))));
    }
    let mine = widget.clone();
    let mendable = memo(move || facts.with(|facts| facts.as_ref().is_some_and(|facts| may_repair(facts, &mine))));
    let hint = move || tag("p", "").text(text(calls, text_key!("conference.split_repair_hint")));
    let (new_place, is_foreign) = calls.with_value(|calls| {
        let site = calls.site();
        let place = repaired_on(widget, &site.choice.domain);
        (place.clone(), *place != site.choice.domain)
    });
    let repair = move || {
        let words = filled(calls, text_key!("conference.split_repair"), &[("domain", new_place.as_str())]);
        let domain = new_place.clone();
        pressed_once("meet-button meet-primary", move || {
            let wish = Wish::Repair { room: room.get_untracked(), domain: domain.clone() };
            calls.with_value(|calls| calls.want(wish));
        })
        .text(words)
    };
    // Where no server can be read there is no way in, and no link.
    let joined = widget.domain.clone().ok();
    let link = ways::passed_on(widget);
    let has_link = link.is_some();
    let (copy, copied) = passing_on(calls, link.unwrap_or_default());
    let actions = tag("div", "meet-bar-actions")
        .with(dismisses(calls, text_key!("conference.not_now")))
        .with(has_link.then(|| copy.into()))
        .with(joined.clone().map(|domain| {
            let join = pressed_once("meet-button", move || {
                let wish = Wish::Approve { room: room.get_untracked(), domain: domain.clone(), split: true };
                calls.with_value(|calls| calls.want(wish));
            });
            join.text(text(calls, text_key!("conference.split_join"))).into()
        }))
        .with(when(move || mendable.get(), repair));
    let domain = domain_of(widget);
    let line = move |key: &str| tag("p", "meet-quiet").text(filled(calls, key, &[("domain", &domain)]));
    let shares = joined.as_ref().map(|_| line(text_key!("conference.consent_shares")).into());
    let kept = asks.then(|| line(text_key!("conference.consent_kept")).into());
    // A new one on a server that the site did not choose signs in as that server says, which nobody has asked yet.
    let asks_who = joined.is_some() && widget.auth.is_some();
    let token =
        when(move || asks_who || (is_foreign && mendable.get()), move || line(text_key!("conference.consent_token")));
    let lead = filled(calls, text_key!("conference.split_lead"), &[("user", widget.creator.as_str())]);
    card(calls, "meet-card")
        .set("role", "group")
        .set("aria-labelledby", id)
        .with(title.text(text(calls, text_key!("conference.split_title"))))
        .with(tag("p", "").text(lead))
        .with(list)
        .with(when(move || mendable.get(), hint))
        .with(shares)
        .with(token)
        .with(kept)
        .with(not_encrypted(calls, "p", encrypted))
        .with(copied)
        .with(actions)
}

/// A button that the second click of a double click on what was here before does not press.
pub(super) fn pressed_once(class: &'static str, press: impl Fn() + Send + 'static) -> Tag {
    button(class, move |event: &Event| {
        if event.unchecked_ref::<MouseEvent>().detail() < 2 {
            press();
        }
    })
}
