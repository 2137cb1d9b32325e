//! The panel in the window on top and in full screen.

use js_sys::Function;
use leptos::prelude::document;
use meet_in_chat::browser::js;
use meet_in_chat::call::view::CallView;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Element, HtmlElement};

use super::focused;
use super::scene::{Given, Scene, call, ringing, settle, until};

/// A frame that stands in for the window: the browser opens none without a press.
struct Window {
    frame: Element,
    windows: JsValue,
    _given: Given,
}

impl Window {
    fn new() -> Self {
        let frame = document().create_element("iframe").unwrap();
        document().body().unwrap().append_child(&frame).unwrap();
        let windows = js::object(&[("frame", &frame)]);
        let open = Function::new_no_args("return Promise.resolve(this.frame.contentWindow)");
        js::set(&windows, "requestWindow", &open);
        let given = Given::new(js_sys::global().into(), "documentPictureInPicture", &windows);
        Self { frame, windows, _given: given }
    }

    /// It opens with [`opens`](Self::opens) only.
    fn waits(&self) {
        let windows = &self.windows;
        let open = "return new Promise(done => { this.open = () => done(this.frame.contentWindow); });";
        js::set(windows, "requestWindow", &Function::new_no_args(open));
    }

    fn opens(&self) {
        js::call(&self.windows, "open", &[]).unwrap();
    }

    fn find(&self, selector: &str) -> Option<HtmlElement> {
        let inside: Document = js::get(&js::get(&self.frame, "contentWindow"), "document").unchecked_into();
        inside.query_selector(selector).unwrap().map(Element::unchecked_into)
    }

    fn room(&self) -> Option<String> {
        self.find(".meet-call")?.get_attribute("data-room")
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.frame.remove();
    }
}

fn elsewhere(key: u64) -> CallView {
    CallView { room: "!other".into(), ..call(key) }
}

fn waiting(call: CallView) -> CallView {
    CallView { on_hold: true, ..call }
}

fn is_hidden(element: &HtmlElement) -> bool {
    element.has_attribute("hidden")
}

#[wasm_bindgen_test]
async fn the_window_on_top_shows_the_call_that_is_heard_and_the_page_has_a_panel_after_it() {
    let window = Window::new();
    let scene = Scene::calls([call(1), waiting(elsewhere(2))]).await;
    scene.press(".meet-call [data-act=picture]");
    until("the move", || window.room().as_deref() == Some("!room")).await;
    settle().await;
    assert!(!is_hidden(&scene.get(".meet-away")));

    assert_eq!(scene.press("[data-act=resume]"), ["2 Hold(false)"]);
    scene.show_calls([elsewhere(2), waiting(call(1))]).await;
    assert_eq!(window.room().as_deref(), Some("!other"));
    scene.get(".meet-call-held[data-room='!room']");

    scene.show_calls([ringing(3, true)]).await;
    assert!(window.find(".meet-call-frame").is_none() && is_hidden(&scene.get(".meet-calls")));
    scene.show_calls([elsewhere(3)]).await;
    scene.get(".meet-calls:not([hidden]) .meet-call[data-room='!other']");
    assert!(window.room().is_none() && is_hidden(&scene.get(".meet-away")));
}

#[wasm_bindgen_test]
async fn two_ways_lead_back_from_the_window_on_top() {
    let window = Window::new();
    let scene = Scene::calls([call(1)]).await;
    for way in ["[data-act=pop-in]", "[data-kind=voice]"] {
        scene.press(".meet-call [data-act=picture]");
        until("the move", || window.room().is_some()).await;
        settle().await;
        assert!(scene.find(".meet-call").is_none());
        scene.get(way).focus().unwrap();
        scene.press(way);
        settle().await;
        assert!(window.room().is_none(), "{way}");
        assert!(focused(&scene.get(".meet-call")), "{way}");
    }
}

#[wasm_bindgen_test]
async fn only_a_large_picture_can_be_on_top_where_there_are_no_windows_for_it() {
    let _none = Given::new(js_sys::global().into(), "documentPictureInPicture", &JsValue::UNDEFINED);
    let alone = CallView { peer_camera: None, ..call(1) };
    let scene = Scene::calls([alone.clone()]).await;
    let button = scene.get("[data-act=picture]");
    assert!(is_hidden(&button));
    scene.show_calls([call(1)]).await;
    assert!(!is_hidden(&button));
    let asked = |name: &str| js::has(&scene.get(&format!("video[data-stream={name}]")), "asked");
    let note = Function::new_no_args("this.asked = true; return Promise.resolve();");
    for video in scene.all("video") {
        js::set(&video, "requestPictureInPicture", &note);
    }
    button.click();
    settle().await;
    assert_eq!((asked("remote"), asked("local")), (true, false));
    scene.show_calls([alone]).await;
    assert!(is_hidden(&button));
}

#[wasm_bindgen_test]
async fn a_window_on_top_that_opens_after_the_call_is_closed_at_once() {
    let window = Window::new();
    let scene = Scene::calls([call(1)]).await;
    window.waits();
    scene.press(".meet-call [data-act=picture]");
    scene.show_calls([]).await;
    window.opens();
    settle().await;
    assert!(window.find(".meet-call-frame").is_none());
    scene.get(".meet-calls > .meet-call-frame");
}

#[wasm_bindgen_test]
async fn full_screen_ends_with_the_call_and_when_it_goes_on_top() {
    let page = document();
    let left = js_sys::Array::new();
    let _noted = Given::new(page.clone().into(), "left", &left);
    let leave = Function::new_no_args("this.left.push(1); return Promise.resolve();");
    let _leave = Given::new(page.clone().into(), "exitFullscreen", &leave);
    let exits = || left.length();
    let window = Window::new();
    let scene = Scene::calls([call(1), waiting(elsewhere(2))]).await;
    let full = Given::new(page.clone().into(), "fullscreenElement", &scene.get(".meet-layer"));
    scene.show_calls([elsewhere(2)]).await;
    assert_eq!(exits(), 0, "the other call goes on");
    scene.press(".meet-call [data-act=picture]");
    until("the move", || window.room().is_some()).await;
    settle().await;
    assert_eq!(exits(), 1);
    scene.show_calls([]).await;
    assert!(exits() > 1);
    drop(full);
    let _chat = Given::new(page.into(), "fullscreenElement", &document().document_element().into());
    let before = exits();
    scene.show_calls([call(3)]).await;
    scene.show_calls([]).await;
    assert_eq!(exits(), before, "it is the chat's");
}
