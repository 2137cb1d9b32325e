//! Keeps the snapshot in the browser's Cache Storage, which takes megabytes without blocking. Where there is none (a page
//! without https) nothing is kept.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Response};

/// The cache's name.
const CACHE: &str = "meet-in-chat";
/// The snapshot's place in it; relative to the page, and never requested.
const PLACE: &str = "meet-in-chat-snapshot";

/// The snapshot's text.
pub(super) async fn read() -> Option<String> {
    let found = JsFuture::from(open().await?.match_with_str(PLACE)).await.ok()?;
    let text = found.dyn_into::<Response>().ok()?.text().ok()?;
    JsFuture::from(text).await.ok()?.as_string()
}

/// Replaces the snapshot.
pub(super) async fn write(text: &str) {
    if let (Some(cache), Ok(response)) = (open().await, Response::new_with_opt_str(Some(text))) {
        // A full disk: then the next start begins with a full sync.
        let _ = JsFuture::from(cache.put_with_str(PLACE, &response)).await;
    }
}

/// Forgets everything that was kept.
pub(super) async fn wipe() {
    if let Some(caches) = storage() {
        let _ = JsFuture::from(caches.delete(CACHE)).await;
    }
}

async fn open() -> Option<Cache> {
    JsFuture::from(storage()?.open(CACHE)).await.ok()?.dyn_into().ok()
}

/// `caches` is undefined outside secure contexts, where a call on it would throw.
fn storage() -> Option<CacheStorage> {
    let window = web_sys::window()?;
    let caches = js_sys::Reflect::get(&window, &JsValue::from_str("caches")).ok()?;
    caches.dyn_into().ok()
}
