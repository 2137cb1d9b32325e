//! Signing in: what is sent, and what the answers mean.

use serde_json::Value;

use crate::host::HostError;
use crate::ids::{DeviceId, UserId};
use crate::json::{self, Object, object_of};
use crate::matrix::answer::Answer;
use crate::matrix::discovery::acceptable_base;
use crate::matrix::view::{Session, SignInError};
use crate::time::Millis;

/// What other devices of the account see this one called.
const DEVICE_NAME: &str = "Meet in Chat (browser)";

/// The body of a sign-in with a password. `user` is a user id or its local part.
pub fn with_password(user: &str, password: &str) -> Value {
    object_of!({
        "type": "m.login.password",
        "identifier": object_of!({ "type": "m.id.user", "user": user.trim() }),
        "password": password,
        "initial_device_display_name": DEVICE_NAME,
    })
}

/// The body of a sign-in with a one-time token.
pub fn with_token(token: &str) -> Value {
    object_of!({ "type": "m.login.token", "token": token, "initial_device_display_name": DEVICE_NAME })
}

/// The session that a login answer opens at `homeserver`. A server may name a better base URL for itself; one that is unusable
/// is passed over, for the present one has just worked.
pub fn session(homeserver: &str, answer: &Object) -> Option<Session> {
    let text = |key: &str| json::string(answer, key).filter(|text| !text.is_empty());
    let better = json::object(answer, "well_known")
        .and_then(|document| json::object(document, "m.homeserver"))
        .and_then(|server| json::string(server, "base_url"))
        .and_then(|base| acceptable_base(base, homeserver));
    Some(Session {
        homeserver: better.unwrap_or_else(|| homeserver.to_owned()),
        user_id: UserId::new(text("user_id")?),
        device_id: DeviceId::new(text("device_id")?),
        access_token: text("access_token")?.to_owned(),
    })
}

/// How someone tried to sign in; decides what a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a password.
    Password,
    /// With a one-time token.
    Token,
}

/// Whether the server lets people sign in with a password, from what came of [`login_flows`](super::request::login_flows);
/// `None` when nothing answered.
pub fn password_flow(homeserver: &str, answer: Option<&Answer>) -> Result<(), SignInError> {
    let object = object(homeserver, Way::Password, answer)?;
    let Some(flows) = object.get("flows").and_then(Value::as_array) else {
        return Err(SignInError::NotMatrix(homeserver.to_owned()));
    };
    let is_password = |flow: &Value| flow.get("type").and_then(Value::as_str) == Some("m.login.password");
    if flows.iter().any(is_password) { Ok(()) } else { Err(SignInError::NoPasswordFlow) }
}

/// What came of a login request; `None` when nothing answered.
pub fn outcome(homeserver: &str, way: Way, answer: Option<&Answer>) -> Result<Session, SignInError> {
    let object = object(homeserver, way, answer)?;
    session(homeserver, &object).ok_or_else(|| SignInError::NotMatrix(homeserver.to_owned()))
}

fn object(homeserver: &str, way: Way, answer: Option<&Answer>) -> Result<Object, SignInError> {
    let answer = answer.ok_or_else(|| SignInError::Unreachable(homeserver.to_owned()))?;
    answer.object().map_err(|error| in_words(homeserver, way, error))
}

/// What a bad answer of a login endpoint means to a person.
fn in_words(homeserver: &str, way: Way, error: HostError) -> SignInError {
    let not_matrix = || SignInError::NotMatrix(homeserver.to_owned());
    let HostError::Refused { errcode, status, message, retry_after } = error else {
        // A good status and no JSON: many a web site answers every path with its own page.
        return not_matrix();
    };
    match (errcode.as_str(), way) {
        ("M_USER_DEACTIVATED", _) => SignInError::Deactivated,
        ("M_LIMIT_EXCEEDED", _) => SignInError::Limited(retry_after.map(Millis)),
        ("M_FORBIDDEN", Way::Password) => SignInError::WrongPassword,
        ("M_FORBIDDEN", Way::Token) => SignInError::UsedLink,
        ("M_UNKNOWN" | "M_UNRECOGNIZED", _) if status == 404 => not_matrix(),
        _ if message.is_empty() => SignInError::Other(format!("{errcode} ({status})")),
        _ => SignInError::Other(message),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HOME: &str = "https://hs.test";

    fn refused(way: Way, status: u16, body: &str) -> SignInError {
        outcome(HOME, way, Some(&Answer { status, body: body.into() })).unwrap_err()
    }

    #[test]
    fn a_user_is_named_as_the_specification_says_and_the_password_is_kept_as_typed() {
        let body = with_password(" ann ", " secret ");
        assert_eq!(body["identifier"], json!({ "type": "m.id.user", "user": "ann" }));
        assert_eq!(body["password"], " secret ");
    }

    #[test]
    fn refusals_are_said_in_words() {
        let cases = [
            (Way::Password, 403, r#"{"errcode":"M_FORBIDDEN"}"#, SignInError::WrongPassword),
            (Way::Token, 403, r#"{"errcode":"M_FORBIDDEN"}"#, SignInError::UsedLink),
            (Way::Password, 403, r#"{"errcode":"M_USER_DEACTIVATED"}"#, SignInError::Deactivated),
            (
                Way::Password,
                429,
                r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":9}"#,
                SignInError::Limited(Some(Millis(9))),
            ),
            (Way::Password, 404, "<html>", SignInError::NotMatrix(HOME.into())),
            (Way::Password, 400, r#"{"errcode":"M_BAD","error":"Odd"}"#, SignInError::Other("Odd".into())),
            (Way::Password, 502, "", SignInError::Other("M_UNKNOWN (502)".into())),
            (Way::Password, 200, "<html>", SignInError::NotMatrix(HOME.into())),
            (Way::Password, 200, "{}", SignInError::NotMatrix(HOME.into())),
        ];
        for (way, status, body, expected) in cases {
            assert_eq!(refused(way, status, body), expected, "{status} {body}");
        }
        assert_eq!(outcome(HOME, Way::Token, None), Err(SignInError::Unreachable(HOME.into())));
    }

    #[test]
    fn a_login_answer_may_name_a_better_address() {
        let answer = |base: &str| {
            let body = json!({
                "user_id": "@ann:hs.test", "device_id": "D", "access_token": "t",
                "well_known": { "m.homeserver": { "base_url": base } },
            });
            outcome(HOME, Way::Password, Some(&Answer { status: 200, body: body.to_string() })).unwrap().homeserver
        };
        assert_eq!(answer("https://m.hs.test/"), "https://m.hs.test");
        assert_eq!(answer("http://m.hs.test/"), HOME);
        assert_eq!(answer("rubbish"), HOME);
    }

    #[test]
    fn only_a_password_flow_is_a_password_flow() {
        let flows = |body: &str| password_flow(HOME, Some(&Answer { status: 200, body: body.into() }));
        assert_eq!(flows(r#"{"flows":[{"type":"m.login.sso"},{"type":"m.login.password"}]}"#), Ok(()));
        for other in [r#"{"flows":[]}"#, r#"{"flows":[1,{"type":"m.login.sso"}]}"#] {
            assert_eq!(flows(other), Err(SignInError::NoPasswordFlow), "{other}");
        }
    }

    /// Many a web site answers every path with its own page and status 200.
    #[test]
    fn a_web_site_that_has_a_page_for_everything_is_no_matrix_server() {
        for body in ["<html>", "[]", "{}", r#"{"flows":1}"#] {
            let answer = Answer { status: 200, body: body.into() };
            assert_eq!(password_flow(HOME, Some(&answer)), Err(SignInError::NotMatrix(HOME.into())), "{body}");
        }
        assert_eq!(password_flow(HOME, None), Err(SignInError::Unreachable(HOME.into())));
    }
}
