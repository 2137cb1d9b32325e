//! The parameters of a page's address, looked up in the fragment before the query. Whoever made the address is a stranger.

use crate::meet::template::read_parameters;
use crate::within;

/// The longest fragment or query that is read, in bytes. Ours stay below 4 KB even with every value at its own limit.
pub(crate) const ADDRESS_LIMIT: usize = 32 * 1024;

/// Where a page was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// What follows `#`, without it.
    pub fragment: &'a str,
    /// What follows `?`, without it.
    pub query: &'a str,
    /// The page's own address.
    pub url: &'a str,
}

/// The look that the client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The look of a client's theme, of which clients know more than two (`chat-web.md` 3.4).
    pub fn of_name(name: &str) -> Self {
        if within::has(name, "light") { Self::Light } else { Self::Dark }
    }

    /// Its name in addresses and in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// All parameters, those of the fragment first.
pub(crate) struct Values(Vec<(String, String)>);

impl Values {
    pub(crate) fn read(page: &Page<'_>) -> Self {
        let readable = [page.fragment, page.query].into_iter().filter(|text| text.len() <= ADDRESS_LIMIT);
        Self(readable.flat_map(read_parameters).collect())
    }

    /// The first value of this name that says something. A client that does not know a variable leaves `$name` as it is, and
    /// JavaScript writes nothing as `undefined` or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .find(|value| !value.starts_with('$') && !matches!(*value, "" | "undefined" | "null"))
    }

    /// Whether the address has this word, with a value or without.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Light or dark, when the address says so.
    pub(crate) fn theme(&self) -> Option<Theme> {
        match self.get("theme") {
            Some("dark") => Some(Theme::Dark),
            Some("light") => Some(Theme::Light),
            _ => None,
        }
    }

    /// The viewer's language, as a BCP 47 tag of ASCII letters, digits and hyphens.
    pub(crate) fn language(&self) -> Option<&str> {
        self.get("language").filter(|tag| is_language(tag))
    }
}

/// The longest tag that the registry of languages makes sensible is below 35 characters (RFC 5646, 4.4.1).
fn is_language(tag: &str) -> bool {
    tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
