//! What a stand-in is told to do, among it everything that goes wrong with real servers (`meet-iframe.md` 6).

use serde::Serialize;
use serde_json::Value;

/// How a stand-in behaves. The default is a healthy server over plain http that asks for no token.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Serve over TLS, with a self-signed certificate for these names. `None`: plain http, for loopback alone.
    pub tls: Option<Vec<String>>,
    /// The answer of `/.well-known/element/jitsi`, sent with `Access-Control-Allow-Origin: *`.
    /// `None`: 404 without that header, as a stock nginx answers.
    pub auth_well_known: Option<Value>,
    /// Whether other pages may frame the room.
    pub framing: Framing,
    /// What the server and the page in it do.
    pub behaviour: Behaviour,
}

/// Whether other pages may frame the room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// No header about it, as on a stock server.
    #[default]
    Allow,
    /// `frame-ancestors 'none'`: the frame's `load` fires, and no event of the API ever comes.
    Forbid,
}

/// What the server and the page in it do. A server that refuses connections needs no stand-in: take a closed port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Everything works.
    #[default]
    Normal,
    /// Takes connections (and makes the TLS handshake) and never answers anything.
    Hangs,
    /// Never answers a request for a room; the rest works, `/.well-known/element/jitsi` too.
    HangsOnPage,
    /// Answers with a page that is no Meet: it loads, and says nothing.
    NoMeet,
    /// Everybody waits in the lobby until [`super::MeetStandIn::admit`] or [`super::MeetStandIn::deny`].
    Lobby,
    /// Every token is wrong: `connection.passwordRequired` that claims not to be fatal, and then nothing.
    RefusesToken,
}
