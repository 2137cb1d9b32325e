//! Asks the server about the pages' own files, past every cache, and lists what is to be said about it.

use web_sys::{Document, Element, RequestCache, Response, Window};

use super::Visit;
use crate::check::{Answer, Facts, Finding, HEADERS, findings};
use crate::locale::{HOSTING_EN, Texts};
use crate::page::load;
use crate::text_key;

/// Fills the list of findings. Its words are a file of their own, in English too: the look at the devices needs none of them.
pub(super) async fn show(visit: Visit) {
    let language = visit.language.unwrap_or("en");
    let words = load::fetch(&["locales/hosting.", language, ".json"].concat()).await;
    let texts = Texts::from_json(&words.unwrap_or_default());
    let heading = texts.get(text_key!("hosting.heading", HOSTING_EN));
    visit.document.set_title(&heading);
    visit.write("heading", &heading);
    let facts = look(&visit.window, &visit.document).await;
    visit.write("about", &texts.get(text_key!("hosting.about", HOSTING_EN)));
    let Some(list) = visit.document.get_element_by_id("findings") else { return };
    for finding in findings(&facts) {
        let _ = add(&visit.document, &list, &finding, &texts);
    }
}

fn add(document: &Document, list: &Element, finding: &Finding, texts: &Texts) -> Option<()> {
    let item = document.create_element("li").ok()?;
    let _ = item.set_attribute("data-level", finding.level.as_str());
    let words = texts.fill(finding.key, &[("what", &finding.what)]);
    for (name, text) in [("b", texts.get(finding.level.label())), ("span", words)] {
        let part = document.create_element(name).ok()?;
        part.set_text_content(Some(&text));
        let _ = item.append_child(&part);
    }
    list.append_child(&item).ok().map(|_| ())
}

async fn look(window: &Window, document: &Document) -> Facts {
    // This page's own program stands for the wrapper's, whose hashed name only its boot module knows.
    let program = document.query_selector("link[as=fetch]").ok().flatten();
    let program = program.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    let page = load::answer("jitsi.html", "HEAD", RequestCache::NoStore).await;
    let check = load::answer("check.html", "HEAD", RequestCache::NoStore).await;
    let program = load::answer(&program, "HEAD", RequestCache::NoStore).await;
    let config = load::answer("config.json", "GET", RequestCache::NoStore).await;
    let [page, check, program, about_config] = [&page, &check, &program, &config].map(read);
    let site = match &config {
        Some(config) if config.ok() => load::content(config).await,
        _ => None,
    };
    Facts {
        origin: window.location().origin().unwrap_or_default(),
        secure: window.is_secure_context(),
        page,
        check,
        program,
        config: about_config,
        site,
    }
}

fn read(response: &Option<Response>) -> Option<Answer> {
    let response = response.as_ref()?;
    let mut answer = Answer { found: response.ok(), headers: Vec::new() };
    for name in HEADERS {
        if let Ok(Some(value)) = response.headers().get(name) {
            answer.headers.push((name, value.to_ascii_lowercase()));
        }
    }
    Some(answer)
}
