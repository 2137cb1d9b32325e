//! What rings: on this device, how loud, and in which rooms not; and the switch of one room.

use leptos::prelude::*;

use super::tick;
use crate::ids::RoomId;
use crate::meet::preferences::RingSound;
use crate::text_key;
use crate::ui::Calls;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, button, focus, held, tag};
use crate::ui::stage::{Engine, filled, text};

/// A room's switch: whether a conference that somebody begins there rings on this device.
#[component]
pub fn RoomRing(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room.
    #[prop(into)]
    room: Signal<RoomId>,
) -> impl IntoView {
    let on = move || room.with(|room| calls.with_value(|calls| calls.preferences().rings_in(room)));
    let wanted = move |rings| {
        calls.with_value(|calls| {
            calls.choose(&|chosen| {
                // Whoever wants this room to ring wants rings.
                chosen.ring |= rings;
                chosen.set_rings_in(&room.get_untracked(), rings);
            });
        });
    };
    let switch = tick(text(calls, text_key!("settings.room_ring")), Box::new(on), Box::new(wanted));
    Drawn::from(tag("div", "meet-room-ring").with(switch))
}

/// Puts what is about ringing into its part.
pub(super) fn fill(calls: Engine, part: Tag) -> Tag {
    let chosen = memo(move || calls.with_value(|calls| calls.preferences()));
    let rings = move || chosen.with(|chosen| chosen.ring);
    let want = move |rings| calls.with_value(|calls| calls.choose(&|chosen| chosen.ring = rings));
    let options = redrawn(move || {
        let now = chosen.with(|chosen| chosen.sound);
        let option = |sound: RingSound| {
            let key = match sound {
                RingSound::Never => text_key!("settings.sound_never"),
                RingSound::SmallRooms => text_key!("settings.sound_small_rooms"),
                RingSound::Always => text_key!("settings.sound_always"),
            };
            let option = tag("option", "").set("value", sound.name()).text(text(calls, key));
            if sound == now { option.set("selected", "") } else { option }.into()
        };
        RingSound::ALL.into_iter().map(option).collect::<Vec<Drawn>>()
    });
    let sound =
        tag("select", "").mark("disabled", Box::new(move || !rings())).with(options).on("change", move |event| {
            if let Some(sound) = RingSound::named(&event_target_value(event)) {
                calls.with_value(|calls| calls.choose(&|chosen| chosen.sound = sound));
            }
        });
    part.with(tick(text(calls, text_key!("settings.ring")), Box::new(rings), Box::new(want)).set("data-set", "ring"))
        .with(
            tag("label", "meet-chooser")
                .with(tag("span", "").text(text(calls, text_key!("settings.sound"))))
                .with(sound),
        )
        .with(tag("p", "meet-quiet").text(text(calls, text_key!("settings.ring_hint"))))
        .with(quiet_rooms(calls))
}

/// The rooms that do not ring here, each with a way back.
fn quiet_rooms(calls: Engine) -> Tag {
    let rooms = memo(move || calls.with_value(|calls| calls.preferences().quiet_rooms().to_vec()));
    let place = held();
    let row = move |room: &RoomId| {
        let mut name = calls.with_value(|calls| calls.room_name(room));
        if name.is_empty() {
            name = room.to_string();
        }
        let room = room.clone();
        let again = button("meet-button", move |_| {
            calls.with_value(|calls| calls.set_rings_in(&room, true));
            // The button goes with its row.
            focus(place);
        })
        .set("aria-label", filled(calls, text_key!("settings.ring_again_in"), &[("room", &name)]))
        .text(text(calls, text_key!("settings.ring_again")));
        tag("li", "meet-bar").with(tag("span", "meet-bar-text").set("dir", "auto").text(name)).with(again).into()
    };
    let rows = redrawn(move || {
        let rooms = rooms.get();
        let rows = untrack(|| rooms.iter().map(row).collect::<Vec<Drawn>>());
        (!rows.is_empty()).then(|| Drawn::from(rows))
    });
    let title = text(calls, text_key!("settings.quiet_rooms"));
    tag("div", "meet-consents").with(
        tag("div", "")
            .set("role", "group")
            .set("tabindex", "-1")
            .set("aria-label", title.as_str())
            .held(place)
            .with(tag("p", "meet-quiet").shown(Box::new(move || rooms.with(|rooms| !rooms.is_empty()))).text(title))
            .with(
                tag("ul", "")
                    .set("role", "list")
                    .shown(Box::new(move || rooms.with(|rooms| !rooms.is_empty())))
                    .with(rows),
            ),
    )
}
