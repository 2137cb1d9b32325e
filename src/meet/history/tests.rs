use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::proptest;
use serde_json::{Value, json};

use super::*;
use crate::matrix::event::Event;
use crate::matrix::timeline::{Back, Timeline};
use crate::room::StateEvent;

const WEB: &str = "im.vector.modular.widgets";
const STABLE: &str = "m.widget";

/// A widget as Chat Web writes it.
fn web() -> Value {
    json!({
        "type": "jitsi", "name": "Jitsi", "url": "https://app.element.io/jitsi.html?confId=JitsiGarden#conferenceDomain=$domain",
        "data": { "domain": "meet.test", "conferenceId": "JitsiGarden", "isAudioOnly": false, "roomName": "Garden" },
    })
}

/// As Chat Android does.
fn android() -> Value {
    json!({
        "type": "jitsi", "name": "jitsi", "id": "m.jitsi_@ann:x_1", "creatorUserId": "@ann:x",
        "url": "https://app.element.io/jitsi.html?confId=abcdefg#conferenceDomain=$domain&conferenceId=$conferenceId",
        "data": { "domain": "meet.test", "conferenceId": "abcdefg", "isAudioOnly": true },
    })
}

/// As Chat iOS does.
fn ios() -> Value {
    json!({
        "type": "jitsi", "url": "https://app.element.io/widgets/jitsi.html?confId=abcdefg&isAudioConf=false#conferenceId=$conferenceId",
        "data": { "domain": "meet.test", "conferenceId": "abcdefg", "isAudioOnly": false, "widgetSessionId": "x" },
    })
}

/// A manager's, before `data` was.
fn v1() -> Value {
    json!({ "type": "m.jitsi", "url": "https://manager.test/jitsi.html?confId=Garden", "data": {} })
}

/// The state events of a room, each with what was there before, as a server tells them: type, key, sender, seconds, content.
fn room(told: &[(&str, &str, &str, u64, Value)]) -> Vec<Event> {
    let mut state: Vec<((String, String), Value)> = Vec::new();
    let event = |(at, (event_type, key, sender, seconds, content)): (usize, &(&str, &str, &str, u64, Value))| {
        let place = ((*event_type).to_owned(), (*key).to_owned());
        let before = state.iter().rfind(|(known, _)| *known == place).map(|(_, content)| content.clone());
        state.push((place, content.clone()));
        let mut unsigned = json!({});
        if let Some(before) = before {
            unsigned["prev_content"] = before;
        }
        Event::read(json!({
            "event_id": format!("${at}"), "type": event_type, "state_key": key, "sender": sender,
            "origin_server_ts": seconds * 1000, "content": content, "unsigned": unsigned,
        }))
        .unwrap()
    };
    told.iter().enumerate().map(event).collect()
}

/// What is left of a room's state after these events.
fn state_after(events: &[Event]) -> RoomState {
    events.iter().filter_map(Event::as_state).collect()
}

fn tiles_of<'a>(events: impl IntoIterator<Item = &'a Event>, state: &RoomState) -> Vec<(EventId, Conference)> {
    let told: Vec<Told> = events.into_iter().filter_map(Event::as_told).collect();
    tiles(&told, state, &MeetWidget::all_in(state), &|user: &UserId| user.localpart().to_owned())
}

fn all(events: &[Event]) -> Vec<(EventId, Conference)> {
    tiles_of(events, &state_after(events))
}

fn by(name: &str, seconds: u64) -> Option<Mark> {
    Some(Mark { name: name.into(), at: Millis::seconds(seconds) })
}

fn placed(at: &str, widget: &str, started: Option<Mark>, edited: bool, outcome: Outcome) -> (EventId, Conference) {
    (at.into(), Conference { widget: widget.into(), started, edited, outcome })
}

#[test]
fn a_conference_is_one_tile_from_its_beginning_to_its_end_whoever_wrote_it() {
    for content in [web(), android(), ios(), v1()] {
        let begun = (WEB, "w", "@ann:x", 10, content);
        let running = room(std::slice::from_ref(&begun));
        assert_eq!(all(&running), [placed("$0", "w", by("ann", 10), false, Outcome::Running)]);
        let ended = room(&[begun, (WEB, "w", "@bob:x", 70, json!({}))]);
        let tiles = all(&ended);
        assert_eq!(tiles, [placed("$0", "w", by("ann", 10), false, Outcome::Ended(by("bob", 70)))]);
        assert_eq!(tiles[0].1.lasted(), Some(Millis::seconds(60)));
    }
}

#[test]
fn a_key_that_is_used_again_holds_a_second_conference() {
    let events =
        room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@ann:x", 2, json!({})), (WEB, "w", "@bob:x", 3, web())]);
    assert_eq!(
        all(&events),
        [
            placed("$0", "w", by("ann", 1), false, Outcome::Ended(by("ann", 2))),
            placed("$2", "w", by("bob", 3), false, Outcome::Running),
        ]
    );
}

/// Phones show what is left (`mobile.md` 1.4): blank under one type, it is no conference to be joined here, and its end is yet to come.
#[test]
fn it_has_ended_when_every_type_is_blank() {
    let both = [(WEB, "w", "@ann:x", 1, web()), (STABLE, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 5, json!({}))];
    let events = room(&both);
    assert_eq!(all(&events), [placed("$0", "w", by("ann", 1), false, Outcome::Ended(None))]);
    let mut whole = both.to_vec();
    whole.push((STABLE, "w", "@bob:x", 6, json!({})));
    assert_eq!(all(&room(&whole)), [placed("$0", "w", by("ann", 1), false, Outcome::Ended(by("bob", 6)))]);
}

#[test]
fn an_edit_in_place_is_no_second_conference_and_what_is_sent_again_is_no_edit() {
    let mut other = web();
    other["data"]["domain"] = json!("meet.other.test");
    let same = room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@ann:x", 2, web())]);
    assert_eq!(all(&same), [placed("$0", "w", by("ann", 1), false, Outcome::Running)]);
    let edited = room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 2, other)]);
    assert_eq!(all(&edited), [placed("$0", "w", by("ann", 1), true, Outcome::Running)]);
}

#[test]
fn another_widget_in_its_place_ends_it_and_is_none_itself() {
    let custom = json!({ "type": "m.custom", "url": "https://notes.test/" });
    let events = room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 2, custom.clone())]);
    assert_eq!(all(&events), [placed("$0", "w", by("ann", 1), false, Outcome::Ended(by("bob", 2)))]);
    assert!(all(&room(&[(WEB, "w", "@ann:x", 1, custom), (WEB, "w", "@ann:x", 2, json!({}))])).is_empty());
    assert!(all(&room(&[(WEB, "", "@ann:x", 1, web())])).is_empty());
}

/// Its tile stands at the first event that is loaded of it, until the beginning is there too.
#[test]
fn a_beginning_that_is_not_loaded_is_not_made_up() {
    let events = room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 2, json!({}))]);
    let tiles = tiles_of(&events[1..], &state_after(&events));
    assert_eq!(tiles, [placed("$1", "w", None, false, Outcome::Ended(by("bob", 2)))]);
    assert_eq!(tiles[0].1.lasted(), None);
    // Of the other type nothing is loaded: it still stands.
    let events = room(&[(STABLE, "w", "@ann:x", 1, web()), (WEB, "w", "@ann:x", 2, web())]);
    let tiles = tiles_of(&events[1..], &state_after(&events));
    assert_eq!(tiles, [placed("$1", "w", None, false, Outcome::Running)]);
}

/// What was redacted says nothing any more, and the room's state has it blank.
#[test]
fn a_redaction_ends_it_without_saying_who_and_takes_no_edit_for_an_end() {
    let mut edit = web();
    edit["name"] = json!("Other");
    let mut events = room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 2, edit.clone())]);
    events[1].redact();
    let tiles = all(&events);
    assert_eq!(tiles, [placed("$0", "w", by("ann", 1), false, Outcome::Ended(None))]);

    let mut events =
        room(&[(WEB, "w", "@ann:x", 1, web()), (WEB, "w", "@bob:x", 2, edit), (WEB, "w", "@ann:x", 3, web())]);
    events[1].redact();
    assert_eq!(all(&events), [placed("$0", "w", by("ann", 1), true, Outcome::Running)]);
}

#[test]
fn clocks_that_contradict_each_other_give_no_length() {
    let events = room(&[(WEB, "w", "@ann:x", 9, web()), (WEB, "w", "@bob:x", 2, json!({}))]);
    assert_eq!(all(&events)[0].1.lasted(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever happens to the widgets of a room, in pages of whatever size it comes in, and however often: loaded to the end it tells
    /// the same; and what is loaded so far tells the same of each conference that began in it, and only not the beginning of others.
    #[test]
    fn how_a_timeline_was_paged_in_does_not_matter(
        happened in vec((any::<bool>(), 0..3_usize, 0..4_usize, any::<bool>()), 0..30),
        sizes in vec(1..6_usize, 30),
        again in vec(0..3_usize, 30),
    ) {
        let mut other = web();
        other["data"]["domain"] = json!("meet.other.test");
        let contents = [json!({}), web(), other, json!({ "type": "m.custom", "url": "https://notes.test/" })];
        let told: Vec<_> = happened.iter().enumerate().map(|(at, (web, key, content, ann))| (
            if *web { WEB } else { STABLE }, ["a", "b", "c"][*key], if *ann { "@ann:x" } else { "@bob:x" },
            at as u64, contents[*content].clone(),
        )).collect();
        let events = room(&told);
        let state = state_after(&events);
        let whole = tiles_of(&events, &state);

        let mut timeline = Timeline::new([], Back::Unknown);
        let mut from = events.len();
        for (size, again) in sizes.iter().zip(&again) {
            let to = (from + again).min(events.len());
            from = from.saturating_sub(*size);
            timeline.prepend(timeline.generation(), events[from..to].iter().rev().cloned().collect(), Some("t".into()));
            let shown = tiles_of(timeline.events(), &state);
            let loaded = |id: &EventId| timeline.knows(id);
            let of_loaded: Vec<_> = shown.iter().filter(|(_, tile)| tile.started.is_some()).cloned().collect();
            let expected: Vec<_> = whole.iter().filter(|(id, _)| loaded(id)).cloned().collect();
            assert_eq!(of_loaded, expected);
            let before: Vec<_> = shown.iter().filter(|(_, tile)| tile.started.is_none()).collect();
            for (_, tile) in &before {
                assert!(whole.iter().any(|(id, of)| !loaded(id) && of.widget == tile.widget && of.outcome == tile.outcome));
                assert_eq!(before.iter().filter(|(_, other)| other.widget == tile.widget).count(), 1);
            }
        }
        while from > 0 {
            from -= 1;
            timeline.prepend(timeline.generation(), vec![events[from].clone()], None);
        }
        assert_eq!(tiles_of(timeline.events(), &state), whole);
    }
}

#[test]
fn two_thousand_widgets_in_the_worst_order_are_no_trouble() {
    let told: Vec<_> = (0..2000_u64).map(|at| (format!("{:04}", 2000 - at), at)).collect();
    let told: Vec<_> = told.iter().map(|(key, at)| (WEB, key.as_str(), "@ann:x", *at, v1())).collect();
    let events = room(&told);
    assert_eq!(all(&events).len(), 2000);
}

#[test]
fn state_of_another_kind_is_no_widget() {
    let state: RoomState = StateEvent::read(&json!({
        "type": WEB, "state_key": "w", "sender": "@ann:x", "content": web(),
    }))
    .into_iter()
    .collect();
    let events = room(&[("m.room.name", "w", "@ann:x", 1, web())]);
    assert!(tiles_of(&events, &state).is_empty());
}
