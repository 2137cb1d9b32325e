//! A small Matrix client of our own: sign-in, sync, rooms, timeline, media. No encryption. The modules without a `cfg` are
//! pure: no DOM, no clock, no requests. `client` sends what they build and feeds back what comes.

pub mod answer;
pub mod backoff;
pub mod discovery;
mod draw;
pub mod event;
pub mod filter;
pub mod item;
pub mod mxc;
pub mod name;
pub mod outbox;
pub mod request;
pub mod room;
pub mod sign_in;
pub mod snapshot;
pub mod store;
pub mod sync;
pub mod timeline;
pub mod view;

#[cfg(target_arch = "wasm32")]
pub mod client;
