//! The wrapper page `jitsi.html`: reads its parameters, talks to the chat that embeds it and to the Meet frame it embeds.
//!
//! `parameters`, `site`, `machine` and `view` decide and are pure; `page` is the thin shell over bare web-sys that carries it
//! out. No Leptos, no `ui/`, no `url` crate: size is a feature.

mod language;
mod machine;
mod parameters;
mod site;
mod view;

pub use language::translation_for;
pub use machine::{Action, Input, Machine, Press};
pub use parameters::{ClientAddress, Conference, Page, ParameterError, Parameters, Theme};
pub use site::Site;
pub use view::{Stage, View, Words};

#[cfg(target_arch = "wasm32")]
pub mod page;
