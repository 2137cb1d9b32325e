//! The package in the example chat (`embed/example`), as a person uses it.

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
use super::panel::{AtPanel, Place};
use super::scene::observe;

/// The example, built once for all tests of a run: tests that run side by side must not build side by side.
static EXAMPLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let package = std::env::var_os("MEET_IN_CHAT_PACKAGE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../embed/dist"), PathBuf::from);
    setup::embed_example(&package, Report::OnlyWork).expect("the example chat")
});

/// Somebody at the example chat who looks at a room.
pub(crate) type Guest = AtPanel<Example>;

/// The example chat in a browser.
pub(crate) struct Example {
    browser: Browser,
    _server: Server,
}

impl Place for Example {
    const NAME: &'static str = "the example chat";

    fn browser(&self) -> &Browser {
        &self.browser
    }
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
        sign_in(&browser, person, room).await.context("signing in at the example")?;
        Ok(Self::new(Example { browser, _server: server }, room))
    }
}

async fn sign_in(browser: &Browser, person: &Person, room: &str) -> anyhow::Result<()> {
    browser.becomes::<bool>("!document.querySelector('#sign-in').hidden").await?;
    // The address says which room is open.
    let script = "const [user, password, room] = arguments; location.hash = room; \
         const form = document.querySelector('#sign-in form'); form.elements.user.value = user; \
         form.elements.password.value = password; form.requestSubmit(); return null";
    let who = [&person.user_id, PASSWORD, room].map(Value::from);
    browser.run::<Value>(script, who.to_vec()).await?;
    browser.becomes::<bool>("!!document.querySelector('#composer meet-call-buttons')").await.map(drop)
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
