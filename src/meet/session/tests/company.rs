//! Who is in the conference, as its wrapper reports them.

use super::*;
use crate::meet::video_room;

fn company(session: &Session) -> Company {
    match session.view() {
        View::Open { company, .. } => company,
        other => panic!("{other:?}"),
    }
}

fn hears(session: &mut Session, widget: &MeetWidget, names: &[&str]) {
    hears_at(session, widget, T0, names);
}

pub(super) fn hears_at(session: &mut Session, widget: &MeetWidget, now: Millis, names: &[&str]) {
    let participants: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| json!({"participantId": at.to_string(), "displayName": name}))
        .collect();
    session.handle(now, says(widget, "io.element.participants", json!({ "participants": participants })));
}

#[test]
fn a_room_is_told_of_me_from_when_meet_is_joined_until_i_hang_up() {
    let entered = |session: &Session| video_room::entered(&session.view()).map(|room| room.as_str().to_owned());
    let (mut session, widget) = joined();
    assert_eq!(entered(&session), None, "on its way");
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    assert_eq!(entered(&session).as_deref(), Some("!garden"));
    session.handle(T0, Input::HangUp);
    assert_eq!(entered(&session), None);
}

fn in_it() -> (Session, MeetWidget) {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    (session, widget)
}

#[test]
fn who_is_in_it_is_known_by_count_and_name() {
    let (mut session, widget) = in_it();
    assert_eq!(company(&session), Company::default(), "nobody has told");
    hears(&mut session, &widget, &["Ann", "Ben\u{202e} \u{200b}Lee\n", " "]);
    let company = company(&session);
    assert_eq!((company.count, company.left_alone), (3, false));
    assert_eq!(company.names, ["Ann", "Ben Lee"]);
    assert_eq!(company.line(), "\u{2068}Ann\u{2069} · \u{2068}Ben Lee\u{2069} · …");
}

#[test]
fn who_is_left_alone_is_told_and_who_came_first_is_not() {
    let (mut session, widget) = in_it();
    for (names, left_alone) in [
        (&["Ann"][..], false),
        (&["Ann", "Ben"], false),
        (&["Ann"], true),
        (&["Ann"], true),
        (&["Ann", "Cat"], false),
        // Meet loads itself again, and then says who is in.
        (&[], false),
        (&["Ann"], false),
    ] {
        hears(&mut session, &widget, names);
        assert_eq!(company(&session).left_alone, left_alone, "{names:?}");
    }
}

#[test]
fn nothing_ends_by_itself_when_the_last_other_one_leaves() {
    let (mut session, widget) = in_it();
    hears(&mut session, &widget, &["Ann", "Ben"]);
    hears(&mut session, &widget, &["Ann"]);
    assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }));
    assert_eq!(session.closing(), None);
}

#[test]
fn who_is_out_of_it_knows_of_nobody() {
    for out in [
        |widget: &MeetWidget| says(widget, "im.vector.hangup", json!({"errorMessage": "lost"})),
        |_: &MeetWidget| Input::FrameLoaded,
    ] {
        let (mut session, widget) = in_it();
        hears(&mut session, &widget, &["Ann", "Ben"]);
        session.handle(T0, out(&widget));
        hears(&mut session, &widget, &["Ann", "Ben"]);
        assert_eq!(company(&session), Company::default());
    }
}

#[test]
fn a_crowd_of_long_names_stays_small() {
    let (mut session, widget) = in_it();
    let long = "n".repeat(5_000);
    for _ in 0..100 {
        hears(&mut session, &widget, &vec![long.as_str(); 5_000]);
    }
    let company = company(&session);
    assert_eq!(company.count, 200);
    assert!(company.line().len() < 4_000, "{}", company.line().len());
}

#[test]
fn with_whom_i_am_together_is_known_while_i_am_in_it_and_once_meet_has_told() {
    let (mut session, widget) = in_it();
    assert_eq!(session.view().together(), None);
    hears(&mut session, &widget, &["Ann", "Ben"]);
    let together = session.view().together().expect("the others");
    assert_eq!((together.widget, together.company.count), (widget.id.clone(), 2));
    session.handle(T0, Input::HangUp);
    assert_eq!(session.view().together(), None);
}
