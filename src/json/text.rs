//! JSON as text, for all programs by one writer.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The JSON of a value, without blanks. Its own `to_string` would bring a second writer, one that makes lines, and with it tables of
/// the powers of ten.
pub fn text(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    // Memory takes every byte, and all keys are strings.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut text, Plain));
    String::from_utf8(text).unwrap_or_default()
}

/// Writes as serde_json does, but for fractions.
struct Plain;

impl Formatter for Plain {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, number: f64) -> io::Result<()> {
        let mut digits = digits(number);
        // It stays a number that is none of the integers, to whoever keeps them apart.
        if digits.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) {
            digits.push_str(".0");
        }
        writer.write_all(digits.as_bytes())
    }
}

/// The fewest digits that read as this number again, which is finite. The browser has the tables for it.
#[cfg(target_arch = "wasm32")]
fn digits(number: f64) -> String {
    js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

#[cfg(not(target_arch = "wasm32"))]
fn digits(number: f64) -> String {
    number.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn text_is_what_serde_json_writes() {
        let value =
            json!({ "a": [null, true, 0, -7, u64::MAX, "\"\\\n\u{1}é\u{2028}"], "b": {}, "c": [], "": { "d": -0.5 } });
        assert_eq!(text(&value), value.to_string());
        assert_eq!(text(value.as_object().expect("an object")), value.to_string());
    }

    #[test]
    fn a_number_with_a_fraction_reads_as_the_same_again() {
        for number in [0.1, 1.0, -2.0, 1e21, 1e300, 1.5e-300, 1.0 / 3.0] {
            let again: Value = serde_json::from_str(&text(&json!(number))).expect("JSON");
            assert!(again.is_f64() && (again.as_f64().unwrap_or_default() / number - 1.0).abs() < 1e-15, "{again}");
        }
    }
}
