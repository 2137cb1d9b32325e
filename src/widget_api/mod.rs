//! The Matrix Widget API, both ends: the chat's ([`ClientSide`]) and the wrapper's ([`WidgetSide`]). Pure: takes messages
//! and times, gives messages and facts. No DOM, no clock: the shell checks which window a message came from, and posts.
//!
//! Sources: the description of the wire in `chat-web.md` 5.2 and 5.4, MSC1236 (widgets), MSC1960 (OpenID), MSC2762 (which
//! settled the message envelope).
//!
//! Both ends use the one wake-up of their owner: a `WakeAt` replaces the one before it.

mod client_side;
mod message;
mod open_id;
mod requests;
mod vocabulary;
mod widget_side;

pub use client_side::{ClientAction, ClientInput, ClientSide, HANG_UP, JOIN};
pub use message::{Direction, Message, Posted};
pub use open_id::{NoOpenId, OpenIdAnswer, OpenIdGrant, OpenIdToken};
pub use requests::ANSWER_LIMIT;
pub use vocabulary::{Device, DeviceStates, Participant};
pub use widget_side::{WidgetAction, WidgetInput, WidgetSide};
