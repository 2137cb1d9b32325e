//! `docs/hosting.md` on real web servers, as it stands there: what the headers do, what the wrapper says of its own hosting, and what
//! protects the page where a server does nothing.

use std::path::Path;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Path as Asked;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use xtask::bed::{Hosting, Scratch, WebServer, listener};
use xtask::serve::{Server, Tls, serve};
use xtask::setup;

use crate::axe;
use crate::browser::{Browser, Launch, WAIT, until};
use crate::scene::dist;

const GUIDE: &str = include_str!("../../docs/hosting.md");
const CHAT: &str = "chat.example.org";
/// A chat elsewhere that the configurations name, and one that they don't.
const OTHER: &str = "other.example.org";
const STRANGER: &str = "stranger.example.org";

/// Headers of files of the page's own server, by name, as the page sees them.
const HEADERS: &str = "const [files] = arguments; \
    return Promise.all(files.map(file => fetch(file, { method: 'HEAD', cache: 'no-store' }) \
        .then(answer => Object.fromEntries(answer.headers))))";

/// The configuration in this language.
fn configuration(language: &str) -> anyhow::Result<&'static str> {
    let fence = format!("```{language}\n");
    let (_, rest) = GUIDE.split_once(&fence).with_context(|| format!("no {language} in docs/hosting.md"))?;
    Ok(rest.split_once("```").context("the fence is open")?.0)
}

/// The built pages with a configuration, in a folder of their own.
fn folder(scratch: &Scratch) -> anyhow::Result<std::path::PathBuf> {
    let pages = scratch.path().join("pages");
    copy(&dist(), &pages)?;
    std::fs::write(
        pages.join("config.json"),
        json!({ "jitsi": { "preferred_domain": "meet.example.org" } }).to_string(),
    )?;
    Ok(pages)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| format!("{} can't be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// A page elsewhere that shows the page which its query names in a frame.
async fn chats_elsewhere() -> anyhow::Result<Server> {
    let page = "<!doctype html><title>Chat</title><iframe allow='camera; microphone; display-capture'></iframe>\
        <script>document.querySelector('iframe').src = decodeURIComponent(location.search.slice(1))</script>";
    let router = Router::new().route("/", get(async move || Html(page))).route("/favicon.ico", get(async || ""));
    serve(router, listener().await?, Some(Tls::self_signed(&[OTHER, STRANGER])?)).await
}

/// What was said against the page's policies, or for other reasons in red.
async fn complaints(browser: &Browser) -> anyhow::Result<Vec<String>> {
    let said = browser.console().await?.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message);
    // A browser asks every origin for one of its own accord, once.
    Ok(said.filter(|message| !message.contains("/favicon.ico")).collect())
}

/// Waits until the browser has refused something with these words.
async fn is_refused(browser: &Browser, words: &str) -> anyhow::Result<()> {
    until(&format!("the console speaks of {words}"), WAIT, async || {
        Ok(complaints(browser).await?.iter().any(|said| said.contains(words)).then_some(()))
    })
    .await
}

/// What the page of checks, which the wrapper leads to, found about its hosting: level and words.
const FOUND: &str = "(items => items.length && items.map(item => [item.dataset.level, item.innerText]))\
    ([...document.querySelectorAll('#hosting li')])";

fn all_fine(found: &[(String, String)]) {
    assert_eq!(found.len(), 7, "{found:#?}");
    assert!(found.iter().all(|(level, _)| level == "fine"), "{found:#?}");
}

async fn is_as_documented(server: &WebServer, elsewhere: &Server) -> anyhow::Result<()> {
    let base = format!("https://{CHAT}:{}/meet", server.port());
    let browser = Browser::start(Launch::default().name(CHAT).name(OTHER).name(STRANGER)).await?;

    // Alone.
    browser.open(&format!("{base}/jitsi.html#language=en")).await?;
    all_fine(&browser.becomes::<Vec<(String, String)>>(FOUND).await?);
    assert_eq!(complaints(&browser).await?, Vec::<String>::new());

    // The headers of the guide.
    let wasm: String = browser.run("return document.querySelector('link[as=fetch]').href", Vec::new()).await?;
    let files = json!(["jitsi.html", "check.html", wasm, "config.json", "locales/wrapper.ar.json", "./"]);
    let headers: Vec<Value> = browser.run(HEADERS, vec![files]).await?;
    let [page, check, wasm, config, locale, chat] = headers.as_slice() else { anyhow::bail!("{headers:?}") };
    for answer in [page, check, config, locale, chat] {
        assert_eq!(answer["cache-control"], "no-cache", "{answer}");
    }
    assert_eq!(wasm["cache-control"], "public, max-age=31536000, immutable");
    for answer in [page, check, wasm, locale, chat] {
        assert_eq!(answer["content-encoding"], "br", "{answer}");
        assert_eq!(answer["x-content-type-options"], "nosniff", "{answer}");
        assert_eq!(answer["referrer-policy"], "no-referrer", "{answer}");
    }
    assert_eq!(wasm["content-type"], "application/wasm");
    let named = format!("'self' https://{OTHER}:{}", elsewhere.addr().port());
    for (answer, ancestors) in [(page, named.as_str()), (check, &named), (chat, "'none'")] {
        let policy = answer["content-security-policy"].as_str().unwrap_or_default();
        assert!(policy.ends_with(&format!("frame-ancestors {ancestors}")), "{policy}");
    }

    // The chat beside it starts under its header too.
    browser.open(&format!("{base}/")).await?;
    browser.page().shown("form").await?;
    let complaints_of_chat = complaints(&browser).await?;
    assert!(
        !complaints_of_chat.iter().any(|words| words.contains("Content Security Policy")),
        "{complaints_of_chat:?}"
    );

    // In a frame of the chat that is named, and of one that is not.
    let framed = format!("{base}/jitsi.html%23language=en").replace("://", "%3A%2F%2F");
    let port = elsewhere.addr().port();
    browser.open(&format!("https://{OTHER}:{port}/?{framed}")).await?;
    all_fine(&browser.within(&["iframe"]).becomes::<Vec<(String, String)>>(FOUND).await?);
    assert_eq!(complaints(&browser).await?, Vec::<String>::new());
    browser.open(&format!("https://{STRANGER}:{port}/?{framed}")).await?;
    is_refused(&browser, "frame-ancestors").await
}

#[derive(Clone, Copy)]
enum Documented {
    Nginx,
    Caddy,
}

#[tokio::test]
async fn nginx_serves_the_pages_as_the_guide_says() -> anyhow::Result<()> {
    serves_as_the_guide_says(Documented::Nginx, "nginx").await
}

#[tokio::test]
async fn caddy_serves_the_pages_as_the_guide_says() -> anyhow::Result<()> {
    serves_as_the_guide_says(Documented::Caddy, "caddy").await
}

async fn serves_as_the_guide_says(program: Documented, name: &str) -> anyhow::Result<()> {
    let scratch = Scratch::new(name)?;
    let pages = folder(&scratch)?;
    let elsewhere = chats_elsewhere().await?;
    let other = format!("https://{OTHER}:{}", elsewhere.addr().port());
    let hosting =
        Hosting { text: configuration(name)?, pages: &pages, name: CHAT, other: ("https://other.example.org", &other) };
    let tools = setup::web_servers(setup::Report::OnlyWork)?;
    let folder = scratch.path().join(name);
    let server = match program {
        Documented::Nginx => WebServer::nginx(&tools.nginx, &folder, hosting).await?,
        Documented::Caddy => WebServer::caddy(&tools.caddy, &folder, hosting).await?,
    };
    is_as_documented(&server, &elsewhere).await?;
    server.stop().await;
    Ok(())
}

/// A server that knows nothing of the pages, into whose wrapper and checks somebody got a script.
async fn bare() -> anyhow::Result<Server> {
    let answer = async |Asked(file): Asked<String>| -> Response {
        let Ok(mut content) = std::fs::read(dist().join(&file)) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if matches!(file.as_str(), "jitsi.html" | "check.html") {
            content.extend(
                b"<script>window.injected = 'by a script'</script><img hidden src='x:' onerror='window.injected = 1'>",
            );
        }
        let kind = match file.rsplit_once('.') {
            Some((_, "html")) => "text/html",
            Some((_, "js")) => "text/javascript",
            Some((_, "css")) => "text/css",
            _ => "application/octet-stream",
        };
        ([(header::CONTENT_TYPE, kind)], content).into_response()
    };
    serve(Router::new().route("/deep/below/{*file}", get(answer)), listener().await?, None).await
}

#[tokio::test]
async fn the_wrapper_protects_itself_on_a_bare_server_and_says_what_would_be_better() -> anyhow::Result<()> {
    let server = bare().await?;
    let browser = Browser::start(Launch::default()).await?;
    browser.open(&format!("{}/deep/below/jitsi.html#language=en", server.origin())).await?;
    let found: Vec<(String, String)> = browser.becomes(FOUND).await?;
    let warnings: Vec<_> = found.iter().filter(|(level, _)| level == "warning").map(|(_, words)| words).collect();
    for expected in
        ["Any page may show this one", "application/wasm", "uncompressed", "hash in their name", "no config.json"]
    {
        assert!(warnings.iter().any(|words| words.contains(expected)), "{expected}: {found:#?}");
    }
    assert_eq!(found.iter().filter(|(level, _)| level == "wrong").count(), 0, "{found:#?}");
    nothing_is_injected(&browser).await?;

    browser.open("about:blank").await?;
    complaints(&browser).await?;
    let meeting = "conferenceDomain=meet.example.org&conferenceId=Tea";
    browser.open(&format!("{}/deep/below/jitsi.html#{meeting}", server.origin())).await?;
    browser.page().shown("#join").await?;
    nothing_is_injected(&browser).await
}

/// The page's own policy holds: what got into it does not run, and no text becomes markup.
async fn nothing_is_injected(browser: &Browser) -> anyhow::Result<()> {
    let injected: Value = browser.run("return window.injected ?? null", Vec::new()).await?;
    assert_eq!(injected, Value::Null);
    is_refused(browser, "inline script").await?;
    let markup =
        "try { document.createElement('p').innerHTML = '<b>x</b>'; return 'made' } catch (e) { return e.name }";
    assert_eq!(browser.run::<String>(markup, Vec::new()).await?, "TypeError");
    Ok(())
}

#[tokio::test]
async fn a_wrapper_without_a_meeting_leads_to_the_checks_in_its_look_and_language_and_not_back() -> anyhow::Result<()> {
    let server = bare().await?;
    let browser = Browser::start(Launch::default()).await?;
    browser.open(&format!("{}/deep/below/index.html", server.origin())).await?;
    browser.open(&format!("{}/deep/below/jitsi.html?theme=dark#language=de", server.origin())).await?;
    let found: Vec<(String, String)> = browser.becomes(FOUND).await?;
    assert!(!found.is_empty());
    let at: String = browser.run("return location.pathname + location.hash", Vec::new()).await?;
    assert_eq!(at, "/deep/below/check.html#theme=dark&language=de");
    let dressed: Vec<String> = browser
        .run(
            "const { theme } = document.documentElement.dataset; return [theme, document.documentElement.lang]",
            Vec::new(),
        )
        .await?;
    assert_eq!(dressed, ["dark", "de"]);
    // Else a step back would only lead here again.
    browser.run::<Value>("history.back()", Vec::new()).await?;
    browser.becomes::<bool>("location.pathname.endsWith('/index.html')").await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_on_the_check_of_hosting() -> anyhow::Result<()> {
    let server = bare().await?;
    let browser = Browser::start(Launch::default()).await?;
    for (width, height) in [(1280, 900), (390, 844)] {
        for dark in [false, true] {
            browser.emulate(width, height, dark).await?;
            browser.open("about:blank").await?;
            browser.open(&format!("{}/deep/below/jitsi.html", server.origin())).await?;
            let shown: Vec<(String, String)> = browser.becomes(FOUND).await?;
            assert!(shown.iter().any(|(level, _)| level == "warning"), "{shown:#?}");
            let found = axe::findings(browser.page(), &[]).await?;
            assert!(found.is_empty(), "{width} wide, dark: {dark}: {found:#?}");
            browser.screenshot(&format!("check-hosting-{width}-{}", if dark { "dark" } else { "light" })).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_card_is_whole_in_arabic_and_offers_the_app_on_a_phone() -> anyhow::Result<()> {
    let server = bare().await?;
    let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile \
                   Safari/537.36";
    let browser = Browser::start(Launch::default().flag(&format!("--user-agent={android}"))).await?;
    let page = format!("{}/deep/below/jitsi.html", server.origin());
    let meeting = "#conferenceDomain=meet.example.org&conferenceId=Tea&roomName=Garden%20club&language=ar";
    for (name, fragment) in [("card", meeting), ("hosting", "#language=ar")] {
        for (width, height) in [(390, 844), (1280, 900)] {
            browser.emulate(width, height, false).await?;
            browser.open("about:blank").await?;
            browser.open(&format!("{page}{fragment}")).await?;
            browser.becomes::<bool>("document.documentElement.dir === 'rtl'").await?;
            if name == "hosting" {
                browser.becomes::<bool>("document.querySelectorAll('#hosting li').length > 0").await?;
            }
            browser.screenshot(&format!("wrapper-ar-{name}-{width}")).await?;
            let wide =
                "return document.documentElement.scrollWidth > innerWidth || page.scrollWidth > page.clientWidth";
            assert!(!browser.run::<bool>(wide, Vec::new()).await?, "{name} {width} is wider than its window");
        }
    }
    browser.open("about:blank").await?;
    browser.open(&format!("{page}{meeting}")).await?;
    browser.page().shown("#app").await?;
    let href: String = browser.run("return document.querySelector('#app').href", Vec::new()).await?;
    assert!(href.starts_with("intent://meet.example.org/Tea#Intent;"), "{href}");
    Ok(())
}
