//! Which Meet server a *new* conference uses, and why. Joining never asks here: it uses the widget's own domain.

use serde_json::Value;

use crate::meet::{DomainError, MeetDomain};
use crate::time::Millis;

/// The server when nothing else is configured.
pub const DEFAULT_DOMAIN: &str = "jitsi.riot.im";
/// How often the client well-known is asked for again.
pub const WELL_KNOWN_POLL: Millis = Millis::seconds(2 * 60 * 60);

/// Where a choice came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The client well-known of the user's homeserver.
    WellKnown,
    /// The site's `config.json`.
    Config,
    /// The built-in default.
    BuiltIn,
}

/// A configured value that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stood.
    pub origin: Origin,
    /// The value as it was written.
    pub value: String,
    /// What is wrong with it.
    pub reason: DomainError,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The server for new conferences.
    pub domain: MeetDomain,
    /// Who chose it.
    pub origin: Origin,
    /// Whether two people get a conference too (`useFor1To1Calls`).
    pub conference_for_two: bool,
    /// Better-placed values that could not be used.
    pub refused: Vec<Refused>,
}

/// Chooses the server. `well_known` is the last good document of the user's server (`None`: none was ever read), `config` is
/// the site's `config.json`.
pub fn resolve(well_known: Option<&Value>, config: &Value) -> Choice {
    let _ = (well_known, config);
    todo!()
}

/// The last good client well-known, which survives polls that fail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WellKnownMemory {}

impl WellKnownMemory {
    /// The document to use now.
    pub fn document(&self) -> Option<&Value> {
        todo!()
    }

    /// Takes a poll's answer: `Ok(Some)` a document, `Ok(None)` the server says it has none (404), `Err` the poll failed.
    pub fn polled(&mut self, answer: Result<Option<Value>, ()>) {
        let _ = answer;
        todo!()
    }
}
