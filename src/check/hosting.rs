//! How the wrapper is hosted: what a server sends with it, and what whoever runs that server should know.
//!
//! The policy that stands in the page itself is not looked at here: the build writes it, so that it is the same everywhere.

mod policy;
mod source;

use serde_json::Value;

use self::policy::{Ancestors, Framing, denies, lists, parts, shows};
use self::source::Source;
use crate::locale::{HOSTING_EN, Texts};
use crate::meet::MeetDomain;
use crate::page::config::preferred_domain;
use crate::text_key;

/// The headers that are looked at, by name.
pub const HEADERS: [&str; 7] = [
    "content-security-policy",
    "x-frame-options",
    "cross-origin-embedder-policy",
    "permissions-policy",
    "content-type",
    "content-encoding",
    "cache-control",
];

/// What Meet uses of the browser and a header can deny (`meet-iframe.md` 9).
const FEATURES: [&str; 3] = ["camera", "microphone", "display-capture"];
/// What the look at the devices uses, in a frame of the wrapper.
const DEVICES: [&str; 2] = ["camera", "microphone"];

/// The directives that say what a page may show in frames; the first that is there counts.
const FRAMES: [&str; 3] = ["frame-src", "child-src", "default-src"];

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

/// What is known of the hosting. `None` stands for a question that got no answer, or none in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The origin of all the files, `location.origin`.
    pub origin: String,
    /// `window.isSecureContext`.
    pub secure: bool,
    /// About `jitsi.html`.
    pub page: Option<Answer>,
    /// About `check.html`.
    pub check: Option<Answer>,
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

/// The words for all of this, from what came as their file; `None` when that holds none, as where a server gives a page for whatever
/// it lacks.
pub fn words(file: Option<&Value>) -> Option<Texts> {
    file.filter(|file| file.is_object()).map(Texts::from_json)
}

/// Looks at everything.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let own = &Source::of_origin(&facts.origin);
    let named = facts.site.as_ref().and_then(preferred_domain);
    let domain = named.and_then(Value::as_str).and_then(|domain| MeetDomain::parse(domain).ok());
    let domain = domain.as_ref().map(MeetDomain::as_str);
    let meet = domain.map(Source::of_https);
    let meet = meet.as_ref();
    let mut report = Report(Vec::new());
    if facts.secure {
        report.fine(text_key!("hosting.secure", HOSTING_EN));
    } else {
        report.add(Level::Wrong, text_key!("hosting.not_secure", HOSTING_EN), "");
    }
    match &facts.page {
        Some(page) if page.found => {
            let framing = Framing::of(page, own);
            report.framing(&framing);
            report.room_for_meet(page, meet, own);
            match &facts.check {
                Some(check) if check.found => report.room_for_devices(page, &framing, check, own),
                _ => report.no_answer("check.html"),
            }
        }
        _ => report.no_answer("jitsi.html"),
    }
    match &facts.program {
        Some(program) if program.found => report.program(program),
        _ => report.no_answer(".wasm"),
    }
    report.caching(facts);
    match &facts.config {
        Some(config) if !config.found => report.warn(text_key!("hosting.config_missing", HOSTING_EN)),
        Some(_) => report.configuration(facts.site.as_ref(), domain, named, meet.is_some_and(|meet| own.covers(meet))),
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

    fn framing(&mut self, framing: &Framing<'_>) {
        match framing.who {
            Ancestors::Nobody => {
                self.add(Level::Wrong, text_key!("hosting.framing_none", HOSTING_EN), framing.header);
            }
            Ancestors::Own => self.warn(text_key!("hosting.framing_own", HOSTING_EN)),
            Ancestors::Named => self.fine(text_key!("hosting.framing", HOSTING_EN)),
            Ancestors::Wide => {
                self.add(Level::Warning, text_key!("hosting.framing_wide", HOSTING_EN), framing.wide);
            }
            Ancestors::Anybody => self.warn(text_key!("hosting.framing_any", HOSTING_EN)),
        }
    }

    /// Whether Meet's frame may be opened, with all that it needs.
    fn room_for_meet(&mut self, page: &Answer, meet: Option<&Source<'_>>, own: &Source<'_>) {
        let before = self.0.len();
        // Either word asks it of the pages in frames too, and Meet does not send it (HTML, "Cross-origin embedder policies").
        let embedder = page.header("cross-origin-embedder-policy");
        if let Some("require-corp" | "credentialless") = parts(embedder, ';').first().copied() {
            self.add(Level::Wrong, text_key!("hosting.meet_isolated", HOSTING_EN), "");
        }
        let lists = lists(page, &FRAMES);
        if !lists.iter().all(|list| shows(list, meet, own)) {
            self.add(Level::Wrong, text_key!("hosting.meet_framing", HOSTING_EN), "");
        }
        let policy = page.header("permissions-policy");
        let mut denied = String::new();
        for feature in FEATURES {
            if denies(policy, feature, meet, own) {
                if !denied.is_empty() {
                    denied.push_str(", ");
                }
                denied.push_str(feature);
            }
        }
        if !denied.is_empty() {
            self.add(Level::Wrong, text_key!("hosting.meet_features", HOSTING_EN), &denied);
        }
        if self.0.len() == before {
            self.fine(text_key!("hosting.meet", HOSTING_EN));
        }
    }

    /// Whether the wrapper may show the page of checks in a frame, and whether that is framed by the same pages as the wrapper.
    fn room_for_devices(&mut self, page: &Answer, framing: &Framing<'_>, check: &Answer, own: &Source<'_>) {
        let inner = Framing::of(check, own);
        let policy = check.header("permissions-policy");
        let mut keeps = |header| self.add(Level::Wrong, text_key!("hosting.check_devices", HOSTING_EN), header);
        if !lists(page, &FRAMES).iter().all(|list| shows(list, Some(own), own)) {
            keeps("frame-src");
        } else if !inner.admits_own {
            keeps(inner.header);
        } else if DEVICES.iter().any(|device| denies(policy, device, Some(own), own)) {
            keeps("Permissions-Policy");
        } else if inner.who != framing.who || inner.lists != framing.lists {
            // The one that either of them has.
            let header = if framing.lists.is_empty() { inner.header } else { framing.header };
            self.add(Level::Warning, text_key!("hosting.check_other", HOSTING_EN), header);
        } else if policy != page.header("permissions-policy") {
            self.add(Level::Warning, text_key!("hosting.check_other", HOSTING_EN), "Permissions-Policy");
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

    fn configuration(&mut self, site: Option<&Value>, domain: Option<&str>, named: Option<&Value>, is_own: bool) {
        if !site.is_some_and(Value::is_object) {
            self.add(Level::Wrong, text_key!("hosting.config_broken", HOSTING_EN), "");
        } else if let Some(domain) = domain {
            // The wrapper refuses its own address: Meet would get at what the chat stores.
            let (level, key) = if is_own {
                (Level::Wrong, text_key!("hosting.config_own", HOSTING_EN))
            } else {
                (Level::Fine, text_key!("hosting.config", HOSTING_EN))
            };
            self.add(level, key, domain);
        } else if let Some(named) = named {
            let named: String = named.as_str().unwrap_or("…").chars().take(SHOWN).collect();
            self.add(Level::Wrong, text_key!("hosting.config_domain", HOSTING_EN), &named);
        } else {
            self.fine(text_key!("hosting.config_plain", HOSTING_EN));
        }
    }
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
