//! Reaching what web-sys has no name for, or lets throw: by name, and nothing of it can panic.

use js_sys::{Array, Function, JSON, JsString, Object, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::json;

/// The property; `undefined` where there is none.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or_default()
}

/// The property as text, if it is text.
pub fn text(target: &JsValue, name: &str) -> Option<String> {
    get(target, name).as_string()
}

/// The members of an array, or of anything else that lists some; none of what does not.
pub fn list(value: &JsValue) -> Array {
    let list = call(&get(&js_sys::global(), "Array"), "from", &[value]);
    list.ok().and_then(|list| list.dyn_into().ok()).unwrap_or_default()
}

/// Sets the property. A setter that throws changes nothing.
pub fn set(target: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(target, &name.into(), value);
}

/// Whether the target has the property, itself or by its prototype.
pub fn has(target: &JsValue, name: &str) -> bool {
    !get(target, name).is_undefined()
}

/// An object of these properties.
pub fn object(properties: &[(&str, &JsValue)]) -> JsValue {
    let object: JsValue = Object::new().into();
    for (name, value) in properties {
        set(&object, name, value);
    }
    object
}

/// Calls the method; the error is what it threw, or that there is none.
pub fn call(target: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(target, method).dyn_into()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    Reflect::apply(&method, target, &list)
}

/// A value as `JSON.stringify` writes it; `None` where it throws, or writes nothing.
pub fn written(value: &JsValue) -> Option<JsString> {
    call(&get(&js_sys::global(), "JSON"), "stringify", &[value]).ok()?.dyn_into().ok()
}

/// A value as JSON carries it; `None` where it can't, or would take more than so many UTF-16 units.
pub fn carried(value: &JsValue, longest: u32) -> Option<Value> {
    let text = written(value).filter(|text| text.length() <= longest)?;
    json::parse(&String::from(text))
}

/// JSON as a plain value of the page's.
pub fn given(value: &Value) -> JsValue {
    JSON::parse(&json::text(value)).unwrap_or(JsValue::NULL)
}

/// Makes an object of this class.
pub fn construct(class: &JsValue, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    Reflect::construct(class.dyn_ref::<Function>().ok_or(JsValue::UNDEFINED)?, &list)
}

/// The page's `navigator`.
pub fn navigator() -> JsValue {
    get(&js_sys::global(), "navigator")
}

/// Calls the method and waits for what it promises.
pub async fn called(target: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    settled(call(target, method, arguments)?).await
}

/// Waits for the value, if it is a promise.
pub async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

/// Lets a promise end as it likes: nobody waits, and the browser does not complain of an error that nobody took.
pub fn forget(promise: Result<JsValue, JsValue>) {
    if let Ok(promise) = promise {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = settled(promise).await;
        });
    }
}

/// An error's own words.
pub fn words(error: &JsValue) -> String {
    text(error, "message").filter(|words| !words.is_empty()).or_else(|| text(error, "name")).unwrap_or_default()
}
