//! What is due in the world, and what it leads to.

use meet_in_chat::call::event::Candidate;
use meet_in_chat::call::media::{CaptureId, Wanted};
use meet_in_chat::call::peer::{PeerCommand, PeerEvent, PeerId};
use meet_in_chat::call::vocabulary::{Input, SendToken};
use meet_in_chat::host::{HostError, LiveBatch, LiveEvent};
use meet_in_chat::ids::UserId;
use meet_in_chat::time::Millis;

use super::World;
use super::homeserver::Stored;
use super::page::Sent;

/// Something that is due. The first number is the page, the second its life.
#[derive(Debug)]
pub(super) enum Happening {
    Wake(usize, u32, Millis),
    /// A request reaches the homeserver, or not.
    Arrive {
        page: usize,
        token: SendToken,
        transaction: String,
        stored: Stored,
        arrives: bool,
        error: Option<HostError>,
    },
    Sync(usize),
    /// Keys of these events came.
    Keys(usize, u32, Vec<usize>),
    Fetched(usize, u32, String, Option<usize>),
    Step(usize, u32, PeerId),
    Candidate(usize, u32, PeerId, String, u32),
    Gathered(usize, u32, PeerId, String),
    /// The last is the camera's turn in which the devices were asked for.
    Opened(usize, u32, CaptureId, Wanted, u32),
    Screen(usize, u32, CaptureId),
    /// The last: the homeserver could not be reached.
    Turn(usize, u32, bool),
    Room(usize, &'static str),
    Lead(usize, u32),
    Input(usize, u32, Input),
    Tick,
}

impl World {
    fn lives(&self, page: usize, life: u32) -> bool {
        self.pages.get(page).is_some_and(|page| page.life == life)
    }

    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Wake(page, life, at) => {
                if self.lives(page, life) && self.pages[page].alarm == Some(at) {
                    self.pages[page].alarm = None;
                    self.input(page, Input::Wake);
                }
            }
            Happening::Arrive { page, token, transaction, stored, arrives, error } => {
                let at = if arrives { self.arrive(page, &transaction, stored) } else { None };
                let id = || at.map_or_else(|| "$sent".to_owned(), |at| format!("$e{at}"));
                let result = error.map_or_else(|| Ok(id().as_str().into()), Err);
                let life = self.pages[page].life;
                self.later(5, 3000, Happening::Input(page, life, Input::Sent { token, result }));
            }
            Happening::Sync(page) => self.sync(page),
            Happening::Keys(page, life, events) => {
                if self.lives(page, life) {
                    self.deliver(page, &events, false);
                }
            }
            Happening::Fetched(page, life, room, after) => {
                if self.lives(page, life) {
                    let here = |at: &usize| self.server.timeline[*at].room == room;
                    let first = after.map_or_else(|| self.server.timeline.len().saturating_sub(20), |after| after + 1);
                    let events: Vec<usize> = (first..self.server.timeline.len()).filter(here).collect();
                    self.deliver(page, &events, false);
                }
            }
            Happening::Step(page, life, id) => {
                if self.lives(page, life) {
                    self.step(page, id);
                }
            }
            Happening::Candidate(page, life, id, fragment, number) => {
                if self.lives(page, life) {
                    self.gather(page, id, &fragment, number);
                }
            }
            Happening::Gathered(page, life, id, fragment) => {
                let connection = self.pages[page].connections.get(&id);
                if self.lives(page, life) && connection.is_some_and(|one| one.is_gathering(&fragment)) {
                    self.input(page, Input::Peer(id, PeerEvent::Gathered));
                }
            }
            Happening::Opened(page, life, id, wanted, turn) => {
                if self.lives(page, life) {
                    let seat = &mut self.pages[page];
                    let (no_camera, denied) = (seat.no_camera, seat.denied);
                    let capture = seat.captures.get_mut(&id).expect("a capture");
                    let event = capture.opened((&wanted, turn), &mut self.dice, no_camera, denied);
                    self.input(page, Input::Media(id, event));
                }
            }
            Happening::Screen(page, life, id) => {
                if self.lives(page, life) {
                    let capture = self.pages[page].captures.get_mut(&id).expect("a capture");
                    let event = capture.screen_opened(&mut self.dice);
                    self.input(page, Input::Media(id, event));
                }
            }
            Happening::Turn(page, life, failed) => {
                if self.lives(page, life) {
                    let answer = if failed { Err(HostError::Unreachable) } else { self.pages[page].turn.clone() };
                    self.input(page, Input::Turn(answer));
                }
            }
            Happening::Room(page, room) => {
                let (user, can_encrypt) = (self.pages[page].user, self.pages[page].can_encrypt);
                let room = self.server.seen_by(room, user, can_encrypt).expect("a room");
                self.pages[page].knows_encrypted |= room.id.as_str() == super::DM && room.encrypted;
                if self.pages[page].board.watches(&room.id) {
                    self.input(page, Input::RoomChanged(Box::new(room)));
                }
            }
            Happening::Lead(page, life) => {
                if self.lives(page, life) && self.pages[page].competes {
                    self.input(page, Input::Leading(true));
                }
            }
            Happening::Input(page, life, input) => {
                if self.lives(page, life) {
                    self.input(page, input);
                }
            }
            Happening::Tick => self.tick(),
        }
    }

    /// The fate of a request.
    pub(super) fn send(&mut self, page: usize, token: SendToken, transaction: String, stored: Stored) {
        let limited = |wait| HostError::Refused {
            errcode: "M_LIMIT_EXCEEDED".into(),
            status: 429,
            message: String::new(),
            retry_after: Some(wait),
        };
        let broken = || HostError::Refused {
            errcode: "M_UNKNOWN".into(),
            status: 502,
            message: String::new(),
            retry_after: None,
        };
        let faults = self.dice.faults;
        let (arrives, error) =
            if let Some(answer) = self.answers.get_mut(&page).and_then(std::collections::VecDeque::pop_front) {
                answer
            } else if self.dice.one_in(faults.lost) {
                (false, Some(HostError::Unreachable))
            } else if self.dice.one_in(faults.unanswered) {
                (true, Some(HostError::Unreachable))
            } else if self.dice.one_in(faults.limited) {
                let wait = self.dice.between(500, 9000);
                (false, Some(limited(wait)))
            } else if self.dice.one_in(faults.broken) {
                (false, Some(broken()))
            } else {
                (true, None)
            };
        self.later(10, 3000, Happening::Arrive { page, token, transaction, stored, arrives, error });
    }

    /// Its place in the timeline, if the homeserver takes it.
    pub(super) fn arrive(&mut self, page: usize, transaction: &str, mut stored: Stored) -> Option<usize> {
        stored.at = self.now;
        let room = self.server.room(&stored.room).expect("a room");
        if !room.members.contains(self.pages[page].user) {
            return None;
        }
        if room.encrypted && !self.pages[page].can_encrypt {
            // The host refuses.
            return None;
        }
        stored.encrypted = room.encrypted;
        let before = self.server.timeline.len();
        let at = self.server.take(page, transaction, stored);
        if self.server.timeline.len() > before {
            for page in 0..self.pages.len() {
                self.sync_soon(page);
            }
        }
        Some(at)
    }

    pub(super) fn sync_soon(&mut self, page: usize) {
        if self.pages[page].sync_stopped {
            return;
        }
        let wait = Millis(self.dice.between(20, 2500));
        let at = self.now.plus(wait).max(self.pages[page].next_sync);
        self.pages[page].next_sync = at;
        self.at(at, Happening::Sync(page));
    }

    fn sync(&mut self, page: usize) {
        let (from, to) = (self.pages[page].position, self.server.timeline.len());
        if self.pages[page].sync_stopped || (from == to && !self.pages[page].fresh) {
            return;
        }
        self.pages[page].fresh = false;
        self.pages[page].position = to;
        let mut events: Vec<usize> = (from..to).collect();
        let faults = self.dice.faults;
        let cut = events.len() > 1 && self.dice.one_in(faults.gap);
        let gap = std::mem::take(&mut self.pages[page].gap) || cut;
        if cut {
            let keep = self.dice.between(0, events.len() as u64 - 1) as usize;
            events.drain(..events.len() - keep);
        }
        if self.dice.one_in(faults.again) {
            let before: Vec<usize> = (from.saturating_sub(4)..from).collect();
            events.splice(0..0, before);
        }
        let life = self.pages[page].life;
        let mut late = Vec::new();
        events.retain(|at| {
            let is_late = self.dice.one_in(faults.late_key);
            if is_late {
                late.push(*at);
            }
            !is_late
        });
        for at in late {
            self.later(500, 8000, Happening::Keys(page, life, vec![at]));
        }
        self.deliver(page, &events, gap);
    }

    /// Gives a page a batch.
    pub(crate) fn deliver(&mut self, page: usize, events: &[usize], gap: bool) {
        let (user, can_encrypt) = (self.pages[page].user, self.pages[page].can_encrypt);
        let seen = |id: &str| self.server.seen_by(id, user, can_encrypt);
        let rooms: Vec<_> =
            self.server.rooms.iter().filter_map(|room| seen(room.id)).filter(|room| room.joined).collect();
        let here = |at: &&usize| rooms.iter().any(|room| room.id.as_str() == self.server.timeline[**at].room);
        let events: Vec<LiveEvent> =
            events.iter().filter(here).map(|at| self.server.delivered(*at, self.now)).collect();
        let gaps = if gap { rooms.iter().map(|room| room.id.clone()).collect() } else { Vec::new() };
        let ignored = self.pages[page].ignores.iter().map(|user| UserId::from(*user)).collect();
        let ring_allowed = self.pages[page].ring_allowed;
        let before = self.before(page);
        let (batch, random) = (Box::new(LiveBatch { events: events.clone(), gaps }), self.dice.bytes());
        let actions = self.watch(page, Input::Batch { batch, rooms, ignored, ring_allowed, random });
        self.look_at(page, &before, &events, &actions);
    }

    fn step(&mut self, page: usize, id: PeerId) {
        let seat = &mut self.pages[page];
        let Some(connection) = seat.connections.get_mut(&id).filter(|connection| !connection.closed) else {
            return;
        };
        let Some(command) = connection.queue.pop_front() else {
            connection.busy = false;
            return;
        };
        let capture = connection.settings.capture;
        let outcome = connection.step(command, seat.captures.get(&capture));
        let offers = |sent: &&Sent| sent.content["description"]["type"] == "offer";
        let offer = seat.sent.iter().rev().find(offers).map(|sent| &sent.content);
        // Nobody would ever answer it.
        let lost = offer.is_some_and(|offer| self.server.timeline.iter().all(|event| event.content != *offer));
        self.faults.extend(outcome.fault);
        let called = seat.board.view().calls.iter().any(|call| call.connection == Some(id) && !call.incoming);
        if outcome.rolled_back && called && !lost {
            self.faults.push("the caller gave way to an offer".into());
        }
        let life = seat.life;
        if let Some(fragment) = outcome.gathers {
            let (relay_only, servers) = (connection.settings.relay_only, connection.settings.ice_servers.len());
            if !relay_only || servers > 0 {
                self.later(5, 400, Happening::Candidate(page, life, id, fragment.clone(), 1));
                self.later(30, 900, Happening::Candidate(page, life, id, fragment.clone(), 2));
            }
            self.later(150, 3000, Happening::Gathered(page, life, id, fragment));
        }
        self.later(1, 80, Happening::Step(page, life, id));
        for event in outcome.events {
            self.input(page, Input::Peer(id, event));
        }
    }

    fn gather(&mut self, page: usize, id: PeerId, fragment: &str, number: u32) {
        let Some(connection) = self.pages[page].connections.get_mut(&id).filter(|one| one.is_gathering(fragment))
        else {
            return;
        };
        // As Chromium does: the SDP has no `ufrag` in the line.
        let line = format!("candidate:{number} 1 udp 1 192.0.2.{page} 9 typ host generation 0");
        connection.gathered.push(line.clone());
        let line = format!("{line} ufrag {fragment}");
        let candidate =
            Candidate { candidate: line, mid: Some("0".into()), line: Some(0), fragment: Some(fragment.to_owned()) };
        self.input(page, Input::Peer(id, PeerEvent::Candidate(candidate)));
    }

    /// Whether a command was given to a page's connections.
    pub(crate) fn commanded(&self, page: usize, wanted: impl Fn(&PeerCommand) -> bool) -> usize {
        self.pages[page].commands.iter().filter(|command| wanted(command)).count()
    }
}
