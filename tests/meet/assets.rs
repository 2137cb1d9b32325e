//! The page's files, part of the program.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::options::{Framing, Release};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// All but the page itself, by name.
const FILES: &[(&str, &str, &str)] = &[
    ("address.js", SCRIPT, include_str!("page/address.js")),
    ("api.js", SCRIPT, include_str!("page/api.js")),
    ("closed.html", HTML, include_str!("page/closed.html")),
    ("commands.js", SCRIPT, include_str!("page/commands.js")),
    ("conference.js", SCRIPT, include_str!("page/conference.js")),
    ("devices.js", SCRIPT, include_str!("page/devices.js")),
    ("inspect.js", SCRIPT, include_str!("page/inspect.js")),
    ("main.js", SCRIPT, include_str!("page/main.js")),
    ("names.js", SCRIPT, include_str!("page/names.js")),
    ("others.js", SCRIPT, include_str!("page/others.js")),
    ("peer.js", SCRIPT, include_str!("page/peer.js")),
    ("postis.js", SCRIPT, include_str!("page/postis.js")),
    ("release.js", SCRIPT, include_str!("page/release.js")),
    ("requests.js", SCRIPT, include_str!("page/requests.js")),
    ("signalling.js", SCRIPT, include_str!("page/signalling.js")),
    ("style.css", STYLE, include_str!("page/style.css")),
    ("view.js", SCRIPT, include_str!("page/view.js")),
];

/// The page of a room, as this release serves it.
pub(super) fn page(framing: Framing, release: Release) -> Response {
    let body = include_str!("page/room.html").replace("{release}", release.as_str());
    let mut response = ([(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, "no-store")], body).into_response();
    let (name, value) = match framing {
        Framing::Allow => return response,
        Framing::Forbid => (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        Framing::ForbidOtherOrigins => (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    };
    response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    response
}

/// One of its files.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, body)) => {
            ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "no-store")], *body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
