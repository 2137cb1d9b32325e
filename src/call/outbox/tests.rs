use super::*;
use crate::call::event::{Candidate, Description, Reason, StreamMetadata};

fn outbox() -> Outbox {
    Outbox::new("!r".into(), Common { call: "c".into(), party: "p".into() })
}

fn candidates(name: &str, end: bool) -> Outgoing {
    let candidate = Candidate { candidate: name.into(), mid: Some("0".into()), line: None, fragment: None };
    Outgoing::Candidates { candidates: vec![candidate], end }
}

fn invite() -> Outgoing {
    Outgoing::Invite {
        offer: "v=0".into(),
        lifetime: Millis(1),
        invitee: "@b:x".into(),
        metadata: StreamMetadata::default(),
    }
}

fn pump(outbox: &mut Outbox, now: u64, token: u64) -> Option<(&'static str, String)> {
    match outbox.pump(Millis(now), || SendToken(token))? {
        Action::Send { event_type, transaction, .. } => Some((event_type, transaction)),
        _ => None,
    }
}

fn limited(retry_after: u64) -> HostError {
    HostError::Refused {
        errcode: "M_LIMIT_EXCEEDED".into(),
        status: 429,
        message: String::new(),
        retry_after: Some(retry_after),
    }
}

fn forbidden() -> HostError {
    HostError::Refused { errcode: "M_FORBIDDEN".into(), status: 403, message: String::new(), retry_after: None }
}

#[test]
fn events_leave_one_after_the_other() {
    let mut outbox = outbox();
    outbox.push(Outgoing::Reject);
    outbox.push(Outgoing::SelectAnswer("q".into()));
    assert_eq!(pump(&mut outbox, 0, 1).unwrap().0, "m.call.reject");
    assert_eq!(pump(&mut outbox, 0, 2), None);
    assert_eq!(outbox.answered(Millis(0), SendToken(9), Ok(())), Fate::Open);
    assert_eq!(outbox.answered(Millis(0), SendToken(1), Ok(())), Fate::Sent(Outgoing::Reject));
    assert_eq!(pump(&mut outbox, 0, 3).unwrap().0, "m.call.select_answer");
}

#[test]
fn a_server_in_a_hurry_is_given_its_time_and_the_same_transaction() {
    let mut outbox = outbox();
    outbox.push(candidates("a", false));
    let (_, first) = pump(&mut outbox, 0, 1).unwrap();
    assert_eq!(outbox.answered(Millis(0), SendToken(1), Err(limited(700))), Fate::Open);
    assert_eq!((outbox.due_at(), pump(&mut outbox, 699, 2)), (Some(Millis(700)), None));
    assert_eq!(pump(&mut outbox, 700, 3).unwrap().1, first);
}

#[test]
fn back_online_only_a_wait_that_nobody_imposed_is_cut_short() {
    for (error, due) in [(HostError::Unreachable, 300), (limited(30_000), 30_000)] {
        let mut outbox = outbox();
        outbox.push(candidates("a", false));
        pump(&mut outbox, 0, 1);
        outbox.answered(Millis(0), SendToken(1), Err(error));
        outbox.hurry(Millis(300));
        assert_eq!(outbox.due_at(), Some(Millis(due)));
    }
}

#[test]
fn a_silent_server_is_asked_after_1_2_4_8_and_16_seconds() {
    let mut outbox = outbox();
    outbox.push(candidates("a", false));
    let (mut now, mut waits) = (0, Vec::new());
    for token in 0..6 {
        pump(&mut outbox, now, token).unwrap();
        match outbox.answered(Millis(now), SendToken(token), Err(HostError::Unreachable)) {
            Fate::Open => {
                let at = outbox.due_at().unwrap().0;
                waits.push((at - now) / 1000);
                now = at;
            }
            Fate::Failed { uncertain, .. } => assert!(uncertain),
            Fate::Sent(_) => panic!("not sent"),
        }
    }
    assert_eq!((waits, outbox.is_done()), (vec![1, 2, 4, 8, 16], true));
}

#[test]
fn what_waits_is_brought_up_to_date() {
    let mut outbox = outbox();
    outbox.push(candidates("a", false));
    pump(&mut outbox, 0, 1);
    // The first is on its way and stays as it is.
    outbox.push(candidates("b", false));
    outbox.push(candidates("c", true));
    outbox.push(Outgoing::Metadata(StreamMetadata::default()));
    outbox.push(Outgoing::Metadata(StreamMetadata::default()));
    assert_eq!(outbox.letters.len(), 3);
    assert!(
        matches!(&outbox.letters[1].event, Outgoing::Candidates { candidates, end: true } if candidates.len() == 2)
    );
}

#[test]
fn answers_to_offers_that_come_faster_than_they_can_leave_do_not_pile_up() {
    let answer = |sdp: String| Outgoing::Negotiate {
        description: Description { kind: SdpKind::Answer, sdp },
        lifetime: Millis(1),
        metadata: StreamMetadata::default(),
    };
    let mut outbox = outbox();
    for number in 0..1000 {
        outbox.push(answer(number.to_string()));
        pump(&mut outbox, 0, number);
        outbox.answered(Millis(0), SendToken(number), Err(limited(30_000)));
    }
    // The one that was tried, and those that wait.
    assert_eq!(outbox.letters.len(), 1 + MOST_ANSWERS);
    assert_eq!(outbox.letters[0].event, answer("0".into()));
    assert_eq!(outbox.letters[MOST_ANSWERS].event, answer("999".into()));
}

#[test]
fn after_the_end_nothing_but_the_last_word_leaves() {
    let mut outbox = outbox();
    outbox.push(candidates("a", false));
    outbox.push(Outgoing::SelectAnswer("q".into()));
    pump(&mut outbox, 0, 1);
    outbox.close(Some(Outgoing::Hangup(Reason::UserHangup)));
    outbox.push(candidates("b", false));
    outbox.answered(Millis(0), SendToken(1), Ok(()));
    assert_eq!(pump(&mut outbox, 0, 2), Some(("m.call.hangup", "c.p.hangup".to_owned())));
    outbox.answered(Millis(0), SendToken(2), Ok(()));
    assert!(outbox.is_done());
}

#[test]
fn nobody_is_told_of_the_end_of_a_call_that_was_refused() {
    let mut outbox = outbox();
    outbox.push(invite());
    pump(&mut outbox, 0, 1);
    outbox.close(Some(Outgoing::Hangup(Reason::UserHangup)));
    outbox.answered(Millis(0), SendToken(1), Err(forbidden()));
    assert!(outbox.is_done());
    // It may have arrived: then the end must, too.
    let mut outbox = super::Outbox::new("!r".into(), Common { call: "c".into(), party: "p".into() });
    outbox.push(invite());
    pump(&mut outbox, 0, 1);
    outbox.close(Some(Outgoing::Hangup(Reason::UserHangup)));
    outbox.answered(Millis(0), SendToken(1), Err(HostError::Unreachable));
    assert_eq!(pump(&mut outbox, 0, 2).unwrap().0, "m.call.hangup");
}

/// Who called the call off while the homeserver had it wait made the other side ring later: the invite was sent all the same,
/// and the hang-up after it.
#[test]
fn an_invite_that_waits_is_not_sent_after_the_end() {
    let mut outbox = outbox();
    outbox.push(invite());
    pump(&mut outbox, 0, 1);
    outbox.answered(Millis(0), SendToken(1), Err(limited(500)));
    assert!(!outbox.may_be_heard());
    outbox.close(None);
    assert!(outbox.is_done() && outbox.due_at().is_none());
}

#[test]
fn what_was_answered_has_arrived_whatever_the_homeserver_says() {
    let mut outbox = outbox();
    outbox.push(invite());
    outbox.push(Outgoing::SelectAnswer("q".into()));
    pump(&mut outbox, 0, 1);
    outbox.answered(Millis(0), SendToken(1), Err(HostError::Unreachable));
    assert_eq!(outbox.prove(), Some(invite()));
    assert_eq!(outbox.prove(), None);
    assert_eq!(pump(&mut outbox, 0, 2).unwrap().0, "m.call.select_answer");

    let mut outbox = super::Outbox::new("!r".into(), Common { call: "c".into(), party: "p".into() });
    outbox.push(invite());
    pump(&mut outbox, 0, 1);
    assert!(outbox.prove().is_some());
    assert_eq!(outbox.answered(Millis(0), SendToken(1), Err(forbidden())), Fate::Open);
    assert!(outbox.is_done());
}
