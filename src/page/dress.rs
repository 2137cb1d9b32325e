//! The whole document's look and language.

use web_sys::Document;

use super::{Theme, direction_of};

/// Lets the style sheet know the client's look.
pub(crate) fn wear(document: &Document, theme: Theme) {
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-theme", theme.as_str());
    }
}

/// Says which language the texts are in.
pub(crate) fn speak(document: &Document, language: &str) {
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", language);
        let _ = root.set_attribute("dir", direction_of(language));
    }
}
