//! A conference in a timeline that is the chat's own: the tile of one event.

use leptos::prelude::*;
use serde_json::Value;

use crate::ids::{EventId, RoomId};
use crate::meet::history::{Conference, Outcome, alone};
use crate::ui::Calls;
use crate::ui::buttons::RoomCalls;
use crate::ui::conference_tile::ConferenceTile;
use crate::ui::drawn::{Draw, Drawn, redrawn};
use crate::ui::effect::memo;

/// The tile of the conference that an event began; nothing for any other event.
#[component]
pub fn EventTile(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The timeline's room.
    room: RoomId,
    /// The event, which is looked for in the room's state.
    id: EventId,
    /// The event itself in the client format, for one that is not in the room's state any more.
    given: Option<Value>,
) -> impl IntoView {
    let of = RoomCalls::follow(calls, Signal::stored(room.clone()));
    // Once it has been found it is kept: the end takes it out of the state.
    let known = StoredValue::new(given);
    let conference = memo(move || {
        of.current.track();
        calls.with_value(|calls| {
            if known.with_value(Option::is_none) {
                known.set_value(calls.state_event(&room, &id));
            }
            of.current.facts.with(|facts| {
                let run = facts.as_ref().map_or(&[][..], |facts| &*facts.conferences);
                known.with_value(|event| alone::of_event(event.as_ref()?, run, &|user| calls.name_of(&room, user)))
            })
        })
    });
    let there = memo(move || conference.with(Option::is_some));
    let none = || Conference { widget: "".into(), started: None, edited: false, outcome: Outcome::Ended(None) };
    Drawn::from(redrawn(move || {
        there.get().then(|| {
            let conference = Signal::derive(move || conference.get().unwrap_or_else(none));
            untrack(|| view! { <ConferenceTile of conference/> }.drawn())
        })
    }))
}
