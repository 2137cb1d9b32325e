//! The list of the Meet servers that a person agreed to.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use meet_in_chat::call::view::CallsView;
use meet_in_chat::host::HostEvent;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::{Calls, ConsentList};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::calls_host::{self, Chat};
use crate::waiting::{settle, until};

fn content(first: bool) -> Value {
    json!({ "native_widgets": { "m.jitsi": { "a.test": first, "b.test": true, "no.test": false } }, "org.example": 1 })
}

/// Where the list is, until dropped.
struct Shown {
    root: HtmlElement,
    mounted: Option<Box<dyn std::any::Any>>,
}

impl Shown {
    fn over(chat: Rc<Chat>) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let view = ArcRwSignal::new(CallsView::default());
        let calls = Calls::rehearsed(chat, Texts::read(CHAT_EN), view, Rc::new(|_| ()));
        let mounted = mount_to(root.clone(), move || {
            let calls = StoredValue::new_local(calls);
            view! { <ConsentList calls/> }
        });
        Self { root, mounted: Some(Box::new(mounted)) }
    }

    fn buttons(&self) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all("li button").unwrap();
        (0..found.length()).map(|at| found.item(at).unwrap().unchecked_into()).collect()
    }

    fn labels(&self) -> Vec<String> {
        self.buttons().iter().filter_map(|button| button.get_attribute("aria-label")).collect()
    }

    fn says(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
    }
}

#[wasm_bindgen_test]
async fn what_is_withdrawn_leaves_the_list_and_is_written_as_a_refusal() {
    let chat = calls_host::alone();
    *chat.account_data.borrow_mut() = Some(content(true));
    let shown = Shown::over(chat.clone());
    settle().await;
    assert_eq!(shown.labels(), ["Withdraw for a.test", "Withdraw for b.test"]);

    shown.buttons().first().unwrap().click();
    until("written", || chat.account_data.borrow().as_ref().unwrap()["native_widgets"]["m.jitsi"]["a.test"] == false)
        .await;
    settle().await;
    assert_eq!(shown.labels(), ["Withdraw for b.test"]);
    let list = shown.root.query_selector("ul").unwrap().unwrap();
    let focused = document().active_element();
    assert!(
        focused.is_some_and(|focused: Element| focused.is_same_node(Some(&list))),
        "the keyboard stays in the list"
    );
    assert_eq!(chat.account_data.borrow().as_ref().unwrap()["org.example"], 1, "nothing of others is lost");

    // Agreed to again on a phone.
    *chat.account_data.borrow_mut() = Some(content(true));
    chat.tell(&HostEvent::AccountChanged);
    settle().await;
    assert_eq!(shown.labels().len(), 1, "a sync may still bring what was there before");
    *chat.account_data.borrow_mut() = Some(content(false));
    chat.tell(&HostEvent::AccountChanged);
    *chat.account_data.borrow_mut() = Some(content(true));
    chat.tell(&HostEvent::AccountChanged);
    settle().await;
    assert_eq!(shown.labels().len(), 2);
}

#[wasm_bindgen_test]
async fn a_withdrawal_that_the_homeserver_does_not_take_is_said_and_holds_here() {
    let chat = calls_host::alone();
    *chat.account_data.borrow_mut() = Some(content(false));
    chat.account_data_refused.set(true);
    let shown = Shown::over(chat.clone());
    settle().await;
    shown.buttons().first().unwrap().click();
    until("said", || shown.says().contains("could not keep your answer for b.test")).await;
    assert!(shown.labels().is_empty() && shown.says().contains("You have agreed to no Meet server."));
}
