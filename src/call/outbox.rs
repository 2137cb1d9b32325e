//! The events of one call on their way to the homeserver: one after the other, in order, each tried again with the same transaction
//! as long as that makes sense (`calls-1to1.md` 1.4, "candidate send retry"). A call that is over sends its last word and no more.

mod retry;

use std::collections::VecDeque;

use crate::call::event::{Common, Outgoing, SdpKind};
use crate::call::vocabulary::{Action, SendToken};
use crate::host::HostError;
use crate::ids::RoomId;
use crate::time::Millis;

/// The most answers to new offers that wait. The other side counts those that it still gets, so some are kept; and each of its offers
/// makes one, however little the homeserver takes.
const MOST_ANSWERS: usize = 4;

/// The events of one call that are not out yet.
#[derive(Clone, Debug)]
pub struct Outbox {
    room: RoomId,
    common: Common,
    letters: VecDeque<Letter>,
    flying: Option<SendToken>,
    retry_at: Option<Millis>,
    /// The homeserver itself said to wait until then.
    imposed: bool,
    written: u32,
    begun: bool,
    /// The homeserver has something of this call, or may have.
    reached: bool,
    /// The last word is in; nothing else is taken.
    closed: bool,
}

#[derive(Clone, Debug)]
struct Letter {
    event: Outgoing,
    transaction: String,
    tries: u32,
    /// Somebody has answered it: it arrived, whatever the homeserver's answer says.
    proven: bool,
    /// Nothing comes after it.
    last: bool,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// The homeserver has it.
    Sent(Outgoing),
    /// It is given up.
    Failed {
        /// Which.
        event: Outgoing,
        /// Why.
        error: HostError,
        /// It, or something of this call before it, may have arrived.
        uncertain: bool,
    },
    /// It is tried again later, or the answer was to nothing of ours.
    Open,
}

impl Outbox {
    /// An empty one.
    pub fn new(room: RoomId, common: Common) -> Self {
        Self {
            room,
            common,
            letters: VecDeque::new(),
            flying: None,
            retry_at: None,
            imposed: false,
            written: 0,
            begun: false,
            reached: false,
            closed: false,
        }
    }

    /// What every event of this call has.
    pub fn common(&self) -> &Common {
        &self.common
    }

    /// Puts an event in. Later news of the same kind take the place of what still waits: metadata replaces, candidates join.
    pub fn push(&mut self, event: Outgoing) {
        if self.closed {
            return;
        }
        let waiting = usize::from(self.flying.is_some() || self.retry_at.is_some());
        if let Some(last) = self.letters.iter_mut().skip(waiting).last() {
            match (&mut last.event, &event) {
                (Outgoing::Metadata(old), Outgoing::Metadata(new)) => {
                    *old = new.clone();
                    return;
                }
                (Outgoing::Candidates { candidates, end }, Outgoing::Candidates { candidates: more, end: last }) => {
                    candidates.extend_from_slice(more);
                    *end |= last;
                    return;
                }
                _ => {}
            }
        }
        if !self.replace_answer(waiting, &event) {
            self.write(event);
        }
    }

    /// Puts an answer in the place of the newest that waits, when there are many.
    fn replace_answer(&mut self, waiting: usize, event: &Outgoing) -> bool {
        let is_answer = |event: &Outgoing| matches!(event, Outgoing::Negotiate { description, .. } if description.kind == SdpKind::Answer);
        let answers = self.letters.iter_mut().skip(waiting).filter(|letter| is_answer(&letter.event));
        let newest = answers.enumerate().skip(MOST_ANSWERS - 1).last().filter(|_| is_answer(event));
        newest.map(|(_, letter)| letter.event = event.clone()).is_some()
    }

    /// The call is over. Nothing is sent (again) any more, but for this last word, which goes only to somebody who has heard of the
    /// call from here.
    pub fn close(&mut self, last_word: Option<Outgoing>) {
        if self.closed {
            return;
        }
        self.drop_waiting();
        if let Some(event) = last_word {
            self.write(event);
            if let Some(letter) = self.letters.back_mut() {
                letter.last = true;
            }
        }
        self.closed = true;
    }

    /// Nothing may be sent any more, the last word neither.
    pub fn silence(&mut self) {
        self.drop_waiting();
        self.closed = true;
    }

    fn drop_waiting(&mut self) {
        self.letters.truncate(usize::from(self.flying.is_some()));
        self.retry_at = None;
    }

    /// The first letter has been answered by the other side, so it arrived. Gives it, once, when the homeserver has not said so.
    pub fn prove(&mut self) -> Option<Outgoing> {
        let letter = self.letters.front_mut().filter(|letter| {
            letter.tries > 0
                && !letter.proven
                && matches!(letter.event, Outgoing::Invite { .. } | Outgoing::Answer { .. })
        })?;
        letter.proven = true;
        let event = letter.event.clone();
        self.reached = true;
        if self.flying.is_none() {
            self.letters.pop_front();
            self.retry_at = None;
        }
        Some(event)
    }

    /// Whether anything has begun to leave.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether somebody may have heard of this call from here: something is on its way, arrived, or may have.
    pub fn may_be_heard(&self) -> bool {
        self.reached || self.flying.is_some()
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.letters.is_empty()
    }

    /// When something is to be tried again.
    pub fn due_at(&self) -> Option<Millis> {
        self.retry_at
    }

    /// The homeserver answers again: no more waiting, but for what it wants itself.
    pub fn hurry(&mut self, now: Millis) {
        if self.retry_at.is_some() && !self.imposed {
            self.retry_at = Some(now);
        }
    }

    /// Whether this request is ours.
    pub fn has_sent(&self, token: SendToken) -> bool {
        self.flying == Some(token)
    }

    /// Sends the next event, unless one is on its way or has to wait.
    pub fn pump(&mut self, now: Millis, token: impl FnOnce() -> SendToken) -> Option<Action> {
        if self.flying.is_some() || self.retry_at.is_some_and(|at| now < at) {
            return None;
        }
        let letter = self.letters.front_mut()?;
        letter.tries += 1;
        self.begun = true;
        self.retry_at = None;
        let token = token();
        self.flying = Some(token);
        Some(Action::Send {
            token,
            room: self.room.clone(),
            event_type: letter.event.event_type(),
            content: letter.event.content(&self.common),
            transaction: letter.transaction.clone(),
            last_word: false,
        })
    }

    /// Takes the answer to a request.
    pub fn answered(&mut self, now: Millis, token: SendToken, result: Result<(), HostError>) -> Fate {
        if self.flying != Some(token) {
            return Fate::Open;
        }
        self.flying = None;
        let Some(letter) = self.letters.pop_front() else {
            return Fate::Open;
        };
        let error = match result {
            Err(error) if !letter.proven => error,
            _ => {
                self.reached = true;
                return if letter.proven { Fate::Open } else { Fate::Sent(letter.event) };
            }
        };
        let is_invite = matches!(letter.event, Outgoing::Invite { .. });
        let wait = retry::wait_after(&error, letter.tries, is_invite);
        let uncertain = !matches!(error, HostError::Refused { status: ..500, .. } | HostError::Unsupported);
        self.reached |= uncertain;
        // After the end only the last word is worth another try.
        if let Some(wait) = wait.filter(|_| !self.closed || letter.last) {
            self.retry_at = Some(now.plus(wait));
            self.imposed = retry::is_imposed(&error);
            self.letters.push_front(letter);
            return Fate::Open;
        }
        if is_invite && self.closed && !self.reached {
            // Nobody has heard of the call.
            self.letters.clear();
        }
        // An earlier try may have arrived, too.
        Fate::Failed { uncertain: self.reached, event: letter.event, error }
    }

    fn write(&mut self, event: Outgoing) {
        self.written += 1;
        let Common { call, party } = &self.common;
        // The last word has a name of its own, so that the page after a reload can send it again and the server knows it.
        let transaction = match &event {
            Outgoing::Hangup(_) => last_word_transaction(&self.common),
            _ => [call.as_str(), ".", party.as_str(), ".", &self.written.to_string()].concat(),
        };
        self.letters.push_back(Letter { event, transaction, tries: 0, proven: false, last: false });
    }
}

/// The transaction of a call's hang-up from here.
pub fn last_word_transaction(common: &Common) -> String {
    [common.call.as_str(), ".", common.party.as_str(), ".hangup"].concat()
}

#[cfg(test)]
mod tests;
