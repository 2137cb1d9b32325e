//! What a stand-in is told to do, among it everything that goes wrong with real servers (`meet-iframe.md` 6).

use serde_json::{Value, json};

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
    /// Which release of Meet it stands in for.
    pub release: Release,
}

/// The releases of Meet that differ in something an embedding page notices; `page/release.js` says in what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Release {
    /// An old one, as on servers that nobody updates.
    V1_0_3,
    /// In between.
    V11_6_3,
    /// The newest one that the stand-in was made after.
    #[default]
    V13_2_0,
}

impl Release {
    /// Its number, the key in `page/release.js`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::V1_0_3 => "1.0.3",
            Self::V11_6_3 => "11.6.3",
            Self::V13_2_0 => "13.2.0",
        }
    }
}

/// Whether other pages may frame the room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// No header about it, as on a stock server.
    #[default]
    Allow,
    /// `frame-ancestors 'none'`: the frame's `load` fires, and no event of the API ever comes.
    Forbid,
    /// The same by the older header, `X-Frame-Options: SAMEORIGIN`.
    ForbidOtherOrigins,
}

/// What the server and the page in it do. A server that refuses connections needs no stand-in: take a closed port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// Everything works.
    #[default]
    Normal,
    /// Takes connections (and makes the TLS handshake) and never answers anything.
    Hangs,
    /// Never answers whether it wants a sign-in; the rest works.
    HangsOnWellKnown,
    /// Never answers a request for a room; the rest works, `/.well-known/element/jitsi` too.
    HangsOnPage,
    /// Answers with a page that is no Meet: it loads, and says nothing.
    NoMeet,
    /// Everybody waits in the lobby until [`super::MeetStandIn::admit`] or [`super::MeetStandIn::deny`].
    Lobby,
    /// Every token is wrong: `connection.passwordRequired` that claims not to be fatal, and then nothing.
    RefusesToken,
}

impl Behaviour {
    /// The error that everybody hears who wants in, and waits with.
    pub(super) fn door(self) -> Option<Value> {
        match self {
            Self::Lobby => {
                let name = "conference.connectionError.membersOnly";
                Some(json!({ "name": name, "type": "CONFERENCE", "isFatal": false, "recoverable": true }))
            }
            Self::RefusesToken => Some(token_refused()),
            Self::Normal | Self::Hangs | Self::HangsOnWellKnown | Self::HangsOnPage | Self::NoMeet => None,
        }
    }
}

/// What Meet says of a token that it does not like. It means that it would now ask for a password, and then does not.
pub(super) fn token_refused() -> Value {
    json!({ "name": "connection.passwordRequired", "type": "CONNECTION", "isFatal": false })
}
