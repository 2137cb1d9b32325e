//! Effects and derived values in little code: Leptos compiles a task for each closure's type, 1.5 KB; these have one, or one for
//! each type of value.

use leptos::prelude::{Effect, Memo};

/// Runs now and again whenever a signal that was read has changed.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

type Read<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

/// A value that follows what it is of. Whoever reads it hears only of another value.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let read: Read<T> = Box::new(move |_| read());
    Memo::new(read)
}
