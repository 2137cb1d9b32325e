//! Getting a call's events out, and what becomes of them.

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Reason};
use crate::call::machine::{Call, LIFETIME, State};
use crate::call::outbox::Fate;
use crate::call::view::{Ending, Word};
use crate::call::vocabulary::SendToken;
use crate::host::HostError;
use crate::ids::EventId;

impl Call {
    /// The answer to a request.
    pub(in crate::call) fn sent(&mut self, desk: &mut Desk, token: SendToken, result: Result<EventId, HostError>) {
        let event = result.as_ref().ok().cloned();
        let fate = self.outbox.answered(desk.now, token, result.map(drop));
        if self.is_alive() {
            // A gap before anybody else has said anything is to be filled from here on.
            self.last_event = self.last_event.take().or(event);
            match fate {
                Fate::Open => {}
                Fate::Sent(event) => self.arrived(desk, event),
                Fate::Failed { event, error, uncertain } => self.not_sent(desk, event, error, uncertain),
            }
        }
        self.pump(desk);
    }

    fn arrived(&mut self, desk: &mut Desk, event: Outgoing) {
        match event {
            Outgoing::Invite { offer, .. } => {
                if self.state == State::Preparing {
                    self.state = State::InviteSent;
                    self.rings_until = Some(desk.now.plus(LIFETIME));
                }
                self.trickle.open(desk.now, &offer);
            }
            Outgoing::Answer { answer, .. } => {
                if self.state == State::Answering {
                    self.connecting(desk);
                }
                self.trickle.open(desk.now, &answer);
            }
            _ => {}
        }
    }

    /// The other side has answered what I sent first: it is there, even if the homeserver's answer is late or got lost.
    pub(super) fn first_is_proven(&mut self, desk: &mut Desk) {
        if let Some(event) = self.outbox.prove() {
            self.arrived(desk, event);
        }
    }

    fn not_sent(&mut self, desk: &mut Desk, event: Outgoing, error: HostError, uncertain: bool) {
        match event {
            Outgoing::Invite { .. } => {
                // It may ring over there all the same.
                let last = uncertain.then_some(Outgoing::Hangup(Reason::UnknownError));
                self.end(desk, Ending::NotSent(error.to_string()), last);
            }
            Outgoing::Answer { .. } if self.state == State::Answering => self.ring_again(desk, Word::AnswerNotSent),
            // It rang out meanwhile.
            Outgoing::Answer { .. } if self.state == State::Connecting => {
                let last = Outgoing::Hangup(Reason::UnknownError);
                self.end(desk, Ending::NotSent(error.to_string()), Some(last));
            }
            Outgoing::Candidates { .. } if self.lifeline.connected_at().is_none() => {
                let last = Outgoing::Hangup(Reason::UnknownError);
                self.end(desk, Ending::NotSent(error.to_string()), Some(last));
            }
            Outgoing::Negotiate { description, .. } => {
                self.negotiation_not_sent(desk.now, &description, is_refusal(&error));
            }
            Outgoing::Metadata(_) if uncertain => self.media.metadata_is_lost(),
            _ => {}
        }
    }

    /// Sends what waits.
    pub(super) fn pump(&mut self, desk: &mut Desk) {
        if self.is_alive()
            && let Some((candidates, end)) = self.trickle.flush(desk.now)
            && (end || !candidates.is_empty())
        {
            self.outbox.push(Outgoing::Candidates { candidates, end });
        }
        if !self.room.may_send() {
            return self.outbox.silence();
        }
        let now = desk.now;
        if let Some(action) = self.outbox.pump(now, || desk.new_token()) {
            desk.out.push(action);
        }
    }

    /// The homeserver answers again.
    pub(in crate::call) fn online(&mut self, desk: &mut Desk) {
        self.outbox.hurry(desk.now);
        if self.is_alive() {
            self.tell_metadata_if_new(desk);
        }
        self.pump(desk);
    }
}

/// Whether the homeserver says that it does not have an event. Whoever is only told to wait may have got through before.
fn is_refusal(error: &HostError) -> bool {
    match error {
        HostError::Refused { errcode, status, .. } => *status < 500 && errcode != "M_LIMIT_EXCEEDED",
        HostError::Unsupported => true,
        HostError::Unreachable => false,
    }
}
