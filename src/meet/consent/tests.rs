use serde_json::{Value, json};

use super::*;
use crate::host::HostError;

fn domain(text: &str) -> MeetDomain {
    MeetDomain::parse(text).expect("a domain")
}

fn said(domain: &str, allowed: bool) -> Said {
    Said { domain: self::domain(domain), spelling: None, allowed }
}

fn stored(domain: &str, allowed: bool) -> Value {
    json!({ "native_widgets": { "m.jitsi": { domain: allowed } } })
}

fn allowed(ledger: &Ledger) -> Vec<String> {
    ledger.view().allowed.iter().map(MeetDomain::to_string).collect()
}

/// Answers, and lets the write go through; gives what was written.
fn answered(ledger: &mut Ledger, said: Said, content: Option<Value>) -> Value {
    assert_eq!(ledger.handle(Input::Said(said)), Some(Action::Fetch));
    match ledger.handle(Input::Fetched(Ok(content))) {
        Some(Action::Store(content)) => content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_counts_at_once_and_is_put_into_what_the_homeserver_has_now() {
    let mut ledger = Ledger::default();
    // The sync knows less than the homeserver: another tab has just written.
    ledger.handle(Input::Known(None));
    let elsewhere = stored("other.test", true);
    let content = answered(&mut ledger, said("meet.test", true), Some(elsewhere));
    assert_eq!(allowed(&ledger), ["meet.test"]);
    assert_eq!(domains(&content).keys().map(MeetDomain::as_str).collect::<Vec<_>>(), ["meet.test", "other.test"]);
    assert_eq!(ledger.handle(Input::Stored(Ok(()))), None);
    ledger.handle(Input::Known(Some(content)));
    assert_eq!(allowed(&ledger), ["meet.test", "other.test"]);
    assert_eq!(ledger.view().unkept, None);
}

#[test]
fn what_is_already_so_is_not_written() {
    let mut ledger = Ledger::default();
    let content = with_domain(None, &said("meet.test", true));
    ledger.handle(Input::Said(said("meet.test", true)));
    assert_eq!(ledger.handle(Input::Fetched(Ok(Some(content)))), None);
    assert_eq!(ledger.handle(Input::Said(said("meet.test", false))), Some(Action::Fetch), "the next one is not stuck");
}

#[test]
fn answers_that_come_during_a_write_are_written_after_it_together() {
    let mut ledger = Ledger::default();
    let first = answered(&mut ledger, said("a.test", true), None);
    for (domain, allowed) in [("b.test", true), ("c.test", true), ("b.test", false)] {
        assert_eq!(ledger.handle(Input::Said(said(domain, allowed))), None);
    }
    assert_eq!(ledger.handle(Input::Stored(Ok(()))), Some(Action::Fetch));
    let Some(Action::Store(second)) = ledger.handle(Input::Fetched(Ok(Some(first)))) else { panic!("not stored") };
    let answers = domains(&second);
    assert_eq!(
        ["a.test", "b.test", "c.test"].map(|name| answers.get(&domain(name)).copied()),
        [true, false, true].map(Some)
    );
}

#[test]
fn an_answer_that_cannot_be_stored_holds_on_this_page_and_is_said() {
    let mut ledger = Ledger::default();
    for fails_early in [true, false] {
        ledger.handle(Input::Said(said("meet.test", true)));
        let next = if fails_early {
            ledger.handle(Input::Fetched(Err(HostError::Unreachable)))
        } else {
            ledger.handle(Input::Fetched(Ok(None)));
            ledger.handle(Input::Stored(Err(HostError::Unsupported)))
        };
        assert_eq!(next, None, "never repeated silently");
        assert_eq!(allowed(&ledger), ["meet.test"]);
        assert_eq!(ledger.view().unkept, Some(domain("meet.test")));
        ledger.handle(Input::Known(None));
        assert_eq!(allowed(&ledger), ["meet.test"]);
    }
    ledger.handle(Input::Said(said("meet.test", true)));
    assert_eq!(ledger.view().unkept, None, "it is tried again");
}

#[test]
fn a_withdrawal_that_cannot_be_stored_is_not_undone_by_the_next_sync() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::Known(Some(stored("meet.test", true))));
    ledger.handle(Input::Said(said("meet.test", false)));
    ledger.handle(Input::Fetched(Err(HostError::Unreachable)));
    for _ in 0..2 {
        ledger.handle(Input::Known(Some(stored("meet.test", true))));
        assert_eq!(allowed(&ledger), [""; 0]);
    }
}

#[test]
fn a_permission_ends_when_another_app_withdraws_it() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::Known(Some(stored("meet.test", false))));
    answered(&mut ledger, said("meet.test", true), Some(stored("meet.test", false)));
    ledger.handle(Input::Known(Some(stored("meet.test", false))));
    assert_eq!(allowed(&ledger), ["meet.test"], "a sync may still bring what was there before");
    ledger.handle(Input::Stored(Ok(())));
    ledger.handle(Input::Known(Some(stored("meet.test", true))));
    assert_eq!(allowed(&ledger), ["meet.test"]);
    ledger.handle(Input::Known(Some(stored("meet.test", false))));
    assert_eq!(allowed(&ledger), [""; 0]);
}

#[test]
fn signing_out_forgets_everything_and_late_answers_do_nothing() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::Known(Some(stored("meet.test", true))));
    ledger.handle(Input::Said(said("other.test", true)));
    ledger.handle(Input::SignedOut);
    assert_eq!(ledger.handle(Input::Fetched(Ok(None))), None);
    assert_eq!(ledger.handle(Input::Stored(Err(HostError::Unreachable))), None);
    assert_eq!(ledger.view(), View::default());
}
