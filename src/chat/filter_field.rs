//! The field that filters a list by name.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::drawn::{Draw, Drawn};

/// The field; what is typed goes to `text`.
pub(super) fn filter_field(label: String, text: RwSignal<String>) -> Drawn {
    view! {
        <div class="filter">
            {icon(Icon::Search)}
            <input
                type="search" autocomplete="off" spellcheck="false"
                aria-label=label.clone() placeholder=label bind:value=text
            />
        </div>
    }
    .drawn()
}
