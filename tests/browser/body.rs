//! What is taken of a stranger's answer.

use meet_in_chat::browser::{body, js};
use meet_in_chat::host::HostError;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn body_of(script: &str) -> JsValue {
    js_sys::eval(script).expect("a body")
}

#[wasm_bindgen_test]
async fn an_answer_is_read_whole_up_to_its_bound() {
    let read = |most| body::text(body_of("new Response('\u{fc}ber').body"), most);
    assert_eq!(read(5).await.as_deref(), Some("\u{fc}ber"));
    assert_eq!(read(4).await, None);
    assert_eq!(body::text(body_of("new Response('').body"), 0).await.as_deref(), Some(""));
    assert_eq!(body::text(JsValue::NULL, 5).await, None);
    assert_eq!(
        body::text(body_of("new Response(new Uint8Array([239, 187, 191, 123, 252])).body"), 5).await.as_deref(),
        Some("{\u{fffd}")
    );
}

/// It names no length, and would go on for as long as the request may take.
#[wasm_bindgen_test]
async fn an_answer_without_an_end_is_given_up() {
    let endless = "new ReadableStream({ pull: stream => stream.enqueue(new Uint8Array(1000)), \
                   cancel: () => { window.was_given_up = true } })";
    assert_eq!(body::bytes(body_of(endless), 100_000).await, Err(HostError::Unsupported));
    assert_eq!(js::get(&js_sys::global(), "was_given_up"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn an_answer_that_breaks_off_is_none() {
    let broken =
        "new ReadableStream({ start: stream => { stream.enqueue(new Uint8Array(3)); stream.error(new Error('x')) } })";
    assert_eq!(body::bytes(body_of(broken), 100).await, Err(HostError::Unreachable));
}
