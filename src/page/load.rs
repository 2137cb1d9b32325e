//! Files beside the page.

use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RequestCache, RequestInit, Response};

use super::json;

/// Fetches a JSON file beside the page, asking the server whether it has changed; what the page itself preloads is taken as that came.
/// `None` when there is none.
pub(crate) fn json(address: &str, then: impl FnOnce(Option<Value>) + 'static) {
    let address = address.to_owned();
    spawn_local(async move { then(fetch(&address).await) });
}

/// The same as a future.
pub(crate) async fn fetch(address: &str) -> Option<Value> {
    let response = answer(address, "GET", RequestCache::NoCache).await?;
    content(response.ok().then_some(&response)?).await
}

/// What the server answers to a request; `None` when it does not.
pub(crate) async fn answer(address: &str, method: &str, cache: RequestCache) -> Option<Response> {
    let options = RequestInit::new();
    options.set_method(method);
    options.set_cache(cache);
    let answer = web_sys::window()?.fetch_with_str_and_init(address, &options);
    JsFuture::from(answer).await.ok()?.dyn_into().ok()
}

/// An answer's content, if that is JSON.
pub(crate) async fn content(response: &Response) -> Option<Value> {
    json::parse(&JsFuture::from(response.text().ok()?).await.ok()?)
}
