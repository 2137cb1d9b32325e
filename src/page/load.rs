//! Files beside the page.

use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestCache, RequestInit, Response};

use super::json;

/// Fetches a JSON file beside the page, asking the server whether it has changed; what the page itself preloads is taken as that came.
/// `None` when there is none.
pub(crate) fn json(address: &str, then: impl FnOnce(Option<Value>) + 'static) {
    let address = address.to_owned();
    spawn_local(async move { then(fetch(&address, None).await) });
}

/// The same as a future, given up when the signal comes.
pub(crate) async fn fetch(address: &str, end: Option<&AbortSignal>) -> Option<Value> {
    let response = response(request(address, RequestCache::NoCache, end)?.await)?;
    json::parse(&text(response.ok().then_some(&response)?)?.await.ok()?)
}

/// Begins a request; what it gives is for [`response`].
pub(crate) fn request(address: &str, cache: RequestCache, end: Option<&AbortSignal>) -> Option<JsFuture> {
    let options = RequestInit::new();
    options.set_cache(cache);
    if let Some(end) = end {
        options.set_signal(Some(end));
    }
    Some(JsFuture::from(web_sys::window()?.fetch_with_str_and_init(address, &options)))
}

/// What the server answered; `None` when it did not.
pub(crate) fn response(answer: Result<JsValue, JsValue>) -> Option<Response> {
    answer.ok()?.dyn_into().ok()
}

/// An answer's content, once all of it has come.
pub(crate) fn text(response: &Response) -> Option<JsFuture> {
    Some(JsFuture::from(response.text().ok()?))
}
