//! One 1:1 call: the transitions T1 to T29 of `calls-1to1.md` 1.3, with the timers of 1.4. Pure, like everything in `call`.
//!
//! `start` gets a call going on either side, `sending` gets its events out, `heard` takes the other side's, `negotiation` exchanges
//! descriptions, `link` watches the connection, `devices`, `screen` and `hold` do what the person wants, `own_media` knows what is open,
//! `announce` tells the other side, `ending` ends it, `timers` knows what is due.

mod announce;
mod devices;
mod ending;
mod heard;
mod hold;
mod link;
mod negotiation;
mod own_media;
mod screen;
mod sending;
mod start;
mod streams;
mod timers;
mod view;

use crate::call::desk::Desk;
use crate::call::event::{CallEvent, Candidate, Common, Description, Version};
use crate::call::media::{CaptureId, MediaEvent};
use crate::call::outbox::Outbox;
use crate::call::peer::{PeerEvent, PeerId};
use crate::call::room::CallRoom;
use crate::call::trickle::Trickle;
use crate::call::view::{CallKey, Ending, Word};
use crate::call::vocabulary::SendToken;
use crate::ids::{CallId, EventId, PartyId, RoomId, UserId};
use crate::time::Millis;

use heard::Early;
use link::Lifeline;
use negotiation::Negotiation;
pub(super) use own_media::Media;
pub(super) use start::Answerable;
use start::Setup;
use streams::PeerStreams;

/// How long an invite rings, on either side.
pub(super) const LIFETIME: Millis = Millis::seconds(90);

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Mine: devices, connection, offer; until the homeserver has the invite.
    Preparing,
    /// Mine: the homeserver has the invite.
    InviteSent,
    /// Theirs: it rings here.
    Ringing,
    /// Theirs: accepted; devices, connection, answer; until the homeserver has the answer.
    Answering,
    /// Answered; no media yet.
    Connecting,
    /// Media flows.
    Connected,
    /// Media was lost.
    Reconnecting,
    /// Over. Its last word may still be on its way.
    Ended,
}

/// The instance at the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opponent {
    /// `None` in version 0, and for those that leave it out: then its events are told by their sender alone.
    pub(super) party: Option<PartyId>,
    /// What it speaks.
    pub(super) version: Version,
}

/// One call.
#[derive(Debug)]
pub(super) struct Call {
    key: CallKey,
    room: CallRoom,
    peer: UserId,
    incoming: bool,
    state: State,
    opponent: Option<Opponent>,
    /// The offer of an incoming call.
    offer: Option<Description>,
    /// Every candidate of the opponent's first generation: an answer that could not be sent is made anew.
    heard: Vec<Candidate>,
    /// What came of parties that may become the opponent.
    early: Vec<Early>,
    /// When the opponent's newest description was sent,
    description_at: Millis,
    /// and its newest word on its streams.
    streams_at: Millis,
    outbox: Outbox,
    trickle: Trickle,
    setup: Option<Setup>,
    connection: Option<PeerId>,
    negotiation: Negotiation,
    streams: PeerStreams,
    media: Media,
    /// The camera is wanted.
    wants_video: bool,
    /// My first description has a picture in it.
    picture_in_first: bool,
    /// When it stops ringing.
    rings_until: Option<Millis>,
    /// The other side has ended it for a call of its own, which may be on its way here until then.
    replaced_until: Option<Millis>,
    lifeline: Lifeline,
    /// The caller has said that it took my answer.
    selected: bool,
    on_hold: bool,
    /// It is to be held as soon as media flows.
    hold_when_up: bool,
    silenced: bool,
    word: Option<Word>,
    ending: Option<Ending>,
    /// The last event that was seen of this call.
    last_event: Option<EventId>,
}

impl Call {
    fn new(key: CallKey, room: CallRoom, peer: UserId, incoming: bool, common: Common) -> Self {
        let outbox = Outbox::new(room.id.clone(), common);
        Self {
            key,
            peer,
            incoming,
            state: if incoming { State::Ringing } else { State::Preparing },
            opponent: None,
            offer: None,
            heard: Vec::new(),
            early: Vec::new(),
            description_at: Millis(0),
            streams_at: Millis(0),
            outbox,
            trickle: Trickle::new(!incoming),
            setup: None,
            connection: None,
            negotiation: Negotiation::new(incoming),
            streams: PeerStreams::default(),
            media: Media::default(),
            wants_video: false,
            picture_in_first: false,
            rings_until: None,
            replaced_until: None,
            lifeline: Lifeline::default(),
            selected: false,
            on_hold: false,
            hold_when_up: false,
            silenced: false,
            word: None,
            ending: None,
            last_event: None,
            room,
        }
    }

    pub(super) fn key(&self) -> CallKey {
        self.key
    }

    pub(super) fn room(&self) -> &CallRoom {
        &self.room
    }

    pub(super) fn peer(&self) -> &UserId {
        &self.peer
    }

    pub(super) fn is_incoming(&self) -> bool {
        self.incoming
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn id(&self) -> &CallId {
        &self.outbox.common().call
    }

    pub(super) fn common(&self) -> &Common {
        self.outbox.common()
    }

    /// How it ended; said once.
    pub(super) fn take_ending(&mut self) -> Option<Ending> {
        self.ending.take()
    }

    /// Mine, and nobody has answered yet.
    pub(super) fn is_waiting_for_answer(&self) -> bool {
        matches!(self.state, State::Preparing | State::InviteSent)
    }

    /// Mine, and the other side has ended it for a call of its own.
    pub(super) fn is_replaced(&self) -> bool {
        self.replaced_until.is_some()
    }

    /// Mine, answered at this time and going on.
    pub(super) fn answered_at(&self) -> Option<Millis> {
        self.lifeline.answered_at().filter(|_| self.is_alive() && !self.incoming)
    }

    pub(super) fn connected_at(&self) -> Option<Millis> {
        self.lifeline.connected_at()
    }

    pub(super) fn is_alive(&self) -> bool {
        self.state != State::Ended
    }

    /// Over, and nothing left to send.
    pub(super) fn is_gone(&self) -> bool {
        !self.is_alive() && self.outbox.is_done()
    }

    /// It has my devices or will: everything alive that does not just ring.
    pub(super) fn is_engaged(&self) -> bool {
        self.is_alive() && self.state != State::Ringing
    }

    pub(super) fn is_silenced(&self) -> bool {
        self.silenced
    }

    pub(super) fn last_event(&self) -> Option<&EventId> {
        self.last_event.as_ref()
    }

    pub(super) fn owns_capture(&self, capture: CaptureId) -> bool {
        self.is_alive() && self.media.capture() == Some(capture)
    }

    pub(super) fn owns_connection(&self, peer: PeerId) -> bool {
        self.is_alive() && self.connection == Some(peer)
    }

    pub(super) fn has_sent(&self, token: SendToken) -> bool {
        self.outbox.has_sent(token)
    }

    /// Theirs, and nothing was said to it from here.
    pub(super) fn only_rang(&self) -> bool {
        self.incoming && !self.outbox.has_begun()
    }

    /// Whether somebody has heard of this call from here, so that its end must be said.
    pub(super) fn is_known_there(&self) -> bool {
        self.incoming || self.outbox.may_be_heard()
    }

    /// The other side speaks version 1, as far as it is known.
    fn peer_speaks_v1(&self) -> bool {
        self.opponent.as_ref().is_some_and(|opponent| opponent.version == Version::V1)
    }

    /// The room is different: its members, its encryption, my membership.
    pub(super) fn room_changed(&mut self, desk: &mut Desk, room: CallRoom) {
        self.room = room;
        if !self.room.joined {
            self.end(desk, Ending::HungUp, None);
        } else if !self.room.may_send() {
            // Nothing may leave in clear any more, the hang-up neither.
            self.end(desk, Ending::NeedsEncryption, None);
        } else if !self.room.others.contains(&self.peer) && self.peer != self.room.me {
            self.end(desk, Ending::PeerLeft, None);
        }
        // The last word of one that is over, too, is not said in clear.
        self.pump(desk);
    }

    /// A report of its capture.
    pub(super) fn media(&mut self, desk: &mut Desk, event: MediaEvent) {
        self.media_event(desk, event);
        self.pump(desk);
    }

    /// A report of its peer connection.
    pub(super) fn connection(&mut self, desk: &mut Desk, event: PeerEvent) {
        match event {
            PeerEvent::NegotiationNeeded => self.negotiation_needed(desk),
            PeerEvent::Described(description) => self.described(desk, description),
            PeerEvent::RemoteSet => self.remote_set(desk),
            PeerEvent::Failed(step, words) => self.step_failed(desk, step, words),
            PeerEvent::Candidate(candidate) => self.trickle.push(desk.now, candidate),
            PeerEvent::Gathered => {
                self.trickle.complete(desk.now);
                self.gathered(desk);
            }
            PeerEvent::Link(link) => self.link(desk, link),
            PeerEvent::Track { stream: Some(stream), kind } => self.streams.track(stream, kind),
            // A track without a stream has no purpose that anybody could tell.
            PeerEvent::Track { stream: None, .. } => {}
            PeerEvent::TrackGone { stream, kind } => self.streams.track_gone(&stream, kind),
            PeerEvent::Measured(sample) => self.lifeline.measured(desk.now, sample),
        }
        self.pump(desk);
    }

    /// An event of this call from the room, which no instance of ours sent. `age` is how old it is by now.
    pub(super) fn heard(&mut self, desk: &mut Desk, event: &CallEvent, age: Millis) {
        if self.is_alive() {
            self.last_event = Some(event.id.clone());
            self.take(desk, event, age);
        }
        self.pump(desk);
    }

    /// Whether this room is the call's.
    pub(super) fn is_in(&self, room: &RoomId) -> bool {
        self.room.id == *room
    }
}
