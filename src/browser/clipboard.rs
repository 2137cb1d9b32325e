//! What a person copies.

use crate::browser::js;

/// Puts text on the clipboard. Whether it is there; a page that is not https has none.
pub async fn copy(text: &str) -> bool {
    let clipboard = js::get(&js::navigator(), "clipboard");
    js::called(&clipboard, "writeText", &[&text.into()]).await.is_ok()
}
