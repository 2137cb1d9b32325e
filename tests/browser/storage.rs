//! What the browser keeps, and its randomness.

use meet_in_chat::browser::{random, storage};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn what_was_written_is_read_until_it_is_removed() {
    let value = json!([7, "ü"]);
    storage::write("test-storage", &value);
    assert_eq!(storage::read("test-storage"), Some(value));
    storage::remove("test-storage");
    assert_eq!(storage::read("test-storage"), None);
}

#[wasm_bindgen_test]
fn random_bytes_differ_from_each_other() {
    let (first, second) = (random::bytes::<24>(), random::bytes::<24>());
    assert!(first.is_some());
    assert_ne!(first, second);
}
