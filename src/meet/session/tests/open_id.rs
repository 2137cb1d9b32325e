//! Who gets to know who I am.

use super::*;
use crate::widget_api::OpenIdToken;

fn token() -> OpenIdToken {
    OpenIdToken { access_token: "opensesame".into(), server_name: "example.org".into() }
}

/// In a conference whose event asks for a sign-in, or does not.
fn in_conference(auth: Option<&str>) -> (Session, MeetWidget) {
    let (mut session, mut widget) = (Session::default(), foreign("meet.test"));
    widget.auth = auth.map(str::to_owned);
    let join =
        Input::Join { room: "!garden".into(), widget: Box::new(widget.clone()), kind: Kind::Video, trusted: true };
    session.handle(T0, join);
    session.handle(T0, Input::FrameLoaded);
    (session, widget)
}

fn fetches(actions: &[Action]) -> Option<u64> {
    actions.iter().find_map(|action| match action {
        Action::FetchOpenId { generation } => Some(*generation),
        _ => None,
    })
}

#[test]
fn a_conference_that_asks_for_a_sign_in_gets_a_token() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let actions = session.handle(T0, says(&widget, "get_openid", json!({})));
    assert_eq!(posted(&actions, "get_openid")["response"], json!({"state": "request"}));
    let generation = fetches(&actions).expect("the homeserver is asked");
    let actions = session.handle(T0, Input::OpenId { generation, token: Some(token()) });
    let data = &posted(&actions, "openid_credentials")["data"];
    assert_eq!(
        *data,
        json!({"state": "allowed", "access_token": "opensesame", "matrix_server_name": "example.org",
               "token_type": "Bearer", "original_request_id": "r1"})
    );
}

#[test]
fn a_homeserver_that_gives_none_leaves_the_widget_without() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = fetches(&session.handle(T0, says(&widget, "get_openid", json!({})))).expect("asked");
    let actions = session.handle(T0, Input::OpenId { generation, token: None });
    let data = &posted(&actions, "openid_credentials")["data"];
    assert_eq!(*data, json!({"state": "blocked", "original_request_id": "r1"}));
}

#[test]
fn a_conference_whose_event_asks_for_none_gets_none() {
    let (mut session, widget) = in_conference(None);
    let actions = session.handle(T0, says(&widget, "get_openid", json!({})));
    assert_eq!(fetches(&actions), None);
    assert_eq!(posted(&actions, "openid_credentials")["data"]["state"], "blocked");
}

#[test]
fn a_token_that_comes_after_the_end_goes_nowhere() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = fetches(&session.handle(T0, says(&widget, "get_openid", json!({})))).expect("asked");
    session.handle(T0, Input::SignedOut);
    assert_eq!(session.handle(T0, Input::OpenId { generation, token: Some(token()) }), vec![]);

    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = fetches(&session.handle(T0, says(&widget, "get_openid", json!({})))).expect("asked");
    session.handle(T0, Input::FrameLoaded);
    let actions = session.handle(T0, Input::OpenId { generation, token: Some(token()) });
    assert!(!actions.iter().any(|action| matches!(action, Action::Post(_))), "the page that asked is gone");
}
