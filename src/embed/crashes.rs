//! When a program of the package panics, no button of it works any more, and the chat is told.

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::browser::js;

thread_local! {
    static LISTENS: Cell<bool> = const { Cell::new(false) };
    /// Who is told, by the number of its engine.
    static TOLD: RefCell<Vec<(u32, Function)>> = const { RefCell::new(Vec::new()) };
}

/// Lets a panic `end` what is open, and be told (`crashed`) to everybody who was added. `end` may neither panic nor rely on state that a
/// panic may have left in the middle of a change.
pub(super) fn listen(end: fn(&PanicHookInfo<'_>)) {
    if LISTENS.replace(true) {
        return;
    }
    std::panic::set_hook(Box::new(move |panic| {
        end(panic);
        let told = TOLD.try_with(|told| Some(told.try_borrow().ok()?.clone()));
        for (_, told) in told.ok().flatten().unwrap_or_default() {
            let _ = told.call2(&JsValue::UNDEFINED, &"crashed".into(), &js::object(&[]));
        }
    }));
}

/// Tells `told` of a crash, for as long as its engine is open.
pub(super) fn add(engine: u32, told: Function) {
    TOLD.with_borrow_mut(|all| all.push((engine, told)));
}

/// An engine is closed.
pub(super) fn remove(engine: u32) {
    TOLD.with_borrow_mut(|all| all.retain(|(number, _)| *number != engine));
}
