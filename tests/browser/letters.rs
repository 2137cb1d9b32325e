//! What is asked of the browser where the standard library has tables: letters, and the digits of fractions.

use meet_in_chat::browser::letters;
use meet_in_chat::json;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn letters_and_digits_are_those_of_every_script() {
    for letter in [
        'a', 'Z', '7', 'é', 'ß', 'Ω', 'ж', 'א', 'ع', '字', 'ก', '٣', '½', 'Ⅳ', '𝒜', '-', '·', '€', '…', '\u{200b}',
        '🙂', '"',
    ] {
        assert_eq!(letters::is_alphanumeric(letter), letter.is_alphanumeric(), "{letter:?}");
    }
}

#[wasm_bindgen_test]
fn a_number_with_a_fraction_is_written_as_one() {
    let value = json!([0.1, 1.0, -2.0, 1e21, 1.5e-300, f64::MAX, u64::MAX, -3]);
    assert_eq!(json::text(&value), "[0.1,1.0,-2.0,1e+21,1.5e-300,1.7976931348623157e+308,18446744073709551615,-3]");
}
