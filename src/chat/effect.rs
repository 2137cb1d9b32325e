//! Effects in little code: Leptos compiles a task for each closure's type, 1.5 KB; these all have one.

use leptos::prelude::Effect;

/// Runs now and again whenever a signal that was read has changed.
pub(super) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
