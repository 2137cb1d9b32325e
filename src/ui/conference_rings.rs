//! The toast of a conference that rings. As that of a call, it does not take the keyboard from who is typing: it is read out, and lies
//! early in the order of the focus.

use leptos::prelude::*;

use crate::buttons::Kind;
use crate::meet::ringing::Ring;
use crate::text_key;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, tag};
use crate::ui::stage::{Engine, filled, text};
use crate::ui::{Calls, unique_id};

/// All that rings, and what is read out about the newest.
pub(super) fn conference_rings(calls: Engine) -> Drawn {
    let rings = memo(move || calls.with_value(Calls::rings));
    let announced = move || rings.with(|rings| rings.last().map(|ring| words(calls, ring))).unwrap_or_default();
    // Always an element: what is drawn anew takes the place of what was there.
    let toasts = redrawn(move || {
        let each = rings.with(|rings| rings.iter().map(|ring| toast(calls, ring).into()).collect::<Vec<Drawn>>());
        tag("div", "meet-notices").with(each)
    });
    tag("div", "meet-rings")
        .with(tag("p", "meet-unseen").set("aria-live", "assertive").words(Box::new(announced)))
        .with(toasts)
        .into()
}

fn words(calls: Engine, ring: &Ring) -> String {
    let name = calls.with_value(|calls| calls.name_of(&ring.room, &ring.widget.creator));
    filled(calls, text_key!("conference.rings"), &[("name", &name)])
}

fn toast(calls: Engine, ring: &Ring) -> Tag {
    let id = unique_id("meet-conference-ring");
    let room = calls.with_value(|calls| calls.room_name(&ring.room));
    let join = |class, kind, key| {
        let room = ring.room.clone();
        button(class, move |_| {
            calls.with_value(|calls| {
                calls.show_room(&room);
                calls.press_join(&room, kind);
                // Also where the press leads to a question, or to words about why not: those are in the room.
                calls.decline(&room);
            });
        })
        .text(text(calls, key))
    };
    let room_of_no = ring.room.clone();
    let decline = button("meet-button meet-danger", move |_| calls.with_value(|calls| calls.decline(&room_of_no)))
        .text(text(calls, text_key!("peer_call.decline")));
    let answers = tag("div", "meet-answers")
        .with(join("meet-button meet-accept", Kind::Video, text_key!("conference.join")).set("data-act", "join"))
        .with(
            join("meet-button", Kind::Voice, text_key!("conference.join_without_camera")).set("data-act", "join-voice"),
        )
        .with(decline.set("data-act", "decline"));
    let quiet_room = ring.room.clone();
    let quiet = button("meet-button meet-small", move |_| {
        calls.with_value(|calls| {
            // What rings in the other tabs is answered too.
            calls.decline(&quiet_room);
            calls.set_rings_in(&quiet_room, false);
        });
    })
    .set("data-act", "quiet")
    .text(text(calls, text_key!("conference.quiet_room")));
    let who = tag("div", "meet-words")
        .set("id", id.as_str())
        .with(tag("strong", "").set("dir", "auto").text(room))
        .with(tag("span", "").set("dir", "auto").text(words(calls, ring)));
    tag("div", "meet-ring meet-conference-ring")
        .set("role", "alertdialog")
        .set("aria-labelledby", id)
        .set("data-room", ring.room.as_str())
        .with(tag("div", "meet-who").with(who))
        .with(answers)
        .with(tag("div", "meet-answers").with(quiet))
}
