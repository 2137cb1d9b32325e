//! What rings, and what does not.

use serde_json::{Value, json};

use super::*;
use crate::meet::preferences::RingSound;

const ME: &str = "@ann:chat.test";
const T0: Millis = Millis::seconds(1_000);

/// Who wants all of it, in a room whose messages are notified of, and does nothing else.
fn welcome(chosen: &Preferences) -> Circumstances<'_> {
    Circumstances { chosen, notified: true, ring_allowed: true, busy: false, there: false, ignored: false }
}

/// The first event of a golden file, as if Ben had written it with the key `w1`.
fn written(golden: &str) -> Value {
    let file: Value = serde_json::from_str(golden).expect("JSON");
    let mut content = file["events"][0]["content"].clone();
    for (field, here) in [("id", "w1"), ("creatorUserId", "@ben:chat.test")] {
        if let Some(there) = content.get_mut(field) {
            *there = json!(here);
        }
    }
    content
}

/// As Chat Web writes it.
fn web() -> Value {
    written(include_str!("../../../tests/golden/read-chat-web.json"))
}

/// As Chat Android does.
fn android() -> Value {
    written(include_str!("../../../tests/golden/read-android.json"))
}

/// As Chat iOS does.
fn ios() -> Value {
    written(include_str!("../../../tests/golden/read-ios.json"))
}

struct Room {
    people: u64,
    membership: &'static str,
    events: Vec<Value>,
}

impl Room {
    fn of(people: u64) -> Self {
        Self { people, membership: "join", events: Vec::new() }
    }

    fn facts(&self) -> RoomFacts {
        let room = json!({
            "room_id": "!team:chat.test", "membership": self.membership, "joined_member_count": self.people,
            "state": self.events,
        });
        RoomFacts::read(&room, &ME.into()).expect("a room")
    }

    /// Somebody sends a widget's event, and it comes by live.
    fn hears(&mut self, event: Value) -> LiveEvent {
        self.events.retain(|old| old["state_key"] != event["state_key"] || old["type"] != event["type"]);
        self.events.push(event.clone());
        LiveEvent { room: "!team:chat.test".into(), event, encrypted: false, received_at: T0 }
    }
}

fn event(key: &str, sender: &str, at: Millis, content: &Value) -> Value {
    json!({
        "type": EVENT_TYPE, "state_key": key, "sender": sender, "event_id": format!("${key}{}", at.0), "origin_server_ts": at.0,
        "content": content,
    })
}

fn rings_for(room: &mut Room, event: Value, circumstances: Circumstances<'_>, now: Millis) -> Ringing {
    let mut ringing = Ringing::default();
    begins(&mut ringing, room, event, circumstances, now);
    ringing
}

fn begins(ringing: &mut Ringing, room: &mut Room, event: Value, circumstances: Circumstances<'_>, now: Millis) {
    let live = room.hears(event);
    if let Some(begun) = Begun::read(&live) {
        let ignored = begun.by.as_str() == "@eve:chat.test";
        ringing.began(now, &begun, Some(&room.facts()), Circumstances { ignored, ..circumstances });
    }
}

fn rings(event: Value) -> bool {
    !rings_for(&mut Room::of(4), event, welcome(&Preferences::default()), T0.plus(Millis::seconds(2)))
        .rings()
        .is_empty()
}

#[test]
fn every_clients_new_conference_rings() {
    for content in [web(), android(), ios()] {
        assert!(rings(event("w1", "@ben:chat.test", T0, &content)), "{content}");
        let mut stable = event("w1", "@ben:chat.test", T0, &content);
        stable["type"] = json!(STABLE_EVENT_TYPE);
        assert!(rings(stable));
    }
}

#[test]
fn an_edit_an_end_and_another_kind_of_widget_do_not_ring() {
    let mut edit = event("w1", "@ben:chat.test", T0, &web());
    edit["unsigned"] = json!({ "prev_content": web() });
    assert!(!rings(edit));
    assert!(!rings(event("w1", "@ben:chat.test", T0, &json!({}))));
    let mut pad = web();
    pad["type"] = json!("m.etherpad");
    assert!(!rings(event("w1", "@ben:chat.test", T0, &pad)));
    // One that comes after an end is new.
    let mut again = event("w1", "@ben:chat.test", T0, &web());
    again["unsigned"] = json!({ "prev_content": {} });
    assert!(rings(again));
}

#[test]
fn what_i_began_and_what_somebody_i_ignore_began_does_not_ring() {
    assert!(!rings(event("w1", ME, T0, &web())));
    assert!(!rings(event("w1", "@eve:chat.test", T0, &web())));
}

#[test]
fn it_rings_for_a_minute_and_not_when_that_is_over() {
    let began = event("w1", "@ben:chat.test", T0, &web());
    let at = |now: Millis| rings_for(&mut Room::of(4), began.clone(), welcome(&Preferences::default()), now);
    assert!(at(T0.plus(Millis::seconds(61))).rings().is_empty());
    let mut ringing = at(T0.plus(Millis::seconds(50)));
    assert_eq!(ringing.due_at(), Some(T0.plus(RINGS_FOR)));
    ringing.tick(T0.plus(Millis::seconds(59)));
    assert_eq!(ringing.rings().len(), 1);
    ringing.tick(T0.plus(RINGS_FOR));
    assert!(ringing.rings().is_empty());
}

/// `origin_server_ts` is the server's word: one that is far ahead must not ring for ever.
#[test]
fn a_beginning_in_the_future_does_not_ring_for_longer() {
    let ahead = |by: u64| {
        rings_for(
            &mut Room::of(4),
            event("w1", "@ben:chat.test", T0.plus(Millis::seconds(by)), &web()),
            welcome(&Preferences::default()),
            T0,
        )
    };
    assert_eq!(ahead(20).due_at(), Some(T0.plus(RINGS_FOR)));
    assert!(ahead(31).rings().is_empty());
}

/// Whether it rings now that it comes by, of which its server says that it began at T0 and mine that it is this old.
fn rings_by(clock: Millis, age: i64) -> bool {
    let mut room = Room::of(4);
    let mut began = event("w1", "@ben:chat.test", T0, &web());
    began["unsigned"] = json!({ "age": age });
    let live = LiveEvent { received_at: clock, ..room.hears(began) };
    let (begun, chosen) = (Begun::read(&live).expect("it begins"), Preferences::default());
    let mut ringing = Ringing::default();
    ringing.began(clock.plus(Millis(5)), &begun, Some(&room.facts()), welcome(&chosen));
    ringing.rings().first().is_some_and(|ring| ring.until <= clock.plus(Millis(5)).plus(RINGS_FOR))
}

/// A clock that was 61 s fast let no conference ring, and one that was half a minute slow neither.
#[test]
fn a_machine_whose_clock_is_wrong_hears_a_conference_by_its_age() {
    for skew in [61_000, 900_000] {
        for clock in [T0.plus(Millis(skew)), Millis(T0.0.saturating_sub(skew))] {
            assert!(rings_by(clock, 2_000) && rings_by(clock, 59_000), "{clock:?}");
            assert!(!rings_by(clock, 60_000) && !rings_by(clock, 900_000), "{clock:?}");
        }
    }
}

#[test]
fn a_server_that_is_a_little_ahead_rings_and_a_forged_time_does_not() {
    assert!(rings_by(T0, -20_000));
    assert!([-31_000, -9_000_000, i64::MIN, i64::MAX].into_iter().all(|age| !rings_by(T0, age)));
}

/// How loud it rings, if at all.
fn loud(people: u64, circumstances: Circumstances<'_>) -> Option<bool> {
    let began = event("w1", "@ben:chat.test", T0, &web());
    let ringing = rings_for(&mut Room::of(people), began, circumstances, T0);
    ringing.rings().first().map(|ring| ring.loud)
}

#[test]
fn a_muted_room_is_quiet_and_a_big_one_is_not_heard() {
    let chosen = Preferences::default();
    let welcome = welcome(&chosen);
    assert_eq!(loud(4, welcome), Some(true));
    assert_eq!(loud(15, welcome), Some(true));
    assert_eq!(loud(16, welcome), Some(false));
    assert_eq!(loud(4, Circumstances { ring_allowed: false, ..welcome }), Some(false));
    assert_eq!(loud(4, Circumstances { busy: true, ..welcome }), Some(false));
    assert_eq!(loud(4, Circumstances { notified: false, ..welcome }), None);
}

fn heard(sound: RingSound) -> Preferences {
    let mut chosen = Preferences::default();
    chosen.sound = sound;
    chosen
}

#[test]
fn the_person_chooses_in_which_rooms_it_is_heard() {
    let (never, always) = (heard(RingSound::Never), heard(RingSound::Always));
    assert_eq!(loud(4, welcome(&never)), Some(false), "it is seen");
    assert_eq!(loud(5_000, welcome(&always)), Some(true));
    for less in
        [Circumstances { ring_allowed: false, ..welcome(&always) }, Circumstances { busy: true, ..welcome(&always) }]
    {
        assert_eq!(loud(4, less), Some(false), "{less:?}");
    }
}

#[test]
fn a_room_whose_ring_is_off_is_quiet_and_others_ring() {
    let mut chosen = Preferences::default();
    chosen.set_rings_in(&"!other:chat.test".into(), false);
    assert_eq!(loud(4, welcome(&chosen)), Some(true));
    chosen.set_rings_in(&"!team:chat.test".into(), false);
    assert_eq!(loud(4, welcome(&chosen)), None);
    chosen.set_rings_in(&"!team:chat.test".into(), true);
    chosen.ring = false;
    assert_eq!(loud(4, welcome(&chosen)), None, "no room rings at all");
}

#[test]
fn a_choice_ends_what_rings_and_lets_nothing_begin() {
    let ringing =
        rings_for(&mut Room::of(4), event("w1", "@ben:chat.test", T0, &web()), welcome(&Preferences::default()), T0);
    let after = |chosen: &Preferences| {
        let mut ringing = ringing.clone();
        ringing.chosen(chosen);
        ringing.rings().first().map(|ring| ring.loud)
    };
    assert_eq!(after(&Preferences::default()), Some(true));
    assert_eq!(after(&heard(RingSound::Never)), Some(false));
    let large =
        rings_for(&mut Room::of(40), event("w1", "@ben:chat.test", T0, &web()), welcome(&heard(RingSound::Always)), T0);
    let mut now_small = large.clone();
    now_small.chosen(&heard(RingSound::SmallRooms));
    assert_eq!(
        [large, now_small].map(|ringing| ringing.rings().first().map(|ring| ring.loud)),
        [Some(true), Some(false)]
    );
    let mut off = Preferences::default();
    off.ring = false;
    assert_eq!(after(&off), None);
    let mut quiet = Preferences::default();
    quiet.set_rings_in(&"!team:chat.test".into(), false);
    assert_eq!(after(&quiet), None);
}

#[test]
fn what_is_muted_or_ignored_while_it_rings_stops_and_do_not_disturb_makes_it_silent() {
    let ringing =
        rings_for(&mut Room::of(4), event("w1", "@ben:chat.test", T0, &web()), welcome(&Preferences::default()), T0);
    let after = |allowed: bool, may_ring: bool| {
        let mut ringing = ringing.clone();
        ringing.account_changed(allowed, |_| may_ring);
        ringing.rings().first().map(|ring| ring.loud)
    };
    assert_eq!([after(true, true), after(false, true), after(true, false)], [Some(true), Some(false), None]);
}

/// Each tab has a sync of its own: the other's answer can be here before the conference is.
#[test]
fn what_is_answered_in_another_tab_stops_here_or_never_begins() {
    let chosen = Preferences::default();
    let mut room = Room::of(4);
    let began = event("w1", "@ben:chat.test", T0, &web());
    let mut there = rings_for(&mut room, began.clone(), welcome(&chosen), T0);
    let mut here = there.clone();
    let told = there.answered(&"!team:chat.test".into()).expect("it rang");
    assert_eq!(there.answered(&"!team:chat.test".into()), None, "said once");
    here.answered_elsewhere(told.clone());
    assert!(here.rings().is_empty());

    let mut late = Ringing::default();
    late.answered_elsewhere(told);
    begins(&mut late, &mut room, began, welcome(&chosen), T0);
    assert!(late.rings().is_empty());
    // The next one rings.
    room.hears(event("w1", "@ben:chat.test", T0.plus(Millis(1)), &json!({})));
    begins(&mut late, &mut room, event("w1", "@ben:chat.test", T0.plus(Millis(2)), &web()), welcome(&chosen), T0);
    assert_eq!(late.rings().len(), 1);
}

#[test]
fn another_tab_cannot_make_the_memory_large() {
    let mut ringing = Ringing::default();
    for number in 0..1_000 {
        ringing.answered_elsewhere(number.to_string().as_str().into());
    }
    assert_eq!(ringing.answered.len(), MOST_ANSWERED);
}

#[test]
fn it_stops_when_it_is_answered_ended_or_the_room_is_left() {
    let mut room = Room::of(4);
    let began = event("w1", "@ben:chat.test", T0, &web());
    let ringing = rings_for(&mut room, began, welcome(&Preferences::default()), T0);
    let id: RoomId = "!team:chat.test".into();

    let mut answered = ringing.clone();
    answered.answered(&id);
    let mut ended = ringing.clone();
    ended.room_changed(&id, Some(&room.facts()));
    assert_eq!(ended.rings().len(), 1, "another change is none of it");
    room.hears(event("w1", "@ben:chat.test", T0.plus(Millis(1)), &json!({})));
    ended.room_changed(&id, Some(&room.facts()));
    let mut gone = ringing.clone();
    gone.room_changed(&id, None);
    let mut left = ringing.clone();
    left.room_changed(&id, Some(&Room { membership: "leave", ..Room::of(4) }.facts()));
    for quiet in [answered, ended, gone, left] {
        assert!(quiet.rings().is_empty());
    }
}

#[test]
fn a_second_conference_of_a_room_does_not_ring_beside_the_first() {
    let mut room = Room::of(4);
    room.hears(event("w0", "@cem:chat.test", Millis(T0.0 - 500_000), &web()));
    assert!(
        rings_for(&mut room, event("w1", "@ben:chat.test", T0, &web()), welcome(&Preferences::default()), T0)
            .rings()
            .is_empty()
    );
}

#[test]
fn it_does_not_ring_where_i_am_in_or_on_my_way() {
    let mut room = Room::of(4);
    let live = room.hears(event("w1", "@ben:chat.test", T0, &web()));
    let mut ringing = Ringing::default();
    let chosen = Preferences::default();
    let there = Circumstances { there: true, busy: true, ..welcome(&chosen) };
    ringing.began(T0, &Begun::read(&live).expect("it begins"), Some(&room.facts()), there);
    assert!(ringing.rings().is_empty());
}

/// A chat's own host may tell of the event first, and of the room a task later.
#[test]
fn a_conference_whose_room_is_told_a_moment_later_rings_all_the_same() {
    let chosen = Preferences::default();
    let mut room = Room::of(4);
    let before = room.facts();
    let begun = Begun::read(&room.hears(event("w1", "@ben:chat.test", T0, &web()))).expect("it begins");
    for unknown in [None, Some(&before)] {
        let mut ringing = Ringing::default();
        ringing.began(T0, &begun, unknown, welcome(&chosen));
        assert!(ringing.rings().is_empty());
        assert_eq!(ringing.early_in(&"!other:chat.test".into()), []);
        let early = ringing.early_in(&begun.room);
        assert_eq!(early, std::slice::from_ref(&begun));
        for begun in early {
            ringing.began(T0.plus(Millis(5)), &begun, Some(&room.facts()), welcome(&chosen));
        }
        assert_eq!((ringing.rings().len(), ringing.early_in(&begun.room).len()), (1, 0));
    }
}

/// Anybody could have a room read anew at each of its changes.
#[test]
fn what_can_never_be_a_conference_waits_for_no_room() {
    for content in [
        json!({ "type": "m.stickerpicker", "url": "https://a.test/" }),
        json!({ "type": "jitsi", "url": "https://a.test/" }),
        json!({ "url": "https://a.test/" }),
    ] {
        let live = Room::of(4).hears(event("w", "@ben:chat.test", T0, &content));
        assert_eq!(Begun::read(&live), None, "{content}");
    }
}

/// "Join" would lead nowhere.
#[test]
fn what_names_no_server_rings_nowhere() {
    let mut content = web();
    assert!(rings(event("w1", "@ben:chat.test", T0, &content)));
    content["data"]["domain"] = json!("meet.test/tenant");
    assert!(!rings(event("w1", "@ben:chat.test", T0, &content)));
}

#[test]
fn what_no_room_shows_is_kept_for_a_minute_and_of_the_latest_few() {
    let chosen = Preferences::default();
    let mut ringing = Ringing::default();
    for at in 0..99 {
        let live = Room::of(4).hears(event("w1", "@ben:chat.test", Millis(at), &web()));
        ringing.began(T0, &Begun::read(&live).expect("it begins"), None, welcome(&chosen));
    }
    let early = ringing.early_in(&"!team:chat.test".into());
    assert_eq!((early.len(), early.last().map(|begun| begun.event.as_str())), (MOST_EARLY, Some("$w198")));
    for begun in early {
        ringing.began(T0.plus(RINGS_FOR), &begun, None, welcome(&chosen));
    }
    assert_eq!(ringing.early_in(&"!team:chat.test".into()), []);
}

#[test]
fn what_is_no_event_of_a_widget_begins_nothing() {
    for event in [
        json!(null),
        json!([]),
        json!({ "type": EVENT_TYPE }),
        json!({ "type": EVENT_TYPE, "state_key": 7, "event_id": "$1", "content": web() }),
        json!({ "type": EVENT_TYPE, "state_key": "", "event_id": "$1", "content": web() }),
        json!({ "type": EVENT_TYPE, "state_key": "w", "content": web() }),
        json!({ "type": "m.room.message", "state_key": "w", "event_id": "$1", "content": web() }),
    ] {
        let live = LiveEvent { room: "!r".into(), event: event.clone(), encrypted: false, received_at: T0 };
        assert_eq!(Begun::read(&live), None, "{event}");
    }
}
