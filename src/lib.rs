//! Call buttons, 1:1 calls and Meet (Jitsi Meet) conferences for a Matrix web chat.
//!
//! The pure core (everything without a `cfg` below) decides; it knows no DOM, no clock, no randomness and no futures,
//! and is tested natively. The shell (wasm32 only) carries its decisions out. `docs/design.md` has the map.

pub mod address;
pub mod buttons;
pub mod call;
pub mod check;
pub mod embed;
pub mod grouping;
pub mod host;
pub mod ids;
pub mod iframe_api;
pub mod inbox;
pub mod integrations;
pub mod json;
pub mod linkify;
pub mod locale;
pub mod matrix;
pub mod meet;
pub mod one_line;
pub mod ordered;
pub mod page;
pub mod room;
pub mod room_widget;
pub mod secret;
pub mod site;
pub mod switching;
pub mod time;
pub mod widget_api;
pub mod wrapper;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(all(target_arch = "wasm32", feature = "chat"))]
pub mod chat;
#[cfg(all(target_arch = "wasm32", feature = "components"))]
pub mod ui;
