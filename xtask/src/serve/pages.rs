//! The built pages, each server with a configuration and thus an origin of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Result, bail};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    Server, Tls,
    files::{cache_control, content_type, file_of, takes_brotli},
    serve,
};

/// A server of the directory that the build made, as `docs/hosting.md` asks for one. Dropping it stops it.
#[derive(Debug)]
#[must_use = "dropping it stops the server"]
pub struct PageServer {
    server: Server,
}

struct Pages {
    dist: PathBuf,
    config: String,
}

impl PageServer {
    /// Serves `dist` on `listener`, with `config` as its `config.json`. Files are read anew at each request, so a rebuilt
    /// page needs only a reload.
    pub async fn start(listener: TcpListener, dist: &Path, config: &Value) -> Result<Self> {
        Self::start_with(listener, dist, config, None).await
    }

    /// The same over TLS.
    pub async fn start_tls(listener: TcpListener, dist: &Path, config: &Value, tls: Tls) -> Result<Self> {
        Self::start_with(listener, dist, config, Some(tls)).await
    }

    async fn start_with(listener: TcpListener, dist: &Path, config: &Value, tls: Option<Tls>) -> Result<Self> {
        if !dist.join("index.html").is_file() {
            bail!("{} holds no index.html: build the pages first", dist.display());
        }
        let pages = Arc::new(Pages { dist: dist.to_owned(), config: config.to_string() });
        let router = Router::new().route("/", get(page)).route("/{*path}", get(page)).with_state(pages);
        Ok(Self { server: serve(router, listener, tls).await? })
    }

    /// Its origin by address, without a slash at the end.
    pub fn origin(&self) -> String {
        self.server.origin()
    }

    /// The port on loopback.
    pub fn port(&self) -> u16 {
        self.server.addr().port()
    }
}

async fn page(State(pages): State<Arc<Pages>>, headers: HeaderMap, uri: Uri) -> Response {
    let Some(file) = file_of(uri.path()) else {
        return missing();
    };
    if file == "config.json" {
        return answer(file, pages.config.clone().into_bytes());
    }
    let Ok(content) = tokio::fs::read(pages.dist.join(file)).await else {
        return missing();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if takes_brotli(accepted)
        && let Ok(compressed) = tokio::fs::read(pages.dist.join(format!("{file}.br"))).await
    {
        let mut response = answer(file, compressed);
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        return response;
    }
    answer(file, content)
}

/// Never the chat page instead: a missing script must look missing.
fn missing() -> Response {
    protected((StatusCode::NOT_FOUND, "There is no such file here.\n").into_response())
}

fn answer(file: &str, content: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type(file)), (header::CACHE_CONTROL, cache_control(file))];
    let mut response = protected((headers, content).into_response());
    if matches!(file, "jitsi.html" | "check.html") {
        // The wrapper is there to be framed, by any chat whose room has a conference of ours; and it frames the page of checks.
        response.headers_mut().remove(header::CONTENT_SECURITY_POLICY);
    }
    response
}

/// The headers that every host of the pages should send. `frame-ancestors` counts only as a header; the rest of the policy is
/// in the pages themselves.
fn protected(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'self'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "accept-encoding"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bed::{Scratch, client, listener};

    async fn served() -> (PageServer, Scratch) {
        let scratch = Scratch::new("pages").unwrap();
        let dist = scratch.path();
        std::fs::write(dist.join("index.html"), "<!doctype html>").unwrap();
        std::fs::write(dist.join("config.json"), "{}").unwrap();
        std::fs::write(dist.join("chat-8f14e45fceea167a_bg.wasm"), b"\0asm").unwrap();
        let config = json!({ "brand": "Test" });
        let listener = listener().await.unwrap();
        let server = PageServer::start(listener, dist, &config).await.unwrap();
        (server, scratch)
    }

    #[tokio::test]
    async fn each_server_answers_with_its_own_configuration() {
        let (server, _scratch) = served().await;
        let config = client().get(format!("{}/config.json", server.origin())).send().await.unwrap();
        assert_eq!(config.headers()["cache-control"], "no-cache");
        assert_eq!(config.json::<Value>().await.unwrap(), json!({ "brand": "Test" }));
    }

    #[tokio::test]
    async fn every_answer_forbids_foreign_frames_and_guessing() {
        let (server, _scratch) = served().await;
        for (path, status, kind) in [
            ("/", 200, "text/html; charset=utf-8"),
            ("/chat-8f14e45fceea167a_bg.wasm", 200, "application/wasm"),
            ("/missing.js", 404, "text/plain; charset=utf-8"),
            ("/sub/", 404, "text/plain; charset=utf-8"),
        ] {
            let answer = client().get(format!("{}{path}", server.origin())).send().await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.headers()["content-type"], kind, "{path}");
            assert_eq!(answer.headers()["content-security-policy"], "frame-ancestors 'self'", "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(answer.headers()["referrer-policy"], "no-referrer", "{path}");
        }
    }

    #[tokio::test]
    async fn who_takes_brotli_gets_what_the_build_compressed() {
        let (server, scratch) = served().await;
        std::fs::write(scratch.path().join("index.html.br"), "compressed").unwrap();
        let get = async |path: &str, accepted: &str| {
            let request = client().get(format!("{}{path}", server.origin())).header("accept-encoding", accepted);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["vary"], "accept-encoding");
            let encoding = answer.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
            (encoding, answer.headers()["content-type"].clone(), answer.text().await.unwrap())
        };
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let compressed = (Some("br".to_owned()), html.clone(), "compressed".to_owned());
        assert_eq!(get("/", "gzip, deflate, br, zstd").await, compressed);
        assert_eq!(get("/", "gzip").await, (None, html, "<!doctype html>".to_owned()));
        // Nothing lies beside this one.
        assert_eq!(get("/chat-8f14e45fceea167a_bg.wasm", "br").await.0, None);
    }

    #[tokio::test]
    async fn a_directory_without_pages_is_refused_at_once() {
        let refused =
            PageServer::start(listener().await.unwrap(), Path::new("/nowhere"), &json!({})).await.unwrap_err();
        assert!(refused.to_string().contains("build the pages first"));
    }
}
