use serde_json::json;

use super::*;

const NOW: Millis = Millis(1_000);

fn widget() -> WidgetSide {
    WidgetSide::new("w".into(), vec!["m.always_on_screen"])
}

fn from_chat(action: &str, data: Value) -> Value {
    json!({"api": "toWidget", "widgetId": "w", "requestId": "c1", "action": action, "data": data})
}

/// What the widget answers, and what follows from the request.
fn ask(widget: &mut WidgetSide, action: &str, data: Value) -> (Value, Vec<WidgetAction>) {
    let mut actions = widget.handle(NOW, WidgetInput::Received(&from_chat(action, data)));
    assert!(!actions.is_empty(), "{action} got no answer");
    match actions.remove(0) {
        WidgetAction::Post(reply) => (reply["response"].clone(), actions),
        other => panic!("{other:?} came before the answer"),
    }
}

/// The actions and data of the requests that the widget sends.
fn said(actions: &[WidgetAction]) -> Vec<(String, Value)> {
    actions
        .iter()
        .filter_map(|action| match action {
            WidgetAction::Post(post) => Some((post["action"].as_str()?.to_owned(), post["data"].clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn the_handshake_ends_with_what_was_granted() {
    let mut widget = widget();
    assert_eq!(ask(&mut widget, "capabilities", json!({})).0, json!({"capabilities": ["m.always_on_screen"]}));
    assert_eq!(
        ask(&mut widget, "supported_api_versions", json!({})).0,
        json!({"supported_versions": ["0.0.1", "0.0.2"]})
    );
    let granted = json!({"requested": ["m.always_on_screen"], "approved": ["m.always_on_screen"]});
    assert_eq!(ask(&mut widget, "notify_capabilities", granted), (json!({}), vec![WidgetAction::Ready]));
}

#[test]
fn a_join_names_its_devices() {
    let (reply, follows) = ask(&mut widget(), "io.element.join", json!({"audioInput": "Headset", "videoInput": null}));
    assert_eq!(reply, json!({}));
    assert_eq!(follows, vec![WidgetAction::Join { audio: Device::Labelled("Headset".into()), video: Device::Muted }]);
}

#[test]
fn a_hang_up_may_be_forced() {
    let mut widget = widget();
    for (data, force) in [(json!({}), false), (json!({"force": true}), true), (json!({"force": "yes"}), false)] {
        assert_eq!(ask(&mut widget, "im.vector.hangup", data).1, vec![WidgetAction::HangUp { force }]);
    }
}

#[test]
fn an_unknown_action_gets_an_error_reply() {
    let (reply, follows) = ask(&mut widget(), "theme_of_tomorrow", json!({"name": "dark"}));
    assert_eq!(reply["error"]["message"], "Unknown or unsupported action");
    assert_eq!(follows, vec![]);
}

#[test]
fn a_device_request_without_wishes_only_asks() {
    let mut widget = widget();
    let on = DeviceStates { audio_enabled: Some(true), video_enabled: Some(false) };
    widget.handle(NOW, WidgetInput::SayDevices(on));
    assert_eq!(
        ask(&mut widget, "io.element.device_mute", json!({})),
        (json!({"audio_enabled": true, "video_enabled": false}), vec![])
    );
    let (reply, follows) = ask(&mut widget, "io.element.device_mute", json!({"audio_enabled": false}));
    assert_eq!(reply, json!({"audio_enabled": false, "video_enabled": false}));
    assert_eq!(
        follows,
        vec![WidgetAction::SetDevices(DeviceStates { audio_enabled: Some(false), video_enabled: None })]
    );
}

#[test]
fn the_hang_up_is_told_before_the_widget_may_go_off_screen() {
    let told = said(&widget().handle(NOW, WidgetInput::SayHungUp { error: Some("lost"), reason: None }));
    assert_eq!(
        told,
        vec![
            ("im.vector.hangup".into(), json!({"errorMessage": "lost"})),
            ("set_always_on_screen".into(), json!({"value": false})),
        ]
    );
}

#[test]
fn a_message_for_another_widget_gets_no_answer() {
    let posted = json!({"api": "toWidget", "widgetId": "x", "requestId": "1", "action": "capabilities", "data": {}});
    assert_eq!(widget().handle(NOW, WidgetInput::Received(&posted)), vec![]);
}

#[test]
fn a_chat_that_never_answers_is_not_waited_for_without_end() {
    let mut widget = widget();
    for _ in 0..1000 {
        widget.handle(NOW, WidgetInput::SayJoined);
    }
    let due = widget.deadline().expect("something is pending");
    assert_eq!(due, Millis(11_000));
    widget.handle(due, WidgetInput::Tick);
    assert_eq!(widget.deadline(), None);
}

/// What came of the question for a token.
fn open_id(actions: Vec<WidgetAction>) -> Vec<WidgetAction> {
    actions.into_iter().filter(|action| !matches!(action, WidgetAction::Post(_))).collect()
}

fn asked_for_open_id() -> (WidgetSide, Value) {
    let mut widget = widget();
    let mut actions = widget.handle(NOW, WidgetInput::AskOpenId);
    match (actions.pop(), actions.is_empty()) {
        (Some(WidgetAction::Post(request)), true) => {
            assert_eq!((&request["action"], &request["data"]), (&json!("get_openid"), &json!({})));
            (widget, request)
        }
        other => panic!("{other:?}"),
    }
}

fn answered(request: &Value, response: Value) -> Value {
    let mut reply = request.clone();
    reply["response"] = response;
    reply
}

fn allowed() -> Value {
    json!({"state": "allowed", "access_token": "secret", "matrix_server_name": "example.org", "expires_in": 3600,
           "token_type": "Bearer"})
}

fn token() -> OpenIdToken {
    OpenIdToken { access_token: "secret".into(), server_name: "example.org".into() }
}

#[test]
fn a_token_may_come_at_once() {
    let (mut widget, request) = asked_for_open_id();
    let reply = answered(&request, allowed());
    let came = widget.handle(NOW, WidgetInput::Received(&reply));
    assert_eq!(open_id(came), vec![WidgetAction::OpenId(Ok(token()))]);
    assert_eq!(widget.handle(NOW, WidgetInput::Received(&reply)), vec![], "a second reply is none");
}

#[test]
fn a_no_an_error_and_a_broken_answer_are_told_apart() {
    let refused = |reason: &str| NoOpenId::Refused(reason.into());
    for (response, expected) in [
        (json!({"state": "blocked"}), NoOpenId::Blocked),
        (json!({"error": {"message": "Not here"}}), refused("Not here")),
        (json!({"state": "allowed"}), refused("The answer to get_openid holds no token.")),
        (json!("yes"), refused("The answer to get_openid holds no token.")),
    ] {
        let (mut widget, request) = asked_for_open_id();
        let came = widget.handle(NOW, WidgetInput::Received(&answered(&request, response)));
        assert_eq!(open_id(came), vec![WidgetAction::OpenId(Err(expected))]);
    }
}

#[test]
fn a_user_who_is_asked_first_may_take_their_time() {
    let (mut widget, request) = asked_for_open_id();
    let came = widget.handle(NOW, WidgetInput::Received(&answered(&request, json!({"state": "request"}))));
    assert_eq!(open_id(came), vec![WidgetAction::OpenIdAsking]);
    assert_eq!(widget.deadline(), None);

    let mut credentials = allowed();
    credentials["original_request_id"] = "another".into();
    let (reply, follows) = ask(&mut widget, "openid_credentials", credentials.clone());
    assert!(reply["error"].is_object(), "{reply}");
    assert_eq!(follows, vec![]);

    credentials["original_request_id"] = request["requestId"].clone();
    let (reply, follows) = ask(&mut widget, "openid_credentials", credentials.clone());
    assert_eq!((reply, follows), (json!({}), vec![WidgetAction::OpenId(Ok(token()))]));
    assert!(ask(&mut widget, "openid_credentials", credentials).0["error"].is_object(), "it was answered already");
}

#[test]
fn credentials_that_nobody_asked_for_are_refused() {
    assert!(ask(&mut widget(), "openid_credentials", allowed()).0["error"].is_object());
}

#[test]
fn a_chat_that_does_not_answer_gives_no_token() {
    let (mut widget, request) = asked_for_open_id();
    let due = widget.deadline().expect("the request is pending");
    let came = widget.handle(due, WidgetInput::Tick);
    assert_eq!(came, vec![WidgetAction::OpenId(Err(NoOpenId::NoAnswer))]);
    assert_eq!(widget.handle(due, WidgetInput::Received(&answered(&request, allowed()))), vec![], "too late");
}

#[test]
fn a_new_look_is_passed_on() {
    let (reply, follows) = ask(&mut widget(), "theme_change", json!({"name": "dark"}));
    assert_eq!((reply, follows), (json!({}), vec![WidgetAction::Theme("dark".into())]));
    assert_eq!(ask(&mut widget(), "theme_change", json!({})), (json!({}), Vec::new()), "it names none");
}

#[test]
fn tiles_and_a_speaker_are_the_two_layouts() {
    let mut widget = widget();
    for (action, tiles) in [("io.element.tile_layout", true), ("io.element.spotlight_layout", false)] {
        assert_eq!(ask(&mut widget, action, json!({})), (json!({}), vec![WidgetAction::SetTiles(tiles)]));
    }
}

#[test]
fn a_stream_needs_a_user_who_is_in_and_a_key() {
    let mut widget = widget();
    let refused = |reason: &str| json!({"error": {"message": reason}});
    let action = "im.vector.start_live_stream";
    let key = json!({"rtmpStreamKey": "rtmp://audio.test/1"});
    assert_eq!(ask(&mut widget, action, key.clone()), (refused("Conference not joined"), vec![]));
    widget.handle(NOW, WidgetInput::SayJoined);
    let (reply, follows) = ask(&mut widget, action, key.clone());
    assert_eq!((reply, follows), (json!({}), vec![WidgetAction::StartStream(Secret("rtmp://audio.test/1".into()))]));
    for bad in [
        json!({}),
        json!({"rtmpStreamKey": ""}),
        json!({"rtmpStreamKey": 7}),
        json!({"rtmpStreamKey": "x".repeat(3000)}),
    ] {
        assert_eq!(ask(&mut widget, action, bad), (refused("rtmpStreamKey is missing"), vec![]));
    }
    widget.handle(NOW, WidgetInput::SayHungUp { error: None, reason: None });
    assert_eq!(ask(&mut widget, action, key).0, refused("Conference not joined"));
}

/// A chat that shows every `errorMessage` would call it a lost connection.
#[test]
fn an_end_that_is_no_error_is_told_beside_it() {
    let hung_up = WidgetInput::SayHungUp { error: None, reason: Some("meet_ended_for_all") };
    let told = said(&widget().handle(NOW, hung_up));
    assert_eq!(told.first(), Some(&("im.vector.hangup".into(), json!({"reason": "meet_ended_for_all"}))));
}
