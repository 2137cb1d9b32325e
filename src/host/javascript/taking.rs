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
    whole(value).or_else(|| piecemeal(value, list))
}

fn whole(value: &JsValue) -> Option<Value> {
    let text = js::call(&js::get(&js_sys::global(), "JSON"), "stringify", &[value]).ok()?;
    json::parse(&self::text(&text, LONGEST_JSON)?)
}

/// An element that can't be carried leaves what it is a state event of, if it is one: that a room is encrypted holds whatever else
/// the event says.
fn piecemeal(value: &JsValue, list: &str) -> Option<Value> {
    let elements = js::get(value, list);
    let is_list = js::call(&js::get(&js_sys::global(), "Array"), "isArray", &[&elements]);
    is_list.ok()?.is_truthy().then_some(())?;
    let rest = js::object(&[]);
    js::call(&js::get(&js_sys::global(), "Object"), "assign", &[&rest, value]).ok()?;
    js::set(&rest, list, &JsValue::NULL);
    let mut object = whole(&rest)?;
    let carried = js::list(&elements).into_iter().filter_map(|element| whole(&element).or_else(|| remains(&element)));
    object.as_object_mut()?.insert(list.into(), carried.collect());
    Some(object)
}

fn remains(event: &JsValue) -> Option<Value> {
    let part = |name| text(&js::get(event, name), LONGEST_NAME).unwrap_or_default();
    // Most state keys are empty.
    js::get(event, "state_key").is_string().then(|| {
        json::object_of!({
            "type": part("type"), "state_key": part("state_key"), "sender": part("sender"), "event_id": part("event_id"),
        })
    })
}

/// What a rejection or something thrown says, whatever it is.
pub(super) fn failure(error: &JsValue) -> Failure {
    let name = |key| text(&js::get(error, key), LONGEST_NAME);
    Failure {
        name: name("name"),
        errcode: name("errcode"),
        http_status: js::get(error, "httpStatus").as_f64(),
        data: whole(&js::get(error, "data")),
        message: words(error).or_else(|| words(&js::get(error, "message"))),
    }
}
