//! The look: the site's choice, or the person's, or the system's. The stylesheet follows `data-theme` on the root element
//! (`light`, `dark`, or absent for the system's).

use leptos::prelude::document;
use serde_json::Value;

use crate::browser::storage;
use crate::site::Theme;

const KEY: &str = "meet_in_chat.theme";

/// What a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// As the system is.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl From<Option<Theme>> for Choice {
    fn from(theme: Option<Theme>) -> Self {
        match theme {
            None => Self::System,
            Some(Theme::Light) => Self::Light,
            Some(Theme::Dark) => Self::Dark,
        }
    }
}

/// What the person chose last time, else what the site says.
pub(super) fn remembered(site: Option<Theme>) -> Choice {
    match storage::read(KEY).as_ref().and_then(Value::as_str) {
        Some("system") => Choice::System,
        Some("light") => Choice::Light,
        Some("dark") => Choice::Dark,
        _ => site.into(),
    }
}

/// Remembers a choice.
pub(super) fn remember(choice: Choice) {
    let name = match choice {
        Choice::System => "system",
        Choice::Light => "light",
        Choice::Dark => "dark",
    };
    storage::write(KEY, &name.into());
}

/// Shows the page in a look.
pub(super) fn apply(choice: Choice) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match choice {
        Choice::System => root.remove_attribute("data-theme"),
        Choice::Light => root.set_attribute("data-theme", "light"),
        Choice::Dark => root.set_attribute("data-theme", "dark"),
    };
}
