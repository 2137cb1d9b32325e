//! Pages of the site's integration manager, which get its token.

use super::*;
use crate::integrations::Pages;
use crate::secret::Secret;

const URL: &str = "https://im.test/widgets/pad.html?url=https%3A%2F%2Fpad.test%2F#x";

fn target(url: &str) -> Target {
    let pages =
        Pages::of_site(&json!({ "integrations_widgets_urls": ["https://im.test/widgets"] }), "https://chat.test");
    widget(url, json!({})).target(&viewer()).expect("a target").among(&pages)
}

/// A visit whose person is about to be asked, or has agreed before.
fn asked(allowed: bool) -> (Visit, Vec<Action>) {
    let mut visit = Visit::default();
    let entered = Input::Enter { room: room(), widget: widget(URL, json!({})), target: Ok(target(URL)) };
    let actions = visit.handle(T0, entered);
    let actions = looked_up(&mut visit, &actions, allowed);
    (visit, actions)
}

fn fetch(actions: &[Action]) -> u64 {
    let [.., Action::FetchToken { generation }, Action::WakeAt(_)] = actions else { panic!("{actions:?}") };
    *generation
}

fn came(visit: &mut Visit, generation: u64, token: Option<&str>) -> Vec<Action> {
    visit.handle(T0, Input::Token { generation, token: token.map(|token| Secret(token.to_owned())) })
}

fn opened(actions: &[Action]) -> &str {
    let [Action::OpenFrame { url, host }] = actions else { panic!("{actions:?}") };
    assert_eq!(host, "im.test");
    &url.0
}

#[test]
fn a_page_of_the_manager_is_told_from_others_and_says_what_it_shows() {
    let pad = target(URL);
    assert_eq!((pad.is_manager, pad.host.as_str(), pad.shows().as_deref()), (true, "im.test", Some("pad.test")));
    for other in ["https://im.test/?url=https://pad.test/", "https://evil.test/widgets?url=https://pad.test/"] {
        let other = target(other);
        assert_eq!((other.is_manager, other.shows()), (false, None));
    }
}

#[test]
fn no_token_is_fetched_before_the_person_has_agreed() {
    let (mut visit, actions) = asked(false);
    assert_eq!(actions, []);
    let View::Consent(place) = visit.view() else { panic!("{:?}", visit.view()) };
    assert!(place.target.is_manager);
    let actions = visit.handle(T0, Input::Approve("$1".into()));
    assert!(matches!(actions.first(), Some(Action::Keep(said)) if said.allowed), "{actions:?}");
    assert!(matches!(visit.view(), View::Asking(_)), "no frame meanwhile");
    let actions = came(&mut visit, fetch(&actions), Some("to&ken"));
    assert_eq!(opened(&actions).matches("scalar_token=to%26ken#x").count(), 1);
}

#[test]
fn only_a_page_of_the_manager_gets_the_token() {
    let mut visit = Visit::default();
    let actions = enter(&mut visit, "$1");
    let actions = looked_up(&mut visit, &actions, true);
    assert!(matches!(actions.as_slice(), [Action::OpenFrame { .. }]), "{actions:?}");
}

#[test]
fn the_token_is_in_nothing_that_is_shown_or_logged() {
    let (mut visit, actions) = asked(true);
    let actions = came(&mut visit, fetch(&actions), Some("sesame"));
    assert!(opened(&actions).contains("sesame"));
    assert!(!format!("{actions:?}{visit:?}{:?}", visit.view()).contains("sesame"));
}

#[test]
fn without_a_token_or_an_answer_the_page_opens_as_it_is() {
    let (mut visit, actions) = asked(true);
    let actions = came(&mut visit, fetch(&actions), None);
    assert!(!opened(&actions).contains("scalar_token"));

    let (mut visit, actions) = asked(true);
    let (generation, late) = (fetch(&actions), T0.plus(Millis::seconds(10)));
    assert_eq!(visit.handle(T0, Input::Wake), [Action::WakeAt(late)]);
    assert!(!opened(&visit.handle(late, Input::Wake)).contains("scalar_token"));
    assert_eq!(came(&mut visit, generation, Some("late")), []);
}

#[test]
fn a_token_that_comes_for_what_was_called_off_or_edited_goes_nowhere() {
    let (mut visit, actions) = asked(true);
    visit.handle(T0, Input::Close);
    assert_eq!(came(&mut visit, fetch(&actions), Some("t")), []);
    assert_eq!(visit.view(), View::Idle);

    let (mut visit, actions) = asked(true);
    assert!(matches!(visit.handle(T0, edited("$2")).as_slice(), [Action::LookUp { .. }]));
    assert_eq!(came(&mut visit, fetch(&actions), Some("t")), []);
}
