//! What the browser keeps, and its randomness.

use meet_in_chat::browser::{random, storage};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn what_was_written_is_read_until_it_is_removed() {
    let value = (7_u32, "ü".to_owned());
    storage::write("test-storage", &value);
    assert_eq!(storage::read("test-storage"), Some(value));
    storage::remove("test-storage");
    assert_eq!(storage::read::<(u32, String)>("test-storage"), None);
}

#[wasm_bindgen_test]
fn a_value_of_another_shape_reads_as_nothing() {
    storage::write("test-shape", &"words");
    assert_eq!(storage::read::<Vec<u32>>("test-shape"), None);
    assert_eq!(storage::read("test-shape"), Some("words".to_owned()));
    storage::remove("test-shape");
}

#[wasm_bindgen_test]
fn random_bytes_differ_from_each_other() {
    let (first, second) = (random::bytes::<24>(), random::bytes::<24>());
    assert!(first.is_some());
    assert_ne!(first, second);
}
