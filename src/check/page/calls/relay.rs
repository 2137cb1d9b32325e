//! Trying TURN servers: a peer connection for each, that may use nothing but relays, gathers candidates until it has one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use super::request::sleep;
use crate::browser::{crash, js};
use crate::check::calls::{PATIENCE_MS, Relay, Tried};

/// How often it is looked whether a candidate has come.
const STEP_MS: u32 = 100;

/// The servers that are being tried.
#[derive(Default)]
pub(super) struct Attempts(RefCell<Vec<(String, Attempt)>>);

impl Attempts {
    /// Closes their connections.
    pub(super) fn stop(&self) {
        drop(self.0.take());
    }

    /// Tries all of them at once, since a silent one takes its time, in place of those before. `None` once that is not `wanted` any more.
    pub(super) async fn all(&self, relays: &[Relay], wanted: &dyn Fn() -> bool) -> Option<Vec<(String, Tried)>> {
        if !wanted() {
            return None;
        }
        self.stop();
        self.0.replace(relays.iter().map(|relay| (relay.name.clone(), Attempt::begin(relay))).collect());
        let mut waited = 0;
        while waited < PATIENCE_MS && self.0.borrow().iter().any(|(_, attempt)| !attempt.state.over.get()) {
            sleep(STEP_MS).await;
            if !wanted() {
                return None;
            }
            waited += STEP_MS;
        }
        Some(self.0.take().into_iter().map(|(name, attempt)| (name, attempt.state.tried.get())).collect())
    }
}

struct State {
    tried: Cell<Tried>,
    over: Cell<bool>,
}

/// Dropping it closes the connection.
struct Attempt {
    state: Rc<State>,
    connection: JsValue,
    _listeners: Option<[EventListener; 2]>,
    _entry: Option<crash::Entry>,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let _ = js::call(&self.connection, "close", &[]);
    }
}

impl Attempt {
    fn begin(relay: &Relay) -> Self {
        let state = Rc::new(State { tried: Cell::new(Tried::Failed(None)), over: Cell::new(false) });
        let class = js::get(&js_sys::global(), "RTCPeerConnection");
        let connection = js::construct(&class, &[&configuration(relay)]);
        let Some(connection) = connection.ok().and_then(|connection| connection.dyn_into::<EventTarget>().ok()) else {
            if class.is_undefined() {
                state.tried.set(Tried::Impossible);
            }
            state.over.set(true);
            return Self { state, connection: JsValue::UNDEFINED, _listeners: None, _entry: None };
        };
        let candidate = {
            let state = Rc::clone(&state);
            EventListener::new(&connection, "icecandidate", move |event| {
                let candidate = js::get(event, "candidate");
                // None that says anything: it has gathered all.
                match js::text(&candidate, "candidate").filter(|text| !text.is_empty()) {
                    None => state.over.set(true),
                    Some(text) if is_relay(&text) => {
                        state.tried.set(Tried::Relayed);
                        state.over.set(true);
                    }
                    Some(_) => {}
                }
            })
        };
        let error = {
            let state = Rc::clone(&state);
            EventListener::new(&connection, "icecandidateerror", move |event| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "STUN's codes, or 701")]
                let code = js::get(event, "errorCode").as_f64().unwrap_or_default() as u16;
                state.tried.set(state.tried.get().with_error(code));
            })
        };
        let connection: JsValue = connection.into();
        let closed = connection.clone();
        let entry = crash::enter(move || drop(js::call(&closed, "close", &[])));
        let (offering, ending) = (connection.clone(), Rc::clone(&state));
        wasm_bindgen_futures::spawn_local(async move {
            if offer(&offering).await.is_err() {
                ending.over.set(true);
            }
        });
        Self { state, connection, _listeners: Some([candidate, error]), _entry: Some(entry) }
    }
}

/// Something to connect for: a channel needs no device.
async fn offer(connection: &JsValue) -> Result<(), JsValue> {
    js::call(connection, "createDataChannel", &[&"check".into()])?;
    let offer = js::called(connection, "createOffer", &[]).await?;
    js::called(connection, "setLocalDescription", &[&offer]).await.map(drop)
}

/// RFC 8839, 5.1: `typ` and the type stand behind address and port.
fn is_relay(candidate: &str) -> bool {
    let mut words = candidate.split(' ');
    words.any(|word| word == "typ") && words.next() == Some("relay")
}

fn configuration(relay: &Relay) -> JsValue {
    let text = |text: &Option<String>| JsValue::from(text.as_deref().unwrap_or_default());
    let server = &relay.server;
    let urls = Array::new();
    for url in &server.urls {
        urls.push(&url.as_str().into());
    }
    let entry = js::object(&[
        ("urls", &urls),
        ("username", &text(&server.username)),
        ("credential", &text(&server.credential)),
    ]);
    js::object(&[("iceServers", &Array::of1(&entry)), ("iceTransportPolicy", &"relay".into())])
}
