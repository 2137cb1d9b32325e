//! Leptos components that every chat shares: the call buttons and the conference. They reach the chat through
//! `host::Host` only and know nothing of `chat/` or `matrix/`.

pub mod buttons;
pub mod calls;
pub(crate) mod drawn;
mod icons;
pub mod overlay;
pub mod stage;
mod words;

pub use buttons::{CallButtons, ServerNote};
pub use calls::Calls;
pub use overlay::CallOverlay;
pub use stage::CallStage;
