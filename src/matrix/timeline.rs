//! The loaded part of a room's timeline: one piece without gaps that ends at the present.

use std::collections::VecDeque;

use crate::ids::EventId;
use crate::matrix::event::{Edit, Event};
use crate::ordered::{Map, Set};

/// The most events kept per room. A room can grow without end while the page is open; what is dropped can be paged in again.
pub const MOST_EVENTS: usize = 2000;

/// Where the events before the loaded part are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Back {
    /// Nothing is known; the server is asked from the present.
    #[default]
    Unknown,
    /// Before this token.
    Token(String),
    /// Before the first loaded event, for which there is no token.
    BeforeFirst,
    /// Nowhere: the loaded part begins with the room.
    Start,
}

/// What to ask for older events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Older {
    /// A page before this token, or before the present.
    Page(Option<String>),
    /// First the token before this event.
    TokenBefore(EventId),
    /// Nothing: the beginning is reached.
    Nothing,
}

/// The loaded part of a timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    events: VecDeque<Event>,
    known: Set<EventId>,
    back: Back,
    generation: u64,
}

impl Timeline {
    /// A timeline of these events, oldest first.
    pub fn new(events: impl IntoIterator<Item = Event>, back: Back) -> Self {
        let mut timeline = Self { back, ..Self::default() };
        timeline.append(events, None);
        timeline
    }

    /// The events, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> + ExactSizeIterator {
        self.events.iter()
    }

    /// Whether this event is loaded.
    pub fn knows(&self, event: &EventId) -> bool {
        self.known.contains(event)
    }

    /// Where older events are.
    pub fn back(&self) -> &Back {
        &self.back
    }

    /// Changes with every [`reset`](Self::reset): a page that was asked for before belongs elsewhere.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Forgets all after a gap; `back` is the gap's newer end.
    pub fn reset(&mut self, back: Option<String>) {
        self.events.clear();
        self.known = Set::default();
        self.back = back.map_or(Back::Unknown, Back::Token);
        self.generation = self.generation.wrapping_add(1);
    }

    /// Takes newer events. `before` is the token before the first, of use only when nothing is loaded.
    pub fn append(&mut self, events: impl IntoIterator<Item = Event>, before: Option<String>) {
        if let (true, Back::Unknown, Some(token)) = (self.events.is_empty(), &self.back, before) {
            self.back = Back::Token(token);
        }
        for event in events {
            if !self.known.insert(event.event_id.clone()) {
                continue;
            }
            if is_first_of_room(&event) && self.events.is_empty() {
                self.back = Back::Start;
            }
            let redacts = event.redacts.clone();
            self.events.push_back(event);
            if let Some(target) = redacts {
                self.redact(&target);
            }
        }
        while self.events.len() > MOST_EVENTS {
            if let Some(dropped) = self.events.pop_front() {
                self.known.remove(&dropped.event_id);
            }
            self.back = Back::BeforeFirst;
        }
    }

    /// What to ask for older events.
    pub fn older(&self) -> Older {
        match (&self.back, self.events.front()) {
            (Back::Start, _) => Older::Nothing,
            (Back::Token(token), _) => Older::Page(Some(token.clone())),
            (Back::BeforeFirst, Some(first)) => Older::TokenBefore(first.event_id.clone()),
            (Back::Unknown, _) | (Back::BeforeFirst, None) => Older::Page(None),
        }
    }

    /// Takes the token before the first event.
    pub fn token_before_first(&mut self, generation: u64, token: String) {
        if generation == self.generation {
            self.back = Back::Token(token);
        }
    }

    /// Takes a page of older events, newest first, and the token before them (`None`: they begin the room). False when the page
    /// was asked for before the last gap, and is of no use.
    pub fn prepend(&mut self, generation: u64, page: Vec<Event>, end: Option<String>) -> bool {
        if generation != self.generation {
            return false;
        }
        self.back = end.map_or(Back::Start, Back::Token);
        for event in page {
            if self.known.insert(event.event_id.clone()) {
                if is_first_of_room(&event) {
                    self.back = Back::Start;
                }
                self.events.push_front(event);
            }
        }
        true
    }

    /// Redacts an event, and the edit that it may be.
    pub fn redact(&mut self, target: &EventId) {
        for event in &mut self.events {
            if event.event_id == *target {
                event.redact();
            }
            if event.edit.as_ref().is_some_and(|edit| edit.event_id == *target) {
                event.edit = None;
            }
        }
    }

    /// The newest edit of each event that has one, its sender's own only; what is loaded outranks what the server bundled.
    pub fn edits(&self) -> Map<EventId, Edit> {
        let originals: Map<_, _> = self.events.iter().map(|event| (&event.event_id, event)).collect();
        let mut edits = Map::default();
        for event in &self.events {
            let Some((target, edit)) = event.as_edit() else {
                continue;
            };
            let allowed = originals.get(&target).is_some_and(|original| {
                original.sender == event.sender
                    && original.event_type == event.event_type
                    && original.state_key.is_none()
                    && !original.is_edit()
            });
            if allowed {
                edits.insert(target, edit);
            }
        }
        edits
    }
}

fn is_first_of_room(event: &Event) -> bool {
    event.event_type == "m.room.create" && event.state_key.as_deref() == Some("")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(id: &str, extra: Value) -> Event {
        let mut event =
            json!({ "event_id": id, "type": "m.room.message", "sender": "@ann:hs.test", "content": { "body": id } });
        event.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Event::read(event).unwrap()
    }

    fn plain(id: &str) -> Event {
        event(id, json!({}))
    }

    fn edit(id: &str, target: &str, sender: &str) -> Event {
        event(
            id,
            json!({ "sender": sender, "content": {
                "body": "* new", "m.new_content": { "body": id },
                "m.relates_to": { "rel_type": "m.replace", "event_id": target },
            } }),
        )
    }

    fn ids(timeline: &Timeline) -> Vec<&str> {
        timeline.events().map(|event| event.event_id.as_str()).collect()
    }

    #[test]
    fn an_event_that_comes_twice_is_kept_once() {
        let mut timeline = Timeline::new([plain("$1"), plain("$2")], Back::Token("t".into()));
        timeline.append([plain("$2"), plain("$3")], None);
        assert!(timeline.prepend(0, vec![plain("$1"), plain("$0")], None));
        assert_eq!(ids(&timeline), ["$0", "$1", "$2", "$3"]);
        assert_eq!(timeline.older(), Older::Nothing);
    }

    #[test]
    fn a_gap_forgets_what_was_before_it_and_pages_back_from_its_newer_end() {
        let mut timeline = Timeline::new([plain("$1")], Back::Start);
        timeline.reset(Some("gap".into()));
        timeline.append([plain("$9")], Some("gap".into()));
        assert_eq!(ids(&timeline), ["$9"]);
        assert_eq!(timeline.older(), Older::Page(Some("gap".into())));
    }

    #[test]
    fn a_page_asked_for_before_a_gap_is_dropped() {
        let mut timeline = Timeline::new([plain("$5")], Back::Token("t".into()));
        let asked = timeline.generation();
        timeline.reset(Some("gap".into()));
        assert!(!timeline.prepend(asked, vec![plain("$4")], None));
        timeline.token_before_first(asked, "old".into());
        assert_eq!(timeline.older(), Older::Page(Some("gap".into())));
        assert_eq!(timeline.events().len(), 0);
    }

    #[test]
    fn the_oldest_events_go_when_there_are_too_many_and_can_be_paged_in_again() {
        let mut timeline = Timeline::new([], Back::Start);
        timeline.append((0..MOST_EVENTS + 5).map(|n| plain(&format!("${n}"))), None);
        assert_eq!(timeline.events().len(), MOST_EVENTS);
        assert_eq!(timeline.older(), Older::TokenBefore("$5".into()));
        timeline.token_before_first(0, "before $5".into());
        assert!(timeline.prepend(0, vec![plain("$4")], Some("before $4".into())));
        assert_eq!(ids(&timeline)[0], "$4");
    }

    #[test]
    fn a_token_is_taken_only_while_nothing_is_loaded() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.older(), Older::Page(None));
        timeline.append([plain("$1")], Some("first".into()));
        timeline.append([plain("$2")], Some("second".into()));
        assert_eq!(timeline.older(), Older::Page(Some("first".into())));
    }

    #[test]
    fn only_the_sender_can_edit_and_the_newest_edit_counts() {
        let timeline = Timeline::new(
            [
                plain("$1"),
                edit("$2", "$1", "@ann:hs.test"),
                edit("$3", "$1", "@ann:hs.test"),
                edit("$4", "$1", "@eve:hs.test"),
                edit("$5", "$2", "@ann:hs.test"),
            ],
            Back::Start,
        );
        let edits = timeline.edits();
        assert_eq!(edits.len(), 1);
        assert_eq!(edits.get(&EventId::from("$1")).unwrap().event_id, "$3".into());
    }

    #[test]
    fn a_redacted_edit_no_longer_counts() {
        let mut timeline = Timeline::new([plain("$1"), edit("$2", "$1", "@ann:hs.test")], Back::Start);
        timeline.append([event("$3", json!({ "type": "m.room.redaction", "redacts": "$2" }))], None);
        assert!(timeline.edits().is_empty());
    }

    #[test]
    fn a_redacted_message_keeps_nothing_of_what_it_said() {
        let mut timeline = Timeline::new([plain("$1")], Back::Start);
        timeline.append([event("$2", json!({ "type": "m.room.redaction", "content": { "redacts": "$1" } }))], None);
        let first = timeline.events().next().unwrap();
        assert!(first.redacted && first.content.is_empty());
    }
}
