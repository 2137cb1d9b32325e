//! Leptos components that every chat shares: the call buttons and the conference. They reach the chat through
//! `host::Host` only and know nothing of `chat/` or `matrix/`.

mod calls;

pub use calls::{CallButtons, CallStage, Calls, ServerNote};
