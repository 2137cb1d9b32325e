//! The project's commands as a library: what the end-to-end tests share with `cargo xtask demo`.
//!
//! - [`setup`] finds or installs what a command needs and says where it is;
//! - [`pages`] builds both pages into `dist/`;
//! - [`size`] weighs them against the budgets;
//! - [`suites`] runs the tests;
//! - [`process`] and [`workspace`] are what all of them stand on.

pub mod pages;
pub mod process;
pub mod setup;
pub mod size;
pub mod suites;
pub mod workspace;
