//! Who gets to know who the user is, when, and in which words.

use super::*;
use crate::widget_api::{OpenIdGrant, OpenIdToken};

fn allowed() -> OpenIdAnswer {
    let token = OpenIdToken { access_token: "opensesame".into(), server_name: "example.org".into() };
    OpenIdAnswer::Allowed(OpenIdGrant { token, expires_in: Some(3600) })
}

fn credentials() -> Value {
    json!({"state": "allowed", "access_token": "opensesame", "expires_in": 3600,
           "matrix_server_name": "example.org", "token_type": "Bearer"})
}

fn question(id: &str) -> Posted {
    Posted(json!({"api": "fromWidget", "widgetId": "w", "requestId": id, "action": "get_openid", "data": {}}))
}

/// A chat whose widget has asked, with this id.
fn asked_by(id: &str) -> ClientSide {
    let mut chat = ready_chat();
    let actions = chat.handle(NOW, ClientInput::Received(&question(id)));
    assert_eq!(actions, vec![ClientAction::OpenIdWanted, ClientAction::WakeAt(NOW.plus(Millis::seconds(8)))]);
    chat
}

/// The replies among the posts, as the request's id and the response.
fn replies(actions: &[ClientAction]) -> Vec<(&str, &Value)> {
    actions
        .iter()
        .filter_map(|action| match action {
            ClientAction::Post(Posted(post)) => Some((post["requestId"].as_str()?, post.get("response")?)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_token_that_is_there_soon_is_the_reply() {
    let mut chat = asked_by("q1");
    let actions = chat.handle(NOW.plus(Millis(7_999)), ClientInput::OpenId(allowed()));
    assert_eq!(replies(&actions), vec![("q1", &credentials())]);
    assert_eq!(asked(&actions), vec![], "and nothing more follows");
    assert_eq!(chat.handle(NOW, ClientInput::OpenId(allowed())), vec![], "once");
    assert_eq!(chat.handle(NOW.plus(Millis::seconds(60)), ClientInput::Tick), vec![], "for good");
}

#[test]
fn how_long_it_is_good_is_left_out_where_nobody_said_it() {
    let mut chat = asked_by("q1");
    let OpenIdAnswer::Allowed(mut grant) = allowed() else { panic!("a token") };
    grant.expires_in = None;
    let actions = chat.handle(NOW, ClientInput::OpenId(OpenIdAnswer::Allowed(grant)));
    assert!(replies(&actions)[0].1.get("expires_in").is_none());
}

#[test]
fn a_refusal_is_the_reply() {
    let actions = asked_by("q1").handle(NOW, ClientInput::OpenId(OpenIdAnswer::Blocked));
    assert_eq!(replies(&actions), vec![("q1", &json!({"state": "blocked"}))]);
}

/// "Blocked" would tell the user that they had said no.
#[test]
fn a_failure_is_an_error_and_no_refusal() {
    let actions = asked_by("q1").handle(NOW, ClientInput::OpenId(OpenIdAnswer::Failed("x".repeat(9_000))));
    assert_eq!(replies(&actions), vec![("q1", &json!({"error": {"message": "x".repeat(300)}}))]);
}

#[test]
fn a_widget_is_told_to_wait_before_it_gives_up_and_gets_the_token_later() {
    for (answer, mut told) in [
        (allowed(), credentials()),
        (OpenIdAnswer::Blocked, json!({"state": "blocked"})),
        (OpenIdAnswer::Failed("no answer".into()), json!({"state": "blocked"})),
    ] {
        let mut chat = asked_by("q1");
        let due = NOW.plus(Millis::seconds(8));
        assert!(due < NOW.plus(crate::widget_api::ANSWER_LIMIT));
        assert_eq!(replies(&chat.handle(Millis(due.0 - 1), ClientInput::Tick)), vec![]);
        assert_eq!(replies(&chat.handle(due, ClientInput::Tick)), vec![("q1", &json!({"state": "request"}))]);
        assert_eq!(chat.handle(due, ClientInput::Tick), vec![], "once");
        let actions = chat.handle(due, ClientInput::OpenId(answer));
        assert_eq!(replies(&actions), vec![]);
        told["original_request_id"] = json!("q1");
        assert_eq!(asked(&actions), vec![("openid_credentials", &told)]);
    }
}

#[test]
fn each_of_two_questions_gets_one_reply() {
    let mut chat = asked_by("q1");
    let later = NOW.plus(Millis::seconds(5));
    let actions = chat.handle(later, ClientInput::Received(&question("q2")));
    assert_eq!(actions, vec![], "the homeserver is asked already");
    let due = NOW.plus(Millis::seconds(8));
    let actions = chat.handle(due, ClientInput::Tick);
    assert_eq!(replies(&actions), vec![("q1", &json!({"state": "request"}))]);
    assert!(actions.contains(&ClientAction::WakeAt(later.plus(Millis::seconds(8)))), "{actions:?}");
    let actions = chat.handle(due, ClientInput::OpenId(allowed()));
    assert_eq!(replies(&actions), vec![("q2", &credentials())]);
    assert_eq!(asked(&actions)[0].1["original_request_id"], "q1");
    let actions = chat.handle(due, ClientInput::Received(&question("q3")));
    assert_eq!(facts(&actions), vec![&ClientAction::OpenIdWanted], "asked anew");
}

#[test]
fn a_flood_of_questions_is_refused() {
    let mut chat = asked_by("q");
    let actions: Vec<_> =
        (0..100).flat_map(|id| chat.handle(NOW, ClientInput::Received(&question(&id.to_string())))).collect();
    let refused = replies(&actions);
    assert_eq!(refused.len(), 97);
    assert!(refused.iter().all(|(_, response)| response["error"].is_object()));
    assert_eq!(replies(&chat.handle(NOW, ClientInput::OpenId(allowed()))).len(), 4);
}

#[test]
fn a_page_that_is_gone_gets_no_token() {
    let mut chat = asked_by("q1");
    chat.handle(NOW, ClientInput::FrameLoaded);
    assert_eq!(chat.handle(NOW, ClientInput::OpenId(allowed())), vec![]);
    assert_eq!(replies(&chat.handle(NOW.plus(Millis::seconds(8)), ClientInput::Tick)), vec![]);
}

/// A reply repeats its request, and an error text may quote it.
#[test]
fn a_token_is_never_printed_whatever_the_widget_makes_of_it() {
    let mut printed = String::new();
    let mut chat = asked_by("q1");
    let mut note = |actions: &[ClientAction]| printed.push_str(&format!("{actions:?}"));
    note(&chat.handle(NOW, ClientInput::OpenId(allowed())));

    let mut chat = asked_by("q2");
    note(&chat.handle(NOW.plus(Millis::seconds(8)), ClientInput::Tick));
    let given = chat.handle(NOW, ClientInput::OpenId(allowed()));
    note(&given);
    let refused = json!({"error": {"message": "what is opensesame?"}, "echo": "opensesame"});
    let follows = answer(&mut chat, &given, "openid_credentials", refused);
    assert_eq!(
        facts(&follows),
        vec![&ClientAction::Refused { action: "openid_credentials".into(), reason: String::new() }]
    );
    note(&follows);
    let (_, follows) = ask(&mut chat, "org.example.dance", json!({"access_token": "opensesame"}));
    note(&follows);
    printed.push_str(&format!("{chat:?}"));
    assert!(!printed.contains("opensesame"), "{printed}");
}
