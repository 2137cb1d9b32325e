//! Taking values over from a page: nothing here trusts a type, calls what may throw without catching it, or copies more than has a
//! bound.

use js_sys::JsString;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::js;
use crate::host::shape::{Found, HostProblem};
use crate::host::wire::{Failure, LONGEST_MESSAGE};
use crate::json;

/// The longest JSON that is taken, in UTF-16 units. A room of 20,000 members, were they all listed, has some 12 million; memory that
/// a page has once given to a program it never gets back.
const LONGEST_JSON: u32 = 32 * 1024 * 1024;
/// The longest text that names something: ids of Matrix have 255 bytes at most, codes and languages less.
pub(super) const LONGEST_NAME: u32 = 1024;
/// The longest address of a picture, which may hold the picture itself.
pub(super) const LONGEST_ADDRESS: u32 = 2 * 1024 * 1024;

/// A text; `None` where it is none, empty, or longer than that.
pub(super) fn text(value: &JsValue, longest: u32) -> Option<String> {
    let text: &JsString = value.dyn_ref()?;
    (1..=longest).contains(&text.length()).then(|| text.into())
}

/// The beginning of a text.
fn words(value: &JsValue) -> Option<String> {
    let text: &JsString = value.dyn_ref()?;
    Some(text.slice(0, LONGEST_MESSAGE).into())
}

/// What is there in place of a member.
pub(super) fn found(object: &JsValue, name: &str) -> Found {
    match js_sys::Reflect::get(object, &name.into()) {
        Ok(value) if value.is_function() => Found::Function,
        Ok(value) if value.is_null() || value.is_undefined() => Found::Nothing,
        Ok(value) if text(&value, LONGEST_NAME).is_some() => Found::Text,
        _ => Found::Other,
    }
}

/// Why a value can't have any members, if that is so.
pub(super) fn no_object(value: &JsValue) -> Option<HostProblem> {
    if value.is_null() {
        return Some(HostProblem::NoObject("null".into()));
    }
    if !value.is_object() && !value.is_function() {
        return Some(HostProblem::NoObject(value.js_typeof().as_string().unwrap_or_default()));
    }
    let is_promise = js::get(value, "then").is_function() && found(value, "subscribe") == Found::Nothing;
    is_promise.then_some(HostProblem::Promise)
}

/// A value as JSON carries it; `None` where it can't: it contains itself or a big integer, is a function, throws while it is read, or
/// is too long. Of an object that can't be carried because of one element of its list at `list`, the others are.
pub(super) fn value(value: &JsValue, list: &str) -> Option<Value> {
    match whole(value, &mut { LONGEST_JSON }) {
        Ok(whole) => whole.or_else(|| piecemeal(value, list)),
        Err(TooLong) => None,
    }
}

/// More than the rest of what is taken.
struct TooLong;

/// `None` where it can't be carried. Its length is taken from what is `left`.
fn whole(value: &JsValue, left: &mut u32) -> Result<Option<Value>, TooLong> {
    let Some(text) = js::written(value) else { return Ok(None) };
    *left = left.checked_sub(text.length()).ok_or(TooLong)?;
    Ok(json::parse(&String::from(text)))
}

/// An element that can't be carried leaves what it is a state event of, if it is one: that a room is encrypted holds whatever else
/// the event says.
fn piecemeal(value: &JsValue, list: &str) -> Option<Value> {
    let elements = js::get(value, list);
    is_list(&elements).then_some(())?;
    let rest = js::object(&[]);
    js::call(&js::get(&js_sys::global(), "Object"), "assign", &[&rest, value]).ok()?;
    js::set(&rest, list, &JsValue::NULL);
    let mut left = LONGEST_JSON;
    let mut object = whole(&rest, &mut left).ok()??;
    let mut carried = Vec::new();
    for element in js::list(&elements) {
        let event = match whole(&element, &mut left).ok()? {
            // Most state keys are empty.
            None if js::get(&element, "state_key").is_string() => whole(&remains(&element), &mut left).ok()?,
            event => event,
        };
        carried.extend(event);
    }
    object.as_object_mut()?.insert(list.into(), carried.into());
    Some(object)
}

fn remains(event: &JsValue) -> JsValue {
    let remains = js::object(&[]);
    for name in ["type", "state_key", "sender", "event_id"] {
        js::set(&remains, name, &text(&js::get(event, name), LONGEST_NAME).unwrap_or_default().into());
    }
    remains
}

fn is_list(value: &JsValue) -> bool {
    js::call(&js::get(&js_sys::global(), "Array"), "isArray", &[value]).is_ok_and(|is| is.is_truthy())
}

/// What kind of value something is, and an object's keys: as much as may be written where others read it. The value itself may be a
/// token, or what came encrypted.
pub(super) fn kind(value: &JsValue) -> JsValue {
    if is_list(value) {
        return "array".into();
    }
    if value.is_object() {
        let keys = js::call(&js::get(&js_sys::global(), "Object"), "keys", &[value]);
        return keys.unwrap_or_else(|_| "object".into());
    }
    if value.is_null() { JsValue::NULL } else { value.js_typeof() }
}

/// What a rejection or something thrown says, whatever it is.
pub(super) fn failure(error: &JsValue) -> Failure {
    let name = |key| text(&js::get(error, key), LONGEST_NAME);
    Failure {
        name: name("name"),
        errcode: name("errcode"),
        http_status: js::get(error, "httpStatus").as_f64(),
        data: js::carried(&js::get(error, "data"), LONGEST_JSON),
        message: words(error).or_else(|| words(&js::get(error, "message"))),
    }
}
