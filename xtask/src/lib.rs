//! The project's commands as a library: what the end-to-end tests share with `cargo xtask demo`.

pub mod bed;
pub mod demo;
pub mod serve;
