//! What is due when (`calls-1to1.md` 1.4).

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Reason};
use crate::call::machine::{Call, State};
use crate::call::view::Ending;
use crate::time::Millis;

impl Call {
    /// When [`due`](Self::due) has something to do.
    pub(in crate::call) fn due_at(&self) -> Option<Millis> {
        if !self.is_alive() {
            return self.outbox.due_at();
        }
        let setup = self.setup.as_ref().and_then(super::Setup::due_at);
        [
            self.rings_until,
            self.replaced_until,
            setup,
            self.outbox.due_at(),
            self.trickle.due_at(),
            self.lifeline.due_at(),
            self.negotiation.due_at(),
            self.media.due_at(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Does what is due.
    pub(in crate::call) fn due(&mut self, desk: &mut Desk) {
        if self.is_alive() {
            if self.rings_until.take_if(|at| *at <= desk.now).is_some() {
                self.rang_out(desk);
            }
            if self.replaced_until.is_some_and(|at| at <= desk.now) {
                self.end(desk, Ending::Replaced, None);
            }
            self.setup_due(desk);
            self.lifeline_due(desk);
            self.negotiation_due(desk);
            self.media_due(desk);
        }
        self.pump(desk);
    }

    fn rang_out(&mut self, desk: &mut Desk) {
        match self.state {
            State::Preparing | State::InviteSent => {
                self.end(desk, Ending::NoAnswer, Some(Outgoing::Hangup(Reason::InviteTimeout)));
            }
            // The answer is under way and may be in time: from here on it is a connection that comes up or doesn't.
            State::Answering if self.setup.is_none() && self.outbox.may_be_heard() => self.connecting(desk),
            // The caller gives up at the same time, and says so itself.
            State::Ringing | State::Answering => self.end(desk, Ending::Missed, None),
            _ => {}
        }
    }
}
