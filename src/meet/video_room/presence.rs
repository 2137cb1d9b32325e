//! When my entry in a video room's state is written: on entering the conference, every 45 minutes while in it, on leaving.

use crate::host::HostError;
use crate::ids::RoomId;
use crate::time::Millis;

/// How long after an entry it is written again: a quarter of an hour before it expires.
const RENEWAL: Millis = Millis::seconds(45 * 60);
/// How long after a failure that may pass it is tried again.
const RETRY: Millis = Millis::seconds(60);

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The video room whose conference I am in and where I may say so, or none.
    In(Option<RoomId>),
    /// The answer to [`Action::Tell`].
    Told(RoomId, Result<(), HostError>),
    /// The time asked for by [`Action::WakeAt`] has come.
    Wake,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Write my entry ([`entry`](super::entry)) in this room.
    Tell {
        /// The room.
        room: RoomId,
        /// Whether this device is in its conference.
        here: bool,
    },
    /// Give [`Input::Wake`] at this time. Only the latest counts.
    WakeAt(Millis),
}

/// Whether and until when a room says that I am in its conference. One at a time, as conferences are.
#[derive(Debug, Default)]
pub struct Presence {
    room: Option<RoomId>,
    /// When it is to be said again; `None` where the server does not let me.
    due: Option<Millis>,
    /// How many words the server has not answered.
    unanswered: usize,
}

impl Presence {
    /// The room that was told last that I am in it.
    pub fn room(&self) -> Option<&RoomId> {
        self.room.as_ref()
    }

    /// Whether nothing is on its way: what is said while the person signs out has to arrive before their session ends.
    pub fn is_said(&self) -> bool {
        self.unanswered == 0
    }

    /// Takes what happened, gives what is to be done.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Action> {
        if let Input::Told(..) = input {
            self.unanswered = self.unanswered.saturating_sub(1);
        }
        let actions = self.heard(now, input);
        self.unanswered += actions.iter().filter(|action| matches!(action, Action::Tell { .. })).count();
        actions
    }

    fn heard(&mut self, now: Millis, input: Input) -> Vec<Action> {
        match input {
            Input::In(room) if room == self.room => Vec::new(),
            Input::In(room) => {
                let mut actions = Vec::new();
                // What expires by itself and was refused before needs no word.
                if let Some(left) = self.room.take().filter(|_| self.due.is_some()) {
                    actions.push(Action::Tell { room: left, here: false });
                }
                self.due = None;
                self.room = room;
                self.tell(now, &mut actions);
                actions
            }
            Input::Told(room, Err(error)) if Some(&room) == self.room.as_ref() => {
                let passes = match &error {
                    HostError::Unreachable => true,
                    HostError::Refused { errcode, status, .. } => errcode == "M_LIMIT_EXCEEDED" || *status >= 500,
                    HostError::Unsupported => false,
                };
                self.due = passes.then(|| now.plus(RETRY));
                self.due.map(Action::WakeAt).into_iter().collect()
            }
            Input::Told(..) => Vec::new(),
            Input::Wake => {
                let mut actions = Vec::new();
                match self.due {
                    Some(due) if due <= now => self.tell(now, &mut actions),
                    Some(due) => actions.push(Action::WakeAt(due)),
                    None => {}
                }
                actions
            }
        }
    }

    fn tell(&mut self, now: Millis, actions: &mut Vec<Action>) {
        if let Some(room) = self.room.clone() {
            let due = now.plus(RENEWAL);
            self.due = Some(due);
            actions.extend([Action::Tell { room, here: true }, Action::WakeAt(due)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Millis = Millis::seconds(1000);

    fn tell(room: &str, here: bool) -> Action {
        Action::Tell { room: room.into(), here }
    }

    fn entered(room: &str) -> Presence {
        let mut presence = Presence::default();
        let actions = presence.handle(T0, Input::In(Some(room.into())));
        assert_eq!(actions, [tell(room, true), Action::WakeAt(T0.plus(RENEWAL))]);
        presence
    }

    #[test]
    fn it_is_said_on_entering_again_before_it_expires_and_on_leaving() {
        let mut presence = entered("!a");
        assert_eq!(presence.handle(T0, Input::In(Some("!a".into()))), []);
        assert_eq!(presence.handle(T0, Input::Wake), [Action::WakeAt(T0.plus(RENEWAL))]);
        let later = T0.plus(RENEWAL);
        assert!(RENEWAL < super::super::EXPIRY);
        assert_eq!(presence.handle(later, Input::Wake), [tell("!a", true), Action::WakeAt(later.plus(RENEWAL))]);
        assert_eq!(presence.handle(later, Input::In(None)), [tell("!a", false)]);
        assert_eq!(presence.handle(later.plus(RENEWAL), Input::Wake), []);
    }

    #[test]
    fn going_from_one_to_another_is_leaving_the_first() {
        let mut presence = entered("!a");
        let actions = presence.handle(T0, Input::In(Some("!b".into())));
        assert_eq!(actions, [tell("!a", false), tell("!b", true), Action::WakeAt(T0.plus(RENEWAL))]);
    }

    #[test]
    fn what_may_pass_is_tried_again_and_a_refusal_is_taken_for_an_answer() {
        let mut presence = entered("!a");
        let told = |error| Input::Told("!a".into(), Err(error));
        assert_eq!(presence.handle(T0, told(HostError::Unreachable)), [Action::WakeAt(T0.plus(RETRY))]);
        let again = presence.handle(T0.plus(RETRY), Input::Wake);
        assert_eq!(again.first(), Some(&tell("!a", true)));
        let refused = HostError::Refused {
            errcode: "M_FORBIDDEN".into(),
            status: 403,
            message: String::new(),
            retry_after: None,
        };
        assert_eq!(presence.handle(T0, told(refused)), []);
        assert_eq!(presence.handle(T0.plus(RENEWAL), Input::Wake), []);
        assert_eq!(presence.handle(T0, Input::In(None)), []);
    }

    #[test]
    fn who_signs_out_waits_until_every_room_has_been_told() {
        assert!(Presence::default().is_said(), "of whom nothing was said");
        let mut presence = entered("!a");
        assert_eq!(presence.handle(T0, Input::In(None)), [tell("!a", false)]);
        presence.handle(T0, Input::Told("!a".into(), Ok(())));
        assert!(!presence.is_said(), "that was the coming");
        presence.handle(T0, Input::Told("!a".into(), Err(HostError::Unreachable)));
        assert!(presence.is_said());
        presence.handle(T0, Input::Told("!a".into(), Ok(())));
        assert!(presence.is_said());
    }

    #[test]
    fn a_late_answer_about_another_room_changes_nothing() {
        let mut presence = entered("!a");
        assert_eq!(presence.handle(T0, Input::Told("!b".into(), Err(HostError::Unreachable))), []);
        assert_eq!(presence.handle(T0, Input::In(None)), [tell("!a", false)]);
    }
}
