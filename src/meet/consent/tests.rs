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
        assert_eq!(ledger.view().unkept.as_deref(), Some("meet.test"));
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

fn opens(ledger: &Ledger, room: &Value) -> bool {
    ledger.allows(&"$event".into(), room)
}

fn widget_said(allowed: bool) -> WidgetSaid {
    WidgetSaid { room: "!garden".into(), event: "$event".into(), host: "call.test".into(), allowed }
}

fn account(allowed: bool) -> Value {
    json!({ "widgets": { "$event": allowed } })
}

#[test]
fn a_widget_opens_for_who_agreed_and_refused_nowhere() {
    let allowed = |account: Value, room: Value| widget_allowed(&"$event".into(), &account, &room);
    let room = |allowed: bool| json!({ "$event": allowed });
    assert!(allowed(account(true), json!({})) && allowed(json!({}), room(true)) && allowed(account(true), room(true)));
    for (account, room) in [
        (json!({}), json!({})),
        (account(false), room(true)),
        (account(true), room(false)),
        (json!({ "widgets": { "$other": true } }), json!({ "$other": true })),
        // A Meet server of that name, other shapes, other types.
        (json!({ "native_widgets": { "m.jitsi": { "$event": true } } }), json!({ "widgets": { "$event": true } })),
        (json!({ "$event": true }), json!(null)),
        (json!({ "widgets": { "$event": "true" } }), json!({ "$event": 1 })),
        (json!({ "widgets": ["$event"] }), json!(["$event"])),
    ] {
        assert!(!allowed(account.clone(), room.clone()), "{account} {room}");
    }
    assert!(domains(&account(true)).is_empty(), "nor the other way round");
}

#[test]
fn an_answer_for_a_widget_goes_into_the_account_and_then_into_its_room() {
    let mut ledger = Ledger::default();
    assert!(!opens(&ledger, &json!({})));
    assert_eq!(ledger.handle(Input::WidgetSaid(widget_said(true))), Some(Action::Fetch));
    assert!(opens(&ledger, &json!({ "$event": false })), "at once, and newer than what is stored");
    let elsewhere =
        json!({ "widgets": { "$other": true }, "native_widgets": { "m.jitsi": { "meet.test": false } }, "x": 1 });
    let Some(Action::Store(content)) = ledger.handle(Input::Fetched(Ok(Some(elsewhere)))) else { panic!("not stored") };
    assert_eq!(
        content,
        json!({
            "widgets": { "$other": true, "$event": true }, "native_widgets": { "m.jitsi": { "meet.test": false } }, "x": 1,
        })
    );
    assert_eq!(ledger.handle(Input::Stored(Ok(()))), Some(Action::FetchInRoom("!garden".into())));
    let store = ledger.handle(Input::FetchedInRoom(Ok(Some(json!({ "$other": false, "x": [] })))));
    let both = json!({ "$other": false, "x": [], "$event": true });
    assert_eq!(store, Some(Action::StoreInRoom("!garden".into(), both)));
    assert_eq!(ledger.handle(Input::StoredInRoom(Ok(()))), None);
    assert_eq!(ledger.view(), View::default(), "no Meet server is allowed by it");
    ledger.handle(Input::Known(Some(content)));
    assert!(opens(&ledger, &json!({ "$event": true })));
}

/// One writer for both kinds: what is said meanwhile waits until the room has its part.
#[test]
fn answers_of_both_kinds_never_write_at_the_same_time() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::WidgetSaid(widget_said(true)));
    assert_eq!(ledger.handle(Input::Said(said("meet.test", true))), None);
    let Some(Action::Store(content)) = ledger.handle(Input::Fetched(Ok(None))) else { panic!("not stored") };
    assert_eq!(content["widgets"], json!({ "$event": true }));
    assert_eq!(content["native_widgets"]["m.jitsi"], json!({ "meet.test": true }));
    assert_eq!(ledger.handle(Input::WidgetSaid(widget_said(false))), None);
    let next = ledger.handle(Input::Stored(Ok(())));
    assert!(next.as_ref().is_some_and(Action::goes_on), "{next:?}");
    let Some(Action::StoreInRoom(..)) = ledger.handle(Input::FetchedInRoom(Ok(None))) else { panic!("not stored") };
    assert_eq!(ledger.handle(Input::StoredInRoom(Ok(()))), Some(Action::Fetch), "then the withdrawal");
    let Some(Action::Store(content)) = ledger.handle(Input::Fetched(Ok(Some(content)))) else { panic!("not stored") };
    assert_eq!(content["widgets"], json!({ "$event": false }));
    assert!(!opens(&ledger, &json!({ "$event": true })));
}

#[test]
fn a_chat_without_data_of_rooms_keeps_the_account_s_part() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::WidgetSaid(widget_said(true)));
    ledger.handle(Input::Fetched(Ok(None)));
    ledger.handle(Input::Stored(Ok(())));
    assert_eq!(ledger.handle(Input::FetchedInRoom(Err(HostError::Unsupported))), None);
    assert_eq!(ledger.view().unkept, None);
}

#[test]
fn an_answer_for_a_widget_that_cannot_be_stored_is_said_and_holds_on_this_page() {
    for fails_at in 0..4 {
        let mut ledger = Ledger::default();
        ledger.handle(Input::WidgetSaid(widget_said(true)));
        let gone = || HostError::Unreachable;
        let steps = [
            Input::Fetched(if fails_at == 0 { Err(gone()) } else { Ok(None) }),
            Input::Stored(if fails_at == 1 { Err(gone()) } else { Ok(()) }),
            Input::FetchedInRoom(if fails_at == 2 { Err(gone()) } else { Ok(None) }),
            Input::StoredInRoom(Err(gone())),
        ];
        for step in steps {
            ledger.handle(step);
        }
        assert_eq!(ledger.view().unkept.as_deref(), Some("call.test"), "{fails_at}");
        assert!(opens(&ledger, &json!({})));
        assert_eq!(ledger.handle(Input::Said(said("meet.test", true))), Some(Action::Fetch), "the next is not stuck");
    }
}

#[test]
fn another_app_can_withdraw_what_was_said_for_a_widget_here() {
    let mut ledger = Ledger::default();
    ledger.handle(Input::WidgetSaid(widget_said(true)));
    ledger.handle(Input::Known(Some(account(true))));
    assert!(opens(&ledger, &json!({})));
    ledger.handle(Input::Known(Some(account(false))));
    assert!(!opens(&ledger, &json!({ "$event": true })));
}
