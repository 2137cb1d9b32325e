//! Tests of the pure core that need more than one module or a fixture.

mod address;
mod buttons;
mod calls;
mod consent;
mod created;
mod domain;
mod frame;
mod garbage;
mod golden;
mod hostile;
mod manager;
mod preferences;
mod rooms;
mod server;
mod split;
