//! Effects and derived values in little code: Leptos compiles a task for each closure's type, 1.5 KB; these have one, or one for
//! each type of value.

use leptos::prelude::{Effect, Memo, on_cleanup};
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{AnySubscriber, Subscriber as _, ToAnySubscriber as _};

/// Runs now and again whenever a signal that was read has changed.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    unsubscribe(Effect::new(run).to_any_subscriber());
}

/// Lets what this follows know when the current owner goes away. By itself it would stay among the followers of a signal that outlives it
/// until that changes, which of an engine's signals may be never: a page that shows and hides its rooms all day would only grow.
pub(crate) fn unsubscribe(follower: AnySubscriber) {
    on_cleanup(move || follower.clear_sources(&follower));
}

type Read<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

/// A value that follows what it is of. Whoever reads it hears only of another value.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let read: Read<T> = Box::new(move |_| read());
    let memo = ArcMemo::new(read);
    unsubscribe(memo.to_any_subscriber());
    memo.into()
}
