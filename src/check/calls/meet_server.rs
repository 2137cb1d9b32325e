//! The Meet server: whether it answers at all, and what it says of signing in (`mobile.md` 2.3 and 4.4, `chat-web.md` 2.3).

use serde_json::Value;

use super::{Fetched, Finding, Verdict, unanswered};
use crate::json;
use crate::locale::CALLS_EN;
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::text_key;

/// Where a Meet server says whether it wants to know who people are.
pub fn auth_address(domain: &MeetDomain, page_is_loopback: bool) -> String {
    [&domain.origin(page_is_loopback), "/.well-known/element/jitsi"].concat()
}

/// What is to be said of a Meet server, by what became of asking it about signing in.
pub fn meet_server(domain: &MeetDomain, page_is_loopback: bool, fetched: &Fetched) -> Vec<Finding> {
    let origin = domain.origin(page_is_loopback);
    match unanswered(fetched, &origin) {
        Some(finding) => vec![finding],
        None => vec![Finding::good(text_key!("meet.good", CALLS_EN), &origin), sign_in(fetched)],
    }
}

fn sign_in(fetched: &Fetched) -> Finding {
    let correct = text_key!("fix.auth", CALLS_EN);
    let Fetched::Answer { status, body } = fetched else {
        // Stock nginx leaves the header out of its 404, so that the usual case looks the same.
        let fix = text_key!("fix.auth_cors", CALLS_EN);
        return Finding::new(Verdict::Unknown, text_key!("auth.hidden", CALLS_EN), "", fix);
    };
    match (status, body) {
        (404, _) => Finding::good(text_key!("auth.none", CALLS_EN), ""),
        (200..=299, Some(Value::Object(document))) => match document.get("auth") {
            None | Some(Value::Null) => Finding::good(text_key!("auth.none", CALLS_EN), ""),
            Some(Value::String(name)) if Auth::read(name).is_some() => {
                Finding::good(text_key!("auth.open_id", CALLS_EN), "")
            }
            Some(Value::String(name)) => Finding::warning(text_key!("auth.unknown", CALLS_EN), name, correct),
            Some(_) => Finding::bad(text_key!("auth.type", CALLS_EN), "", correct),
        },
        (200..=299, _) => Finding::bad(text_key!("auth.not_json", CALLS_EN), "", correct),
        _ => Finding::bad(text_key!("auth.status", CALLS_EN), &status.to_string(), correct),
    }
}

/// The part of a `config.json` that says where conferences start, for a page in a frame of the chat.
pub(super) fn jitsi_of(config: &Value) -> Value {
    let jitsi = config.as_object().and_then(|config| json::object(config, "jitsi")).cloned().unwrap_or_default();
    json::with("jitsi", jitsi).into()
}
