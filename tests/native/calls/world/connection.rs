//! A stand-in for `RTCPeerConnection` behind the commands of `call::peer`: signalling states with their refusals and implicit rollback,
//! transceivers with directions, `negotiationneeded`, ICE generations. No media, no codecs, no real SDP.

mod senders;

use std::collections::{BTreeMap, VecDeque};

use meet_in_chat::call::event::{Candidate, Description, SdpKind};
use meet_in_chat::call::media::{Kind, Slot};
use meet_in_chat::call::peer::{Link, PeerCommand, PeerEvent, PeerSettings, PeerStep, Sample};
use meet_in_chat::time::Millis;

use super::capture::Capture;
use super::sdp::{Direction, Sdp, Section};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signalling {
    Stable,
    LocalOffer,
    RemoteOffer,
}

#[derive(Clone, Debug)]
struct Transceiver {
    kind: Kind,
    /// Its place in the descriptions; `None` before it is in one.
    line: Option<usize>,
    /// What it sends.
    slot: Option<Slot>,
    stream: Option<String>,
    direction: Direction,
    /// While this side holds: whether it received before.
    received: Option<bool>,
    /// The other side's stream, while it sends.
    hears: Option<String>,
}

/// A connection.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    name: String,
    pub(crate) settings: PeerSettings,
    pub(crate) queue: VecDeque<PeerCommand>,
    pub(crate) busy: bool,
    pub(crate) closed: bool,
    state: Signalling,
    transceivers: Vec<Transceiver>,
    local: Option<Sdp>,
    local_is_offer: bool,
    remote: Option<Sdp>,
    pending_local: Option<Sdp>,
    pending_remote: Option<Sdp>,
    generation: u32,
    wants_restart: bool,
    needed: bool,
    fired: bool,
    holds: bool,
    /// Candidates of the other side by generation.
    candidates: BTreeMap<String, usize>,
    /// Gathered here, of the newest generation.
    pub(crate) gathered: Vec<String>,
    pub(crate) link: Link,
    /// The generations over which media flows.
    pub(crate) pair: Option<(String, String)>,
    /// Those that are lost for good.
    pub(crate) dead: Option<(String, String)>,
    pub(crate) lost_since: Option<Millis>,
    pub(crate) restarts: u32,
}

/// What a command leads to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<PeerEvent>,
    /// Gathering begins for this generation.
    pub(crate) gathers: Option<String>,
    /// An offer of its own gave way.
    pub(crate) rolled_back: bool,
    /// What a browser would have thrown, where that shows a fault of ours.
    pub(crate) fault: Option<String>,
}

impl Connection {
    pub(crate) fn new(name: String, settings: PeerSettings) -> Self {
        Self {
            name,
            settings,
            queue: VecDeque::new(),
            busy: false,
            closed: false,
            state: Signalling::Stable,
            transceivers: Vec::new(),
            local: None,
            local_is_offer: false,
            remote: None,
            pending_local: None,
            pending_remote: None,
            generation: 0,
            wants_restart: false,
            needed: false,
            fired: false,
            holds: false,
            candidates: BTreeMap::new(),
            gathered: Vec::new(),
            link: Link::Checking,
            pair: None,
            dead: None,
            lost_since: None,
            restarts: 0,
        }
    }

    /// Mine and theirs, once both are agreed on.
    pub(crate) fn generations(&self) -> Option<(String, String)> {
        Some((self.local.as_ref()?.fragment.clone(), self.remote.as_ref()?.fragment.clone()))
    }

    /// Where the other side may be reached is known.
    pub(crate) fn knows_a_way(&self) -> bool {
        self.remote.as_ref().is_some_and(|remote| {
            !remote.candidates.is_empty() || self.candidates.get(&remote.fragment).is_some_and(|count| *count > 0)
        })
    }

    /// The newest generation of mine.
    pub(crate) fn is_gathering(&self, fragment: &str) -> bool {
        let newest = self.pending_local.as_ref().or(self.local.as_ref());
        !self.closed && newest.is_some_and(|local| local.fragment == fragment)
    }

    fn fragment(&mut self) -> String {
        self.generation += 1;
        self.wants_restart = false;
        self.gathered.clear();
        format!("{}.{}", self.name, self.generation)
    }

    /// Carries a command out.
    pub(crate) fn step(&mut self, command: PeerCommand, capture: Option<&Capture>) -> Outcome {
        let mut outcome = Outcome::default();
        match command {
            PeerCommand::Open(settings) | PeerCommand::Configure(settings) => self.settings = settings,
            PeerCommand::Send(slot) => {
                if let Some(capture) = capture {
                    self.send(slot, capture);
                }
            }
            // As in Chromium: a sender that came with an offer has no encodings before its answer is set.
            PeerCommand::SmallPicture(_) if self.described().is_none() => {
                outcome.fault = Some("a smaller picture before the local description".into());
            }
            PeerCommand::ScreenInsteadOfCamera(_) | PeerCommand::SmallPicture(_) => {}
            PeerCommand::Offer => self.offer(&mut outcome),
            PeerCommand::Answer => self.answer(&mut outcome),
            PeerCommand::Describe => match self.described() {
                Some(description) => outcome.events.push(PeerEvent::Described(description)),
                None => outcome.events.push(PeerEvent::Failed(PeerStep::Offer, "nothing to describe".into())),
            },
            PeerCommand::SetRemote(description) => self.set_remote(&description, &mut outcome),
            PeerCommand::AddCandidate(candidate) => {
                let remote = self.pending_remote.as_ref().or(self.remote.as_ref());
                match remote {
                    None => outcome.fault = Some("a candidate before the remote description".into()),
                    Some(remote) => self.candidate(&remote.fragment.clone(), candidate),
                }
            }
            PeerCommand::RestartIce => {
                self.wants_restart = self.local.is_some();
                self.restarts += 1;
            }
            PeerCommand::Hold(on) => self.hold(on),
            PeerCommand::Measure => outcome.events.push(PeerEvent::Measured(Sample::default())),
            PeerCommand::Close => self.closed = true,
        }
        self.needed = self.needs_negotiation();
        if !self.needed {
            self.fired = false;
        }
        if self.needed && !self.fired && self.state == Signalling::Stable && !self.closed {
            self.fired = true;
            outcome.events.push(PeerEvent::NegotiationNeeded);
        }
        outcome
    }

    /// What is of another generation is passed over.
    fn candidate(&mut self, current: &str, candidate: Candidate) {
        let of = candidate.fragment.unwrap_or_else(|| current.to_owned());
        if of == current {
            *self.candidates.entry(of).or_default() += 1;
        }
    }

    fn section(one: &Transceiver, direction: Direction) -> Section {
        Section { kind: one.kind, direction, stream: one.stream.clone().filter(|_| direction.sends) }
    }

    fn offer(&mut self, outcome: &mut Outcome) {
        if self.state == Signalling::RemoteOffer {
            return outcome.events.push(PeerEvent::Failed(PeerStep::Offer, "InvalidStateError".into()));
        }
        self.hold_new();
        let before = self.pending_local.as_ref().or(self.local.as_ref()).map(|local| local.fragment.clone());
        let fragment = match before {
            Some(fragment) if !self.wants_restart => fragment,
            _ => self.fragment(),
        };
        let mut lines = self.transceivers.iter().filter_map(|one| one.line).max().map_or(0, |last| last + 1);
        for one in &mut self.transceivers {
            one.line.get_or_insert_with(|| {
                lines += 1;
                lines - 1
            });
        }
        let mut sections = vec![None; lines];
        for one in &self.transceivers {
            sections[one.line.expect("a line")] = Some(Self::section(one, one.direction));
        }
        let sections = sections.into_iter().flatten().collect();
        self.set_local(Sdp { fragment, sections, candidates: Vec::new() }, outcome);
        self.state = Signalling::LocalOffer;
        outcome.events.extend(self.described().map(PeerEvent::Described));
    }

    fn set_local(&mut self, sdp: Sdp, outcome: &mut Outcome) {
        if self.pending_local.as_ref().or(self.local.as_ref()).map(|local| &local.fragment) != Some(&sdp.fragment) {
            outcome.gathers = Some(sdp.fragment.clone());
        }
        self.pending_local = Some(sdp);
    }

    fn answer(&mut self, outcome: &mut Outcome) {
        let (Signalling::RemoteOffer, Some(offer)) = (self.state, self.pending_remote.clone()) else {
            return outcome.events.push(PeerEvent::Failed(PeerStep::Answer, "InvalidStateError".into()));
        };
        self.hold_new();
        let restarted = self.remote.as_ref().is_none_or(|remote| remote.fragment != offer.fragment);
        let fragment = match &self.local {
            Some(local) if !restarted => local.fragment.clone(),
            _ => self.fragment(),
        };
        let sections = (0..offer.sections.len())
            .map(|line| {
                let one = self.transceivers.iter().find(|one| one.line == Some(line)).expect("a transceiver");
                Self::section(one, one.direction.and(offer.sections[line].direction.reversed()))
            })
            .collect();
        self.set_local(Sdp { fragment, sections, candidates: Vec::new() }, outcome);
        self.local = self.pending_local.take();
        self.local_is_offer = false;
        self.remote = self.pending_remote.take();
        self.stable();
        let sdp = self.local.clone().unwrap_or_default().write();
        outcome.events.push(PeerEvent::Described(Description { kind: SdpKind::Answer, sdp }));
    }

    fn stable(&mut self) {
        self.state = Signalling::Stable;
        self.fired = false;
    }

    fn described(&self) -> Option<Description> {
        let (sdp, offer) = match (&self.pending_local, &self.local) {
            (Some(sdp), _) => (sdp, true),
            (None, Some(sdp)) => (sdp, self.local_is_offer),
            (None, None) => return None,
        };
        let mut sdp = sdp.clone();
        sdp.candidates.clone_from(&self.gathered);
        Some(Description { kind: if offer { SdpKind::Offer } else { SdpKind::Answer }, sdp: sdp.write() })
    }

    fn set_remote(&mut self, description: &Description, outcome: &mut Outcome) {
        let refused = |why: &str| PeerEvent::Failed(PeerStep::SetRemote, why.to_owned());
        let Some(sdp) = Sdp::read(&description.sdp) else {
            return outcome.events.push(refused("OperationError"));
        };
        if description.kind == SdpKind::Answer {
            let offered = self.pending_local.as_ref().map(|local| local.sections.len());
            if self.state != Signalling::LocalOffer {
                return outcome.events.push(refused("InvalidStateError"));
            }
            if offered != Some(sdp.sections.len()) {
                return outcome.events.push(refused("InvalidAccessError: the order of m-lines"));
            }
            self.local = self.pending_local.take();
            self.local_is_offer = true;
            self.remote = Some(sdp.clone());
            self.stable();
        } else {
            if let Some(rolled_back) = self.pending_local.take() {
                self.roll_back(&rolled_back);
                outcome.rolled_back = true;
            }
            let known = self.transceivers.iter().filter_map(|one| one.line).max().map_or(0, |last| last + 1);
            if sdp.sections.len() < known {
                return outcome.events.push(refused("InvalidAccessError: lines are missing"));
            }
            for (line, section) in sdp.sections.iter().enumerate().skip(known) {
                // What was put in by `addTrack` and is in no description yet takes the place.
                let free = |one: &&mut Transceiver| one.line.is_none() && one.kind == section.kind;
                if let Some(one) = self.transceivers.iter_mut().find(free) {
                    one.line = Some(line);
                } else {
                    self.transceivers.push(Transceiver {
                        kind: section.kind,
                        line: Some(line),
                        slot: None,
                        stream: None,
                        direction: Direction::RECEIVES,
                        received: None,
                        hears: None,
                    });
                }
            }
            self.pending_remote = Some(sdp.clone());
            self.state = Signalling::RemoteOffer;
        }
        self.hear(&sdp, outcome);
        outcome.events.push(PeerEvent::RemoteSet);
    }

    fn roll_back(&mut self, offer: &Sdp) {
        let agreed = self.local.as_ref().map_or(0, |local| local.sections.len());
        for one in &mut self.transceivers {
            one.line = one.line.filter(|line| *line < agreed);
        }
        let restarted = self.local.as_ref().is_some_and(|local| local.fragment != offer.fragment);
        self.wants_restart |= restarted;
    }

    fn hear(&mut self, sdp: &Sdp, outcome: &mut Outcome) {
        for (line, section) in sdp.sections.iter().enumerate() {
            let Some(one) = self.transceivers.iter_mut().find(|one| one.line == Some(line)) else {
                continue;
            };
            let now = section.stream.clone().filter(|_| section.direction.sends);
            if one.hears == now {
                continue;
            }
            if let Some(stream) = std::mem::replace(&mut one.hears, now.clone()) {
                outcome.events.push(PeerEvent::TrackGone { stream: stream.as_str().into(), kind: one.kind });
            }
            if let Some(stream) = now {
                outcome.events.push(PeerEvent::Track { stream: Some(stream.as_str().into()), kind: one.kind });
            }
        }
    }

    /// "Check if negotiation is needed" of the WebRTC specification.
    fn needs_negotiation(&self) -> bool {
        let (Some(local), Some(remote)) = (&self.local, &self.remote) else {
            return !self.transceivers.is_empty();
        };
        let agreed = |one: &Transceiver| {
            let at = |sdp: &Sdp| one.line.and_then(|line| sdp.sections.get(line)).map(|section| section.direction);
            let (Some(mine), Some(theirs)) = (at(local), at(remote)) else {
                return false;
            };
            if self.local_is_offer {
                mine == one.direction || theirs.reversed() == one.direction
            } else {
                mine == one.direction.and(theirs.reversed())
            }
        };
        self.wants_restart || !self.transceivers.iter().all(agreed)
    }
}
