//! Anything in any order, and what must hold in the end.

use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::{Deed, Input, PreviewDeed};
use meet_in_chat::time::Millis;
use proptest::prelude::{Just, ProptestConfig, any};
use proptest::{collection, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::steps::{Step, change, faults, step, take};
use super::world::others::invite;
use super::world::{ANN, ANN_ID, BEN, BEN_ID, CAT_ID, Dice, Faults, World};

/// Faults end, the network heals, and all that takes time has had it: an unanswered offer is made anew after 320 s at the latest.
fn come_to_rest(world: &mut World) {
    world.dice.faults = Faults::default();
    world.path = true;
    for page in 0..world.pages.len() {
        world.stop_sync(page, false);
    }
    world.run(Millis::seconds(400).0);
}

fn live(mut world: World, steps: Vec<Step>) {
    for step in steps {
        take(&mut world, step);
    }
    come_to_rest(&mut world);
    let disagreements = world.disagreements();
    assert!(disagreements.is_empty(), "{disagreements:#?}");
    for page in 0..world.pages.len() {
        world.input(page, Input::Preview(PreviewDeed::Cancel));
        for call in world.pages[page].board.view().calls {
            world.input(page, Input::Do(call.key, Deed::HangUp));
        }
    }
    world.run(Millis::seconds(60).0);
    assert!(world.is_quiet());
    assert_eq!(world.disagreements(), Vec::<String>::new());
}

/// The number of random lives; `MEET_CALL_CASES` for more.
fn cases() -> u32 {
    std::env::var("MEET_CALL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(100)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_people_end_in_the_same_call_or_in_none(
        seed in any::<u64>(), faults in faults(), encrypts in any::<(bool, bool)>(), steps in collection::vec(step(2), 1..30),
    ) {
        let mut world = World::new(Dice::new(seed, faults));
        (world.pages[ANN].can_encrypt, world.pages[BEN].can_encrypt) = encrypts;
        live(world, steps);
    }

    /// Nothing fails: then they are in one call, however slow the way is, whoever was first, and nobody had to press twice.
    #[test]
    fn two_people_who_call_each_other_are_in_one_call(
        seed in any::<u64>(), video in any::<(bool, bool)>(), later in prop_oneof![Just(0), 0..300_u64, 0..1500_u64],
        haste in prop_oneof![Just(1), Just(10)], cut_off in prop_oneof![Just(0), 0..20_000_u64],
    ) {
        let mut dice = Dice::new(seed, Faults::default());
        dice.haste = haste;
        let mut world = World::new(dice);
        take(&mut world, Step::Both { video, later });
        let rang = |world: &World| world.pages.iter().any(|page| page.board.view().calls.iter().any(|call| call.phase == Phase::Ringing));
        if rang(&world) {
            // The second one could have seen it.
            return Ok(());
        }
        // Ben hears nothing of hers for a while.
        world.stop_sync(BEN, true);
        world.run(cut_off);
        world.stop_sync(BEN, false);
        for _ in 0..200 * 10 / haste {
            world.run(50);
            // On a slow way the one that lost can ring into the other until its end comes.
            prop_assert!(haste == 1 || cut_off > 0 || !rang(&world));
        }
        let phases = (world.phase(ANN), world.phase(BEN));
        prop_assert_eq!(phases, (Some(Phase::Connected), Some(Phase::Connected)));
        prop_assert_eq!(world.disagreements(), Vec::<String>::new());
    }

    /// Nothing fails and nothing takes long: then whatever both do at the same time, they agree before anything has to be made anew.
    #[test]
    fn two_people_who_change_things_at_once_agree_soon(
        seed in any::<u64>(), video in any::<bool>(), changes in collection::vec(change(), 1..12),
    ) {
        let mut dice = Dice::new(seed, Faults::default());
        dice.haste = 10;
        let mut world = World::new(dice);
        take(&mut world, Step::Talk { ann: true, video, later: 2000 });
        world.run(4000);
        for (page, deed, wait) in changes {
            world.act(page, deed);
            world.run(wait);
        }
        world.run(15_000);
        prop_assert_eq!(world.disagreements(), Vec::<String>::new());
    }

    /// Ben's client knows nothing of all this and waits for an answer to its own call.
    #[test]
    fn a_client_that_knows_no_glare_is_answered_soon(
        seed in any::<u64>(), later in 0..3000_u64, call in "[0-9a-z~]{1,20}",
    ) {
        let mut dice = Dice::new(seed, Faults::default());
        dice.haste = 10;
        let mut world = World::new(dice);
        world.pages.truncate(1);
        world.place(ANN, false);
        world.run(later);
        let mut content = invite(&call, "phone");
        content.as_object_mut().map(|content| content.remove("invitee"));
        world.say(BEN_ID, "m.call.invite", content);
        world.run(6000);
        let answer = world.last(ANN, "m.call.answer").map(|sent| sent.content["call_id"].clone());
        prop_assert_eq!(answer, Some(call.into()));
        prop_assert_eq!(world.pages[ANN].board.view().calls.len(), 1);
    }

    /// Two devices of Ann's, two of Ben's and one more tab, and Cat.
    #[test]
    fn people_with_several_devices_and_calls_end_in_the_same_calls_or_in_none(
        seed in any::<u64>(), faults in faults(), steps in collection::vec(step(6), 1..40),
    ) {
        let mut world = World::new(Dice::new(seed, faults));
        for user in [BEN_ID, CAT_ID, ANN_ID] {
            world.add(user);
        }
        world.add_tab(BEN);
        live(world, steps);
    }
}
