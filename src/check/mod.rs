//! The page `check.html`: what the wrapper needs seldom, kept apart from it because everybody else would load it too. It looks either
//! at how the pages are hosted, which is where `jitsi.html` leads to when its address names nothing, or, as
//! `check.html#devices` in a frame of the wrapper's card, at the microphone and the camera, or, as `check.html#calls` by itself or in a
//! frame of the chat, at the servers that calls need.
//!
//! `parameters` decides which of them, `hosting` and `calls` what is to be said of what was found, `devices` what is opened and said of
//! it, and all are pure; `page` is the shell over bare web-sys, a module for each. Texts: `locales/check.*.json`, with
//! `locales/hosting.*.json` for the hosting and `locales/calls.*.json` for calls.

pub mod calls;
mod devices;
mod hosting;
mod parameters;

pub use devices::{DeviceAction, DeviceInput, DeviceView, Look, LookView};
pub use hosting::{Answer, Facts, Finding, HEADERS, Level, findings, words};
pub use parameters::{Parameters, Subject, address};

#[cfg(target_arch = "wasm32")]
pub mod page;
