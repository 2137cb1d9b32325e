//! Waiting for what the page and the browser do in their own time.

use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Longer than anything takes on a busy machine, in milliseconds.
pub(crate) const PATIENCE: u32 = 15_000;
/// How often it is looked at.
const STEP: u32 = 10;

/// Waits until it gives something.
pub(crate) async fn until_some<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..PATIENCE / STEP {
        if let Some(result) = attempt() {
            return result;
        }
        TimeoutFuture::new(STEP).await;
    }
    panic!("it never came: {what}");
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    until_some(what, || is_so().then_some(())).await;
}

/// Lets everything that is under way happen: timers and requests by time, and what waits for a picture of the page (focus moves
/// then) by pictures, which come late on a busy machine.
pub(crate) async fn settle() {
    TimeoutFuture::new(60).await;
    for _ in 0..2 {
        drawn().await;
    }
}

/// The next picture of the page.
async fn drawn() {
    let drawn = Promise::new(&mut |done, _| {
        request_animation_frame(move || drop(done.call0(&JsValue::UNDEFINED)));
    });
    let _ = JsFuture::from(drawn).await;
}
