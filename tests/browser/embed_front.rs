//! What stands in for the package's program until that is needed: the buttons it draws, and what makes it ask for the whole one.

use std::rc::Rc;

use js_sys::Function;
use meet_in_chat::browser::js;
use meet_in_chat::embed::{front_engines, mounted};
use meet_in_chat::host::javascript::JavaScriptHost;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::embed::{ROOM, Root, WIDGET, host, value};
use crate::waiting::{settle, until};

/// What stands in front of the calls of one chat, until dropped.
struct Front {
    number: u32,
    /// `({ wants: [[name, detail]] })`
    told: JsValue,
}

impl Front {
    fn of(host: &JsValue) -> Self {
        let told = value("(() => { const wants = []; return { wants, onEvent(...want) { wants.push(want); } }; })()");
        let host = JavaScriptHost::check(host).expect("it is a host");
        Self { number: front_engines::open(Rc::new(host), &told), told }
    }

    fn shows(&self, part: &str) -> Root {
        let root = Root::new();
        assert_ne!(front_engines::mount(self.number, part, &root.root, &value(ROOM)), 0);
        root
    }

    /// What it wanted so far, as JSON.
    fn wants(&self) -> String {
        js_sys::JSON::stringify(&js::get(&self.told, "wants")).map(String::from).unwrap_or_default()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        front_engines::close(self.number);
    }
}

/// Calls a function of an object with one argument.
fn run(on: &JsValue, body: &str) {
    Function::new_with_args("it", body).call1(&JsValue::UNDEFINED, on).expect("it runs");
}

fn button(root: &Root, kind: &str) -> HtmlElement {
    let selector = ["[data-kind=", kind, "]"].concat();
    js::call(&root.root, "querySelector", &[&selector.into()]).expect("asked").unchecked_into()
}

fn text(root: &Root) -> String {
    root.root.text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn buttons_are_drawn_as_ever_and_nothing_more_is_wanted() {
    let host = host("");
    let front = Front::of(&host);
    let (buttons, stage, toasts) = (front.shows("buttons"), front.shows("stage"), front.shows("toasts"));
    until("the buttons", || buttons.count("button") == 2).await;
    assert!(text(&buttons).contains("conference"), "{}", text(&buttons));
    run(&host, "it.state = it.state.slice(0, 3); it.tell({ type: 'room-changed', roomId: '!tea:a.example' })");
    until("alone", || button(&buttons, "video").get_attribute("aria-disabled").as_deref() == Some("true")).await;
    // One that does nothing needs no program.
    button(&buttons, "video").click();
    settle().await;
    assert_eq!((front.wants().as_str(), stage.count("button"), toasts.count("button")), ("[]", 0, 0));
}

#[wasm_bindgen_test]
async fn a_press_waits_for_the_program_and_says_so_also_when_that_does_not_come() {
    let host = host("");
    let front = Front::of(&host);
    let buttons = front.shows("buttons");
    until("the buttons", || buttons.count("button") == 2).await;
    let video = button(&buttons, "video");
    video.focus().expect("focused");
    video.click();
    until("both are told", || front.wants().contains("needed")).await;
    assert_eq!(front.wants(), r#"[["soon",{}],["needed",{"act":"start","kind":"video","roomId":"!tea:a.example"}]]"#);
    let says = |words: &str| text(&buttons).contains(words);
    until("it says that it waits", || says("Calls are being loaded")).await;
    // Spoken, and beside the button that was pressed.
    let spoken = || {
        let found = js::call(&buttons.root, "querySelector", &[&"[role=status]".into()]).expect("asked");
        found.dyn_ref::<HtmlElement>().and_then(|status| status.text_content()).unwrap_or_default()
    };
    until("it is spoken", || spoken().contains("Calls are being loaded")).await;
    let beside = |kind: &str| {
        button(&buttons, kind).next_element_sibling().and_then(|tooltip| tooltip.text_content()).unwrap_or_default()
    };
    assert!(beside("video").contains("being loaded") && !beside("voice").contains("being loaded"));
    assert_eq!(buttons.count(".meet-asked"), 1);
    front_engines::failed(front.number);
    until("it says that it failed", || says("Calls could not be loaded")).await;
    video.click();
    until("it waits again", || says("Calls are being loaded")).await;
    // Why a button does nothing goes before what became of a press.
    run(&host, "it.state = it.state.slice(0, 3); it.tell({ type: 'room-changed', roomId: '!tea:a.example' })");
    until("alone", || !beside("video").contains("being loaded") && beside("video").contains("Nobody else")).await;
}

#[wasm_bindgen_test]
async fn a_stage_wants_the_program_once_its_room_has_a_conference() {
    let host = host("");
    let front = Front::of(&host);
    let _stage = front.shows("stage");
    settle().await;
    assert_eq!(front.wants(), "[]");
    let begins = [
        "it.state.push(",
        WIDGET,
        "); it.tell({ type: 'state-changed', roomId: '!tea:a.example', events: it.state.slice(-1) })",
    ];
    run(&host, &begins.concat());
    until("it is wanted", || front.wants() == r#"[["needed",{}]]"#).await;
}

#[wasm_bindgen_test]
async fn what_is_more_than_buttons_wants_the_program_at_once() {
    for part in ["tile", "settings"] {
        let front = Front::of(&host(""));
        let _part = front.shows(part);
        until(part, || front.wants().contains("needed")).await;
    }
}

#[wasm_bindgen_test]
async fn calls_that_the_page_before_left_want_the_program_at_once() {
    let storage = web_sys::window().and_then(|window| window.session_storage().ok()?).expect("a storage");
    storage.set_item("meet_in_chat.kept_calls.@ann:a.example", "[]").expect("kept");
    let front = Front::of(&host(""));
    until("it is wanted", || front.wants().contains("needed")).await;
    storage.remove_item("meet_in_chat.kept_calls.@ann:a.example").expect("removed");
}

#[wasm_bindgen_test]
async fn who_signs_out_leaves_no_choices_behind() {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok()?).expect("a storage");
    let places = ["meet_in_chat.conferences.@ann:a.example", "meet_in_chat.answered.@ann:a.example"];
    for place in places {
        storage.set_item(place, "{}").expect("kept");
    }
    let host = host("");
    let front = Front::of(&host);
    run(&host, "it.tell({ type: 'signed-out' })");
    let is_left = |place: &str| storage.get_item(place).ok().flatten().is_some();
    until("all is forgotten", || places.iter().all(|place| !is_left(place))).await;
    assert_eq!(front.wants(), "[]");
}

#[wasm_bindgen_test]
async fn what_is_closed_is_gone_and_leaves_the_page_alone() {
    let host = host("");
    let front = Front::of(&host);
    let buttons = front.shows("buttons");
    until("the buttons", || buttons.count("button") == 2).await;
    front_engines::close(front.number);
    until("they are gone", || buttons.count("*") == 0).await;
    assert_eq!(js::get(&host, "left").as_f64(), Some(1.0));
    let root = Root::new();
    assert_eq!(front_engines::mount(front.number, "buttons", &root.root, &value(ROOM)), 0);
    front_engines::failed(front.number);
    mounted::update(0, &value(ROOM));
}
