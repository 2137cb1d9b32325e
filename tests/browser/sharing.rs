//! A conference's link is passed on by the share sheet of a phone, and by the clipboard where there is none or it fails.

use std::any::Any;
use std::rc::Rc;

use js_sys::{Array, Function};
use leptos::mount::mount_to;
use leptos::prelude::*;
use meet_in_chat::browser::{app, js};
use meet_in_chat::call::view::CallsView;
use meet_in_chat::ids::RoomId;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::{CallStage, Calls};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::calls_host;
use crate::waiting::{settle, until};

/// The link of the scripted chat's conference.
const LINK: &str = "https://jitsi.riot.im/Tea";
/// Called with the browser's name and with what its share sheet does.
const STUB: &str = "window.passedOn = []; \
     const put = (name, value) => Object.defineProperty(navigator, name, { value, configurable: true }); \
     put('userAgent', agent); \
     put('share', async ({ url }) => { passedOn.push(`shared ${url}`); if (failure) throw new DOMException('', failure); }); \
     put('clipboard', { writeText: async text => { passedOn.push(`copied ${text}`); } });";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/142.0.0.0 Mobile Safari/537.36";
const DESK: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0 Safari/537.36";

/// A browser with a share sheet and a clipboard that note what they get, until dropped.
struct Browser;

impl Browser {
    /// `failure`: the name of the error that the sheet ends with; empty when the link goes out.
    fn new(agent: &str, failure: &str) -> Self {
        let stub = Function::new_with_args("agent, failure", STUB);
        stub.call2(&JsValue::UNDEFINED, &agent.into(), &failure.into()).unwrap();
        Self
    }

    fn passed_on(&self) -> Vec<String> {
        let list: Array = js::list(&js::get(&js_sys::global(), "passedOn"));
        list.iter().filter_map(|one| one.as_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What was put on the object hid what its class has.
        let restore =
            "for (const name of ['userAgent', 'share', 'clipboard']) delete navigator[name]; delete window.passedOn;";
        Function::new_no_args(restore).call0(&JsValue::UNDEFINED).unwrap();
    }
}

/// A room with a running conference, until dropped.
struct Room {
    root: HtmlElement,
    mounted: Option<Box<dyn Any>>,
}

impl Room {
    async fn new() -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let root: HtmlElement = document.create_element("main").unwrap().unchecked_into();
        document.body().unwrap().append_child(&root).unwrap();
        let chat = calls_host::alone();
        chat.conferences.set(true);
        let engine =
            Calls::rehearsed(chat, Texts::read(CHAT_EN), ArcRwSignal::new(CallsView::default()), Rc::new(|_| ()));
        let room = RwSignal::new(RoomId::from("!room"));
        let mounted = mount_to(root.clone(), move || {
            let calls = StoredValue::new_local(engine);
            view! { <CallStage calls room layouts=true/> }
        });
        settle().await;
        Self { root, mounted: Some(Box::new(mounted)) }
    }

    /// The button that passes the link on.
    fn button(&self) -> HtmlElement {
        let found: Option<Element> = self.root.query_selector(".meet-ways button").unwrap();
        found.unwrap_or_else(|| panic!("no button in {}", self.root.inner_html())).unchecked_into()
    }

    fn says(&self) -> String {
        let status = self.root.query_selector(".meet-ways [role=status]").unwrap().unwrap();
        status.text_content().unwrap_or_default()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
    }
}

#[wasm_bindgen_test]
async fn a_phone_shows_its_share_sheet_and_says_nothing_of_its_own() {
    // Calling the sheet off is an answer too: nobody wants the link on the clipboard after that.
    for failure in ["", "AbortError"] {
        let browser = Browser::new(PHONE, failure);
        assert!(app::shares());
        let room = Room::new().await;
        assert_eq!(room.button().text_content().as_deref(), Some("Share link"));
        room.button().click();
        until("the sheet", || !browser.passed_on().is_empty()).await;
        settle().await;
        assert_eq!(browser.passed_on(), [format!("shared {LINK}")], "{failure:?}");
        assert_eq!(room.says(), "", "{failure:?}");
    }
}

#[wasm_bindgen_test]
async fn where_the_sheet_fails_the_link_is_copied() {
    let browser = Browser::new(PHONE, "NotAllowedError");
    let room = Room::new().await;
    room.button().click();
    until("words", || !room.says().is_empty()).await;
    assert_eq!(browser.passed_on(), [format!("shared {LINK}"), format!("copied {LINK}")]);
    assert!(room.says().contains(LINK), "{}", room.says());
}

#[wasm_bindgen_test]
async fn on_a_desk_the_link_is_copied_whatever_sheet_there_is() {
    let browser = Browser::new(DESK, "");
    assert!(!app::shares());
    let room = Room::new().await;
    assert_eq!(room.button().text_content().as_deref(), Some("Copy link"));
    room.button().click();
    until("words", || !room.says().is_empty()).await;
    assert_eq!(browser.passed_on(), [format!("copied {LINK}")]);
    assert!(room.says().contains(LINK), "{}", room.says());
}

#[wasm_bindgen_test]
async fn whether_the_link_was_taken_care_of_is_told() {
    for (failure, cared_for) in [("", true), ("AbortError", true), ("NotAllowedError", false), ("DataError", false)] {
        let _browser = Browser::new(PHONE, failure);
        assert_eq!(app::share("Tea", LINK).await, cared_for, "{failure:?}");
    }
}
