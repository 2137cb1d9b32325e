//! A ring on a page that nobody sees, and a call in a window of its own.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::{ArcRwSignal, Owner};
use meet_in_chat::browser::js;
use meet_in_chat::browser::picture::Picture;
use meet_in_chat::buttons;
use meet_in_chat::call::view::{CallsView, Phase};
use meet_in_chat::call::vocabulary::Deed;
use meet_in_chat::host::HostEvent;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::ui::Calls;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Event, EventTarget, HtmlElement};

use crate::calls_engine::two_people;
use crate::calls_host::{self, room};
use crate::calls_stage::{A_WHILE, Instead, Log, until};

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("a document")
}

/// `document.hidden` says so, until dropped.
struct Hidden;

impl Hidden {
    fn hide() -> Self {
        let getter = js::object(&[("get", &Function::new_no_args("return true")), ("configurable", &JsValue::TRUE)]);
        let _ = Object::define_property(&document(), &"hidden".into(), getter.unchecked_ref());
        Self
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = Reflect::delete_property(document().unchecked_ref::<Object>(), &"hidden".into());
    }
}

/// Notifications of the system's, as far as they go.
fn notifications(permission: &str) -> Instead {
    let shown = Instead::of(
        js_sys::global().into(),
        "Notification",
        "title, options",
        "const shown = new EventTarget(); seen.push(shown);
         return Object.assign(shown, { title, options, closed: 0, close() { this.closed++; } });",
    );
    let class = js::get(&js_sys::global(), "Notification");
    js::set(&class, "permission", &permission.into());
    let ask = "this.asked = (this.asked ?? 0) + 1; return Promise.resolve('denied');";
    js::set(&class, "requestPermission", &Function::new_no_args(ask));
    shown
}

#[wasm_bindgen_test]
async fn a_ring_that_nobody_sees_is_shown_by_the_system_and_the_title_until_it_ends() {
    let owner = Owner::new();
    owner.set();
    let shown = notifications("granted");
    document().set_title("Chat");
    let (ann, ben) = two_people();
    ann.calls.place(&room(), false);
    ben.is(Phase::Ringing).await;
    until("the lead", || ben.call().filter(|call| call.rings_here)).await;
    assert!(shown.seen().is_empty() && document().title() == "Chat");

    let hidden = Hidden::hide();
    let seen = Event::new("visibilitychange").expect("an event");
    document().dispatch_event(&seen).expect("dispatched");
    let notification = until("a notification", || shown.seen().pop()).await;
    assert_eq!(js::text(&notification, "title").as_deref(), Some("Ann is calling you"));
    assert!(js::get(&js::get(&notification, "options"), "requireInteraction").is_truthy());
    assert_eq!(document().title(), "📞 Ann is calling");
    let click = Event::new("click").expect("an event");
    notification.unchecked_ref::<EventTarget>().dispatch_event(&click).expect("dispatched");
    assert_eq!(ben.chat.opened.get(), 1);

    ben.act(Deed::Decline).await;
    assert_eq!(js::get(&notification, "closed").as_f64(), Some(1.0));
    assert_eq!((document().title().as_str(), shown.seen().len()), ("Chat", 1));
    drop(hidden);
}

#[wasm_bindgen_test]
async fn people_are_asked_for_notifications_only_when_they_call_or_accept() {
    let owner = Owner::new();
    owner.set();
    let _shown = notifications("default");
    let asked = || js::get(&js::get(&js_sys::global(), "Notification"), "asked").as_f64();
    let (ann, ben) = two_people();
    TimeoutFuture::new(A_WHILE).await;
    assert_eq!(asked(), None);
    ann.calls.place(&room(), false);
    assert_eq!(asked(), Some(1.0));
    ben.is(Phase::Ringing).await;
    assert_eq!(asked(), Some(1.0));
    ben.act(Deed::Accept { video: false }).await;
    assert_eq!(asked(), Some(2.0));
}

/// Who used conferences alone was never asked, and saw no notification of one.
#[wasm_bindgen_test]
async fn a_conference_that_rings_unseen_is_shown_by_the_system_once_a_press_on_one_has_asked_for_it() {
    let owner = Owner::new();
    owner.set();
    let shown = notifications("default");
    let class = js::get(&js_sys::global(), "Notification");
    let chat = calls_host::alone();
    chat.conferences.set(true);
    let view = ArcRwSignal::new(CallsView::default());
    let calls = Calls::rehearsed(chat.clone(), Texts::read(CHAT_EN), view, Rc::new(|_| ()));
    assert_eq!(js::get(&class, "asked").as_f64(), None);
    calls.press(&"!other".into(), buttons::Kind::Video);
    assert_eq!(js::get(&class, "asked").as_f64(), Some(1.0));

    js::set(&class, "permission", &"granted".into());
    let hidden = Hidden::hide();
    chat.deliver(json!({
        "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ben:x", "event_id": "$w",
        "content": { "type": "jitsi", "url": "https://w.example/", "data": { "conferenceId": "Tea" } }, "unsigned": { "age": 0 },
    }));
    let notification = until("a notification", || shown.seen().pop()).await;
    assert_eq!(js::text(&notification, "title").as_deref(), Some("Ben has started a conference"));
    let click = Event::new("click").expect("an event");
    notification.unchecked_ref::<EventTarget>().dispatch_event(&click).expect("dispatched");
    assert_eq!(chat.opened.get(), 1);

    chat.conferences.set(false);
    chat.tell(&HostEvent::RoomChanged(room()));
    until("its end", || (js::get(&notification, "closed").as_f64() == Some(1.0)).then_some(())).await;
    assert_eq!(shown.seen().len(), 1);
    drop(hidden);
}

/// Windows on top as a test wants them, until dropped: the browser opens none without a press.
struct Windows {
    stand_in: JsValue,
    before: Option<JsValue>,
}

impl Windows {
    /// `requestWindow` gives the property `window` of the stand-in.
    fn of(window: &JsValue) -> Self {
        let stand_in = js::object(&[("window", window)]);
        js::set(&stand_in, "requestWindow", &Function::new_no_args("return Promise.resolve(this.window)"));
        let global: Object = js_sys::global();
        let before = Reflect::get_own_property_descriptor(&global, &"documentPictureInPicture".into()).ok();
        Self::define(&js::object(&[("value", &stand_in), ("configurable", &JsValue::TRUE)]));
        Self { stand_in, before }
    }

    fn define(descriptor: &JsValue) {
        let global: Object = js_sys::global();
        let _ = Object::define_property(&global, &"documentPictureInPicture".into(), descriptor.unchecked_ref());
    }

    fn closed(&self) -> Option<f64> {
        js::get(&js::get(&self.stand_in, "window"), "closed_times").as_f64()
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            Self::define(before);
        }
    }
}

/// A window that can be closed and nothing else.
fn empty_window() -> Windows {
    let window = js::object(&[]);
    js::set(&window, "close", &Function::new_no_args("this.closed_times = (this.closed_times ?? 0) + 1"));
    Windows::of(&window)
}

#[wasm_bindgen_test]
async fn a_window_opened_for_a_panel_that_is_gone_by_then_is_closed() {
    let windows = empty_window();
    let panel: HtmlElement = document().create_element("div").expect("a panel").unchecked_into();
    assert!(Picture::open(&panel, (40, 30), || ()).await.is_none());
    assert_eq!(windows.closed(), Some(1.0));
}

#[wasm_bindgen_test]
async fn a_panel_that_can_t_move_into_the_window_stays_and_the_window_is_closed() {
    let windows = empty_window();
    let window = js::get(&windows.stand_in, "window");
    let inside = js_sys::eval("new DOMParser().parseFromString('<frameset></frameset>', 'text/html')").expect("a page");
    // Without a body.
    js::call(&js::get(&inside, "documentElement"), "remove", &[]).expect("removed");
    js::set(&window, "document", &inside);
    js::set(&window, "addEventListener", &Function::new_no_args(""));
    js::set(&window, "removeEventListener", &Function::new_no_args(""));
    let (body, holder) = (document().body().expect("a body"), document().create_element("div").expect("a holder"));
    holder.set_inner_html("<i></i><p></p><b></b>");
    body.append_child(&holder).expect("in the page");
    let panel: HtmlElement = holder.children().item(1).expect("a panel").unchecked_into();
    assert!(Picture::open(&panel, (40, 30), || ()).await.is_none());
    assert_eq!((holder.inner_html().as_str(), windows.closed()), ("<i></i><p></p><b></b>", Some(1.0)));
    holder.remove();
}

#[wasm_bindgen_test]
async fn a_panel_moves_into_a_dressed_window_and_back_when_that_is_closed() {
    let owner = Owner::new();
    owner.set();
    let (page, body) = (document(), document().body().expect("a body"));
    let frame = page.create_element("iframe").expect("a frame");
    body.append_child(&frame).expect("a frame in the page");
    let _windows = Windows::of(&js::get(&frame, "contentWindow"));

    let style = page.create_element("style").expect("a style");
    style.set_text_content(Some(".panel-in-a-test { width: 123px; }"));
    body.append_child(&style).expect("a style in the page");
    // As one of another site; its rules are nobody's to read.
    let foreign = page.create_element("style").expect("a style");
    foreign.set_text_content(Some(".panel-in-a-test { opacity: 0; }"));
    body.append_child(&foreign).expect("a style in the page");
    let getter = js::object(&[("get", &Function::new_no_args("throw new DOMException('no', 'SecurityError')"))]);
    let sheet = js::get(&foreign, "sheet");
    let _ = Object::define_property(sheet.unchecked_ref::<Object>(), &"cssRules".into(), getter.unchecked_ref());
    let adopted = js::construct(&js::get(&js_sys::global(), "CSSStyleSheet"), &[]).expect("a sheet");
    js::call(&adopted, "replaceSync", &[&".panel-in-a-test { height: 45px; }".into()]).expect("a rule");
    let adopted_before = js::list(&js::get(&page, "adoptedStyleSheets"));
    js::set(&page, "adoptedStyleSheets", &Array::of1(&adopted));
    let holder = page.create_element("div").expect("a holder");
    holder.set_inner_html("<i></i><div class=\"panel-in-a-test\"></div><b></b>");
    body.append_child(&holder).expect("a holder in the page");
    let panel: HtmlElement = holder.children().item(1).expect("a panel").unchecked_into();

    let (ann, _ben) = two_people();
    assert!(ann.calls.can_pop_out());
    ann.calls.pop_out(&panel);
    let window = js::get(&frame, "contentWindow");
    let inside: Document = js::get(&window, "document").unchecked_into();
    let moved = || inside.body().is_some_and(|body| body.contains(Some(&panel)));
    until("the move", || moved().then_some(())).await;
    assert!(leptos::prelude::untrack(|| ann.calls.popped_out()));
    assert_eq!((panel.offset_width(), panel.offset_height()), (123, 45));

    // A shortcut there is one here, and what the page takes the browser leaves alone.
    let heard = Log::new();
    let log = heard.clone();
    let options = EventListenerOptions::enable_prevent_default();
    let listener = EventListener::new_with_options(&web_sys::window().unwrap(), "keydown", options, move |event| {
        log.push(js::text(event, "key").unwrap_or_default());
        event.prevent_default();
    });
    let press = |key: &str, ctrl: bool| {
        let init = [("key", &key.into()), ("ctrlKey", &ctrl.into()), ("cancelable", &JsValue::TRUE)];
        let class = js::get(&window, "KeyboardEvent");
        let event = js::construct(&class, &[&"keydown".into(), &js::object(&init)]).expect("an event");
        window.unchecked_ref::<EventTarget>().dispatch_event(event.unchecked_ref()).expect("dispatched")
    };
    assert!(!press("d", true) && press("Escape", false));
    assert_eq!((heard.take(|key| Some(key.clone())).as_deref(), heard.is_empty()), (Some("d"), true));
    drop(listener);

    let closed = Event::new("pagehide").expect("an event");
    window.unchecked_ref::<EventTarget>().dispatch_event(&closed).expect("dispatched");
    assert!(!moved() && !leptos::prelude::untrack(|| ann.calls.popped_out()));
    let names: Vec<_> = (0..3).filter_map(|at| holder.children().item(at)).map(|child| child.tag_name()).collect();
    assert_eq!(names, ["I", "DIV", "B"]);
    assert_eq!(holder.child_nodes().length(), 3);

    js::set(&page, "adoptedStyleSheets", &adopted_before);
    for element in [frame, style, foreign, holder] {
        element.remove();
    }
}
