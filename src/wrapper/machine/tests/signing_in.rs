//! Conferences whose server wants to know who joins.

use super::*;
use crate::widget_api::ANSWER_LIMIT;

const SIGN_IN: &str =
    "conferenceDomain=meet.example.org&conferenceId=EFRGG&roomId=!r%3Aexample.org&auth=openidtoken-jwt";

/// A press on "Join" in a client; the request for a token that followed.
fn pressed_join() -> (Visit, Value) {
    let mut visit = Visit::opened(SIGN_IN, true).0;
    let actions = visit.presses(Press::Join);
    let request = asked(&actions).expect("the client is asked");
    assert_eq!(opened_frame(&actions), None, "nothing of Meet loads before");
    (visit, request)
}

/// The request for a token among what went to the client.
fn asked(actions: &[Action]) -> Option<Value> {
    actions.iter().find_map(|action| match action {
        Action::PostToClient { message, .. } if message["action"] == "get_openid" => Some(message.clone()),
        _ => None,
    })
}

fn allowed() -> Value {
    json!({"state": "allowed", "access_token": "opensesame", "matrix_server_name": "example.org"})
}

impl Visit {
    fn client_answers(&mut self, request: &Value, response: Value) -> Vec<Action> {
        let mut reply = request.clone();
        reply["response"] = response;
        self.does(Input::FromClient { origin: CHAT, message: &reply })
    }

    fn browser_signs(&mut self, actions: &[Action]) -> Vec<Action> {
        let (attempt, text) = to_sign(actions).expect("something to sign");
        assert!(text.0.starts_with("eyJ"), "a JWT's header is base64url of an object");
        self.does(Input::Signed { attempt, signature: Some(b"signature") })
    }
}

fn to_sign(actions: &[Action]) -> Option<(u32, Secret)> {
    actions.iter().find_map(|action| match action {
        Action::Sign { attempt, text } => Some((*attempt, text.clone())),
        _ => None,
    })
}

#[test]
fn the_token_is_fetched_at_the_join_and_goes_into_the_fragment() {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    let actions = visit.browser_signs(&actions);
    let url = opened_frame(&actions).expect("a frame");
    let (address, fragment) = url.split_once('#').expect("a fragment");
    assert_eq!(address, "https://meet.example.org/EFRGG");
    assert!(fragment.contains("&jwt=%22eyJ"), "{fragment}");
    assert!(!url.contains("opensesame"), "it is inside the JWT");
}

#[test]
fn every_join_fetches_a_token_of_its_own() {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    visit.browser_signs(&actions);
    visit.meet_says("browser-support");
    visit.meet_says("video-ready-to-close");
    let again = asked(&visit.presses(Press::Join)).expect("the client is asked again");
    assert_ne!(again["requestId"], request["requestId"]);
}

#[test]
fn a_user_who_is_asked_first_sees_that_their_chat_asks() {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, json!({"state": "request"}));
    assert_eq!(shown(&actions).status.as_ref().map(|words| words.key), Some("status.consent"));
    assert!(visit.waits(Millis::seconds(120)).is_empty(), "it takes as long as it takes");
    let mut credentials = allowed();
    credentials["original_request_id"] = request["requestId"].clone();
    let actions = visit.client_asks("openid_credentials", credentials);
    assert!(opened_frame(&visit.browser_signs(&actions)).is_some());
}

#[test]
fn each_way_of_getting_no_token_has_words_of_its_own_and_can_be_tried_again() {
    for (response, words, report) in [
        (json!({"state": "blocked"}), "failed.identity_blocked", "open_id_blocked"),
        (json!({"error": {"message": "Not here"}}), "failed.identity_refused", "Not here"),
    ] {
        let (mut visit, request) = pressed_join();
        let actions = visit.client_answers(&request, response);
        assert_eq!(alert(&actions), words);
        assert_eq!(told(&actions)[0], ("im.vector.hangup", &json!({"errorMessage": report})));
        assert!(asked(&visit.presses(Press::Join)).is_some());
    }
    let (mut visit, _) = pressed_join();
    assert_eq!(alert(&visit.waits(ANSWER_LIMIT)), "failed.identity_no_answer");
}

#[test]
fn a_browser_that_can_t_sign_says_so() {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    let (attempt, _) = to_sign(&actions).expect("something to sign");
    assert_eq!(alert(&visit.does(Input::Signed { attempt, signature: None })), "failed.identity_not_secure");
}

#[test]
fn what_comes_after_a_cancel_opens_nothing() {
    let (mut visit, request) = pressed_join();
    visit.presses(Press::Cancel);
    assert!(to_sign(&visit.client_answers(&request, allowed())).is_none(), "a late token");

    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    visit.presses(Press::Cancel);
    assert_eq!(visit.browser_signs(&actions), vec![], "a late signature");
}

#[test]
fn a_signature_for_an_earlier_attempt_is_not_taken() {
    let (mut visit, request) = pressed_join();
    let early = visit.client_answers(&request, allowed());
    visit.presses(Press::Cancel);
    let request = asked(&visit.presses(Press::Join)).expect("the client is asked");
    let late = visit.client_answers(&request, allowed());
    assert_eq!(visit.browser_signs(&early), vec![]);
    assert!(opened_frame(&visit.browser_signs(&late)).is_some());
}

#[test]
fn opened_alone_it_says_that_it_needs_the_chat() {
    let actions = Visit::opened(SIGN_IN, false).1;
    let view = shown(&actions);
    assert_eq!((alert(&actions), view.button, &view.tab), ("failed.identity_alone", None, &None));
}

#[test]
fn without_a_room_the_server_could_ask_nobody() {
    let actions = Visit::opened("conferenceDomain=meet.example.org&conferenceId=E&auth=openidtoken-jwt", true).1;
    let words = shown(&actions).alert.clone().expect("an alert");
    assert_eq!((words.key, words.values), ("address.missing", vec![("name", "roomId".to_owned())]));
}

fn in_frame() -> Visit {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    visit.browser_signs(&actions);
    visit.meet_says("browser-support");
    visit
}

fn token_is_rejected(visit: &mut Visit) -> Vec<Action> {
    let error = json!({"name": "connection.passwordRequired", "type": "CONNECTION", "isFatal": false});
    visit.meet_event(json!({"name": "error-occurred", "error": error}))
}

#[test]
fn a_rejected_token_is_named_although_meet_calls_it_no_end() {
    let mut visit = in_frame();
    visit.meet_says("ready");
    let actions = token_is_rejected(&mut visit);
    assert_eq!(alert(&actions), "failed.token");
    assert!(actions.contains(&Action::CloseFrame));
}

#[test]
fn an_old_release_gets_the_token_where_it_looks_for_it() {
    let mut visit = in_frame();
    let actions = token_is_rejected(&mut visit);
    assert!(actions.contains(&Action::CloseFrame));
    assert!(asked(&actions).is_none(), "the user has said yes once");
    let url = opened_frame(&actions).expect("a frame");
    let (address, fragment) = url.split_once('#').expect("a fragment");
    assert!(address.starts_with("https://meet.example.org/EFRGG?jwt=eyJ"), "{address}");
    assert!(!fragment.contains("jwt="));

    visit.meet_says("browser-support");
    assert_eq!(alert(&token_is_rejected(&mut visit)), "failed.token", "once is enough");
}

/// A server that takes guests lets everybody in whose token it does not read.
#[test]
fn an_old_release_that_takes_guests_gets_the_token_too() {
    let mut visit = in_frame();
    let actions = visit.meet_lets_in();
    assert!(opened_frame(&actions).is_some_and(|url| url.contains("?jwt=eyJ")), "{actions:?}");
    assert!(told(&actions).iter().all(|(action, _)| *action != "io.element.join"), "not yet");
    visit.meet_says("browser-support");
    let actions = visit.meet_lets_in();
    assert!(told(&actions).iter().any(|(action, _)| *action == "io.element.join"));

    let mut visit = in_frame();
    visit.client_asks("im.vector.hangup", json!({}));
    assert_eq!(opened_frame(&visit.meet_lets_in()), None, "who hangs up is not brought back by it");
}

#[test]
fn whoever_hangs_up_is_not_brought_back_by_a_token_that_was_rejected() {
    let mut visit = in_frame();
    visit.client_asks("im.vector.hangup", json!({}));
    let actions = token_is_rejected(&mut visit);
    assert_eq!(opened_frame(&actions), None);
    assert_eq!(told(&actions).iter().filter(|(action, _)| *action == "im.vector.hangup").count(), 1, "{actions:?}");
}

#[test]
fn nothing_that_is_written_down_holds_the_token() {
    let (mut visit, request) = pressed_join();
    let actions = visit.client_answers(&request, allowed());
    let opening = visit.browser_signs(&actions);
    let (_, text) = to_sign(&actions).expect("something to sign");
    let jwt = text.0;
    for written in [format!("{:?}", visit.machine), format!("{actions:?}"), format!("{opening:?}")] {
        assert!(!written.contains(&jwt) && !written.contains("opensesame"));
    }
}
