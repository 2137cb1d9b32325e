//! From nothing to the first paint: the site's `config.json`, the language, the look, then the page.

use gloo_net::http::{Request, RequestBuilder};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, HtmlElement, RequestCache, console};

use super::app::app;
use super::page::Page;
use super::time::Times;
use super::{crash, route, theme};
use crate::locale::{CHAT_EN, Texts};
use crate::site::Site;

/// How long the page waits for a file beside it before it goes on without.
const PATIENCE_MS: u32 = 4_000;

/// Starts the page.
pub fn start() {
    crash::install();
    // First of all, before anything can look at the address.
    let token = route::take_sign_in_token();
    spawn_local(async move {
        let site = read_site().await;
        let language = site.language(&preferred_languages());
        let texts = match language.translation {
            Some(translation) => Texts::read(CHAT_EN).overlaid_with(translated(translation).await),
            None => Texts::read(CHAT_EN),
        };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", &language.tag);
        }
        document().set_title(&site.brand);
        theme::apply(theme::remembered(site.theme));
        let token = token.filter(|_| site.demo_sign_in_links);
        if site.demo_sign_in_links {
            crash::on_demand();
        }

        let Some(place) = document().get_element_by_id("page") else {
            console::error_1(&"the page has no element with the id \"page\"".into());
            return;
        };
        place.set_inner_html("");
        mount_to(place.unchecked_into::<HtmlElement>(), move || {
            Page::provide(texts, site, Times::new(&language.tag));
            app(token)
        })
        .forget();
    });
}

/// The site's file, asked for again on every load so that a change counts at once. Without one, or with a broken one,
/// the defaults.
async fn read_site() -> Site {
    let request = Request::get("config.json").cache(RequestCache::NoCache);
    let file = match text_of(request).await {
        Some(text) => serde_json::from_str(&text).unwrap_or_else(|error| {
            console::warn_1(&["config.json is not JSON: ", &error.to_string()].concat().into());
            Value::Null
        }),
        None => {
            console::warn_1(&"config.json could not be read; going on without it".into());
            Value::Null
        }
    };
    Site::read(file)
}

async fn translated(language: &str) -> Texts {
    let file = ["locales/chat.", language, ".json"].concat();
    Texts::read(&text_of(Request::get(&file)).await.unwrap_or_default())
}

/// The body of a good answer, if it comes in time.
async fn text_of(request: RequestBuilder) -> Option<String> {
    let abort = AbortController::new().ok()?;
    let signal = abort.signal();
    // Without a reason: gloo-net takes a rejection for an `Error`.
    let _patience = Timeout::new(PATIENCE_MS, move || abort.abort());
    let answer = request.abort_signal(Some(&signal)).send().await.ok()?;
    if !answer.ok() {
        return None;
    }
    answer.text().await.ok()
}

fn preferred_languages() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}
