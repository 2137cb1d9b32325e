//! What the two small pages share, `jitsi.html` and `check.html`: reading their address, language and look, JSON and files without
//! heavy readers, what is remembered, what is shown after a crash.
//!
//! No Leptos, no `ui/`, no `url` crate: size is a feature.

mod address;
pub(crate) mod config;
pub(crate) mod labels;
mod language;

#[cfg(test)]
pub(crate) use address::ADDRESS_LIMIT;
pub(crate) use address::Values;
pub use address::{Page, Theme};
pub use language::{direction_of, translation_for};

#[cfg(target_arch = "wasm32")]
pub(crate) mod crash;
#[cfg(target_arch = "wasm32")]
pub(crate) mod dress;
#[cfg(target_arch = "wasm32")]
pub(crate) mod here;
#[cfg(target_arch = "wasm32")]
pub(crate) mod json;
#[cfg(target_arch = "wasm32")]
pub(crate) mod load;
#[cfg(target_arch = "wasm32")]
pub(crate) mod memory;
