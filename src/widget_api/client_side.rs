//! The chat's end of the Widget API.

/// One widget as its chat talks to it.
#[derive(Debug)]
pub struct ClientSide {}
