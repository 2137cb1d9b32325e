//! The field that filters a list by name.

use leptos::prelude::RwSignal;

use super::icons::{Icon, icon};
use crate::ui::element::{Tag, tag};

/// The field; what is typed goes to `text`.
pub(super) fn filter_field(label: String, text: RwSignal<String>) -> Tag {
    let input = tag("input", "")
        .set("type", "search")
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .set("aria-label", label.as_str())
        .set("placeholder", label);
    tag("div", "filter").with(icon(Icon::Search)).with(input.field(text))
}
