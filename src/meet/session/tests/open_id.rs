//! Who gets to know who I am.

use super::*;
use crate::widget_api::OpenIdGrant;

/// What the homeserver answers.
fn token() -> Option<OpenIdGrant> {
    OpenIdGrant::read(&json!({
        "access_token": "opensesame", "token_type": "Bearer", "matrix_server_name": "example.org", "expires_in": 3600,
    }))
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

/// Has the widget ask for a token: the generation of what the homeserver is asked.
fn asks(session: &mut Session, widget: &MeetWidget) -> u64 {
    let actions = session.handle(T0, says(widget, "get_openid", json!({})));
    assert!(!actions.iter().any(|action| matches!(action, Action::Post(_))), "the reply is for the token");
    fetches(&actions).expect("the homeserver is asked")
}

#[test]
fn a_conference_that_asks_for_a_sign_in_gets_a_token_at_once() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = asks(&mut session, &widget);
    let actions = session.handle(T0, Input::OpenId { generation, result: Ok(token()) });
    assert_eq!(
        posted(&actions, "get_openid")["response"],
        json!({"state": "allowed", "access_token": "opensesame", "expires_in": 3600,
               "matrix_server_name": "example.org", "token_type": "Bearer"})
    );
}

#[test]
fn a_slow_homeserver_has_the_widget_wait() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = asks(&mut session, &widget);
    let actions = session.handle(T0.plus(Millis::seconds(8)), Input::Wake);
    assert_eq!(posted(&actions, "get_openid")["response"], json!({"state": "request"}));
    let actions = session.handle(T0.plus(Millis::seconds(9)), Input::OpenId { generation, result: Ok(token()) });
    let data = &posted(&actions, "openid_credentials")["data"];
    assert_eq!((&data["state"], &data["original_request_id"]), (&json!("allowed"), &json!("r1")));
}

#[test]
fn a_homeserver_that_gives_none_is_an_error_that_says_so() {
    let refused = HostError::Refused {
        errcode: "M_LIMIT_EXCEEDED".into(),
        status: 429,
        message: "you sent opensesame".into(),
        retry_after: None,
    };
    for (result, words) in [
        (Ok(None), "the homeserver's answer holds no token"),
        (Err(HostError::Unreachable), "the homeserver could not be reached"),
        (Err(refused), "the homeserver refused: M_LIMIT_EXCEEDED"),
    ] {
        let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
        let generation = asks(&mut session, &widget);
        let actions = session.handle(T0, Input::OpenId { generation, result });
        assert_eq!(posted(&actions, "get_openid")["response"], json!({"error": {"message": words}}));
    }
}

#[test]
fn a_conference_whose_event_asks_for_none_gets_none() {
    let (mut session, widget) = in_conference(None);
    let actions = session.handle(T0, says(&widget, "get_openid", json!({})));
    assert_eq!(fetches(&actions), None);
    assert_eq!(posted(&actions, "get_openid")["response"], json!({"state": "blocked"}));
}

/// The frame's reply repeats what it was told.
#[test]
fn a_token_is_never_printed_on_its_way_through() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = asks(&mut session, &widget);
    session.handle(T0.plus(Millis::seconds(8)), Input::Wake);
    let input = Input::OpenId { generation, result: Ok(token()) };
    let mut printed = format!("{input:?}");
    let actions = session.handle(T0, input);
    let mut reply = posted(&actions, "openid_credentials").clone();
    reply["response"] = json!({"error": {"message": "opensesame"}});
    let input = Input::FrameMessage(Posted(reply));
    printed.push_str(&format!("{actions:?} {input:?}"));
    printed.push_str(&format!("{:?} {session:?}", session.handle(T0, input)));
    assert!(!printed.contains("opensesame"), "{printed}");
}

#[test]
fn a_token_that_comes_after_the_end_goes_nowhere() {
    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = asks(&mut session, &widget);
    session.handle(T0, Input::SignedOut);
    assert_eq!(session.handle(T0, Input::OpenId { generation, result: Ok(token()) }), vec![]);

    let (mut session, widget) = in_conference(Some("openidtoken-jwt"));
    let generation = asks(&mut session, &widget);
    session.handle(T0, Input::FrameLoaded);
    let actions = session.handle(T0, Input::OpenId { generation, result: Ok(token()) });
    assert!(!actions.iter().any(|action| matches!(action, Action::Post(_))), "the page that asked is gone");
}
