//! Calls that are another widget than Meet's: those that a service of the site makes (`chat-web.md` 1.5). Any page may be behind such
//! a one, so it opens after a word only, in a frame of its own origin, and may do little. `read` takes it out of a room's state, `address`
//! makes the URL of its frame, `visit` is a person's way through it and `view` what they see of it. Pure.

mod address;
mod read;
mod view;
mod visit;

#[cfg(test)]
mod tests;

pub use address::{Refusal, Target};
pub use read::RoomWidget;
pub(crate) use read::is_one;
pub use view::{Failure, Place, View};
pub use visit::{Action, Input, Visit};
