//! The event of a conference that I am in is edited in place (`mobile.md` 4.3, C8): who is in it stays behind, and is told so.

use super::*;

/// The room, with the conference of `foreign` as an edit made it.
fn edited(domain: &str, name: &str) -> RoomFacts {
    let content = json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x", "name": "Renamed",
        "data": {"domain": domain, "conferenceId": name, "isAudioOnly": true},
    });
    room(&[(&"theirs".into(), &content)])
}

fn offered(session: &Session) -> Option<(String, String)> {
    let View::Open { moves_to, .. } = session.view() else { panic!("{:?}", session.view()) };
    moves_to.map(|to| match to {
        MovesTo::Edited(it) => (it.domain.expect("a server").to_string(), it.conference_id.as_str().to_owned()),
        MovesTo::Elder(elder) => panic!("it is the same one: {elder:?}"),
    })
}

fn told(session: &mut Session, facts: RoomFacts) -> Vec<Action> {
    session.handle(T0, Input::RoomChanged(Box::new(facts)))
}

/// In, and the event leads to this place now.
fn in_while_edited(domain: &str, name: &str) -> (Session, MeetWidget) {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    let actions = told(&mut session, edited(domain, name));
    assert!(!actions.contains(&Action::CloseFrame), "nobody is moved unasked");
    (session, widget)
}

/// Moves, and says what follows once the wrapper has hung up.
fn moved(session: &mut Session, widget: &MeetWidget) -> Vec<Action> {
    session.handle(T0, Input::Move);
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    session.handle(T0, says(widget, "im.vector.hangup", json!({})))
}

#[test]
fn who_is_in_a_conference_that_is_edited_is_offered_the_move() {
    for (domain, name) in [("meet.test", "Other"), ("evil.test", "Abc"), ("meet.test:8443", "Abc")] {
        let (session, _) = in_while_edited(domain, name);
        assert_eq!(offered(&session), Some((domain.to_owned(), name.to_owned())));
    }
}

#[test]
fn the_move_on_the_same_server_goes_straight_in() {
    let (mut session, widget) = in_while_edited("meet.test", "Other");
    let actions = moved(&mut session, &widget);
    assert!(
        actions.iter().any(
            |action| matches!(action, Action::OpenFrame { widget, .. } if widget.conference_id.as_str() == "Other")
        ),
        "{actions:?}"
    );
    told(&mut session, edited("meet.test", "Other"));
    assert_eq!(offered(&session), None);
}

#[test]
fn the_move_to_another_server_needs_a_word_of_its_own() {
    let (mut session, widget) = in_while_edited("evil.test", "Abc");
    let actions = moved(&mut session, &widget);
    assert!(actions.contains(&Action::CloseFrame), "{actions:?}");
    assert!(matches!(session.view(), View::Consent { asks: true, .. }), "{:?}", session.view());
}

#[test]
fn an_edit_that_leads_to_the_same_place_or_nowhere_offers_nothing() {
    for (domain, name) in [("meet.test", "Abc"), ("https://Meet.test/", "aBC"), ("", "Abc"), ("a b", "Abc")] {
        assert_eq!(offered(&in_while_edited(domain, name).0), None, "{domain} {name}");
    }
    let (mut session, _) = in_while_edited("evil.test", "Abc");
    told(&mut session, edited("meet.test", "Abc"));
    assert_eq!(offered(&session), None, "it was taken back");
}

#[test]
fn who_is_not_in_yet_goes_where_the_edit_leads_on_the_same_server_only() {
    let (mut session, _) = joined();
    let actions = told(&mut session, edited("evil.test", "Abc"));
    assert!(!actions.iter().any(|action| matches!(action, Action::OpenFrame { .. })));
    assert_eq!(offered(&session), Some(("evil.test".to_owned(), "Abc".to_owned())));
    let actions = told(&mut session, edited("meet.test", "Other"));
    assert!(actions.iter().any(|action| matches!(action, Action::OpenFrame { .. })), "{actions:?}");
    assert_eq!(offered(&session), None);
}
