//! Offers that get lost, that others take the place of, or that are not made at once (`calls-1to1.md` 1.9).

use meet_in_chat::call::event::SdpKind;
use meet_in_chat::call::peer::{Link, PeerCommand, PeerEvent, PeerStep};
use meet_in_chat::call::view::Phase;
use meet_in_chat::call::vocabulary::{Deed, Input};
use serde_json::{Value, json};

use super::negotiation::{negotiate, sets, talking_to_a_client, wants_to_negotiate};
use super::rate_limits::refused;
use super::world::others::{description, with};
use super::world::{ANN, BEN_ID, DM, World};

fn link(world: &mut World, link: Link) {
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::Link(link)));
}

/// Ann in a call with a client of Ben's, and everything said that a call begins with.
fn settled(calls: bool) -> (World, String) {
    let (mut world, call) = talking_to_a_client(calls);
    world.run(4000);
    (world, call)
}

/// The homeserver refuses the next event of hers.
fn refuse(world: &mut World) {
    world.answers.entry(ANN).or_default().push_back((false, Some(refused("M_UNKNOWN", 400, None))));
}

fn answer(call: &str, fragment: &str) -> Value {
    let mut content = negotiate(call, "phone", "answer");
    content["description"] = description("answer", fragment, true);
    content
}

fn answers_taken(world: &World) -> Vec<String> {
    let taken = world.pages[ANN].commands.iter().filter_map(|command| match command {
        PeerCommand::SetRemote(description) if description.kind == SdpKind::Answer => Some(description.sdp.clone()),
        _ => None,
    });
    taken.collect()
}

/// One offer had got lost. From then on the answer to each restart was taken for one to the offer before it, and the call ended.
#[test]
fn after_an_offer_that_got_lost_the_answer_to_a_restart_is_taken() {
    let (mut world, call) = settled(true);
    refuse(&mut world);
    wants_to_negotiate(&mut world);
    world.run(1000);
    assert_eq!((world.count(ANN, "m.call.negotiate"), world.server.timeline.len()), (1, 4));
    link(&mut world, Link::Failed);
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 2);
    world.say(BEN_ID, "m.call.negotiate", answer(&call, "new1"));
    world.run(500);
    assert!(answers_taken(&world).len() == 2 && answers_taken(&world)[1].contains("new1"));
}

/// The lost one was still on its way when the restart's took its place.
#[test]
fn an_offer_that_gets_lost_after_another_has_taken_its_place_has_no_answer() {
    let (mut world, call) = settled(true);
    world.answers.entry(ANN).or_default().push_back((false, Some(super::rate_limits::limited(2000))));
    refuse(&mut world);
    wants_to_negotiate(&mut world);
    world.run(500);
    link(&mut world, Link::Failed);
    world.run(3000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 3);
    world.say(BEN_ID, "m.call.negotiate", answer(&call, "new1"));
    world.run(500);
    assert_eq!(answers_taken(&world).len(), 2);
}

/// The same with one that arrived, and that Ben's client never answered.
#[test]
fn after_an_offer_that_nobody_answered_the_answer_to_a_restart_is_taken() {
    let (mut world, call) = settled(true);
    wants_to_negotiate(&mut world);
    world.run(8500);
    link(&mut world, Link::Failed);
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 2);
    world.say(BEN_ID, "m.call.negotiate", answer(&call, "new1"));
    world.run(500);
    assert_eq!(answers_taken(&world).len(), 2);
}

/// It is the caller who ignores offers that meet its own; one that got lost meets nothing.
#[test]
fn while_an_offer_is_lost_theirs_is_answered_and_then_mine_made_anew() {
    let (mut world, call) = settled(true);
    refuse(&mut world);
    wants_to_negotiate(&mut world);
    world.run(1000);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(1000);
    let kinds = world.pages[ANN].sent.iter().filter(|sent| sent.event_type == "m.call.negotiate");
    let kinds: Vec<_> = kinds.map(|sent| sent.content["description"]["type"].clone()).collect();
    assert_eq!(kinds, ["offer", "answer", "offer"]);
}

#[test]
fn an_offer_that_got_lost_is_not_made_anew_at_once() {
    let (mut world, _) = settled(true);
    refuse(&mut world);
    wants_to_negotiate(&mut world);
    world.run(39_000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
    world.run(3000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 2);
}

/// Ben's client has an offer out that Ann's answer to got lost. It makes none anew; hers makes it give its own up.
#[test]
fn for_an_answer_that_got_lost_an_offer_is_made_later() {
    let (mut world, call) = settled(true);
    refuse(&mut world);
    world.say(BEN_ID, "m.call.negotiate", negotiate(&call, "phone", "offer"));
    world.run(38_000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
    world.run(4000);
    let last = world.last(ANN, "m.call.negotiate").map(|sent| sent.content["description"]["type"].clone());
    assert_eq!((world.count(ANN, "m.call.negotiate"), last), (2, Some("offer".into())));
}

#[test]
fn of_two_offers_that_are_out_each_gets_its_own_answer() {
    let (mut world, call) = settled(true);
    wants_to_negotiate(&mut world);
    world.run(500);
    link(&mut world, Link::Failed);
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 2);
    world.say(BEN_ID, "m.call.negotiate", answer(&call, "old1"));
    world.run(500);
    assert_eq!(answers_taken(&world).len(), 1);
    world.say(BEN_ID, "m.call.negotiate", answer(&call, "new1"));
    world.run(500);
    assert!(answers_taken(&world).len() == 2 && answers_taken(&world)[1].contains("new1"));
}

#[test]
fn an_answer_that_comes_while_a_new_offer_is_made_is_to_the_one_before() {
    let (mut world, call) = settled(true);
    wants_to_negotiate(&mut world);
    world.run(500);
    world.stop_sync(ANN, true);
    world.say_in(DM, BEN_ID, "m.call.negotiate", answer(&call, "old1"));
    link(&mut world, Link::Failed);
    world.deliver(ANN, &[world.server.timeline.len() - 1], false);
    world.run(500);
    assert_eq!((world.count(ANN, "m.call.negotiate"), answers_taken(&world).len()), (2, 1));
    world.say_in(DM, BEN_ID, "m.call.negotiate", answer(&call, "new1"));
    world.deliver(ANN, &[world.server.timeline.len() - 1], false);
    world.run(500);
    assert!(answers_taken(&world).len() == 2 && answers_taken(&world)[1].contains("new1"));
}

/// Ben's client knows no metadata. Media came back by itself before Ann's browser said that it wants the restart's exchange. That was
/// forgotten, the browser did not say so again, and no later restart was one.
#[test]
fn what_the_browser_asked_for_in_vain_is_done_at_the_next_restart() {
    let mut world = World::alone();
    world.place(ANN, false);
    world.run(500);
    let call = world.call_id(ANN);
    world.answer_plainly(&call);
    world.run(4000);
    link(&mut world, Link::Failed);
    link(&mut world, Link::Up);
    world.run(5000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 0);
    link(&mut world, Link::Failed);
    world.run(500);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
}

/// Ben's client hangs up at any exchange after the first.
#[test]
fn a_client_without_metadata_is_not_negotiated_with_before_the_connection_has_had_its_time() {
    let mut world = World::alone();
    world.invite(DM, "c", "phone", true, None);
    world.act(ANN, Deed::Accept { video: false });
    world.run(1000);
    wants_to_negotiate(&mut world);
    let party = world.last(ANN, "m.call.answer").expect("answered").content["party_id"].clone();
    world.say(BEN_ID, "m.call.select_answer", with("c", "phone", &json!({ "selected_party_id": party })));
    world.run(21_000);
    assert_eq!((world.phase(ANN), world.count(ANN, "m.call.negotiate")), (Some(Phase::Connecting), 0));
    world.run(2000);
    assert_eq!(world.count(ANN, "m.call.negotiate"), 1);
}

#[test]
fn a_hold_that_the_browser_refuses_is_none() {
    let (mut world, call) = settled(true);
    let mut offer = negotiate(&call, "phone", "offer");
    let held = offer["description"]["sdp"].as_str().map(|sdp| sdp.replace("sendrecv", "sendonly"));
    offer["description"]["sdp"] = held.into();
    world.say_in(DM, BEN_ID, "m.call.negotiate", offer.clone());
    world.run(20);
    assert_eq!(sets(&world, SdpKind::Offer), 1);
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.input(ANN, Input::Peer(connection, PeerEvent::Failed(PeerStep::SetRemote, "no".into())));
    assert!(world.view(ANN).is_some_and(|call| !call.held_by_peer));
    let (mut world, _) = settled(true);
    offer["call_id"] = world.call_id(ANN).into();
    world.say(BEN_ID, "m.call.negotiate", offer);
    world.run(500);
    assert!(world.view(ANN).is_some_and(|call| call.held_by_peer));
}

/// The browser was still busy with something when the offer's time was over, and then failed at it.
#[test]
fn an_offer_without_an_answer_is_made_anew_also_after_the_browser_was_busy() {
    let (mut world, call) = settled(true);
    wants_to_negotiate(&mut world);
    world.run(39_900);
    let connection = world.view(ANN).and_then(|call| call.connection).expect("a connection");
    world.stop_sync(ANN, true);
    world.say_in(DM, BEN_ID, "m.call.negotiate", answer(&call, "late1"));
    let at = world.server.timeline.len() - 1;
    world.pages[ANN].connections.get_mut(&connection).expect("a connection").busy = true;
    world.deliver(ANN, &[at], false);
    world.run(1000);
    world.pages[ANN].connections.get_mut(&connection).expect("a connection").queue.clear();
    world.pages[ANN].connections.get_mut(&connection).expect("a connection").busy = false;
    world.input(ANN, Input::Peer(connection, PeerEvent::Failed(PeerStep::SetRemote, "no".into())));
    let before = world.count(ANN, "m.call.negotiate");
    world.run(90_000);
    assert!(world.count(ANN, "m.call.negotiate") > before);
}
