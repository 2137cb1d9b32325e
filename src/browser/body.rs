//! What a stranger's server answers.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::js;
use crate::host::HostError;
use crate::json;

/// The largest answer of a server that nobody vouches for, in bytes. Their documents have some kilobytes; what is more would fill the
/// page's memory for as long as the request may take.
pub const LARGEST: usize = 1 << 20;

/// Reads the body of an answer as text; otherwise like [`bytes`].
pub async fn text(body: JsValue, most: usize) -> Option<String> {
    bytes(body, most).await.ok().map(|bytes| json::decoded(&bytes))
}

/// Reads the body of an answer, a `ReadableStream`. It is counted as it comes, whatever length the server names; at more than `most`
/// bytes the rest is not asked for any more, and the answer is nothing to use. Where it breaks off, the server could not be reached.
pub async fn bytes(body: JsValue, most: usize) -> Result<Vec<u8>, HostError> {
    let broken = |_| HostError::Unreachable;
    let reader = js::call(&body, "getReader", &[]).map_err(broken)?;
    let mut bytes = Vec::new();
    loop {
        let read = js::called(&reader, "read", &[]).await.map_err(broken)?;
        let Ok(piece) = js::get(&read, "value").dyn_into::<Uint8Array>() else { return Ok(bytes) };
        bytes.extend(piece.to_vec());
        if bytes.len() > most {
            js::forget(js::call(&reader, "cancel", &[]));
            return Err(HostError::Unsupported);
        }
    }
}
