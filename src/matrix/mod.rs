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

#[cfg(target_arch = "wasm32")]
mod bell;
#[cfg(target_arch = "wasm32")]
mod calling;
#[cfg(target_arch = "wasm32")]
pub mod client;
#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(target_arch = "wasm32")]
mod images;
#[cfg(target_arch = "wasm32")]
mod keeping;
#[cfg(target_arch = "wasm32")]
mod polling;
#[cfg(target_arch = "wasm32")]
mod running;
#[cfg(target_arch = "wasm32")]
mod sending;
#[cfg(target_arch = "wasm32")]
mod syncing;
