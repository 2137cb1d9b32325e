//! A start: looked up, sent, echoed; refused, given up, late.

use super::*;

#[test]
fn a_start_looks_up_sends_waits_for_the_echo_and_goes_straight_in() {
    let mut session = Session::default();
    let (generation, id, content) = started(&mut session);
    session.handle(T0, Input::Sent { generation, result: Ok(()) });
    assert!(matches!(session.view(), View::Starting { step: Step::Echo, .. }));
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    assert!(matches!(actions.as_slice(), [Action::OpenFrame { widget, .. }, Action::WakeAt(_)] if widget.id == id));
}

#[test]
fn the_echo_may_come_before_the_answer_of_the_request() {
    let mut session = Session::default();
    let (generation, id, content) = started(&mut session);
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    assert!(matches!(session.view(), View::Open { .. }));
    assert!(
        session
            .handle(T0, Input::Sent { generation, result: Err(HostError::Unreachable) })
            .iter()
            .all(|action| matches!(action, Action::WakeAt(_)))
    );
    assert!(matches!(session.view(), View::Open { .. }), "the conference is there, whatever became of the answer");
}

#[test]
fn a_second_press_while_starting_starts_nothing() {
    let mut session = Session::default();
    started(&mut session);
    let actions = session.handle(T0, Input::Start(Box::new(room(&[])), start()));
    assert!(actions.iter().all(|action| matches!(action, Action::WakeAt(_))), "{actions:?}");
}

#[test]
fn a_refused_start_says_why() {
    let mut session = Session::default();
    let (generation, ..) = started(&mut session);
    let refused = HostError::Refused {
        errcode: "M_FORBIDDEN".into(),
        status: 403,
        message: "no power".into(),
        retry_after: None,
    };
    session.handle(T0, Input::Sent { generation, result: Err(refused.clone()) });
    assert_eq!(failure(&session), Some(Failure::Host(refused)));
}

#[test]
fn a_start_whose_echo_never_comes_fails_after_20_seconds() {
    let mut session = Session::default();
    let (generation, ..) = started(&mut session);
    session.handle(T0, Input::Sent { generation, result: Ok(()) });
    session.handle(Millis(T0.0 + 19_999), Input::Wake);
    assert!(matches!(session.view(), View::Starting { .. }));
    session.handle(T0.plus(ECHO_LIMIT), Input::Wake);
    assert_eq!(failure(&session), Some(Failure::EchoTimedOut));
}

/// A request that got no answer may have been carried out: the widget would appear seconds after the person was told
/// that nothing was started.
#[test]
fn a_failed_start_that_appears_after_all_is_removed() {
    let mut session = Session::default();
    let (generation, id, content) = started(&mut session);
    session.handle(T0, Input::Sent { generation, result: Err(HostError::Unreachable) });
    assert!(session.watches(&"!garden".into()));
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    let blank = Action::Blank { room: "!garden".into(), widget: id.clone(), event_type: widget::EVENT_TYPE };
    assert_eq!(actions, [blank]);
    let again = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    assert!(again.is_empty(), "once is enough: {again:?}");
}

#[test]
fn a_start_called_off_opens_nothing_later() {
    let mut session = Session::default();
    let (_, id, content) = started(&mut session);
    session.handle(T0, Input::Dismiss);
    assert_eq!(session.view(), View::Idle);
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    assert!(matches!(actions.as_slice(), [Action::Blank { widget, .. }] if *widget == id));
}

#[test]
fn a_late_answer_of_an_earlier_start_is_dropped() {
    let mut session = Session::default();
    let (first, ..) = started(&mut session);
    session.handle(T0, Input::Dismiss);
    let (second, ..) = started(&mut session);
    assert_ne!(first, second);
    session.handle(T0, Input::Sent { generation: first, result: Err(HostError::Unreachable) });
    assert!(matches!(session.view(), View::Starting { step: Step::Sending, .. }));
}
