//! The markup of `jitsi.html`: the elements that are filled and shown. Their ids are the contract between the two files.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

use crate::locale::Texts;
use crate::wrapper::{Press, View, Words};

/// The page's elements.
pub(super) struct Markup {
    page: Element,
    heading: Element,
    place: Element,
    status: Element,
    alert: Element,
    details: Element,
    summary: Element,
    detail: Element,
    pub(super) join: HtmlElement,
    pub(super) cancel: HtmlElement,
    tab: Element,
    /// Where Meet's frame goes.
    pub(super) meeting: Element,
}

impl Markup {
    /// Finds all of them.
    pub(super) fn find(document: &Document) -> Option<Self> {
        let element = |id| document.get_element_by_id(id);
        let button = |id| element(id)?.dyn_into().ok();
        Some(Self {
            page: element("page")?,
            heading: element("heading")?,
            place: element("place")?,
            status: element("status")?,
            alert: element("alert")?,
            details: element("details")?,
            summary: element("summary")?,
            detail: element("detail")?,
            join: button("join")?,
            cancel: button("cancel")?,
            tab: element("tab")?,
            meeting: element("meeting")?,
        })
    }

    /// Gives the keyboard to the button that took the place of what had it.
    pub(super) fn focus(&self, press: Press) {
        let button = match press {
            Press::Join => &self.join,
            Press::Cancel => &self.cancel,
        };
        let _ = button.focus();
    }

    /// Shows a view in these words.
    pub(super) fn show(&self, document: &Document, view: &View, texts: &Texts) {
        let _ = self.page.set_attribute("data-stage", view.stage.as_str());

        let heading = view.room_name.clone();
        let heading = heading.unwrap_or_else(|| texts.get("heading"));
        document.set_title(&heading);
        write(&self.heading, Some(&heading));
        let place = view.domain.as_ref();
        let place = place.map(|domain| texts.fill("place", &[("domain", domain)]));
        write(&self.place, place.as_deref());
        write(&self.status, spoken(view.status.as_ref(), texts).as_deref());
        write(&self.alert, spoken(view.alert.as_ref(), texts).as_deref());

        let detail = view.alert.as_ref().and_then(|words| words.detail.as_deref());
        write(&self.summary, Some(&texts.get("details")));
        write(&self.detail, detail);
        reveal(&self.details, detail.is_some());

        for (button, press) in [(&self.join, Press::Join), (&self.cancel, Press::Cancel)] {
            let label = view.button.filter(|(_, does)| *does == press);
            write(button, label.map(|(key, _)| texts.get(key)).as_deref());
        }
        let _ = match &view.tab {
            Some(address) => self.tab.set_attribute("href", address),
            None => self.tab.remove_attribute("href"),
        };
        let tab = view.tab.as_ref().map(|_| texts.get("link.tab"));
        write(&self.tab, tab.as_deref());
    }
}

fn spoken(words: Option<&Words>, texts: &Texts) -> Option<String> {
    let words = words?;
    let values: Vec<(&str, &str)> = words.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(texts.fill(words.key, &values))
}

/// Writes a text, or hides the element that has none. A text that stays is not written again: a screen reader would repeat it.
fn write(element: &Element, text: Option<&str>) {
    if element.text_content().as_deref() != Some(text.unwrap_or_default()) {
        element.set_text_content(text);
    }
    reveal(element, text.is_some());
}

fn reveal(element: &Element, visible: bool) {
    let _ = element.toggle_attribute_with_force("hidden", !visible);
}
