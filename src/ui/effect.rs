//! Effects and derived values in little code: Leptos compiles a task for each closure's type, 1.5 KB; these have one, or one for
//! each type of value.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::{Effect, Memo, on_cleanup};
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{AnySubscriber, Subscriber as _, ToAnySubscriber as _};

/// Runs now and again whenever a signal that was read has changed.
pub(crate) fn effect(mut run: impl FnMut() + 'static) {
    let gone = Gone::default();
    let over = gone.clone();
    let run: Box<dyn FnMut()> = Box::new(move || {
        if !over.is_so() {
            run();
        }
    });
    gone.ends(Effect::new(run).to_any_subscriber());
}

/// Whether what a follower belongs to has gone away. What was on its way to it then comes all the same, and would read what is no more.
#[derive(Clone, Default)]
pub(crate) struct Gone(Arc<AtomicBool>);

impl Gone {
    pub(crate) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Becomes true when the current owner goes away, and what this follows no longer knows of it then. By itself it would stay among the
    /// followers of a signal that outlives it until that changes, which of an engine's signals may be never: a page that shows and hides its
    /// rooms all day would only grow.
    pub(crate) fn ends(self, follower: AnySubscriber) {
        on_cleanup(move || {
            self.0.store(true, Ordering::Relaxed);
            follower.clear_sources(&follower);
        });
    }
}

type Read<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

/// A value that follows what it is of. Whoever reads it hears only of another value.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let read: Read<T> = Box::new(move |_| read());
    let memo = ArcMemo::new(read);
    Gone::default().ends(memo.to_any_subscriber());
    memo.into()
}
