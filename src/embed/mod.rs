//! The calls inside a chat that exists already: what the program of the package `embed/` (`bin/embed.rs`) exports is carried out
//! here. `events` says what the chat is told, `tile` what its timeline shows (both pure); `engines` holds what the chat has opened, and `views` is what it can mount.

pub mod events;
pub mod tile;

#[cfg(all(target_arch = "wasm32", feature = "embed"))]
mod crashes;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
pub mod engines;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
mod front;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
pub mod front_engines;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
pub mod mounted;
#[cfg(all(target_arch = "wasm32", feature = "embed"))]
mod views;
