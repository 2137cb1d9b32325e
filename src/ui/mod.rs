//! Leptos components that every chat shares: the call buttons and the conference. They reach the chat through
//! `host::Host` only and know nothing of `chat/` or `matrix/`.

use std::sync::atomic::{AtomicU32, Ordering};

pub mod buttons;
pub mod calls;
mod focus;
mod icons;
pub mod overlay;
pub mod stage;
mod words;

pub use buttons::{CallButtons, ServerNote};
pub use calls::Calls;
pub use overlay::CallOverlay;
pub use stage::CallStage;

/// An id for an element of this page, since a page may show one component several times.
fn unique_id(stem: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("{stem}-{}", MADE.fetch_add(1, Ordering::Relaxed))
}
