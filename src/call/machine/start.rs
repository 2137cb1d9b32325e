//! Getting a call going: from "call" to the invite, from "accept" to the answer (`calls-1to1.md` 1.5, 1.6). Devices, TURN servers and
//! connection are got ready side by side; the first description leaves as soon as all are there.

use data_encoding::BASE32_NOPAD;

use crate::call::desk::Desk;
use crate::call::event::{Body, CallEvent, Common, Description, Outgoing, SdpKind, StreamMetadata};
use crate::call::machine::negotiation::Pending;
use crate::call::machine::{Call, LIFETIME, Media, Opponent, State};
use crate::call::media::{Kind, MediaCommand, Slot};
use crate::call::peer::PeerCommand;
use crate::call::room::CallRoom;
use crate::call::view::{Ending, Word};
use crate::call::vocabulary::{CallRandom, Place};
use crate::ids::{CallId, PartyId, UserId};
use crate::time::Millis;

/// How long the homeserver's TURN answer is waited for; then the call goes on without.
const TURN_PATIENCE: Millis = Millis::seconds(4);
/// How long an answer waits, unless all candidates are there sooner. With them in it the caller can connect at once, also one
/// that loses candidates which come while it applies the answer (`calls-1to1.md` 1.13, row 2).
const ANSWER_WAITS: Millis = Millis(200);
/// The longest that any invite rings here, whatever its lifetime.
const RING_CAP: Millis = Millis::seconds(120);

/// A call that is being set up.
#[derive(Clone, Debug, Default)]
pub(super) struct Setup {
    /// Until when the TURN answer is waited for; `None`: it is there, or not worth a wait.
    turn_until: Option<Millis>,
    /// The devices are open.
    media: bool,
    /// The first description was asked for.
    described: bool,
    /// All candidates are in the local description.
    gathered: bool,
    /// When the first description leaves at the latest.
    send_at: Option<Millis>,
}

impl Setup {
    pub(super) fn due_at(&self) -> Option<Millis> {
        self.turn_until.into_iter().chain(self.send_at).min()
    }
}

/// An invite that could be answered.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::call) struct Answerable {
    pub(in crate::call) room: CallRoom,
    pub(in crate::call) caller: UserId,
    pub(in crate::call) call: CallId,
    pub(in crate::call) rings_until: Millis,
    opponent: Opponent,
    offer: Description,
    metadata: Option<StreamMetadata>,
    names_me: bool,
    event: crate::ids::EventId,
}

impl Answerable {
    /// What an invite is made into. `age` is how old it is.
    pub(in crate::call) fn new(room: CallRoom, event: &CallEvent, now: Millis, age: Millis) -> Option<Self> {
        let Body::Invite { offer, lifetime, invitee, metadata } = &event.body else {
            return None;
        };
        Some(Self {
            names_me: invitee.as_ref() == Some(&room.me),
            room,
            caller: event.sender.clone(),
            call: event.call.clone(),
            rings_until: now.plus((*lifetime).since(age).min(RING_CAP)),
            opponent: Opponent { party: event.party.clone(), version: event.version },
            offer: offer.clone(),
            metadata: metadata.clone(),
            event: event.id.clone(),
        })
    }

    /// Whether it says that it is for me.
    pub(in crate::call) fn names_me(&self) -> bool {
        self.names_me
    }

    /// Whether it offers video.
    pub(in crate::call) fn has_video(&self) -> bool {
        self.offer.has_video()
    }

    /// Whether both are invites to one call.
    pub(in crate::call) fn is_for_same(&self, other: &Self) -> bool {
        self.call == other.call && self.room.id == other.room.id
    }

    /// Whether its room is still one in which it can be answered.
    pub(in crate::call) fn can_be_answered(&self) -> bool {
        let here = self.room.others.contains(&self.caller) || self.caller == self.room.me;
        self.room.may_send() && here
    }

    /// Whether this is the invite's sender.
    pub(in crate::call) fn is_from(&self, event: &CallEvent) -> bool {
        let party = self.opponent.party.as_ref();
        self.caller == event.sender && (party.is_none() || party == event.party.as_ref())
    }
}

fn id(random: &[u8]) -> String {
    BASE32_NOPAD.encode(random).to_ascii_lowercase()
}

impl Call {
    /// A call to `peer`. `media` was opened before, for the preview.
    pub(in crate::call) fn place(desk: &mut Desk, place: Place, peer: UserId, media: Option<Media>) -> Self {
        let (call, party) = place.random.split_at(16);
        let common = Common { call: CallId::new(id(call)), party: PartyId::new(id(party)) };
        let mut call = Self::new(desk.new_call(), place.room, peer, false, common);
        call.wants_video = place.video;
        call.prepare(desk, media);
        call
    }

    /// Somebody's call to me. It rings; nothing is opened before it is accepted, not even a connection: that could tell the
    /// caller where I am.
    pub(in crate::call) fn ring(desk: &mut Desk, invite: Answerable, random: &CallRandom) -> Self {
        let party = PartyId::new(id(random.get(16..).unwrap_or(random)));
        let common = Common { call: invite.call, party };
        let mut call = Self::new(desk.new_call(), invite.room, invite.caller, true, common);
        call.opponent = Some(invite.opponent);
        call.offer = Some(invite.offer);
        call.streams.first(invite.metadata);
        call.rings_until = Some(invite.rings_until);
        call.last_event = Some(invite.event);
        call
    }

    /// Whether the caller sends a picture, as far as the invite tells.
    pub(super) fn is_offered_video(&self) -> bool {
        let offered = self.offer.as_ref().is_some_and(Description::has_video);
        offered && self.streams.says_video().unwrap_or(true)
    }

    /// The person accepts. `media` is taken over from a call that gives way to this one.
    pub(in crate::call) fn accept(&mut self, desk: &mut Desk, video: bool, media: Option<Media>) {
        if self.state != State::Ringing {
            return;
        }
        self.state = State::Answering;
        self.word = None;
        // A kind that the caller does not send can't be answered with (`calls-1to1.md` 1.6, step 3).
        self.wants_video = video && self.offer.as_ref().is_some_and(Description::has_video);
        self.prepare(desk, media);
    }

    fn prepare(&mut self, desk: &mut Desk, media: Option<Media>) {
        let waits = desk.turn_is_coming();
        let turn_until = waits.then(|| desk.now.plus(TURN_PATIENCE));
        if let Some(media) = media {
            self.media = media;
        }
        let ready = self.media.begin(desk, self.wants_video);
        self.setup = Some(Setup { turn_until, media: ready, ..Setup::default() });
        self.proceed(desk);
        self.pump(desk);
    }

    /// The homeserver has answered on TURN, whatever it was, or `failed` to.
    pub(in crate::call) fn turn_answered(&mut self, desk: &mut Desk, failed: bool) {
        if let Some(setup) = &mut self.setup {
            setup.turn_until = None;
        }
        self.proceed(desk);
        self.restart_if_waiting(desk, failed);
        self.pump(desk);
    }

    /// The devices are open.
    pub(super) fn media_is_ready(&mut self, desk: &mut Desk) {
        if let Some(setup) = &mut self.setup {
            setup.media = true;
        }
        self.proceed(desk);
    }

    /// The next step that everything is there for.
    pub(super) fn proceed(&mut self, desk: &mut Desk) {
        let (Some(setup), Some(capture)) = (&self.setup, self.media.capture()) else {
            return;
        };
        // A device that is just being changed has no track at the moment.
        let ready = setup.media && !setup.described && !self.media.is_opening();
        if self.connection.is_none() && setup.turn_until.is_none() {
            if desk.relay_only() && !desk.turn.can_relay(desk.now) {
                return self.no_relay(desk);
            }
            let peer = desk.new_peer();
            self.connection = Some(peer);
            desk.peer(peer, PeerCommand::Open(desk.peer_settings(capture)));
            if let Some(offer) = self.offer.clone() {
                self.set_remote(desk, offer);
            }
        }
        let Some(peer) = self.connection.filter(|_| ready) else {
            return;
        };
        if let Some(setup) = &mut self.setup {
            setup.described = true;
        }
        self.picture_in_first = self.media.has(Kind::Video);
        desk.peer(peer, PeerCommand::Send(Slot::User));
        let (command, pending) = if self.incoming {
            (PeerCommand::Answer, Pending::Answer)
        } else {
            (PeerCommand::Offer, Pending::Offer { discard: false })
        };
        self.negotiation.ask(pending);
        desk.peer(peer, command);
        if self.wants_video {
            // Not before: a sender that came with an offer has no encodings until its answer is set.
            desk.peer(peer, PeerCommand::SmallPicture(true));
        }
        // After the answer, which needs none of them: each takes its time, and somebody waits.
        for candidate in self.heard.clone() {
            desk.peer(peer, PeerCommand::AddCandidate(candidate));
        }
    }

    /// Whether the connection gets its candidates as they come: it has, or is about to have, both descriptions.
    pub(super) fn takes_candidates(&self) -> bool {
        self.setup.as_ref().is_none_or(|setup| setup.described)
    }

    /// Without a relay no candidate would ever be gathered, and nothing would say so.
    fn no_relay(&mut self, desk: &mut Desk) {
        if self.incoming {
            self.ring_again(desk, Word::NoRelay);
        } else {
            self.end(desk, Ending::NoRelay, None);
        }
    }

    /// The first description was asked for: what changes in the devices from here on has to be put into the connection.
    pub(super) fn first_is_asked(&self) -> bool {
        self.setup.as_ref().is_none_or(|setup| setup.described)
    }

    /// The first local description is set.
    pub(super) fn first_described(&mut self, desk: &mut Desk, description: Description) {
        let Some(setup) = &mut self.setup else { return };
        if !self.incoming && !description.has_voice() {
            // The microphone was changed in this very moment. Nobody takes such an offer.
            setup.described = false;
            return self.proceed(desk);
        }
        if !self.incoming {
            // The specification advises to wait 200 ms for candidates. They follow in the event that says their end anyway, long before
            // anybody has pressed "Accept", so a wait would only delay the ring (`docs/performance.md`).
            return self.send_first(desk, description);
        }
        setup.send_at = Some(desk.now.plus(ANSWER_WAITS));
        if setup.gathered {
            self.describe(desk);
        }
    }

    /// All candidates are there: the first description needs to wait no longer.
    pub(super) fn gathered(&mut self, desk: &mut Desk) {
        if let Some(setup) = &mut self.setup {
            setup.gathered = true;
            if setup.send_at.is_some() {
                self.describe(desk);
            }
        }
    }

    fn describe(&mut self, desk: &mut Desk) {
        if let (Some(setup), Some(peer)) = (&mut self.setup, self.connection) {
            setup.send_at = None;
            self.negotiation.ask(Pending::Describe);
            desk.peer(peer, PeerCommand::Describe);
        }
    }

    /// Sends the invite or the answer.
    pub(super) fn send_first(&mut self, desk: &mut Desk, description: Description) {
        if self.setup.take().is_none() {
            return;
        }
        let metadata = self.own_metadata();
        self.media.metadata_is_said(&metadata);
        match (self.state, description.kind) {
            (State::Preparing, SdpKind::Offer) => {
                self.negotiation.offered();
                self.rings_until = Some(desk.now.plus(LIFETIME));
                self.outbox.push(Outgoing::Invite {
                    offer: description.sdp,
                    lifetime: LIFETIME,
                    invitee: self.peer.clone(),
                    metadata,
                });
            }
            (State::Answering, SdpKind::Answer) => {
                self.negotiation.settle();
                self.outbox.push(Outgoing::Answer { answer: description.sdp, metadata });
            }
            _ => {}
        }
    }

    /// The answer can't be made or sent: it rings on, and the person can try again.
    pub(super) fn ring_again(&mut self, desk: &mut Desk, word: Word) {
        self.let_go(desk);
        self.setup = None;
        self.negotiation = super::Negotiation::new(true);
        self.trickle = super::Trickle::new(false);
        self.state = State::Ringing;
        self.word = Some(word);
    }

    /// What of the set-up is due.
    pub(super) fn setup_due(&mut self, desk: &mut Desk) {
        let Some(setup) = &mut self.setup else { return };
        if setup.turn_until.take_if(|at| *at <= desk.now).is_some() {
            self.proceed(desk);
        } else if setup.send_at.is_some_and(|at| at <= desk.now) {
            self.describe(desk);
        }
    }

    /// Closes the connection and frees the devices.
    pub(super) fn let_go(&mut self, desk: &mut Desk) {
        if let Some(peer) = self.connection.take() {
            desk.peer(peer, PeerCommand::Close);
        }
        if let Some(capture) = self.media.capture() {
            desk.media(capture, MediaCommand::Release);
        }
        self.media = Media::default();
    }
}
