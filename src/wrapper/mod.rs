//! The wrapper page `jitsi.html`: reads its parameters, talks to the chat that embeds it and to the Meet frame it embeds.
//! The decisions are pure; `page` is the thin shell over bare web-sys. No Leptos, no `ui/`, no `url` crate: size is a feature.

#[cfg(target_arch = "wasm32")]
pub mod page;
