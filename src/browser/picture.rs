//! A small window that stays on top of all others, with a part of the page in it; where the browser has none, its own
//! picture-in-picture of a video.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Event, EventTarget, HtmlElement, HtmlMediaElement, Node};

use crate::browser::crash::{self, Entry};
use crate::browser::js;

fn pictures() -> JsValue {
    js::get(&js_sys::global(), "documentPictureInPicture")
}

/// Whether the browser has either.
pub fn possible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let videos = document.is_some_and(|document| js::get(&document, "pictureInPictureEnabled").is_truthy());
    videos || js::has(&pictures(), "requestWindow")
}

/// A window on top, with an element of the page in it. Dropping it closes the window and puts the element back.
pub struct Picture {
    element: HtmlElement,
    /// The empty comment that keeps the element's place in the page.
    place: Node,
    closed: Option<EventListener>,
    _keys: EventListener,
    _window: Window,
}

/// The browser's window. Dropping it closes it.
struct Window {
    browser: JsValue,
    _entry: Entry,
}

impl Window {
    async fn open(size: (u32, u32)) -> Option<Self> {
        let size = js::object(&[("width", &size.0.into()), ("height", &size.1.into())]);
        let browser = js::called(&pictures(), "requestWindow", &[&size]).await.ok()?;
        let of_crash = browser.clone();
        Some(Self { browser, _entry: crash::enter(move || close(&of_crash)) })
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        close(&self.browser);
    }
}

fn close(window: &JsValue) {
    let _ = js::call(window, "close", &[]);
}

impl Picture {
    /// Moves the element into a window of this size in CSS pixels; `closed` is called when the person closes it. In a gesture of
    /// theirs only. `None` where the browser can't, or won't.
    pub async fn open(element: &HtmlElement, size: (u32, u32), closed: impl Fn() + 'static) -> Option<Self> {
        let window = Window::open(size).await?;
        // What it was to show may be gone by then.
        let page = element.owner_document().filter(|_| element.is_connected())?;
        let browser = &window.browser;
        let document: Document = js::get(browser, "document").dyn_into().unwrap_or_else(JsCast::unchecked_into);
        dress(browser, &document, element, &page);
        let place: Node = page.create_comment("").into();
        element.parent_node()?.insert_before(&place, Some(element)).ok()?;
        let closed = EventListener::new(browser.unchecked_ref::<EventTarget>(), "pagehide", move |_| closed());
        let options = EventListenerOptions::enable_prevent_default();
        let keys = EventListener::new_with_options(browser.unchecked_ref(), "keydown", options, hand_on);
        let body: Node = js::get(&document, "body").unchecked_into();
        // Dropped where it fails, which puts the element back.
        let picture = Self { element: element.clone(), place, closed: Some(closed), _keys: keys, _window: window };
        body.append_child(element).ok()?;
        play(element);
        Some(picture)
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        if let Some(parent) = self.place.parent_node() {
            let _ = parent.replace_child(&self.element, &self.place);
            play(&self.element);
        } else {
            // The page has no place for it any more.
            self.element.remove();
        }
        // It may be running right now.
        let closed = self.closed.take();
        wasm_bindgen_futures::spawn_local(async move { drop(closed) });
    }
}

/// Puts a video of the page into the browser's own window on top.
pub fn show_video(video: &HtmlMediaElement) {
    if video.is_connected() {
        js::forget(js::call(video, "requestPictureInPicture", &[]));
    }
}

/// The page's shortcuts work in the small window too: keys with Ctrl or Cmd are pressed once more on the page's window.
fn hand_on(event: &Event) {
    if !["ctrlKey", "metaKey"].iter().any(|held| js::get(event, held).is_truthy()) {
        return;
    }
    let class = js::get(&js_sys::global(), "KeyboardEvent");
    let (Ok(again), Some(page)) = (js::construct(&class, &[&event.type_().into(), event]), web_sys::window()) else {
        return;
    };
    if page.dispatch_event(again.unchecked_ref()) == Ok(false) {
        event.prevent_default();
    }
}

/// The styles and looks that the element has in the page. As one constructed sheet: the policy of the page forbids style elements
/// there too.
fn dress(window: &JsValue, document: &Document, element: &HtmlElement, page: &Document) {
    let mut text = String::new();
    let root = Some(element.get_root_node()).filter(|root| root != page.unchecked_ref::<Node>());
    for whose in [Some(page.clone().into()), root].iter().flatten() {
        for name in ["styleSheets", "adoptedStyleSheets"] {
            for sheet in js::list(&js::get(whose, name)) {
                // Those of another site have no rules that a page may read.
                for rule in js::list(&js::get(&sheet, "cssRules")) {
                    text.push_str(&js::text(&rule, "cssText").unwrap_or_default());
                }
            }
        }
    }
    if let Ok(sheet) = js::construct(&js::get(window, "CSSStyleSheet"), &[]) {
        let _ = js::call(&sheet, "replaceSync", &[&text.into()]);
        js::set(document, "adoptedStyleSheets", &Array::of1(&sheet));
    }
    if let (Some(from), Some(to)) = (page.document_element(), document.document_element()) {
        for name in from.get_attribute_names().iter().filter_map(|name| name.as_string()) {
            let _ = to.set_attribute(&name, &from.get_attribute(&name).unwrap_or_default());
        }
    }
    document.set_title(&page.title());
}

/// Moving a media element pauses it.
fn play(element: &HtmlElement) {
    let Ok(media) = element.query_selector_all("video, audio") else { return };
    for at in 0..media.length() {
        if let Some(media) = media.get(at) {
            js::forget(js::call(&media, "play", &[]));
        }
    }
}
