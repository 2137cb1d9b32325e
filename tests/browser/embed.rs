//! The package's engines and views, over a page's host object: by number, with as many views as the page wants, and nothing left behind.

use std::rc::Rc;

use js_sys::Function;
use leptos::prelude::document;
use meet_in_chat::browser::js;
use meet_in_chat::embed::{engines, mounted};
use meet_in_chat::host::javascript::JavaScriptHost;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, NodeList};

use crate::waiting::{settle, until};

/// What an expression gives.
pub(crate) fn value(expression: &str) -> JsValue {
    Function::new_no_args(&["return ", expression].concat()).call0(&JsValue::UNDEFINED).expect("it gives something")
}

/// A page's host with three people in every room: its buttons start conferences. `state` are more state events.
pub(crate) fn host(state: &str) -> JsValue {
    value(&[
        "({
            userId: '@ann:a.example', deviceId: 'DEVICE', left: 0, read: 0, listeners: [],
            state: [
                { type: 'm.room.create', state_key: '', sender: '@ann:a.example', content: { room_version: '10' } },
                { type: 'm.room.power_levels', state_key: '', sender: '@ann:a.example', content: { users: { '@ann:a.example': 100 } } },
                ...['@ann', '@ben', '@cleo'].map(name => ({
                    type: 'm.room.member', state_key: name + ':a.example', sender: name + ':a.example', content: { membership: 'join' },
                })),
                ",
        state,
        "
            ],
            getRoom(room_id) {
                this.read += 1;
                return { room_id, membership: 'join', name: room_id, my_name: 'Ann', my_avatar_url: '', state: this.state };
            },
            subscribe(listener) {
                this.listeners.push(listener);
                return () => { this.left += 1; };
            },
            tell(event) { this.listeners.forEach(listener => listener(event)); },
            async sendStateEvent() { return '$state'; },
            async sendEvent() { return '$event'; },
            sendLastWord() {},
            async getOpenIdToken() { return {}; },
            async getTurnServer() { return {}; },
            async getEventsSince() { return { events: [] }; },
            isRingAllowed() { return true; },
            isIgnored() { return false; },
            getAccountData() { return null; },
            async setAccountData() {},
            openRoom() {},
        })",
    ]
    .concat())
}

fn open(host: &JsValue, options: &str) -> u32 {
    let host = JavaScriptHost::check(host).expect("it is a host");
    engines::open(Rc::new(host), &value(options))
}

/// A shadow root in the page, until dropped.
pub(crate) struct Root {
    host: Element,
    pub(crate) root: Element,
}

impl Root {
    pub(crate) fn new() -> Self {
        let host = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&host).unwrap();
        let root = js::call(&host, "attachShadow", &[&value("({ mode: 'open' })")]).unwrap();
        Self { host, root: root.unchecked_into() }
    }

    pub(crate) fn count(&self, selector: &str) -> u32 {
        let found = js::call(&self.root, "querySelectorAll", &[&selector.into()]).unwrap();
        found.unchecked_into::<NodeList>().length()
    }

    fn label(&self) -> String {
        let button = js::call(&self.root, "querySelector", &[&"button[data-kind=video]".into()]).unwrap();
        button.dyn_ref::<Element>().and_then(|button| button.get_attribute("aria-label")).unwrap_or_default()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.host.remove();
    }
}

pub(crate) const ROOM: &str = "({ roomId: '!tea:a.example' })";
/// A conference's event.
pub(crate) const WIDGET: &str = "({
    type: 'im.vector.modular.widgets', state_key: 'jitsi_1', sender: '@ben:a.example', event_id: '$began', origin_server_ts: 5,
    content: {
        type: 'jitsi', url: 'https://a.example/jitsi.html', name: 'Meet', id: 'jitsi_1', creatorUserId: '@ben:a.example',
        data: { domain: 'meet.a.example', conferenceId: 'garden', roomName: 'Garden' },
    },
})";

#[wasm_bindgen_test]
async fn one_engine_draws_into_several_shadow_roots_and_each_view_goes_alone() {
    let engine = open(&host(""), "({})");
    let (one, other) = (Root::new(), Root::new());
    let first = engines::mount(engine, "buttons", &one.root, &value(ROOM));
    let second = engines::mount(engine, "buttons", &other.root, &value(ROOM));
    assert!(first != 0 && second != 0 && first != second);
    until("the buttons of both", || one.count("button") == 2 && other.count("button") == 2).await;
    mounted::unmount(first);
    // Twice is once.
    mounted::unmount(first);
    until("the first is gone", || one.count("*") == 0).await;
    assert_eq!(other.count("button"), 2);
    engines::close(engine).await;
    until("so is the second", || other.count("*") == 0).await;
}

#[wasm_bindgen_test]
async fn what_is_not_there_draws_nothing_and_harms_nobody() {
    let engine = open(&host(""), "({})");
    let root = Root::new();
    assert_eq!(engines::mount(engine, "no such part", &root.root, &value(ROOM)), 0);
    assert_eq!(engines::mount(engine + 1_000, "buttons", &root.root, &value(ROOM)), 0);
    mounted::update(0, &value(ROOM));
    mounted::unmount(0);
    engines::close(engine).await;
    engines::close(engine).await;
    assert_eq!(engines::mount(engine, "buttons", &root.root, &value(ROOM)), 0);
    // Options of any kind are none.
    let engine = open(&host(""), "7");
    let view = engines::mount(engine, "settings", &root.root, &JsValue::UNDEFINED);
    mounted::update(view, &value("({ roomId: 3, eventId: {}, event: new Proxy({}, { get() { throw 1; } }) })"));
    settle().await;
    assert_eq!(root.count(".meet-settings"), 1);
    engines::close(engine).await;
}

#[wasm_bindgen_test]
async fn the_chats_own_words_take_the_place_of_the_english_ones() {
    let engine = open(&host(""), "({ texts: { 'call.buttons': 'Anrufe', odd: 3 } })");
    let root = Root::new();
    engines::mount(engine, "buttons", &root.root, &value(ROOM));
    until("the group's name", || root.count("[role=group][aria-label=Anrufe]") == 1).await;
    assert!(!root.label().is_empty());
    engines::close(engine).await;
}

#[wasm_bindgen_test]
async fn a_tile_shows_the_conference_that_its_event_began_and_its_end() {
    let running = open(&host(&WIDGET[1..WIDGET.len() - 1]), "({})");
    let root = Root::new();
    let tile = engines::mount(running, "tile", &root.root, &value("({ roomId: '!tea:a.example', eventId: '$began' })"));
    until("the tile", || root.count(".meet-conference-tile[data-outcome=running]") == 1).await;
    mounted::update(tile, &value("({ roomId: '!tea:a.example', eventId: '$other' })"));
    until("no tile", || root.count(".meet-conference-tile") == 0).await;
    engines::close(running).await;

    let ended = open(&host(""), "({})");
    let given = ["({ roomId: '!tea:a.example', eventId: '$began', event: ", WIDGET, " })"].concat();
    engines::mount(ended, "tile", &root.root, &value(&given));
    until("the end", || root.count(".meet-conference-tile[data-outcome=ended]") == 1).await;
    engines::close(ended).await;
}

/// Every one of them had the page write its whole room anew for each change of it.
#[wasm_bindgen_test]
async fn tiles_do_not_read_a_room_anew_that_changes() {
    let host = host(&WIDGET[1..WIDGET.len() - 1]);
    js::set(&host, "getMember", &value("() => null"));
    let engine = open(&host, "({})");
    let roots = [Root::new(), Root::new(), Root::new()];
    for root in &roots {
        engines::mount(engine, "tile", &root.root, &value("({ roomId: '!tea:a.example', eventId: '$began' })"));
    }
    let outcome = |outcome: &str| {
        let tile = format!(".meet-conference-tile[data-outcome={outcome}]");
        roots.iter().all(|root| root.count(&tile) == 1)
    };
    until("the tiles", || outcome("running")).await;
    let before = js::get(&host, "read").as_f64();
    let change =
        "{ type: 'm.room.topic', state_key: '', sender: '@ben:a.example', event_id: '$t', content: { topic: 'Tea' } }";
    let news = ["({ type: 'state-changed', roomId: '!tea:a.example', events: [", change, "] })"].concat();
    js::call(&host, "tell", &[&value(&news)]).unwrap();
    settle().await;
    assert!(outcome("running"));
    assert_eq!(js::get(&host, "read").as_f64(), before);
    engines::close(engine).await;
}

#[wasm_bindgen_test]
async fn a_stage_takes_layouts_that_are_said_later() {
    let host = host(&WIDGET[1..WIDGET.len() - 1]);
    let site = value("() => ({ meet_in_chat: { approved_domains: ['meet.a.example'] } })");
    js::set(&host, "getConfiguration", &site);
    let engine = open(&host, "({})");
    let root = Root::new();
    let stage = engines::mount(engine, "stage", &root.root, &value(ROOM));
    until("the offer", || root.count(".meet-bar-actions .meet-primary") == 1).await;
    js::call(&root.root, "querySelector", &[&".meet-bar-actions .meet-primary".into()])
        .unwrap()
        .unchecked_into::<HtmlElement>()
        .click();
    until("the conference", || root.count(".meet-stage[data-layout]") == 1).await;
    assert_eq!(root.count(".meet-choices"), 0);
    mounted::update(stage, &value("({ roomId: '!tea:a.example', layouts: true })"));
    until("the choice", || root.count(".meet-choices") == 1).await;
    mounted::update(stage, &value(ROOM));
    until("no choice", || root.count(".meet-choices") == 0).await;
    engines::close(engine).await;
}

#[wasm_bindgen_test]
async fn a_call_that_rings_when_the_calls_are_closed_is_told_as_over() {
    let host = host("");
    let told = value("[]");
    let options = js::object(&[(
        "onEvent",
        &Function::new_with_args("told", "return name => told.push(name)").call1(&JsValue::UNDEFINED, &told).unwrap(),
    )]);
    let engine = engines::open(Rc::new(JavaScriptHost::check(&host).expect("it is a host")), &options);
    let invite = "({ type: 'live', events: [{ roomId: '!tea:a.example', encrypted: false, event: {
        type: 'm.call.invite', sender: '@ben:a.example', event_id: '$invite', origin_server_ts: Date.now(), unsigned: { age: 0 },
        content: { call_id: 'c', party_id: 'p', version: '1', invitee: '@ann:a.example', lifetime: 60000, offer: { type: 'offer', sdp: 'v=0' } },
    } }] })";
    js::call(&host, "tell", &[&value(invite)]).unwrap();
    let names = || js::list(&told).iter().filter_map(|name| name.as_string()).collect::<Vec<_>>();
    until("the ring", || names() == ["call-ringing"]).await;
    engines::close(engine).await;
    assert_eq!(names(), ["call-ringing", "call-ended"]);
}

#[wasm_bindgen_test]
async fn a_closed_engine_leaves_no_listener_with_the_chat() {
    let host = host("");
    let engine = open(&host, "({ onEvent() { throw 1; } })");
    let root = Root::new();
    for part in ["buttons", "stage", "toasts", "settings"] {
        assert_ne!(engines::mount(engine, part, &root.root, &value(ROOM)), 0, "{part}");
    }
    settle().await;
    engines::close(engine).await;
    let all = |name: &str| {
        let value = js::get(&host, name);
        value.as_f64().or_else(|| js::get(&value, "length").as_f64())
    };
    until("every listener is gone", || all("left") == all("listeners")).await;
}
