//! The package in the example chat (`embed/example`), as a person uses it. What it shows lies in the shadows of its elements.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::Context as _;
use axum::extract::{Path as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use xtask::bed::{Person, listener};
use xtask::serve::{Server, serve};
use xtask::setup::{self, Report};

use super::super::browser::{Browser, Launch};
use super::super::scene::PASSWORD;
use super::media;
use super::party::{Kind, Party};
use super::scene::observe;

/// The example, built once for all tests of a run: tests that run side by side must not build side by side.
static EXAMPLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let package = std::env::var_os("MEET_IN_CHAT_PACKAGE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../embed/dist"), PathBuf::from);
    setup::embed_example(&package, Report::OnlyWork).expect("the example chat")
});

/// What the page and the shadows of the elements have of a selector.
const DEEP: &str = "const deep = css => [document, ...[...document.querySelectorAll('*')].map(one => one.shadowRoot)] \
     .flatMap(root => root && isOurs(root) ? [...root.querySelectorAll(css)] : []); \
     function isOurs(root) { return root === document || root.host.localName.startsWith('meet-call-'); }";

/// Somebody at the example chat who looks at a room.
pub(crate) struct Guest {
    browser: Browser,
    room: String,
    _server: Server,
}

impl Guest {
    /// Signs in as a new device, and opens the room. They have called before: no preview. `config` is the site's `config.json`.
    pub(crate) async fn start(launch: Launch, person: &Person, room: &str, mut config: Value) -> anyhow::Result<Self> {
        config["default_server_config"] = json!({ "m.homeserver": { "base_url": person.homeserver } });
        let router = Router::new()
            .route("/", get(async || file("index.html")))
            .route("/config.json", get(async |State(config): State<Value>| Json(config)))
            .route("/{*path}", get(async |Asked(path): Asked<String>| file(&path)))
            .with_state(config);
        let server = serve(router, listener().await?, None).await?;
        let browser = Browser::start(launch).await?;
        observe(&browser, Some(&json!({ "previewed": true }))).await?;
        browser.open(&server.origin()).await?;
        let guest = Self { browser, room: room.to_owned(), _server: server };
        guest.sign_in(person).await.context("signing in at the example")?;
        Ok(guest)
    }

    async fn sign_in(&self, person: &Person) -> anyhow::Result<()> {
        self.browser.becomes::<bool>("!document.querySelector('#sign-in').hidden").await?;
        // The address says which room is open.
        let script = "const [user, password, room] = arguments; location.hash = room; \
             const form = document.querySelector('#sign-in form'); form.elements.user.value = user; \
             form.elements.password.value = password; form.requestSubmit(); return null";
        let who = [&person.user_id, PASSWORD, &self.room].map(Value::from);
        self.browser.run::<Value>(script, who.to_vec()).await?;
        self.browser.becomes::<bool>("!!document.querySelector('#composer meet-call-buttons')").await.map(drop)
    }

    /// Presses what is there, once it does something.
    async fn press(&self, css: &str) -> anyhow::Result<()> {
        self.shows(&format!("{css}:not([aria-disabled=true])")).await?;
        let script = format!("{DEEP} deep(arguments[0])[0].click(); return null");
        self.browser.run::<Value>(&script, vec![json!(css)]).await.map(drop)
    }

    async fn shows(&self, css: &str) -> anyhow::Result<()> {
        self.holds(&format!("deep({}).length > 0", json!(css))).await
    }

    async fn shows_no(&self, css: &str) -> anyhow::Result<()> {
        self.holds(&format!("deep({}).length === 0", json!(css))).await
    }

    async fn holds(&self, condition: &str) -> anyhow::Result<()> {
        let held = self.browser.becomes::<bool>(&format!("(() => {{ {DEEP} return {condition} }})()")).await;
        let Err(error) = held else { return Ok(()) };
        Err(error.context(media::report(&self.browser).await))
    }

    async fn count(&self, css: &str) -> anyhow::Result<u64> {
        self.browser.run(&format!("{DEEP} return deep(arguments[0]).length"), vec![json!(css)]).await
    }

    fn panel(&self, more: &str) -> String {
        format!(".meet-call[data-room='{}']{more}", self.room)
    }

    async fn act(&self, act: &str) -> anyhow::Result<()> {
        self.press(&self.panel(&format!(" [data-act={act}]"))).await
    }

    async fn ring(&self, act: &str) -> anyhow::Result<()> {
        self.press(&format!(".meet-ring[data-room='{}'] [data-act={act}]", self.room)).await
    }
}

fn file(path: &str) -> Response {
    let kind = match path.rsplit_once('.').map(|(_, kind)| kind) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    // A browser takes ".." out of what it asks for.
    match std::fs::read(EXAMPLE.join(path)) {
        Ok(content) => ([(header::CONTENT_TYPE, kind)], content).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Party for Guest {
    fn browser(&self) -> &Browser {
        &self.browser
    }

    fn name(&self) -> &'static str {
        "the example chat"
    }

    async fn call(&self, kind: Kind) -> anyhow::Result<()> {
        let kind = if kind.is_video() { "video" } else { "voice" };
        self.press(&format!("button[data-kind={kind}]")).await.context("pressing the call button")
    }

    async fn call_at(&self, time: u64) -> anyhow::Result<i64> {
        let button = "button[data-kind=video]";
        self.shows(&format!("{button}[aria-disabled=false]")).await?;
        let script = format!(
            "{DEEP} const [button, time] = arguments; const left = time - Date.now(); \
             if (left > 0) setTimeout(() => deep(button)[0].click(), left); return left"
        );
        self.browser.run(&script, vec![button.into(), time.into()]).await
    }

    async fn is_calling(&self) -> anyhow::Result<()> {
        self.shows(&self.panel("[data-phase=calling]")).await
    }

    async fn rings(&self) -> anyhow::Result<()> {
        self.shows(&format!(".meet-ring[data-room='{}']", self.room)).await
    }

    async fn accept(&self, kind: Kind) -> anyhow::Result<()> {
        let both = self.count(".meet-ring [data-act=accept-voice]").await? > 0;
        self.ring(if both && !kind.is_video() { "accept-voice" } else { "accept" }).await
    }

    async fn decline(&self) -> anyhow::Result<()> {
        self.ring("decline").await
    }

    async fn hang_up(&self) -> anyhow::Result<()> {
        self.act("hangup").await
    }

    async fn mute(&self, _muted: bool) -> anyhow::Result<()> {
        self.act("mute").await
    }

    async fn camera(&self, _on: bool) -> anyhow::Result<()> {
        self.act("camera").await
    }

    async fn hold(&self, _held: bool) -> anyhow::Result<()> {
        self.act("hold").await
    }

    async fn share(&self, _shared: bool) -> anyhow::Result<()> {
        self.act("share").await
    }

    async fn is_connected(&self) -> anyhow::Result<()> {
        self.shows(&self.panel("[data-phase=connected]")).await
    }

    async fn shows_muted(&self, muted: bool) -> anyhow::Result<()> {
        let says = self.panel("[data-peer-muted]");
        if muted { self.shows(&says).await } else { self.shows_no(&says).await }
    }

    async fn shows_held(&self, held: bool) -> anyhow::Result<()> {
        let says = self.panel("[data-held]");
        if held { self.shows(&says).await } else { self.shows_no(&says).await }
    }

    async fn shows_screen(&self, shared: bool) -> anyhow::Result<()> {
        let screen = self.panel(" video[data-stream=remote-screen]");
        if shared { self.shows(&screen).await } else { self.shows_no(&screen).await }
    }

    async fn is_idle(&self) -> anyhow::Result<()> {
        self.shows_no(".meet-call, .meet-ring").await
    }
}
