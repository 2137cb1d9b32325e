//! A small Matrix client of our own: sign-in, sync, rooms, timeline, media. No encryption. The modules without a `cfg` are
//! pure: no DOM, no clock, no requests. `client` sends what they build and feeds back what comes.

pub mod account;
pub mod answer;
pub mod backoff;
pub mod discovery;
mod draw;
pub mod event;
pub mod filter;
pub mod item;
mod items;
pub mod live;
mod members;
pub mod mxc;
pub mod name;
pub mod outbox;
pub mod page;
pub mod request;
pub mod room;
pub mod sign_in;
pub mod snapshot;
pub mod store;
pub mod sync;
pub mod timeline;
pub mod view;

#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod bell;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod calling;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
pub mod client;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod fetch;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod images;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod keeping;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod polling;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod running;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod sending;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
mod syncing;
