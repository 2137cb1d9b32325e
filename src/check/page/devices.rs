//! The look at the devices: opens what the pure part asks for, lists what there is, and lets the user see and hear themselves.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, HtmlVideoElement, Window};

use super::{Visit, reveal, write};
use crate::browser::animation::AnimationLoop;
use crate::browser::capture::Capture;
use crate::browser::{devices, js};
use crate::call::media::{Kind, MediaCommand, Slot};
use crate::check::{DeviceAction, DeviceInput, DeviceView, Look, LookView};
use crate::locale::{CHECK_EN, Texts};
use crate::page::{json, memory};
use crate::text_key;

/// The look, while it lasts. Dropping it frees the devices; what the browser opens later is closed at once.
#[must_use = "dropping it ends the look"]
pub(super) struct Looking(Rc<Shell>);

impl Drop for Looking {
    fn drop(&mut self) {
        // They hold the shell, which holds them.
        drop(self.0.listeners.take());
        self.0.capture.command(MediaCommand::Release);
        self.0.level.replace(None);
        self.0.markup.mirror.set_src_object(None);
    }
}

/// Begins the look, in these words.
pub(super) fn show(visit: &Visit, texts: Texts) -> Option<Looking> {
    let markup = Markup::find(&visit.document, &texts)?;
    let look = RefCell::new(Look::new(&memory::read(&visit.window).unwrap_or_default()));
    let shell = Rc::new_cyclic(|shell: &Weak<Shell>| {
        let shell = Weak::clone(shell);
        let report = move |event| {
            if let Some(shell) = shell.upgrade() {
                shell.apply(DeviceInput::Media(event));
            }
        };
        let capture = Capture::new(Rc::new(report));
        Shell {
            window: visit.window.clone(),
            document: visit.document.clone(),
            texts,
            markup,
            look,
            capture,
            level: RefCell::default(),
            listeners: RefCell::default(),
        }
    });
    shell.run();
    Some(Looking(shell))
}

struct Shell {
    window: Window,
    document: Document,
    texts: Texts,
    markup: Markup,
    look: RefCell<Look>,
    capture: Capture,
    level: RefCell<Option<AnimationLoop>>,
    listeners: RefCell<Vec<EventListener>>,
}

impl Shell {
    fn run(self: &Rc<Self>) {
        let mut listeners = self.listeners.borrow_mut();
        for (device, kind) in [(&self.markup.microphone, Kind::Audio), (&self.markup.camera, Kind::Video)] {
            let (shell, chooser) = (Rc::clone(self), device.chooser.clone());
            listeners.push(EventListener::new(&device.chooser, "change", move |_| {
                let label = js::text(&chooser, "value").unwrap_or_default();
                shell.apply(DeviceInput::Choose(kind, label));
            }));
        }
        let shell = Rc::clone(self);
        listeners.extend(devices::on_change(move || shell.list()));
        drop(listeners);
        self.apply(DeviceInput::Started);
    }

    fn apply(self: &Rc<Self>, input: DeviceInput) {
        let actions = self.look.borrow_mut().handle(input);
        for action in actions {
            match action {
                DeviceAction::Media(command) => self.capture.command(command),
                DeviceAction::List => self.list(),
                DeviceAction::Keep(labels) => self.keep(&labels),
            }
        }
        let view = self.look.borrow().view();
        self.show(&view);
    }

    fn list(self: &Rc<Self>) {
        // A list that comes after the end of the look must open nothing.
        let shell = Rc::downgrade(self);
        spawn_local(async move {
            let listed = devices::list().await.unwrap_or_default();
            if let Some(shell) = shell.upgrade() {
                shell.apply(DeviceInput::Listed(listed));
            }
        });
    }

    /// Remembers the labels, and tells them to the card: browsers may let a page in a frame remember nothing.
    fn keep(&self, labels: &Value) {
        memory::keep(&self.window, labels);
        let parent = self.window.parent().ok().flatten().filter(|parent| *parent != self.window);
        if let (Some(parent), Ok(origin)) = (parent, self.window.location().origin()) {
            let _ = parent.post_message(&json::write(labels), &origin);
        }
    }

    fn show(&self, view: &LookView) {
        let markup = &self.markup;
        markup.microphone.show(&self.document, &view.microphone, &self.texts);
        markup.camera.show(&self.document, &view.camera, &self.texts);
        write(&markup.opening, view.opening.then(|| self.texts.get(text_key!("devices.opening", CHECK_EN))));
        let trouble = [view.microphone.trouble, view.camera.trouble].into_iter().flatten();
        let trouble: Vec<String> = trouble.map(|key| self.texts.get(key)).collect();
        write(&markup.trouble, Some(trouble.join(" ")).filter(|words| !words.is_empty()));

        let stream = self.capture.stream(Slot::User).filter(|_| view.camera.open);
        if markup.mirror.src_object() != stream {
            markup.mirror.set_src_object(stream.as_ref());
        }
        reveal(&markup.mirror, stream.is_some());
        reveal(&markup.level, view.microphone.open);
        let mut level = self.level.borrow_mut();
        if !view.microphone.open {
            *level = None;
        } else if level.is_none() {
            let (mut meter, bar) = (self.capture.meter(), markup.level.clone());
            *level = Some(AnimationLoop::start(move || js::set(&bar, "value", &meter.level().into())));
        }
    }
}

/// The elements of the section. Their ids are the contract with `check.html`.
struct Markup {
    microphone: DeviceMarkup,
    camera: DeviceMarkup,
    mirror: HtmlVideoElement,
    level: Element,
    opening: Element,
    trouble: Element,
}

impl Markup {
    /// Finds all of them and writes what stays the same.
    fn find(document: &Document, texts: &Texts) -> Option<Self> {
        let element = |id| document.get_element_by_id(id);
        let heading = texts.get(text_key!("devices.heading", CHECK_EN));
        element("devices-heading")?.set_text_content(Some(&heading));
        let named = |id, key| {
            let element = element(id)?;
            element.set_attribute("aria-label", &texts.get(key)).ok()?;
            Some(element)
        };
        Some(Self {
            microphone: DeviceMarkup::find(document, "microphone", &texts.get(text_key!("microphone", CHECK_EN)))?,
            camera: DeviceMarkup::find(document, "camera", &texts.get(text_key!("camera", CHECK_EN)))?,
            mirror: named("mirror", text_key!("devices.mirror", CHECK_EN))?.dyn_into().ok()?,
            level: named("level", text_key!("devices.level", CHECK_EN))?,
            opening: element("opening")?,
            trouble: element("trouble")?,
        })
    }
}

/// The elements of one device.
struct DeviceMarkup {
    chooser: Element,
}

impl DeviceMarkup {
    fn find(document: &Document, name: &str, label: &str) -> Option<Self> {
        document.get_element_by_id(&[name, "-label"].concat())?.set_text_content(Some(label));
        Some(Self { chooser: document.get_element_by_id(name)? })
    }

    fn show(&self, document: &Document, view: &DeviceView, texts: &Texts) {
        let labels = || std::iter::once("").chain(view.labels.iter().map(String::as_str));
        let shown = self.chooser.children();
        let same = shown.length() as usize == labels().count()
            && labels().zip(0..).all(|(label, index)| {
                shown.item(index).is_some_and(|option| option.get_attribute("value").as_deref() == Some(label))
            });
        // A list that stays is not made again: it may be open.
        if !same {
            self.chooser.set_text_content(None);
            let any = texts.get(text_key!("devices.any", CHECK_EN));
            for label in labels() {
                let Ok(option) = document.create_element("option") else { return };
                let _ = option.set_attribute("value", label);
                option.set_text_content(Some(if label.is_empty() { &any } else { label }));
                let _ = self.chooser.append_child(&option);
            }
        }
        let known = view.labels.contains(&view.chosen);
        js::set(&self.chooser, "value", &if known { view.chosen.as_str() } else { "" }.into());
    }
}
