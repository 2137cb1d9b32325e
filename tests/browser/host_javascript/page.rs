//! Pages with a client of their own, honest and odd.

use js_sys::{Array, Function};
use meet_in_chat::browser::js;
use meet_in_chat::host::javascript::JavaScriptHost;
use meet_in_chat::host::shape::{MEMBERS, Need};
use meet_in_chat::time::Millis;
use wasm_bindgen::{JsCast, JsValue};

/// Longer than a page takes that answers, in milliseconds.
pub(super) const PATIENCE: Millis = Millis(300);

/// A page's host object. What it is told to send it notes in `sent`.
pub(super) struct Page {
    pub(super) object: JsValue,
}

/// A function with this body.
pub(super) fn function(body: &str) -> JsValue {
    Function::new_no_args(body).into()
}

/// What an expression gives.
pub(super) fn value_of(expression: &str) -> JsValue {
    Function::new_no_args(&["return ", expression].concat()).call0(&JsValue::UNDEFINED).expect("it gives something")
}

/// Values that no honest page gives, by what they are.
pub(super) fn odd_values() -> Vec<(&'static str, JsValue)> {
    let expressions = [
        "undefined",
        "null",
        "0/0",
        "''",
        "'text'",
        "Symbol('odd')",
        "10n",
        "() => { throw 1; }",
        "[]",
        "[[[]]]",
        "{}",
        "Object.create(null)",
        "new Error('words')",
        "{ get message() { throw 1; }, get name() { throw 2; }, get then() { throw 3; }, toJSON() { throw 4; } }",
        "new Proxy({}, { get() { throw new Error('get'); }, has() { throw 1; }, ownKeys() { throw 2; } })",
        "new Proxy(() => {}, { get() { throw new Error('get'); }, apply() { throw 1; } })",
        "(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })()",
        "(() => { const a = { state: [] }; a.state.push(a); a.events = a.state; return a; })()",
        "{ membership: 'join', state: 10n }",
        "{ state: new Proxy([1], { get() { throw 1; } }), events: new Proxy([1], { get() { throw 1; } }) }",
        "{ toJSON() { return undefined; } }",
        "Promise.resolve(1)",
    ];
    expressions.into_iter().map(|expression| (expression, value_of(&["(", expression, ")"].concat()))).collect()
}

impl Page {
    /// An honest one, with the least that is needed: one room with Ben, which is not encrypted.
    pub(super) fn new() -> Self {
        let object = value_of(
            "({
                userId: '@ann:x', deviceId: 'DEVICE', sent: [], listeners: [], left: 0,
                state: ['@ann:x', '@ben:x'].map(user => ({
                    type: 'm.room.member', state_key: user, sender: user, content: { membership: 'join' },
                })),
                getRoom(room_id) {
                    return { room_id, membership: 'join', name: 'Tea', my_name: 'Ann', my_avatar_url: '', state: this.state };
                },
                subscribe(listener) {
                    this.listeners.push(listener);
                    return () => { this.left += 1; };
                },
                tell(event) { this.listeners.forEach(listener => listener(event)); },
                async sendStateEvent(...given) { this.sent.push(given); return '$state'; },
                async sendEvent(...given) { this.sent.push(given); return '$event'; },
                sendLastWord(...given) { this.sent.push(given); },
                async getOpenIdToken() { return { access_token: 'secret' }; },
                async getTurnServer() { return { uris: ['turn:x'] }; },
                async getEventsSince() { return { events: [] }; },
                isRingAllowed() { return true; },
                isIgnored() { return false; },
                getAccountData() { return null; },
                async setAccountData(...given) { this.sent.push(given); },
                openRoom() {},
            })",
        );
        Self { object }
    }

    /// One whose every method gives this.
    pub(super) fn giving(value: &JsValue) -> Self {
        Self::with_each(&Function::new_with_args("value", "return () => value"), value)
    }

    /// One whose every method throws this.
    pub(super) fn throwing(value: &JsValue) -> Self {
        Self::with_each(&Function::new_with_args("value", "return () => { throw value; }"), value)
    }

    fn with_each(make: &Function, value: &JsValue) -> Self {
        let page = Self::new();
        for (name, _) in MEMBERS.iter().filter(|(_, need)| *need != Need::Text) {
            page.set(name, &make.call1(&JsValue::UNDEFINED, value).unwrap());
        }
        page
    }

    pub(super) fn set(&self, name: &str, value: &JsValue) {
        js::set(&self.object, name, value);
    }

    /// Runs statements as the object's own.
    pub(super) fn run(&self, statements: &str) {
        Function::new_no_args(statements).call0(&self.object).expect("they are right");
    }

    /// Tells every listener.
    pub(super) fn tell(&self, event: &str) {
        js::call(&self.object, "tell", &[&value_of(&["(", event, ")"].concat())]).expect("listeners never throw");
    }

    /// As a host with little patience.
    pub(super) fn host(&self) -> JavaScriptHost {
        JavaScriptHost::check(&self.object).expect("it is a host").with_patience(PATIENCE)
    }

    /// What was sent, as JSON.
    pub(super) fn sent(&self) -> String {
        js_sys::JSON::stringify(&js::get(&self.object, "sent")).unwrap().into()
    }

    /// A count that the page keeps.
    pub(super) fn count(&self, name: &str) -> f64 {
        let value = js::get(&self.object, name);
        value.as_f64().or_else(|| js::get(&value, "length").as_f64()).unwrap_or_default()
    }
}

/// Notes warnings in place of the console, until [`warnings`] gives them.
pub(super) fn replaced_warnings() -> JsValue {
    let console = js::get(&js_sys::global(), "console");
    let before = js::get(&console, "warn");
    js::set(&console, "warned", &Array::new());
    js::set(&console, "beside", &Array::new());
    js::set(&console, "warn", &function("console.warned.push(arguments[0]); console.beside.push(arguments[1])"));
    before
}

/// What the warnings were told with, as JSON.
pub(super) fn beside_the_warnings() -> String {
    js_sys::JSON::stringify(&js::get(&js::get(&js_sys::global(), "console"), "beside")).unwrap().into()
}

/// The warnings since, and the console as it was.
pub(super) fn warnings(before: &JsValue) -> Vec<String> {
    let console = js::get(&js_sys::global(), "console");
    js::set(&console, "warn", before);
    let warned: Array = js::get(&console, "warned").unchecked_into();
    warned.iter().filter_map(|warning| warning.as_string()).collect()
}
