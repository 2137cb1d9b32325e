//! Consent once for each Meet domain.

use super::*;
use crate::meet::consent::Said;

fn join(session: &mut Session, widget: &MeetWidget) -> Vec<Action> {
    let widget = Box::new(widget.clone());
    session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: false })
}

fn opens(actions: &[Action]) -> bool {
    actions.iter().any(|action| matches!(action, Action::OpenFrame { .. }))
}

#[test]
fn a_domain_that_was_agreed_to_is_joined_without_asking_until_that_is_withdrawn() {
    let mut session = Session::default();
    session.handle(T0, Input::Allowed(vec![domain("elsewhere.test")]));
    assert!(opens(&join(&mut session, &foreign("elsewhere.test"))));
    session.handle(T0, Input::RoomGone("!garden".into()));
    assert!(!opens(&join(&mut session, &foreign("third.test"))), "it holds for that domain only");
    session.handle(T0, Input::Allowed(Vec::new()));
    assert!(!opens(&join(&mut session, &foreign("elsewhere.test"))));
    assert!(matches!(session.view(), View::Consent { .. }));
}

#[test]
fn an_approval_is_kept_under_the_domain_and_the_spelling_of_the_event() {
    for (text, spelling) in [("elsewhere.test", None), ("https://Elsewhere.test/", Some("https://Elsewhere.test/"))] {
        let mut session = Session::default();
        join(&mut session, &foreign(text));
        let actions = session.handle(T0, Input::Approve(domain("elsewhere.test")));
        let spelling = spelling.map(str::to_owned);
        let said = Said { domain: domain("elsewhere.test"), spelling, allowed: true };
        assert_eq!(actions.first(), Some(&Action::KeepConsent(said)));
        assert!(opens(&actions), "joining does not wait for it");
    }
}

#[test]
fn a_dismissed_card_keeps_nothing_and_asks_again() {
    let mut session = Session::default();
    for _ in 0..2 {
        assert_eq!(join(&mut session, &foreign("elsewhere.test")), []);
        assert!(matches!(session.view(), View::Consent { .. }));
        assert_eq!(session.handle(T0, Input::Dismiss), []);
        assert_eq!(session.view(), View::Idle);
    }
}

#[test]
fn a_faster_start_on_a_domain_that_was_agreed_to_needs_no_word_either() {
    let mut session = Session::default();
    session.handle(T0, Input::Allowed(vec![domain("elsewhere.test")]));
    session.handle(T0, Input::Start(Box::new(room(&[])), start()));
    let theirs = json!({
        "type": "jitsi", "url": "https://x.test/jitsi.html", "data": {"domain": "elsewhere.test", "conferenceId": "Abc"},
    });
    assert!(opens(&session.handle(T0, Input::RoomChanged(Box::new(room(&[(&"theirs".into(), &theirs)]))))));
}

#[test]
fn the_next_person_to_sign_in_has_agreed_to_nothing() {
    let mut session = Session::default();
    session.handle(T0, Input::Allowed(vec![domain("elsewhere.test")]));
    session.handle(T0, Input::SignedOut);
    assert!(!opens(&join(&mut session, &foreign("elsewhere.test"))));
}

/// The sheet before a split conference on the site's own server asks nothing about that; an edit then led to another as if it had.
#[test]
fn a_card_asks_about_a_server_unless_that_is_trusted_and_an_edit_takes_no_trust_along() {
    let asks = |session: &Session| matches!(session.view(), View::Consent { asks: true, .. });
    let split = |domain: &str| {
        let data = json!({"domain": format!("https://{domain}")});
        room(&[(&"theirs".into(), &json!({"type": "jitsi", "url": "https://x.test/j.html?confId=Abc", "data": data}))])
    };
    let join = |trusted| {
        let (mut session, widget) = (Session::default(), Box::new(split("meet.test").conferences[0].clone()));
        session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted });
        session
    };
    assert!(asks(&join(false)));
    let mut session = join(true);
    assert!(!asks(&session));
    session.handle(T0, Input::RoomChanged(Box::new(split("evil.test"))));
    assert!(asks(&session));
    session.handle(T0, Input::Allowed(vec![domain("evil.test")]));
    assert!(!asks(&session), "agreed to in another app meanwhile");
}
