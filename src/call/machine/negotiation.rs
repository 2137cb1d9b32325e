//! Exchanging descriptions: the first one, and then perfect negotiation (`calls-1to1.md` 1.9). The caller is impolite.

use std::collections::VecDeque;

use crate::call::desk::Desk;
use crate::call::event::{Description, Outgoing, Reason, SdpKind, StreamMetadata};
use crate::call::machine::Call;
use crate::call::peer::{PeerCommand, PeerStep};
use crate::call::view::Ending;
use crate::time::Millis;

/// How long an offer or an answer counts.
const LIFETIME: Millis = Millis::seconds(30);
/// An offer without an answer by then is made anew: it came too late over there, or got lost on the way.
const UNANSWERED: Millis = Millis::seconds(40);
/// The longest wait from one such try to the next; each is twice the one before.
const LONGEST_UNANSWERED: Millis = Millis::seconds(320);
/// An offer that has had no answer for so long is not expected to get one any more, once another has taken its place.
const ANSWERED_WITHIN: Millis = Millis::seconds(8);

/// What the connection was asked for and has not answered yet. It answers in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    /// An offer; `discard`: theirs came first, and I am the polite one.
    Offer {
        /// See above.
        discard: bool,
    },
    /// An answer.
    Answer,
    /// The local description as it is.
    Describe,
    /// Setting the other side's description; whether that puts me on hold.
    Remote(SdpKind, bool),
}

/// Where the exchange of descriptions stands.
#[derive(Clone, Debug)]
pub(super) struct Negotiation {
    polite: bool,
    pending: VecDeque<Pending>,
    /// My offer is set and has no answer yet.
    have_local_offer: bool,
    /// The newest one, and since when it is set.
    offer: String,
    offered_at: Millis,
    /// How many answers are still to come to offers that newer ones have replaced. They fit the newest no more.
    outdated: u32,
    /// When an unanswered offer is made anew, and how long that wait is.
    again_at: Option<Millis>,
    again_after: Millis,
    /// The first exchange is done: what comes now are renegotiations.
    settled: bool,
    /// `negotiationneeded` came when nothing could be done about it.
    wanted: bool,
    /// The last description that was taken puts me on hold.
    held: bool,
}

impl Negotiation {
    pub(super) fn new(polite: bool) -> Self {
        let pending = VecDeque::new();
        Self {
            polite,
            pending,
            have_local_offer: false,
            offer: String::new(),
            offered_at: Millis(0),
            outdated: 0,
            again_at: None,
            again_after: UNANSWERED,
            settled: false,
            wanted: false,
            held: false,
        }
    }

    /// Notes what the connection is being asked.
    pub(super) fn ask(&mut self, pending: Pending) {
        self.pending.push_back(pending);
    }

    /// My first offer is on its way.
    pub(super) fn offered(&mut self) {
        self.have_local_offer = true;
    }

    /// The first exchange is done.
    pub(super) fn settle(&mut self) {
        self.settled = true;
    }

    pub(super) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(super) fn has_local_offer(&self) -> bool {
        self.have_local_offer
    }

    /// Gives way when both make an offer at once.
    pub(super) fn is_polite(&self) -> bool {
        self.polite
    }

    pub(super) fn is_held(&self) -> bool {
        self.held
    }

    /// When an offer is to be made anew.
    pub(super) fn due_at(&self) -> Option<Millis> {
        self.again_at
    }

    /// A renegotiation's offer is set.
    fn offers(&mut self, now: Millis, sdp: &str) {
        let expects_another = self.have_local_offer && now.since(self.offered_at) < ANSWERED_WITHIN;
        self.outdated = if expects_another { self.outdated + 1 } else { 0 };
        self.have_local_offer = true;
        self.offer = sdp.to_owned();
        self.offered_at = now;
        self.again_at = Some(now.plus(self.again_after));
    }

    /// Nothing of mine waits for an answer any more.
    fn answered(&mut self) {
        self.have_local_offer = false;
        self.outdated = 0;
        self.again_at = None;
        self.again_after = UNANSWERED;
    }

    fn makes_offer(&self) -> bool {
        self.pending.contains(&Pending::Offer { discard: false })
    }

    fn sets_answer(&self) -> bool {
        self.pending.iter().any(|pending| matches!(pending, Pending::Remote(SdpKind::Answer, _)))
    }

    /// Gives way to the other side's offer.
    fn yield_offer(&mut self) {
        for pending in &mut self.pending {
            if *pending == (Pending::Offer { discard: false }) {
                *pending = Pending::Offer { discard: true };
            }
        }
        self.answered();
        // The browser asks again once everything is stable.
        self.wanted = false;
    }
}

impl Call {
    /// Applies a description of the other side.
    pub(super) fn set_remote(&mut self, desk: &mut Desk, description: Description) {
        let Some(peer) = self.connection else { return };
        self.negotiation.ask(Pending::Remote(description.kind, description.holds()));
        desk.peer(peer, PeerCommand::SetRemote(description));
    }

    /// The browser wants a new exchange.
    pub(super) fn negotiation_needed(&mut self, desk: &mut Desk) {
        // The first exchange covers everything that was put in before it; a callee's browser says nothing before that is over.
        // Version 0 knows no second one. A browser that has asked does not ask again, so it is remembered in any case.
        if (self.negotiation.settled || self.incoming) && self.peer_speaks_v1() {
            self.negotiation.wanted = true;
            self.negotiate_if_wanted(desk);
        }
    }

    /// Makes an offer once that is possible: everything before is answered, and the caller knows that it is me it talks to.
    pub(super) fn negotiate_if_wanted(&mut self, desk: &mut Desk) {
        let known = !self.incoming || self.selected || self.lifeline.connected_at().is_some();
        let negotiation = &self.negotiation;
        let free = negotiation.settled && negotiation.pending.is_empty() && !negotiation.have_local_offer;
        // A peer without metadata may be one that hangs up at any of it: only a call that is dying anyway risks that.
        let worth_it = self.streams.can_have_several() || self.is_dying();
        if negotiation.wanted && known && free && worth_it {
            self.make_offer(desk);
        }
    }

    /// Makes an offer anew that had no answer for long. None is to come any more to those before.
    pub(super) fn negotiation_due(&mut self, desk: &mut Desk) {
        let negotiation = &mut self.negotiation;
        if negotiation.again_at.take_if(|at| *at <= desk.now).is_none() {
            return;
        }
        if !negotiation.pending.is_empty() {
            // What the browser is just doing may fail, and then the offer is still without an answer.
            negotiation.again_at = Some(desk.now.plus(negotiation.again_after));
            return;
        }
        negotiation.outdated = 0;
        negotiation.again_after = Millis(negotiation.again_after.0 * 2).min(LONGEST_UNANSWERED);
        if negotiation.have_local_offer {
            // The offer in its place is not one more to be answered.
            negotiation.have_local_offer = false;
            self.make_offer(desk);
        } else {
            self.negotiate_if_wanted(desk);
        }
    }

    /// A description of mine could not be sent; `lost`: the homeserver says that it does not have it.
    pub(super) fn negotiation_not_sent(&mut self, now: Millis, description: &Description, lost: bool) {
        let negotiation = &mut self.negotiation;
        match description.kind {
            SdpKind::Offer if lost && description.sdp == negotiation.offer => {
                // Nobody will answer it: the other side's offers count, and the next of mine takes no other's place. Not at once,
                // as it would be refused, too.
                negotiation.have_local_offer = false;
                negotiation.wanted = true;
            }
            SdpKind::Offer if lost => negotiation.outdated = negotiation.outdated.saturating_sub(1),
            // It is made anew like any other that has no answer.
            SdpKind::Offer => {}
            SdpKind::Answer => {
                // The other side waits for it. One of mine makes a polite one give its offer up, and an impolite one makes its own anew.
                negotiation.wanted = true;
                negotiation.again_at.get_or_insert(now.plus(negotiation.again_after));
            }
        }
    }

    /// Makes an offer now.
    pub(super) fn make_offer(&mut self, desk: &mut Desk) {
        let Some(peer) = self.connection else { return };
        // The browser is asked in the order in which its results are awaited.
        self.answer_waiting(desk);
        self.negotiation.wanted = false;
        self.negotiation.ask(Pending::Offer { discard: false });
        desk.peer(peer, PeerCommand::Offer);
    }

    /// An offer or an answer of the opponent, in time.
    pub(super) fn hear_negotiation(
        &mut self,
        desk: &mut Desk,
        description: &Description,
        metadata: Option<&StreamMetadata>,
    ) {
        // The callee may be quicker than the browser here that applies its answer.
        let settled = self.negotiation.settled || self.negotiation.sets_answer();
        if self.connection.is_none() || !settled || !self.peer_speaks_v1() {
            return;
        }
        match description.kind {
            SdpKind::Answer => {
                if !self.negotiation.have_local_offer || self.negotiation.sets_answer() {
                    return;
                }
                if let Some(left) = self.negotiation.outdated.checked_sub(1) {
                    self.negotiation.outdated = left;
                    return;
                }
                if self.negotiation.makes_offer() {
                    // It is to the one that this one is just taking the place of.
                    self.negotiation.have_local_offer = false;
                    return;
                }
            }
            SdpKind::Offer => {
                let stable = !self.negotiation.have_local_offer || self.negotiation.sets_answer();
                let collision = self.negotiation.makes_offer() || !stable;
                if collision && !self.negotiation.polite {
                    return;
                }
                if collision {
                    self.negotiation.yield_offer();
                }
            }
        }
        // Before the description, so that its tracks find what their streams are for.
        if let Some(metadata) = metadata {
            self.streams.merge(metadata);
        }
        // Their offers are answered in order.
        self.answer_waiting(desk);
        self.set_remote(desk, description.clone());
        if description.kind == SdpKind::Offer {
            self.negotiation.ask(Pending::Answer);
            self.make_way(desk);
        }
    }

    /// A local description is set, or was asked for.
    pub(super) fn described(&mut self, desk: &mut Desk, description: Description) {
        let Some(asked) = self.negotiation.pending.pop_front() else {
            return;
        };
        match asked {
            Pending::Offer { discard: true } => {}
            Pending::Offer { .. } | Pending::Answer if self.setup.is_some() => {
                self.first_described(desk, description);
            }
            Pending::Offer { .. } => {
                self.negotiation.offers(desk.now, &description.sdp);
                self.send_negotiation(description);
            }
            Pending::Answer => {
                self.send_negotiation(description);
                self.negotiate_if_wanted(desk);
            }
            Pending::Describe => self.send_first(desk, description),
            // Not the answer to this: it is still to come.
            Pending::Remote(..) => self.negotiation.pending.push_front(asked),
        }
    }

    fn send_negotiation(&mut self, description: Description) {
        let metadata = self.own_metadata();
        // It says all that was waiting to be said.
        self.media.metadata_is_said(&metadata);
        self.outbox.push(Outgoing::Negotiate { description, lifetime: LIFETIME, metadata });
    }

    /// The other side's description is set.
    pub(super) fn remote_set(&mut self, desk: &mut Desk) {
        let Some(Pending::Remote(kind, holds)) = self.negotiation.pending.front().copied() else {
            return;
        };
        self.negotiation.pending.pop_front();
        self.negotiation.held = holds;
        if kind == SdpKind::Answer {
            self.negotiation.answered();
            self.negotiation.settled = true;
            self.tell_metadata_if_new(desk);
        }
        self.negotiate_if_wanted(desk);
    }

    /// A step of the connection failed.
    pub(super) fn step_failed(&mut self, desk: &mut Desk, step: PeerStep, words: String) {
        if step != PeerStep::Open {
            self.negotiation.pending.pop_front();
        }
        if step == PeerStep::Open || !self.negotiation.settled {
            // What only this device can't do ends the call for nobody else before they have heard of it from here.
            let heard = self.outbox.may_be_heard().then_some(Outgoing::Hangup(Reason::UnknownError));
            self.end(desk, Ending::Browser(words), heard);
        } else {
            // A renegotiation that fails costs what it was for, not the call.
            self.negotiate_if_wanted(desk);
        }
    }
}
