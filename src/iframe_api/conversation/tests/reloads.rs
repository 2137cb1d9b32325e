//! Meet's page goes and another one comes: its own again, or something else.

use super::*;

#[test]
fn a_slow_reload_is_no_end() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    meet.waits(Millis::seconds(2));
    meet.says(&named("browser-support"));
    assert_eq!(meet.waits(Millis::seconds(20)), vec![]);
    assert!(meet.says(&joined()).contains(&ConversationOutput::Joined));
    assert_eq!(meet.waits(Millis::seconds(600)), vec![]);
}

#[test]
fn a_page_that_begins_and_leads_nowhere_is_an_end() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    meet.says(&named("browser-support"));
    assert_eq!(end(&meet.waits(Millis::seconds(30))), Some(&End::Left));
}

#[test]
fn who_waits_to_be_let_in_again_after_a_reload_may_take_their_time() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    meet.says(&named("browser-support"));
    meet.says(&failure("conference.connectionError.membersOnly", false));
    assert_eq!(meet.waits(Millis::seconds(600)), vec![]);
}

#[test]
fn what_was_announced_comes_even_if_meet_begins_anew() {
    for announced in [
        failure("conference.destroyed", false),
        event(json!({"name": "participant-kicked-out", "kicked": {"local": true}})),
    ] {
        let mut meet = Meet::joined();
        meet.says(&announced);
        meet.says(&named("browser-support"));
        let outputs = meet.waits(Millis::seconds(3));
        assert!(matches!(end(&outputs), Some(End::EndedForAll | End::Removed { by: None })), "{outputs:?}");
    }
}

/// A server can lead its frame away, as the demo server does after five minutes; the page that goes may be gone before it says goodbye.
#[test]
fn a_frame_that_is_led_away_is_an_end() {
    let mut meet = Meet::joined();
    meet.does(ConversationInput::Loaded);
    assert_eq!(meet.waits(Millis::seconds(300)), vec![]);
    meet.does(ConversationInput::Loaded);
    assert_eq!(end(&meet.waits(Millis::seconds(3))), Some(&End::Left));
}

#[test]
fn a_frame_that_loads_meet_again_without_a_goodbye_is_none() {
    // Meet says that it begins before its last script has loaded, or after.
    let begins = named("browser-support");
    let orders: [&[ConversationInput<'_>]; 2] = [
        &[ConversationInput::Received(&begins), ConversationInput::Loaded],
        &[ConversationInput::Loaded, ConversationInput::Received(&begins)],
    ];
    for order in orders {
        let mut meet = Meet::joined();
        meet.does(ConversationInput::Loaded);
        for input in order {
            meet.does(input.clone());
        }
        meet.waits(Millis::seconds(5));
        meet.says(&joined());
        assert_eq!(meet.waits(Millis::seconds(600)), vec![]);
    }
}

/// A server can lead its frame to a page to sign in at, and back.
#[test]
fn before_the_user_is_in_another_page_in_the_frame_is_no_end() {
    let mut meet = Meet::opened(Introduction::default());
    meet.says(&named("browser-support"));
    meet.does(ConversationInput::Loaded);
    meet.does(ConversationInput::Loaded);
    assert_eq!(meet.waits(Millis::seconds(600)), vec![]);
}

/// What was named before a reload says nothing of who is in during it: a chat could take its user for the last one.
#[test]
fn during_a_reload_nobody_is_known_to_be_in() {
    for goes in ["video-conference-left", "browser-support"] {
        let mut meet = Meet::joined();
        meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Ben"})));
        assert_eq!(people(&meet.says(&named(goes))), Some(0), "{goes}");
        assert_eq!(people(&meet.says(&event(json!({"name": "participant-left", "id": "b"})))), None, "{goes}");
        meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Ben"})));
        assert_eq!(people(&meet.says(&joined())), Some(2), "{goes}");
    }
}

#[test]
fn in_a_breakout_room_nobody_is_known_to_be_in_the_meeting() {
    let mut meet = Meet::joined();
    meet.says(&named("video-conference-left"));
    let in_breakout = event(json!({"name": "video-conference-joined", "id": "me", "breakoutRoom": true}));
    assert_eq!(people(&meet.says(&in_breakout)), Some(0), "said once more: it was no goodbye");
    assert_eq!(people(&meet.says(&event(json!({"name": "participant-joined", "id": "c"})))), None);
    meet.says(&named("video-conference-left"));
    assert!(people(&meet.says(&joined())).is_some());
}

/// Who stays behind alone would else be offered to end it, or end it on leaving, for those in the rooms.
#[test]
fn while_somebody_is_in_a_breakout_room_nobody_is_known_to_be_in_the_meeting() {
    let rooms = |people: Value| {
        let main =
            json!({"isMainRoom": true, "name": "Main", "participants": {"m@meet.test/a": {"displayName": "Ann"}}});
        event(
            json!({"name": "breakout-rooms-updated", "rooms": {"m": main, "b": {"name": "B", "participants": people}}}),
        )
    };
    let mut meet = Meet::joined();
    meet.says(&event(json!({"name": "participant-joined", "id": "b", "displayName": "Ben"})));
    assert_eq!(people(&meet.says(&rooms(json!({})))), None, "an empty room changes nothing");
    assert_eq!(people(&meet.says(&event(json!({"name": "participant-left", "id": "b"})))), Some(1));
    let ben = json!({"b@meet.test/b": {"displayName": "Ben"}});
    assert_eq!(people(&meet.says(&rooms(ben.clone()))), Some(0));
    assert_eq!(people(&meet.says(&rooms(ben))), None, "said once");
    assert_eq!(people(&meet.says(&event(json!({"name": "participant-joined", "id": "c"})))), None);
    assert_eq!(people(&meet.says(&rooms(json!({})))), Some(2));
}

fn people(outputs: &[ConversationOutput]) -> Option<usize> {
    outputs.iter().find_map(|output| match output {
        ConversationOutput::Participants(people) => Some(people.len()),
        _ => None,
    })
}
