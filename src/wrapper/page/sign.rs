//! Signing with the browser's own cryptography, which it offers to secure pages alone.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use crate::browser::js;
use crate::wrapper::SECRET;

/// HMAC with SHA-256 of a text. `None` where the browser has none to give.
pub(super) async fn sign(text: &str) -> Option<Vec<u8>> {
    let crypto = js::get(&js_sys::global(), "crypto");
    let subtle = js::get(&crypto, "subtle");
    let bytes = |text: &str| JsValue::from(Uint8Array::from(text.as_bytes()));
    let hmac = js::object(&[("name", &"HMAC".into()), ("hash", &"SHA-256".into())]);
    let uses = Array::of1(&"sign".into());
    let key = [&"raw".into(), &bytes(SECRET), &hmac, &JsValue::FALSE, &uses];
    let key = js::called(&subtle, "importKey", &key).await.ok()?;
    let signature = js::called(&subtle, "sign", &[&"HMAC".into(), &key, &bytes(text)]).await.ok()?;
    Some(Uint8Array::new(&signature).to_vec())
}
