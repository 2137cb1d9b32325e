//! The shell of the wrapper page: listens, asks the machine, carries out what it answers. Decides nothing.
//!
//! The page lives as long as its document, so what is made here is never given back, except for its frames.

mod early;
mod frame;
mod markup;
mod sign;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, MessageEvent, Window};

use crate::browser::clock::now;
use crate::browser::crash::crashed;
use crate::call::media::Kind;
use crate::check::{self, Subject};
use crate::locale::{Texts, WRAPPER_EN};
use crate::page::here::{Here, translation};
use crate::page::{Theme, crash, dress, json, load, memory};
use crate::text_key;
use crate::time::Millis;
use crate::wrapper::{Action, DeviceAction, DeviceInput, Input, Machine, Parameters, Phone, Site, Stage, View};
use frame::Frame;
use markup::Markup;

/// Starts the page.
pub fn start() {
    crash::watch(frame::clear_all);
    if let Some(shell) = web_sys::window().and_then(Shell::new) {
        Rc::new(shell).run();
    }
}

/// What happens when the program fails, for tests of it.
pub fn crash() {
    crash::happens(frame::clear_all);
}

struct Shell {
    window: Window,
    document: Document,
    /// The window that embeds this page, unless it stands alone.
    parent: Option<Window>,
    machine: RefCell<Machine>,
    markup: Markup,
    texts: RefCell<Texts>,
    view: RefCell<Option<Box<View>>>,
    frame: RefCell<Option<Frame>>,
    /// The server in it, for its title.
    domain: RefCell<String>,
    check: RefCell<Option<Frame>>,
    timer: RefCell<Option<Timeout>>,
    /// As the client has it, unless it has not said so.
    theme: Cell<Option<Theme>>,
    /// A translation to fetch; English is compiled in.
    language: Option<&'static str>,
}

impl Shell {
    fn new(window: Window) -> Option<Self> {
        let document = window.document()?;
        let here = Here::of(&window);
        let parameters = Parameters::read(&here.page());
        if let Some(address) = parameters.elsewhere() {
            let _ = window.location().replace(&address);
            return None;
        }
        let theme = parameters.theme;
        if let Some(theme) = theme {
            dress::wear(&document, theme);
        }
        let parent = window.parent().ok().flatten().filter(|parent| *parent != window);
        let client_origin = parent
            .as_ref()
            .and(parameters.client.as_ref())
            .and_then(|client| web_sys::Url::new(&client.parent_url).ok())
            .map(|url| url.origin())
            // Opaque origins are all called "null", so nothing could be told apart.
            .filter(|origin| origin != "null");
        let language = translation(&window, parameters.language.as_deref());
        let navigator = window.navigator();
        let phone = Phone::of_browser(&navigator.user_agent().unwrap_or_default(), navigator.max_touch_points());
        let phone = phone.filter(|_| parent.is_none());
        let english = json::parse(&WRAPPER_EN.into()).unwrap_or_default();
        Some(Self {
            markup: Markup::find(&document)?,
            machine: RefCell::new(Machine::new(parameters, client_origin, is_loopback(&here.host)).alone_on(phone)),
            texts: RefCell::new(Texts::from_json(&english)),
            view: RefCell::new(None),
            frame: RefCell::new(None),
            domain: RefCell::default(),
            check: RefCell::new(None),
            timer: RefCell::new(None),
            theme: Cell::new(theme),
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
        self.listen_to_devices();
        if let Some(kept) = memory::read(&self.window) {
            self.apply(Input::Remembered(&kept));
        }
        self.apply(Input::Started);
        for event in early::messages(&self.window) {
            self.received(&event);
        }
        let shell = Rc::clone(&self);
        load::json("config.json", move |config| {
            shell.apply(Input::Site(Site::read(&config.unwrap_or_default())));
        });
        if let Some(language) = self.language {
            let address = ["locales/wrapper.", language, ".json"].concat();
            load::json(&address, move |file| {
                if let Some(file) = file {
                    self.speak(language, file);
                }
            });
        }
    }

    fn listen_to_devices(self: &Rc<Self>) {
        let markup = &self.markup;
        let presses = [
            (&markup.microphone, DeviceInput::Toggle(Kind::Audio)),
            (&markup.camera, DeviceInput::Toggle(Kind::Video)),
            (&markup.look, DeviceInput::Check),
        ];
        for (button, input) in presses {
            let shell = Rc::clone(self);
            EventListener::new(button, "click", move |_| shell.apply(Input::Device(input))).forget();
        }
    }

    fn check(&self, action: DeviceAction) {
        let check = match action {
            DeviceAction::OpenCheck => {
                let url = check::address(Subject::Devices, self.theme.get(), Some(self.language.unwrap_or("en")));
                let title = self.texts.borrow().get(text_key!("devices.frame", WRAPPER_EN));
                Frame::of_check(&self.document, &self.markup.check, &url, &title)
            }
            DeviceAction::CloseCheck => None,
        };
        drop(self.check.replace(check));
    }

    /// Lays a translation over the texts and shows everything again.
    fn speak(&self, language: &str, file: Value) {
        if crashed() {
            return;
        }
        let english = self.texts.take();
        self.texts.replace(english.overlaid_with(Texts::from_json(&file)));
        dress::speak(&self.document, language);
        let texts = self.texts.borrow();
        self.markup.prepare_for_a_crash(&texts);
        if let Some(view) = self.view.borrow().as_ref() {
            self.markup.show(&self.document, view, &texts);
        }
        if let Some(frame) = self.frame.borrow().as_ref() {
            frame.call(&texts.fill("frame", &[("domain", &self.domain.borrow())]));
        }
        if let Some(check) = self.check.borrow().as_ref() {
            check.call(&texts.get(text_key!("devices.frame", WRAPPER_EN)));
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
        let window = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().and_then(Frame::window);
        if window(&self.check).as_ref().is_some_and(is_from) {
            // A page of this origin alone is the check.
            if self.window.location().origin().is_ok_and(|own| own == origin)
                && let Some(labels) = json::read(&event.data())
            {
                self.apply(Input::Remembered(&labels));
            }
            return;
        }
        if window(&self.frame).as_ref().is_some_and(is_from)
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
        // What was left in the middle is not to be gone on with, and no frame to be opened over the words about it.
        if crashed() {
            return;
        }
        // Asked beforehand: with the frame that has it, the focus goes too.
        let focused = self.document.has_focus().unwrap_or_default();
        // What was chosen in the check a moment ago counts, also if the check's word of it is still on its way.
        let kept = self.check.borrow().is_some().then(|| memory::read(&self.window)).flatten();
        for input in kept.as_ref().map(Input::Remembered).into_iter().chain([input]) {
            let actions = self.machine.borrow_mut().handle(now(), input);
            for action in actions {
                self.perform(action, focused);
            }
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
                        (_, Some(frame)) if matches!(view.stage, Stage::Meeting | Stage::Waiting) => frame.focus(),
                        (Some((_, press)), _) => self.markup.focus(press),
                        _ => {}
                    }
                }
            }
            Action::OpenFrame { url, domain } => {
                let title = self.texts.borrow().fill("frame", &[("domain", &domain)]);
                let mut frame = Frame::of_meet(&self.document, &self.markup.meeting, &url.0, &title);
                if let Some(frame) = &mut frame {
                    let shell = Rc::clone(self);
                    frame.on_load(move || shell.apply(Input::FrameLoaded));
                }
                self.frame.replace(frame);
                self.domain.replace(domain);
            }
            Action::CloseFrame => drop(self.frame.take()),
            Action::PostToFrame { message, origin } => {
                let frame = self.frame.borrow().as_ref().and_then(Frame::window);
                if let (Some(frame), Some(text)) = (frame, json::text(&message)) {
                    let _ = frame.post_message(&text, &origin);
                }
            }
            Action::PostToClient { message, origin } => {
                if let Some(parent) = &self.parent {
                    let _ = parent.post_message(&json::write(&message), &origin);
                }
            }
            Action::Sign { attempt, text } => {
                let shell = Rc::clone(self);
                spawn_local(async move {
                    let signature = sign::sign(&text.0).await;
                    shell.apply(Input::Signed { attempt, signature: signature.as_deref() });
                });
            }
            Action::Device(action) => self.check(action),
            Action::Log(trouble) => web_sys::console::warn_1(&trouble.into()),
            Action::Look(theme) => {
                self.theme.set(Some(theme));
                let check = self.check.borrow().as_ref().and_then(Frame::document);
                for document in [Some(&self.document), check.as_ref()].into_iter().flatten() {
                    dress::wear(document, theme);
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
