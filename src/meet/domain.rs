//! A Meet server's address: `host[:port]`, ASCII, lower case.

use std::fmt;

/// A checked Meet domain: a host name, IPv4 or bracketed IPv6 address, with an optional port. Written this way into events;
/// other clients break on more (`mobile.md` 4.3, C1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetDomain(String);

/// Why a text is no Meet domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Nothing, or only blanks.
    #[error("it is empty")]
    Empty,
}

impl MeetDomain {
    /// Reads a domain, accepting what people write: blanks around, a scheme, a trailing slash or dot, `:443`, upper case.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let _ = text;
        todo!()
    }

    /// `host[:port]`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the host is this machine (`localhost`, `127.0.0.0/8`, `[::1]`).
    pub fn is_loopback(&self) -> bool {
        todo!()
    }

    /// Where the server answers: `https://host[:port]`; `http://…` only for a loopback domain opened from a loopback page.
    pub fn origin(&self, page_is_loopback: bool) -> String {
        let _ = page_is_loopback;
        todo!()
    }
}

impl fmt::Display for MeetDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
