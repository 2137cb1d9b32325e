//! The markup of `jitsi.html`: the elements that are filled and shown. Their ids are the contract between the two files.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

use crate::locale::{Texts, WRAPPER_EN};
use crate::text_key;
use crate::wrapper::{Press, View, Words};

/// The page's elements.
pub(super) struct Markup {
    page: Element,
    heading: Element,
    place: Element,
    warning: Element,
    status: Element,
    stayed: Element,
    alert: Element,
    details: Element,
    summary: Element,
    detail: Element,
    pub(super) join: HtmlElement,
    pub(super) cancel: HtmlElement,
    tab: Element,
    devices: Element,
    pub(super) microphone: Element,
    pub(super) camera: Element,
    pub(super) look: Element,
    /// Where the check of the devices goes.
    pub(super) check: Element,
    app: Element,
    crashed: [Element; 2],
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
            warning: element("warning")?,
            status: element("status")?,
            stayed: element("stayed")?,
            alert: element("alert")?,
            details: element("details")?,
            summary: element("summary")?,
            detail: element("detail")?,
            join: button("join")?,
            cancel: button("cancel")?,
            tab: element("tab")?,
            devices: element("devices")?,
            microphone: element("microphone")?,
            camera: element("camera")?,
            look: element("look")?,
            check: element("check")?,
            app: element("app")?,
            crashed: [element("crash-heading")?, element("crash-words")?],
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

    fn show_devices(&self, view: &View, texts: &Texts) {
        reveal(&self.devices, view.devices.is_some());
        let Some(devices) = &view.devices else { return };
        let switch = |switch: &Element, on, [name_on, name_off]: [&'static str; 2]| {
            write(switch, Some(&texts.get(if on { name_on } else { name_off })));
            let _ = switch.toggle_attribute_with_force("data-on", on);
        };
        let microphone = [text_key!("microphone.on", WRAPPER_EN), text_key!("microphone.off", WRAPPER_EN)];
        switch(&self.microphone, devices.microphone_on, microphone);
        let camera = [text_key!("camera.on", WRAPPER_EN), text_key!("camera.off", WRAPPER_EN)];
        switch(&self.camera, devices.camera_on, camera);
        let (key, expanded) = match devices.checking {
            true => (text_key!("devices.close", WRAPPER_EN), "true"),
            false => (text_key!("devices.look", WRAPPER_EN), "false"),
        };
        write(&self.look, Some(&texts.get(key)));
        let _ = self.look.set_attribute("aria-expanded", expanded);
    }

    /// Puts what is shown after a crash into these words: nothing could do so then.
    pub(super) fn prepare_for_a_crash(&self, texts: &Texts) {
        let [heading, words] = &self.crashed;
        heading.set_text_content(Some(&texts.get(text_key!("crashed.heading", WRAPPER_EN))));
        words.set_text_content(Some(&texts.get(text_key!("crashed.words", WRAPPER_EN))));
    }

    /// Shows a view in these words.
    pub(super) fn show(&self, document: &Document, view: &View, texts: &Texts) {
        let _ = self.page.set_attribute("data-stage", view.stage.as_str());

        let heading = view.room_name.clone();
        let heading = heading.unwrap_or_else(|| texts.get("heading"));
        document.set_title(&heading);
        write(&self.heading, Some(&heading));
        write(&self.place, spoken(view.place.as_ref(), texts).as_deref());
        write(&self.warning, spoken(view.warning.as_ref(), texts).as_deref());
        write(&self.status, spoken(view.status.as_ref(), texts).as_deref());
        write(&self.stayed, spoken(view.stayed.as_ref(), texts).as_deref());
        write(&self.alert, spoken(view.alert.as_ref(), texts).as_deref());

        let detail = view.alert.as_ref().and_then(|words| words.detail.as_deref());
        write(&self.summary, Some(&texts.get("details")));
        write(&self.detail, detail);
        reveal(&self.details, detail.is_some());

        for (button, press) in [(&self.join, Press::Join), (&self.cancel, Press::Cancel)] {
            let label = view.button.filter(|(_, does)| *does == press);
            write(button, label.map(|(key, _)| texts.get(key)).as_deref());
        }
        self.show_devices(view, texts);
        for (link, address, key) in [
            (&self.app, &view.app, text_key!("link.app", WRAPPER_EN)),
            (&self.tab, &view.tab, text_key!("link.tab", WRAPPER_EN)),
        ] {
            let _ = match address {
                Some(address) => link.set_attribute("href", address),
                None => link.remove_attribute("href"),
            };
            let label = address.as_ref().map(|_| texts.get(key));
            write(link, label.as_deref());
        }
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
