//! The chat page's own views: sign-in, room list, timeline, composer, members. They use the call components as a stranger
//! would, through `ui` and `host`, and draw what `matrix::view` says.
//!
//! `start` leads to the first paint, `app` chooses between sign-in and chat, `session` holds a signed-in client and the
//! signals that the views draw. Signals hold plain data; the client stays outside of them.

mod account;
mod app;
mod avatar;
mod call_tile;
mod composer;
mod connection;
mod crash;
mod filter_field;
mod icons;
mod integrations;
mod invitation;
mod keyed;
mod keys;
mod layout;
mod members;
mod message;
mod names;
mod page;
mod room;
mod room_list;
mod route;
mod session;
mod sign_in;
mod start;
mod theme;
mod time;
mod timeline;
mod trouble;

use page::text;

pub use start::start;
