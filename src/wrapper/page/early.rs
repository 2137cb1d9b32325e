//! What came before the program ran.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

/// The messages that came while this program was still loading. The page's boot module keeps them in `earlyMessages`: a chat
/// speaks to the frame as soon as it has loaded, and only once.
pub(super) fn messages(window: &Window) -> Vec<MessageEvent> {
    let name = JsValue::from_str("earlyMessages");
    let kept = Reflect::get(window, &name).unwrap_or_default();
    // Without the array the boot module stops keeping.
    let _ = Reflect::set(window, &name, &JsValue::UNDEFINED);
    kept.dyn_into::<Array>()
        .map(|events| events.iter().filter_map(|event| event.dyn_into().ok()).collect())
        .unwrap_or_default()
}
