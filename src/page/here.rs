//! Where the document was opened, and in which language.

use web_sys::Window;

use super::{Page, translation_for};

/// The parts of the document's own address.
pub(crate) struct Here {
    fragment: String,
    query: String,
    url: String,
    /// The host's name.
    pub(crate) host: String,
}

impl Here {
    pub(crate) fn of(window: &Window) -> Self {
        let location = window.location();
        let [fragment, query, url, host] =
            [location.hash(), location.search(), location.href(), location.hostname()].map(Result::unwrap_or_default);
        Self { fragment, query, url, host }
    }

    /// As the parameters are read from it.
    pub(crate) fn page(&self) -> Page<'_> {
        Page {
            fragment: self.fragment.strip_prefix('#').unwrap_or(&self.fragment),
            query: self.query.strip_prefix('?').unwrap_or(&self.query),
            url: &self.url,
        }
    }
}

/// The translation to fetch, for the language that the address names or else the browser's; `None` is English.
pub(crate) fn translation(window: &Window, named: Option<&str>) -> Option<&'static str> {
    match named {
        Some(tag) => translation_for(tag),
        None => translation_for(&window.navigator().language().unwrap_or_default()),
    }
}
