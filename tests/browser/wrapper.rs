//! The wrapper page's shell over its real markup. The tests' own page stands in for a page that was opened alone; what the
//! machine decides is tested natively, here it is that the decisions reach the document.

use gloo_timers::future::TimeoutFuture;
use meet_in_chat::browser::crash;
use meet_in_chat::wrapper::page;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Element, HtmlElement, Window};

/// A port on which nothing listens.
const ADDRESS: &str = "conferenceDomain=127.0.0.1:9&conferenceId=JitsiAbc&roomName=Tea%20%3Cb%3Eroom&language=en";
/// Where the browser keeps the chosen devices.
const KEPT: &str = "meet_in_chat.wrapper_devices";
/// Longer than the time within which two presses are one double click.
const A_MOMENT: u32 = 600;

/// The page in the document, removed in the end together with what it opened.
struct Opened {
    window: Window,
    document: Document,
    place: Element,
}

impl Opened {
    fn at(fragment: &str) -> Self {
        let window = web_sys::window().expect("a window");
        let document = window.document().expect("a document");
        window.location().set_hash(fragment).expect("a fragment");
        let (_, rest) = include_str!("../../jitsi.html").split_once("<body>").expect("a body");
        let (markup, _) = rest.split_once("</body>").expect("an end of the body");
        let place = document.create_element("div").expect("an element");
        place.set_inner_html(markup);
        let body = document.body().expect("a body");
        body.append_child(&place).expect("a place in the document");
        page::start();
        Self { window, document, place }
    }

    fn element(&self, id: &str) -> HtmlElement {
        let element = self.document.get_element_by_id(id);
        element.expect(id).dyn_into().expect("an HTML element")
    }

    fn text(&self, id: &str) -> String {
        self.element(id).text_content().unwrap_or_default()
    }

    fn visible(&self, id: &str) -> bool {
        !self.element(id).has_attribute("hidden")
    }

    fn stage(&self) -> Option<String> {
        self.element("page").get_attribute("data-stage")
    }

    fn frame(&self) -> Option<Element> {
        self.element("meeting").first_element_child()
    }

    /// The frame with the check of the devices. The tests' own page has no `check.html` to show in it.
    fn check(&self) -> Option<Element> {
        self.element("check").first_element_child()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.place.remove();
        let _ = self.window.location().set_hash("");
    }
}

#[wasm_bindgen_test]
fn the_card_names_the_server_and_loads_nothing_of_it() {
    let page = Opened::at(ADDRESS);
    assert_eq!(page.stage().as_deref(), Some("card"));
    assert_eq!(page.text("heading"), "Tea <b>room");
    assert_eq!(page.document.title(), "Tea <b>room");
    assert!(page.text("place").contains("127.0.0.1:9"));
    assert!(page.visible("join") && page.visible("tab") && !page.visible("cancel"));
    assert!(page.frame().is_none());
}

#[wasm_bindgen_test]
async fn the_frame_may_use_devices_but_not_navigate_and_cancelling_removes_it() {
    let page = Opened::at(ADDRESS);
    page.element("join").click();
    let frame = page.frame().expect("a frame");
    let value = |name: &str| frame.get_attribute(name).unwrap_or_default();
    assert!(value("src").starts_with("http://127.0.0.1:9/JitsiAbc?lang=enGB#"));
    assert!(value("allow").contains("camera; microphone; display-capture"));
    assert!(value("sandbox").contains("allow-scripts allow-same-origin"));
    assert!(!value("sandbox").contains("top-navigation"));
    assert!(value("title").contains("127.0.0.1:9"));
    assert_eq!(page.stage().as_deref(), Some("opening"));

    TimeoutFuture::new(A_MOMENT).await;
    page.element("cancel").click();
    assert_eq!(page.stage().as_deref(), Some("card"));
    assert!(page.frame().is_none() && !frame.is_connected());
    assert_eq!(frame.get_attribute("src").as_deref(), Some("about:blank"));
}

/// The browser still calls what was listening: a press, a message, a file of words that arrives late.
#[wasm_bindgen_test]
async fn a_page_that_stops_working_closes_meet_and_stays_closed() {
    let page = Opened::at(ADDRESS);
    page.element("join").click();
    let frame = page.frame().expect("a frame");
    page::crash();
    assert!(page.frame().is_none() && !frame.is_connected());
    assert_eq!(frame.get_attribute("src").as_deref(), Some("about:blank"));
    assert!(page.visible("crashed"));

    TimeoutFuture::new(A_MOMENT).await;
    for button in ["join", "cancel", "look"] {
        page.element(button).click();
    }
    assert!(page.frame().is_none() && page.check().is_none());
    assert_eq!(page.stage().as_deref(), Some("crashed"));
    crash::survived();
}

#[wasm_bindgen_test]
async fn a_message_from_another_window_is_not_meet_s() {
    let page = Opened::at(ADDRESS);
    page.element("join").click();
    let forged = r#"{"postis":true,"scope":"jitsi_meet_external_api_0","method":"message",
                     "params":{"type":"event","data":{"name":"browser-support"}}}"#;
    page.window.post_message(&JsValue::from_str(forged), "*").expect("posted");
    TimeoutFuture::new(A_MOMENT).await;
    assert_eq!(page.stage().as_deref(), Some("opening"));
    page.element("cancel").click();
    assert!(page.frame().is_none());
}

#[wasm_bindgen_test]
fn an_address_without_a_conference_says_what_is_missing() {
    let page = Opened::at("conferenceDomain=meet.example.org&language=en");
    assert!(page.text("alert").contains("conferenceId"));
    assert!(!page.visible("join") && !page.visible("tab"));
}

#[wasm_bindgen_test]
fn a_press_opens_the_check_of_the_devices_and_the_next_one_removes_it() {
    let page = Opened::at(&[ADDRESS, "&theme=dark"].concat());
    let expanded = || page.element("look").get_attribute("aria-expanded");
    assert!(page.check().is_none());
    assert_eq!(expanded().as_deref(), Some("false"));

    page.element("look").click();
    let check = page.check().expect("a frame");
    let value = |name: &str| check.get_attribute(name).unwrap_or_default();
    assert_eq!(value("src"), "check.html#devices&theme=dark&language=en");
    assert!(value("allow").contains("camera; microphone"));
    assert!(!value("title").is_empty());
    assert_eq!(expanded().as_deref(), Some("true"));

    page.element("look").click();
    assert!(page.check().is_none() && !check.is_connected());
    assert_eq!(check.get_attribute("src").as_deref(), Some("about:blank"));
    assert_eq!(expanded().as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn what_was_chosen_in_the_check_is_entered_with_and_the_check_is_gone() {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok()?).expect("a storage");
    storage.remove_item(KEPT).expect("removed");
    let page = Opened::at(ADDRESS);
    page.element("look").click();
    let check = page.check().expect("a frame");
    storage.set_item(KEPT, r#"{"microphone":"Headset"}"#).expect("kept");
    page.element("join").click();
    storage.remove_item(KEPT).expect("removed");
    assert!(page.check().is_none() && !check.is_connected());
    let url = page.frame().and_then(|frame| frame.get_attribute("src")).unwrap_or_default();
    assert!(url.contains("devices.audioInput=%22Headset%22"), "{url}");
    TimeoutFuture::new(A_MOMENT).await;
    page.element("cancel").click();
    assert!(page.frame().is_none());
}
