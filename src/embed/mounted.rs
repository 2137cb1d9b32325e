//! The views that the chat has mounted, by number: what crosses to JavaScript is plain, so that nothing there can hold what is gone. A
//! number that is not, or no longer, in use means nothing, and does nothing.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::views::{Shown, Subject};
use leptos::prelude::*;

struct View {
    number: u32,
    engine: u32,
    shown: Shown,
}

thread_local! {
    static VIEWS: RefCell<Vec<View>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A number that nothing has had, be it an engine's or a view's.
pub(super) fn next() -> u32 {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    number
}

/// Keeps a view of an engine, and gives its number.
pub(super) fn keep(engine: u32, shown: Shown) -> u32 {
    let number = next();
    VIEWS.with_borrow_mut(|all| all.push(View { number, engine, shown }));
    number
}

/// Lets a view show something else: another room, or another event of it.
pub fn update(view: u32, options: &JsValue) {
    // Nothing is borrowed while it changes, which may tell the chat something.
    let subject = VIEWS.with_borrow(|views| Some(views.iter().find(|one| one.number == view)?.shown.subject.clone()));
    let Some(subject) = subject else { return };
    let now = Subject::read(options);
    if *subject.read_untracked() != now {
        subject.set(now);
    }
}

/// Takes a view away.
pub fn unmount(view: u32) {
    forget(|one| one.number == view);
}

/// Takes all views of an engine away.
pub(super) fn unmount_all(engine: u32) {
    forget(|one| one.engine == engine);
}

/// One of its own buttons may have led here, and must not be dropped while it is pressed.
fn forget(which: impl Fn(&View) -> bool) {
    let gone: Vec<View> = VIEWS.with_borrow_mut(|views| views.extract_if(.., |one| which(one)).collect());
    spawn_local(async move { drop(gone) });
}
