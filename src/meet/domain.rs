//! A Meet server's address: `host[:port]`, ASCII, lower case.
//!
//! The grammar is small and strict on purpose: the wrapper page uses it on what a room event says and must know, without
//! the `url` crate and its tables, that `https://` + domain + `/` leads to exactly that host and port in any browser.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::within;

/// A checked Meet domain: a host name, IPv4 or bracketed IPv6 address, with an optional port. Written this way into events;
/// other clients break on more (`mobile.md` 4.3, C1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetDomain(String);

/// Why a text is no Meet domain, or none that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DomainError {
    /// Nothing, or only blanks.
    #[error("it is empty")]
    Empty,
    /// Configuration that is no string.
    #[error("it is no text")]
    NotText,
    /// Longer than a host name can be (253 bytes) with scheme, port and slashes around it.
    #[error("it is too long")]
    TooLong,
    /// A scheme other than `https://` and `http://`.
    #[error("it has a scheme other than https")]
    Scheme,
    /// A blank or control character inside.
    #[error("it has a blank inside")]
    Blank,
    /// `user@host`: what stands before the `@` is easily taken for the host.
    #[error("it has a user name before the host")]
    UserInfo,
    /// A path, for instance a tenant's: other clients would lose it.
    #[error("it has a path; only a host and a port can be given")]
    Path,
    /// A backslash, which browsers take for a slash.
    #[error("it has a backslash")]
    Backslash,
    /// `?` and what follows.
    #[error("it has a query")]
    Query,
    /// `#` and what follows.
    #[error("it has a fragment")]
    Fragment,
    /// Percent-encoding, which hides what the host is.
    #[error("it has percent-encoded characters")]
    Percent,
    /// A name in letters beyond ASCII; its `xn--` form is accepted.
    #[error("it has letters beyond ASCII; give the name's xn-- form")]
    NotAscii,
    /// A character that no host name has.
    #[error("it has a character that no host name has")]
    Character,
    /// A part between dots that is empty, longer than 63 bytes, or begins or ends with a hyphen.
    #[error("a part between its dots is empty, too long, or begins or ends with a hyphen")]
    Label,
    /// It looks like an IPv4 address, as browsers see it, and is no plain one.
    #[error("it is no plain IPv4 address")]
    Ipv4,
    /// Brackets without a valid IPv6 address inside, or one without brackets.
    #[error("it is no IPv6 address in brackets")]
    Ipv6,
    /// No port between 1 and 65535 follows the colon.
    #[error("its port is no number between 1 and 65535")]
    Port,
    /// A host that begins with `http`: Android takes it for a whole URL (`mobile.md` 1.5 and C1), so that no new conference
    /// may be made there.
    #[error("its name begins with http, which Android apps take for a scheme")]
    BeginsWithHttp,
    /// The page's own address: Meet would get at what the chat stores.
    #[error("it is this page's own address")]
    OwnAddress,
}

/// The longest text worth looking at: a host name, port, scheme, and a few blanks and slashes around it.
const LONGEST_TEXT: usize = 300;
/// The longest host name (RFC 1035, 2.3.4, without the length bytes).
const LONGEST_HOST: usize = 253;
/// The longest part of a host name between dots (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

impl MeetDomain {
    /// Reads a domain, accepting what people write: blanks around, a scheme, a trailing slash or dot, `:443`, upper case.
    ///
    /// An `xn--` part is not decoded: a browser may still refuse it, but never takes it for another host.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        if text.len() > LONGEST_TEXT {
            return Err(DomainError::TooLong);
        }
        let text = without_scheme(text)?.trim_end_matches('/');
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        let (mut domain, port) = host_and_port(text)?;
        if let Some(port) = port.filter(|port| *port != 443) {
            domain.push(':');
            push_decimal(&mut domain, port);
        }
        Ok(Self(domain))
    }

    /// The built-in domain of this crate, which a test checks.
    pub(super) fn built_in(domain: &'static str) -> Self {
        Self(domain.into())
    }

    /// `host[:port]`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without the port; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => &self.0,
        }
    }

    /// Whether a *new* conference may be made there: every current client must open the same one (`mobile.md` 4.3, C1).
    pub fn usable_for_new(&self) -> Result<(), DomainError> {
        if self.0.starts_with("http") {
            return Err(DomainError::BeginsWithHttp);
        }
        Ok(())
    }

    /// Whether this is the address of the page at `url`, or of one on the same host and port.
    pub fn is_address_of(&self, url: &str) -> bool {
        let Ok(rest) = without_scheme(url) else {
            return false;
        };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
        Self::parse(authority).is_ok_and(|page| page == *self)
    }

    /// Whether the host is this machine (`localhost`, `127.0.0.0/8`, `[::1]`).
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host == "[::1]" || (host.starts_with("127.") && host.parse::<Ipv4Addr>().is_ok())
    }

    /// Where the server answers: `https://host[:port]`; `http://…` only for a loopback domain opened from a loopback page.
    pub fn origin(&self, page_is_loopback: bool) -> String {
        let scheme = if page_is_loopback && self.is_loopback() { "http://" } else { "https://" };
        let mut origin = String::with_capacity(scheme.len() + self.0.len());
        origin.push_str(scheme);
        origin.push_str(&self.0);
        origin
    }
}

impl fmt::Display for MeetDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads `host[:port]`, without blanks or a scheme: the host as browsers write it, and the port.
pub(crate) fn host_and_port(text: &str) -> Result<(String, Option<u16>), DomainError> {
    if let Some(refused) = text.chars().find_map(never_in_a_domain) {
        return Err(refused);
    }
    let (host, port) = split_port(text)?;
    let host = if let Some(inside) = host.strip_prefix('[') { bracketed(inside)? } else { named(host)? };
    Ok((host, port))
}

/// Takes one `https://` or `http://` off, in either case.
fn without_scheme(text: &str) -> Result<&str, DomainError> {
    // Two steps: the standard library's search for a text of several characters weighs a KB.
    let Some((scheme, rest)) = text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)))
    else {
        return Ok(text);
    };
    if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") {
        return Ok(rest);
    }
    // `host/?next=https://elsewhere` has no scheme of its own; what it has is said by the character check.
    if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) { Err(DomainError::Scheme) } else { Ok(text) }
}

/// What a character means that stands in no domain at all.
fn never_in_a_domain(character: char) -> Option<DomainError> {
    match character {
        '@' => Some(DomainError::UserInfo),
        '/' => Some(DomainError::Path),
        '\\' => Some(DomainError::Backslash),
        '?' => Some(DomainError::Query),
        '#' => Some(DomainError::Fragment),
        '%' => Some(DomainError::Percent),
        _ if character.is_whitespace() || character.is_control() => Some(DomainError::Blank),
        _ if !character.is_ascii() => Some(DomainError::NotAscii),
        _ => None,
    }
}

/// Splits `host:port`; the colons of a bracketed address belong to the host.
fn split_port(text: &str) -> Result<(&str, Option<u16>), DomainError> {
    let (host, rest) = match text.find(']') {
        Some(end) if text.starts_with('[') => text.split_at_checked(end + 1),
        _ => text.find(':').and_then(|colon| text.split_at_checked(colon)),
    }
    .unwrap_or((text, ""));
    if rest.is_empty() {
        return Ok((host, None));
    }
    let port = rest.strip_prefix(':').ok_or(DomainError::Ipv6)?;
    if within::has(port, ":") {
        return Err(DomainError::Ipv6);
    }
    // Five digits at most, and no sign, which `parse` would take.
    let is_number = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(port) if is_number && port > 0 => Ok((host, Some(port))),
        _ => Err(DomainError::Port),
    }
}

/// A host name or an IPv4 address, lower-cased and without its trailing dot.
fn named(host: &str) -> Result<String, DomainError> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return Err(DomainError::Label);
    }
    if host.len() > LONGEST_HOST {
        return Err(DomainError::TooLong);
    }
    let is_host_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if !host.bytes().all(is_host_byte) {
        return Err(DomainError::Character);
    }
    let is_label =
        |label: &str| (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    if !host.split('.').all(is_label) {
        return Err(DomainError::Label);
    }
    let host = host.to_ascii_lowercase();
    // Browsers read any host that ends in a number as an IPv4 address: `127.1`, `0x7f.1` and `2130706433` are all this
    // machine (URL Standard, "ends in a number"). Only the plain form of four numbers is let through.
    let last = host.rsplit('.').next().unwrap_or(&host);
    if is_number(last) && host.parse::<Ipv4Addr>().is_err() {
        return Err(DomainError::Ipv4);
    }
    Ok(host)
}

/// Whether the URL Standard takes a host's last part for a number: decimal digits, or `0x` and hexadecimal ones or none.
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(rest) => rest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// An IPv6 address from what follows its opening bracket, written in the one way of RFC 5952 4.
fn bracketed(inside: &str) -> Result<String, DomainError> {
    let address: Ipv6Addr =
        inside.strip_suffix(']').and_then(|address| address.parse().ok()).ok_or(DomainError::Ipv6)?;
    let parts = address.segments();
    let (zeros_start, zeros_length) = longest_zeros(&parts);
    let mut text = String::from("[");
    for (place, part) in parts.iter().enumerate() {
        let in_zeros = place >= zeros_start && place < zeros_start + zeros_length;
        if !in_zeros {
            if !text.ends_with(['[', ':']) {
                text.push(':');
            }
            push_hexadecimal(&mut text, *part);
        } else if place == zeros_start {
            text.push_str("::");
        }
    }
    text.push(']');
    Ok(text)
}

/// Where the first longest run of two or more zeros is, and how long; length 0 when there is none.
fn longest_zeros(parts: &[u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut run = (0, 0);
    for (place, part) in parts.iter().enumerate() {
        run = match (part, run.1) {
            (0, 0) => (place, 1),
            (0, length) => (run.0, length + 1),
            _ => (0, 0),
        };
        if run.1 >= 2 && run.1 > longest.1 {
            longest = run;
        }
    }
    longest
}

/// Appends a number; the formatting machinery would be a good part of the wrapper's size.
fn push_decimal(text: &mut String, number: u16) {
    let mut divisor = 10_000;
    while divisor > number && divisor > 1 {
        divisor /= 10;
    }
    while divisor > 0 {
        text.extend(char::from_digit(u32::from(number / divisor % 10), 10));
        divisor /= 10;
    }
}

/// Appends a number in hexadecimal without leading zeros.
fn push_hexadecimal(text: &mut String, number: u16) {
    let shifts = [12, 8, 4].into_iter().filter(|shift| number >> shift > 0);
    for shift in shifts.chain([0]) {
        text.extend(char::from_digit(u32::from(number >> shift & 0xf), 16));
    }
}
