//! How the person wants a conference to lie, kept on this device.

use leptos::prelude::*;

use super::Calls;
use crate::browser::storage;
use crate::meet::layout::Wish;

/// Where it is kept.
const KEY: &str = "meet_in_chat.tile";

/// What was chosen before.
pub(super) fn kept() -> ArcRwSignal<Wish> {
    ArcRwSignal::new(Wish::read(storage::read(KEY).as_ref()))
}

impl Calls {
    /// How a conference is to lie; tracks.
    pub(in crate::ui) fn tile(&self) -> Wish {
        self.0.tile.get()
    }

    /// Lays it otherwise, now and from now on.
    pub(in crate::ui) fn lay(&self, change: impl FnOnce(Wish) -> Wish) {
        let before = self.0.tile.get_untracked();
        let wish = change(before);
        if wish != before {
            storage::write(KEY, &wish.kept());
            self.0.tile.set(wish);
        }
    }
}
