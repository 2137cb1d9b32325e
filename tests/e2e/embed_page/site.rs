//! A site of somebody else's that has the package: its pages, the package, and a Meet server. No homeserver: the chat is the stand-in of
//! `tests/embed_frameworks/pages/host.js`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Path as Asked, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use xtask::bed::listener;
use xtask::meet_stand_in::{MeetStandIn, Options};
use xtask::serve::{Server, serve};
use xtask::setup;

use super::super::browser::{Browser, Frame, Launch};
use super::super::scene::{TO_MEET, WRAPPER};

/// The policy of `docs/embedding.md`, for a wrapper under the chat's own origin.
pub(crate) const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     connect-src 'self'; img-src 'self' blob: data:; frame-src 'self'";

/// The file of the program of calls, and of the one that draws buttons until then.
pub(crate) const WHOLE: &str = "meet-in-chat_bg.wasm";
pub(crate) const FRONT: &str = "buttons_bg.wasm";

/// The built package: `MEET_IN_CHAT_PACKAGE`, or `embed/dist`.
pub(crate) fn package() -> PathBuf {
    std::env::var_os("MEET_IN_CHAT_PACKAGE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../embed/dist"), PathBuf::from)
}

/// The pages in React and Vue. Built once: tests that run side by side must not build side by side.
static BUILT: LazyLock<PathBuf> =
    LazyLock::new(|| setup::embed_frameworks(&package(), setup::Report::OnlyWork).expect("the pages in React and Vue"));

/// A running site.
pub(crate) struct Site {
    server: Server,
    folders: Arc<Folders>,
    pub(crate) meet: MeetStandIn,
}

struct Folders {
    meet: String,
    policy: Option<String>,
    /// The program of calls is not to be had.
    lacks_calls: AtomicBool,
    /// Another program lies in its place.
    exchanges_calls: AtomicBool,
}

impl Site {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::with_policy(None).await
    }

    /// All its own pages come with this policy.
    pub(crate) async fn with_policy(policy: Option<&str>) -> anyhow::Result<Self> {
        let meet = MeetStandIn::start(listener().await?, Options::default()).await?;
        let meet_server = format!("127.0.0.1:{}", meet.addr().port());
        let folders = Arc::new(Folders {
            meet: meet_server,
            policy: policy.map(str::to_owned),
            lacks_calls: AtomicBool::default(),
            exchanges_calls: AtomicBool::default(),
        });
        let router = Router::new().route("/{*path}", get(file)).with_state(folders.clone());
        Ok(Self { server: serve(router, listener().await?, None).await?, folders, meet })
    }

    /// Where it lies, without a slash at the end.
    pub(crate) fn origin(&self) -> String {
        self.server.origin()
    }

    /// Lets the program of calls be there, or not.
    pub(crate) fn lacks_calls(&self, lacks: bool) {
        self.folders.lacks_calls.store(lacks, Ordering::Relaxed);
    }

    /// Lets another version's program lie in the place of that of calls, as after an upgrade.
    pub(crate) fn exchanges_calls(&self) {
        self.folders.exchanges_calls.store(true, Ordering::Relaxed);
    }

    /// Opens one of its pages, which may be asked for something more (`?language=de`).
    pub(crate) async fn open(&self, page: &str) -> anyhow::Result<Visit> {
        self.open_with(page, Launch::default()).await
    }

    pub(crate) async fn open_with(&self, page: &str, launch: Launch) -> anyhow::Result<Visit> {
        self.open_prepared(page, launch, async |_| Ok(())).await
    }

    /// The same, with something done to the browser before it opens the page.
    pub(crate) async fn open_prepared(
        &self,
        page: &str,
        launch: Launch,
        prepare: impl AsyncFn(&Browser) -> anyhow::Result<()>,
    ) -> anyhow::Result<Visit> {
        let browser = Browser::start(launch).await?;
        prepare(&browser).await?;
        let (port, more) = (self.meet.addr().port(), if page.contains('?') { '&' } else { '?' });
        browser.open(&format!("{}/{page}{more}meet=127.0.0.1:{port}", self.origin())).await?;
        Ok(Visit { browser })
    }
}

async fn file(State(folders): State<Arc<Folders>>, Asked(path): Asked<String>) -> Response {
    answer(&folders, &path).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn answer(folders: &Folders, path: &str) -> Option<Response> {
    let (first, rest) = path.split_once('/')?;
    if path.split('/').any(|segment| segment.starts_with('.')) {
        return None;
    }
    if path == format!("package/{WHOLE}") && folders.lacks_calls.load(Ordering::Relaxed) {
        return None;
    }
    if path == "package/wrapper/config.json" {
        let config = json!({ "jitsi": { "preferred_domain": folders.meet } }).to_string();
        return Some(([(header::CONTENT_TYPE, "application/json")], config).into_response());
    }
    let file = match first {
        "package" if rest == WHOLE && folders.exchanges_calls.load(Ordering::Relaxed) => package().join(FRONT),
        "package" => package().join(rest),
        "pages" => Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/embed_frameworks/pages").join(rest),
        "built" => BUILT.join(rest),
        _ => return None,
    };
    let kind = match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" | "jsx" => "text/javascript; charset=utf-8",
        "css" => "text/css",
        "json" => "application/json",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], std::fs::read(file).ok()?).into_response();
    // The wrapper has a policy of its own, and leads to any Meet server.
    if let Some(policy) = folders.policy.as_deref().filter(|_| first != "package") {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(policy).ok()?);
    }
    Some(response)
}

/// Somebody at one of the pages.
pub(crate) struct Visit {
    pub(crate) browser: Browser,
}

impl Visit {
    /// Waits until the page has its calls.
    pub(crate) async fn is_ready(&self) -> anyhow::Result<()> {
        ready(self.browser.page()).await
    }

    pub(crate) async fn run(&self, script: &str) -> anyhow::Result<Value> {
        self.browser.run(script, Vec::new()).await
    }

    pub(crate) async fn becomes(&self, expression: &str) -> anyhow::Result<()> {
        self.browser.becomes::<bool>(expression).await.map(drop)
    }

    /// Which of the two programs the page has asked for.
    pub(crate) async fn programs(&self) -> anyhow::Result<Value> {
        self.run(
            "return [...new Set(performance.getEntriesByType('resource').map(one => one.name.split('/').at(-1)) \
             .filter(name => name.endsWith('_bg.wasm')))]",
        )
        .await
    }

    /// Presses a button of a room, once it does something.
    pub(crate) async fn press(&self, within: &str, kind: &str) -> anyhow::Result<()> {
        press(self.browser.page(), within, kind).await
    }

    pub(crate) fn meet(&self) -> Frame<'_> {
        self.browser.within(&TO_MEET)
    }

    /// Waits until it is in the conference, whose document is marked.
    pub(crate) async fn mark(&self) -> anyhow::Result<()> {
        self.meet().becomes::<bool>("window.standIn?.joined()").await.context("joining Meet")?;
        self.meet().run::<Value>("window.sameDocument = true; return null", Vec::new()).await.map(drop)
    }

    /// The marked document is still there, in the conference, and in sight.
    pub(crate) async fn is_the_same(&self) -> anyhow::Result<()> {
        self.meet().becomes::<bool>("window.sameDocument && window.standIn.joined()").await?;
        self.becomes(&format!("getComputedStyle(document.querySelector('{WRAPPER}')).visibility === 'visible'")).await
    }

    /// The page did what it may, and nothing was said in red.
    pub(crate) async fn is_well(&self) -> anyhow::Result<()> {
        self.is_well_but(&[]).await
    }

    /// Nothing was said in red but what has one of these words, which the case provokes.
    pub(crate) async fn is_well_but(&self, provoked: &[&str]) -> anyhow::Result<()> {
        let wrong = self.run("return [...page.violations, ...page.errors]").await?;
        anyhow::ensure!(wrong == json!([]), "{wrong}");
        let mut said = self.browser.console().await?;
        said.retain(|entry| entry.level == "SEVERE" && !entry.message.contains("Failed to load resource"));
        said.retain(|entry| !provoked.iter().any(|words| entry.message.contains(words)));
        anyhow::ensure!(said.is_empty(), "{said:?}");
        Ok(())
    }
}

pub(crate) async fn ready(page: Frame<'_>) -> anyhow::Result<()> {
    page.becomes::<bool>("window.page?.ready").await.context("the page gets its calls").map(drop)
}

/// `within` is the selector of the element whose button it is.
pub(crate) async fn press(page: Frame<'_>, within: &str, kind: &str) -> anyhow::Result<()> {
    let found =
        format!("page.deep('{within}')[0]?.shadowRoot.querySelector('[data-kind={kind}][aria-disabled=false]')");
    page.becomes::<bool>(&format!("!!({found})")).await?;
    page.run::<Value>(&format!("({found}).click(); return null"), Vec::new()).await.map(drop)
}
