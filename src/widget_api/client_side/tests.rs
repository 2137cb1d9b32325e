//! Conversations between a chat and a widget, JSON in and JSON out.

use serde_json::json;

use super::*;

mod open_id;

const NOW: Millis = Millis(1_000);

fn chat() -> ClientSide {
    ClientSide::new("w".into())
}

fn from_widget(action: &str, data: Value) -> Value {
    json!({"api": "fromWidget", "widgetId": "w", "requestId": "q1", "action": action, "data": data})
}

/// The requests among the posts, as action and data.
fn asked(actions: &[ClientAction]) -> Vec<(&str, &Value)> {
    actions
        .iter()
        .filter_map(|action| match action {
            ClientAction::Post(Posted(post)) if post.get("response").is_none() => {
                Some((post["action"].as_str()?, &post["data"]))
            }
            _ => None,
        })
        .collect()
}

/// What is left of the actions without posts and wake-ups.
fn facts(actions: &[ClientAction]) -> Vec<&ClientAction> {
    actions.iter().filter(|action| !matches!(action, ClientAction::Post(_) | ClientAction::WakeAt(_))).collect()
}

/// Answers the newest request called `action` among `actions`.
fn answer(chat: &mut ClientSide, actions: &[ClientAction], action: &str, response: Value) -> Vec<ClientAction> {
    let request = actions
        .iter()
        .rev()
        .find_map(|taken| match taken {
            ClientAction::Post(Posted(post)) if post["action"] == action => Some(post),
            _ => None,
        })
        .expect("the request was sent");
    let mut reply = request.clone();
    reply["response"] = response;
    chat.handle(NOW, ClientInput::Received(&Posted(reply)))
}

/// A chat whose widget has asked for staying on screen and is ready.
fn ready_chat() -> ClientSide {
    let mut chat = chat();
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    let wanted = json!({"capabilities": ["m.always_on_screen"]});
    let actions = answer(&mut chat, &actions, "capabilities", wanted);
    assert_eq!(facts(&actions), vec![&ClientAction::Ready]);
    answer(&mut chat, &actions, "notify_capabilities", json!({}));
    chat
}

/// The reply to a request of the widget, and the facts that follow.
fn ask(chat: &mut ClientSide, action: &str, data: Value) -> (Value, Vec<ClientAction>) {
    let mut actions = chat.handle(NOW, ClientInput::Received(&Posted(from_widget(action, data))));
    assert!(!actions.is_empty(), "{action} got no answer");
    match actions.remove(0) {
        ClientAction::Post(Posted(reply)) => (reply["response"].clone(), actions),
        other => panic!("{other:?} came before the answer"),
    }
}

#[test]
fn a_widget_gets_what_a_meet_widget_may_have_and_no_more() {
    let mut chat = chat();
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    assert_eq!(asked(&actions), vec![("capabilities", &json!({}))]);
    let wanted = ["m.always_on_screen", "org.matrix.msc2762.send.event:m.room.message"];
    let actions = answer(&mut chat, &actions, "capabilities", json!({ "capabilities": wanted }));
    assert_eq!(
        asked(&actions),
        vec![("notify_capabilities", &json!({"requested": wanted, "approved": ["m.always_on_screen"]}))]
    );
}

#[test]
fn a_join_waits_until_the_widget_is_ready() {
    let mut chat = chat();
    let join = ClientInput::Join { audio: Device::Any, video: Device::Muted };
    assert_eq!(chat.handle(NOW, join), vec![]);
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    let actions = answer(&mut chat, &actions, "capabilities", json!({"capabilities": []}));
    assert_eq!(asked(&actions).last(), Some(&("io.element.join", &json!({"videoInput": null}))));
}

#[test]
fn hanging_up_takes_back_a_join_that_still_waits() {
    let mut chat = chat();
    chat.handle(NOW, ClientInput::Join { audio: Device::Any, video: Device::Any });
    chat.handle(NOW, ClientInput::HangUp { force: true });
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    let actions = answer(&mut chat, &actions, "capabilities", json!({"capabilities": []}));
    assert!(asked(&actions).iter().all(|(action, _)| *action != "io.element.join"));
}

#[test]
fn a_widget_that_missed_the_first_request_is_asked_again() {
    let mut chat = chat();
    chat.handle(NOW, ClientInput::FrameLoaded);
    let (reply, actions) = ask(&mut chat, "content_loaded", json!({}));
    assert_eq!(reply, json!({}));
    assert_eq!(asked(&actions), vec![("capabilities", &json!({}))]);
}

/// As widgets on matrix-widget-api do, that say that they are there: the second question is one too many for them.
#[test]
fn a_widget_that_answers_the_first_of_two_questions_and_refuses_the_second_is_ready() {
    let mut chat = chat();
    let first = chat.handle(NOW, ClientInput::FrameLoaded);
    let (_, second) = ask(&mut chat, "content_loaded", json!({}));
    let actions = answer(&mut chat, &first, "capabilities", json!({"capabilities": ["m.always_on_screen"]}));
    assert_eq!(facts(&actions), vec![&ClientAction::Ready]);
    let refusal = json!({"error": {"message": "Capability negotiation already completed"}});
    assert!(asked(&answer(&mut chat, &second, "capabilities", refusal)).is_empty());
    let (reply, _) = ask(&mut chat, "set_always_on_screen", json!({"value": true}));
    assert_eq!(reply, json!({"success": true}));
}

#[test]
fn a_widget_that_was_ready_before_its_frame_had_loaded_stays_so() {
    let mut chat = chat();
    let (_, actions) = ask(&mut chat, "content_loaded", json!({}));
    answer(&mut chat, &actions, "capabilities", json!({"capabilities": ["m.always_on_screen"]}));
    assert!(asked(&chat.handle(NOW, ClientInput::FrameLoaded)).is_empty());
    let (reply, _) = ask(&mut chat, "set_always_on_screen", json!({"value": true}));
    assert_eq!(reply, json!({"success": true}));
    assert_eq!(asked(&chat.handle(NOW, ClientInput::FrameLoaded)).len(), 1, "the next one is a reload");
}

#[test]
fn a_reload_of_the_frame_begins_anew() {
    let mut chat = ready_chat();
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    assert_eq!(facts(&actions), vec![&ClientAction::Reloaded]);
    assert_eq!(asked(&actions), vec![("capabilities", &json!({}))]);
    let (reply, _) = ask(&mut chat, "set_always_on_screen", json!({"value": true}));
    assert!(reply["error"].is_object(), "what the page before had does not carry over");
}

#[test]
fn what_the_widget_reports_becomes_a_fact() {
    let mut chat = ready_chat();
    let cases = [
        ("set_always_on_screen", json!({"value": true}), ClientAction::AlwaysOnScreen(true)),
        ("io.element.join", json!({}), ClientAction::Joined),
        ("im.vector.hangup", json!({}), ClientAction::HungUp { error: None }),
        ("im.vector.hangup", json!({"errorMessage": "lost"}), ClientAction::HungUp { error: Some("lost".into()) }),
        (
            "io.element.device_mute",
            json!({"video_enabled": false}),
            ClientAction::Devices(DeviceStates { audio_enabled: None, video_enabled: Some(false) }),
        ),
        (
            "io.element.participants",
            json!({"participants": [{"participantId": "a", "displayName": "Ann"}, 7]}),
            ClientAction::Participants(vec![Participant {
                id: "a".into(),
                display_name: Some("Ann".into()),
                avatar_url: None,
            }]),
        ),
    ];
    for (action, data, fact) in cases {
        let (reply, follows) = ask(&mut chat, action, data);
        assert!(reply["error"].is_null(), "{action}");
        assert_eq!(follows, vec![fact]);
    }
}

#[test]
fn an_unknown_action_gets_an_error_reply() {
    let (reply, follows) = ask(&mut ready_chat(), "org.example.reveal", json!({}));
    assert_eq!(reply["error"]["message"], "Unknown or unsupported action");
    assert_eq!(follows, vec![]);
}

#[test]
fn garbage_is_answered_or_ignored_but_never_believed() {
    let mut chat = ready_chat();
    for data in [json!({}), json!({"value": "true"}), json!([]), json!(null)] {
        let (reply, follows) = ask(&mut chat, "set_always_on_screen", data);
        assert!(reply["error"].is_object());
        assert_eq!(follows, vec![]);
    }
    for posted in [
        json!(3),
        json!({"api": "fromWidget", "widgetId": "other", "requestId": "1", "action": "io.element.join", "data": {}}),
        json!({"api": "toWidget", "widgetId": "w", "requestId": "meet-1", "action": "capabilities", "data": {}, "response": 1}),
        json!({"api": "toWidget", "widgetId": "w", "requestId": "1", "action": "io.element.join", "data": {}}),
        json!({"api": "fromWidget", "widgetId": "w", "requestId": "1", "action": "io.element.join", "data": {}, "response": {}}),
    ] {
        assert_eq!(chat.handle(NOW, ClientInput::Received(&Posted(posted.clone()))), vec![], "{posted}");
    }
}

#[test]
fn a_request_without_an_answer_times_out_once() {
    let mut chat = ready_chat();
    let actions = chat.handle(NOW, ClientInput::HangUp { force: false });
    let due = NOW.plus(Millis::seconds(10));
    assert_eq!(actions.last(), Some(&ClientAction::WakeAt(due)));
    let early = chat.handle(Millis(due.0 - 1), ClientInput::Tick);
    assert_eq!(early, vec![ClientAction::WakeAt(due)]);
    let late = chat.handle(due, ClientInput::Tick);
    assert_eq!(late, vec![ClientAction::TimedOut("im.vector.hangup".into())]);
    assert_eq!(chat.handle(due, ClientInput::Tick), vec![]);
}

#[test]
fn a_refused_join_says_why() {
    let mut chat = ready_chat();
    let actions = chat.handle(NOW, ClientInput::Join { audio: Device::Any, video: Device::Any });
    let refusal = json!({"error": {"message": "no camera"}});
    let actions = answer(&mut chat, &actions, "io.element.join", refusal);
    assert_eq!(
        facts(&actions),
        vec![&ClientAction::Refused { action: "io.element.join".into(), reason: "no camera".into() }]
    );
}

#[test]
fn the_look_is_told_once_the_widget_is_ready_and_again_when_it_changes() {
    let mut chat = chat();
    assert_eq!(asked(&chat.handle(NOW, ClientInput::Theme("dark"))), vec![]);
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    let actions = answer(&mut chat, &actions, "capabilities", json!({"capabilities": []}));
    assert!(asked(&actions).contains(&("theme_change", &json!({"name": "dark"}))));
    let actions = chat.handle(NOW, ClientInput::Theme("light"));
    assert_eq!(asked(&actions), vec![("theme_change", &json!({"name": "light"}))]);
}

/// A frame may post as much as it likes, and be answered as often, without the chat's page growing.
#[test]
fn a_flood_of_messages_leaves_nothing_behind() {
    let mut chat = chat();
    let crowd: Vec<Value> = (0..5_000)
        .map(|id| json!({"participantId": id.to_string(), "displayName": "x".repeat(1_000), "avatarURL": "y".repeat(9_000)}))
        .collect();
    let (_, follows) = ask(&mut chat, "io.element.participants", json!({ "participants": crowd }));
    let [ClientAction::Participants(kept)] = follows.as_slice() else { panic!("the list is one fact") };
    assert_eq!(kept.len(), 200);
    assert!(kept.iter().all(|kept| kept.display_name.as_ref().is_some_and(|name| name.len() == 256)));
    assert!(kept.iter().all(|kept| kept.avatar_url.is_none()));

    for _ in 0..1_000 {
        ask(&mut chat, "content_loaded", json!({}));
        ask(&mut chat, "io.element.device_mute", json!({"audio_enabled": true, "audio_enabled2": "x".repeat(1_000)}));
        ask(&mut chat, "im.vector.hangup", json!({"errorMessage": "x".repeat(1_000)}));
    }
    let wanted: Vec<String> = (0..1_000).map(|name| name.to_string()).collect();
    let actions = chat.handle(NOW, ClientInput::FrameLoaded);
    let actions = answer(&mut chat, &actions, "capabilities", json!({ "capabilities": wanted }));
    assert_eq!(asked(&actions)[0].1["requested"].as_array().map(Vec::len), Some(64));
    let late = chat.handle(NOW.plus(Millis::seconds(60)), ClientInput::Tick);
    assert_eq!(late.len(), 64, "requests of ours that are still waited for");
}

#[test]
fn layouts_and_streams_are_asked_for_by_the_names_that_widgets_know() {
    let mut chat = ready_chat();
    for (tiles, action) in [(true, "io.element.tile_layout"), (false, "io.element.spotlight_layout")] {
        assert_eq!(asked(&chat.handle(NOW, ClientInput::SetTiles(tiles))), [(action, &json!({}))]);
    }
    let actions = chat.handle(NOW, ClientInput::StartStream(Secret("rtmp://audio.test/1".into())));
    let key = json!({"rtmpStreamKey": "rtmp://audio.test/1"});
    assert_eq!(asked(&actions), [("im.vector.start_live_stream", &key)]);
}

#[test]
fn an_end_that_is_no_error_has_a_reason() {
    for (data, error) in [
        (json!({"reason": "meet_ended_for_all"}), Some("meet_ended_for_all")),
        (json!({"errorMessage": "lost", "reason": "x"}), Some("lost")),
        (json!({"reason": 7}), None),
    ] {
        let (_, follows) = ask(&mut ready_chat(), "im.vector.hangup", data);
        assert_eq!(follows, vec![ClientAction::HungUp { error: error.map(str::to_owned) }]);
    }
}
