//! What the pages remember in this browser: the labels of chosen devices.

use serde_json::Value;
use web_sys::{Storage, Window};

use super::json;

const KEY: &str = "meet_in_chat.wrapper_devices";

/// `None` where the browser lets a page remember nothing.
fn storage(window: &Window) -> Option<Storage> {
    window.local_storage().ok()?
}

pub(crate) fn read(window: &Window) -> Option<Value> {
    json::parse(&storage(window)?.get_item(KEY).ok()??.into())
}

pub(crate) fn keep(window: &Window, value: &Value) {
    if let (Some(storage), Some(text)) = (storage(window), json::text(value)) {
        let _ = storage.set_item(KEY, &String::from(text));
    }
}
