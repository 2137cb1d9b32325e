//! Two people who can call each other, and what both the tests and `cargo xtask bench call` do with them.
//!
//! - [`scene`]: the homeserver, the TURN server, the two and their room;
//! - [`party`]: somebody who calls and is called, whatever they do it with;
//! - [`panel`]: whoever does it with our buttons, rings and panels, on [`ours`], our page, or on [`embedded`], the package in a chat on
//!   matrix-js-sdk (`embed/example`);
//! - [`stranger`]: matrix-js-sdk in a page of its own (`tests/js_sdk`);
//! - [`media`]: what a page sends, receives and has open, read by `observer.js` below the page's own code;
//! - [`cases`]: calls as they go between any two parties.

pub(crate) mod cases;
pub(crate) mod embedded;
pub(crate) mod media;
pub(crate) mod ours;
pub(crate) mod panel;
pub(crate) mod party;
pub(crate) mod scene;
pub(crate) mod stranger;

/// What runs before a page's own scripts.
pub(crate) const OBSERVER: &str = include_str!("../observer.js");
