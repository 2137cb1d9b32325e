//! One's own messages on their way: shown at once, sent one after the other per room, kept when they fail. Whether a message
//! may leave in clear is asked again at the moment it leaves.

use serde_json::Value;

use crate::host::HostError;
use crate::ids::{EventId, RoomId};
use crate::json::object_of;
use crate::matrix::event::Event;
use crate::ordered::Map;
use crate::time::Millis;

/// The longest wait that a server may impose on a message before it counts as failed: nobody watches a message pend longer.
const LONGEST_WAIT: Millis = Millis::seconds(60);
/// The wait when the server says only that it was too much.
const USUAL_WAIT: Millis = Millis::seconds(1);

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The transaction id: a second try can't send it twice.
    pub transaction: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub at: Millis,
    /// How far it got.
    pub progress: Progress,
}

/// How far a message got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Behind another one, or for the server's patience.
    Waiting,
    /// On the wire.
    Sending,
    /// The server has it; it has not come back with a sync yet.
    Sent(EventId),
    /// Refused or not reached.
    Failed(HostError),
}

/// What happens to the outbox.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Someone wrote a message.
    Written {
        /// Where.
        room: RoomId,
        /// An id that no other message has; without a leading `$`.
        transaction: String,
        /// The text.
        body: String,
    },
    /// A [`Action::Send`] came to its end.
    Answered {
        /// Where.
        room: RoomId,
        /// Which.
        transaction: String,
        /// The event, or why there is none.
        result: Result<EventId, HostError>,
    },
    /// A failed message is to be sent again.
    Retry {
        /// Where.
        room: RoomId,
        /// Which.
        transaction: String,
    },
    /// The time of an [`Action::WakeAt`] has come.
    Woken,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send this `m.room.message`.
    Send {
        /// Where.
        room: RoomId,
        /// The transaction id.
        transaction: String,
        /// The content.
        content: Value,
    },
    /// Give [`Input::Woken`] then.
    WakeAt(Millis),
}

/// The outbox of all rooms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    rooms: Map<RoomId, Vec<Entry>>,
    /// Before this the server wants nothing.
    paused_until: Millis,
}

impl Outbox {
    /// Takes an input. `in_clear` says whether a message may leave in clear for a room at this moment: a room that is known,
    /// joined and not encrypted.
    pub fn handle(&mut self, now: Millis, input: Input, in_clear: impl Fn(&RoomId) -> bool) -> Vec<Action> {
        match input {
            Input::Written { room, transaction, body } => {
                if !body.trim().is_empty() && in_clear(&room) {
                    self.rooms.or_insert(room, Vec::new()).push(Entry {
                        transaction,
                        body,
                        at: now,
                        progress: Progress::Waiting,
                    });
                }
            }
            Input::Answered { room, transaction, result } => self.answered(now, &room, &transaction, result),
            Input::Retry { room, transaction } => {
                let entries = self.rooms.or_insert(room, Vec::new());
                if let Some(index) = failed_at(entries, &transaction) {
                    let mut entry = entries.remove(index);
                    entry.progress = Progress::Waiting;
                    entries.push(entry);
                }
            }
            Input::Woken => {}
        }
        self.due(now, in_clear)
    }

    /// Throws a failed message away; gives its text back.
    pub fn discard(&mut self, room: &RoomId, transaction: &str) -> Option<String> {
        let entries = self.rooms.get_mut(room)?;
        let index = failed_at(entries, transaction)?;
        Some(entries.remove(index).body)
    }

    /// The messages of a room that are not in its timeline yet, in the order in which they were written.
    pub fn entries(&self, room: &RoomId) -> &[Entry] {
        self.rooms.get(room).map_or(&[], Vec::as_slice)
    }

    /// Takes the message out that came back as this event, and gives its transaction. It may come before the answer to the
    /// request that sent it, or after a failure that was none.
    pub fn came_back(&mut self, room: &RoomId, event: &Event) -> Option<String> {
        let entries = self.rooms.get_mut(room)?;
        let index = entries.iter().position(|entry| {
            event.transaction_id.as_ref() == Some(&entry.transaction)
                || entry.progress == Progress::Sent(event.event_id.clone())
        })?;
        Some(entries.remove(index).transaction)
    }

    /// After a gap in the room's timeline: what the server has won't come back any more.
    pub fn gap(&mut self, room: &RoomId) {
        if let Some(entries) = self.rooms.get_mut(room) {
            entries.retain(|entry| !matches!(entry.progress, Progress::Sent(_)));
        }
    }

    /// After leaving a room.
    pub fn forget(&mut self, room: &RoomId) {
        self.rooms.remove(room);
    }

    fn answered(&mut self, now: Millis, room: &RoomId, transaction: &str, result: Result<EventId, HostError>) {
        let Some(entries) = self.rooms.get_mut(room) else {
            return;
        };
        let on_wire = |entry: &&mut Entry| entry.transaction == transaction && entry.progress == Progress::Sending;
        let Some(entry) = entries.iter_mut().find(on_wire) else {
            return;
        };
        let error = match result {
            Ok(event_id) => {
                entry.progress = Progress::Sent(event_id);
                return;
            }
            Err(error) => error,
        };
        if let Some(wait) = wait_imposed(&error) {
            entry.progress = Progress::Waiting;
            self.paused_until = now.plus(wait);
            return;
        }
        entry.progress = Progress::Failed(error.clone());
        // What was written after it must not arrive before it.
        fail_waiting(entries, &error);
    }

    fn due(&mut self, now: Millis, in_clear: impl Fn(&RoomId) -> bool) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut waits = false;
        for (room, entries) in self.rooms.iter_mut() {
            if !entries.iter().any(|entry| entry.progress == Progress::Waiting) {
                continue;
            }
            if !in_clear(room) {
                fail_waiting(entries, &HostError::Unsupported);
                continue;
            }
            if now < self.paused_until {
                waits = true;
                continue;
            }
            if entries.iter().any(|entry| entry.progress == Progress::Sending) {
                continue;
            }
            if let Some(next) = entries.iter_mut().find(|entry| entry.progress == Progress::Waiting) {
                next.progress = Progress::Sending;
                actions.push(Action::Send {
                    room: room.clone(),
                    transaction: next.transaction.clone(),
                    content: object_of!({ "msgtype": "m.text", "body": next.body.as_str() }),
                });
            }
        }
        if waits {
            actions.push(Action::WakeAt(self.paused_until));
        }
        actions
    }
}

/// Whether an event of this type may be sent as state, which is clear in an encrypted room too. What people say and the
/// events of calls are no state, and don't leave under its name.
pub fn may_be_state(event_type: &str) -> bool {
    !event_type.starts_with("m.call.")
        && !matches!(event_type, "m.room.message" | "m.room.encrypted" | "m.sticker" | "m.reaction")
}

fn wait_imposed(error: &HostError) -> Option<Millis> {
    match error {
        HostError::Refused { errcode, retry_after, .. } if errcode == "M_LIMIT_EXCEEDED" => {
            let wait = retry_after.map_or(USUAL_WAIT, Millis).max(Millis(100));
            (wait <= LONGEST_WAIT).then_some(wait)
        }
        _ => None,
    }
}

fn failed_at(entries: &[Entry], transaction: &str) -> Option<usize> {
    entries.iter().position(|entry| entry.transaction == transaction && matches!(entry.progress, Progress::Failed(_)))
}

fn fail_waiting(entries: &mut [Entry], error: &HostError) {
    for entry in entries {
        if entry.progress == Progress::Waiting {
            entry.progress = Progress::Failed(error.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde_json::json;

    use super::*;

    fn room() -> RoomId {
        "!a".into()
    }

    fn write(outbox: &mut Outbox, transaction: &str) -> Vec<Action> {
        let input =
            Input::Written { room: room(), transaction: transaction.into(), body: format!("says {transaction}") };
        outbox.handle(Millis(0), input, |_| true)
    }

    fn answer(outbox: &mut Outbox, transaction: &str, result: Result<EventId, HostError>) -> Vec<Action> {
        let input = Input::Answered { room: room(), transaction: transaction.into(), result };
        outbox.handle(Millis(0), input, |_| true)
    }

    fn sends(actions: &[Action]) -> Vec<&str> {
        actions
            .iter()
            .filter_map(|action| match action {
                Action::Send { transaction, .. } => Some(transaction.as_str()),
                Action::WakeAt(_) => None,
            })
            .collect()
    }

    fn progress(outbox: &Outbox) -> Vec<&Progress> {
        outbox.entries(&room()).iter().map(|entry| &entry.progress).collect()
    }

    fn echo(id: &str, transaction: Option<&str>) -> Event {
        Event::read(json!({
            "event_id": id, "type": "m.room.message", "sender": "@me:x", "content": {}, "unsigned": { "transaction_id": transaction },
        }))
        .unwrap()
    }

    fn limited(retry_after: Option<u64>) -> HostError {
        HostError::Refused { errcode: "M_LIMIT_EXCEEDED".into(), status: 429, message: String::new(), retry_after }
    }

    #[test]
    fn messages_of_a_room_leave_one_after_the_other() {
        let mut outbox = Outbox::default();
        assert_eq!(sends(&write(&mut outbox, "a")), ["a"]);
        assert!(sends(&write(&mut outbox, "b")).is_empty());
        assert_eq!(sends(&answer(&mut outbox, "a", Ok("$a".into()))), ["b"]);
        assert_eq!(progress(&outbox), [&Progress::Sent("$a".into()), &Progress::Sending]);
    }

    #[test]
    fn an_echo_after_the_answer_takes_the_message_out() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        answer(&mut outbox, "a", Ok("$a".into()));
        assert_eq!(outbox.came_back(&room(), &echo("$a", None)), Some("a".into()));
        assert!(outbox.entries(&room()).is_empty());
    }

    #[test]
    fn an_echo_before_the_answer_takes_it_out_and_the_answer_changes_nothing() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        write(&mut outbox, "b");
        assert_eq!(outbox.came_back(&room(), &echo("$a", Some("a"))), Some("a".into()));
        assert_eq!(sends(&answer(&mut outbox, "a", Ok("$a".into()))), ["b"]);
        assert_eq!(progress(&outbox), [&Progress::Sending]);
    }

    #[test]
    fn a_message_that_arrived_although_its_request_failed_is_no_failure() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        answer(&mut outbox, "a", Err(HostError::Unreachable));
        outbox.came_back(&room(), &echo("$a", Some("a")));
        assert!(outbox.entries(&room()).is_empty());
    }

    #[test]
    fn a_failure_holds_back_what_was_written_after_it() {
        let mut outbox = Outbox::default();
        for transaction in ["a", "b"] {
            write(&mut outbox, transaction);
        }
        assert!(answer(&mut outbox, "a", Err(HostError::Unreachable)).is_empty());
        let failed = Progress::Failed(HostError::Unreachable);
        assert_eq!(progress(&outbox), [&failed, &failed]);
        let retry = Input::Retry { room: room(), transaction: "b".into() };
        assert_eq!(sends(&outbox.handle(Millis(0), retry, |_| true)), ["b"]);
        assert_eq!(outbox.discard(&room(), "a"), Some("says a".into()));
        assert_eq!(outbox.discard(&room(), "b"), None);
    }

    #[test]
    fn a_server_in_a_hurry_is_given_its_time_and_the_same_transaction() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        assert_eq!(answer(&mut outbox, "a", Err(limited(Some(500)))), [Action::WakeAt(Millis(500))]);
        assert_eq!(outbox.handle(Millis(499), Input::Woken, |_| true), [Action::WakeAt(Millis(500))]);
        assert_eq!(sends(&outbox.handle(Millis(500), Input::Woken, |_| true)), ["a"]);
    }

    #[test]
    fn a_wait_that_no_one_would_sit_through_is_a_failure() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        assert!(answer(&mut outbox, "a", Err(limited(Some(600_000)))).is_empty());
        assert_eq!(progress(&outbox), [&Progress::Failed(limited(Some(600_000)))]);
    }

    #[test]
    fn nothing_is_written_into_an_encrypted_room() {
        let mut outbox = Outbox::default();
        let input = Input::Written { room: room(), transaction: "a".into(), body: "secret".into() };
        assert!(outbox.handle(Millis(0), input, |_| false).is_empty());
        assert!(outbox.entries(&room()).is_empty());
    }

    #[test]
    fn what_waits_when_a_room_becomes_encrypted_stays_here() {
        let mut outbox = Outbox::default();
        for transaction in ["a", "b"] {
            write(&mut outbox, transaction);
        }
        let answered = Input::Answered { room: room(), transaction: "a".into(), result: Ok("$a".into()) };
        assert!(outbox.handle(Millis(0), answered, |_| false).is_empty());
        assert_eq!(progress(&outbox)[1], &Progress::Failed(HostError::Unsupported));
    }

    #[test]
    fn a_gap_takes_what_the_server_has_and_leaves_what_failed() {
        let mut outbox = Outbox::default();
        write(&mut outbox, "a");
        answer(&mut outbox, "a", Ok("$a".into()));
        write(&mut outbox, "b");
        answer(&mut outbox, "b", Err(HostError::Unreachable));
        outbox.gap(&room());
        assert_eq!(progress(&outbox), [&Progress::Failed(HostError::Unreachable)]);
    }

    #[test]
    fn neither_messages_nor_calls_leave_as_state() {
        for event_type in ["m.call.invite", "m.call.candidates", "m.room.message", "m.room.encrypted"] {
            assert!(!may_be_state(event_type), "{event_type}");
        }
        for event_type in ["im.vector.modular.widgets", "m.room.name", "m.callous"] {
            assert!(may_be_state(event_type), "{event_type}");
        }
    }

    #[derive(Clone, Debug)]
    enum Move {
        Write(u8),
        Answer(u8, bool),
        Limit(u8),
        Retry(u8),
        Wait(u64),
        Encrypt,
    }

    fn any_move() -> impl Strategy<Value = Move> {
        prop_oneof![
            (0..6_u8).prop_map(Move::Write),
            (0..6_u8, any::<bool>()).prop_map(|(n, good)| Move::Answer(n, good)),
            (0..6_u8).prop_map(Move::Limit),
            (0..6_u8).prop_map(Move::Retry),
            (0..2000_u64).prop_map(Move::Wait),
            Just(Move::Encrypt),
        ]
    }

    proptest! {
        #[test]
        fn once_a_room_is_encrypted_nothing_more_leaves(moves in prop::collection::vec(any_move(), 0..60)) {
            let (mut outbox, mut now, mut encrypted) = (Outbox::default(), Millis(0), false);
            for step in moves {
                let name = |n: u8| format!("t{n}");
                let input = match step {
                    Move::Write(n) => Input::Written { room: room(), transaction: name(n), body: "x".into() },
                    Move::Answer(n, good) => Input::Answered {
                        room: room(),
                        transaction: name(n),
                        result: if good { Ok("$e".into()) } else { Err(HostError::Unreachable) },
                    },
                    Move::Limit(n) => Input::Answered { room: room(), transaction: name(n), result: Err(limited(Some(900))) },
                    Move::Retry(n) => Input::Retry { room: room(), transaction: name(n) },
                    Move::Wait(length) => {
                        now = now.plus(Millis(length));
                        Input::Woken
                    }
                    Move::Encrypt => {
                        encrypted = true;
                        Input::Woken
                    }
                };
                let actions = outbox.handle(now, input, |_| !encrypted);
                prop_assert!(!encrypted || sends(&actions).is_empty());
                let on_wire = progress(&outbox).into_iter().filter(|p| **p == Progress::Sending).count();
                prop_assert!(on_wire <= 1);
            }
        }
    }
}
