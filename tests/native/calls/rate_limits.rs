//! Homeservers that want a pause, answer late, or not at all (`calls-1to1.md` 1.4, 6.5).

use meet_in_chat::call::event::Candidate;
use meet_in_chat::call::peer::PeerEvent;
use meet_in_chat::call::view::{Ending, Phase, Word};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;

use super::world::{ANN, BEN, World};

pub(crate) fn limited(retry_after: u64) -> HostError {
    refused("M_LIMIT_EXCEEDED", 429, Some(retry_after))
}

pub(crate) fn refused(errcode: &str, status: u16, retry_after: Option<u64>) -> HostError {
    HostError::Refused { errcode: errcode.into(), status, message: String::new(), retry_after }
}

/// The next requests of this page fail like this, before they arrive or after.
fn fail(world: &mut World, page: usize, times: usize, arrives: bool, error: &HostError) {
    let answers = world.answers.entry(page).or_default();
    answers.extend(std::iter::repeat_n((arrives, Some(error.clone())), times));
}

/// Ann called it off while the homeserver had her wait. The invite was sent all the same when the pause was over, and the hang-up
/// after it: Ben's phone rang for a moment, and he had missed a call.
#[test]
fn a_call_that_is_called_off_during_a_pause_never_rings() {
    let mut world = World::two();
    fail(&mut world, ANN, 1, false, &limited(3000));
    world.place(ANN, false);
    world.run(1000);
    world.act(ANN, Deed::HangUp);
    world.run(20_000);
    assert!(world.server.timeline.is_empty() && world.is_quiet());
    assert_eq!(world.ending(BEN), None);
}

#[test]
fn an_invite_waits_as_long_as_the_homeserver_says_and_keeps_its_transaction() {
    let mut world = World::two();
    fail(&mut world, ANN, 2, false, &limited(3000));
    world.place(ANN, false);
    world.run(2900);
    assert_eq!((world.count(ANN, "m.call.invite"), world.phase(ANN)), (1, Some(Phase::Calling)));
    world.run(4000);
    assert_eq!((world.count(ANN, "m.call.invite"), world.phase(BEN)), (3, Some(Phase::Ringing)));
    let transactions: Vec<_> = world.pages[ANN].sent.iter().take(3).map(|sent| &sent.transaction).collect();
    assert!(transactions.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn candidates_and_answers_wait_too() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(60);
    fail(&mut world, ANN, 1, false, &limited(2500));
    fail(&mut world, BEN, 1, false, &limited(2500));
    world.run(400);
    world.act(BEN, Deed::Accept { video: false });
    world.run(2000);
    assert_eq!(world.phase(BEN), Some(Phase::Answering));
    world.run(3000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    assert_eq!(world.count(ANN, "m.call.candidates"), 2);
}

#[test]
fn a_homeserver_that_wants_minutes_is_given_up() {
    let mut world = World::two();
    fail(&mut world, ANN, 1, false, &limited(120_000));
    world.place(ANN, false);
    world.run(1000);
    assert!(matches!(world.ending(ANN), Some(Ending::NotSent(_))));
    assert!(world.is_quiet() && world.server.timeline.is_empty());
}

#[test]
fn an_invite_that_is_refused_ends_the_call_and_tells_nobody() {
    let mut world = World::two();
    fail(&mut world, ANN, 1, false, &refused("M_FORBIDDEN", 403, None));
    world.place(ANN, true);
    world.run(5000);
    assert!(matches!(world.ending(ANN), Some(Ending::NotSent(_))));
    assert_eq!(world.pages[ANN].types(), ["m.call.invite"]);
    assert!(world.is_quiet());
}

#[test]
fn an_invite_that_may_have_arrived_is_followed_by_a_hang_up() {
    let mut world = World::two();
    fail(&mut world, ANN, 4, true, &HostError::Unreachable);
    world.place(ANN, false);
    world.run(6000);
    assert_eq!(world.phase(BEN), Some(Phase::Ringing));
    world.run(6000);
    assert!(matches!(world.ending(ANN), Some(Ending::NotSent(_))));
    assert_eq!(world.ending(BEN), Some(Ending::Missed));
    assert!(world.is_quiet());
}

/// Ann's invite arrived and Ben answered, but the homeserver's answer to it got lost again and again. After the last try Ann's side
/// ended a call in which both were speaking, because "the invite could not be sent".
#[test]
fn an_invite_that_was_answered_has_arrived() {
    let mut world = World::two();
    fail(&mut world, ANN, 4, true, &HostError::Unreachable);
    world.place(ANN, false);
    world.run(500);
    world.act(BEN, Deed::Accept { video: false });
    world.run(30_000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    assert!(world.count(ANN, "m.call.candidates") > 0 && world.count(ANN, "m.call.select_answer") > 0);
}

/// The same on the other side: Ben's answer arrived and was selected while he was never told so. His candidates waited for that
/// word for ever.
#[test]
fn an_answer_that_was_selected_has_arrived() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(500);
    fail(&mut world, BEN, 6, true, &HostError::Unreachable);
    world.path = false;
    world.act(BEN, Deed::Accept { video: false });
    world.run(3000);
    assert_eq!(world.phase(BEN), Some(Phase::Connecting));
    assert!(world.count(BEN, "m.call.candidates") > 0);
    world.path = true;
    world.run(500);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
}

#[test]
fn an_answer_that_can_not_be_sent_rings_on_and_can_be_given_again() {
    let mut world = World::two();
    world.place(ANN, true);
    world.run(1000);
    fail(&mut world, BEN, 1, false, &refused("M_FORBIDDEN", 403, None));
    world.act(BEN, Deed::Accept { video: true });
    world.run(1000);
    let view = world.view(BEN).expect("it rings on");
    assert_eq!((view.phase, view.word), (Phase::Ringing, Some(Word::AnswerNotSent)));
    assert!(world.pages[BEN].open_resources().is_empty());
    world.act(BEN, Deed::Accept { video: true });
    world.run(3000);
    assert_eq!((world.phase(ANN), world.phase(BEN)), (Some(Phase::Connected), Some(Phase::Connected)));
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

#[test]
fn candidates_that_can_not_be_sent_end_a_call_that_is_not_connected() {
    let mut world = World::two();
    world.path = false;
    world.place(ANN, false);
    world.run(30);
    fail(&mut world, ANN, 1, false, &refused("M_FORBIDDEN", 403, None));
    world.run(2000);
    assert!(matches!(world.ending(ANN), Some(Ending::NotSent(_))));
    assert_eq!(
        world.last(ANN, "m.call.hangup").map(|sent| sent.content["reason"].clone()),
        Some("unknown_error".into())
    );
    assert!(world.is_quiet());
}

/// 1.4: after 1, 2, 4, 8 and 16 s they are given up, and the call with them, unless its media needs them no more.
#[test]
fn candidates_that_fail_again_and_again_end_only_a_call_that_is_not_connected() {
    for connected in [false, true] {
        let mut world = if connected { World::talking(false) } else { World::two() };
        if connected {
            let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
            let (mid, fragment) = (Some("0".into()), Some("f".into()));
            let candidate = Candidate { candidate: "candidate:late".into(), mid, line: None, fragment };
            world.input(ANN, Input::Peer(connection, PeerEvent::Candidate(candidate)));
        } else {
            world.place(ANN, false);
            world.run(30);
        }
        assert_eq!(world.count(ANN, "m.call.candidates"), usize::from(connected));
        fail(&mut world, ANN, 6, false, &HostError::Unreachable);
        world.run(30_000);
        assert!(world.phase(ANN).is_some());
        world.run(10_000);
        assert_eq!(world.phase(ANN), connected.then_some(Phase::Connected));
        assert_eq!(matches!(world.ending(ANN), Some(Ending::NotSent(_))), !connected);
        let reason = world.last(ANN, "m.call.hangup").map(|sent| sent.content["reason"].clone());
        assert_eq!(reason, (!connected).then(|| "unknown_error".into()));
    }
}

#[test]
fn a_silent_homeserver_is_asked_again_as_soon_as_it_answers() {
    let mut world = World::two();
    fail(&mut world, ANN, 3, false, &HostError::Unreachable);
    world.place(ANN, false);
    world.run(4000);
    assert_eq!(world.count(ANN, "m.call.invite"), 3);
    world.input(ANN, Input::Online);
    assert_eq!(world.count(ANN, "m.call.invite"), 4);
    world.run(500);
    assert_eq!(world.phase(BEN), Some(Phase::Ringing));
}
