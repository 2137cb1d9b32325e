//! The tile of a conference in its layouts, over one frame; and the question before one is left for another.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use meet_in_chat::browser::{js, storage};
use meet_in_chat::call::Input;
use meet_in_chat::call::view::{CallKey, CallView, CallsView};
use meet_in_chat::host::HostEvent;
use meet_in_chat::ids::RoomId;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::{CallLayer, CallOverlay, CallStage, Calls};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, HtmlElement};

use crate::calls_host::{self, Chat};
use crate::waiting::{settle, until};

const KEY: &str = "meet_in_chat.tile";
const FRAME: &str = "#meet-in-chat-frames iframe";

/// A room with a running conference, 1000 by 600 large, until dropped.
struct Room {
    chat: Rc<Chat>,
    root: HtmlElement,
    room: RwSignal<RoomId>,
    calls: ArcRwSignal<CallsView>,
    told: Rc<RefCell<Vec<String>>>,
    mounted: Option<Box<dyn Any>>,
}

impl Room {
    async fn new() -> Self {
        storage::remove(KEY);
        let root: HtmlElement = document().create_element("main").unwrap().unchecked_into();
        for (property, value) in
            [("width", "1000px"), ("height", "600px"), ("position", "fixed"), ("inset", "0 auto auto 0")]
        {
            root.style().set_property(property, value).unwrap();
        }
        document().body().unwrap().append_child(&root).unwrap();
        let chat = calls_host::alone();
        chat.conferences.set(true);
        let (calls, told) = (ArcRwSignal::new(CallsView::default()), Rc::new(RefCell::new(Vec::new())));
        let log = told.clone();
        let tell = Rc::new(move |input| {
            if let Input::Do(call, deed) = input {
                log.borrow_mut().push(format!("{} {deed:?}", call.0));
            }
        });
        let engine = Calls::rehearsed(chat.clone(), Texts::read(CHAT_EN), calls.clone(), tell);
        let room = RwSignal::new(RoomId::from("!room"));
        let mounted = mount_to(root.clone(), move || {
            let calls = StoredValue::new_local(engine);
            view! {
                <CallStage calls room layouts=true/>
                <CallLayer calls/>
                <CallOverlay calls/>
            }
        });
        settle().await;
        Self { chat, root, room, calls, told, mounted: Some(Box::new(mounted)) }
    }

    fn find(&self, css: &str) -> Option<HtmlElement> {
        self.root.query_selector(css).unwrap().map(Element::unchecked_into)
    }

    fn get(&self, css: &str) -> HtmlElement {
        self.find(css).unwrap_or_else(|| panic!("no {css} in {}", self.root.inner_html()))
    }

    async fn press(&self, act: &str) {
        self.get(&format!("[data-act={act}]")).click();
        settle().await;
    }

    async fn join(&self) -> Element {
        self.get(".meet-bar-actions .meet-primary").click();
        until("the frame", || frame().is_some()).await;
        settle().await;
        frame().unwrap()
    }

    fn layout(&self) -> Option<String> {
        self.get(".meet-stage").get_attribute("data-layout")
    }

    fn says(&self, name: &str) -> i32 {
        self.get(".meet-border").get_attribute(name).unwrap().parse().unwrap()
    }

    async fn key(&self, css: &str, name: &str) {
        let init = js::object(&[("key", &name.into()), ("bubbles", &JsValue::TRUE), ("composed", &JsValue::TRUE)]);
        let class = js::get(&js_sys::global(), "KeyboardEvent");
        let event: Event = js::construct(&class, &[&"keydown".into(), &init]).unwrap().unchecked_into();
        self.get(css).dispatch_event(&event).unwrap();
        settle().await;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
        storage::remove(KEY);
    }
}

fn frame() -> Option<Element> {
    document().query_selector(FRAME).unwrap()
}

fn is_there(element: &Element) -> bool {
    element.is_connected() && frame().is_some_and(|frame| frame.is_same_node(Some(element)))
}

#[wasm_bindgen_test]
async fn one_frame_lives_through_every_layout_and_room() {
    let room = Room::new().await;
    assert_eq!(room.layout(), None, "an offer has no layout");
    let frame = room.join().await;
    assert_eq!(room.layout().as_deref(), Some("pinned"));
    for (act, layout) in
        [("beside", "beside"), ("maximised", "maximised"), ("maximised", "beside"), ("pinned", "pinned")]
    {
        room.press(act).await;
        assert_eq!(room.layout().as_deref(), Some(layout));
        assert!(is_there(&frame), "{layout}");
    }
    room.press("maximised").await;
    room.key(".meet-bar [data-act=maximised]", "Escape").await;
    assert_eq!(room.layout().as_deref(), Some("pinned"));

    room.room.set("!other".into());
    settle().await;
    assert_eq!(room.layout(), None);
    let floating = room.get(".meet-floating");
    assert_eq!(floating.get_attribute("data-corner").as_deref(), Some("bottom-end"));
    room.press("corner").await;
    room.key("[data-act=corner]", "ArrowUp").await;
    assert_eq!(floating.get_attribute("data-corner").as_deref(), Some("top-start"));
    room.room.set("!room".into());
    settle().await;
    assert!(is_there(&frame) && room.find(".meet-floating").is_none());

    room.chat.conferences.set(false);
    room.press("maximised").await;
    room.chat.tell(&HostEvent::RoomChanged("!room".into()));
    settle().await;
    assert!(!frame.is_connected() && room.layout().is_none(), "the end is one in every layout");
}

#[wasm_bindgen_test]
async fn the_border_moves_by_keys_and_what_was_chosen_is_kept() {
    let room = Room::new().await;
    room.join().await;
    assert_eq!(room.get(".meet-border").get_attribute("aria-orientation").as_deref(), Some("horizontal"));
    room.key(".meet-border", "End").await;
    assert_eq!(room.says("aria-valuenow"), room.says("aria-valuemax"));
    room.press("beside").await;
    assert_eq!(room.get(".meet-border").get_attribute("aria-orientation").as_deref(), Some("vertical"));
    assert_eq!(room.says("aria-valuenow"), 60);
    let size = || room.get(".meet-stage").style().get_property_value("--meet-tile-size").unwrap();
    assert_eq!(size(), "600px");
    room.key(".meet-border", "ArrowRight").await;
    assert_eq!((room.says("aria-valuenow"), size()), (64, "640px".to_owned()));
    room.key(".meet-border", "Home").await;
    assert_eq!(room.says("aria-valuenow"), room.says("aria-valuemin"));
    let kept = storage::read(KEY).unwrap();
    assert_eq!(
        (kept["beside"].as_bool(), kept["width"].as_i64()),
        (Some(true), Some(i64::from(room.says("aria-valuemin"))))
    );

    // In a narrow room it lies above, with the height that was chosen for that.
    room.root.style().set_property("width", "390px").unwrap();
    settle().await;
    assert_eq!(room.layout().as_deref(), Some("pinned"));
    assert!(room.get("[data-act=beside]").has_attribute("hidden"));
    room.root.style().set_property("width", "1000px").unwrap();
    settle().await;
    assert_eq!(room.layout().as_deref(), Some("beside"));
}

#[wasm_bindgen_test]
async fn a_call_is_left_for_a_conference_only_when_the_person_says_so() {
    let room = Room::new().await;
    let call = CallView::bare(CallKey(1), "!ben".into(), "@ben:x".into());
    room.calls.set(CallsView { calls: vec![call], ..CallsView::default() });
    settle().await;
    let join = room.get(".meet-bar-actions .meet-primary");
    join.focus().unwrap();
    join.click();
    settle().await;
    let question = room.get("dialog.meet-switch-card[open]");
    assert!(question.text_content().unwrap().contains("End the call with Ben and go to the conference in Tea?"));
    room.press("stay").await;
    assert!(room.find("dialog").is_none() && frame().is_none() && room.told.borrow().is_empty());
    until("the focus is back", || document().active_element().is_some_and(|it| it.is_same_node(Some(&join)))).await;

    join.click();
    settle().await;
    room.press("switch").await;
    assert_eq!(room.told.take(), ["1 HangUp"]);
    assert!(frame().is_none() && room.find("dialog[open]").is_some(), "not before it is left");
    room.calls.set(CallsView::default());
    until("the frame", || frame().is_some()).await;
    settle().await;
    assert!(room.find("dialog").is_none());
}
