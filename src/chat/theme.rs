//! The look: the site's choice, or the person's, or the system's. The stylesheet follows `data-theme` on the root element
//! (`light`, `dark`, or absent for the system's).

use leptos::prelude::document;
use serde::{Deserialize, Serialize};

use crate::browser::storage;
use crate::site::Theme;

const KEY: &str = "meet_in_chat.theme";

/// What a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    storage::read(KEY).unwrap_or_else(|| site.into())
}

/// Remembers a choice.
pub(super) fn remember(choice: Choice) {
    storage::write(KEY, &choice);
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
