//! Addresses of web servers: `https://host[:port][/path]`, in ASCII.
//!
//! The grammar is small and strict, as that of a [Meet domain](crate::meet::MeetDomain), and for the same reason: what is accepted
//! means the same to every browser (a property test holds it against the `url` crate), without that crate's tables. A name in
//! other letters has to come in its `xn--` form; what a person types is put into it by the browser, see `matrix::client`.

use crate::meet::domain::host_and_port;
use crate::within;

/// A checked address of a web server, without user, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    secure: bool,
    host: String,
    /// As it was written, so that it can be the usual one of the other scheme.
    port: Option<u16>,
    /// With its leading slash.
    path: String,
}

impl Address {
    /// Reads an address with its scheme, `https` or `http`.
    pub fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = within::scheme(text)?;
        let secure = scheme.eq_ignore_ascii_case("https");
        if secure || scheme.eq_ignore_ascii_case("http") { Self::of(secure, rest) } else { None }
    }

    /// Reads what follows the scheme.
    pub fn of(secure: bool, rest: &str) -> Option<Self> {
        let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
        let (host, port) = host_and_port(authority).ok()?;
        let path = if path.is_empty() { "/" } else { path };
        is_plain(path).then(|| Self { secure, host, port, path: path.into() })
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it names more than a server.
    pub fn has_path(&self) -> bool {
        self.path != "/"
    }

    /// Whether the server is on the same machine as the browser.
    pub fn is_loopback(&self) -> bool {
        let ipv4 =
            || self.host.starts_with("127.") && self.host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
        matches!(self.host.as_str(), "localhost" | "[::1]") || self.host.ends_with(".localhost") || ipv4()
    }

    /// Whether somebody else may have this page go there: over https, and to the browser's own machine only where the page is on it as
    /// well. What runs there may trust whoever can reach it.
    pub fn is_open_to(&self, page_is_loopback: bool) -> bool {
        // Systems take "no address", and an IPv4 address in IPv6's clothes, for their own too.
        let own = matches!(self.host.as_str(), "0.0.0.0" | "[::]") || self.host.starts_with("[::ffff:");
        if own || self.is_loopback() { page_is_loopback } else { self.secure }
    }

    /// The same over https or http. A port that only said what the scheme says goes with it.
    pub fn over(self, secure: bool) -> Self {
        let port = self.port.filter(|port| secure == self.secure || *port != usual_port(self.secure));
        Self { secure, port, ..self }
    }

    /// As a browser writes it.
    pub fn text(&self) -> String {
        [&self.origin(), self.path.as_str()].concat()
    }

    /// Whose it is: `host[:port]`, as a browser writes it.
    pub fn authority(&self) -> String {
        match self.port.filter(|port| *port != usual_port(self.secure)) {
            Some(port) => [&self.host, ":", &port.to_string()].concat(),
            None => self.host.clone(),
        }
    }

    /// Its origin (HTML Standard, "origin"), as a browser writes it.
    pub fn origin(&self) -> String {
        [self.scheme(), &self.authority()].concat()
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https://" } else { "http://" }
    }

    /// Without slashes at its end, for what begins with one to be put behind it.
    pub fn base(&self) -> String {
        self.text().trim_end_matches('/').to_owned()
    }
}

fn usual_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// Whether a path is one that browsers leave as it is: no character that they encode or take for another, and no part that means
/// "here" or "up" (URL Standard, "single-dot" and "double-dot" segments, which may be percent-encoded).
fn is_plain(path: &str) -> bool {
    let is_dots =
        |part: &str| matches!(part.to_ascii_lowercase().as_str(), "." | ".." | "%2e" | ".%2e" | "%2e." | "%2e%2e");
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte))
        && !path.split('/').any(is_dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_browsers_write_it() {
        for (text, written) in [
            ("HTTPS://Example.ORG", "https://example.org/"),
            ("https://example.org:443/", "https://example.org/"),
            ("http://example.org:443", "http://example.org:443/"),
            ("http://[0:0::1]:80/a/b//", "http://[::1]/a/b//"),
            ("https://127.0.0.1:8448/%7Ea", "https://127.0.0.1:8448/%7Ea"),
        ] {
            assert_eq!(Address::read(text).map(|address| address.text()).as_deref(), Some(written), "{text}");
        }
    }

    #[test]
    fn what_browsers_would_read_as_something_else_is_refused() {
        for text in [
            "example.org",
            "https:example.org",
            "https://",
            "https:///a",
            "ftp://example.org",
            "https://a@example.org",
            "https://example.org:",
            "https://example.org:0",
            "https://example.org/a?b",
            "https://example.org/a#b",
            "https://example.org/a b",
            "https://example.org/a|b",
            "https://example.org/a\\b",
            "https://example.org/a/../b",
            "https://example.org/%2E/b",
            "https://b\u{fc}cher.example",
            "https://127.1",
        ] {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_port_of_the_scheme_alone_does_not_outlive_it() {
        let over_https = |text: &str| Address::read(text).map(|address| address.over(true).text());
        assert_eq!(over_https("http://example.org:80").as_deref(), Some("https://example.org/"));
        assert_eq!(over_https("http://example.org:8080").as_deref(), Some("https://example.org:8080/"));
    }

    #[test]
    fn somebody_else_leads_to_this_machine_only_where_the_page_is_on_it() {
        let open = |text: &str| [true, false].map(|local| Address::read(text).is_some_and(|it| it.is_open_to(local)));
        for text in
            ["http://localhost:8080/", "https://127.0.0.1/", "https://[::1]", "https://0.0.0.0", "http://[::]:1"]
        {
            assert_eq!(open(text), [true, false], "{text}");
        }
        assert_eq!(open("https://[::ffff:127.0.0.1]/"), [true, false]);
        assert_eq!(open("https://example.org/"), [true, true]);
        assert_eq!(open("http://example.org/"), [false, false]);
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        let is_loopback = |host: &str| Address::of(false, host).is_some_and(|address| address.is_loopback());
        for host in ["localhost:8008", "a.localhost", "127.0.0.1", "127.9.9.9:1", "[::1]:8008"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.org", "127.example.org", "128.0.0.1", "[::2]", "notlocalhost"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
