//! A small Matrix client of our own: sign-in, sync, rooms, timeline, media. No encryption. Pure but for `client`, which
//! sends what the rest builds and feeds back what comes.

pub mod view;

#[cfg(target_arch = "wasm32")]
pub mod client;
