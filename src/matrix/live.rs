//! The events that calls are made of, taken whole out of what the server sends: a timeline keeps less of them.

use serde_json::Value;

use crate::call::history::{self, Told};
use crate::host::{LiveBatch, LiveEvent};
use crate::ids::{EventId, RoomId};
use crate::json::{self, Object};
use crate::matrix::event::take_array;
use crate::matrix::request::{self, Request};
use crate::matrix::store::Store;
use crate::matrix::{filter, items};
use crate::meet::ringing::RINGS_FOR;
use crate::meet::widget;
use crate::ordered;
use crate::room::{RoomState, StateEvent};
use crate::time::Millis;

/// How many pages are asked for to fill a gap. With 50 events each they reach further back than a call between two people
/// leaves behind in an hour.
const MOST_PAGES: usize = 4;

/// How far the clocks of this machine and of the servers may be apart. What is asked for in vain costs one request.
const CLOCKS: Millis = Millis::seconds(300);
/// In how many rooms it is looked whether it rings: nobody calls from more at once, but many could make it look so.
const MOST_RINGING: usize = 10;

impl Store {
    /// Whether a call may ring in a room: its events count there, and not everybody may join it.
    pub fn may_ring_in(&self, room: &RoomId) -> bool {
        self.in_clear(room) && self.room(room).is_some_and(|room| !room.is_public())
    }

    /// The rooms in which a call rings by what their timelines tell, the newest first, each with the event before the call. A
    /// timeline keeps too little of an invite to let it ring, and was not told live when it was kept over a reload.
    pub fn ringing(&self, now: Millis) -> Vec<(RoomId, Option<EventId>)> {
        let earlier = Millis(now.0.saturating_sub(CLOCKS.0));
        let may_ring = |told: Told| history::name_of(told.event_type) == Some("invite") && told.at >= earlier;
        let rooms = self.rooms.iter().filter(|(id, room)| items::told(room).any(may_ring) && self.may_ring_in(id));
        let ringing = rooms.filter_map(|(id, room)| {
            let first = history::first_ringing(items::told(room), &self.setting(room, earlier))?;
            let before = room.timeline.events().take_while(|event| event.event_id != *first).last();
            Some((room.latest, id.clone(), before.map(|event| event.event_id.clone())))
        });
        let newest_first = ordered::sorted(ringing.collect(), |one, other| other.0.cmp(&one.0));
        newest_first.into_iter().take(MOST_RINGING).map(|(_, room, before)| (room, before)).collect()
    }
}

/// The call events among the events of a timeline, and those of widgets, in their order.
pub fn calls(events: &[Value]) -> Vec<Value> {
    events.iter().filter(|event| is_call(event) || is_widget(event)).cloned().collect()
}

/// The events of widgets in the state before a timeline, which came in a gap: those that may ring still, by their age. It is negative
/// where their server's clock is ahead.
pub fn begun_lately(state: &[Value]) -> Vec<Value> {
    let may_ring = |event: &Value| {
        let unsigned = event.get("unsigned").and_then(Value::as_object);
        let age = unsigned.and_then(|unsigned| json::integer(unsigned, "age"));
        age.is_some_and(|age| u64::try_from(age).unwrap_or_default() < RINGS_FOR.0)
    };
    state.iter().filter(|event| is_widget(event) && may_ring(event)).cloned().collect()
}

/// Lets a widget's event say what it replaced, where the server does not: an edit in a gap is no beginning.
pub(super) fn recall(event: &mut Value, room: &RoomState) {
    let Some(new) = StateEvent::read(event) else { return };
    let before = room.get(&new.event_type, &new.state_key).filter(|before| before.event_id != new.event_id);
    let unsigned = event.as_object_mut().map(|event| event.entry("unsigned").or_insert_with(|| Object::new().into()));
    if let (Some(before), Some(Value::Object(unsigned))) = (before, unsigned) {
        unsigned.entry("prev_content").or_insert_with(|| before.content.clone().into());
    }
}

fn is_widget(event: &Value) -> bool {
    event.as_object().is_some_and(|event| {
        let is_widget = |kind| matches!(kind, widget::EVENT_TYPE | widget::STABLE_EVENT_TYPE);
        json::string(event, "type").is_some_and(is_widget) && event.contains_key("state_key")
    })
}

/// State is none, whatever its type says.
fn is_call(event: &Value) -> bool {
    event.as_object().is_some_and(|event| {
        json::string(event, "type").and_then(history::name_of).is_some() && !event.contains_key("state_key")
    })
}

/// Goes back through a room's timeline from the present to an event that is known, and collects the call events on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct CatchUp {
    room: RoomId,
    until: Option<EventId>,
    newest_first: Vec<LiveEvent>,
    from: Option<String>,
    pages_left: usize,
}

impl CatchUp {
    /// Begins at the present. Without an event to reach, the newest page is all.
    pub fn new(room: RoomId, until: Option<EventId>) -> Self {
        let pages_left = if until.is_some() { MOST_PAGES } else { 1 };
        Self { room, until, newest_first: Vec::new(), from: None, pages_left }
    }

    /// What to ask next; `None` once the end is reached.
    pub fn next(&self) -> Option<Request> {
        (self.pages_left > 0).then(|| request::messages(&self.room, self.from.as_deref(), &filter::messages()))
    }

    /// Takes the answer.
    pub fn take(&mut self, mut answer: Object, now: Millis) {
        self.pages_left = self.pages_left.saturating_sub(1);
        for event in take_array(&mut answer, "chunk") {
            let id = event.get("event_id").and_then(Value::as_str);
            if id.is_some() && id == self.until.as_ref().map(EventId::as_str) {
                self.pages_left = 0;
                return;
            }
            if is_call(&event) {
                self.newest_first.push(live(&self.room, event, now));
            }
        }
        let end = json::string(&answer, "end").filter(|end| Some(*end) != self.from.as_deref());
        match end {
            Some(end) => self.from = Some(end.to_owned()),
            None => self.pages_left = 0,
        }
    }

    /// What was collected, oldest first. That the known event was not reached is no gap to be filled once more.
    pub fn finish(mut self) -> LiveBatch {
        self.newest_first.reverse();
        LiveBatch { events: self.newest_first, gaps: Vec::new() }
    }
}

/// An event as it goes to the call components. What this client can read was never encrypted.
pub(super) fn live(room: &RoomId, event: Value, received_at: Millis) -> LiveEvent {
    LiveEvent { room: room.clone(), event, encrypted: false, received_at }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::matrix::outbox::Outbox;
    use crate::matrix::sync::SyncAnswer;
    use crate::meet::ringing::Begun;

    fn event(id: &str, event_type: &str) -> Value {
        json!({ "event_id": id, "type": event_type, "sender": "@ann:x", "content": {}, "unsigned": { "age": 7 } })
    }

    fn collect(until: Option<&str>, pages: Vec<Value>) -> (Vec<String>, Vec<String>) {
        let mut catch_up = CatchUp::new("!a".into(), until.map(EventId::from));
        let (mut pages, mut asked) = (pages.into_iter(), Vec::new());
        while let Some(request) = catch_up.next() {
            let from = request.query.iter().find(|(key, _)| *key == "from");
            asked.push(from.map_or_else(String::new, |(_, from)| from.clone()));
            let page = pages.next().unwrap_or_else(|| json!({ "chunk": [], "end": format!("t{}", asked.len()) }));
            catch_up.take(page.as_object().unwrap().clone(), Millis(5));
        }
        let batch = catch_up.finish();
        assert!(batch.gaps.is_empty());
        let ids = batch.events.iter().map(|event| event.event["event_id"].as_str().unwrap().to_owned());
        (ids.collect(), asked)
    }

    #[test]
    fn state_and_other_events_are_no_calls() {
        let mut state = event("$4", "m.call.invite");
        state["state_key"] = json!("");
        let events = [
            event("$1", "m.call.invite"),
            event("$2", "m.room.message"),
            event("$3", "org.matrix.call.sdp_stream_metadata_changed"),
            state,
            json!(5),
            event("$6", "m.callous"),
        ];
        assert_eq!(calls(&events), [events[0].clone(), events[2].clone()]);
    }

    #[test]
    fn a_gap_is_filled_back_to_the_known_event_and_told_oldest_first() {
        let pages = vec![
            json!({ "chunk": [event("$9", "m.call.hangup"), event("$8", "m.room.message")], "end": "t1" }),
            json!({ "chunk": [event("$7", "m.call.negotiate"), event("$6", "m.call.answer"), event("$5", "m.call.candidates")], "end": "t2" }),
        ];
        let (ids, asked) = collect(Some("$6"), pages);
        assert_eq!(ids, ["$7", "$9"]);
        assert_eq!(asked, ["", "t1"]);
    }

    #[test]
    fn a_kept_timeline_says_where_it_rings_and_after_which_event_to_look() {
        let call = |id: &str, kind: &str, at: u64| {
            json!({ "event_id": id, "type": kind, "sender": "@ann:x", "origin_server_ts": at,
            "content": { "call_id": "c", "lifetime": 90_000, "offer": { "sdp": "v=0" } } })
        };
        let room = |events: Vec<Value>| json!({ "timeline": { "events": events } });
        let mut store = Store::new("@me:x".into());
        let answer = json!({ "next_batch": "n", "rooms": { "join": {
            "!first": room(vec![event("$1", "m.room.message"), call("$2", "m.call.candidates", 1_000_000), call("$3", "m.call.invite", 1_000_000)]),
            "!newer": room(vec![call("$4", "m.call.invite", 1_050_000), event("$5", "m.room.message")]),
            "!over": room(vec![call("$6", "m.call.invite", 1_000_000), call("$7", "m.call.hangup", 1_001_000)]),
            "!old": room(vec![call("$8", "m.call.invite", 1000)]),
        } } });
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, &mut Outbox::default(), Millis(1_100_000));
        let ringing = [("!newer".into(), None), ("!first".into(), Some("$1".into()))];
        assert_eq!(store.ringing(Millis(1_060_000)), ringing);
        // A clock that is three minutes ahead.
        assert_eq!(store.ringing(Millis(1_240_000)), ringing);
        assert!(store.ringing(Millis(1_500_000)).is_empty());
    }

    /// It lay in the state before the timeline alone, and rang for nobody who was offline for some seconds.
    #[test]
    fn a_conference_that_began_in_a_gap_comes_out_of_the_state_as_what_it_is() {
        let mut store = Store::new("@me:x".into());
        let mut sync = |state: Vec<Value>| {
            let timeline = json!({ "limited": true, "events": [event("$m", "m.room.message")] });
            let room = json!({ "state": { "events": state }, "timeline": timeline });
            let answer = json!({ "next_batch": "n", "rooms": { "join": { "!a": room } } });
            let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
            store.apply(answer, &mut Outbox::default(), Millis(5)).live.events
        };
        let widget = |id: &str, key: &str, age: Option<u64>, url: &str| {
            json!({ "event_id": id, "type": "im.vector.modular.widgets", "state_key": key, "sender": "@ann:x",
                    "content": { "type": "jitsi", "url": url, "data": { "conferenceId": "Tea" } }, "unsigned": age.map_or(json!({}), |age| json!({ "age": age })) })
        };
        let old = |key: &str| widget("$0", key, Some(9_000_000), "https://old.test/");
        assert!(sync(vec![old("edited"), old("old")]).is_empty());
        let news = vec![
            widget("$1", "new", Some(5_000), "https://w.test/"),
            widget("$2", "edited", Some(5_000), "https://w.test/"),
            widget("$3", "late", Some(60_000), "https://w.test/"),
            widget("$4", "ageless", None, "https://w.test/"),
            json!({ "event_id": "$5", "type": "m.room.name", "state_key": "", "sender": "@ann:x", "content": {}, "unsigned": { "age": 1 } }),
        ];
        let told = sync(news);
        assert_eq!(told.iter().map(|live| &live.event["event_id"]).collect::<Vec<_>>(), ["$1", "$2"]);
        let begun: Vec<_> = told.iter().filter_map(Begun::read).map(|begun| begun.widget).collect();
        assert_eq!(begun, ["new".into()], "an edit rings no second time");
    }

    #[test]
    fn a_conference_in_a_gap_from_a_server_that_is_ahead_rings() {
        let event = |age: i64| {
            json!({ "event_id": "$1", "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ann:x",
                    "content": { "type": "jitsi", "url": "https://w.test/", "data": { "conferenceId": "Tea" } }, "unsigned": { "age": age } })
        };
        assert_eq!(begun_lately(&[event(-2_000), event(59_999), event(60_000)]), [event(-2_000), event(59_999)]);
    }

    #[test]
    fn a_call_may_ring_in_a_room_in_the_clear_that_i_am_in_and_not_everybody_may_join() {
        let state = |kind: &str, content: Value| {
            let event =
                json!({ "event_id": "$e", "type": kind, "state_key": "", "sender": "@ann:x", "content": content });
            json!({ "state": { "events": [event] } })
        };
        let mut store = Store::new("@me:x".into());
        let answer = json!({ "next_batch": "n", "rooms": { "invite": { "!invited": {} }, "join": {
            "!private": state("m.room.join_rules", json!({ "join_rule": "invite" })),
            "!open": state("m.room.join_rules", json!({ "join_rule": "public" })),
            "!encrypted": state("m.room.encryption", json!({})),
        } } });
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, &mut Outbox::default(), Millis(5));
        assert!(store.may_ring_in(&"!private".into()));
        for room in ["!invited", "!open", "!encrypted", "!unknown"] {
            assert!(!store.may_ring_in(&room.into()), "{room}");
        }
    }

    #[test]
    fn the_age_stays_as_the_server_sent_it() {
        let mut catch_up = CatchUp::new("!a".into(), None);
        catch_up.take(json!({ "chunk": [event("$1", "m.call.invite")] }).as_object().unwrap().clone(), Millis(5));
        let batch = catch_up.finish();
        assert_eq!(
            (batch.events[0].event["unsigned"]["age"].as_u64(), batch.events[0].received_at),
            (Some(7), Millis(5))
        );
    }

    #[test]
    fn without_an_event_to_reach_one_page_is_enough() {
        let page = json!({ "chunk": [event("$2", "m.call.answer"), event("$1", "m.call.invite")], "end": "t1" });
        assert_eq!(collect(None, vec![page]), (vec!["$1".into(), "$2".into()], vec![String::new()]));
    }

    #[test]
    fn the_search_ends_at_the_room_s_beginning_at_a_server_that_stands_still_and_after_a_few_pages() {
        assert_eq!(collect(Some("$0"), vec![json!({ "chunk": [] })]).1.len(), 1);
        let still = json!({ "chunk": 3, "end": "t1" });
        assert_eq!(collect(Some("$0"), vec![still.clone(), still]).1.len(), 2);
        assert_eq!(collect(Some("$0"), vec![]).1.len(), MOST_PAGES);
    }
}
