//! What a room offers beside its call buttons, what rings for it, and what both are decided by.

use std::cell::Cell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use meet_in_chat::browser::storage;
use meet_in_chat::call::Input;
use meet_in_chat::call::view::CallsView;
use meet_in_chat::host::HostEvent;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::{CallButtons, CallLayer, CallStage, Calls, ServerNote};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::calls_host::{self, Chat, room};
use crate::waiting::{settle, until};

/// Where it is kept what was answered.
const ANSWERED: &str = "meet_in_chat.answered.@ann:x";

/// A room's views, until dropped.
struct Shown {
    root: HtmlElement,
    /// How often a call was placed.
    placed: Rc<Cell<u32>>,
    mounted: Option<Box<dyn std::any::Any>>,
}

impl Shown {
    async fn over(chat: &Rc<Chat>) -> Self {
        storage::remove(ANSWERED);
        let document = web_sys::window().unwrap().document().unwrap();
        let root: HtmlElement = document.create_element("main").unwrap().unchecked_into();
        document.body().unwrap().append_child(&root).unwrap();
        let placed = Rc::new(Cell::new(0));
        let counted = placed.clone();
        let tell = Rc::new(move |input| {
            if let Input::Place(_) = input {
                counted.set(counted.get() + 1);
            }
        });
        let calls = Calls::rehearsed(chat.clone(), Texts::read(CHAT_EN), ArcRwSignal::new(CallsView::default()), tell);
        let mounted = mount_to(root.clone(), move || {
            let (calls, room) = (StoredValue::new_local(calls), RwSignal::new(room()));
            view! {
                <CallButtons calls room/>
                <CallStage calls room/>
                <CallLayer calls/>
                <ServerNote calls/>
            }
        });
        settle().await;
        Self { root, placed, mounted: Some(Box::new(mounted)) }
    }

    fn find(&self, css: &str) -> Option<HtmlElement> {
        self.root.query_selector(css).unwrap().map(Element::unchecked_into)
    }

    fn note(&self) -> String {
        self.find(".meet-server-note").and_then(|note| note.text_content()).unwrap_or_default()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
        storage::remove(ANSWERED);
    }
}

/// Ben starts the conference that the room holds.
fn begun() -> Value {
    json!({
        "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ben:x", "event_id": "$w",
        "content": { "type": "jitsi", "url": "https://w.example/", "data": { "conferenceId": "Tea" } }, "unsigned": { "age": 0 },
    })
}

/// "Join" placed a call between two there.
#[wasm_bindgen_test]
async fn where_conferences_are_switched_off_no_offer_and_no_ring_of_one_calls() {
    let chat = calls_host::alone_at(json!({ "setting_defaults": { "UIFeature.widgets": false } }));
    chat.conferences.set(true);
    let shown = Shown::over(&chat).await;
    let join = shown.find(".meet-stage .meet-primary").expect("the offer is spoken of");
    assert!(join.has_attribute("hidden"));
    join.click();

    chat.deliver(begun());
    until("the ring", || shown.find(".meet-conference-ring").is_some()).await;
    shown.find(".meet-conference-ring [data-act=join]").unwrap().click();
    settle().await;
    assert_eq!(shown.placed.get(), 0);
    shown.find("button[data-kind=voice]").unwrap().click();
    assert_eq!(shown.placed.get(), 1, "the button does call");
}

/// A page's own host may tell of the event first.
#[wasm_bindgen_test]
async fn a_conference_rings_whose_room_is_told_a_moment_later() {
    let chat = calls_host::alone();
    let shown = Shown::over(&chat).await;
    chat.deliver(begun());
    settle().await;
    assert!(shown.find(".meet-conference-ring").is_none());
    chat.conferences.set(true);
    chat.tell(&HostEvent::RoomChanged(room()));
    until("the ring", || shown.find(".meet-conference-ring").is_some()).await;
}

/// In a page's own chat each question is a call into the page, with a copy of the whole.
#[wasm_bindgen_test]
async fn a_room_s_buttons_ask_for_the_configuration_only_when_the_well_known_changes() {
    let chat = calls_host::alone();
    let shown = Shown::over(&chat).await;
    let asked = chat.configured.get();
    *chat.well_known.borrow_mut() = Some(json!({ "io.element.jitsi": { "preferredDomain": "meet.other.test" } }));
    for _ in 0..3 {
        chat.tell(&HostEvent::ConnectionChanged);
        chat.tell(&HostEvent::RoomChanged(room()));
        settle().await;
    }
    assert!(chat.configured.get() == asked && !shown.note().contains("meet.other.test"), "{}", shown.note());
    chat.tell(&HostEvent::WellKnownChanged);
    until("the other server", || shown.note().contains("meet.other.test")).await;
}
