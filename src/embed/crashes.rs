//! When a program of the package panics, no button of it works any more, and the chat is told.

use std::cell::Cell;
use std::panic::PanicHookInfo;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::browser::js;

/// Lets a panic `end` what is open, and be told (`crashed`) to all whom `told` gives then. Neither may panic, nor rely on state that a
/// panic may have left in the middle of a change.
pub(super) fn listen(end: fn(&PanicHookInfo<'_>), told: fn() -> Vec<Function>) {
    thread_local! {
        static LISTENS: Cell<bool> = const { Cell::new(false) };
    }
    if LISTENS.replace(true) {
        return;
    }
    std::panic::set_hook(Box::new(move |panic| {
        end(panic);
        for told in told() {
            let _ = told.call2(&JsValue::UNDEFINED, &"crashed".into(), &js::object(&[]));
        }
    }));
}
