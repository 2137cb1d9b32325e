//! Asks the server about the pages' own files, past every cache, and lists what is to be said about it.

use web_sys::{Document, RequestCache, Response, Window};

use super::{Visit, listed, patience};
use crate::check::{Answer, Facts, HEADERS, findings, words};
use crate::locale::{CHECK_EN, HOSTING_EN, Texts};
use crate::page::{json, load};
use crate::text_key;

/// Fills the list of findings. Its words are a file of their own, in English too: the look at the devices needs none of them. Where it
/// does not come, the page's own words say that.
pub(super) async fn show(visit: Visit, own: Texts) {
    let language = visit.language.unwrap_or("en");
    let file = ["locales/hosting.", language, ".json"].concat();
    let came = load::fetch(&file, patience().as_ref()).await;
    let Some(texts) = words(came.as_ref()) else {
        visit.write("about", &own.fill(text_key!("hosting.no_words", CHECK_EN), &[("file", &file)]));
        return;
    };
    let heading = texts.get(text_key!("hosting.heading", HOSTING_EN));
    visit.document.set_title(&heading);
    visit.write("heading", &heading);
    let facts = look(&visit.window, &visit.document).await;
    visit.write("about", &texts.get(text_key!("hosting.about", HOSTING_EN)));
    let Some(list) = visit.document.get_element_by_id("findings") else { return };
    for finding in findings(&facts) {
        let words = texts.fill(finding.key, &[("what", &finding.what)]);
        let label = texts.get(finding.level.label());
        let _ = listed(&visit.document, &list, finding.level.as_str(), &label, &words);
    }
}

async fn look(window: &Window, document: &Document) -> Facts {
    // This page's own program stands for the wrapper's, whose hashed name only its boot module knows.
    let program = document.query_selector("link[as=fetch]").ok().flatten();
    let program = program.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    // All at once, so that a silent server is waited for once. As browsers ask: to `HEAD` some servers send no such file, and some no
    // compressed one. The content is left with the browser.
    let end = patience();
    let asked = ["jitsi.html", "check.html", &program, "config.json"]
        .map(|file| load::request(file, RequestCache::NoStore, end.as_ref()));
    let mut answers = [const { None }; 4];
    for (answer, asked) in answers.iter_mut().zip(asked) {
        if let Some(asked) = asked {
            *answer = load::response(asked.await);
        }
    }
    let [page, check, program, mut config] = answers.each_ref().map(read);
    let mut site = None;
    if let [.., Some(answer)] = &answers
        && answer.ok()
        && let Some(text) = load::text(answer)
    {
        match text.await {
            Ok(text) => site = json::parse(&text),
            // It broke off, or did not come to its end in time.
            Err(_) => config = None,
        }
    }
    Facts {
        origin: window.location().origin().unwrap_or_default(),
        secure: window.is_secure_context(),
        page,
        check,
        program,
        config,
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
