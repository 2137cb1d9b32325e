//! Proving who the user is: the chat's answer to `get_openid` (MSC1960, `chat-web.md` 4.4).

use std::fmt;

use serde_json::Value;

use crate::json::{self, Object};

/// The longest token that is passed on, in bytes. Real ones stay below 1 KB.
const TOKEN_LIMIT: usize = 4096;
/// The longest server name, in bytes (Matrix specification, appendix "Server name").
const SERVER_LIMIT: usize = 255;

/// A token with which a homeserver tells others who its user is. It gives no access to the account, but whoever has it can pass for
/// the user for an hour: it has no `Display`, and its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenIdToken {
    /// The token itself.
    pub access_token: String,
    /// The homeserver that made it and can be asked about it.
    pub server_name: String,
}

impl OpenIdToken {
    /// Reads a homeserver's answer (Matrix specification, "OpenID"), or a chat's, which repeats it.
    fn read(answer: &Value) -> Option<Self> {
        let answer = answer.as_object()?;
        Some(Self {
            access_token: bounded(answer, "access_token", TOKEN_LIMIT)?,
            server_name: bounded(answer, "matrix_server_name", SERVER_LIMIT)?,
        })
    }
}

impl fmt::Debug for OpenIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenIdToken")
    }
}

/// A token as a homeserver gives it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIdGrant {
    /// The token.
    pub token: OpenIdToken,
    /// For how many seconds it is good, where the homeserver says so.
    pub expires_in: Option<u32>,
}

impl OpenIdGrant {
    /// Reads a homeserver's answer (Matrix specification, "OpenID").
    pub fn read(answer: &Value) -> Option<Self> {
        Some(Self {
            token: OpenIdToken::read(answer)?,
            expires_in: answer.get("expires_in").and_then(json::as_integer).and_then(|length| length.try_into().ok()),
        })
    }
}

/// What became of a widget's question who the user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenIdAnswer {
    /// It may know, and others may ask the homeserver.
    Allowed(OpenIdGrant),
    /// The user, or the chat for them, said no.
    Blocked,
    /// The homeserver gave no token; why, in words.
    Failed(String),
}

impl OpenIdAnswer {
    /// The answer on the wire, `{"state": "allowed", …}`. It has no word for a failure: where no error reply is possible any
    /// more, the widget is told that it gets none.
    pub(super) fn write(&self) -> Object {
        let Self::Allowed(grant) = self else { return json::with("state", "blocked") };
        let mut answer = json::of([
            ("state", "allowed".into()),
            ("access_token", grant.token.access_token.as_str().into()),
            ("matrix_server_name", grant.token.server_name.as_str().into()),
            ("token_type", "Bearer".into()),
        ]);
        if let Some(length) = grant.expires_in {
            answer.insert("expires_in".into(), length.into());
        }
        answer
    }
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoOpenId {
    /// The user, or the chat for them, said no.
    Blocked,
    /// The chat can't give one; its own words.
    Refused(String),
    /// The chat did not answer within [`ANSWER_LIMIT`](crate::widget_api::ANSWER_LIMIT).
    NoAnswer,
}

/// What a chat answers, at once or later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    /// `allowed`: here it is.
    Allowed(OpenIdToken),
    /// `blocked`.
    Blocked,
    /// `request`: the chat asks its user first.
    Asking,
}

impl Credentials {
    /// Reads an answer. `None` when it is none, or lacks what it promises.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        match answer.get("state")?.as_str()? {
            "allowed" => OpenIdToken::read(answer).map(Self::Allowed),
            "blocked" => Some(Self::Blocked),
            "request" => Some(Self::Asking),
            _ => None,
        }
    }
}

fn bounded(answer: &Object, key: &str, limit: usize) -> Option<String> {
    json::string(answer, key).filter(|text| !text.is_empty() && text.len() <= limit).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: Value) -> Option<Credentials> {
        Credentials::read(&answer)
    }

    fn token() -> OpenIdToken {
        OpenIdToken { access_token: "secret".into(), server_name: "example.org".into() }
    }

    #[test]
    fn the_three_answers_are_read() {
        let allowed = json!({"state": "allowed", "access_token": "secret", "expires_in": 3600,
                             "matrix_server_name": "example.org", "token_type": "Bearer"});
        assert_eq!(read(allowed), Some(Credentials::Allowed(token())));
        assert_eq!(read(json!({"state": "blocked"})), Some(Credentials::Blocked));
        assert_eq!(read(json!({"state": "request"})), Some(Credentials::Asking));
    }

    #[test]
    fn what_promises_a_token_and_has_none_is_no_answer() {
        for answer in [
            json!({}),
            json!({"state": "maybe"}),
            json!({"state": "allowed"}),
            json!({"state": "allowed", "access_token": "", "matrix_server_name": "example.org"}),
            json!({"state": "allowed", "access_token": "secret", "matrix_server_name": 7}),
            json!({"state": "allowed", "access_token": "x".repeat(9999), "matrix_server_name": "example.org"}),
        ] {
            assert_eq!(read(answer.clone()), None, "{answer}");
        }
    }

    #[test]
    fn an_answer_is_written_as_it_is_read() {
        let granted = OpenIdAnswer::Allowed(OpenIdGrant { token: token(), expires_in: Some(3600) });
        assert_eq!(read(granted.write().into()), Some(Credentials::Allowed(token())));
        for none in [OpenIdAnswer::Blocked, OpenIdAnswer::Failed("no".into())] {
            assert_eq!(read(none.write().into()), Some(Credentials::Blocked));
        }
    }

    #[test]
    fn how_long_a_token_is_good_is_passed_on_where_it_is_known() {
        for (said, passed_on) in [
            (json!(3600), json!(3600)),
            (json!(3600.0), json!(3600)),
            (json!("3600"), json!(null)),
            (json!(-1), json!(null)),
            (json!(0.5), json!(null)),
            (json!(null), json!(null)),
        ] {
            let answer = json!({"access_token": "secret", "matrix_server_name": "example.org", "expires_in": said});
            let grant = OpenIdGrant::read(&answer).expect("a token");
            let written = OpenIdAnswer::Allowed(grant).write();
            assert_eq!(written.get("expires_in").cloned().unwrap_or_default(), passed_on, "{said}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        assert_eq!(format!("{:?}", Credentials::Allowed(token())), "Allowed(OpenIdToken)");
        let granted = OpenIdAnswer::Allowed(OpenIdGrant { token: token(), expires_in: None });
        assert_eq!(format!("{granted:?}"), "Allowed(OpenIdGrant { token: OpenIdToken, expires_in: None })");
    }
}
