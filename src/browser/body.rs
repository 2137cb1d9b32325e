//! What a stranger's server answers.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::js;

/// The largest answer of a server that nobody vouches for, in bytes. Their documents have some kilobytes; what is more would fill the
/// page's memory for as long as the request may take.
pub const LARGEST: usize = 1 << 20;

/// Reads the body of an answer, a `ReadableStream`, as text. It is counted as it comes, whatever length the server names; at more than
/// `most` bytes the rest is not asked for any more. `None` then, and where it breaks off or is no UTF-8.
pub async fn text(body: JsValue, most: usize) -> Option<String> {
    let reader = js::call(&body, "getReader", &[]).ok()?;
    let mut bytes = Vec::new();
    while let Ok(piece) = js::get(&js::called(&reader, "read", &[]).await.ok()?, "value").dyn_into::<Uint8Array>() {
        bytes.extend(piece.to_vec());
        if bytes.len() > most {
            js::forget(js::call(&reader, "cancel", &[]));
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}
