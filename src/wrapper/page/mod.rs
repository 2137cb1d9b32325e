//! The shell of the wrapper page: listens, asks the machine, carries out what it answers. Decides nothing.
//!
//! The page lives as long as its document, so what is made here is never given back, except for Meet's frame.

mod crash;
mod frame;
mod json;
mod load;
mod markup;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, MessageEvent, Window};

use crate::browser::clock::now;
use crate::locale::{Texts, WRAPPER_EN};
use crate::time::Millis;
use crate::wrapper::{Action, Input, Machine, Page, Parameters, Site, Stage, Theme, View, translation_for};
use frame::MeetFrame;
use markup::Markup;

/// Starts the page.
pub fn start() {
    crash::watch();
    if let Some(shell) = web_sys::window().and_then(Shell::new) {
        Rc::new(shell).run();
    }
}

struct Shell {
    window: Window,
    document: Document,
    /// The window that embeds this page, unless it stands alone.
    parent: Option<Window>,
    machine: RefCell<Machine>,
    markup: Markup,
    texts: RefCell<Texts>,
    view: RefCell<Option<View>>,
    frame: RefCell<Option<MeetFrame>>,
    timer: RefCell<Option<Timeout>>,
    language: String,
}

impl Shell {
    fn new(window: Window) -> Option<Self> {
        let document = window.document()?;
        let location = window.location();
        let [fragment, query, url, host] =
            [location.hash(), location.search(), location.href(), location.hostname()].map(Result::unwrap_or_default);
        let parameters = Parameters::read(&Page {
            fragment: fragment.strip_prefix('#').unwrap_or(&fragment),
            query: query.strip_prefix('?').unwrap_or(&query),
            url: &url,
        });
        if let (Some(theme), Some(root)) = (parameters.theme, document.document_element()) {
            let name = match theme {
                Theme::Light => "light",
                Theme::Dark => "dark",
            };
            let _ = root.set_attribute("data-theme", name);
        }
        let parent = window.parent().ok().flatten().filter(|parent| *parent != window);
        let client_origin = parent
            .as_ref()
            .and(parameters.client.as_ref())
            .and_then(|client| web_sys::Url::new(&client.parent_url).ok())
            .map(|url| url.origin())
            // Opaque origins are all called "null", so nothing could be told apart.
            .filter(|origin| origin != "null");
        let language = parameters.language.clone().or_else(|| window.navigator().language()).unwrap_or_default();
        let english = json::parse(&WRAPPER_EN.into()).unwrap_or_default();
        Some(Self {
            markup: Markup::find(&document)?,
            machine: RefCell::new(Machine::new(parameters, client_origin, is_loopback(&host))),
            texts: RefCell::new(Texts::from_json(&english)),
            view: RefCell::new(None),
            frame: RefCell::new(None),
            timer: RefCell::new(None),
            window,
            document,
            parent,
            language,
        })
    }

    fn run(self: Rc<Self>) {
        let shell = Rc::clone(&self);
        EventListener::new(&self.window, "message", move |event| {
            if let Some(event) = event.dyn_ref() {
                shell.received(event);
            }
        })
        .forget();
        for button in [&self.markup.join, &self.markup.cancel] {
            let shell = Rc::clone(&self);
            EventListener::new(button, "click", move |_| shell.pressed()).forget();
        }
        self.apply(Input::Started);
        for event in load::early_messages(&self.window) {
            self.received(&event);
        }
        let shell = Rc::clone(&self);
        load::json("config.json", move |config| {
            shell.apply(Input::Site(Site::read(&config)));
        });
        if let Some(language) = translation_for(&self.language) {
            let address = ["locales/wrapper.", language, ".json"].concat();
            load::json(&address, move |file| self.speak(language, file));
        }
    }

    /// Lays a translation over the texts and shows everything again.
    fn speak(&self, language: &str, file: Value) {
        let english = self.texts.take();
        self.texts.replace(english.overlaid_with(Texts::from_json(&file)));
        if let Some(root) = self.document.document_element() {
            let _ = root.set_attribute("lang", language);
        }
        let view = self.view.borrow();
        if let Some(view) = view.as_ref() {
            self.markup.show(&self.document, view, &self.texts.borrow());
        }
    }

    /// Hands a message on if its window is one that may speak; the machine checks its origin.
    fn received(self: &Rc<Self>, event: &MessageEvent) {
        let Some(source) = event.source() else {
            return;
        };
        let origin = event.origin();
        let is_from = |window: &Window| *AsRef::<JsValue>::as_ref(window) == *source;
        if self.parent.as_ref().is_some_and(is_from) {
            if let Some(message) = json::read(&event.data()) {
                self.apply(Input::FromClient { origin: &origin, message: &message });
            }
            return;
        }
        let frame = self.frame.borrow().as_ref().and_then(MeetFrame::window);
        if frame.as_ref().is_some_and(is_from)
            && let Some(message) = json::parse(&event.data())
        {
            self.apply(Input::FromFrame { origin: &origin, message: &message });
        }
    }

    fn pressed(self: &Rc<Self>) {
        let press = self.view.borrow().as_ref().and_then(|view| view.button).map(|(_, press)| press);
        if let Some(press) = press {
            self.apply(Input::Press(press));
        }
    }

    fn apply(self: &Rc<Self>, input: Input<'_>) {
        // Asked beforehand: with the frame that has it, the focus goes too.
        let focused = self.document.has_focus().unwrap_or_default();
        let actions = self.machine.borrow_mut().handle(now(), input);
        for action in actions {
            self.perform(action, focused);
        }
    }

    fn perform(self: &Rc<Self>, action: Action, focused: bool) {
        match action {
            Action::Show(view) => {
                self.markup.show(&self.document, &view, &self.texts.borrow());
                let before = self.view.replace(Some(view.clone()));
                // The keyboard follows what takes the page over, unless the user is elsewhere in the chat.
                if focused && before.is_some_and(|before| before.stage != view.stage) {
                    match (view.button, self.frame.borrow().as_ref()) {
                        (Some((_, press)), _) => self.markup.focus(press),
                        (None, Some(frame)) if view.stage == Stage::Meeting => frame.focus(),
                        _ => {}
                    }
                }
            }
            Action::OpenFrame { url, domain } => {
                let title = self.texts.borrow().fill("frame", &[("domain", &domain)]);
                let frame = MeetFrame::open(&self.document, &self.markup.meeting, &url, &title);
                self.frame.replace(frame);
            }
            Action::CloseFrame => drop(self.frame.take()),
            Action::PostToFrame { message, origin } => {
                let frame = self.frame.borrow().as_ref().and_then(MeetFrame::window);
                if let (Some(frame), Some(text)) = (frame, json::text(&message)) {
                    let _ = frame.post_message(&text, &origin);
                }
            }
            Action::PostToClient { message, origin } => {
                if let Some(parent) = &self.parent {
                    let _ = parent.post_message(&json::write(&message), &origin);
                }
            }
            Action::WakeAt(at) => {
                // Timers may come a little early by the clock that measures them.
                let wait = at.since(now()).plus(Millis(1));
                let shell = Rc::clone(self);
                let wait = u32::try_from(wait.0).unwrap_or(u32::MAX);
                let timer = Timeout::new(wait, move || shell.apply(Input::Tick));
                self.timer.replace(Some(timer));
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    crate::meet::MeetDomain::parse(host).is_ok_and(|host| host.is_loopback())
}
