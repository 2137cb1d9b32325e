//! The frame layer: one fixed element, appended once to the document's body, outside every view. A frame in it never moves in
//! the DOM (moving reloads it); it follows the rectangle of whatever placeholder is on screen. The check of calls alone lies elsewhere, in
//! a dialogue above all layers.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, HtmlIFrameElement, MessageEvent};

use crate::browser::animation::AnimationLoop;
use crate::browser::{crash, js};

const LAYER_ID: &str = "meet-in-chat-frames";
/// What a frame may do, the wrapper's and that of a call of another kind. No top navigation: no page may lead the chat away.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox \
                       allow-presentation allow-downloads allow-modals";
/// What the wrapper may hand on to Meet, and such a call may use, whose frame exists only once the person has agreed.
const ALLOW: &str = "camera; microphone; display-capture; autoplay; encrypted-media; clipboard-read; clipboard-write; \
                     fullscreen; screen-wake-lock; speaker-selection";
/// What a frame of our own page of checks may do, and use: a clipboard for its report.
const CHECK_SANDBOX: &str = "allow-scripts allow-same-origin";
const CHECK_ALLOW: &str = "camera; microphone; autoplay; clipboard-write";
/// Layer and frames stand in the page itself, whose styles for all its elements, or all its frames, are not meant for them. Its light or
/// dark is: a frame of another one than its page has would be opaque where it draws nothing.
const OF_NO_PAGE: [(&str, &str); 2] = [("all", "initial"), ("color-scheme", "inherit")];
/// The longest message taken from a frame, in UTF-16 units: a participant list of a few hundred people is a tenth of it.
const MESSAGE_LIMIT: u32 = 256 * 1024;

/// What a frame reports.
pub enum FrameEvent {
    /// A document has loaded in it, be it the right one or an error page.
    Loaded,
    /// It posted a message; its window and its origin are the frame's own.
    Message(Value),
}

/// A frame, on the layer or in a dialogue. Dropping it blanks and removes it, which frees its camera and microphone.
pub struct Frame {
    element: HtmlIFrameElement,
    origin: String,
    listeners: Option<[EventListener; 2]>,
    _following: Option<AnimationLoop>,
    _entry: crash::Entry,
}

/// The element whose rectangle the frame covers; hidden while there is none.
pub type Placeholder = Rc<RefCell<Option<HtmlElement>>>;

impl Frame {
    /// Opens `url` over `placeholder`. `None` when the address is none or the document has no body.
    pub fn open(url: &str, title: &str, placeholder: Placeholder, report: Rc<dyn Fn(FrameEvent)>) -> Option<Self> {
        let mut frame = Self::made(url, title, [SANDBOX, ALLOW], report)?;
        let element = frame.element.clone();
        let style = element.style();
        for (property, value) in OF_NO_PAGE.into_iter().chain([
            ("position", "absolute"),
            ("visibility", "hidden"),
            ("pointer-events", "auto"),
        ]) {
            style.set_property(property, value).ok()?;
        }
        layer(&web_sys::window()?.document()?)?.append_child(&element).ok()?;
        let mut last = None;
        frame._following =
            Some(AnimationLoop::start(move || follow(&element, placeholder.borrow().as_ref(), &mut last)));
        Some(frame)
    }

    /// Opens the page of checks inside `place`, which stays where it is as long as the frame is open: in a dialogue of the top layer,
    /// which lies above every layer.
    pub fn of_check(url: &str, title: &str, place: &HtmlElement, report: Rc<dyn Fn(FrameEvent)>) -> Option<Self> {
        let frame = Self::made(url, title, [CHECK_SANDBOX, CHECK_ALLOW], report)?;
        place.append_child(&frame.element).ok()?;
        Some(frame)
    }

    /// A frame that is nowhere yet. What it may do is settled before it has an address.
    fn made(url: &str, title: &str, may: [&str; 2], report: Rc<dyn Fn(FrameEvent)>) -> Option<Self> {
        let window = web_sys::window()?;
        let origin = web_sys::Url::new(url).ok()?.origin();
        let element: HtmlIFrameElement = window.document()?.create_element("iframe").ok()?.dyn_into().ok()?;
        let [sandbox, allow] = may;
        for (name, value) in [("sandbox", sandbox), ("allow", allow), ("title", title)] {
            element.set_attribute(name, value).ok()?;
        }
        element.set_src(url);

        let loaded = EventListener::new(&element, "load", {
            let report = report.clone();
            move |_| report(FrameEvent::Loaded)
        });
        let messages = EventListener::new(&window, "message", {
            let (element, origin) = (element.clone(), origin.clone());
            move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else {
                    return;
                };
                if let Some(message) = message_of(&element, &origin, event) {
                    report(FrameEvent::Message(message));
                }
            }
        });
        let closed = element.clone();
        let entry = crash::enter(move || clear(&closed));
        Some(Self { element, origin, listeners: Some([loaded, messages]), _following: None, _entry: entry })
    }

    /// Gives it the keyboard.
    pub fn focus(&self) {
        let _ = self.element.focus();
    }

    /// Lets the pointer go past it, to what drags something over it; or not.
    pub fn let_past(&self, past: bool) {
        let _ = self.element.style().set_property("pointer-events", if past { "none" } else { "auto" });
    }

    /// Posts a message to the frame, and to no other origin.
    pub fn post(&self, message: &Value) {
        post(&self.element, &self.origin, message);
    }
}

/// Posts a message to a frame, and to no other origin.
pub(crate) fn post(element: &HtmlIFrameElement, origin: &str, message: &Value) {
    if let Some(window) = element.content_window() {
        let _ = window.post_message(&js::given(message), origin);
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        clear(&self.element);
        // One of them may be running right now, a message that ends the conference.
        let listeners = self.listeners.take();
        wasm_bindgen_futures::spawn_local(async move { drop(listeners) });
    }
}

/// Empties a frame, then removes it: some browsers keep the camera of a frame that was only removed.
fn clear(frame: &Element) {
    let _ = frame.set_attribute("src", "about:blank");
    frame.remove();
}

/// Blanks and removes every frame of the layer, when the program that owns them has crashed and nothing will drop them: no camera stays on.
pub fn remove_all() {
    let layer = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(LAYER_ID));
    while let Some(frame) = layer.as_ref().and_then(Element::first_element_child) {
        clear(&frame);
    }
}

/// The message, if it is this frame's: its window and its origin both have to match.
pub(crate) fn message_of(element: &HtmlIFrameElement, origin: &str, event: &MessageEvent) -> Option<Value> {
    let source = event.source()?;
    let window: JsValue = element.content_window()?.into();
    if JsValue::from(source) != window || event.origin() != origin {
        return None;
    }
    let data = event.data();
    if !data.is_object() {
        return None;
    }
    js::carried(&data, MESSAGE_LIMIT)
}

fn layer(document: &Document) -> Option<Element> {
    if let Some(layer) = document.get_element_by_id(LAYER_ID) {
        return Some(layer);
    }
    let layer: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
    layer.set_id(LAYER_ID);
    for (property, value) in OF_NO_PAGE.into_iter().chain([
        ("position", "fixed"),
        ("inset", "0"),
        ("pointer-events", "none"),
        ("z-index", "var(--meet-layer, 10)"),
        ("overflow", "hidden"),
    ]) {
        layer.style().set_property(property, value).ok()?;
    }
    document.body()?.append_child(&layer).ok()?;
    Some(layer.into())
}

type Rectangle = (i32, i32, i32, i32);

/// Lays the frame over the placeholder; touches its style only when the rectangle has changed.
fn follow(element: &HtmlIFrameElement, placeholder: Option<&HtmlElement>, last: &mut Option<Rectangle>) {
    let rectangle = placeholder.map(|placeholder| {
        let bounds = placeholder.get_bounding_client_rect();
        #[expect(clippy::cast_possible_truncation, reason = "device pixels of a screen fit")]
        let whole = |length: f64| length.round() as i32;
        (whole(bounds.left()), whole(bounds.top()), whole(bounds.width()), whole(bounds.height()))
    });
    let rectangle = rectangle.filter(|(_, _, width, height)| *width > 0 && *height > 0);
    if rectangle == *last {
        return;
    }
    *last = rectangle;
    let style = element.style();
    let set = |property: &str, value: i32| {
        let _ = style.set_property(property, &format!("{value}px"));
    };
    if let Some((left, top, width, height)) = rectangle {
        set("left", left);
        set("top", top);
        set("width", width);
        set("height", height);
    }
    // Not `display: none`, which Meet takes for being put into picture-in-picture.
    let _ = style.set_property("visibility", if rectangle.is_some() { "visible" } else { "hidden" });
}
