//! A conference in a timeline: who began it, how it stands, who is in it, and the way in.

use leptos::prelude::*;

use crate::buttons::{Button, Buttons, Kind, Way};
use crate::meet::history::{Conference, Outcome, words};
use crate::text_key;
use crate::ui::buttons::RoomCalls;
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{button, tag};
use crate::ui::stage::text;
use crate::ui::{icons, unique_id};

/// The tile of a conference, for its place in a timeline. Its buttons are those of the stage and do the same as the call buttons: a
/// conference beside the one that counts has none.
#[component]
pub fn ConferenceTile(
    /// The calls of the timeline's room.
    of: RoomCalls,
    /// The conference. It may change; which widget it is may not.
    #[prop(into)]
    conference: Signal<Conference>,
) -> impl IntoView {
    let RoomCalls { calls, room, current } = of;
    let id = conference.with_untracked(|conference| conference.widget.clone());
    let running = move || conference.with(|conference| conference.outcome == Outcome::Running);
    let way = memo({
        let id = id.clone();
        move || {
            let here = |buttons: &Buttons| buttons.offer.as_ref().is_some_and(|offer| offer.widget == id);
            if running() && current.buttons.with(here) { current.way() } else { Way::Nowhere }
        }
    });
    let back = memo({
        let id = id.clone();
        move || {
            let is_in = |buttons: &Buttons| matches!(&buttons.video, Button::ReturnToConference(of) if *of == id);
            running() && current.buttons.with(is_in)
        }
    });
    let company = memo(move || {
        let together = calls.with_value(|calls| calls.together());
        together.filter(|together| running() && together.widget == id && room.with(|room| together.room == *room))
    });
    let say = move |say: fn(&crate::locale::Texts, &Conference) -> String| {
        move || calls.with_value(|calls| conference.with(|conference| say(calls.texts(), conference)))
    };
    let who = move || {
        company.with(|together| {
            let Some(together) = together else { return String::new() };
            calls.with_value(|calls| words::company(calls.texts(), &together.company))
        })
    };
    let why = unique_id("meet-tile-why");
    let why_not = move || match way.get() {
        Way::Closed(_) => current.why_not(calls).unwrap_or_default(),
        Way::In | Way::Nowhere => String::new(),
    };
    // A timeline is read out as it grows: who comes and goes is not, and the stage says it already.
    let says = tag("span", "meet-bar-text")
        .with(tag("strong", "").set("dir", "auto").words(Box::new(say(words::headline))))
        .with(
            tag("span", "meet-quiet")
                .set("aria-live", "off")
                .with(tag("span", "").set("dir", "auto").words(Box::new(say(words::standing))))
                .with(tag("span", "").words(Box::new(who)))
                .with(tag("span", "").set("id", why.as_str()).words(Box::new(why_not))),
        );
    let join = move |class, kind, words: &str| {
        button(class, move |_| {
            calls.with_value(|calls| calls.press_join(&room.get_untracked(), kind));
        })
        .state("aria-disabled", Box::new(move || matches!(way.get(), Way::Closed(_))))
        .set("aria-describedby", why.as_str())
        .text(text(calls, words))
    };
    let leads_in = memo(move || way.get() != Way::Nowhere);
    let actions = redrawn(move || {
        if !leads_in.get() {
            return None;
        }
        let voice = join("meet-button", Kind::Voice, text_key!("conference.join_without_camera"));
        let video = join("meet-button meet-primary", Kind::Video, text_key!("conference.join"));
        let both = tag("span", "meet-bar-actions").with(voice.set("data-act", "join-voice"));
        Some(both.with(video.set("data-act", "join")).into())
    });
    let lead_back = when(
        move || back.get(),
        move || {
            button("meet-button", move |_| {
                calls.with_value(|calls| calls.press(&room.get_untracked(), Kind::Video));
            })
            .set("data-act", "return")
            .text(text(calls, text_key!("conference.return")))
        },
    );
    let outcome = move || Some(if running() { "running" } else { "ended" }.to_owned());
    Drawn::from(
        tag("div", "meet-conference-tile")
            .live("data-outcome", outcome)
            .with(icons::video())
            .with(says)
            .with(actions)
            .with(lead_back),
    )
}
