//! What of a batch has to do with calls, before anything is asked about it: reading a room is work, and whoever writes into rooms decides
//! how much there is to read.

use serde_json::Value;

use crate::call::history::name_of;
use crate::host::LiveBatch;
use crate::ids::{RoomId, UserId};
use crate::ordered::Set;

/// Whose events are left: what has to be known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sifted {
    /// The rooms, each once.
    pub rooms: Set<RoomId>,
    /// The senders.
    pub senders: Set<UserId>,
}

/// Takes out of a batch what has nothing to do with calls; `None` when nothing is left. `watches` are the rooms where there is a call
/// already; in others one may only begin, and in a room that all may join it never does.
pub fn sift(
    batch: &mut LiveBatch,
    watches: &dyn Fn(&RoomId) -> bool,
    may_ring_in: &dyn Fn(&RoomId) -> bool,
) -> Option<Sifted> {
    let is_of_call = |event: &Value| word(event, "type").is_some_and(|kind| name_of(kind).is_some());
    // Whoever writes such events in a room that all may join would have it read for each.
    batch.events.retain(|live| is_of_call(&live.event) && (watches(&live.room) || may_ring_in(&live.room)));
    // After a long time offline nearly every room has a gap.
    batch.gaps.retain(watches);
    let is_something = !batch.events.is_empty() || !batch.gaps.is_empty();
    is_something.then(|| Sifted {
        rooms: batch.events.iter().map(|live| live.room.clone()).collect(),
        senders: batch.events.iter().filter_map(|live| word(&live.event, "sender")).map(UserId::from).collect(),
    })
}

fn word<'a>(event: &'a Value, key: &str) -> Option<&'a str> {
    event.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;
    use crate::host::LiveEvent;
    use crate::time::Millis;

    fn live(room: &str, kind: &str, sender: &str) -> LiveEvent {
        let event = json!({ "type": kind, "sender": sender });
        LiveEvent { room: room.into(), event, encrypted: false, received_at: Millis(0) }
    }

    /// There is a call in `!call`; one may begin in `!friend`.
    fn sifted(events: Vec<LiveEvent>, gaps: &[&str]) -> (Option<Sifted>, LiveBatch) {
        let mut batch = LiveBatch { events, gaps: gaps.iter().map(|room| (*room).into()).collect() };
        let sifted = sift(&mut batch, &|room| room.as_str() == "!call", &|room| room.as_str() == "!friend");
        (sifted, batch)
    }

    #[test]
    fn nothing_is_read_for_a_room_in_which_no_call_is_or_may_begin() {
        let flood = (0..100).map(|_| live("!public", "m.call.invite", "@eve:x")).collect();
        assert_eq!(sifted(flood, &["!public"]).0, None);
        let (of_calls, batch) = sifted(
            vec![
                live("!public", "m.call.invite", "@eve:x"),
                live("!friend", "m.call.invite", "@ben:x"),
                live("!call", "org.matrix.call.hangup", "@ann:x"),
            ],
            &[],
        );
        let of_calls = of_calls.expect("two events");
        assert_eq!(of_calls.rooms, Set::from(["!call".into(), "!friend".into()]));
        assert_eq!(of_calls.senders, Set::from(["@ann:x".into(), "@ben:x".into()]));
        assert_eq!(batch.events.len(), 2);
    }

    #[test]
    fn what_is_no_call_asks_nothing_of_the_host() {
        let asked = RefCell::new(0);
        let events = ["m.room.message", "m.callous", "", "m.call"].map(|kind| live("!friend", kind, "@ben:x")).to_vec();
        let mut batch = LiveBatch { events, gaps: Vec::new() };
        let may_ring_in = |_: &RoomId| {
            *asked.borrow_mut() += 1;
            true
        };
        assert_eq!(sift(&mut batch, &|_| false, &may_ring_in), None);
        assert_eq!(asked.into_inner(), 0);
    }

    #[test]
    fn each_room_and_each_sender_is_asked_about_once() {
        let many = (0..100).map(|_| live("!friend", "m.call.candidates", "@ben:x")).collect();
        let of_calls = sifted(many, &[]).0.expect("events");
        assert_eq!((of_calls.rooms.len(), of_calls.senders.len()), (1, 1));
    }

    #[test]
    fn a_gap_counts_only_where_there_is_a_call() {
        let (of_calls, batch) = sifted(Vec::new(), &["!friend", "!call", "!public"]);
        assert!(of_calls.is_some_and(|of_calls| of_calls.rooms.is_empty()));
        assert_eq!(batch.gaps, ["!call".into()]);
    }
}
