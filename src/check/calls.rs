//! Whether calls can work: what of the homeserver, the Meet server and the TURN servers keeps apps from them, and how to mend it
//! (`mobile.md` 2.3 and 4.4, `chat-web.md` 8, `calls-1to1.md` 2). Everybody's server is looked at from a browser, which can't tell some
//! things; it says so then.

mod brief;
mod meet_server;
mod turn;
mod well_known;

use crate::locale::{CALLS_EN, Texts};
use crate::text_key;

pub use brief::{Brief, Word, look, read_look};
pub use meet_server::{auth_address, meet_server};
pub use turn::{Plan, Relay, Tried, outcome, plan};
pub use well_known::{Chosen, choose, start, well_known, well_known_address};

/// How long a server may take to answer, and a relay to be found, in milliseconds: people wait no longer for a call either.
pub const PATIENCE_MS: u32 = 10_000;

/// How much of what a stranger wrote is shown, in characters: more than the longest host name has.
const SHOWN: usize = 256;

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works for most, or could be better.
    Warning,
    /// Something does not work, for somebody.
    Bad,
    /// A browser can't tell.
    Unknown,
}

impl Verdict {
    /// The name in `data-level`, which the style sheet knows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "fine",
            Self::Warning => "warning",
            Self::Bad => "wrong",
            Self::Unknown => "unknown",
        }
    }

    /// The key of its word.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Good => text_key!("level.good", CALLS_EN),
            Self::Warning => text_key!("level.warning", CALLS_EN),
            Self::Bad => text_key!("level.bad", CALLS_EN),
            Self::Unknown => text_key!("level.unknown", CALLS_EN),
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How well it is.
    pub verdict: Verdict,
    /// The key of what it is.
    pub key: &'static str,
    /// What fills the gap `{what}` in that and in `fix`; empty where neither has one. Never a secret.
    pub what: String,
    /// The key of what to do about it; there is one unless it is good.
    pub fix: Option<&'static str>,
}

impl Finding {
    fn good(key: &'static str, what: &str) -> Self {
        Self { verdict: Verdict::Good, key, what: shown(what), fix: None }
    }

    fn new(verdict: Verdict, key: &'static str, what: &str, fix: &'static str) -> Self {
        Self { verdict, key, what: shown(what), fix: Some(fix) }
    }

    fn bad(key: &'static str, what: &str, fix: &'static str) -> Self {
        Self::new(Verdict::Bad, key, what, fix)
    }

    fn warning(key: &'static str, what: &str, fix: &'static str) -> Self {
        Self::new(Verdict::Warning, key, what, fix)
    }

    /// What it is and what to do about it, in words.
    pub fn words(&self, texts: &Texts) -> String {
        let fill = |key| texts.fill(key, &[("what", &self.what)]);
        match self.fix {
            Some(fix) => [&fill(self.key), " ", &fill(fix)].concat(),
            None => fill(self.key),
        }
    }
}

fn shown(what: &str) -> String {
    what.chars().take(SHOWN).collect()
}

/// What became of a request from this page.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched {
    /// Nothing came: no such name, no server, no trusted certificate, or not in time.
    Silent,
    /// The server answers, and the browser gives nothing of it to this page: there is no `Access-Control-Allow-Origin` in it.
    Hidden,
    /// The policy of this page forbids the request.
    Forbidden,
    /// An answer.
    Answer {
        /// Its HTTP status.
        status: u16,
        /// Its content, if that is JSON.
        body: Option<serde_json::Value>,
    },
}

/// That a server does not answer, or may not be asked; `None` where it does.
fn unanswered(fetched: &Fetched, address: &str) -> Option<Finding> {
    match fetched {
        Fetched::Silent => Some(Finding::bad(text_key!("silent", CALLS_EN), address, text_key!("fix.open", CALLS_EN))),
        Fetched::Forbidden => Some(Finding::new(
            Verdict::Unknown,
            text_key!("forbidden", CALLS_EN),
            address,
            text_key!("fix.policy", CALLS_EN),
        )),
        Fetched::Hidden | Fetched::Answer { .. } => None,
    }
}

/// The parts of the check, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The homeserver's well-known, and where conferences start.
    Homeserver,
    /// The Meet server.
    Meet,
    /// The TURN servers.
    Turn,
}

impl Area {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Homeserver, Self::Meet, Self::Turn];

    /// The id of its list; its heading's ends in `-heading`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Homeserver => "homeserver",
            Self::Meet => "meet",
            Self::Turn => "turn",
        }
    }

    /// The key of its heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Homeserver => text_key!("area.homeserver", CALLS_EN),
            Self::Meet => text_key!("area.meet", CALLS_EN),
            Self::Turn => text_key!("area.turn", CALLS_EN),
        }
    }
}

/// How many of all findings are of this verdict.
fn count(found: &[(Area, Finding)], verdict: Verdict) -> String {
    found.iter().filter(|(_, finding)| finding.verdict == verdict).count().to_string()
}

/// What it came to, in a sentence.
pub fn summary(found: &[(Area, Finding)], texts: &Texts) -> String {
    let [bad, advice, unknown] =
        [Verdict::Bad, Verdict::Warning, Verdict::Unknown].map(|verdict| count(found, verdict));
    let counts = [("bad", bad.as_str()), ("advice", advice.as_str()), ("unknown", unknown.as_str())];
    texts.fill(text_key!("calls.done", CALLS_EN), &counts)
}

/// All of it as plain text, to be sent to whoever runs the servers.
pub fn report(found: &[(Area, Finding)], texts: &Texts) -> String {
    let mut report = summary(found, texts);
    for area in Area::ALL {
        for part in ["\n\n", &texts.get(area.heading())] {
            report.push_str(part);
        }
        for (_, finding) in found.iter().filter(|(of, _)| *of == area) {
            for part in ["\n", &texts.get(finding.verdict.label()), ": ", &finding.words(texts)] {
                report.push_str(part);
            }
        }
    }
    report
}

#[cfg(test)]
mod tests;
