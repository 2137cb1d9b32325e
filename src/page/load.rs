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
    spawn_local(async move { then(fetch(&address).await) });
}

/// The same as a future.
pub(crate) async fn fetch(address: &str) -> Option<Value> {
    fetch_until(address, None).await
}

/// The same, given up when the signal comes.
pub(crate) async fn fetch_until(address: &str, end: Option<&AbortSignal>) -> Option<Value> {
    let response = answer(address, RequestCache::NoCache, end).await?;
    json::parse(&text(response.ok().then_some(&response)?).await?)
}

/// What the server answers to a request, which begins at once and whose content is read only by [`text`]; `None` when it does not.
pub(crate) fn answer(
    address: &str,
    cache: RequestCache,
    end: Option<&AbortSignal>,
) -> impl Future<Output = Option<Response>> + use<> {
    let options = RequestInit::new();
    options.set_cache(cache);
    if let Some(end) = end {
        options.set_signal(Some(end));
    }
    let answer = web_sys::window().map(|window| JsFuture::from(window.fetch_with_str_and_init(address, &options)));
    async move { answer?.await.ok()?.dyn_into().ok() }
}

/// An answer's content, if all of it comes.
pub(crate) async fn text(response: &Response) -> Option<JsValue> {
    JsFuture::from(response.text().ok()?).await.ok()
}
