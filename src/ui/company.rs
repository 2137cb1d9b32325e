//! Who is in the conference that is open, and the way to the one where the others are.

use leptos::prelude::*;

use crate::meet::session::{Company, Input, MovesTo, View};
use crate::text_key;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::stage::{Engine, domain_of, filled, text};

/// How many are in it and who, and that the others have left.
pub(super) fn company(calls: Engine, may_end: Memo<bool>) -> Drawn {
    let company = memo(move || match calls.with_value(|calls| calls.view()) {
        View::Open { company, .. } => company,
        _ => Company::default(),
    });
    let count = move || {
        let (count, alone) = company.with(|company| (company.count, company.left_alone));
        match (count, alone) {
            (_, true) if may_end.get() => text(calls, text_key!("conference.alone_end")),
            (_, true) => text(calls, text_key!("conference.alone")),
            (0, _) => String::new(),
            _ => filled(calls, text_key!("conference.people"), &[("count", &count.to_string())]),
        }
    };
    // The names are no part of what is read out: each change would repeat them all.
    let names = tag("span", "meet-quiet").words(Box::new(move || company.with(Company::line)));
    Drawn::from(vec![tag("span", "").set("role", "status").words(Box::new(count)).into(), names.into()])
}

/// The offer to move, while another conference counts that was started at the same moment, or mine was edited.
pub(super) fn move_on(calls: Engine) -> Tag {
    let place = memo(move || match calls.with_value(|calls| calls.view()) {
        View::Open { moves_to: Some(to), .. } => Some((domain_of(to.widget()), matches!(to, MovesTo::Edited(_)))),
        _ => None,
    });
    tag("div", "").set("role", "status").with(redrawn(move || {
        place.get().map(|(domain, edited)| {
            let key = if edited { text_key!("conference.edited") } else { text_key!("conference.elder") };
            let says = filled(calls, key, &[("domain", &domain)]);
            let go = button("meet-button meet-primary", move |_| calls.with_value(|calls| calls.input(Input::Move)))
                .set("data-act", "move")
                .text(text(calls, text_key!("conference.move")));
            tag("div", "meet-bar").with(tag("span", "meet-bar-text").text(says)).with(go).into()
        })
    }))
}
