//! Whether a Meet server wants to know who joins: `https://<domain>/.well-known/element/jitsi` (`chat-web.md` 2.3).

use serde_json::Value;

use crate::time::Millis;

/// How long the answer may take; after that the conference is made without sign-in.
pub const AUTH_LOOKUP_LIMIT: Millis = Millis::seconds(5);

/// A way of signing in to a conference that the widget event can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// A token that wraps a Matrix OpenID token: `openidtoken-jwt`.
    OpenIdTokenJwt,
}

impl Auth {
    /// Its name in `data.auth` and in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenIdTokenJwt => "openidtoken-jwt",
        }
    }

    /// Reads the name; an unknown one is no sign-in that we know.
    pub fn read(name: &str) -> Option<Self> {
        (name == Self::OpenIdTokenJwt.as_str()).then_some(Self::OpenIdTokenJwt)
    }

    /// Reads the well-known document of the Meet server.
    pub fn from_well_known(document: &Value) -> Option<Self> {
        document.get("auth").and_then(Value::as_str).and_then(Self::read)
    }
}
