//! Ways out of a conference, wanted or not, and what comes after them.

use super::*;
use crate::meet::session::Ending;

fn stage(session: &Session) -> Option<Stage> {
    match session.view() {
        View::Open { stage, .. } => Some(stage),
        _ => None,
    }
}

fn hung_up(widget: &MeetWidget, error: Option<&str>) -> Input {
    says(widget, "im.vector.hangup", error.map_or_else(|| json!({}), |error| json!({ "errorMessage": error })))
}

fn join(widget: &MeetWidget, kind: Kind) -> Input {
    Input::Join { room: "!garden".into(), widget: Box::new(widget.clone()), kind, trusted: true }
}

/// The reply to the newest request called `action` among `actions`.
fn reply(actions: &[Action], action: &str, response: Value) -> Input {
    let mut reply = posted(actions, action).clone();
    reply["response"] = response;
    Input::FrameMessage(Posted(reply))
}

/// A wrapper that has just been asked to let the person in, and what it was asked.
fn entering() -> (Session, MeetWidget, Vec<Action>) {
    let (mut session, widget) = (Session::default(), foreign("meet.test"));
    session.handle(T0, join(&widget, Kind::Video));
    let actions = session.handle(T0, Input::FrameLoaded);
    let actions = session.handle(T0, reply(&actions, "capabilities", json!({"capabilities": ["m.always_on_screen"]})));
    (session, widget, actions)
}

fn in_it() -> (Session, MeetWidget) {
    let (mut session, widget, actions) = entering();
    session.handle(T0, reply(&actions, "io.element.join", json!({})));
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    assert_eq!(stage(&session), Some(Stage::Joined));
    (session, widget)
}

fn content(domain: &str) -> Value {
    json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x",
        "data": {"domain": domain, "conferenceId": "Abc", "isAudioOnly": false},
    })
}

/// The room as it is while this conference runs.
fn room_with(content: &Value) -> Input {
    Input::RoomChanged(Box::new(room(&[(&"theirs".into(), content)])))
}

#[test]
fn a_join_that_the_wrapper_refuses_is_told() {
    let (mut session, widget, actions) = entering();
    let actions = session.handle(T0, reply(&actions, "io.element.join", json!({"error": {"message": "no"}})));
    assert!(!actions.contains(&Action::CloseFrame), "a wrapper without this request has a button of its own");
    assert_eq!(stage(&session), Some(Stage::Ended(Ending::Refused)));
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    assert_eq!(stage(&session), Some(Stage::Joined), "and that was pressed");
}

#[test]
fn a_join_that_the_wrapper_does_not_answer_is_told() {
    let (mut session, ..) = entering();
    session.handle(Millis(T0.plus(ANSWER_LIMIT).0 - 1), Input::Wake);
    assert_eq!(stage(&session), Some(Stage::Connecting));
    session.handle(T0.plus(ANSWER_LIMIT), Input::Wake);
    assert_eq!(stage(&session), Some(Stage::Ended(Ending::Unanswered)));
    let actions = session.handle(T0.plus(ANSWER_LIMIT), Input::HangUp);
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);
}

/// Some wrappers say that one is in, and never that they were asked.
#[test]
fn who_is_in_stays_in_without_an_answer() {
    let (mut session, widget, _) = entering();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    session.handle(T0.plus(ANSWER_LIMIT), Input::Wake);
    assert_eq!(stage(&session), Some(Stage::Joined));
}

#[test]
fn a_goodbye_that_the_wrapper_refuses_or_never_answers_takes_the_frame_away() {
    let (mut session, _) = in_it();
    let actions = session.handle(T0, Input::HangUp);
    let actions = session.handle(T0, reply(&actions, "im.vector.hangup", json!({"error": {"message": "no"}})));
    assert!(actions.contains(&Action::CloseFrame), "{actions:?}");
    assert_eq!(session.view(), View::Idle);

    let (mut session, _) = in_it();
    let actions = session.handle(T0, Input::HangUp);
    session.handle(T0, reply(&actions, "im.vector.hangup", json!({})));
    assert_eq!(stage(&session), Some(Stage::Leaving), "taken, not done");
    assert!(session.handle(T0.plus(LEAVE_LIMIT), Input::Wake).contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn a_wrapper_that_begins_anew_while_leaving_is_left() {
    let (mut session, _) = in_it();
    session.handle(T0, Input::HangUp);
    assert!(session.handle(T0, Input::FrameLoaded).contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);

    let mut session = Session::default();
    session.handle(T0, join(&foreign("meet.test"), Kind::Video));
    let asked = session.handle(T0, Input::FrameLoaded);
    session.handle(T0, Input::HangUp);
    let actions = session.handle(T0, reply(&asked, "capabilities", json!({"capabilities": []})));
    assert!(actions.contains(&Action::CloseFrame), "the goodbye came before it listened: {actions:?}");
}

#[test]
fn a_wrapper_that_reloads_on_the_way_in_has_to_answer_again() {
    let (mut session, ..) = entering();
    session.handle(T0, Input::FrameLoaded);
    assert_eq!(stage(&session), Some(Stage::Connecting));
    session.handle(T0.plus(WRAPPER_LIMIT), Input::Wake);
    assert_eq!(failure(&session), Some(Failure::WrapperSilent));
}

#[test]
fn a_conference_that_ended_for_everyone_says_so() {
    for (error, ending) in
        [("meet_ended_for_all", Ending::ForEveryone), ("meet_removed", Ending::OnCard), ("Whatever", Ending::OnCard)]
    {
        let (mut session, widget) = in_it();
        let actions = session.handle(T0, hung_up(&widget, Some(error)));
        assert!(!actions.contains(&Action::CloseFrame), "{error}");
        assert_eq!(stage(&session), Some(Stage::Ended(ending)));
    }
}

#[test]
fn a_press_during_the_goodbye_comes_after_it() {
    for out in [hung_up(&foreign("meet.test"), None), hung_up(&foreign("meet.test"), Some("late")), Input::FrameLoaded]
    {
        let (mut session, widget) = in_it();
        session.handle(T0, Input::HangUp);
        let pressed = [join(&widget, Kind::Video), join(&widget, Kind::Voice)];
        for press in pressed {
            let actions = session.handle(T0, press);
            assert!(matches!(actions.as_slice(), [Action::WakeAt(_)]), "{actions:?}");
        }
        assert_eq!(stage(&session), Some(Stage::Leaving));
        let actions = session.handle(T0, out);
        let frames: Vec<_> = actions
            .iter()
            .filter_map(|action| match action {
                Action::CloseFrame => Some(None),
                Action::OpenFrame { widget, .. } => Some(Some(widget.audio_only)),
                _ => None,
            })
            .collect();
        assert_eq!(frames, vec![None, Some(true)], "the newest press counts");
        assert_eq!(stage(&session), Some(Stage::Connecting));
    }
}

#[test]
fn a_press_during_the_goodbye_outlives_a_wrapper_that_does_not_react() {
    let (mut session, widget) = in_it();
    session.handle(T0, Input::HangUp);
    session.handle(T0, join(&widget, Kind::Video));
    let actions = session.handle(T0.plus(LEAVE_LIMIT), Input::Wake);
    assert!(matches!(actions.as_slice(), [Action::CloseFrame, Action::OpenFrame { .. }, Action::WakeAt(_)]));
    let Some(Action::WakeAt(at)) = actions.last() else { panic!("{actions:?}") };
    assert_eq!(*at, T0.plus(LEAVE_LIMIT).plus(WRAPPER_LIMIT), "it has its whole time");
}

#[test]
fn a_second_leave_takes_the_press_back() {
    let (mut session, widget) = in_it();
    session.handle(T0, Input::HangUp);
    session.handle(T0, join(&widget, Kind::Video));
    session.handle(T0, Input::HangUp);
    session.handle(T0, hung_up(&widget, None));
    assert_eq!(session.view(), View::Idle);
}

/// A few seconds are enough for an edit, and consent was given to what the conference was before.
#[test]
fn a_press_during_the_goodbye_is_not_for_what_took_the_conferences_place() {
    let pressed = || {
        let (mut session, widget) = in_it();
        session.handle(T0, Input::HangUp);
        session.handle(T0, join(&widget, Kind::Video));
        (session, widget)
    };
    let (mut session, widget) = pressed();
    session.handle(T0, room_with(&content("elsewhere.test")));
    session.handle(T0, hung_up(&widget, None));
    let View::Consent { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    assert_eq!(widget.domain, Ok(domain("elsewhere.test")));

    let (mut session, widget) = pressed();
    session.handle(T0, room_with(&content("meet.test")));
    session.handle(T0, hung_up(&widget, None));
    assert_eq!(stage(&session), Some(Stage::Connecting), "nothing was edited");

    for over in [Input::RoomChanged(Box::new(room(&[]))), Input::RoomGone("!garden".into()), Input::SignedOut] {
        let (mut session, widget) = pressed();
        session.handle(T0, over);
        session.handle(T0, hung_up(&widget, None));
        session.handle(T0.plus(LEAVE_LIMIT), Input::Wake);
        assert_eq!(session.view(), View::Idle);
    }
}

#[test]
fn a_press_in_another_room_during_the_goodbye_follows_that_room() {
    let (mut session, widget) = in_it();
    session.handle(T0, Input::HangUp);
    let elsewhere =
        Input::Join { room: "!shed".into(), widget: Box::new(widget.clone()), kind: Kind::Video, trusted: true };
    session.handle(T0, elsewhere);
    assert!(session.watches(&"!shed".into()));
    session.handle(T0, Input::RoomGone("!shed".into()));
    assert!(!session.watches(&"!shed".into()));
    session.handle(T0, hung_up(&widget, None));
    assert_eq!(session.view(), View::Idle);
}

/// The last words of a frame that is being closed may still be on their way.
#[test]
fn nothing_that_comes_late_brings_an_ended_conference_back() {
    let ends: [fn(&mut Session, &MeetWidget); 4] = [
        |session, widget| drop(session.handle(T0, hung_up(widget, None))),
        |session, _| drop(session.handle(T0, Input::RoomChanged(Box::new(room(&[]))))),
        |session, _| drop(session.handle(T0, Input::FrameImpossible)),
        |session, _| drop(session.handle(T0, Input::SignedOut)),
    ];
    for end in ends {
        let (mut session, widget) = in_it();
        end(&mut session, &widget);
        let after = session.view();
        assert!(!matches!(after, View::Open { .. }));
        for late in [
            Input::FrameLoaded,
            says(&widget, "content_loaded", json!({})),
            says(&widget, "set_always_on_screen", json!({"value": true})),
            says(&widget, "io.element.join", json!({})),
            says(&widget, "get_openid", json!({})),
            hung_up(&widget, Some("late")),
            Input::FrameImpossible,
            Input::Wake,
            Input::HangUp,
        ] {
            let hangs_up = matches!(late, Input::HangUp);
            assert_eq!(session.handle(T0.plus(Millis::seconds(60)), late), vec![]);
            assert!(session.view() == after || hangs_up, "{:?}", session.view());
        }
    }
}

#[test]
fn a_card_that_reloads_or_gets_ready_is_still_a_card() {
    let (mut session, widget) = in_it();
    session.handle(T0, hung_up(&widget, Some("lost")));
    let actions = session.handle(T0, Input::FrameLoaded);
    let actions = session.handle(T0, reply(&actions, "capabilities", json!({"capabilities": []})));
    let joins = |action: &Action| matches!(action, Action::Post(Posted(post)) if post["action"] == "io.element.join");
    assert!(!actions.iter().any(joins), "nobody pressed anything");
    session.handle(T0.plus(Millis::seconds(60)), Input::Wake);
    assert_eq!(stage(&session), Some(Stage::Ended(Ending::OnCard)));
}

#[test]
fn reports_of_a_crowd_change_nothing_and_are_not_kept() {
    let (mut session, widget) = in_it();
    let crowd: Vec<Value> = (0..5_000).map(|id| json!({"participantId": id.to_string()})).collect();
    for _ in 0..100 {
        for (action, data) in [
            ("io.element.participants", json!({ "participants": crowd })),
            ("io.element.device_mute", json!({"audio_enabled": false})),
        ] {
            let actions = session.handle(T0, says(&widget, action, data));
            assert!(matches!(actions.as_slice(), [Action::Post(_), Action::WakeAt(_)]), "{}", actions.len());
        }
    }
    assert!(format!("{session:?}").len() < 20_000);
}
