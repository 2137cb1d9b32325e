use serde_json::{Value, json};

use crate::host::HostError;
use crate::integrations::{Ask, Failure, Input, Opening, Step, choose, with_accepted};
use crate::matrix::answer::Answer;
use crate::matrix::request::Method;
use crate::secret::Secret;

const ME: &str = "@ann:chat.test";

fn start(kept: Option<&str>) -> (Opening, Step) {
    let config = json!({ "integrations_ui_url": "https://im.test/ui", "integrations_rest_url": "https://im.test/api" });
    let manager = choose(None, None, &config, "https://chat.test").unwrap();
    Opening::start(manager, ME.into(), "de-AT".to_owned(), kept.map(|token| Secret(token.to_owned())))
}

fn says(status: u16, body: &Value) -> Input {
    Input::Answer(Ok(Answer { status, body: body.to_string() }))
}

fn refuses(code: &str) -> Input {
    says(403, &json!({ "errcode": code }))
}

fn ask(step: Step) -> Ask {
    let Step::Ask(ask) = step else { panic!("no request") };
    *ask
}

fn url(step: Step) -> String {
    let ask = ask(step);
    ask.request.url(&ask.base)
}

fn failure(step: Step) -> Failure {
    let Step::Failed(failure) = step else { panic!("not failed") };
    failure
}

fn me() -> Value {
    json!({ "user_id": ME })
}

/// As far as the question whether the manager knows the new token.
fn registered() -> Opening {
    let (mut opening, step) = start(None);
    assert!(matches!(step, Step::OpenId));
    let open_id = json!({ "access_token": "open", "matrix_server_name": "chat.test" });
    let register = ask(opening.handle(Input::OpenId(Ok(open_id.clone()))));
    assert_eq!(register.request.url(&register.base), "https://im.test/api/register?v=1.1");
    assert_eq!((register.request.method, register.request.body), (Method::Post, Some(open_id)));
    let check = url(opening.handle(says(200, &json!({ "scalar_token": "t&1" }))));
    assert_eq!(check, "https://im.test/api/account?scalar_token=t%261&v=1.1");
    opening
}

fn policies() -> Value {
    let in_languages = json!({
        "version": "2", "en": { "name": "Terms", "url": "https://im.test/en" },
        "de": { "name": "Bedingungen", "url": "https://im.test/de" },
    });
    let french = json!({ "version": 1, "fr": { "name": "Vie privée", "url": "https://im.test/fr" } });
    json!({ "policies": { "terms": in_languages, "privacy": french } })
}

#[test]
fn an_open_id_token_becomes_a_token_of_the_manager_s_and_that_the_frame() {
    let mut opening = registered();
    let Step::Ready(token) = opening.handle(says(200, &me())) else { panic!("not ready") };
    assert_eq!(token.0, "t&1");
}

#[test]
fn a_kept_token_is_asked_about_and_one_that_ran_out_is_replaced_once() {
    let (mut opening, step) = start(Some("old"));
    assert_eq!(url(step), "https://im.test/api/account?scalar_token=old&v=1.1");
    assert!(matches!(opening.handle(says(200, &me())), Step::Ready(_)));

    let (mut opening, _) = start(Some("old"));
    assert!(matches!(opening.handle(refuses("M_UNKNOWN_TOKEN")), Step::OpenId));
    opening.handle(Input::OpenId(Ok(json!({}))));
    opening.handle(says(200, &json!({ "scalar_token": "new" })));
    assert_eq!(failure(opening.handle(refuses("M_UNKNOWN_TOKEN"))), Failure::Refused);
}

#[test]
fn a_token_of_somebody_else_is_none() {
    let (mut opening, _) = start(Some("old"));
    assert!(matches!(opening.handle(says(200, &json!({ "user_id": "@eve:chat.test" }))), Step::OpenId));
    assert_eq!(failure(registered().handle(says(200, &json!({})))), Failure::Refused);
}

#[test]
fn terms_are_shown_in_my_language_agreed_to_and_kept() {
    let mut opening = registered();
    let terms = ask(opening.handle(refuses("M_TERMS_NOT_SIGNED")));
    assert_eq!(terms.request.url(&terms.base), "https://im.test/_matrix/integrations/v1/terms");
    assert!(terms.token.is_none());
    assert!(matches!(opening.handle(says(200, &policies())), Step::ReadAccepted));
    let Step::Terms(shown) = opening.handle(Input::Accepted(Ok(None))) else { panic!("nothing shown") };
    let shown: Vec<_> = shown.iter().map(|policy| (policy.name.as_str(), policy.url.as_str())).collect();
    assert_eq!(shown, [("Vie privée", "https://im.test/fr"), ("Bedingungen", "https://im.test/de")]);

    let agree = ask(opening.handle(Input::Agreed));
    assert_eq!(agree.request.body, Some(json!({ "user_accepts": ["https://im.test/fr", "https://im.test/de"] })));
    assert_eq!(agree.token.map(|token| token.0).as_deref(), Some("t&1"));
    let Step::KeepAccepted(urls) = opening.handle(says(200, &json!({}))) else { panic!("not kept") };
    let kept = with_accepted(Some(json!({ "accepted": ["https://im.test/de", "x"], "more": 1 })), &urls);
    assert_eq!(kept, json!({ "accepted": ["https://im.test/de", "x", "https://im.test/fr"], "more": 1 }));
    assert!(url(opening.handle(Input::Kept)).contains("/account?"));
    assert!(matches!(opening.handle(says(200, &me())), Step::Ready(_)));
}

#[test]
fn what_was_accepted_before_in_any_language_is_not_shown_again() {
    let mut opening = registered();
    opening.handle(refuses("M_TERMS_NOT_SIGNED"));
    opening.handle(says(200, &policies()));
    let accepted = json!({ "accepted": ["https://im.test/en", 7, "https://im.test/fr"] });
    let agree = ask(opening.handle(Input::Accepted(Ok(Some(accepted)))));
    assert_eq!(agree.request.body, Some(json!({ "user_accepts": ["https://im.test/fr", "https://im.test/en"] })));
}

#[test]
fn terms_that_a_person_could_not_be_shown_are_not_agreed_to() {
    let many: serde_json::Map<_, _> =
        (0..21).map(|n| (n.to_string(), json!({ "en": { "name": "T", "url": "https://im.test/" } }))).collect();
    for policies in [
        json!({}),
        json!({ "policies": {} }),
        json!({ "policies": many }),
        json!({ "policies": { "a": { "en": { "name": "T", "url": "javascript:alert(1)" } } } }),
        json!({ "policies": { "a": { "en": { "name": "\u{202e}", "url": "https://im.test/" } } } }),
        json!({ "policies": { "a": 3 } }),
    ] {
        let mut opening = registered();
        opening.handle(refuses("M_TERMS_NOT_SIGNED"));
        assert_eq!(failure(opening.handle(says(200, &policies))), Failure::Terms, "{policies}");
    }
}

/// A manager that asks again and again would be agreed to without end.
#[test]
fn a_manager_that_does_not_take_the_agreement_is_not_asked_again() {
    let mut opening = registered();
    opening.handle(refuses("M_TERMS_NOT_SIGNED"));
    opening.handle(says(200, &policies()));
    opening.handle(Input::Accepted(Ok(None)));
    opening.handle(Input::Agreed);
    opening.handle(says(200, &json!({})));
    opening.handle(Input::Kept);
    assert_eq!(failure(opening.handle(refuses("M_TERMS_NOT_SIGNED"))), Failure::Refused);
}

#[test]
fn what_is_not_there_is_told_from_what_refuses() {
    let mut opening = start(None).0;
    assert_eq!(
        failure(opening.handle(Input::OpenId(Err(HostError::Unreachable)))),
        Failure::Homeserver(HostError::Unreachable)
    );
    let after_token = |input: Input| {
        let mut opening = start(None).0;
        opening.handle(Input::OpenId(Ok(json!({}))));
        failure(opening.handle(input))
    };
    assert_eq!(after_token(Input::Answer(Err(HostError::Unreachable))), Failure::Unreachable);
    assert_eq!(after_token(says(502, &json!({}))), Failure::Unreachable);
    assert_eq!(after_token(says(200, &json!([]))), Failure::Unreachable, "a captive portal");
    assert_eq!(after_token(says(200, &json!({ "scalar_token": 7 }))), Failure::Unreachable);
    assert_eq!(after_token(says(200, &json!({ "scalar_token": "x".repeat(4000) }))), Failure::Unreachable);
    assert_eq!(after_token(refuses("M_FORBIDDEN")), Failure::Refused);
}

/// A page that a widget shows is no reason to ask a person about terms.
#[test]
fn where_the_person_is_not_asked_new_terms_and_failures_end_the_way() {
    let ends = |step: Step| step.unattended().break_value().map(|token| token.map(|token| token.0));
    assert_eq!(ends(Step::Ready(Secret("t".to_owned()))), Some(Some("t".to_owned())));
    assert_eq!(ends(Step::Terms(Vec::new())), Some(None));
    assert_eq!(ends(Step::Failed(Failure::Refused)), Some(None));
    for step in [Step::OpenId, Step::ReadAccepted, Step::KeepAccepted(Vec::new()), start(Some("t")).1] {
        assert_eq!(ends(step), None);
    }
}

#[test]
fn an_input_that_nobody_waits_for_ends_the_opening() {
    let mut opening = registered();
    assert_eq!(failure(opening.handle(Input::Agreed)), Failure::Unreachable);
    assert_eq!(failure(opening.handle(says(200, &me()))), Failure::Refused);
}
