//! One client-server request and how its failure looks.

use std::fmt;

use anyhow::{Context, Result};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// What a homeserver answered instead of doing what was asked. Tests find it with `error.downcast_ref::<Refused>()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status, 400 or more.
    pub status: u16,
    /// The Matrix error code, empty when the answer had none.
    pub errcode: String,
    /// The server's words.
    pub words: String,
    /// What was asked: method and path.
    pub request: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {} {}", self.request, self.status, self.errcode, self.words)
    }
}

impl std::error::Error for Refused {}

/// An HTTP client for servers on loopback: a proxy named in the environment must not come between.
pub fn client() -> Client {
    Client::builder().no_proxy().build().unwrap_or_default()
}

/// `text` as one segment of a path, one value of a query or of a form-encoded fragment: everything but RFC 3986's
/// unreserved characters is escaped, which all three read back alike.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Sends one request to `homeserver` below `/_matrix/`, and answers with the JSON of a success or with [`Refused`].
pub(crate) async fn ask(
    http: &Client,
    homeserver: &str,
    method: Method,
    path: &str,
    with: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> Result<Value> {
    let request = format!("{method} {path}");
    let builder = http.request(method, format!("{homeserver}/_matrix/{path}"));
    let answer = with(builder).send().await.with_context(|| request.clone())?;
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    Err(Refused { status: status.as_u16(), errcode: text("errcode"), words: text("error"), request }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_id_becomes_one_path_segment() {
        assert_eq!(percent_encode("!a/b:localhost"), "%21a%2Fb%3Alocalhost");
    }

    #[test]
    fn a_token_in_a_fragment_cannot_add_another_key() {
        assert_eq!(percent_encode("syl_a&b=c+d e"), "syl_a%26b%3Dc%2Bd%20e");
    }
}
