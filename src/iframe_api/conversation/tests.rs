//! Conversations with Meet, in Meet's own words.

use serde_json::json;

use super::*;

mod reloads;
mod wishes;

const OPENED: Millis = Millis(1_000);

fn posted(method: &str, params: Value) -> Value {
    json!({"postis": true, "scope": "jitsi_meet_external_api_0", "method": method, "params": params})
}

fn event(data: Value) -> Value {
    posted("message", json!({"type": "event", "data": data}))
}

fn named(name: &str) -> Value {
    event(json!({ "name": name }))
}

fn failure(name: &str, fatal: bool) -> Value {
    event(json!({"name": "error-occurred", "error": {"name": name, "isFatal": fatal}}))
}

fn joined() -> Value {
    event(json!({"name": "video-conference-joined", "roomName": "r", "id": "me", "displayName": "Ann"}))
}

struct Meet {
    conversation: Conversation,
    now: Millis,
}

impl Meet {
    /// A frame whose transport is up.
    fn opened(introduction: Introduction) -> Self {
        let mut meet = Self { conversation: Conversation::new(OPENED, 0, introduction), now: OPENED };
        meet.says(&posted("__ready__", json!("inner")));
        meet.says(&posted("__ready__", json!("jitsi_meet_external_api_0-outer-1000")));
        meet
    }

    /// A frame in which the user is in the conference.
    fn joined() -> Self {
        let mut meet = Self::opened(Introduction::default());
        meet.says(&named("browser-support"));
        meet.says(&joined());
        meet
    }

    fn does(&mut self, input: ConversationInput<'_>) -> Vec<ConversationOutput> {
        self.conversation.handle(self.now, input)
    }

    fn says(&mut self, posted: &Value) -> Vec<ConversationOutput> {
        self.does(ConversationInput::Received(posted))
    }

    /// Lets time pass, with a tick whenever one is due.
    fn waits(&mut self, length: Millis) -> Vec<ConversationOutput> {
        let end = self.now.plus(length);
        let mut outputs = Vec::new();
        while let Some(due) = self.conversation.deadline().filter(|due| *due <= end) {
            self.now = due;
            outputs.extend(self.does(ConversationInput::Tick));
        }
        self.now = end;
        outputs
    }
}

/// The commands and requests among the outputs, by name and arguments.
fn commands(outputs: &[ConversationOutput]) -> Vec<(String, Value)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            ConversationOutput::Post(post) => Some(post),
            _ => None,
        })
        .map(|post| {
            let data = &post["params"]["data"];
            (data["name"].as_str().unwrap_or_default().to_owned(), data["data"].clone())
        })
        .collect()
}

fn end(outputs: &[ConversationOutput]) -> Option<&End> {
    outputs.iter().find_map(|output| match output {
        ConversationOutput::Ended(end) => Some(end),
        _ => None,
    })
}

#[test]
fn a_frame_that_never_speaks_did_not_answer() {
    let mut meet = Meet { conversation: Conversation::new(OPENED, 0, Introduction::default()), now: OPENED };
    assert_eq!(meet.waits(Millis(14_999)), vec![]);
    assert_eq!(meet.waits(Millis(1)), vec![ConversationOutput::Ended(End::Failed(Failure::NoAnswer))]);
}

#[test]
fn a_transport_without_an_event_is_no_answer() {
    let mut meet = Meet::opened(Introduction::default());
    assert_eq!(end(&meet.waits(Millis::seconds(15))), Some(&End::Failed(Failure::NoAnswer)));
}

#[test]
fn the_first_event_shows_meet_and_ends_the_waiting() {
    let mut meet = Meet::opened(Introduction::default());
    assert_eq!(meet.says(&named("browser-support")), vec![ConversationOutput::Answered]);
    assert_eq!(meet.waits(Millis::seconds(600)), vec![]);
}

#[test]
fn joining_introduces_the_user_and_asks_for_the_devices() {
    let mut meet = Meet::opened(Introduction {
        display_name: Some("Ann <b>".into()),
        avatar_url: Some("https://chat.test/ann.png".into()),
        ..Introduction::default()
    });
    meet.says(&named("browser-support"));
    let outputs = meet.says(&joined());
    assert_eq!(
        commands(&outputs),
        vec![
            ("display-name".into(), json!(["Ann <b>"])),
            ("avatar-url".into(), json!(["https://chat.test/ann.png"])),
            ("is-audio-muted".into(), Value::Null),
            ("is-video-muted".into(), Value::Null),
        ]
    );
    assert!(outputs.contains(&ConversationOutput::Joined));
    let answer = posted("message", json!({"type": "response", "id": 2, "result": true}));
    assert_eq!(
        meet.says(&answer),
        vec![ConversationOutput::Devices(DeviceStates { audio_enabled: None, video_enabled: Some(false) })]
    );
}

#[test]
fn a_meet_that_lacks_a_request_answers_with_an_object_and_is_not_believed() {
    let mut meet = Meet::joined();
    let answer = posted("message", json!({"type": "response", "id": 1, "result": {"error": {}}}));
    assert_eq!(meet.says(&answer), vec![]);
}

#[test]
fn hanging_up_says_goodbye_once_and_does_not_wait_for_ever() {
    let mut meet = Meet::joined();
    let outputs = meet.does(ConversationInput::HangUp);
    assert_eq!(commands(&outputs), vec![("video-hangup".into(), json!([]))]);
    assert_eq!(meet.does(ConversationInput::HangUp), vec![]);
    assert_eq!(meet.waits(Millis::seconds(3)), vec![ConversationOutput::Ended(End::Left)]);
}

/// Meet has left only to reload itself: it would be back in a moment, with the camera of a user who wanted out.
#[test]
fn a_hang_up_during_a_reload_is_not_undone_by_it() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    let outputs = meet.does(ConversationInput::HangUp);
    assert_eq!(commands(&outputs), vec![("video-hangup".into(), json!([]))]);
    meet.says(&joined());
    assert!(end(&meet.waits(Millis::seconds(3))).is_some());
}

#[test]
fn left_ready_to_close_and_an_error_are_one_end() {
    let mut meet = Meet::joined();
    meet.does(ConversationInput::HangUp);
    assert_eq!(meet.says(&named("video-conference-left")), vec![]);
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::Left));
    assert_eq!(meet.says(&failure("connection.droppedError", true)), vec![]);
    assert_eq!(meet.says(&named("video-ready-to-close")), vec![]);
    assert_eq!(meet.conversation.deadline(), None);
}

#[test]
fn an_error_on_the_way_out_is_no_failure() {
    let mut meet = Meet::joined();
    meet.does(ConversationInput::HangUp);
    assert_eq!(end(&meet.says(&failure("connection.droppedError", true))), Some(&End::Left));
}

#[test]
fn leaving_without_ready_to_close_ends_after_a_moment() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    assert_eq!(end(&meet.waits(Millis(2_999))), None);
    assert_eq!(end(&meet.waits(Millis(1))), Some(&End::Left));
}

#[test]
fn leaving_before_anybody_was_let_in_is_a_failure_and_not_the_users_wish() {
    let mut meet = Meet::opened(Introduction::default());
    meet.says(&named("video-conference-left"));
    let lost = End::Failed(Failure::Lost("video-conference-left".to_owned()));
    assert_eq!(end(&meet.waits(Millis::seconds(3))), Some(&lost));

    // Giving up in Meet's own dialogue is said by the goodbye that follows.
    let mut meet = Meet::opened(Introduction::default());
    meet.says(&named("video-conference-left"));
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::NotJoined));
}

#[test]
fn an_end_that_was_announced_and_did_not_come_is_not_told_later() {
    let mut meet = Meet::joined();
    meet.says(&failure("conference.destroyed", false));
    meet.says(&joined());
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::Left));
}

#[test]
fn a_reload_or_a_breakout_room_is_no_end() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    meet.waits(Millis::seconds(2));
    assert!(meet.says(&joined()).contains(&ConversationOutput::Joined));
    assert_eq!(meet.waits(Millis::seconds(60)), vec![]);
}

#[test]
fn hanging_up_before_meet_answered_ends_at_once() {
    let mut meet = Meet::opened(Introduction::default());
    assert_eq!(meet.does(ConversationInput::HangUp), vec![ConversationOutput::Ended(End::NotJoined)]);
}

#[test]
fn cancelling_the_lobby_is_an_end_without_a_join() {
    let mut meet = Meet::opened(Introduction::default());
    meet.says(&failure("conference.connectionError.membersOnly", false));
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::NotJoined));
}

#[test]
fn each_error_before_joining_means_something_else() {
    let cases = [
        ("connection.droppedError", true, Some("meet_lost")),
        ("conference.iceFailed", true, Some("meet_lost")),
        ("conference.connectionError.notAllowed", false, Some("meet_not_allowed")),
        ("conference.connectionError.accessDenied", false, Some("meet_declined")),
        ("conference.max_users", false, Some("meet_full")),
        ("conference.connectionError.membersOnly", false, None),
        ("conference.passwordRequired", false, None),
        ("conference.authenticationRequired", false, None),
        ("connection.passwordRequired", false, None),
    ];
    for (name, fatal, code) in cases {
        let mut meet = Meet::opened(Introduction::default());
        let outputs = meet.says(&failure(name, fatal));
        let found = match end(&outputs) {
            Some(End::Failed(failure)) => Some(failure.code()),
            _ => None,
        };
        assert_eq!(found, code, "{name}");
    }
}

#[test]
fn a_refused_connection_with_a_token_means_that_the_token_was_refused() {
    let mut meet = Meet::opened(Introduction { signed_in: true, ..Introduction::default() });
    assert_eq!(
        end(&meet.says(&failure("connection.passwordRequired", false))),
        Some(&End::Failed(Failure::TokenRejected("connection.passwordRequired".into())))
    );
}

#[test]
fn an_error_that_is_not_fatal_leaves_a_running_conference_alone() {
    let mut meet = Meet::joined();
    for name in ["conference.max_users", "conference.restarted", "connection.passwordRequired"] {
        assert_eq!(meet.says(&failure(name, false)), vec![ConversationOutput::Trouble(name.into())]);
    }
}

fn waits_for(outputs: &[ConversationOutput]) -> Vec<Waiting> {
    let waits = |output: &ConversationOutput| match output {
        ConversationOutput::Waits(waiting) => Some(*waiting),
        _ => None,
    };
    outputs.iter().filter_map(waits).collect()
}

#[test]
fn lobby_password_and_a_missing_moderator_are_waited_for_and_said_once() {
    for (name, waiting) in [
        ("conference.connectionError.membersOnly", Waiting::Lobby),
        ("conference.passwordRequired", Waiting::Password),
        ("conference.authenticationRequired", Waiting::Moderator),
    ] {
        let mut meet = Meet::opened(Introduction::default());
        assert_eq!(waits_for(&meet.says(&failure(name, false))), vec![waiting]);
        assert_eq!(waits_for(&meet.says(&failure(name, false))), vec![], "{name} again");
        assert!(meet.says(&joined()).contains(&ConversationOutput::Joined));
    }
    let mut meet = Meet::opened(Introduction::default());
    assert_eq!(waits_for(&meet.says(&named("password-required"))), vec![Waiting::Password]);
}

#[test]
fn who_is_in_waits_for_nothing() {
    assert_eq!(waits_for(&Meet::joined().says(&failure("conference.authenticationRequired", false))), vec![]);
}

#[test]
fn a_conference_that_was_ended_for_everyone_is_told_from_leaving() {
    let mut meet = Meet::joined();
    assert_eq!(end(&meet.says(&failure("conference.destroyed", false))), None, "the goodbye is still to come");
    meet.says(&named("video-conference-left"));
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::EndedForAll));
}

#[test]
fn a_removal_names_who_did_it() {
    let mut meet = Meet::joined();
    meet.says(&event(
        json!({"name": "participant-kicked-out", "kicked": {"id": "me", "local": true}, "kicker": {"id": "b", "name": "Bob"}}),
    ));
    meet.says(&named("video-conference-left"));
    assert_eq!(end(&meet.says(&named("video-ready-to-close"))), Some(&End::Removed { by: Some("Bob".into()) }));
}

#[test]
fn the_list_of_people_follows_comings_goings_and_names() {
    let mut meet = Meet::joined();
    meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Bob"})));
    meet.says(&event(json!({"name": "participant-joined", "id": "c", "displayName": "Cem"})));
    meet.says(&event(json!({"name": "display-name-change", "id": "b", "displayname": "Bo"})));
    let outputs = meet.says(&event(json!({"name": "participant-left", "id": "c"})));
    assert_eq!(names(outputs.first()), ["Ann", "Bo"]);
}

/// XMPP tells whoever enters a room of the others first and of themselves last, and Meet hands that on as it comes.
#[test]
fn who_is_named_before_the_user_is_in_is_in_too_and_told_of_once_the_user_is() {
    let mut meet = Meet::opened(Introduction::default());
    meet.says(&named("browser-support"));
    assert_eq!(meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Bob"}))), vec![]);
    assert_eq!(meet.conversation.stayed(meet.now).count(), 0);
    let outputs = meet.says(&joined());
    assert_eq!(names(outputs.last()), ["Ann", "Bob"]);
}

/// A reload takes everybody off the list; who came back is named anew.
#[test]
fn after_a_reload_only_those_count_who_are_named_again() {
    let mut meet = Meet::joined();
    for (goodbye, hello) in [(Some("video-conference-left"), None), (None, Some("ready"))] {
        meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Bob"})));
        for name in goodbye.into_iter().chain(hello) {
            meet.says(&named(name));
        }
        meet.says(&event(json!({"name": "participant-joined", "id": "c", "displayName": "Cem"})));
        assert_eq!(names(meet.says(&joined()).last()), ["Ann", "Cem"]);
    }
}

#[test]
fn who_was_in_as_the_user_left_is_known_however_that_ends() {
    let hang_up = |meet: &mut Meet| drop(meet.does(ConversationInput::HangUp));
    let removed = |meet: &mut Meet| {
        meet.says(&event(json!({"name": "participant-kicked-out", "kicked": {"id": "me", "local": true}})));
    };
    let lost = |meet: &mut Meet| drop(meet.says(&failure("connection.droppedError", true)));
    let goodbye = |_: &mut Meet| {};
    let leavings: [&dyn Fn(&mut Meet); 4] = [&hang_up, &removed, &lost, &goodbye];
    for leave in leavings {
        let mut meet = Meet::joined();
        meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Bob"})));
        leave(&mut meet);
        meet.says(&event(json!({"name": "participant-left", "id": "b"})));
        meet.says(&named("video-conference-left"));
        meet.waits(Millis::seconds(3));
        let stayed = meet.conversation.stayed(meet.now);
        assert_eq!(stayed.map(|person| person.id.as_str()).collect::<Vec<_>>(), ["b"]);
    }
}

fn names(output: Option<&ConversationOutput>) -> Vec<&str> {
    match output {
        Some(ConversationOutput::Participants(people)) => {
            people.iter().filter_map(|person| person.display_name.as_deref()).collect()
        }
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn a_partial_device_wish_leaves_the_camera_alone() {
    let mut meet = Meet::joined();
    meet.says(&event(json!({"name": "audio-mute-status-changed", "muted": false})));
    meet.says(&event(json!({"name": "video-mute-status-changed", "muted": false})));
    let wish = DeviceStates { audio_enabled: Some(false), video_enabled: None };
    let outputs = meet.does(ConversationInput::SetDevices(wish));
    assert_eq!(commands(&outputs), vec![("toggle-audio".into(), json!([]))]);
}

#[test]
fn nothing_that_a_frame_says_is_a_panic() {
    let mut meet = Meet::joined();
    for params in [json!(null), json!([]), json!({"type": "event", "data": []}), json!({"type": {}})] {
        assert_eq!(meet.says(&posted("message", params)), vec![]);
    }
    for other in [json!(null), json!(""), json!([]), json!({"postis": "yes"})] {
        assert_eq!(meet.says(&other), vec![]);
    }
}
