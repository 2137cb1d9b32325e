//! Sends what `request` builds. Each request ends after its time, and when its future is dropped.

use gloo_net::http::{RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestInit};

use crate::browser::body;
use crate::host::HostError;
use crate::json::{self, Object};
use crate::matrix::answer::Answer;
use crate::matrix::mxc::shown_image_type;
use crate::matrix::request::{Method, Request};
use crate::matrix::view::Session;
use crate::time::Millis;

/// The largest thumbnail that is taken, in bytes: a server that sends more has not made it small.
const LARGEST_IMAGE: usize = 4 << 20;

/// Aborts its request after a time, or when dropped.
struct Deadline {
    controller: AbortController,
    _timer: Timeout,
}

impl Deadline {
    fn new(after: Millis) -> Result<Self, HostError> {
        let controller = AbortController::new().map_err(|_| HostError::Unsupported)?;
        let on_time = controller.clone();
        // Without a reason: gloo-net panics when a fetch is rejected with something that is no `Error`.
        let timer = Timeout::new(u32::try_from(after.0).unwrap_or(u32::MAX), move || on_time.abort());
        Ok(Self { controller, _timer: timer })
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// Sends a request, with the token when it wants one; gives the answer of whatever status. For what is not of a session, and so not
/// long: an answer of more than [`body::LARGEST`] is none.
pub(super) fn answer(
    homeserver: &str,
    token: Option<&str>,
    request: &Request,
    timeout: Millis,
) -> impl Future<Output = Result<Answer, HostError>> {
    read(homeserver, token, request, timeout, true)
}

/// Sends a request of a session; gives the JSON object of a good answer.
pub(super) async fn object(session: &Session, request: &Request, timeout: Millis) -> Result<Object, HostError> {
    read(&session.homeserver, Some(&session.access_token), request, timeout, false).await?.object()
}

async fn read(
    homeserver: &str,
    token: Option<&str>,
    request: &Request,
    timeout: Millis,
    bounded: bool,
) -> Result<Answer, HostError> {
    let deadline = Deadline::new(timeout)?;
    let response = send(homeserver, token, request, &deadline, RequestCache::NoStore).await?;
    let body =
        if bounded { body::text(response.body().into(), body::LARGEST).await } else { response.text().await.ok() };
    Ok(Answer { status: response.status(), body: body.ok_or(HostError::Unreachable)? })
}

/// Loads an image of a type that is shown: the type and the bytes.
pub(super) async fn image(
    session: &Session,
    request: &Request,
    timeout: Millis,
) -> Result<(&'static str, Vec<u8>), HostError> {
    let deadline = Deadline::new(timeout)?;
    let token = Some(session.access_token.as_str());
    let response = send(&session.homeserver, token, request, &deadline, RequestCache::Default).await?;
    if !response.ok() {
        let status = response.status();
        let body = response.text().await.unwrap_or_default();
        return Err(Answer { status, body }.refusal());
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    let content_type = shown_image_type(&content_type).ok_or(HostError::Unsupported)?;
    Ok((content_type, body::bytes(response.body().into(), LARGEST_IMAGE).await?))
}

/// Begins a request that outlives the page (`keepalive`), and whose answer nobody reads. It asks for nothing that a panic could
/// have spoiled; what can't be begun is left.
pub(super) fn last_word(session: &Session, request: &Request) {
    let _ = try_last_word(session, request);
}

fn try_last_word(session: &Session, request: &Request) -> Option<()> {
    let init = RequestInit::new();
    init.set_method(method(request).as_str());
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    if let Some(body) = &request.body {
        init.set_body(&json::text(body).into());
    }
    Reflect::set(&init, &"keepalive".into(), &true.into()).ok()?;
    let built = web_sys::Request::new_with_str_and_init(&request.url(&session.homeserver), &init).ok()?;
    built.headers().set("Authorization", &["Bearer ", &session.access_token].concat()).ok()?;
    built.headers().set("Content-Type", "application/json").ok()?;
    // A rejection stays unheard: there is nobody left to hear it.
    let _ = web_sys::window()?.fetch_with_request(&built);
    Some(())
}

fn method(request: &Request) -> gloo_net::http::Method {
    match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
    }
}

async fn send(
    homeserver: &str,
    token: Option<&str>,
    request: &Request,
    deadline: &Deadline,
    cache: RequestCache,
) -> Result<Response, HostError> {
    let mut builder = RequestBuilder::new(&request.url(homeserver))
        .method(method(request))
        .credentials(RequestCredentials::Omit)
        .cache(cache)
        .abort_signal(Some(&deadline.controller.signal()));
    if let (true, Some(token)) = (request.authenticated, token) {
        builder = builder.header("Authorization", &format!("Bearer {token}"));
    }
    let built = match &request.body {
        Some(body) => builder.header("Content-Type", "application/json").body(json::text(body)),
        None => builder.build(),
    };
    let sent = built.map_err(|_| HostError::Unsupported)?.send().await;
    sent.map_err(|_| HostError::Unreachable)
}
