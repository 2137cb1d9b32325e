//! The whole product in real browsers against a real homeserver: `cargo xtask test e2e`. One test alone:
//! `cargo xtask test e2e its_name`; with the browser on screen: `--visible`.

mod bed;
mod browser;
mod chat;
mod conference;
mod meet_stand_in;
mod scene;
