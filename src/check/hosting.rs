//! How the wrapper is hosted: what a server sends with it, and what whoever runs that server should know.
//!
//! The policy that stands in the page itself is not looked at here: the build writes it, so that it is the same everywhere.

use serde_json::Value;

use crate::locale::HOSTING_EN;
use crate::meet::MeetDomain;
use crate::page::config::preferred_domain;
use crate::text_key;

/// The headers that are looked at, by name.
pub const HEADERS: [&str; 6] = [
    "content-security-policy",
    "x-frame-options",
    "permissions-policy",
    "content-type",
    "content-encoding",
    "cache-control",
];

/// What Meet uses of the browser and a header can deny (`meet-iframe.md` 9).
const FEATURES: [&str; 3] = ["camera", "microphone", "display-capture"];

/// How much of a wrong name is shown, in characters: more than the longest host name has.
const SHOWN: usize = 256;

/// What the server answered when it was asked for a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it has the file.
    pub found: bool,
    /// Those of [`HEADERS`] that came, with their values in lower case.
    pub headers: Vec<(&'static str, String)>,
}

/// What is known of the hosting. `None` stands for a question that got no answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// `window.isSecureContext`.
    pub secure: bool,
    /// About `jitsi.html`.
    pub page: Option<Answer>,
    /// About a page's WebAssembly, whose name carries a hash of its content.
    pub program: Option<Answer>,
    /// About `config.json`.
    pub config: Option<Answer>,
    /// What `config.json` holds; `None` when that is no JSON.
    pub site: Option<Value>,
}

/// How well something is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Fine,
    /// It works, and could be better.
    Warning,
    /// Something does not work.
    Wrong,
}

impl Level {
    /// The name in `data-level`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }

    /// The key of its word.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fine => text_key!("level.fine", HOSTING_EN),
            Self::Warning => text_key!("level.warning", HOSTING_EN),
            Self::Wrong => text_key!("level.wrong", HOSTING_EN),
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How well it is set up.
    pub level: Level,
    /// The key of what it is, and of what to do about it.
    pub key: &'static str,
    /// What fills the gap `{what}` in that; empty where it has none.
    pub what: String,
}

/// Looks at everything.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let named = facts.site.as_ref().and_then(preferred_domain);
    let domain = named.and_then(Value::as_str).and_then(|domain| MeetDomain::parse(domain).ok());
    let domain = domain.as_ref().map_or("", MeetDomain::as_str);
    let mut report = Report(Vec::new());
    if facts.secure {
        report.fine(text_key!("hosting.secure", HOSTING_EN));
    } else {
        report.add(Level::Wrong, text_key!("hosting.not_secure", HOSTING_EN), "");
    }
    match &facts.page {
        Some(page) if page.found => {
            report.framing(page);
            report.room_for_meet(page, domain);
        }
        _ => report.no_answer("jitsi.html"),
    }
    match &facts.program {
        Some(program) => report.program(program),
        None => report.no_answer(".wasm"),
    }
    report.caching(facts);
    match &facts.config {
        Some(config) => report.configuration(config, facts.site.as_ref(), domain, named),
        None => report.no_answer("config.json"),
    }
    report.0
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

struct Report(Vec<Finding>);

impl Report {
    #[inline(never)]
    fn add(&mut self, level: Level, key: &'static str, what: &str) {
        self.0.push(Finding { level, key, what: what.to_owned() });
    }

    fn fine(&mut self, key: &'static str) {
        self.add(Level::Fine, key, "");
    }

    fn warn(&mut self, key: &'static str) {
        self.add(Level::Warning, key, "");
    }

    fn no_answer(&mut self, file: &str) {
        self.add(Level::Wrong, text_key!("hosting.no_answer", HOSTING_EN), file);
    }

    fn framing(&mut self, page: &Answer) {
        let mut header = "frame-ancestors";
        let lists = lists(page, &[header]);
        let mut who = Ancestors::Anybody;
        for list in &lists {
            who = who.min(ancestors(list));
        }
        if lists.is_empty() {
            // It counts only where the newer one is not there (HTML, 7.8).
            header = "X-Frame-Options";
            who = match page.header("x-frame-options") {
                "deny" => Ancestors::Nobody,
                "sameorigin" => Ancestors::Own,
                _ => who,
            };
        }
        match who {
            Ancestors::Nobody => self.add(Level::Wrong, text_key!("hosting.framing_none", HOSTING_EN), header),
            Ancestors::Own => self.warn(text_key!("hosting.framing_own", HOSTING_EN)),
            Ancestors::Named => self.fine(text_key!("hosting.framing", HOSTING_EN)),
            Ancestors::Anybody => self.warn(text_key!("hosting.framing_any", HOSTING_EN)),
        }
    }

    /// Whether Meet's frame may be opened, with all that it needs.
    fn room_for_meet(&mut self, page: &Answer, domain: &str) {
        for list in lists(page, &["frame-src", "child-src", "default-src"]) {
            if !covered(&list, domain) {
                return self.add(Level::Wrong, text_key!("hosting.meet_framing", HOSTING_EN), "");
            }
        }
        let mut denied = String::new();
        for feature in FEATURES {
            if denies(page.header("permissions-policy"), feature, domain) {
                if !denied.is_empty() {
                    denied.push_str(", ");
                }
                denied.push_str(feature);
            }
        }
        if denied.is_empty() {
            self.fine(text_key!("hosting.meet", HOSTING_EN));
        } else {
            self.add(Level::Wrong, text_key!("hosting.meet_features", HOSTING_EN), &denied);
        }
    }

    fn program(&mut self, program: &Answer) {
        if parts(program.header("content-type"), ';').first() == Some(&"application/wasm") {
            self.fine(text_key!("hosting.type", HOSTING_EN));
        } else {
            self.warn(text_key!("hosting.type_other", HOSTING_EN));
        }
        match program.header("content-encoding") {
            "br" | "zstd" => self.fine(text_key!("hosting.compressed", HOSTING_EN)),
            "" | "identity" => self.warn(text_key!("hosting.compressed_not", HOSTING_EN)),
            _ => self.warn(text_key!("hosting.compressed_gzip", HOSTING_EN)),
        }
    }

    fn caching(&mut self, facts: &Facts) {
        let before = self.0.len();
        if facts.program.as_ref().is_some_and(|program| !is_kept(program.header("cache-control"))) {
            self.warn(text_key!("hosting.cached_files", HOSTING_EN));
        }
        for (file, answer) in [("jitsi.html", &facts.page), ("config.json", &facts.config)] {
            if answer.as_ref().is_some_and(|answer| answer.found && !is_asked_for(answer.header("cache-control"))) {
                self.add(Level::Warning, text_key!("hosting.cached_pages", HOSTING_EN), file);
            }
        }
        if self.0.len() == before && facts.page.is_some() && facts.program.is_some() {
            self.fine(text_key!("hosting.cached", HOSTING_EN));
        }
    }

    fn configuration(&mut self, config: &Answer, site: Option<&Value>, domain: &str, named: Option<&Value>) {
        if !config.found {
            self.warn(text_key!("hosting.config_missing", HOSTING_EN));
        } else if !site.is_some_and(Value::is_object) {
            self.add(Level::Wrong, text_key!("hosting.config_broken", HOSTING_EN), "");
        } else if !domain.is_empty() {
            self.add(Level::Fine, text_key!("hosting.config", HOSTING_EN), domain);
        } else if let Some(named) = named {
            let named: String = named.as_str().unwrap_or("…").chars().take(SHOWN).collect();
            self.add(Level::Wrong, text_key!("hosting.config_domain", HOSTING_EN), &named);
        } else {
            self.fine(text_key!("hosting.config_plain", HOSTING_EN));
        }
    }
}

/// What stands between separators, without blanks around it.
#[inline(never)]
fn parts(text: &str, separator: char) -> Vec<&str> {
    text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Of each policy that came (there may be several, and each counts) the sources of the first directive of these names that it
/// has. The first of a name counts (CSP 3, 2.2.1).
fn lists<'a>(page: &'a Answer, names: &[&str]) -> Vec<Vec<&'a str>> {
    let mut lists = Vec::new();
    for policy in parts(page.header("content-security-policy"), ',') {
        'names: for name in names {
            for directive in parts(policy, ';') {
                let mut sources = parts(directive, ' ');
                if sources.first() == Some(name) {
                    sources.remove(0);
                    lists.push(sources);
                    break 'names;
                }
            }
        }
    }
    lists
}

/// Who may show the page in a frame, from the strictest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ancestors {
    Nobody,
    Own,
    Named,
    Anybody,
}

fn ancestors(sources: &[&str]) -> Ancestors {
    let mut all = Ancestors::Nobody;
    for source in sources {
        all = all.max(match *source {
            "'none'" => Ancestors::Nobody,
            "'self'" => Ancestors::Own,
            "*" | "https:" | "http:" => Ancestors::Anybody,
            _ => Ancestors::Named,
        });
    }
    all
}

/// Whether one of a policy's sources covers this server; where none is known, any server at all.
fn covered(sources: &[&str], domain: &str) -> bool {
    sources.iter().any(|source| {
        let host = source.strip_prefix("https://").unwrap_or(source);
        let any_below = |end: &str| domain.ends_with(end);
        matches!(host, "*" | "https:")
            || if domain.is_empty() { host.contains('.') } else { host == domain }
            || !domain.is_empty() && host.strip_prefix('*').is_some_and(any_below)
    })
}

/// Whether a `Permissions-Policy` keeps a feature from the Meet server, be it only by not naming it: what a page may not use
/// itself, or not hand on, it can't give to a frame.
fn denies(policy: &str, feature: &str, domain: &str) -> bool {
    let mut denied = false;
    for item in parts(policy, ',') {
        // The last of a name counts (RFC 8941, 4.2.2), and parameters say nothing about who may.
        if let Some((name, list)) = item.split_once('=')
            && name == feature
        {
            let list = list.split(';').next().unwrap_or(list);
            let sources: Vec<_> = list.split(['(', ')', '"', ' ']).collect();
            denied = !(sources.contains(&"*") || sources.contains(&"self") && covered(&sources, domain));
        }
    }
    denied
}

/// Whether browsers keep such a file without asking again: for 10,000 seconds, which is some three hours, or more.
fn is_kept(control: &str) -> bool {
    let is_long = |part: &&str| part.strip_prefix("max-age=").is_some_and(|age| age.len() >= 5);
    !is_asked_for(control) && parts(control, ',').iter().any(is_long)
}

/// Whether browsers ask for such a file each time.
fn is_asked_for(control: &str) -> bool {
    parts(control, ',').iter().any(|part| matches!(*part, "no-cache" | "no-store" | "max-age=0"))
}

#[cfg(test)]
mod tests;
