//! Calling the methods of a page's host object: as methods of it, by name each time, and whatever they do comes back as a value.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::taking;
use crate::browser::js;
use crate::host::HostError;
use crate::time::Millis;

const ODD: &str = "gave something that can't be read";

/// The object. Cloning gives another handle to it.
#[derive(Clone)]
pub(super) struct Caller {
    object: JsValue,
    /// The methods that the console has been told of: once each, however often they fail.
    told_of: Rc<RefCell<Vec<&'static str>>>,
}

impl Caller {
    pub(super) fn new(object: &JsValue) -> Self {
        Self { object: object.clone(), told_of: Rc::default() }
    }

    /// Whether the object has this method.
    pub(super) fn has(&self, method: &str) -> bool {
        js::get(&self.object, method).is_function()
    }

    /// Calls it; `undefined` where it throws or is missing.
    pub(super) fn call(&self, method: &'static str, arguments: &[&JsValue]) -> JsValue {
        js::call(&self.object, method, arguments).unwrap_or_else(|error| {
            self.complain(method, "failed", &error);
            JsValue::UNDEFINED
        })
    }

    /// Calls a method that says yes or no. One that is missing or says neither leaves it at `otherwise`.
    pub(super) fn says(&self, method: &'static str, arguments: &[&JsValue], otherwise: bool) -> bool {
        if !self.has(method) {
            return otherwise;
        }
        let answer = self.call(method, arguments);
        answer.as_bool().unwrap_or_else(|| {
            self.complain(method, "gave something else than a boolean", &taking::kind(&answer));
            otherwise
        })
    }

    /// Calls a method that gives what JSON can carry; `None` where it gives nothing, nothing of use to `read`, or is missing.
    pub(super) fn gives(
        &self,
        method: &'static str,
        arguments: &[&JsValue],
        read: impl FnOnce(Value) -> Option<Value>,
    ) -> Option<Value> {
        let answer = if self.has(method) { self.call(method, arguments) } else { JsValue::UNDEFINED };
        if answer.is_null() || answer.is_undefined() {
            return None;
        }
        // A promise would be carried as an object without anything.
        let is_promise = js::get(&answer, "then").is_function();
        let value = if is_promise { None } else { taking::value(&answer, "state").and_then(read) };
        if value.is_none() {
            self.complain(method, ODD, &taking::kind(&answer));
        }
        value
    }

    /// What a method gave, as a text; `None` where it gave nothing, or no text of at most so many units.
    pub(super) fn text(&self, method: &'static str, answer: &JsValue, longest: u32) -> Option<String> {
        let text = taking::text(answer, longest);
        if text.is_none() && !answer.is_falsy() {
            self.complain(method, ODD, &taking::kind(answer));
        }
        text
    }

    /// Calls a method for what it does; nobody waits for it.
    pub(super) fn tells(&self, method: &'static str, arguments: &[&JsValue]) {
        let answer = self.call(method, arguments);
        // An `async` method fits a type that gives nothing.
        if answer.is_object() {
            let (this, promise) = (self.clone(), kept(answer));
            spawn_local(async move {
                if let Err(error) = promise.await {
                    this.complain(method, "failed", &error);
                }
            });
        }
    }

    /// Calls a method and waits for what it promises, for as long as `patience`: a page that never answers is one whose homeserver
    /// does not. [`HostError::Unsupported`] where it is missing.
    pub(super) async fn promises(
        &self,
        method: &'static str,
        arguments: &[&JsValue],
        patience: Millis,
    ) -> Result<JsValue, HostError> {
        if !self.has(method) {
            return Err(HostError::Unsupported);
        }
        let answer = match js::call(&self.object, method, arguments) {
            Ok(answer) => within(kept(answer), patience).await,
            Err(error) => Some(Err(error)),
        };
        match answer {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => {
                let failure = taking::failure(&error);
                let may_be_mistake = failure.name.as_deref() == Some("TypeError");
                let failure = failure.error();
                // What has a code is an answer; what has none is for whoever wrote the page. A `TypeError` is what `fetch` throws when
                // nobody answers, and what a mistake in the page's own code throws.
                if matches!(failure, HostError::Refused { status: 0, .. })
                    || may_be_mistake && failure == HostError::Unreachable
                {
                    self.complain(method, "failed", &error);
                }
                Err(failure)
            }
            None => {
                self.complain(method, "did not answer in time", &JsValue::UNDEFINED);
                Err(HostError::Unreachable)
            }
        }
    }

    /// The same with what JSON can carry. What `read` has no use for is no answer.
    pub(super) async fn promises_json<T>(
        &self,
        method: &'static str,
        arguments: &[&JsValue],
        patience: Millis,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<T, HostError> {
        let answer = self.promises(method, arguments, patience).await?;
        let value = if answer.is_undefined() { Some(Value::Null) } else { taking::value(&answer, "events") };
        value.and_then(read).ok_or_else(|| {
            self.complain(method, ODD, &taking::kind(&answer));
            HostError::Unreachable
        })
    }

    /// Tells whoever writes the page, once for each method. The value is what was thrown; of what was given or told only the
    /// [kind](taking::kind).
    pub(super) fn complain(&self, method: &'static str, what: &str, value: &JsValue) {
        let Ok(mut told_of) = self.told_of.try_borrow_mut() else { return };
        if !told_of.contains(&method) {
            told_of.push(method);
            drop(told_of);
            let console = js::get(&js_sys::global(), "console");
            let words = ["Meet in Chat: the host's ", method, " ", what].concat().into();
            // Pages put functions of their own in its place, which read what they are given.
            let _ = js::call(&console, "warn", &[&words, value]);
        }
    }
}

/// A promise of our own for whatever the page gave: `Promise::resolve` and a promise's `then` may be the page's, and throw.
fn kept(value: JsValue) -> JsFuture {
    Promise::new(&mut |resolve, _| drop(resolve.call1(&JsValue::UNDEFINED, &value))).into()
}

async fn within<T>(answer: impl Future<Output = T>, patience: Millis) -> Option<T> {
    let patience = u32::try_from(patience.0).unwrap_or(i32::MAX as u32);
    let (mut answer, mut over) = (pin!(answer), pin!(TimeoutFuture::new(patience)));
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => over.as_mut().poll(context).map(|()| None),
    })
    .await
}
