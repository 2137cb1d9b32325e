//! The elements of the check of calls. Their ids are the contract with `check.html`.

use web_sys::{Document, Element, HtmlElement};

use crate::browser::js;
use crate::check::calls::{Area, Finding};
use crate::check::page::{listed, write};
use crate::locale::{CALLS_EN, Texts};
use crate::text_key;
use wasm_bindgen::JsCast;

pub(super) struct Markup {
    ask: Element,
    server: HtmlElement,
    domain: Element,
    trouble: Element,
    areas: Element,
    lists: [Element; 3],
    deeds: Element,
    copy: Element,
    report: HtmlElement,
}

impl Markup {
    /// Finds all of them and writes what stays the same.
    pub(super) fn find(document: &Document, texts: &Texts) -> Option<Self> {
        let element = |id: &str| document.get_element_by_id(id);
        for (id, key) in [
            ("calls-heading", text_key!("calls.heading", CALLS_EN)),
            ("calls-about", text_key!("calls.about", CALLS_EN)),
            ("server-label", text_key!("calls.server", CALLS_EN)),
            ("domain-label", text_key!("calls.domain", CALLS_EN)),
            ("begin", text_key!("calls.begin", CALLS_EN)),
            ("again", text_key!("calls.again", CALLS_EN)),
            ("copy", text_key!("calls.copy", CALLS_EN)),
            ("look", text_key!("calls.look", CALLS_EN)),
        ] {
            element(id)?.set_text_content(Some(&texts.get(key)));
        }
        for area in Area::ALL {
            element(&[area.id(), "-heading"].concat())?.set_text_content(Some(&texts.get(area.heading())));
        }
        document.set_title(&texts.get(text_key!("calls.heading", CALLS_EN)));
        let report = element("report")?;
        report.set_attribute("aria-label", &texts.get(text_key!("calls.report", CALLS_EN))).ok()?;
        let [homeserver, meet, turn] = Area::ALL.map(|area| element(area.id()));
        let deeds = element("deeds")?;
        write_hidden(&deeds, false);
        Some(Self {
            ask: element("ask")?,
            server: element("server")?.dyn_into().ok()?,
            domain: element("domain")?,
            trouble: element("ask-trouble")?,
            areas: element("areas")?,
            lists: [homeserver?, meet?, turn?],
            deeds,
            copy: element("copy")?,
            report: report.dyn_into().ok()?,
        })
    }

    /// Shows the fields, with what the address says in them.
    pub(super) fn ask(&self, typed: &[String; 2]) {
        write_hidden(&self.ask, false);
        let again = self.deeds.first_element_child();
        for (field, text) in [&*self.server as &Element, &self.domain].into_iter().zip(typed) {
            js::set(field, "value", &text.as_str().into());
        }
        // The button beside the fields does the same.
        if let Some(again) = again {
            write_hidden(&again, true);
        }
        let _ = self.server.focus();
    }

    /// What stands in the fields.
    pub(super) fn typed(&self) -> [String; 2] {
        [&*self.server as &Element, &self.domain].map(|field| js::text(field, "value").unwrap_or_default())
    }

    /// What is wrong with that, if anything is.
    pub(super) fn trouble(&self, words: Option<String>) {
        let _ = self.server.set_attribute("aria-invalid", if words.is_some() { "true" } else { "false" });
        if words.is_some() {
            let _ = self.server.focus();
        }
        write(&self.trouble, words);
    }

    /// Takes away what an earlier check found.
    pub(super) fn clear(&self) {
        for list in &self.lists {
            list.set_text_content(None);
        }
        write_hidden(&self.areas, false);
        write_hidden(&self.copy, true);
        write_hidden(&self.report, true);
    }

    pub(super) fn add(&self, document: &Document, area: Area, finding: &Finding, texts: &Texts) {
        if let Some((_, list)) = Area::ALL.into_iter().zip(&self.lists).find(|(of, _)| *of == area) {
            let label = texts.get(finding.verdict.label());
            let _ = listed(document, list, finding.verdict.as_str(), &label, &finding.words(texts));
        }
    }

    /// Nothing more will come.
    pub(super) fn finished(&self) {
        write_hidden(&self.copy, false);
    }

    /// Shows the report to be copied by hand.
    pub(super) fn show_report(&self, report: &str) {
        write_hidden(&self.report, false);
        js::set(&self.report, "value", &report.into());
        let _ = self.report.focus();
        let _ = js::call(&self.report, "select", &[]);
    }
}

fn write_hidden(element: &Element, hidden: bool) {
    let _ = element.toggle_attribute_with_force("hidden", hidden);
}
