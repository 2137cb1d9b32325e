//! A conference whose last one leaves, for people who want it to end then.

use super::company::hears_at;
use super::repair::before_the_sheet;
use super::*;
use crate::meet::widget::{EVENT_TYPE, STABLE_EVENT_TYPE};

/// The room, with this conference under these types, and this power of mine where widgets need 50.
fn room_where(power: u64, under: &[&str]) -> Box<RoomFacts> {
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
    Box::new(RoomFacts::read(&room, &"@ann:chat.test".into()).expect("a room"))
}

fn at(seconds: u64) -> Millis {
    T0.plus(Millis::seconds(seconds))
}

/// In it with who is named, from `T0` on.
fn in_it_with(names: &[&str]) -> (Session, MeetWidget) {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    hears_at(&mut session, &widget, T0, names);
    (session, widget)
}

fn is_said_to_be_last(actions: &[Action]) -> bool {
    actions.iter().any(|action| {
        matches!(action, Action::LastOneLeft { room, widget } if room.as_str() == "!garden" && widget.id.as_str() == "theirs")
    })
}

fn hung_up_in_meet(widget: &MeetWidget) -> Input {
    says(widget, "im.vector.hangup", json!({}))
}

fn blanks(actions: &[Action]) -> Vec<&'static str> {
    let blank = |action: &Action| match action {
        Action::Blank { event_type, .. } => Some(*event_type),
        _ => None,
    };
    actions.iter().filter_map(blank).collect()
}

/// The one that these tests are in.
fn theirs() -> Box<MeetWidget> {
    Box::new(room_where(50, &[EVENT_TYPE]).conferences[0].clone())
}

fn ends(session: &mut Session, facts: Box<RoomFacts>) -> Vec<&'static str> {
    blanks(&session.handle(at(60), Input::EndByItself(facts, theirs())))
}

#[test]
fn who_leaves_after_all_others_is_the_last_one() {
    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    assert!(is_said_to_be_last(&session.handle(at(103), Input::HangUp)));
    assert!(!is_said_to_be_last(&session.handle(at(104), Input::HangUp)), "said once");
    assert!(!is_said_to_be_last(&session.handle(at(105), hung_up_in_meet(&widget))), "the goodbye is none of its own");
}

#[test]
fn a_conference_is_idle_for_who_left_it_as_the_last_one_until_they_are_in_it_again() {
    let room = RoomId::from("!garden");
    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    assert!(!session.is_idle(&room, &widget), "somebody is in it: me");
    session.handle(at(103), Input::HangUp);
    session.handle(at(104), hung_up_in_meet(&widget));
    assert!(session.is_idle(&room, &widget));
    assert!(!session.is_idle(&"!other".into(), &widget));
    let edited = MeetWidget { event_id: "$edited".into(), ..widget.clone() };
    assert!(!session.is_idle(&room, &edited), "who is in that one nobody has told");

    let again = Input::Join { room: room.clone(), widget: Box::new(widget.clone()), kind: Kind::Video, trusted: true };
    session.handle(at(110), again);
    assert!(!session.is_idle(&room, &widget));

    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    session.handle(at(100), Input::HangUp);
    assert!(!session.is_idle(&room, &widget), "Ben is in it");
}

/// Of those who are elsewhere Meet tells nothing.
#[test]
fn a_conference_in_which_people_do_not_meet_is_never_idle() {
    let (mut session, _) = before_the_sheet();
    let View::Consent { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    session.handle(T0, Input::Approve(domain(widget::V1_DOMAIN)));
    shakes_hands(&mut session);
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    hears_at(&mut session, &widget, T0, &["Ann"]);
    assert!(is_said_to_be_last(&session.handle(at(30), Input::HangUp)));
    assert!(!session.is_idle(&"!garden".into(), &widget));
}

#[test]
fn as_long_as_somebody_else_is_in_it_or_nobody_has_told_it_goes_on() {
    for names in [&["Ann", "Ben"][..], &[]] {
        let (mut session, _) = in_it_with(names);
        assert!(!is_said_to_be_last(&session.handle(at(100), Input::HangUp)), "{names:?}");
    }
    // On the way in nobody has told anything.
    let (mut session, _) = joined();
    assert!(!is_said_to_be_last(&session.handle(at(10), Input::HangUp)));
    // And it is nobody's who is not in one.
    assert!(!is_said_to_be_last(&Session::default().handle(T0, Input::HangUp)));
}

#[test]
fn who_saw_nobody_come_is_the_last_one_after_a_while() {
    for (seconds, last) in [(9, false), (10, true)] {
        let (mut session, _) = in_it_with(&["Ann"]);
        assert_eq!(is_said_to_be_last(&session.handle(at(seconds), Input::HangUp)), last, "{seconds}");
    }
}

/// Meet takes all off its list up to a second before it says that it loads itself again, and during that names nobody.
#[test]
fn a_reload_makes_nobody_the_last_one() {
    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    assert!(!is_said_to_be_last(&session.handle(at(101), Input::HangUp)));

    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    hears_at(&mut session, &widget, at(101), &[]);
    assert!(!is_said_to_be_last(&session.handle(at(120), Input::HangUp)));

    // Back from it alone, it counts from there.
    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    hears_at(&mut session, &widget, at(101), &[]);
    hears_at(&mut session, &widget, at(120), &["Ann"]);
    assert!(!is_said_to_be_last(&session.handle(at(125), Input::HangUp)));
}

/// Who hangs up in Meet sees its list cleared first, and the goodbye comes when the server has answered.
#[test]
fn who_hangs_up_in_meet_is_the_last_one_only_when_alone_for_long_before() {
    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    hears_at(&mut session, &widget, at(103), &[]);
    assert!(!is_said_to_be_last(&session.handle(at(130), hung_up_in_meet(&widget))));

    let (mut session, widget) = in_it_with(&["Ann", "Ben"]);
    hears_at(&mut session, &widget, at(100), &["Ann"]);
    hears_at(&mut session, &widget, at(111), &[]);
    assert!(is_said_to_be_last(&session.handle(at(112), hung_up_in_meet(&widget))));
}

#[test]
fn a_connection_that_breaks_ends_nothing() {
    let (mut session, widget) = in_it_with(&["Ann"]);
    let lost = says(&widget, "im.vector.hangup", json!({"errorMessage": "connection.droppedError"}));
    assert!(!is_said_to_be_last(&session.handle(at(100), lost)));
    assert!(!is_said_to_be_last(&session.handle(at(101), Input::HangUp)), "closing the card is no leaving");

    let (mut session, _) = in_it_with(&["Ann"]);
    assert!(!is_said_to_be_last(&session.handle(at(100), Input::FrameLoaded)), "the wrapper's page loads again");
    assert!(!is_said_to_be_last(&session.handle(at(101), Input::HangUp)));
    let (mut session, _) = in_it_with(&["Ann"]);
    assert!(!is_said_to_be_last(&session.handle(at(100), Input::SignedOut)));
}

#[test]
fn it_ends_under_every_type_without_a_question_and_nobody_waits_for_it() {
    let (mut session, _) = in_it_with(&["Ann"]);
    session.handle(at(60), Input::HangUp);
    assert_eq!(ends(&mut session, room_where(50, &[STABLE_EVENT_TYPE, EVENT_TYPE])), [EVENT_TYPE]);
    assert!(session.closing().is_some_and(|closing| !closing.shows()));
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    let blanked =
        |event_type, result| Input::Blanked { room: "!garden".into(), widget: "theirs".into(), event_type, result };
    assert_eq!(blanks(&session.handle(at(61), blanked(EVENT_TYPE, Ok(())))), [STABLE_EVENT_TYPE]);
    session.handle(at(61), blanked(STABLE_EVENT_TYPE, Err(HostError::Unreachable)));
    assert!(session.closing().is_some_and(|closing| closing.shows()), "what fails is said, and can be tried again");
    assert_eq!(blanks(&session.handle(at(62), Input::EndConfirmed)), [STABLE_EVENT_TYPE]);
    session.handle(at(62), blanked(STABLE_EVENT_TYPE, Ok(())));
    assert_eq!(session.closing(), None);
}

#[test]
fn what_one_may_not_end_or_is_over_stays_as_it_is() {
    for facts in [room_where(49, &[EVENT_TYPE]), room_where(50, &[])] {
        let (mut session, _) = in_it_with(&["Ann"]);
        session.handle(at(60), Input::HangUp);
        assert_eq!(ends(&mut session, facts), [""; 0]);
        assert_eq!(session.closing(), None);
    }
}

#[test]
fn who_is_in_it_again_does_not_lose_it() {
    let (mut session, _) = in_it_with(&["Ann"]);
    assert_eq!(ends(&mut session, room_where(50, &[EVENT_TYPE])), [""; 0]);
}

#[test]
fn the_end_of_another_one_goes_first() {
    let (mut session, _) = in_it_with(&["Ann"]);
    let other = json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x",
        "data": {"domain": "meet.test", "conferenceId": "Other", "isAudioOnly": false},
    });
    let shed = room(&[(&"other".into(), &other)]);
    session.handle(at(59), Input::End(Box::new(shed), "other".into()));
    session.handle(at(60), Input::HangUp);
    assert_eq!(ends(&mut session, room_where(50, &[EVENT_TYPE])), [""; 0]);
    assert_eq!(session.closing().map(|closing| closing.step), Some(ClosingStep::Asked));
}

/// On the way to the same conference in the Meet app it must not end, and what goes on in another room is none of its business.
#[test]
fn who_goes_into_it_outside_of_the_chat_leaves_it_and_is_not_the_last_one() {
    let outside = |room: &str| Input::GoOutside(room.into(), "theirs".into());
    let (mut session, _) = in_it_with(&["Ann"]);
    session.handle(at(60), outside("!shed"));
    assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }), "another one");
    assert!(!is_said_to_be_last(&session.handle(at(60), outside("!garden"))));
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    assert!(!is_said_to_be_last(&session.handle(at(61), says(&theirs(), "im.vector.hangup", json!({})))));
}

/// The others went where an edit of the event led them, or where a split conference leads their clients.
#[test]
fn what_led_others_elsewhere_does_not_end_by_itself() {
    let place = |data: Value| {
        let content = json!({"type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x", "data": data});
        Box::new(room(&[(&"theirs".into(), &content)]))
    };
    for data in [
        json!({"domain": "other.test", "conferenceId": "Abc"}),
        json!({"domain": "meet.test", "conferenceId": "Other"}),
        json!({"domain": "https://meet.test", "conferenceId": "Abc"}),
    ] {
        let (mut session, _) = in_it_with(&["Ann"]);
        session.handle(at(60), Input::HangUp);
        assert_eq!(ends(&mut session, place(data.clone())), [""; 0], "{data}");
        assert_eq!(session.closing(), None);
    }
    let (mut session, _) = in_it_with(&["Ann"]);
    session.handle(at(60), Input::HangUp);
    assert_eq!(ends(&mut session, place(json!({"domain": "meet.test", "conferenceId": "Abc"}))), [EVENT_TYPE]);
}

/// The others are in breakout rooms, and who was alone in the main one has followed them there.
#[test]
fn who_hangs_up_in_a_breakout_room_is_not_the_last_one() {
    let (mut session, widget) = in_it_with(&["Ann"]);
    hears_at(&mut session, &widget, at(60), &[]);
    hears_at(&mut session, &widget, at(61), &[]);
    assert!(!is_said_to_be_last(&session.handle(at(62), hung_up_in_meet(&widget))));
}

/// Empty is what such a room is most of the time; nobody could make its conference again.
#[test]
fn a_video_room_s_conference_never_ends_by_itself() {
    let mut facts = room_where(100, &[EVENT_TYPE]);
    assert_eq!(ends(&mut in_it_with(&["Ann"]).0, facts.clone()), Vec::<&str>::new(), "I am in it still");
    let (mut session, _) = in_it_with(&["Ann"]);
    session.handle(at(50), Input::HangUp);
    facts.video_room = true;
    assert_eq!(ends(&mut session, facts.clone()), Vec::<&str>::new());
    facts.video_room = false;
    assert_eq!(ends(&mut session, facts), [EVENT_TYPE]);
}
