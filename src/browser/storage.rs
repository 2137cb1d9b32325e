//! `localStorage` and `sessionStorage`. Every operation can fail (private windows, a full disk) and then simply remembers nothing.

use serde_json::Value;
use web_sys::Storage;

use crate::json;

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Reads a JSON value; `None` when there is none.
pub fn read(key: &str) -> Option<Value> {
    read_from(&local()?, key)
}

/// Keeps a JSON value.
pub fn write(key: &str, value: &Value) {
    write_to(local(), key, value);
}

/// Forgets a value.
pub fn remove(key: &str) {
    remove_from(local(), key);
}

fn read_from(storage: &Storage, key: &str) -> Option<Value> {
    serde_json::from_str(&storage.get_item(key).ok()??).ok()
}

fn write_to(storage: Option<Storage>, key: &str, value: &Value) {
    let _ = storage.map(|storage| storage.set_item(key, &json::text(value)));
}

fn remove_from(storage: Option<Storage>, key: &str) {
    let _ = storage.map(|storage| storage.remove_item(key));
}

/// What outlives a reload of this tab and nothing more: `sessionStorage`.
pub mod session {
    use serde_json::Value;
    use web_sys::Storage;

    fn storage() -> Option<Storage> {
        web_sys::window()?.session_storage().ok()?
    }

    /// Reads a JSON value and forgets it.
    pub fn take(key: &str) -> Option<Value> {
        let value = super::read_from(&storage()?, key);
        remove(key);
        value
    }

    /// Whether there is a value.
    pub fn holds(key: &str) -> bool {
        storage().is_some_and(|storage| storage.get_item(key).is_ok_and(|value| value.is_some()))
    }

    /// Keeps a JSON value.
    pub fn write(key: &str, value: &Value) {
        super::write_to(storage(), key, value);
    }

    /// Forgets a value.
    pub fn remove(key: &str) {
        super::remove_from(storage(), key);
    }
}
