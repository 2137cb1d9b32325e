//! The project's commands as a library: what the end-to-end tests share with `cargo xtask demo`.

#[path = "../../tests/meet/server.rs"]
pub mod meet_stand_in;
