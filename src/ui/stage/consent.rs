//! The card before a conference on a server that the person has not agreed to.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use super::{Engine, dismisses, domain_of, filled, not_encrypted};
use crate::ids::RoomId;
use crate::meet::widget::MeetWidget;
use crate::one_line::clean;
use crate::switching::Wish;
use crate::text_key;
use crate::ui::element::{Tag, button, tag};
use crate::ui::unique_id;

/// A domain that is neither the site's own nor this button's choice, and that the person has not agreed to: it is named, and
/// nothing of it loads before a press.
pub(super) fn card(
    calls: Engine,
    room: Signal<RoomId>,
    widget: &MeetWidget,
    encrypted: impl Fn() -> bool + Send + Sync + 'static,
) -> Tag {
    let name = domain_of(widget);
    let with_domain = |key: &str| filled(calls, key, &[("domain", &name)]);
    let id = unique_id("meet-consent");
    let domain = widget.domain.clone();
    let approve = move |event: &Event| {
        // The second click of a double click on the button that was here before is no consent.
        if event.unchecked_ref::<MouseEvent>().detail() < 2
            && let Ok(domain) = &domain
        {
            let wish = Wish::Approve { room: room.get_untracked(), domain: domain.clone(), split: false };
            calls.with_value(|calls| calls.want(wish));
        }
    };
    // The name is whatever they like; the id is whose it is.
    let who = calls.with_value(|calls| room.with_untracked(|room| calls.name_of(room, &widget.creator)));
    let user = clean(widget.creator.as_str()).unwrap_or_default();
    let by = filled(calls, text_key!("conference.consent_by"), &[("name", &who), ("user", &user)]);
    let token = widget
        .auth
        .is_some()
        .then(|| tag("p", "meet-quiet").text(with_domain(text_key!("conference.consent_token"))).into());
    // The keyboard follows the person's press to the question that it raised, and a screen reader reads it out.
    let title = tag("h2", "").set("id", id.as_str()).set("tabindex", "-1").placed(|title| {
        let _ = title.focus();
    });
    let actions = tag("div", "meet-bar-actions")
        .with(dismisses(calls, text_key!("conference.not_now")))
        .with(button("meet-button meet-primary", approve).text(with_domain(text_key!("conference.consent_join"))));
    super::card(calls, "meet-card")
        .set("role", "group")
        .set("aria-labelledby", id)
        .with(title.text(with_domain(text_key!("conference.consent_title"))))
        .with(tag("p", "").text(by))
        .with(tag("p", "meet-quiet").text(with_domain(text_key!("conference.consent_shares"))))
        .with(token)
        .with(tag("p", "meet-quiet").text(with_domain(text_key!("conference.consent_kept"))))
        .with(not_encrypted(calls, "p", encrypted))
        .with(actions)
}
