//! Several devices and tabs of one person (`calls-1to1.md` 1.11), and pages that go away.

use meet_in_chat::call::tones::Loop;
use meet_in_chat::call::view::{Ending, Phase};
use meet_in_chat::call::vocabulary::{Deed, Input};
use meet_in_chat::host::HostError;
use serde_json::json;

use super::world::others::{answer, invite, with};
use super::world::{ANN, ANN_ID, BEN, BEN_ID, CAT_ID, DM, OTHER_DM, World};

/// T19, T20.
#[test]
fn all_devices_ring_and_stop_when_one_answers_declines_or_the_caller_gives_up() {
    for deed in [Some(Deed::Accept { video: false }), Some(Deed::Decline), None] {
        let mut world = World::two();
        let others = [world.add(BEN_ID), world.add(BEN_ID)];
        world.place(ANN, false);
        world.run(1000);
        assert!(others.iter().all(|page| world.pages[*page].looping == Some(Loop::Ring)));
        match deed.clone() {
            Some(deed) => world.act(BEN, deed),
            None => world.act(ANN, Deed::HangUp),
        }
        world.run(3000);
        for page in others {
            assert!(world.phase(page).is_none() && world.pages[page].looping.is_none(), "{deed:?}");
            assert!(world.pages[page].sent.is_empty(), "{deed:?}");
            assert_eq!(world.ending(page), (deed.is_none()).then_some(Ending::Missed), "{deed:?}");
        }
        assert_eq!(world.disagreements(), Vec::<String>::new());
    }
}

#[test]
fn ignoring_lets_the_others_ring_on() {
    let mut world = World::two();
    let other = world.add(BEN_ID);
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Ignore);
    world.run(1000);
    assert_eq!((world.phase(BEN), world.phase(other)), (None, Some(Phase::Ringing)));
}

/// T22.
#[test]
fn of_two_devices_that_answer_at_once_the_second_is_told_so() {
    let mut world = World::two();
    let other = world.add(BEN_ID);
    world.place(ANN, true);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: true });
    world.act(other, Deed::Accept { video: true });
    world.run(5000);
    let phases = [world.phase(BEN), world.phase(other)];
    assert!(phases.contains(&Some(Phase::Connected)) && phases.contains(&None));
    let loser = if world.phase(BEN).is_none() { BEN } else { other };
    assert_eq!(world.ending(loser), Some(Ending::AnsweredElsewhere { accepted: true }));
    assert_eq!(world.count(loser, "m.call.hangup"), 0);
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

#[test]
fn two_tabs_that_accept_at_once_are_two_devices() {
    let mut world = World::two();
    let tab = world.add_tab(BEN);
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Accept { video: false });
    world.act(tab, Deed::Accept { video: false });
    world.run(5000);
    let phases = [world.phase(BEN), world.phase(tab)];
    assert!(phases.contains(&Some(Phase::Connected)) && phases.contains(&None));
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

#[test]
fn one_tab_rings_and_the_next_takes_over_when_it_closes() {
    let mut world = World::two();
    let tab = world.add_tab(BEN);
    world.place(ANN, false);
    world.run(1000);
    assert_eq!((world.pages[BEN].looping, world.pages[tab].looping), (Some(Loop::Ring), None));
    assert!(
        world.view(BEN).is_some_and(|call| call.rings_here) && world.view(tab).is_some_and(|call| !call.rings_here)
    );
    world.close(BEN);
    world.run(100);
    assert_eq!(world.pages[tab].looping, Some(Loop::Ring));
    assert!(world.view(tab).is_some_and(|call| call.rings_here));
}

#[test]
fn what_one_tab_does_with_a_ring_the_others_know() {
    for (deed, rings) in
        [(Deed::Silence(true), true), (Deed::Decline, false), (Deed::Ignore, false), (Deed::HangUp, false)]
    {
        let mut world = World::two();
        let tab = world.add_tab(BEN);
        world.place(ANN, false);
        world.run(1000);
        world.stop_sync(tab, true);
        world.act(tab, deed.clone());
        world.stop_sync(BEN, true);
        world.run(100);
        assert_eq!(world.phase(BEN), rings.then_some(Phase::Ringing), "{deed:?}");
        assert_eq!(world.pages[BEN].looping, None, "{deed:?}");
    }
}

#[test]
fn a_silenced_ring_can_ring_again() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(1000);
    world.act(BEN, Deed::Silence(true));
    assert_eq!(world.pages[BEN].looping, None);
    world.act(BEN, Deed::Silence(false));
    assert_eq!(world.pages[BEN].looping, Some(Loop::Ring));
}

/// The one that rings first, where it rings aloud: a notification for a silenced call, or on a silenced device, is as loud as its ring.
#[test]
fn what_rings_aloud_is_announced() {
    let announced = |world: &World, page: usize| world.pages[page].board.view().announce;
    let mut world = World::two();
    let tab = world.add_tab(BEN);
    world.place(ANN, false);
    world.run(1000);
    let first = world.pages[BEN].key();
    assert_eq!((announced(&world, BEN), announced(&world, tab)), (first, None));
    world.server.room_mut(DM).members.insert(CAT_ID);
    let mut content = invite("c", "phone");
    content["invitee"] = json!(BEN_ID);
    world.say(CAT_ID, "m.call.invite", content);
    assert_eq!((announced(&world, BEN), world.pages[BEN].board.view().calls.len()), (first, 2));
    world.act(BEN, Deed::Silence(true));
    assert!(announced(&world, BEN).is_some() && announced(&world, BEN) != first);
    world.act(BEN, Deed::Silence(false));
    world.act(BEN, Deed::Accept { video: false });
    assert!(announced(&world, BEN).is_some() && announced(&world, BEN) != first);
}

#[test]
fn where_push_rules_say_no_nothing_is_announced_and_nothing_can_be_made_to_ring() {
    let mut world = World::alone();
    world.pages[ANN].ring_allowed = false;
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    for silenced in [true, false] {
        world.act(ANN, Deed::Silence(silenced));
        world.run(100);
        let view = world.pages[ANN].board.view();
        assert_eq!((view.announce, world.pages[ANN].looping, view.calls.len()), (None, None, 1));
    }
}

#[test]
fn a_call_that_comes_during_another_beeps_softly() {
    let mut world = World::talking(false);
    let cat = world.add(CAT_ID);
    world.place_in(cat, OTHER_DM, false);
    world.run(1000);
    assert_eq!(world.pages[ANN].looping, Some(Loop::Waiting));
}

#[test]
fn an_answer_elsewhere_after_mine_has_begun_to_leave_is_left_to_the_caller() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    world.say(ANN_ID, "m.call.answer", answer("c", "other", false));
    assert_eq!(world.phase(ANN), Some(Phase::Connecting));
    world.say(BEN_ID, "m.call.select_answer", with("c", "phone", &json!({ "selected_party_id": "other" })));
    assert_eq!(world.ending(ANN), Some(Ending::AnsweredElsewhere { accepted: true }));
    assert!(world.is_quiet());
}

#[test]
fn an_answer_elsewhere_before_mine_ends_it() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    world.act(ANN, Deed::Accept { video: false });
    world.run(50);
    world.say(ANN_ID, "m.call.answer", answer("c", "other", false));
    world.run(2000);
    assert_eq!(world.ending(ANN), Some(Ending::AnsweredElsewhere { accepted: true }));
    assert!(world.pages[ANN].sent.is_empty() && world.is_quiet());
}

#[test]
fn only_the_caller_selects() {
    let mut world = World::alone();
    world.say(BEN_ID, "m.call.invite", invite("c", "phone"));
    for (sender, party) in [(BEN_ID, "tablet"), (ANN_ID, "other")] {
        world.say(sender, "m.call.select_answer", with("c", party, &json!({ "selected_party_id": "x" })));
        assert_eq!(world.phase(ANN), Some(Phase::Ringing));
    }
    world.say(BEN_ID, "m.call.select_answer", with("c", "phone", &json!({})));
    assert_eq!(world.phase(ANN), Some(Phase::Ringing), "it names nobody");
}

#[test]
fn a_page_that_goes_away_hangs_up_and_its_successor_makes_sure() {
    for page in [ANN, BEN] {
        for said in [true, false] {
            let mut world = World::talking(true);
            world.reload(page, said);
            world.run(2000);
            assert!(world.is_quiet());
            assert_eq!(world.ending(page), Some(Ending::Reloaded));
            let hangups = world.server.timeline.iter().filter(|event| event.event_type == "m.call.hangup");
            assert_eq!(hangups.count(), 1);
        }
    }
}

/// The first hang-up was lost in the crash, the second one refused because the homeserver was busy, and there was no third.
#[test]
fn the_hang_up_of_a_page_that_is_gone_is_tried_until_it_arrives() {
    for error in [super::rate_limits::limited(2000), HostError::Unreachable] {
        let mut world = World::talking(false);
        world.pages[ANN].last_words.clear();
        world.answers.entry(ANN).or_default().push_back((false, Some(error)));
        world.reload(ANN, false);
        world.run(500);
        assert_eq!((world.count(ANN, "m.call.hangup"), world.phase(BEN)), (1, Some(Phase::Connected)));
        world.run(3000);
        assert!(world.count(ANN, "m.call.hangup") == 2 && world.is_quiet());
        assert_eq!(world.ending(BEN), Some(Ending::PeerHungUp));
        world.run(60_000);
        assert_eq!(world.count(ANN, "m.call.hangup"), 2);
    }
}

#[test]
fn the_hang_up_of_a_page_that_is_gone_is_tried_again_as_soon_as_the_homeserver_answers() {
    let mut world = World::talking(false);
    world.pages[ANN].last_words.clear();
    world.answers.entry(ANN).or_default().extend(std::iter::repeat_n((false, Some(HostError::Unreachable)), 4));
    world.reload(ANN, false);
    world.run(8000);
    assert_eq!(world.count(ANN, "m.call.hangup"), 4);
    world.input(ANN, Input::Online);
    assert_eq!(world.count(ANN, "m.call.hangup"), 5);
    world.run(500);
    assert!(world.is_quiet());
}

/// Between `pagehide` and its end a page still got an answer or a sync. That forgot what was kept for the next one.
#[test]
fn what_is_kept_of_a_page_that_goes_away_stays_until_it_is_back() {
    let mut world = World::talking(false);
    world.input(ANN, Input::PageHidden);
    for late in [Input::Online, Input::Wake, Input::Leading(false), Input::PageHidden] {
        world.input(ANN, late);
        assert_eq!(world.pages[ANN].kept.len(), 1);
    }
    let said = world.count(ANN, "m.call.hangup");
    world.input(ANN, Input::PageShown);
    assert!(world.pages[ANN].kept.is_empty());
    world.input(ANN, Input::PageShown);
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.hangup"), said + 1);
    assert!(world.is_quiet());
    world.place(ANN, false);
    world.run(500);
    assert_eq!(world.pages[ANN].kept.len(), 1);
}

#[test]
fn a_page_that_goes_away_while_it_rings_says_nothing() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(1000);
    world.input(BEN, Input::PageHidden);
    world.run(1000);
    assert!(world.pages[BEN].sent.is_empty() && world.pages[BEN].kept.is_empty());
    assert_eq!(world.phase(ANN), Some(Phase::Calling));
}

/// A page that went away came back from the browser's cache. What it had not managed to send before its last word was sent after it.
#[test]
fn nothing_follows_the_last_word_of_a_page_that_comes_back() {
    let mut world = World::talking(false);
    let error = meet_in_chat::host::HostError::Unreachable;
    world.answers.entry(ANN).or_default().push_back((false, Some(error)));
    world.act(ANN, Deed::Mute(true));
    world.run(400);
    world.input(ANN, Input::PageHidden);
    world.run(20_000);
    assert_eq!(world.pages[ANN].types().last(), Some(&"m.call.hangup"));
    assert!(world.is_quiet());
}

/// Push rules and the list of whom I ignore counted only from the next event of a call on.
#[test]
fn what_my_account_says_counts_at_once_for_what_rings() {
    let mut world = World::two();
    world.place(ANN, false);
    world.run(1000);
    let account = |ring_allowed, ignored: &[&str]| {
        let ignored = ignored.iter().map(|user| (*user).into()).collect();
        Input::Account { ring_allowed, ignored }
    };
    world.input(BEN, account(false, &[]));
    assert_eq!((world.phase(BEN), world.pages[BEN].looping), (Some(Phase::Ringing), None));
    world.input(BEN, account(true, &[CAT_ID]));
    assert_eq!((world.phase(BEN), world.pages[BEN].looping), (Some(Phase::Ringing), Some(Loop::Ring)));
    world.input(BEN, account(true, &[ANN_ID]));
    world.run(1000);
    assert_eq!((world.phase(BEN), world.ending(BEN), world.phase(ANN)), (None, None, Some(Phase::Calling)));
    assert!(world.pages[BEN].sent.is_empty(), "they are not told");
}

#[test]
fn whom_i_ignore_since_we_talk_i_talk_with() {
    let mut world = World::talking(false);
    world.input(BEN, Input::Account { ring_allowed: true, ignored: vec![ANN_ID.into()] });
    assert_eq!(world.phase(BEN), Some(Phase::Connected));
}

/// The other side stayed in a dead call for half a minute, since nothing can be sent once the token is revoked.
#[test]
fn who_is_about_to_sign_out_hangs_up_first() {
    let mut world = World::talking(true);
    world.input(ANN, Input::SigningOut);
    assert!(world.pages[ANN].open_resources().is_empty() && world.view(ANN).is_none());
    assert!(!world.pages[ANN].board.is_done(), "not yet told");
    world.run(500);
    assert_eq!(world.pages[ANN].types().last(), Some(&"m.call.hangup"));
    assert!(world.pages[ANN].board.is_done() && world.pages[ANN].board.view().notices.is_empty());
    assert_eq!(world.ending(BEN), Some(Ending::PeerHungUp));
}

#[test]
fn what_only_rings_goes_on_elsewhere_when_one_device_signs_out() {
    let mut world = World::two();
    let elsewhere = world.add(BEN_ID);
    world.place(ANN, false);
    world.run(1000);
    world.input(BEN, Input::SigningOut);
    assert!(world.pages[BEN].board.is_done());
    world.run(1000);
    assert!(world.pages[BEN].sent.is_empty());
    assert_eq!((world.phase(ANN), world.phase(elsewhere)), (Some(Phase::Calling), Some(Phase::Ringing)));
}

#[test]
fn signing_out_closes_everything_and_sends_nothing() {
    let mut world = World::talking(true);
    let sent = world.pages[ANN].sent.len();
    world.act(ANN, Deed::Mute(true));
    world.input(ANN, Input::SignedOut);
    world.run(5000);
    assert_eq!(world.pages[ANN].sent.len(), sent);
    assert!(world.pages[ANN].open_resources().is_empty() && world.pages[ANN].board.view().notices.is_empty());
}
