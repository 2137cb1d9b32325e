//! Sources, by which policies name servers (CSP 3, 2.3.1), and which origins they cover (CSP 3, "Does url match expression in origin").

/// A source or an origin, in lower case and in its parts; what is not there is empty.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Source<'a> {
    scheme: &'a str,
    /// A name, `*`, or `*.` and a name; an address in brackets without the second. A keyword, `'none'` for one, stands here too, and is the name of no server.
    pub(super) host: &'a str,
    /// A number, or `*`.
    port: &'a str,
    /// Without the slash it begins with.
    pub(super) path: &'a str,
}

impl<'a> Source<'a> {
    /// Reads an origin, as `location.origin` has it.
    pub(super) fn of_origin(origin: &'a str) -> Self {
        Self::read(origin, &Self::default())
    }

    /// The origin of `host[:port]` over https.
    pub(super) fn of_https(domain: &'a str) -> Self {
        Self::read(domain, &Self { scheme: "https", ..Self::default() })
    }

    /// Reads a source in a policy of the page of this origin, which lends it the scheme where it has none.
    #[inline(never)]
    pub(super) fn read(text: &'a str, own: &Self) -> Self {
        if text == "'self'" {
            return *own;
        }
        let (scheme, rest) = match text.split_once(':') {
            // A scheme alone, and `*` alone, leave the port open too.
            Some((scheme, "")) => (scheme, "*:*"),
            Some((scheme, rest)) if rest.starts_with('/') => (scheme, rest.strip_prefix("//").unwrap_or(rest)),
            None if text == "*" => (own.scheme, "*:*"),
            _ => (own.scheme, text),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        // The colons of an address in brackets are its own.
        let end = if host.starts_with('[') { ']' } else { ':' };
        let (host, port) = host.split_once(end).unwrap_or((host, ""));
        Self { scheme, host, port: port.strip_prefix(':').unwrap_or(port), path }
    }

    /// Whether this origin is among what the source names, at any path. `http` covers `https` too, with the ports of both.
    #[inline(never)]
    pub(super) fn covers(&self, origin: &Self) -> bool {
        let scheme = self.scheme == origin.scheme || self.scheme == "http" && origin.scheme == "https";
        let host = match self.host.strip_prefix('*') {
            Some(below) => below.is_empty() || below.starts_with('.') && origin.host.ends_with(below),
            None => self.host == origin.host,
        };
        let is_usual = self.port == self.usual_port() || self.port == origin.usual_port();
        let port = self.port == "*" || self.port == origin.port || origin.port.is_empty() && is_usual;
        scheme && host && port
    }

    /// Whether it is a word about the page itself, which names no server.
    pub(super) fn is_keyword(&self) -> bool {
        self.host.starts_with('\'')
    }

    /// Whether it names servers of the web, not an app's pages or data.
    pub(super) fn is_web(&self) -> bool {
        matches!(self.scheme, "https" | "http") && !self.is_keyword()
    }

    /// Whether it can stand for an origin such as this one, or for any of `https`, and not for all of a scheme.
    pub(super) fn is_origin(&self, like: Option<&Self>) -> bool {
        self.host != "*" && self.scheme == like.map_or("https", |like| like.scheme)
    }

    fn usual_port(&self) -> &'static str {
        if self.scheme == "http" { "80" } else { "443" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(source: &str, origin: &str) -> bool {
        Source::read(source, &Source::of_origin("https://wrapper.test")).covers(&Source::of_origin(origin))
    }

    #[test]
    fn a_host_is_covered_by_its_name_and_by_a_wildcard_above_it() {
        for (source, covered) in [
            ("https://chat.example.org", true),
            ("chat.example.org", true),
            ("https://*.example.org", true),
            ("*.example.org", true),
            ("*.org", true),
            ("*", true),
            ("https://*", true),
            ("*.chat.example.org", false),
            ("*chat.example.org", false),
            ("https://example.org", false),
            ("https://achat.example.org", false),
            ("'none'", false),
            ("'self'", false),
            ("", false),
        ] {
            assert_eq!(covers(source, "https://chat.example.org"), covered, "{source}");
        }
        assert!(!covers("*.example.org", "https://example.org"), "a wildcard stands for one name at least");
        assert!(covers("'self'", "https://wrapper.test"));
    }

    #[test]
    fn http_covers_https_and_not_the_other_way() {
        let origin = "https://chat.example.org";
        assert!(covers("http:", origin) && covers("https:", origin) && covers("http://chat.example.org", origin));
        assert!(!covers("data:", origin) && !covers("app:", origin) && !covers("app://chat.example.org", origin));
        for source in ["https:", "https://chat.example.org", "chat.example.org"] {
            assert!(!covers(source, "http://chat.example.org"), "{source}");
        }
    }

    #[test]
    fn a_source_without_a_scheme_takes_the_page_s() {
        let source = Source::read("chat.example.org", &Source::of_origin("http://127.0.0.1:8080"));
        assert!(source.covers(&Source::of_origin("http://chat.example.org")));
        assert!(source.covers(&Source::of_origin("https://chat.example.org")));
    }

    #[test]
    fn ports_are_the_scheme_s_own_any_or_the_one_that_is_named() {
        for (source, origin, covered) in [
            ("https://meet.test", "https://meet.test:8443", false),
            ("https://meet.test:8443", "https://meet.test:8443", true),
            ("https://meet.test:8443", "https://meet.test", false),
            ("https://meet.test:443", "https://meet.test", true),
            ("meet.test:443", "https://meet.test", true),
            ("http://meet.test:443", "https://meet.test", true),
            ("http://meet.test:80", "https://meet.test", true),
            ("https://meet.test:80", "https://meet.test", false),
            ("meet.test:*", "https://meet.test", true),
            ("meet.test:*", "https://meet.test:8443", true),
            ("*:8443", "https://meet.test:8443", true),
            ("*:8443", "https://meet.test", false),
            ("https:", "https://meet.test:8443", true),
            ("*", "https://meet.test:8443", true),
            ("https://*", "https://meet.test:8443", false),
            ("https://*:*", "https://meet.test:8443", true),
            ("https://[::1]:8443", "https://[::1]:8443", true),
            ("https://[::1]", "https://[::1]", true),
        ] {
            assert_eq!(covers(source, origin), covered, "{source} {origin}");
        }
    }

    #[test]
    fn a_path_does_not_change_which_server_is_meant() {
        let own = Source::of_origin("https://wrapper.test");
        for (source, path) in [
            ("https://chat.example.org/", ""),
            ("https://chat.example.org/app", "app"),
            ("chat.example.org:443/a/b", "a/b"),
            ("chat.example.org/a:b", "a:b"),
        ] {
            assert!(covers(source, "https://chat.example.org"), "{source}");
            assert_eq!(Source::read(source, &own).path, path);
        }
    }
}
