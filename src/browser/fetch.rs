//! Fetching JSON from a server that nobody vouches for.

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, RequestCredentials};

use crate::browser::body;
use crate::time::Millis;

/// GETs a JSON document without credentials. `None` when it can't be had within `limit`, whatever the cause, or is longer than
/// [`body::LARGEST`].
pub async fn json(url: &str, limit: Millis) -> Option<Value> {
    let controller = AbortController::new().ok()?;
    let watchdog = controller.clone();
    spawn_local(async move {
        TimeoutFuture::new(u32::try_from(limit.0).unwrap_or(u32::MAX)).await;
        // Without a reason: gloo-net panics on a rejection that is no `Error`.
        watchdog.abort();
    });
    let request = Request::get(url).credentials(RequestCredentials::Omit).abort_signal(Some(&controller.signal()));
    let response = request.send().await.ok()?;
    if !response.ok() {
        return None;
    }
    serde_json::from_str(&body::text(response.body().into(), body::LARGEST).await?).ok()
}
