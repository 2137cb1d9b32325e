//! Conferences that a service of the site makes.

use super::*;
use crate::meet::hybrid::Trouble;

const URL: &str = "https://calls.test/build?roomId=%21garden";

fn answer(domain: &str) -> Value {
    json!({ "widget_id": "built", "widget": widget_on(domain), "layout": { "container": "top" } })
}

fn widget_on(domain: &str) -> Value {
    json!({
        "type": "jitsi", "url": "https://calls.test/jitsi.html?confId=Abc",
        "data": { "domain": domain, "conferenceId": "Abc", "isAudioOnly": false },
    })
}

fn asked(session: &mut Session) -> u64 {
    let actions = session.handle(T0, Input::Build(Box::new(room(&[])), start(), URL.into()));
    let [Action::AskBuilder { generation, url, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(url, URL);
    assert!(matches!(session.view(), View::Starting { step: Step::Asking, .. }));
    *generation
}

fn built(session: &mut Session, answer: Option<Value>) -> Vec<Action> {
    let generation = asked(session);
    session.handle(T0, Input::Built { generation, answer, there: false })
}

/// The widget goes into the room as it is, marked, and is joined when it comes back.
#[test]
fn what_the_service_makes_is_put_into_the_room_and_joined() {
    let mut session = Session::default();
    let actions = built(&mut session, Some(answer("meet.test")));
    let [Action::SendState { widget, content, .. }, Action::WakeAt(_)] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert_eq!((widget.as_str(), &content["io.element.managed_hybrid"]), ("built", &json!(true)));
    let echo = room(&[(widget, content)]);
    let actions = session.handle(T0, Input::RoomChanged(Box::new(echo)));
    assert!(actions.iter().any(|action| matches!(action, Action::OpenFrame { .. })), "{actions:?}");
}

/// The service says where; the person says whether.
#[test]
fn a_server_that_nobody_chose_is_asked_about() {
    let mut session = Session::default();
    let actions = built(&mut session, Some(answer("meet.other.test")));
    let [Action::SendState { widget, content, .. }, ..] = actions.as_slice() else { panic!("{actions:?}") };
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(widget, content)]))));
    assert!(matches!(session.view(), View::Consent { .. }), "{:?}", session.view());
}

/// It would leave in the person's name, and send phones and browsers to different places (`mobile.md` 4.4).
#[test]
fn what_would_split_the_room_is_not_put_into_it() {
    let mut session = Session::default();
    assert_eq!(built(&mut session, Some(answer("https://meet.test"))), []);
    assert_eq!(failure(&session), Some(Failure::Builder(Trouble::Split)));
}

/// Nobody named the built-in default to the person, nor the site to us: the service leads there, or somebody who was faster.
#[test]
fn a_service_s_conference_on_the_server_of_others_is_asked_about_where_the_site_does_not_name_it() {
    for origin in [Origin::BuiltIn, Origin::WellKnown] {
        let mut of_nobody = start();
        of_nobody.choice.origin = origin;
        of_nobody.approved = Vec::new();
        let mut session = Session::default();
        let build = || Input::Build(Box::new(room(&[])), of_nobody.clone(), URL.into());
        let actions = session.handle(T0, build());
        let [Action::AskBuilder { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
        let answered = Input::Built { generation: *generation, answer: Some(answer("meet.test")), there: false };
        session.handle(T0, answered);
        session.handle(T0, Input::RoomChanged(Box::new(room(&[(&"built".into(), &widget_on("meet.test"))]))));
        assert!(matches!(session.view(), View::Consent { asks: true, .. }), "{:?}", session.view());

        let mut session = Session::default();
        session.handle(T0, build());
        session.handle(T0, Input::RoomChanged(Box::new(room(&[(&"faster".into(), &widget_on("meet.test"))]))));
        assert!(matches!(session.view(), View::Consent { asks: true, .. }), "{:?}", session.view());
    }
}

/// Be it the service that builds there or somebody who is faster, and wherever the well-known starts conferences.
#[test]
fn a_service_s_conference_on_an_approved_server_is_entered_unasked() {
    let mut approving = start();
    approving.choice.origin = Origin::WellKnown;
    approving.approved = vec![domain("ok.test")];
    for (id, answers) in [("built", true), ("faster", false)] {
        let mut session = Session::default();
        let actions = session.handle(T0, Input::Build(Box::new(room(&[])), approving.clone(), URL.into()));
        let [Action::AskBuilder { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
        if answers {
            let answer = Some(answer("ok.test"));
            session.handle(T0, Input::Built { generation: *generation, answer, there: false });
        }
        session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id.into(), &widget_on("ok.test"))]))));
        assert!(matches!(session.view(), View::Open { .. }), "{id}: {:?}", session.view());
    }
}

fn entered(widget: &str) -> Action {
    Action::EnterWidget { room: "!garden".into(), widget: widget.into() }
}

#[test]
fn a_widget_of_another_kind_is_put_into_the_room_and_entered_when_it_comes_back() {
    let mut session = Session::default();
    let other = json!({ "widget_id": "w", "widget": { "type": "m.custom", "url": "https://call.test/" } });
    let actions = built(&mut session, Some(other));
    let [Action::SendState { generation, widget, content, .. }, ..] = actions.as_slice() else { panic!("{actions:?}") };
    session.handle(T0, Input::Sent { generation: *generation, result: Ok(()) });
    assert!(matches!(session.view(), View::Starting { step: Step::Handing, .. }));
    let facts = room(&[(widget, content)]);
    assert_eq!(session.handle(T0, Input::RoomChanged(Box::new(facts))), [entered("w")]);
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn a_widget_of_another_kind_that_does_not_come_back_is_said() {
    let other = json!({ "widget_id": "w", "widget": { "type": "m.custom", "url": "https://call.test/" } });
    let failed = |result, later| {
        let mut session = Session::default();
        let actions = built(&mut session, Some(other.clone()));
        let [Action::SendState { generation, .. }, ..] = actions.as_slice() else { panic!("{actions:?}") };
        session.handle(T0, Input::Sent { generation: *generation, result });
        session.handle(T0.plus(later), Input::Wake);
        session.view()
    };
    let refused = failed(Err(HostError::Unreachable), Millis(0));
    assert!(matches!(refused, View::Failed { failure: Failure::Host(HostError::Unreachable), .. }), "{refused:?}");
    let late = failed(Ok(()), ECHO_LIMIT);
    assert!(matches!(late, View::Failed { failure: Failure::EchoTimedOut, .. }), "{late:?}");
}

/// Somebody may have changed it since.
#[test]
fn a_widget_of_another_kind_that_is_there_is_not_put_there_again() {
    let mut session = Session::default();
    let generation = asked(&mut session);
    let other = json!({ "widget_id": "w", "widget": { "type": "m.custom", "url": "https://call.test/" } });
    let actions = session.handle(T0, Input::Built { generation, answer: Some(other), there: true });
    assert_eq!((actions, session.view()), (vec![entered("w")], View::Idle));
}

#[test]
fn a_service_that_fails_is_said_and_puts_nothing_into_the_room() {
    for (answer, trouble) in [(None, Trouble::NoAnswer), (Some(json!({ "widget_id": "w" })), Trouble::NoWidget)] {
        let mut session = Session::default();
        assert_eq!(built(&mut session, answer), []);
        let View::Failed { failure, .. } = session.view() else { panic!("{:?}", session.view()) };
        assert_eq!(failure, Failure::Builder(trouble));
    }
}

#[test]
fn an_answer_after_the_person_called_it_off_is_none() {
    let mut session = Session::default();
    let generation = asked(&mut session);
    session.handle(T0, Input::Dismiss);
    assert_eq!(session.handle(T0, Input::Built { generation, answer: Some(answer("meet.test")), there: false }), []);
    assert_eq!(session.view(), View::Idle);
}

/// Somebody else was faster while the service was asked.
#[test]
fn a_conference_that_begins_meanwhile_is_joined_instead() {
    let mut session = Session::default();
    let generation = asked(&mut session);
    let (id, content) = (WidgetId::from("theirs"), widget_on("meet.test"));
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    assert!(matches!(session.view(), View::Open { .. }));
    assert_eq!(
        session.handle(T0, Input::Built { generation, answer: Some(answer("meet.test")), there: false }).len(),
        1
    );
}

/// Chat Web tells a video room's widget by this.
#[test]
fn a_conference_made_in_a_video_room_is_marked_as_one() {
    let made = |video_room| {
        let facts = RoomFacts { video_room, ..room(&[]) };
        let mut session = Session::default();
        let actions = session.handle(T0, Input::Start(Box::new(facts), start()));
        let [Action::LookUpAuth { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
        let actions = session.handle(T0, Input::AuthKnown { generation: *generation, auth: None });
        let Some(Action::SendState { content, .. }) = actions.first() else { panic!("{actions:?}") };
        (content["data"].get("isVideoChannel").cloned(), content["name"].clone())
    };
    assert_eq!(made(true), (Some(json!(true)), json!("Group call")));
    assert_eq!(made(false), (None, json!("Jitsi")));
}

/// The service may give everybody of a room the same widget.
#[test]
fn calling_it_off_ends_what_i_put_there_and_nobody_else_s() {
    let blanked = |who: &str| {
        let mut session = Session::default();
        let actions = built(&mut session, Some(answer("meet.test")));
        let [Action::SendState { widget, content, .. }, ..] = actions.as_slice() else { panic!("{actions:?}") };
        session.handle(T0, Input::Dismiss);
        let mut facts = room(&[(widget, content)]);
        facts.conferences =
            facts.conferences.iter().map(|made| MeetWidget { creator: who.into(), ..made.clone() }).collect();
        session.handle(T0, Input::RoomChanged(Box::new(facts)))
    };
    assert_eq!(blanked("@bob:chat.test"), []);
    assert!(matches!(blanked("@ann:chat.test").as_slice(), [Action::Blank { .. }, ..]));
}
