//! Ending a conference for everyone, and how that differs from leaving it.

use super::*;
use crate::meet::widget::{EVENT_TYPE, STABLE_EVENT_TYPE};

fn theirs() -> WidgetId {
    "theirs".into()
}

/// A room in which this conference stands under these event types, and I have this power where widgets need 50.
fn room_where(power: u64, under: &[&str]) -> RoomFacts {
    let content = json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x",
        "data": {"domain": "meet.test", "conferenceId": "Abc", "isAudioOnly": false},
    });
    let mut state = vec![
        event("m.room.create", "", json!({"room_version": "10"})),
        event("m.room.power_levels", "", json!({"users_default": power})),
    ];
    state.extend(under.iter().map(|event_type| event(event_type, "theirs", content.clone())));
    let room = json!({"room_id": "!garden", "membership": "join", "joined_member_count": 3, "state": state});
    RoomFacts::read(&room, &"@ann:chat.test".into()).expect("a room")
}

fn asks(session: &mut Session, facts: RoomFacts) {
    assert_eq!(session.handle(T0, Input::End(Box::new(facts), theirs())), alarm(session));
}

/// The alarm that ends every list of actions while a deadline runs.
fn alarm(session: &Session) -> Vec<Action> {
    session.next_wake().map(Action::WakeAt).into_iter().collect()
}

fn blanks(actions: &[Action]) -> Vec<&'static str> {
    let blank = |action: &Action| match action {
        Action::Blank { event_type, .. } => Some(*event_type),
        _ => None,
    };
    actions.iter().filter_map(blank).collect()
}

fn blanked(event_type: &'static str, result: Result<(), HostError>) -> Input {
    Input::Blanked { room: "!garden".into(), widget: theirs(), event_type, result }
}

fn step(session: &Session) -> Option<ClosingStep> {
    session.closing().map(|closing| closing.step)
}

/// In the conference of such a room.
fn in_it() -> Session {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    session
}

fn refused(errcode: &str, status: u16, retry_after: Option<u64>) -> HostError {
    HostError::Refused { errcode: errcode.into(), status, message: "no".into(), retry_after }
}

#[test]
fn leaving_ends_nothing_for_others() {
    let mut session = in_it();
    assert_eq!(blanks(&session.handle(T0, Input::HangUp)), [""; 0]);
    assert_eq!(step(&session), None);
}

#[test]
fn ending_for_everyone_asks_first_then_blanks_and_leaves() {
    let mut session = in_it();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    assert_eq!(step(&session), Some(ClosingStep::Asked));
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [EVENT_TYPE]);
    assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }), "still in, should it fail");
    let actions = session.handle(T0, blanked(EVENT_TYPE, Ok(())));
    posted(&actions, "im.vector.hangup");
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    assert_eq!(step(&session), None);
}

#[test]
fn it_is_ended_under_every_type_that_holds_it_one_after_the_other() {
    let mut session = in_it();
    asks(&mut session, room_where(50, &[STABLE_EVENT_TYPE, EVENT_TYPE]));
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [EVENT_TYPE]);
    assert_eq!(blanks(&session.handle(T0, blanked(EVENT_TYPE, Ok(())))), [STABLE_EVENT_TYPE]);
    assert_eq!(step(&session), Some(ClosingStep::Sending));
    let actions = session.handle(T0, blanked(STABLE_EVENT_TYPE, Ok(())));
    posted(&actions, "im.vector.hangup");
    assert_eq!((step(&session), blanks(&actions)), (None, Vec::new()));
}

#[test]
fn only_who_may_write_every_one_of_them_may_end_it() {
    let may = |facts: &RoomFacts| facts.conferences.first().is_some_and(|widget| may_end(facts, widget));
    assert!(may(&room_where(50, &[EVENT_TYPE])));
    assert!(!may(&room_where(49, &[EVENT_TYPE])));
    let mut one_of_two = room_where(50, &[EVENT_TYPE, STABLE_EVENT_TYPE]);
    let levels = json!({"users_default": 50, "events": {STABLE_EVENT_TYPE: 51}});
    let state = StateEvent::read(&event("m.room.power_levels", "", levels));
    one_of_two.power = crate::room::PowerLevels::read(&state.into_iter().collect()).into();
    assert!(!may(&one_of_two), "phones would go on showing it");
    let mut left = room_where(50, &[EVENT_TYPE]);
    left.membership = Membership::Out;
    assert!(!may(&left));

    let mut session = Session::default();
    session.handle(T0, Input::End(Box::new(room_where(49, &[EVENT_TYPE])), theirs()));
    session.handle(T0, Input::End(Box::new(room_where(50, &[])), theirs()));
    assert_eq!(step(&session), None);
}

/// One that nobody left behind can be ended too: nobody is in it (`chat-web.md` 8, 3).
#[test]
fn who_is_not_in_it_may_end_it_as_well() {
    let mut session = Session::default();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    assert!(session.watches(&"!garden".into()));
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [EVENT_TYPE]);
    assert_eq!(session.handle(T0, blanked(EVENT_TYPE, Ok(()))), []);
    assert_eq!((session.view(), step(&session)), (View::Idle, None));
}

#[test]
fn the_question_can_be_taken_back_and_nothing_was_done() {
    let mut session = in_it();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    assert_eq!(session.handle(T0, Input::EndCalledOff), alarm(&session));
    assert_eq!(step(&session), None);
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [""; 0]);
}

#[test]
fn what_fails_is_said_leaves_me_where_i_am_and_can_be_tried_again() {
    let errors =
        [refused("M_FORBIDDEN", 403, None), refused("M_LIMIT_EXCEEDED", 429, Some(3_000)), HostError::Unreachable];
    for error in errors {
        let mut session = in_it();
        asks(&mut session, room_where(50, &[EVENT_TYPE]));
        session.handle(T0, Input::EndConfirmed);
        session.handle(T0, blanked(EVENT_TYPE, Err(error.clone())));
        assert_eq!(step(&session), Some(ClosingStep::Failed(error)));
        assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }));
        assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [EVENT_TYPE]);
        posted(&session.handle(T0, blanked(EVENT_TYPE, Ok(()))), "im.vector.hangup");
    }
}

/// Under one type it is blank, and phones still show the other: it is not over, though it no longer runs here.
#[test]
fn a_second_type_that_fails_is_tried_again_alone() {
    let mut session = in_it();
    asks(&mut session, room_where(50, &[STABLE_EVENT_TYPE, EVENT_TYPE]));
    session.handle(T0, Input::EndConfirmed);
    session.handle(T0, blanked(EVENT_TYPE, Ok(())));
    session.handle(T0, blanked(STABLE_EVENT_TYPE, Err(HostError::Unreachable)));
    session.handle(T0, Input::RoomChanged(Box::new(room_where(50, &[]))));
    assert_eq!(step(&session), Some(ClosingStep::Failed(HostError::Unreachable)));
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [STABLE_EVENT_TYPE]);
    session.handle(T0, blanked(STABLE_EVENT_TYPE, Ok(())));
    assert_eq!(step(&session), None);
}

/// The event may come back by sync before its request is answered; it was no stranger who ended it.
#[test]
fn my_own_end_is_a_goodbye_and_no_failure() {
    let mut session = in_it();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    session.handle(T0, Input::EndConfirmed);
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room_where(50, &[]))));
    posted(&actions, "im.vector.hangup");
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    session.handle(T0, blanked(EVENT_TYPE, Ok(())));
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    assert_eq!(step(&session), None);
}

#[test]
fn the_question_goes_when_the_conference_or_the_power_does() {
    let mut out = room_where(50, &[EVENT_TYPE]);
    out.membership = Membership::Out;
    let ends = [
        Input::RoomChanged(Box::new(room_where(50, &[]))),
        Input::RoomChanged(Box::new(room_where(49, &[EVENT_TYPE]))),
        Input::RoomChanged(Box::new(out)),
        Input::RoomGone("!garden".into()),
        Input::SignedOut,
    ];
    for end in ends {
        let mut session = Session::default();
        asks(&mut session, room_where(50, &[EVENT_TYPE]));
        session.handle(T0, end);
        assert_eq!(step(&session), None);
    }
}

#[test]
fn a_type_that_came_to_hold_it_since_the_question_is_blanked_too() {
    let mut session = Session::default();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    session.handle(T0, Input::RoomChanged(Box::new(room_where(50, &[STABLE_EVENT_TYPE, EVENT_TYPE]))));
    session.handle(T0, Input::EndConfirmed);
    assert_eq!(blanks(&session.handle(T0, blanked(EVENT_TYPE, Ok(())))), [STABLE_EVENT_TYPE]);
}

#[test]
fn a_failure_goes_when_somebody_else_ends_it() {
    let mut session = Session::default();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    session.handle(T0, Input::EndConfirmed);
    session.handle(T0, blanked(EVENT_TYPE, Err(HostError::Unreachable)));
    session.handle(T0, Input::RoomChanged(Box::new(room_where(50, &[EVENT_TYPE]))));
    assert!(step(&session).is_some());
    session.handle(T0, Input::RoomChanged(Box::new(room_where(50, &[]))));
    assert_eq!(step(&session), None);
}

#[test]
fn an_answer_to_something_else_is_none_to_this() {
    let mut session = Session::default();
    asks(&mut session, room_where(50, &[EVENT_TYPE]));
    session.handle(T0, blanked(EVENT_TYPE, Ok(())));
    assert_eq!(step(&session), Some(ClosingStep::Asked), "nothing was sent yet");
    session.handle(T0, Input::EndConfirmed);
    session.handle(T0, blanked(STABLE_EVENT_TYPE, Ok(())));
    let elsewhere = Input::Blanked { room: "!shed".into(), widget: theirs(), event_type: EVENT_TYPE, result: Ok(()) };
    session.handle(T0, elsewhere);
    assert_eq!(step(&session), Some(ClosingStep::Sending));
    assert_eq!(blanks(&session.handle(T0, Input::EndConfirmed)), [""; 0], "a second press sends nothing twice");
    session.handle(T0, Input::EndCalledOff);
    assert_eq!(step(&session), Some(ClosingStep::Sending), "what is under way can't be taken back");
}
