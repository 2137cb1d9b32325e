//! The Meet servers that a person agreed to, each with a way to withdraw that; none of the apps has one.

use leptos::prelude::*;

use crate::meet::MeetDomain;
use crate::text_key;
use crate::ui::Calls;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, focus, held, tag};
use crate::ui::stage::{Engine, filled, text};

/// A list of the Meet servers that are joined without asking, for the settings of a chat.
#[component]
pub fn ConsentList(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    Drawn::from(list(calls))
}

pub(super) fn list(calls: Engine) -> Tag {
    let allowed = memo(move || calls.with_value(|calls| calls.consents().allowed));
    let place = held();
    let row = move |domain: &MeetDomain| {
        let (name, withdrawn) = (domain.to_string(), domain.clone());
        let withdraw = button("meet-button", move |_| {
            calls.with_value(|calls| calls.withdraw_consent(withdrawn.clone()));
            // The button goes with its row.
            focus(place);
        });
        tag("li", "meet-bar")
            .with(tag("span", "meet-bar-text").text(name.as_str()))
            .with(
                withdraw
                    .set("aria-label", filled(calls, text_key!("consents.withdraw_from"), &[("domain", &name)]))
                    .text(text(calls, text_key!("consents.withdraw"))),
            )
            .into()
    };
    let rows = move || {
        let allowed = allowed.get();
        let rows = untrack(|| allowed.iter().map(row).collect::<Vec<Drawn>>());
        (!rows.is_empty()).then(|| Drawn::from(rows))
    };
    let says = move || {
        let none = allowed.with(Vec::is_empty).then_some(text_key!("consents.none"));
        none.map(|none| text(calls, none)).unwrap_or_default()
    };
    tag("div", "meet-consents")
        .with(
            tag("ul", "")
                .set("role", "list")
                .set("tabindex", "-1")
                .set("aria-label", text(calls, text_key!("consents.title")))
                .held(place)
                .with(redrawn(rows)),
        )
        .with(tag("p", "meet-quiet").set("role", "status").words(Box::new(says)))
        .with(unkept(calls))
}

/// That the last answer could not be stored.
pub(super) fn unkept(calls: Engine) -> Tag {
    tag("span", "meet-quiet").set("role", "status").words(Box::new(move || {
        let unkept = calls.with_value(|calls| calls.consents().unkept);
        unkept.map_or_else(String::new, |domain| filled(calls, text_key!("consents.unkept"), &[("domain", &domain)]))
    }))
}
