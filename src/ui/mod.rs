//! Leptos components that every chat shares: the call buttons, the conference, and 1:1 calls (`call`). They reach the chat through
//! `host::Host` only and know nothing of `chat/` or `matrix/`.

use std::sync::atomic::{AtomicU32, Ordering};

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

/// An id for an element of this page, since a page may show one component several times.
fn unique_id(stem: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("{stem}-{}", MADE.fetch_add(1, Ordering::Relaxed))
}
