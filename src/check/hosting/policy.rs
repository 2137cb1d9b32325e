//! What the headers that forbid say: who may show a page in a frame, what it may show itself, and who gets its devices.

use super::Answer;
use super::source::Source;

/// What stands between separators, without blanks around it.
#[inline(never)]
pub(super) fn parts(text: &str, separator: char) -> Vec<&str> {
    text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Of each policy that came (there may be several, and each counts) the sources of the first directive of these names that it
/// has. The first of a name counts (CSP 3, 2.2.1).
pub(super) fn lists<'a>(page: &'a Answer, names: &[&str]) -> Vec<Vec<&'a str>> {
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
pub(super) enum Ancestors {
    Nobody,
    Own,
    Named,
    /// Whoever a source with a wildcard covers.
    Wide,
    Anybody,
}

/// What a page's headers say of the pages around it.
pub(super) struct Framing<'a> {
    /// The lists that count.
    pub(super) lists: Vec<Vec<&'a str>>,
    /// Whom the strictest of them lets in.
    pub(super) who: Ancestors,
    /// A source in them that has a wildcard before a name.
    pub(super) wide: &'a str,
    /// What says so.
    pub(super) header: &'static str,
    /// Whether a page of its own origin is let in.
    pub(super) admits_own: bool,
}

impl<'a> Framing<'a> {
    #[inline(never)]
    pub(super) fn of(page: &'a Answer, own: &Source<'_>) -> Self {
        let mut header = "frame-ancestors";
        let lists = lists(page, &[header]);
        let mut who = Ancestors::Anybody;
        let mut wide = "";
        let mut admits_own = true;
        for list in &lists {
            let mut all = Ancestors::Nobody;
            let mut admits = false;
            for text in list {
                // A path in it counts for nothing: an origin has none.
                let source = Source::read(text, own);
                let who = let_in_by(&source, own);
                if who == Ancestors::Wide {
                    wide = text;
                }
                all = all.max(who);
                admits |= source.covers(own);
            }
            who = who.min(all);
            admits_own &= admits;
        }
        if lists.is_empty() {
            // It counts only where the newer one is not there (HTML, "The X-Frame-Options header").
            header = "X-Frame-Options";
            who = framed_by(page.header("x-frame-options"));
            admits_own = who != Ancestors::Nobody;
        }
        Self { lists, who, wide, header, admits_own }
    }
}

/// What `X-Frame-Options` says. It knows no list: given twice, `fetch` joins the values, and two that differ forbid everything where
/// one of them is known (HTML, as above).
fn framed_by(options: &str) -> Ancestors {
    let mut who = None;
    let mut differ = false;
    for value in options.split(',') {
        let says = match value.trim() {
            "deny" => Ancestors::Nobody,
            "sameorigin" => Ancestors::Own,
            "allowall" => Ancestors::Named,
            _ => Ancestors::Anybody,
        };
        differ |= who.is_some_and(|who| who != says);
        who = Some(says);
    }
    match who {
        _ if differ => Ancestors::Nobody,
        None | Some(Ancestors::Named) => Ancestors::Anybody,
        Some(who) => who,
    }
}

fn let_in_by(source: &Source<'_>, own: &Source<'_>) -> Ancestors {
    match source.host.strip_prefix('*') {
        Some("") if source.is_web() => Ancestors::Anybody,
        Some(below) if below.starts_with('.') => Ancestors::Wide,
        None if source.is_keyword() => Ancestors::Nobody,
        None if source.covers(own) => Ancestors::Own,
        // An app's own scheme has one host, if any.
        None | Some("") => Ancestors::Named,
        // Browsers leave out what is no source.
        Some(_) => Ancestors::Nobody,
    }
}

/// Whether one of a policy's sources lets any page of this server be shown, or of any other server where none is known. A source with a
/// path lets in only what lies there, and the names of meetings lie at the root.
pub(super) fn shows(sources: &[&str], meet: Option<&Source<'_>>, own: &Source<'_>) -> bool {
    sources.iter().any(|source| {
        let source = Source::read(source, own);
        source.path.is_empty() && reaches(&source, meet, own)
    })
}

/// Whether a `Permissions-Policy` keeps a feature from this server, or from any other where none is known, be it only by not naming
/// it: what a page may not use itself, or not hand on, it can't give to a frame.
pub(super) fn denies(policy: &str, feature: &str, server: Option<&Source<'_>>, own: &Source<'_>) -> bool {
    let mut denied = false;
    for item in parts(policy, ',') {
        // The last of a name counts (RFC 8941, 4.2.2), and parameters say nothing about who may.
        if let Some((name, list)) = item.split_once('=')
            && name == feature
        {
            let list = list.split(';').next().unwrap_or(list);
            let (mut all, mut itself) = (false, false);
            let mut others = server.is_some_and(|server| own.covers(server));
            for word in list.split(['(', ')', '"', ' ']) {
                let source = Source::of_origin(word);
                all |= word == "*";
                itself |= word == "self" || source.is_origin(Some(own)) && source.covers(own);
                // Origins stand there, not sources: with their scheme, and a wildcard at most for a part of the name.
                others |= source.is_origin(server) && reaches(&source, server, own);
            }
            denied = !(all || itself && others);
        }
    }
    denied
}

/// Whether a source covers this server, or where none is known any of another name than the page's own.
fn reaches(source: &Source<'_>, server: Option<&Source<'_>>, own: &Source<'_>) -> bool {
    match server {
        Some(server) => source.covers(server),
        None => source.is_web() && source.host != own.host,
    }
}
