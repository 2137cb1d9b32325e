//! The Matrix Widget API, both ends: the chat's ([`ClientSide`]) and the wrapper's ([`WidgetSide`]). Pure: takes messages
//! and times, gives messages and facts. Sources: the Widget API's description in `chat-web.md` 4 and 5, MSC1236, MSC1960,
//! MSC2762.

mod client_side;
mod message;
mod widget_side;

pub use client_side::ClientSide;
pub use message::Message;
pub use widget_side::WidgetSide;
