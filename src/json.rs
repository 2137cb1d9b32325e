//! Reading JSON that a stranger wrote, and writing it: a wrong type is the same as an absent value, and nothing panics.

mod bytes;
mod deep;
mod text;

use serde_json::{Map, Value};

pub use bytes::decoded;
pub use deep::parse;
pub use text::text;

/// A JSON object.
pub type Object = Map<String, Value>;

/// A JSON value that is an object of these entries: `object_of!({ "room": &room, "video": true })`. `json!` does the same by way of
/// serde, in far more code.
macro_rules! object_of {
    ({ $($key:literal: $value:expr),+ $(,)? }) => {
        serde_json::Value::Object($crate::json::of([$(($key, $value.into())),+]))
    };
}
pub(crate) use object_of;

/// An object of these entries; see `object_of!`.
pub fn of<const N: usize>(mut entries: [(&str, Value); N]) -> Object {
    filled(&mut entries)
}

#[inline(never)]
fn filled(entries: &mut [(&str, Value)]) -> Object {
    let mut object = Object::new();
    for (key, value) in entries {
        object.insert((*key).to_owned(), value.take());
    }
    object
}

/// An object of one entry.
pub fn with(key: &str, value: impl Into<Value>) -> Object {
    let mut object = Object::new();
    object.insert(key.into(), value.into());
    object
}

/// The string at `key`, if it is one.
pub fn string<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

/// The object at `key`, if it is one.
pub fn object<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key).and_then(Value::as_object)
}

/// The array at `key`; empty when it is none.
pub fn array<'a>(object: &'a Object, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The boolean at `key`, if it is one.
pub fn boolean(object: &Object, key: &str) -> Option<bool> {
    object.get(key).and_then(Value::as_bool)
}

/// The integer at `key`, if it is one. `1.0` is an integer; `"1"` is not.
pub fn integer(object: &Object, key: &str) -> Option<i64> {
    object.get(key).and_then(as_integer)
}

/// A JSON number without a fraction, within `i64`.
pub fn as_integer(value: &Value) -> Option<i64> {
    /// The largest power of two below which every whole f64 is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within i64, checked above")]
        Some(number as i64)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_of_either_spelling_are_integers() {
        assert_eq!(as_integer(&json!(50)), Some(50));
        assert_eq!(as_integer(&json!(50.0)), Some(50));
        for value in [json!(0.5), json!("50"), json!(1e300), json!(null), json!(true)] {
            assert_eq!(as_integer(&value), None, "{value}");
        }
    }
}
