//! JSON by way of the browser's own reader and writer. serde_json's would be a quarter of the page, most of it tables for
//! floating-point numbers; its `Value` alone is what the pure part works with.

use js_sys::{Array, JSON, JsString, Object, Reflect};
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

/// The longest text that is parsed, in UTF-16 units. A `config.json` has some 10 KB, a message below 4 KB.
const TEXT_LIMIT: u32 = 256 * 1024;
/// How many values one message may hold. The longest honest one lists 200 participants of four values each.
const VALUE_LIMIT: u32 = 10_000;
/// How deep values may lie in each other; a posted object may even contain itself.
const DEPTH_LIMIT: u32 = 32;

/// Parses a text. `None` when it is no JSON, or too large.
pub(crate) fn parse(text: &JsValue) -> Option<Value> {
    let text: &JsString = text.dyn_ref().filter(|text: &&JsString| text.length() <= TEXT_LIMIT)?;
    read(&JSON::parse(&String::from(text)).ok()?)
}

/// The text of a value.
pub(crate) fn text(value: &Value) -> Option<JsString> {
    JSON::stringify(&write(value)).ok()
}

/// Reads what a stranger posted, as JSON would carry it: what JSON has no form for is null, or absent from an object.
/// `None` when it is too large or too deep.
pub(crate) fn read(value: &JsValue) -> Option<Value> {
    read_within(value, DEPTH_LIMIT, &mut VALUE_LIMIT.clone())
}

fn read_within(value: &JsValue, depth: u32, left: &mut u32) -> Option<Value> {
    *left = left.checked_sub(1)?;
    if let Some(truth) = value.as_bool() {
        return Some(Value::Bool(truth));
    }
    if let Some(number) = value.as_f64() {
        return Some(read_number(number));
    }
    if let Some(text) = value.dyn_ref::<JsString>() {
        return (text.length() <= TEXT_LIMIT).then(|| Value::String(text.into()));
    }
    if !value.is_object() {
        return Some(Value::Null);
    }
    let depth = depth.checked_sub(1)?;
    if let Some(array) = value.dyn_ref::<Array>() {
        let mut values = Vec::new();
        for index in 0..array.length() {
            values.push(read_within(&array.get(index), depth, left)?);
        }
        return Some(Value::Array(values));
    }
    let mut object = Map::new();
    for entry in Object::entries(value.unchecked_ref()).iter() {
        let entry: &Array = entry.unchecked_ref();
        let value = entry.get(1);
        if !value.is_undefined() {
            let key = entry.get(0).as_string().unwrap_or_default();
            object.insert(key, read_within(&value, depth, left)?);
        }
    }
    Some(Value::Object(object))
}

/// A whole number as an integer, as serde_json's own reader gives it.
fn read_number(number: f64) -> Value {
    /// 2^53: below, every whole f64 is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within i64")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A value of ours for the browser.
pub(crate) fn write(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => number.as_f64().into(),
        Value::String(text) => text.into(),
        Value::Array(values) => {
            let array = Array::new();
            for value in values {
                array.push(&write(value));
            }
            array.into()
        }
        Value::Object(entries) => {
            let object = Object::new();
            for (key, value) in entries {
                let _ = Reflect::set(&object, &key.into(), &write(value));
            }
            object.into()
        }
    }
}
