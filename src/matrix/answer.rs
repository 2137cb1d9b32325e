//! What a homeserver answered, as far as every endpoint shares it.

use serde_json::Value;

use crate::host::HostError;
use crate::json::{self, Object};

/// The longest server's own words that are kept for people to read; the rest is no help.
const LONGEST_MESSAGE: usize = 500;

/// An HTTP answer of whatever status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The JSON object of a good answer, or why there is none. An answer of status 200 that is no JSON object comes from
    /// something else than a homeserver (a captive portal, a proxy), so it counts as unreachable.
    pub fn object(&self) -> Result<Object, HostError> {
        if !(200..300).contains(&self.status) {
            return Err(self.refusal());
        }
        match json::parse(&self.body) {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(HostError::Unreachable),
        }
    }

    /// The error that a bad answer stands for (Client-Server API, "Standard error response").
    pub fn refusal(&self) -> HostError {
        let body = match serde_json::from_str(&self.body) {
            Ok(Value::Object(body)) => body,
            _ => Object::new(),
        };
        HostError::Refused {
            errcode: json::string(&body, "errcode").unwrap_or("M_UNKNOWN").into(),
            status: self.status,
            message: json::string(&body, "error").unwrap_or_default().chars().take(LONGEST_MESSAGE).collect(),
            retry_after: json::integer(&body, "retry_after_ms").and_then(|wait| u64::try_from(wait).ok()),
        }
    }
}

/// Whether this error ends the session: the server no longer knows the token. A soft logout is the same here, since a device
/// without encryption has nothing to keep.
pub fn ends_session(error: &HostError) -> bool {
    matches!(error, HostError::Refused { errcode, status: 401, .. } if errcode == "M_UNKNOWN_TOKEN")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.into() }
    }

    #[test]
    fn a_refusal_keeps_the_code_the_words_and_the_wait() {
        let limited = answer(429, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Slow","retry_after_ms":2000}"#);
        assert_eq!(
            limited.object(),
            Err(HostError::Refused {
                errcode: "M_LIMIT_EXCEEDED".into(),
                status: 429,
                message: "Slow".into(),
                retry_after: Some(2000),
            })
        );
    }

    #[test]
    fn a_refusal_without_json_still_has_a_status() {
        for body in ["", "<html>", "[]", r#"{"errcode":3,"retry_after_ms":-1}"#] {
            let HostError::Refused { errcode, status, retry_after, .. } = answer(502, body).refusal() else {
                panic!("not refused");
            };
            assert_eq!((errcode.as_str(), status, retry_after), ("M_UNKNOWN", 502, None));
        }
    }

    #[test]
    fn a_page_of_a_captive_portal_is_not_the_homeserver() {
        assert_eq!(answer(200, "<html>").object(), Err(HostError::Unreachable));
    }

    /// Any member of a room can write lists in lists, a thousand deep for Synapse. A sync that could not be read for that would be asked
    /// for again and again, and never be read.
    #[test]
    fn an_event_that_is_deep_does_not_take_the_whole_answer_with_it() {
        let deep = ["[".repeat(900), "]".repeat(900)].concat();
        let body = [r#"{"events":[{"content":{"deep":"#, &deep, r#"}},{"type":"m.call.invite"}]}"#].concat();
        let answered = answer(200, &body).object().unwrap();
        assert_eq!(answered["events"][1]["type"], "m.call.invite");
    }

    #[test]
    fn only_an_unknown_token_ends_the_session() {
        assert!(ends_session(&answer(401, r#"{"errcode":"M_UNKNOWN_TOKEN","soft_logout":true}"#).refusal()));
        for (status, code) in [(403, "M_UNKNOWN_TOKEN"), (401, "M_MISSING_TOKEN"), (403, "M_FORBIDDEN")] {
            assert!(!ends_session(&answer(status, &format!(r#"{{"errcode":"{code}"}}"#)).refusal()));
        }
        assert!(!ends_session(&HostError::Unreachable));
    }
}
