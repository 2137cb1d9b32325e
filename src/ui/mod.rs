//! Leptos components that every chat shares: the call buttons, the conference, and 1:1 calls (`call`). They reach the chat through
//! `host::Host` only and know nothing of `chat/` or `matrix/`.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::browser::frames;

pub mod buttons;
pub mod call;
pub mod call_check;
pub mod calls;
mod closing;
mod company;
mod conference_rings;
pub mod conference_tile;
pub mod consents;
pub(crate) mod drawn;
pub(crate) mod effect;
pub(crate) mod element;
mod focus;
mod icons;
pub(crate) mod kept_rooms;
pub mod overlay;
pub mod peer_calls;
pub mod settings;
pub mod stage;
mod switch_card;
mod ways;
mod words;

pub use buttons::{CallButtons, RoomCalls, ServerNote};
pub use call::CallLayer;
pub use call_check::CallCheck;
pub use calls::Calls;
pub use conference_tile::ConferenceTile;
pub use consents::ConsentList;
pub use overlay::CallOverlay;
pub use settings::{CallSettings, RoomRing};
pub use stage::CallStage;

/// For a panic hook: says why in the console, and ends the conference and the calls that are open, since no button works any more.
pub fn end_after_panic(panic: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(panic);
    frames::remove_all();
    peer_calls::crashed();
}

/// The styles of the components, for a `<style>` or an adopted style sheet of the page. Colours, radius and the size of a target are custom
/// properties that the page may set; light or dark follows its `color-scheme`.
pub const STYLES: &str = concat!(include_str!("../../assets/calls.css"), include_str!("../../assets/peer-calls.css"));

/// An id for an element of this page, since a page may show one component several times.
fn unique_id(stem: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("{stem}-{}", MADE.fetch_add(1, Ordering::Relaxed))
}
