//! The shell of `check.html`: reads the address, has the texts brought, and hands over to what is to be looked at. The markup's ids
//! are the contract with `check.html`.

mod devices;
mod hosting;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortSignal, Document, Window};

use crate::browser::js;
use crate::check::{Parameters, Subject};
use crate::locale::{CHECK_EN, Texts};
use crate::page::here::{Here, translation};
use crate::page::{crash, dress, json, load};
use crate::text_key;

/// How long a file may take: a server that needs longer is to people as one that is silent.
const PATIENCE_MS: u32 = 10_000;

/// Ends requests that take longer. `None` where the browser is too old to know such a thing: there they end when it likes.
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
    let subject = parameters.subject.in_frame_of_ours(is_framed_by_us(&window));
    let visit = Visit { window, document, language };
    visit.reveal(subject);
    spawn_local(async move {
        let texts = visit.texts().await;
        visit.prepare_for_a_crash(&texts);
        match subject {
            Subject::Hosting => hosting::show(visit, texts).await,
            Subject::Devices => devices::show(visit, texts),
        }
    });
}

/// Whether the window around this one is of this origin: another's does not tell its address.
fn is_framed_by_us(window: &Window) -> bool {
    let around = window.parent().ok().flatten().filter(|around| around != window);
    around.is_some_and(|around| around.location().href().is_ok())
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
        if let Some(section) = self.document.get_element_by_id(subject.as_str()) {
            let _ = section.remove_attribute("hidden");
        }
    }

    /// Fills the element of this id.
    fn write(&self, id: &str, text: &str) {
        if let Some(element) = self.document.get_element_by_id(id) {
            element.set_text_content(Some(text));
        }
    }
}
