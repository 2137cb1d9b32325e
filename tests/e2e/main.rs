//! The whole product in real browsers against a real homeserver: `cargo xtask test e2e`.

mod browser;
mod meet_stand_in;
