//! Asking servers that are not ours. Where a browser gives nothing of an answer, a second request tells whether there is one.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use web_sys::Document;

use crate::browser::js;
use crate::check::calls::Fetched;
use crate::check::page::patience;
use crate::page::json;

/// The event of a broken policy may come a moment after the request has failed.
const MOMENT_MS: u32 = 50;

/// What this page's own policy has to say.
#[derive(Default)]
pub(super) struct Rules {
    broken: Rc<Cell<bool>>,
}

impl Rules {
    /// Listens to violations of the policy, for as long as the page lives.
    pub(super) fn watch(&self, document: &Document) {
        let broken = Rc::clone(&self.broken);
        EventListener::new(document, "securitypolicyviolation", move |_| broken.set(true)).forget();
    }

    /// Asks for JSON.
    pub(super) async fn ask(&self, address: &str) -> Fetched {
        self.broken.set(false);
        let response = match fetch(address, "cors").await {
            Ok(response) => response,
            // Not asked twice: each time takes as long.
            Err(error) if js::text(&error, "name").as_deref() == Some("TimeoutError") => return Fetched::Silent,
            Err(_) => return self.reach(address).await,
        };
        let status = js::get(&response, "status").as_f64().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status, or zero")]
        let status = status as u16;
        match js::called(&response, "text", &[]).await {
            Ok(text) => Fetched::Answer { status, body: json::parse(&text) },
            Err(_) => Fetched::Silent,
        }
    }

    /// Whether anything answers there; [`Fetched::Hidden`] if so.
    async fn reach(&self, address: &str) -> Fetched {
        if fetch(address, "no-cors").await.is_ok() {
            return Fetched::Hidden;
        }
        sleep(MOMENT_MS).await;
        if self.broken.get() { Fetched::Forbidden } else { Fetched::Silent }
    }
}

/// Past every cache and without cookies.
async fn fetch(address: &str, mode: &str) -> Result<JsValue, JsValue> {
    let options = js::object(&[
        ("mode", &mode.into()),
        ("cache", &"no-store".into()),
        ("credentials", &"omit".into()),
        ("referrerPolicy", &"no-referrer".into()),
    ]);
    if let Some(end) = patience() {
        js::set(&options, "signal", &end);
    }
    js::called(&js_sys::global(), "fetch", &[&address.into(), &options]).await
}

/// Waits. As a plain promise: futures of `gloo-timers` bring a channel with them, which is a kilobyte.
pub(super) async fn sleep(ms: u32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = js::call(&js_sys::global(), "setTimeout", &[&resolve, &ms.into()]);
    });
    let _ = js::settled(promise.into()).await;
}
