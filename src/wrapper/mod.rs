//! The wrapper page `jitsi.html`: reads its parameters, talks to the chat that embeds it and to the Meet frame it embeds.
//!
//! `parameters`, `site`, `machine`, `names` and `view` decide and are pure; `page` is the thin shell over bare web-sys that carries it
//! out. No Leptos, no `ui/`, no `url` crate: size is a feature.

mod app;
mod devices;
mod machine;
mod names;
mod parameters;
mod site;
mod token;
mod view;

pub use app::{Phone, app_link};
pub use devices::{DeviceAction, DeviceInput, DevicesView};
pub use machine::{Action, Input, Machine, Press};
pub use parameters::{ClientAddress, Conference, ParameterError, Parameters};
pub use site::Site;
pub use token::SECRET;
pub use view::{Stage, View, Words};

#[cfg(target_arch = "wasm32")]
pub mod page;
