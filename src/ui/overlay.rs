//! The conference while another room is on screen: its frame floats, with the ways back and out.

use leptos::prelude::*;

use crate::ids::RoomId;
use crate::meet::session::View;
use crate::text_key;
use crate::ui::Calls;
use crate::ui::drawn::{Draw, redrawn};
use crate::ui::stage::{FrameBox, LeaveButton};

/// The floating conference; once per page. Shows itself while a conference is open and its room is not on screen.
#[component]
pub fn CallOverlay(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    let floating: Memo<Option<RoomId>> = Memo::new(move |_| {
        calls.with_value(|calls| match calls.view() {
            View::Open { room, .. } if !calls.docked() => Some(room),
            _ => None,
        })
    });
    view! {
        {redrawn(move || {
            floating.get().map(|room| {
                let (name, label, back) = calls.with_value(|calls| {
                    let texts = calls.texts();
                    (
                        calls.room_name(&room),
                        texts.get(text_key!("conference.floating")),
                        texts.get(text_key!("conference.back_to_room")),
                    )
                });
                view! {
                    <aside class="meet-floating" aria-label=label>
                        <div class="meet-bar">
                            <strong class="meet-bar-text">{name}</strong>
                            <button
                                type="button"
                                class="meet-button"
                                on:click=move |_| calls.with_value(|calls| calls.show_room(&room))
                            >
                                {back}
                            </button>
                            <LeaveButton calls/>
                        </div>
                        <FrameBox calls on_stage=false/>
                    </aside>
                }
                .drawn()
            })
        })}
    }
}
