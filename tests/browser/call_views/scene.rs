//! A page with a room and the layer of calls over a chat that does nothing, and the deeds that the views told of.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use meet_in_chat::browser::{clock, js};
use meet_in_chat::call::Input;
use meet_in_chat::call::media::CaptureId;
use meet_in_chat::call::peer::PeerId;
use meet_in_chat::call::view::{CallKey, CallView, CallsView, Camera, Can, Ending, Notice, Phase, PreviewView};
use meet_in_chat::ids::RoomId;
use meet_in_chat::locale::{CHAT_EN, Texts};
use meet_in_chat::time::Millis;
use meet_in_chat::ui::{CallButtons, CallLayer, CallStage, Calls};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::calls_host::{self, Chat};
pub(super) use crate::waiting::{settle, until};

const BEN: &str = "@ben:x";

/// The page. It is taken away when dropped.
pub(super) struct Scene {
    /// The chat around it.
    pub(super) chat: Rc<Chat>,
    view: ArcRwSignal<CallsView>,
    told: Rc<RefCell<Vec<String>>>,
    root: HtmlElement,
    mounted: Option<Box<dyn std::any::Any>>,
}

impl Scene {
    /// A page that shows this, with the room `!room` on screen.
    pub(super) async fn with(view: CallsView) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let view = ArcRwSignal::new(view);
        let told: Rc<RefCell<Vec<String>>> = Rc::default();
        let log = told.clone();
        let tell = Rc::new(move |input| log.borrow_mut().push(in_short(&input)));
        let chat = calls_host::alone();
        let calls = Calls::rehearsed(chat.clone(), Texts::read(CHAT_EN), view.clone(), tell);
        let mounted = mount(root.clone(), calls);
        settle().await;
        Self { chat, view, told, root, mounted: Some(mounted) }
    }

    pub(super) async fn calls(calls: impl Into<Vec<CallView>>) -> Self {
        Self::with(CallsView { calls: calls.into(), ..CallsView::default() }).await
    }

    /// Shows something else.
    pub(super) async fn show(&self, view: CallsView) {
        self.view.set(view);
        settle().await;
    }

    /// Shows other calls.
    pub(super) async fn show_calls(&self, calls: impl Into<Vec<CallView>>) {
        self.show(CallsView { calls: calls.into(), ..CallsView::default() }).await;
    }

    /// What was told since this was last asked, in short.
    pub(super) fn told(&self) -> Vec<String> {
        self.told.take()
    }

    pub(super) fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.root.query_selector(selector).unwrap().map(Element::unchecked_into)
    }

    pub(super) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length()).map(|at| found.item(at).unwrap().unchecked_into()).collect()
    }

    pub(super) fn get(&self, selector: &str) -> HtmlElement {
        self.find(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
    }

    pub(super) fn text(&self, selector: &str) -> String {
        self.get(selector).text_content().unwrap_or_default()
    }

    /// Presses a button and says what was told of it.
    pub(super) fn press(&self, selector: &str) -> Vec<String> {
        self.get(selector).click();
        self.told()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.root.remove();
    }
}

fn mount(root: HtmlElement, calls: Calls) -> Box<dyn std::any::Any> {
    let handle: UnmountHandle<_> = mount_to(root, move || {
        let calls = StoredValue::new_local(calls);
        let room = Signal::derive(|| RoomId::from("!room"));
        view! {
            <CallLayer calls/>
            <CallStage calls room/>
            <CallButtons calls room/>
        }
    });
    Box::new(handle)
}

/// Presses a key on the page; whether the browser may still do what it does with it.
pub(super) fn key(name: &str, ctrl: bool) -> bool {
    let init = Object::new();
    for (member, value) in
        [("key", JsValue::from(name)), ("ctrlKey", ctrl.into()), ("bubbles", true.into()), ("cancelable", true.into())]
    {
        Reflect::set(&init, &member.into(), &value).unwrap();
    }
    let class: Function = Reflect::get(&window(), &"KeyboardEvent".into()).unwrap().unchecked_into();
    let event = Reflect::construct(&class, &Array::of2(&"keydown".into(), &init)).unwrap();
    let event: KeyboardEvent = event.unchecked_into();
    document().active_element().unwrap().dispatch_event(&event).unwrap()
}

fn in_short(input: &Input) -> String {
    match input {
        Input::Do(call, deed) => format!("{} {deed:?}", call.0),
        Input::Preview(deed) => format!("{deed:?}"),
        Input::Dismiss(call) => format!("dismiss {}", call.0),
        Input::Place(place) => format!("place {} {}", place.room.id, if place.video { "video" } else { "voice" }),
        other => format!("{other:?}"),
    }
}

/// A video call of this room, a minute and a bit old.
pub(super) fn call(key: u64) -> CallView {
    CallView {
        connected_at: Some(Millis(clock::now().0 - 65_100)),
        connection: Some(PeerId(1)),
        capture: Some(CaptureId(1)),
        camera: Camera::On,
        peer_camera: Some("camera".into()),
        peer_audio: vec!["camera".into()],
        can: Can { camera: true, share: true, hold: true },
        ..CallView::bare(CallKey(key), "!room".into(), BEN.into())
    }
}

/// A call of another room that rings.
pub(super) fn ringing(key: u64, video: bool) -> CallView {
    CallView {
        room: "!other".into(),
        incoming: true,
        video,
        phase: Phase::Ringing,
        connected_at: None,
        connection: None,
        capture: None,
        peer_camera: None,
        peer_audio: Vec::new(),
        ..call(key)
    }
}

pub(super) fn notice(key: u64, ending: Ending) -> Notice {
    Notice {
        key: CallKey(key),
        room: "!room".into(),
        peer: BEN.into(),
        video: true,
        incoming: true,
        ending,
        lasted: None,
        call_back: true,
        ask_fallback: false,
    }
}

pub(super) fn preview() -> PreviewView {
    PreviewView::bare("!room".into(), BEN.into())
}

/// A property with another value, until dropped.
pub(super) struct Given {
    target: JsValue,
    name: &'static str,
    before: JsValue,
}

impl Given {
    pub(super) fn new(target: JsValue, name: &'static str, value: &JsValue) -> Self {
        let before =
            Reflect::get_own_property_descriptor(target.unchecked_ref::<Object>(), &name.into()).unwrap_or_default();
        let property = js::object(&[("value", value), ("configurable", &JsValue::TRUE)]);
        let _ = Object::define_property(target.unchecked_ref::<Object>(), &name.into(), property.unchecked_ref());
        Self { target, name, before }
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        let target: &Object = self.target.unchecked_ref();
        let _ = Reflect::delete_property(target, &self.name.into());
        if self.before.is_object() {
            let _ = Object::define_property(target, &self.name.into(), self.before.unchecked_ref());
        }
    }
}
