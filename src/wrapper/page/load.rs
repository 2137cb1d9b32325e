//! What comes from outside before or after the program runs: files beside the page, messages that came too early.

use js_sys::{Array, Reflect};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, RequestCache, RequestInit, Response, Window};

use super::json;

/// Fetches a JSON file beside the page, always asking the server whether it has changed. A missing file is not reported.
pub(super) fn json(address: &str, then: impl FnOnce(Value) + 'static) {
    let file = fetch(address.to_owned());
    spawn_local(async move {
        if let Some(file) = file.await {
            then(file);
        }
    });
}

async fn fetch(address: String) -> Option<Value> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoCache);
    let answer = web_sys::window()?.fetch_with_str_and_init(&address, &options);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    let body = response.ok().then(|| response.text())?.ok()?;
    json::parse(&JsFuture::from(body).await.ok()?)
}

/// The messages that came while this program was still loading. The page's boot module keeps them in `earlyMessages`: a chat
/// speaks to the frame as soon as it has loaded, and only once.
pub(super) fn early_messages(window: &Window) -> Vec<MessageEvent> {
    let name = JsValue::from_str("earlyMessages");
    let kept = Reflect::get(window, &name).unwrap_or_default();
    // Without the array the boot module stops keeping.
    let _ = Reflect::set(window, &name, &JsValue::UNDEFINED);
    kept.dyn_into::<Array>()
        .map(|events| events.iter().filter_map(|event| event.dyn_into().ok()).collect())
        .unwrap_or_default()
}
