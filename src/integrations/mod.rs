//! The integration manager (`chat-web.md` 7): a site of somebody else's, in a frame, that puts widgets and bots into a room in my
//! name. Pure: no DOM, no clock, no requests; `chat::integrations` carries out what is decided here.
//!
//! `source` says which manager and whether any, `opening` is the way from an OpenID token to the address of its frame, `terms` what has
//! to be agreed to on that way, `pages` which widgets know a person by that token, `visit` answers what the frame asks for: `widgets` and `people` say what of it may be.

mod opening;
mod pages;
mod people;
mod source;
mod terms;
mod visit;
mod widgets;

#[cfg(test)]
mod tests;

pub use opening::{Ask, Failure, Input, Opening, Step};
pub use pages::{Pages, shown_within, with_token};
pub use source::{Manager, PROVISIONING, USER_WIDGETS, choose, is_on, manager_of_pages, switched};
pub use terms::{ACCEPTED, Policy, with_accepted};
pub use visit::{Deed, Reply, Seen, Visit};
