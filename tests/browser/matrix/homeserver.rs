//! A homeserver that answers from a script: it stands in for the page's `fetch` as long as it lives.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use serde_json::{Value, json};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Request, Response, ResponseInit};

/// The token of [`session`](super::session).
pub(super) const TOKEN: &str = "syt_secret";
/// Where the server is.
pub(super) const HOME: &str = "https://hs.test";

/// What a request is answered with.
#[derive(Clone)]
pub(super) enum Reply {
    /// JSON with a status.
    Json(u16, Value),
    /// Bytes of a content type.
    Bytes(&'static str, Vec<u8>),
    /// The network fails.
    Broken,
}

/// A request that was made.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    /// The URL below [`HOME`]; the whole one elsewhere.
    pub(super) url: String,
    pub(super) authorization: Option<String>,
    request: Request,
}

impl Seen {
    /// Whether the page gave it up.
    pub(super) fn was_aborted(&self) -> bool {
        self.request.signal().aborted()
    }

    /// Whether the browser goes on with it when the page is gone.
    pub(super) fn outlives_the_page(&self) -> bool {
        Reflect::get(&self.request, &JsValue::from_str("keepalive")).is_ok_and(|keepalive| keepalive.is_truthy())
    }
}

type Rule = (&'static str, Reply);

#[derive(Default)]
struct Script {
    seen: Vec<Seen>,
    syncs: VecDeque<Reply>,
    /// The sync that waits, and what answers it.
    waiting: Option<(AbortSignal, Function)>,
    rules: Vec<Rule>,
    /// Rules that count once.
    faults: Vec<Rule>,
}

pub(super) struct Homeserver {
    script: Rc<RefCell<Script>>,
    original: JsValue,
    _fetch: Closure<dyn FnMut(Request) -> Promise>,
}

impl Homeserver {
    /// A server that gives these answers to `/sync`, then waits for [`next_sync`](Self::next_sync); what no rule covers is
    /// a 404.
    pub(super) fn new(syncs: impl IntoIterator<Item = Reply>) -> Self {
        let script = Rc::new(RefCell::new(Script { syncs: syncs.into_iter().collect(), ..Script::default() }));
        let of_fetch = script.clone();
        let fetch = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            let signal = request.signal();
            let reply = of_fetch.borrow_mut().take(request);
            match reply {
                Some(reply) => promise(reply),
                None => Promise::new(&mut |resolve, _| of_fetch.borrow_mut().waiting = Some((signal.clone(), resolve))),
            }
        });
        let global = js_sys::global();
        let name = JsValue::from_str("fetch");
        let original = Reflect::get(&global, &name).unwrap();
        Reflect::set(&global, &name, fetch.as_ref()).unwrap();
        Self { script, original, _fetch: fetch }
    }

    /// Answers every request whose URL contains this; later rules win.
    pub(super) fn rule(self, part: &'static str, reply: Reply) -> Self {
        self.script.borrow_mut().rules.push((part, reply));
        self
    }

    /// Answers one request whose URL contains this in another way than the rules say.
    pub(super) fn once(self, part: &'static str, reply: Reply) -> Self {
        self.script.borrow_mut().faults.push((part, reply));
        self
    }

    /// The requests so far whose method and URL contain this.
    pub(super) fn seen(&self, part: &str) -> Vec<Seen> {
        let script = self.script.borrow();
        let matching = script.seen.iter().filter(|seen| format!("{} {}", seen.method, seen.url).contains(part));
        matching.cloned().collect()
    }

    /// Another answer to `/sync`, for the request that waits or the next one.
    pub(super) fn next_sync(&self, reply: Reply) {
        let waiting = self.script.borrow_mut().waiting.take();
        match waiting {
            Some((signal, resolve)) if !signal.aborted() => drop(resolve.call1(&JsValue::NULL, &promise(reply))),
            _ => self.script.borrow_mut().syncs.push_back(reply),
        }
    }

    /// Whether this object URL still leads to something.
    pub(super) async fn leads_somewhere(&self, url: &str) -> bool {
        let fetch: &Function = self.original.unchecked_ref();
        let promise: Promise = fetch.call1(&js_sys::global(), &JsValue::from_str(url)).unwrap().unchecked_into();
        wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
    }
}

impl Drop for Homeserver {
    fn drop(&mut self) {
        let _ = Reflect::set(&js_sys::global(), &JsValue::from_str("fetch"), &self.original);
    }
}

impl Script {
    /// The answer; `None` for a sync that is to wait.
    fn take(&mut self, request: Request) -> Option<Reply> {
        let url = request.url();
        let seen = Seen {
            method: request.method(),
            url: url.strip_prefix(HOME).unwrap_or(&url).to_owned(),
            authorization: request.headers().get("authorization").unwrap(),
            request,
        };
        let url = seen.url.clone();
        self.seen.push(seen);
        if url.starts_with("/_matrix/client/v3/sync") {
            return self.syncs.pop_front();
        }
        if let Some(at) = self.faults.iter().position(|(part, _)| url.contains(part)) {
            return Some(self.faults.remove(at).1);
        }
        let rule = self.rules.iter().rev().find(|(part, _)| url.contains(part));
        let missing = || Reply::Json(404, json!({ "errcode": "M_NOT_FOUND" }));
        Some(rule.map_or_else(missing, |(_, reply)| reply.clone()))
    }
}

fn promise(reply: Reply) -> Promise {
    let init = ResponseInit::new();
    let response = match reply {
        Reply::Broken => return Promise::reject(&js_sys::TypeError::new("Failed to fetch")),
        Reply::Json(status, body) => {
            init.set_status(status);
            Response::new_with_opt_str_and_init(Some(&body.to_string()), &init)
        }
        Reply::Bytes(content_type, bytes) => {
            let headers = web_sys::Headers::new().unwrap();
            headers.set("content-type", content_type).unwrap();
            init.set_headers(&headers);
            Response::new_with_opt_js_u8_array_and_init(Some(&Uint8Array::from(bytes.as_slice())), &init)
        }
    };
    Promise::resolve(&JsValue::from(response.unwrap()))
}
