//! A real Matrix test bed on loopback: Synapse, coturn and people who live on them.
//!
//! `cargo xtask demo` and the end-to-end tests start their servers here, in directories of their own, so that any number of
//! beds run side by side. Nothing listens elsewhere than on 127.0.0.1, and nothing outlives the process that started it.
//!
//! - [`Synapse`] and [`Coturn`]: one server each, started, awaited, stopped;
//! - [`Person`]: an account and the client-server calls that make rooms, talk in them and look at them;
//! - [`WebServer`]: nginx and Caddy, as people host the pages on them;
//! - [`village`]: the people and rooms of the demo;
//! - [`Scratch`]: a directory for a bed that lasts as long as a test.

mod coturn;
mod daemon;
mod person;
mod picture;
mod ports;
mod requests;
mod rooms;
mod scratch;
mod secrets;
mod synapse;
mod synapse_config;
pub mod village;
mod web_server;

pub use coturn::{Coturn, TurnSettings};
pub use person::Person;
pub use picture::portrait;
pub(crate) use ports::is_free;
pub use ports::{free_port, listener};
pub use requests::{Refused, client, percent_encode};
pub use rooms::RoomSpec;
pub use scratch::Scratch;
pub use synapse::{Synapse, SynapseSettings};
pub use web_server::{Hosting, WebServer};
