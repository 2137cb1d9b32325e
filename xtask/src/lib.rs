//! The project's commands as a library: what the end-to-end tests share with `cargo xtask demo`.
//!
//! - [`setup`] finds or installs what a command needs and says where it is;
//! - [`pages`] builds the pages into `dist/`;
//! - [`package`] puts the npm package together;
//! - [`size`] weighs them against the budgets;
//! - [`suites`] runs the tests, [`bench`] measures;
//! - [`bed`] runs real homeservers and TURN servers with people and rooms, [`serve`] the built pages;
//! - [`meet_stand_in`] stands in for a Meet server (`tests/meet/README.md`);
//! - [`manager_stand_in`] stands in for an integration manager (`tests/manager/README.md`);
//! - [`demo`] puts all of that together for trying the product out;
//! - [`process`] and [`workspace`] are what all of them stand on.

pub mod bed;
pub mod bench;
pub mod demo;
#[path = "../../tests/manager/server.rs"]
pub mod manager_stand_in;
#[path = "../../tests/meet/server.rs"]
pub mod meet_stand_in;
pub mod package;
pub mod pages;
pub mod process;
pub mod serve;
pub mod setup;
pub mod size;
pub mod suites;
pub mod workspace;
