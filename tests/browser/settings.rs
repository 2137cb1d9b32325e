//! The settings for calls: what is chosen counts at once, is kept, and follows what other tabs choose.

use std::cell::Cell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use meet_in_chat::browser::{js, lock, storage};
use meet_in_chat::call::view::CallsView;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::{CallSettings, Calls, RoomRing};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use crate::calls_host::{self, room};
use crate::waiting::settle;

const PLACE: &str = "meet_in_chat.conferences.@ann:x";

/// The panel and a room's switch, until dropped.
struct Shown {
    root: HtmlElement,
    checked: Rc<Cell<u32>>,
    mounted: Option<Box<dyn std::any::Any>>,
}

impl Shown {
    fn new() -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let view = ArcRwSignal::new(CallsView::default());
        let calls = Calls::rehearsed(calls_host::alone(), Texts::read(CHAT_EN), view, Rc::new(|_| ()));
        let checked = Rc::new(Cell::new(0));
        let counted = checked.clone();
        let mounted = mount_to(root.clone(), move || {
            let calls = StoredValue::new_local(calls);
            let counted = StoredValue::new_local(counted);
            let on_check = Callback::new(move |()| counted.with_value(|counted| counted.set(counted.get() + 1)));
            view! {
                <CallSettings calls on_check/>
                <RoomRing calls room=Signal::derive(room)/>
            }
        });
        Self { root, checked, mounted: Some(Box::new(mounted)) }
    }

    fn find<T: JsCast>(&self, css: &str) -> T {
        self.root.query_selector(css).unwrap().unwrap_or_else(|| panic!("{css}")).unchecked_into()
    }

    fn ticked(&self, css: &str) -> bool {
        self.find::<HtmlInputElement>(css).checked()
    }

    fn press(&self, css: &str) {
        self.find::<HtmlElement>(css).click();
    }

    fn says(&self, words: &str) -> bool {
        self.root.text_content().unwrap_or_default().contains(words)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
        storage::remove(PLACE);
    }
}

fn kept() -> Value {
    storage::read(PLACE).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn what_is_chosen_is_kept_and_shown_wherever_it_counts() {
    let shown = Shown::new();
    settle().await;
    assert!(shown.says("Conferences start on jitsi.riot.im, the built-in default."));
    assert!(shown.ticked("[data-set=ring] input") && shown.ticked(".meet-room-ring input"));
    assert!(!shown.ticked("[data-set=auto-end] input"));

    shown.press("[data-set=auto-end] input");
    shown.press("[data-set=ring] input");
    settle().await;
    assert_eq!(kept(), json!({ "ring": false, "auto_end": true }));
    assert!(!shown.ticked(".meet-room-ring input"), "no room rings");

    // Whoever wants one room to ring wants rings.
    shown.press(".meet-room-ring input");
    settle().await;
    assert!(shown.ticked("[data-set=ring] input"));
    assert_eq!(kept(), json!({ "auto_end": true }));

    shown.press("[data-act=check-calls]");
    assert_eq!(shown.checked.get(), 1);
}

#[wasm_bindgen_test]
async fn a_quiet_room_is_listed_and_rings_again_at_a_press() {
    let shown = Shown::new();
    shown.press(".meet-room-ring input");
    settle().await;
    assert_eq!(kept(), json!({ "quiet_rooms": ["!room"] }));
    let again = "[aria-label='Ring again in Tea']";
    shown.press(again);
    settle().await;
    assert!(shown.ticked(".meet-room-ring input") && shown.root.query_selector(again).unwrap().is_none());
    let focused = document().active_element();
    let place: Element = shown.find("[aria-label='Rooms that do not ring on this device']");
    assert!(focused.is_some_and(|focused| focused.is_same_node(Some(&place))), "the keyboard stays there");
}

#[wasm_bindgen_test]
async fn what_another_tab_chooses_shows_here() {
    let shown = Shown::new();
    settle().await;
    storage::write(PLACE, &json!({ "ring": false }));
    let class = js::get(&js_sys::global(), "StorageEvent");
    let told = js::construct(&class, &[&"storage".into(), &js::object(&[("key", &PLACE.into())])]).unwrap();
    let told: Event = told.unchecked_into();
    window().dispatch_event(&told).unwrap();
    settle().await;
    assert!(!shown.ticked("[data-set=ring] input"));
}

#[wasm_bindgen_test]
async fn a_lock_is_held_by_one_at_a_time() {
    let first = lock::hold("test").await;
    let second = Rc::new(Cell::new(false));
    let got = second.clone();
    spawn_local(async move {
        let _lock = lock::hold("test").await;
        got.set(true);
    });
    settle().await;
    assert!(!second.get(), "it waits");
    drop(first);
    crate::waiting::until("the other has it", || second.get()).await;
    let _again = lock::hold("test").await;
}
