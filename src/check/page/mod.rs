//! The shell of `check.html`: reads the address, has the texts brought, and hands over to what is to be looked at. The markup's ids
//! are the contract with `check.html`.

mod calls;
mod devices;
mod hosting;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortSignal, Document, Element, Window};

use crate::browser::js;
use crate::check::calls::PATIENCE_MS;
use crate::check::{Parameters, Subject};
use crate::locale::{CHECK_EN, Texts};
use crate::page::here::{Here, translation};
use crate::page::{crash, dress, json, load};
use crate::text_key;

/// Ends requests that take longer than is usual: a server that needs longer is to people as one that is silent. `None` where the browser is too old to know such a thing: there they end when it likes.
fn patience() -> Option<AbortSignal> {
    let class = js::get(&js_sys::global(), "AbortSignal");
    js::call(&class, "timeout", &[&PATIENCE_MS.into()]).ok()?.dyn_into().ok()
}

/// Starts the page.
pub fn start() {
    crash::watch(|_| {});
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    let parameters = Parameters::read(&Here::of(&window).page());
    if let Some(theme) = parameters.theme {
        dress::wear(&document, theme);
    }
    let language = translation(&window, parameters.language.as_deref());
    let framed = is_framed_by_us(&window);
    let subject = parameters.subject.in_frame_of_ours(framed);
    let visit = Visit { window, document, language };
    visit.reveal(subject);
    spawn_local(async move {
        let texts = visit.texts().await;
        visit.prepare_for_a_crash(&texts);
        match subject {
            Subject::Hosting => hosting::show(visit, texts).await,
            Subject::Devices => {
                visit.document.set_title(&texts.get(text_key!("devices.heading", CHECK_EN)));
                // It lasts as long as the page.
                std::mem::forget(devices::show(&visit, texts));
            }
            Subject::Calls => {
                let typed = [parameters.server, parameters.domain].map(Option::unwrap_or_default);
                calls::show(visit, texts, framed, typed).await;
            }
        }
    });
}

/// Whether the window around this one is of this origin: another's does not tell its address.
fn is_framed_by_us(window: &Window) -> bool {
    let around = window.parent().ok().flatten().filter(|around| around != window);
    around.is_some_and(|around| around.location().href().is_ok())
}

/// Adds to a list how well something is, and what there is to say of it.
fn listed(document: &Document, list: &Element, level: &str, label: &str, words: &str) -> Option<()> {
    let item = document.create_element("li").ok()?;
    let _ = item.set_attribute("data-level", level);
    for (name, text) in [("b", label), ("span", words)] {
        let part = document.create_element(name).ok()?;
        part.set_text_content(Some(text));
        let _ = item.append_child(&part);
    }
    list.append_child(&item).ok().map(|_| ())
}

/// Writes a text, or hides the element that has none. A text that stays is not written again: a screen reader would repeat it.
fn write(element: &Element, text: Option<String>) {
    if element.text_content() != Some(text.clone().unwrap_or_default()) {
        element.set_text_content(text.as_deref());
    }
    reveal(element, text.is_some());
}

fn reveal(element: &Element, visible: bool) {
    let _ = element.toggle_attribute_with_force("hidden", !visible);
}

/// The page as it was opened.
struct Visit {
    window: Window,
    document: Document,
    /// The translation that is spoken; `None` is English, which is compiled in.
    language: Option<&'static str>,
}

impl Visit {
    /// The page's own texts.
    async fn texts(&self) -> Texts {
        let english = Texts::from_json(&json::parse(&CHECK_EN.into()).unwrap_or_default());
        let Some(language) = self.language else { return english };
        let file = ["locales/check.", language, ".json"].concat();
        let Some(file) = load::fetch(&file, patience().as_ref()).await else { return english };
        dress::speak(&self.document, language);
        english.overlaid_with(Texts::from_json(&file))
    }

    /// Puts what is shown after a crash into these words: nothing could do so then.
    fn prepare_for_a_crash(&self, texts: &Texts) {
        self.write("crash-heading", &texts.get(text_key!("crashed.heading", CHECK_EN)));
        self.write("crash-words", &texts.get(text_key!("crashed.words", CHECK_EN)));
    }

    /// Shows the section of this subject.
    fn reveal(&self, subject: Subject) {
        if let Some(page) = self.document.get_element_by_id("page") {
            let _ = page.set_attribute("data-stage", subject.as_str());
        }
        self.reveal_section(subject.as_str(), true);
    }

    /// Shows or hides the section of this id.
    fn reveal_section(&self, id: &str, visible: bool) {
        if let Some(section) = self.document.get_element_by_id(id) {
            reveal(&section, visible);
        }
    }

    /// Fills the element of this id.
    fn write(&self, id: &str, text: &str) {
        if let Some(element) = self.document.get_element_by_id(id) {
            element.set_text_content(Some(text));
        }
    }
}
