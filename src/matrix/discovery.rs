//! From what a person typed to a homeserver (Client-Server API, "Well-known URI" and "Server Discovery"), as a machine:
//! [`Discovery::start`] and [`Discovery::answered`] say what to ask next.

use serde_json::Value;

use crate::address::Address;
use crate::host::HostError;
use crate::json;
use crate::matrix::answer::Answer;
use crate::matrix::request::{self, Request};
use crate::matrix::view::SignInError;
use crate::within;

/// The largest client well-known that is taken, in bytes; it is kept in a storage of a few megabytes.
const LARGEST_DOCUMENT: usize = 64 << 10;

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Send this to this base URL; `None` as the answer means that nothing answered.
    Ask(String, Request),
    /// This is the homeserver's base URL, without a trailing slash.
    Found(String),
    /// There is none.
    Failed(SignInError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    WellKnown,
    /// Versions, of an address that the well-known named, or of the typed one.
    Versions {
        from_well_known: bool,
    },
}

/// A discovery under way.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// Base URLs to try, the next one last.
    candidates: Vec<String>,
    /// The base URL being asked.
    base: String,
    /// What the person knows this server by.
    typed: String,
    /// The person typed a URL: a broken well-known beside it does not matter, since it would only have led to the URL.
    scheme_was_typed: bool,
    asked: Asked,
}

impl Discovery {
    /// Starts from `example.org`, `example.org:8448`, a URL, or a user id, in ASCII. A name without a scheme means https; for an address
    /// of this machine http is tried first, and only there it is spoken at all.
    pub fn start(typed: &str) -> Result<(Self, Step), SignInError> {
        let typed = typed.trim();
        let address = match typed.strip_prefix('@') {
            Some(user) => user.split_once(':').ok_or(SignInError::BadAddress)?.1,
            None => typed,
        };
        if address.is_empty() || address.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(SignInError::BadAddress);
        }
        let scheme_was_typed = within::scheme(address).is_some();
        let server = if scheme_was_typed { Address::read(address) } else { Address::of(true, address) };
        let mut server = server.ok_or(SignInError::BadAddress)?;
        if !scheme_was_typed && server.has_path() {
            return Err(SignInError::BadAddress);
        }
        let mut candidates = Vec::new();
        if !server.is_loopback() {
            // Whoever types http://example.org means the server, not an open wire.
            server = server.over(true);
        } else if !scheme_was_typed {
            candidates.push(server.base());
            // Not `over`: a port that was typed is meant.
            server = Address::of(false, address).ok_or(SignInError::BadAddress)?;
        }
        let base = server.base();
        let asked = if server.has_path() {
            // A path is a homeserver's base URL in full.
            Asked::Versions { from_well_known: false }
        } else {
            Asked::WellKnown
        };
        let discovery = Self { candidates, base, typed: address.to_owned(), scheme_was_typed, asked };
        let step = discovery.ask();
        Ok((discovery, step))
    }

    /// Takes the answer to the last question.
    pub fn answered(&mut self, answer: Option<&Answer>) -> Step {
        match self.asked {
            Asked::WellKnown => self.well_known_answered(answer),
            Asked::Versions { from_well_known } => self.versions_answered(answer, from_well_known),
        }
    }

    fn ask(&self) -> Step {
        let request = match self.asked {
            Asked::WellKnown => request::well_known(),
            Asked::Versions { .. } => request::versions(),
        };
        Step::Ask(self.base.clone(), request)
    }

    fn well_known_answered(&mut self, answer: Option<&Answer>) -> Step {
        let broken = Step::Failed(SignInError::BadWellKnown(self.typed.clone()));
        let named = match answer {
            // Nothing there, or a browser that may not read it, which looks the same.
            None => None,
            Some(answer) if answer.status == 404 => None,
            Some(answer) => match base_url_in(answer) {
                // FAIL_PROMPT: a person who typed a URL has given what the prompt would ask for.
                None if self.scheme_was_typed => None,
                None => return broken,
                Some(named) => match acceptable_base(&named, &self.base) {
                    None => return broken,
                    base => base,
                },
            },
        };
        let from_well_known = named.is_some();
        if let Some(base) = named {
            self.base = base;
        }
        self.asked = Asked::Versions { from_well_known };
        self.ask()
    }

    fn versions_answered(&mut self, answer: Option<&Answer>, from_well_known: bool) -> Step {
        let error = match answer {
            Some(answer) if names_versions(answer) => return Step::Found(self.base.clone()),
            Some(_) if from_well_known => SignInError::BadWellKnown(self.typed.clone()),
            Some(_) => SignInError::NotMatrix(self.typed.clone()),
            None if from_well_known => SignInError::Unreachable(self.base.clone()),
            None => SignInError::Unreachable(self.typed.clone()),
        };
        match self.candidates.pop() {
            Some(next) if !from_well_known => {
                self.base = next;
                self.asked = Asked::WellKnown;
                self.ask()
            }
            _ => Step::Failed(error),
        }
    }
}

/// The base URL that a server names in a well-known or a login answer, made usable: https, or http on this machine when the
/// server that says so (`said_by`) is on this machine too; without a trailing slash.
pub fn acceptable_base(named: &str, said_by: &str) -> Option<String> {
    let named = Address::read(named)?;
    let local = || named.is_loopback() && Address::read(said_by).is_some_and(|by| by.is_loopback());
    (named.is_secure() || local()).then(|| named.base())
}

/// Where the client well-known of a user id's server is asked for, in this order. http only for a server on this machine,
/// and only by a page that came from this machine over http itself (`page_is_local`); there it comes first, since a server
/// without TLS may leave a TLS greeting unanswered for long.
pub fn well_known_bases(server_name: &str, page_is_local: bool) -> Vec<String> {
    let read = |secure| Address::of(secure, server_name).filter(|server| !server.has_path());
    let http = read(false).filter(|server| page_is_local && server.is_loopback());
    http.iter().chain(&read(true)).map(Address::base).collect()
}

/// What a poll of the client well-known tells: `Ok(Some)` a document, `Ok(None)` that there is none, `Err` nothing.
pub fn well_known_document(answer: &Answer) -> Result<Option<Value>, HostError> {
    match answer.status {
        404 => Ok(None),
        _ if answer.body.len() > LARGEST_DOCUMENT => Err(HostError::Unsupported),
        _ => answer.object().map(|document| Some(Value::Object(document))),
    }
}

/// `m.homeserver.base_url`. The identity server beside it is not looked at: this client uses none.
fn base_url_in(answer: &Answer) -> Option<String> {
    let document = answer.object().ok()?;
    json::string(json::object(&document, "m.homeserver")?, "base_url").map(str::to_owned)
}

fn names_versions(answer: &Answer) -> bool {
    answer.object().is_ok_and(|object| json::array(&object, "versions").iter().any(Value::is_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: (u16, &str) = (200, r#"{"versions":["v1.11"]}"#);

    /// Plays a discovery against a table of URLs; gives the outcome and what was asked.
    fn play(typed: &str, web: &[(&str, (u16, &str))]) -> (Step, Vec<String>) {
        let mut asked = Vec::new();
        let (mut discovery, mut step) = match Discovery::start(typed) {
            Ok(started) => started,
            Err(error) => return (Step::Failed(error), asked),
        };
        while let Step::Ask(base, request) = &step {
            let url = request.url(base);
            let answer = web
                .iter()
                .find(|(at, _)| *at == url)
                .map(|(_, (status, body))| Answer { status: *status, body: (*body).into() });
            asked.push(url);
            step = discovery.answered(answer.as_ref());
        }
        (step, asked)
    }

    fn found(base: &str) -> Step {
        Step::Found(base.into())
    }

    const WELL_KNOWN: &str = "https://example.org/.well-known/matrix/client";
    const OWN_VERSIONS: &str = "https://example.org/_matrix/client/versions";

    #[test]
    fn a_well_known_leads_to_the_homeserver_without_its_trailing_slash() {
        let web = [
            (WELL_KNOWN, (200, r#"{"m.homeserver":{"base_url":"https://matrix.example.org/"}}"#)),
            ("https://matrix.example.org/_matrix/client/versions", VERSIONS),
        ];
        for typed in ["example.org", " EXAMPLE.org ", "https://example.org/", "@ann:example.org", "http://example.org"]
        {
            assert_eq!(play(typed, &web).0, found("https://matrix.example.org"), "{typed}");
        }
    }

    #[test]
    fn without_a_well_known_the_address_itself_is_the_homeserver() {
        let web = [(WELL_KNOWN, (404, "")), (OWN_VERSIONS, VERSIONS)];
        let (step, asked) = play("example.org", &web);
        assert_eq!(step, found("https://example.org"));
        assert_eq!(asked, [WELL_KNOWN, OWN_VERSIONS]);
    }

    #[test]
    fn a_well_known_that_the_browser_may_not_read_is_like_none() {
        assert_eq!(play("example.org", &[(OWN_VERSIONS, VERSIONS)]).0, found("https://example.org"));
    }

    #[test]
    fn a_broken_well_known_is_an_error_for_a_name_and_no_matter_for_a_url() {
        for broken in
            [(500, ""), (200, "<html>"), (200, "[]"), (200, "{}"), (200, r#"{"m.homeserver":{"base_url":1}}"#)]
        {
            let web = [(WELL_KNOWN, broken), (OWN_VERSIONS, VERSIONS)];
            assert_eq!(
                play("example.org", &web).0,
                Step::Failed(SignInError::BadWellKnown("example.org".into())),
                "{broken:?}"
            );
            assert_eq!(play("https://example.org", &web).0, found("https://example.org"), "{broken:?}");
        }
    }

    #[test]
    fn a_well_known_cannot_lead_to_an_unusable_address() {
        for base in [
            "",
            "matrix.example.org",
            "http://matrix.example.org",
            "http://127.0.0.1:8008",
            "ftp://x",
            "https://a@b",
            "https://a?b",
        ] {
            let document = format!(r#"{{"m.homeserver":{{"base_url":"{base}"}}}}"#);
            assert_eq!(
                play("https://example.org", &[(WELL_KNOWN, (200, &document)), (OWN_VERSIONS, VERSIONS)]).0,
                Step::Failed(SignInError::BadWellKnown("https://example.org".into())),
                "{base}"
            );
        }
    }

    #[test]
    fn a_named_homeserver_that_is_none_or_silent_says_which_it_is() {
        let document = (200, r#"{"m.homeserver":{"base_url":"https://m.example.org"}}"#);
        let versions = "https://m.example.org/_matrix/client/versions";
        assert_eq!(
            play("example.org", &[(WELL_KNOWN, document), (versions, (200, r#"{"versions":[]}"#))]).0,
            Step::Failed(SignInError::BadWellKnown("example.org".into()))
        );
        assert_eq!(
            play("example.org", &[(WELL_KNOWN, document)]).0,
            Step::Failed(SignInError::Unreachable("https://m.example.org".into()))
        );
    }

    #[test]
    fn a_site_without_matrix_and_a_silent_one_are_told_apart() {
        assert_eq!(
            play("example.org", &[(WELL_KNOWN, (404, "")), (OWN_VERSIONS, (200, "<html>"))]).0,
            Step::Failed(SignInError::NotMatrix("example.org".into()))
        );
        assert_eq!(play("example.org", &[]).0, Step::Failed(SignInError::Unreachable("example.org".into())));
    }

    #[test]
    fn a_server_on_this_machine_may_speak_http() {
        let web = [
            (
                "http://127.0.0.1:8008/.well-known/matrix/client",
                (200, r#"{"m.homeserver":{"base_url":"http://127.0.0.1:8008/"}}"#),
            ),
            ("http://127.0.0.1:8008/_matrix/client/versions", VERSIONS),
        ];
        for typed in ["http://127.0.0.1:8008", "http://127.0.0.1:8008/", "127.0.0.1:8008", "@ann:127.0.0.1:8008"] {
            assert_eq!(play(typed, &web).0, found("http://127.0.0.1:8008"), "{typed}");
        }
    }

    #[test]
    fn a_server_on_this_machine_is_asked_over_https_when_http_is_silent() {
        let web = [("https://localhost:8448/_matrix/client/versions", VERSIONS)];
        assert_eq!(play("localhost:8448", &web).0, found("https://localhost:8448"));
        let web = [("http://localhost:443/_matrix/client/versions", VERSIONS)];
        assert_eq!(play("localhost:443", &web).0, found("http://localhost:443"));
    }

    #[test]
    fn a_url_with_a_path_is_the_base_url_itself() {
        let web = [("https://example.org/hs/_matrix/client/versions", VERSIONS)];
        let (step, asked) = play("https://example.org/hs/", &web);
        assert_eq!(step, found("https://example.org/hs"));
        assert_eq!(asked.len(), 1);
    }

    #[test]
    fn what_can_be_no_address_is_said_at_once() {
        for typed in [
            "",
            "  ",
            "@ann",
            "@ann:",
            "ann@example.org",
            "example org",
            "https://",
            "ftp://example.org",
            "example.org/path",
            "https://a:b@example.org",
            "https://example.org?x",
            "https://example.org#x",
            "javascript:alert(1)",
            // The shell has the browser write it as `xn--bcher-kva.example` first.
            "b\u{fc}cher.example",
        ] {
            let (step, asked) = play(typed, &[]);
            assert_eq!((step, asked.len()), (Step::Failed(SignInError::BadAddress), 0), "{typed}");
        }
    }

    #[test]
    fn only_a_404_says_that_there_is_no_well_known() {
        let told = |status: u16, body: &str| well_known_document(&Answer { status, body: body.into() });
        assert_eq!(told(404, "{}"), Ok(None));
        assert_eq!(told(200, r#"{"a":1}"#), Ok(Some(serde_json::json!({ "a": 1 }))));
        for (status, body) in [(200, "<html>"), (500, "{}"), (302, ""), (200, "[]")] {
            assert!(told(status, body).is_err(), "{status} {body}");
        }
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(LARGEST_DOCUMENT));
        assert_eq!(told(200, &large), Err(HostError::Unsupported));
    }

    #[test]
    fn the_well_known_is_polled_over_http_only_from_this_machine_to_itself() {
        assert_eq!(well_known_bases("example.org", true), ["https://example.org"]);
        assert_eq!(well_known_bases("localhost:8448", false), ["https://localhost:8448"]);
        assert_eq!(well_known_bases("127.0.0.1:1", true), ["http://127.0.0.1:1", "https://127.0.0.1:1"]);
        for odd in ["", "a/b", "u@a", "a?b", "a b"] {
            assert_eq!(well_known_bases(odd, true), <[&str; 0]>::default(), "{odd}");
        }
    }
}
