//! The stand-in for an integration manager: a server that registers people by their OpenID tokens, has terms, and serves a page that
//! asks the chat around it by `postMessage`. `README.md` beside this file says what it speaks.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::bed::percent_encode;

/// A running stand-in. It ends when this is dropped.
#[derive(Debug)]
pub struct ManagerStandIn {
    address: SocketAddr,
    server: Arc<Server>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Server {
    /// The homeserver that is asked whose tokens are whose, without a slash at the end.
    homeserver: String,
    address: SocketAddr,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whose each token is.
    tokens: HashMap<String, String>,
    /// Who agreed to the terms.
    agreed: HashSet<String>,
    /// Everybody who registered, as often as they did.
    registered: Vec<String>,
}

type Parameters = Query<HashMap<String, String>>;

impl ManagerStandIn {
    /// Serves on a listener that the caller bound, for people of this homeserver.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(listener: TcpListener, homeserver: &str) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let server = Arc::new(Server { homeserver: homeserver.to_owned(), address, inner: Mutex::default() });
        let router = Router::new()
            .route("/api/register", post(register))
            .route("/api/account", get(account))
            .route("/_matrix/integrations/v1/terms", get(terms).post(agree))
            .route("/terms", get(async || Html("<!doctype html><title>Terms</title><p>Be kind.")))
            .route("/ui", get(async || Html(include_str!("page/ui.html"))))
            .route("/ui.js", get(script))
            .layer(middleware::from_fn(cors))
            .with_state(Arc::clone(&server));
        let accepting = tokio::spawn(async move {
            // It ends by being aborted, and an error of one connection is that of its client.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { address, server, accepting })
    }

    /// Names it in a chat's `config.json`.
    pub fn configure(&self, config: &mut Value) {
        configure(self.address.port(), config);
    }

    /// Where a page of its own lies, under another name and so on another origin.
    #[must_use]
    pub fn other_origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Everybody who registered, oldest first, as often as they did.
    #[must_use]
    pub fn registered(&self) -> Vec<String> {
        self.server.lock().registered.clone()
    }

    /// Whether somebody agreed to the terms.
    #[must_use]
    pub fn has_agreed(&self, user: &str) -> bool {
        self.server.lock().agreed.contains(user)
    }

    /// Knows no token any more.
    pub fn forget_tokens(&self) {
        self.server.lock().tokens.clear();
    }
}

impl Drop for ManagerStandIn {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Names a manager on this port of the machine, whether it runs or not.
pub fn configure(port: u16, config: &mut Value) {
    config["integrations_ui_url"] = format!("http://127.0.0.1:{port}/ui").into();
    config["integrations_rest_url"] = format!("http://127.0.0.1:{port}/api").into();
}

impl Server {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn terms(&self) -> String {
        format!("http://{}/terms", self.address)
    }

    /// Whose OpenID token this is, as its homeserver says.
    async fn user_of(&self, token: &str) -> Option<String> {
        let token = percent_encode(token);
        let url = format!("{}/_matrix/federation/v1/openid/userinfo?access_token={token}", self.homeserver);
        let answer = reqwest::get(url).await.ok()?.error_for_status().ok()?;
        answer.json::<Value>().await.ok()?["sub"].as_str().map(str::to_owned)
    }
}

/// A chat is on another origin, and posts JSON.
async fn cors(request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        axum::http::Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    response
}

fn refused(code: &str) -> Response {
    (StatusCode::FORBIDDEN, Json(json!({ "errcode": code, "error": "no" }))).into_response()
}

async fn register(State(server): State<Arc<Server>>, Query(query): Parameters, Json(open_id): Json<Value>) -> Response {
    let token = open_id["access_token"].as_str().filter(|_| query.get("v").is_some_and(|version| version == "1.1"));
    let user = match token {
        Some(token) => server.user_of(token).await,
        None => None,
    };
    let Some(user) = user else {
        return refused("M_FORBIDDEN");
    };
    let token = format!("{:032x}", rand::random::<u128>());
    let mut inner = server.lock();
    inner.tokens.insert(token.clone(), user.clone());
    inner.registered.push(user);
    Json(json!({ "scalar_token": token })).into_response()
}

async fn account(State(server): State<Arc<Server>>, Query(query): Parameters) -> Response {
    let inner = server.lock();
    match query.get("scalar_token").and_then(|token| inner.tokens.get(token)) {
        None => refused("M_UNKNOWN_TOKEN"),
        Some(user) if !inner.agreed.contains(user) => refused("M_TERMS_NOT_SIGNED"),
        Some(user) => Json(json!({ "user_id": user })).into_response(),
    }
}

async fn terms(State(server): State<Arc<Server>>) -> Json<Value> {
    let english = json!({ "name": "Terms of the stand-in", "url": server.terms() });
    Json(json!({ "policies": { "terms": { "version": "1", "en": english } } }))
}

async fn agree(State(server): State<Arc<Server>>, headers: HeaderMap, Json(said): Json<Value>) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let mut inner = server.lock();
    let Some(user) = token.and_then(|token| inner.tokens.get(token)).cloned() else {
        return refused("M_UNKNOWN_TOKEN");
    };
    if said["user_accepts"] == json!([server.terms()]) {
        inner.agreed.insert(user);
    }
    Json(json!({})).into_response()
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page/ui.js")).into_response()
}
