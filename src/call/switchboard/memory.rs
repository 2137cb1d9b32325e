//! What has to be remembered of calls that are not there (any more, or yet). Strangers write all of it, so all of it is bounded.

use std::collections::VecDeque;

use crate::call::event::{Body, CallEvent};
use crate::ids::{CallId, EventId, RoomId, UserId};
use crate::ordered::Set;
use crate::time::Millis;

/// The most event ids remembered: what a few long gaps bring twice.
const MOST_EVENTS: usize = 1000;
/// The most ends remembered: an invite follows its own end only within a sync or a gap.
const MOST_ENDS: usize = 300;
/// The most calls and senders whose candidates wait, (`calls-1to1.md` 1.7, step 7)
const MOST_WAITING_CALLS: usize = 50;
/// the most events of each and the most candidates in them,
const MOST_WAITING_EVENTS: usize = 20;
const MOST_WAITING_CANDIDATES: usize = 100;
/// and how long they wait.
const WAIT: Millis = Millis::seconds(120);

/// The memory.
#[derive(Debug, Default)]
pub(super) struct Memory {
    seen: Set<EventId>,
    seen_in_order: VecDeque<EventId>,
    ends: VecDeque<(RoomId, CallId, UserId)>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    room: RoomId,
    call: CallId,
    /// Apart by sender, so that nobody can take the place of the caller's.
    sender: UserId,
    since: Millis,
    events: Vec<CallEvent>,
}

impl Waiting {
    fn is(&self, room: &RoomId, call: &CallId, sender: &UserId) -> bool {
        self.call == *call && self.room == *room && self.sender == *sender
    }
}

fn candidates(event: &CallEvent) -> usize {
    match &event.body {
        Body::Candidates { candidates, .. } => candidates.len(),
        _ => 0,
    }
}

impl Memory {
    /// Whether this event is new; remembers it.
    pub(super) fn is_new(&mut self, event: &EventId) -> bool {
        if !self.seen.insert(event.clone()) {
            return false;
        }
        self.seen_in_order.push_back(event.clone());
        if self.seen_in_order.len() > MOST_EVENTS
            && let Some(oldest) = self.seen_in_order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }

    /// A call is over, by the word of this user.
    pub(super) fn ended(&mut self, room: RoomId, call: CallId, by: UserId) {
        if self.ends.len() >= MOST_ENDS {
            self.ends.pop_front();
        }
        self.ends.push_back((room, call, by));
    }

    /// Whether one of these users has ended the call.
    pub(super) fn is_over(&self, room: &RoomId, call: &CallId, by: [&UserId; 2]) -> bool {
        self.ends.iter().any(|(r, c, user)| r == room && c == call && by.contains(&user))
    }

    /// Candidates of a call that is not there yet.
    pub(super) fn wait(&mut self, now: Millis, room: &RoomId, event: CallEvent) {
        self.waiting.retain(|waiting| now.since(waiting.since) < WAIT);
        let known = self.waiting.iter_mut().find(|waiting| waiting.is(room, &event.call, &event.sender));
        match known {
            Some(waiting) => {
                let waits: usize = waiting.events.iter().map(candidates).sum();
                let fits = waits + candidates(&event) <= MOST_WAITING_CANDIDATES;
                if fits && waiting.events.len() < MOST_WAITING_EVENTS {
                    waiting.events.push(event);
                }
            }
            None => {
                if self.waiting.len() >= MOST_WAITING_CALLS {
                    // Who fills it all makes room out of their own.
                    let own = self.waiting.iter().position(|waiting| waiting.sender == event.sender);
                    self.waiting.remove(own.unwrap_or(0));
                }
                let (call, sender) = (event.call.clone(), event.sender.clone());
                self.waiting.push_back(Waiting { room: room.clone(), call, sender, since: now, events: vec![event] });
            }
        }
    }

    /// What waited for this call by this caller.
    pub(super) fn waited_for(&mut self, room: &RoomId, call: &CallId, caller: &UserId) -> Vec<CallEvent> {
        let at = self.waiting.iter().position(|waiting| waiting.is(room, call, caller));
        at.and_then(|at| self.waiting.remove(at)).map(|waiting| waiting.events).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BEN: &str = "@ben:chat.test";
    const EVE: &str = "@eve:chat.test";

    fn waited_for(memory: &mut Memory, call: usize, caller: &str) -> usize {
        memory.waited_for(&"!r".into(), &format!("c{call}").as_str().into(), &caller.into()).len()
    }

    fn event(sender: &str, call: usize, number: usize, candidates: usize) -> CallEvent {
        let candidate = json!({ "candidate": "candidate:1", "sdpMid": "0" });
        let content =
            json!({ "call_id": format!("c{call}"), "version": "1", "candidates": vec![candidate; candidates] });
        let event = json!({
            "type": "m.call.candidates", "event_id": format!("${call}.{number}"), "sender": sender, "content": content,
        });
        CallEvent::read(&event).unwrap()
    }

    /// A flood of full events for calls that never come could take 200 MB.
    #[test]
    fn a_flood_is_bounded_in_calls_events_and_candidates() {
        let mut memory = Memory::default();
        for call in 0..200 {
            for number in 0..40 {
                memory.wait(Millis(0), &"!r".into(), event(EVE, call, number, if call < 150 { 90 } else { 1 }));
            }
        }
        assert_eq!(memory.waiting.len(), MOST_WAITING_CALLS);
        assert_eq!(waited_for(&mut memory, 199, EVE), MOST_WAITING_EVENTS);
        memory.wait(Millis(0), &"!r".into(), event(EVE, 300, 0, 90));
        memory.wait(Millis(0), &"!r".into(), event(EVE, 300, 1, 90));
        assert_eq!(waited_for(&mut memory, 300, EVE), 1);
        for number in 0..5000 {
            memory.is_new(&format!("${number}").as_str().into());
            memory.ended("!r".into(), format!("c{number}").as_str().into(), "@eve:chat.test".into());
        }
        assert_eq!(
            (memory.seen.len(), memory.seen_in_order.len(), memory.ends.len()),
            (MOST_EVENTS, MOST_EVENTS, MOST_ENDS)
        );
    }

    #[test]
    fn candidates_wait_for_two_minutes() {
        let mut memory = Memory::default();
        memory.wait(Millis(0), &"!r".into(), event(EVE, 1, 0, 1));
        memory.wait(WAIT, &"!r".into(), event(EVE, 2, 0, 1));
        assert_eq!((waited_for(&mut memory, 1, EVE), waited_for(&mut memory, 2, EVE)), (0, 1));
    }

    #[test]
    fn nobody_can_take_the_place_of_the_callers_candidates() {
        let mut memory = Memory::default();
        for number in 0..40 {
            memory.wait(Millis(0), &"!r".into(), event(EVE, 1, number, 5));
        }
        memory.wait(Millis(0), &"!r".into(), event(BEN, 1, 40, 5));
        for call in 2..200 {
            memory.wait(Millis(0), &"!r".into(), event(EVE, call, 0, 5));
        }
        assert_eq!((memory.waiting.len(), waited_for(&mut memory, 1, BEN)), (MOST_WAITING_CALLS, 1));
    }
}
