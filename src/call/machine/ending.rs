//! The end of a call: everything is let go, the other side is told if it has heard of the call, and nothing follows.

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Reason, Version};
use crate::call::machine::{Call, State};
use crate::call::tones::{Sound, Tone};
use crate::call::view::Ending;
use crate::call::vocabulary::Action;

impl Call {
    /// Ends it. `last_word` goes only to somebody who has heard of the call from here.
    pub(in crate::call) fn end(&mut self, desk: &mut Desk, ending: Ending, last_word: Option<Outgoing>) {
        if !self.is_alive() {
            return;
        }
        if let Some(tone) = self.tone(&ending, last_word.as_ref()) {
            desk.out.push(Action::Play(Sound::Once(tone)));
        }
        let known = self.is_known_there();
        self.wants_video = self.has_video();
        self.let_go(desk);
        self.setup = None;
        self.state = State::Ended;
        self.ending = Some(ending);
        self.outbox.close(last_word.filter(|_| known));
        self.pump(desk);
    }

    /// What is heard at this end (`calls-1to1.md` 3.10): busy when they put an end to what was still calling them.
    fn tone(&self, ending: &Ending, last_word: Option<&Outgoing>) -> Option<Tone> {
        let by_them = match ending {
            Ending::Declined | Ending::Busy | Ending::NoAnswer | Ending::NotConnected | Ending::ConnectionLost => {
                // What is said to them by a hang-up, they did not do.
                !matches!(last_word, Some(Outgoing::Hangup(_)))
            }
            Ending::ByPeer(_) | Ending::PeerLeft => true,
            _ => false,
        };
        match self.state {
            State::Ringing => None,
            State::Preparing if !self.outbox.has_begun() => None,
            _ if matches!(ending, Ending::Replaced | Ending::SignedOut) => None,
            State::Preparing | State::InviteSent if by_them => Some(Tone::Busy),
            _ => Some(Tone::Ended),
        }
    }

    /// The person hangs up, calls it off, or says no.
    pub(in crate::call) fn hang_up(&mut self, desk: &mut Desk) {
        if self.incoming && !self.outbox.may_be_heard() && matches!(self.state, State::Ringing | State::Answering) {
            return self.decline(desk);
        }
        self.end(desk, Ending::HungUp, Some(Outgoing::Hangup(Reason::UserHangup)));
    }

    /// The person says no: version 0 knows only hanging up.
    pub(in crate::call) fn decline(&mut self, desk: &mut Desk) {
        let v0 = self.opponent.as_ref().is_some_and(|opponent| opponent.version == Version::V0);
        let no = if v0 { Outgoing::Hangup(Reason::UserHangup) } else { Outgoing::Reject };
        self.end(desk, Ending::DeclinedByMe, Some(no));
    }

    /// It stops ringing here, and goes on ringing elsewhere.
    pub(in crate::call) fn ignore(&mut self, desk: &mut Desk) {
        if self.state == State::Ringing {
            self.end(desk, Ending::DeclinedByMe, None);
        }
    }

    /// It gives way to the other side's call, which came at the same time. Gives its media to that one.
    pub(in crate::call) fn give_way(&mut self, desk: &mut Desk) -> super::Media {
        let media = self.take_media();
        let last_word = (!self.is_replaced()).then_some(Outgoing::Hangup(Reason::Replaced));
        self.end(desk, Ending::Replaced, last_word);
        media
    }

    /// The other side has heard of this call from here, so that an end from here must be said.
    pub(in crate::call) fn owes_hangup(&self) -> bool {
        self.is_alive() && self.outbox.may_be_heard()
    }
}
