//! What the other side says, and which party may say it (`calls-1to1.md` 1.7, "Who may affect a call").

use crate::call::desk::Desk;
use crate::call::event::{Body, CallEvent, Candidate, Description, Outgoing, Reason, StreamMetadata, Version};
use crate::call::machine::{Call, Opponent, State};
use crate::call::peer::PeerCommand;
use crate::call::view::Ending;
use crate::ids::PartyId;
use crate::time::Millis;

/// The most candidates kept of one party: what one event may hold.
const MOST_CANDIDATES: usize = 100;
/// News that are older than what is known are passed over: a gap in a room's timeline is filled after what follows it. More than this is
/// no gap but a homeserver's clock that was set back.
const LATE_AT_MOST: Millis = Millis::seconds(300);
/// How long a call of theirs may take to come for which they have ended mine: they may have to open a camera first.
const REPLACEMENT: Millis = Millis::seconds(10);
/// The most parties whose candidates are kept before one is chosen: a person's devices.
const MOST_PARTIES: usize = 8;

/// What came of a party before its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    party: Option<PartyId>,
    candidates: Vec<Candidate>,
    /// Its newest word on its streams, and when it was sent.
    metadata: Option<(Millis, StreamMetadata)>,
}

/// Whether an event is newer than the newest of its kind, by the clock of its sender's homeserver; it is the newest then.
fn is_newer(event: &CallEvent, newest: &mut Millis) -> bool {
    let late = newest.since(event.sent_at);
    let newer = late == Millis(0) || late > LATE_AT_MOST;
    if newer {
        *newest = event.sent_at;
    }
    newer
}

impl Call {
    pub(super) fn take(&mut self, desk: &mut Desk, event: &CallEvent, age: Millis) {
        match &event.body {
            // A second invite of a call that is there changes nothing.
            Body::Invite { .. } => {}
            Body::Candidates { candidates, .. } => self.hear_candidates(desk, event, candidates),
            Body::Answer { answer, metadata } => self.hear_answer(desk, event, answer, metadata.as_ref()),
            Body::SelectAnswer(party) => self.hear_selection(desk, event, party),
            Body::Reject => self.hear_reject(desk, event),
            Body::Hangup(reason) => self.hear_hangup(desk, event, reason),
            Body::Negotiate { description, lifetime, metadata } => {
                if self.is_opponent(event) && age <= *lifetime {
                    let metadata = metadata.as_ref().filter(|_| is_newer(event, &mut self.streams_at));
                    if is_newer(event, &mut self.description_at) {
                        self.hear_negotiation(desk, description, metadata);
                    }
                }
            }
            Body::Metadata(metadata) => {
                if self.is_opponent(event) && is_newer(event, &mut self.streams_at) {
                    self.streams.merge(metadata);
                } else if let Some(early) = self.early(event) {
                    // The key of the answer may come later than that of what follows it.
                    early.metadata = Some((event.sent_at, metadata.clone()));
                }
            }
        }
    }

    /// The event is from the party that this call is with.
    fn is_opponent(&self, event: &CallEvent) -> bool {
        self.opponent.as_ref().is_some_and(|opponent| {
            event.sender == self.peer
                && match opponent.version {
                    Version::V0 => true,
                    Version::V1 => opponent.party.is_none() || event.party == opponent.party,
                }
        })
    }

    /// The event is from another device or tab of mine. (One can call oneself: then the opponent is one, too.)
    fn is_mine_elsewhere(&self, event: &CallEvent) -> bool {
        event.sender == self.room.me && !self.is_opponent(event)
    }

    /// My call is out, and nobody has been chosen yet.
    fn awaits_answer(&self, event: &CallEvent) -> bool {
        !self.incoming && self.opponent.is_none() && self.outbox.may_be_heard() && event.sender == self.peer
    }

    fn hear_candidates(&mut self, desk: &mut Desk, event: &CallEvent, candidates: &[Candidate]) {
        if self.is_opponent(event) {
            self.take_candidates(desk, candidates);
        } else if let Some(early) = self.early(event) {
            let room = MOST_CANDIDATES.saturating_sub(early.candidates.len());
            early.candidates.extend(candidates.iter().take(room).cloned());
        }
    }

    /// What is kept of a party that may become the opponent.
    fn early(&mut self, event: &CallEvent) -> Option<&mut Early> {
        if !self.awaits_answer(event) {
            return None;
        }
        let known = self.early.iter().position(|early| early.party == event.party);
        let at = known.unwrap_or(self.early.len());
        if known.is_none() && self.early.len() < MOST_PARTIES {
            self.early.push(Early { party: event.party.clone(), ..Early::default() });
        }
        self.early.get_mut(at)
    }

    /// Candidates of the opponent. Those that come before there is a connection wait for it; a connection got the description before.
    fn take_candidates(&mut self, desk: &mut Desk, candidates: &[Candidate]) {
        if self.lifeline.connected_at().is_none() {
            let room = MOST_CANDIDATES.saturating_sub(self.heard.len());
            self.heard.extend(candidates.iter().take(room).cloned());
        }
        if let Some(peer) = self.connection.filter(|_| self.takes_candidates()) {
            for candidate in candidates {
                desk.peer(peer, PeerCommand::AddCandidate(candidate.clone()));
            }
        }
    }

    fn hear_answer(
        &mut self,
        desk: &mut Desk,
        event: &CallEvent,
        answer: &Description,
        metadata: Option<&StreamMetadata>,
    ) {
        if self.awaits_answer(event) {
            self.first_is_proven(desk);
            self.opponent = Some(Opponent { party: event.party.clone(), version: event.version });
            self.streams.first(metadata.cloned());
            self.set_remote(desk, Description { kind: crate::call::event::SdpKind::Answer, sdp: answer.sdp.clone() });
            let early = std::mem::take(&mut self.early);
            for early in early.into_iter().filter(|early| early.party == event.party) {
                self.take_candidates(desk, &early.candidates);
                if let Some((at, metadata)) = early.metadata.filter(|(at, _)| *at >= event.sent_at) {
                    self.streams_at = at;
                    self.streams.merge(&metadata);
                }
            }
            if let Some(party) = event.party.clone().filter(|_| event.version == Version::V1) {
                self.outbox.push(Outgoing::SelectAnswer(party));
            }
            self.connecting(desk);
        } else if self.is_mine_elsewhere(event) && self.is_behind() {
            let accepted = self.state != State::Ringing;
            self.end(desk, Ending::AnsweredElsewhere { accepted }, None);
        }
    }

    /// An answer of another device of mine, heard at this moment, is before mine in the room, so that the caller takes that one.
    fn is_behind(&self) -> bool {
        match self.state {
            _ if !self.incoming => false,
            State::Ringing | State::Answering | State::Connecting if !self.peer_speaks_v1() => {
                // Nobody will say which one it took, and a hang-up from here would end that one.
                !self.selected && self.lifeline.connected_at().is_none()
            }
            State::Ringing | State::Answering => !self.outbox.may_be_heard(),
            _ => false,
        }
    }

    /// An event that this page sent came back from the room.
    pub(in crate::call) fn came_back(&mut self, desk: &mut Desk, event: &CallEvent) {
        if !self.is_alive() {
            return;
        }
        self.last_event = Some(event.id.clone());
        // Of version 0 the caller takes the first answer in the room and says nothing of it. Another's before this one was heard before.
        if self.incoming && !self.peer_speaks_v1() && matches!(event.body, Body::Answer { .. }) {
            self.chosen(desk);
        }
        self.pump(desk);
    }

    /// The caller has taken my answer.
    fn chosen(&mut self, desk: &mut Desk) {
        if self.state == State::Ringing {
            // An answer that seemed lost did arrive, and what it was made of is gone.
            return self.end(desk, Ending::NotConnected, Some(Outgoing::Hangup(Reason::UnknownError)));
        }
        self.selected = true;
        self.first_is_proven(desk);
        self.negotiate_if_wanted(desk);
    }

    fn hear_selection(&mut self, desk: &mut Desk, event: &CallEvent, party: &PartyId) {
        if !self.incoming || !self.is_opponent(event) {
            return;
        }
        if *party != self.outbox.common().party {
            let accepted = self.state != State::Ringing;
            self.end(desk, Ending::AnsweredElsewhere { accepted }, None);
        } else {
            self.chosen(desk);
        }
    }

    fn hear_reject(&mut self, desk: &mut Desk, event: &CallEvent) {
        if self.awaits_answer(event) {
            // The other devices over there then stop ringing.
            let selection = event.party.clone().filter(|_| event.version == Version::V1).map(Outgoing::SelectAnswer);
            self.end(desk, Ending::Declined, selection);
        } else if self.is_mine_elsewhere(event) && self.is_undecided() {
            self.end(desk, Ending::DeclinedByMe, None);
        }
    }

    /// Theirs, and nobody has heard from here that it is accepted.
    fn is_undecided(&self) -> bool {
        self.state == State::Ringing || (self.state == State::Answering && !self.outbox.may_be_heard())
    }

    fn hear_hangup(&mut self, desk: &mut Desk, event: &CallEvent, reason: &Reason) {
        if *reason == Reason::Replaced && self.awaits_answer(event) {
            // matrix-js-sdk says so as soon as my invite has reached it, before its own call is out.
            self.replaced_until.get_or_insert(desk.now.plus(REPLACEMENT));
        } else if self.is_opponent(event) || self.awaits_answer(event) {
            let ending = self.ending_by_peer(reason);
            self.end(desk, ending, None);
        } else if self.is_mine_elsewhere(event) {
            // A caller that speaks version 0 knows no parties: to it the call is over, whichever of my devices said so.
            let over = self.incoming && !self.peer_speaks_v1() && self.lifeline.connected_at().is_none();
            if over || self.is_undecided() {
                self.end(desk, Ending::DeclinedByMe, None);
            }
        }
    }

    fn ending_by_peer(&self, reason: &Reason) -> Ending {
        let accepted = self.state != State::Ringing;
        let answered = self.opponent.is_some() && accepted;
        match reason {
            Reason::AnsweredElsewhere if self.incoming => Ending::AnsweredElsewhere { accepted },
            Reason::Replaced => Ending::Replaced,
            _ if self.incoming && !accepted => Ending::Missed,
            Reason::UserHangup if !answered => Ending::Declined,
            Reason::UserHangup => Ending::PeerHungUp,
            Reason::UserBusy => Ending::Busy,
            Reason::InviteTimeout if !answered => Ending::NoAnswer,
            Reason::IceFailed => Ending::NotConnected,
            Reason::IceTimeout => Ending::ConnectionLost,
            _ => Ending::ByPeer(reason.clone()),
        }
    }
}
