//! Watching the connection: the first time media flows, losing it, restarting ICE with fresh TURN servers, giving up
//! (`calls-1to1.md` 1.3 T23 to T26, 1.4, 1.13 rows 6 to 8); and measuring it.

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Reason};
use crate::call::machine::{Call, State};
use crate::call::peer::{Link, Path, PeerCommand, Sample};
use crate::call::quality::{MOST_READINGS, Reading};
use crate::call::view::Ending;
use crate::time::Millis;

/// A call that was answered and has no media by then is given one more try,
const SLOW: Millis = Millis::seconds(15);
/// and up by then.
const TOO_SLOW: Millis = Millis::seconds(40);
/// Media that was lost may come back by itself until then.
const PATIENCE: Millis = Millis::seconds(2);
/// The polite side waits so much longer for the other side's restart, which may have noticed later and asks for TURN servers first: an
/// offer that meets another is rolled back, and Chromium's sender of pictures now and then sends nothing after that.
const GIVE_WAY: Millis = Millis::seconds(8);
/// Media that was lost is given up by then.
const LOST: Millis = Millis::seconds(30);
/// From one restart to the next, when it did not help.
const NEXT_TRY: Millis = Millis::seconds(10);
/// Two restarts are never closer than this.
const BETWEEN_RESTARTS: Millis = Millis::seconds(4);
/// How long a restart waits for fresh TURN servers, and the answer to the other side's.
const TURN_PATIENCE: Millis = Millis::seconds(4);
/// The camera's picture is sent whole from then on, after the first pictures have shown what the network carries.
const FIRST_PICTURES: Millis = Millis::seconds(1);
/// From one measurement to the next.
const MEASURED_EVERY: Millis = Millis::seconds(2);

/// The connection's timers and figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Lifeline {
    answered_at: Option<Millis>,
    connected_at: Option<Millis>,
    restart_at: Option<Millis>,
    give_up_at: Option<Millis>,
    last_restart: Option<Millis>,
    /// A restart waits until then for the homeserver's TURN answer.
    turn_until: Option<Millis>,
    /// Fresh TURN servers are for the connection as soon as they come: the other side may restart it first.
    wants_servers: bool,
    /// The answer to its offer waits until then for them.
    answer_until: Option<Millis>,
    measure_at: Option<Millis>,
    whole_picture_at: Option<Millis>,
    last: Option<(Millis, Sample)>,
    readings: Vec<Reading>,
}

impl Lifeline {
    /// When both descriptions were there.
    pub(super) fn answered_at(&self) -> Option<Millis> {
        self.answered_at
    }

    /// When media flowed for the first time.
    pub(super) fn connected_at(&self) -> Option<Millis> {
        self.connected_at
    }

    pub(super) fn due_at(&self) -> Option<Millis> {
        let Self { restart_at, give_up_at, turn_until, answer_until, measure_at, whole_picture_at, .. } = *self;
        [restart_at, give_up_at, turn_until, answer_until, measure_at, whole_picture_at].into_iter().flatten().min()
    }

    pub(super) fn readings(&self) -> &[Reading] {
        &self.readings
    }

    pub(super) fn path(&self) -> Option<Path> {
        self.last.and_then(|(_, sample)| sample.path)
    }

    pub(super) fn measured(&mut self, now: Millis, sample: Sample) {
        if let Some((then, before)) = self.last.replace((now, sample)) {
            #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
            let seconds = now.since(then).0 as f64 / 1000.0;
            if self.readings.len() >= MOST_READINGS {
                self.readings.remove(0);
            }
            self.readings.push(Reading::between(&before, &sample, seconds));
        }
    }
}

impl Call {
    /// Both sides have each other's description; now the networks have to find each other.
    pub(super) fn connecting(&mut self, desk: &mut Desk) {
        self.state = State::Connecting;
        self.lifeline.answered_at = Some(desk.now);
        self.rings_until = None;
        self.lifeline.restart_at = Some(self.restart_time(desk.now, SLOW));
        self.lifeline.give_up_at = Some(desk.now.plus(TOO_SLOW));
    }

    pub(super) fn link(&mut self, desk: &mut Desk, link: Link) {
        match (link, self.state) {
            // My answer is there, whatever the homeserver's answer to it has to say.
            (Link::Up, State::Answering | State::Connecting | State::Reconnecting) => {
                self.state = State::Connected;
                self.rings_until = None;
                if self.lifeline.connected_at.is_none() {
                    self.lifeline.connected_at = Some(desk.now);
                    self.lifeline.whole_picture_at = Some(desk.now.plus(FIRST_PICTURES));
                }
                self.lifeline.restart_at = None;
                self.lifeline.give_up_at = None;
                self.lifeline.turn_until = None;
                self.lifeline.wants_servers = false;
                self.answer_waiting(desk);
                self.lifeline.measure_at = Some(desk.now.plus(MEASURED_EVERY));
                self.first_is_proven(desk);
                self.negotiate_if_wanted(desk);
            }
            (Link::Disconnected, State::Connected) => self.lost(desk, PATIENCE),
            (Link::Failed, State::Connected) => self.lost(desk, Millis(0)),
            (Link::Failed, State::Connecting | State::Reconnecting) => self.restart_soon(desk, Millis(0)),
            _ => {}
        }
    }

    fn lost(&mut self, desk: &mut Desk, patience: Millis) {
        self.state = State::Reconnecting;
        self.lifeline.give_up_at = Some(desk.now.plus(LOST));
        // Those that the call began with may have expired since, and an answer to the other side's restart needs them, too.
        self.lifeline.wants_servers = desk.turn_is_coming();
        if !self.lifeline.wants_servers {
            self.configure(desk);
        }
        self.restart_soon(desk, patience);
    }

    /// When it is my turn to restart, `wait` from now if that is what the impolite side waits.
    fn restart_time(&self, now: Millis, wait: Millis) -> Millis {
        let polite = if self.negotiation.is_polite() { GIVE_WAY } else { Millis(0) };
        now.plus(wait).plus(polite)
    }

    /// The other side has made an offer, which may be its restart: mine waits for what it brings. The answer needs the TURN servers that
    /// could not be had when media was lost: I may have been without any network.
    pub(super) fn make_way(&mut self, desk: &mut Desk) {
        self.restart_later(desk.now);
        self.lifeline.answer_until = Some(desk.now.plus(TURN_PATIENCE));
        if !self.lifeline.wants_servers || !desk.turn_is_coming() {
            self.answer_waiting(desk);
        }
    }

    /// What offer and answer bring takes a moment.
    fn restart_later(&mut self, now: Millis) {
        if let Some(at) = &mut self.lifeline.restart_at {
            *at = now.plus(BETWEEN_RESTARTS).max(*at);
        }
    }

    /// Answers the offer whose answer waits, if one does.
    pub(super) fn answer_waiting(&mut self, desk: &mut Desk) {
        if let (Some(_), Some(peer)) = (self.lifeline.answer_until.take(), self.connection) {
            desk.peer(peer, PeerCommand::Answer);
            self.restart_later(desk.now);
        }
    }

    fn restart_soon(&mut self, desk: &mut Desk, wait: Millis) {
        if !self.peer_speaks_v1() {
            // It can't take a new offer.
            if self.lifeline.connected_at.is_none() || wait == Millis(0) {
                self.give_up(desk);
            }
            return;
        }
        let earliest = self.lifeline.last_restart.map_or(Millis(0), |last| last.plus(BETWEEN_RESTARTS));
        let at = self.restart_time(desk.now, wait);
        self.lifeline.restart_at = Some(self.lifeline.restart_at.map_or(at, |planned| planned.min(at)).max(earliest));
        self.lifeline_due(desk);
    }

    fn give_up(&mut self, desk: &mut Desk) {
        let (ending, reason) = if self.lifeline.connected_at.is_some() {
            (Ending::ConnectionLost, Reason::IceTimeout)
        } else {
            (Ending::NotConnected, Reason::IceFailed)
        };
        self.end(desk, ending, Some(Outgoing::Hangup(reason)));
    }

    /// What of the connection is due.
    pub(super) fn lifeline_due(&mut self, desk: &mut Desk) {
        let now = desk.now;
        let due = |at: &mut Millis| *at <= now;
        if self.lifeline.give_up_at.take_if(due).is_some() {
            return self.give_up(desk);
        }
        if self.lifeline.answer_until.is_some_and(|at| at <= now) {
            self.answer_waiting(desk);
        }
        if self.lifeline.restart_at.take_if(due).is_some() && self.peer_speaks_v1() {
            self.lifeline.restart_at = Some(now.plus(NEXT_TRY));
            // Servers that a call began with may have expired since.
            if desk.turn_is_coming() {
                self.lifeline.turn_until = Some(now.plus(TURN_PATIENCE));
            } else {
                self.restart(desk);
            }
        }
        if self.lifeline.turn_until.take_if(due).is_some() {
            self.restart(desk);
        }
        if self.lifeline.whole_picture_at.take_if(due).is_some()
            && let Some(peer) = self.connection
        {
            desk.peer(peer, PeerCommand::SmallPicture(false));
        }
        if self.lifeline.measure_at.take_if(due).is_some()
            && let Some(peer) = self.connection
        {
            self.lifeline.measure_at = Some(now.plus(MEASURED_EVERY));
            desk.peer(peer, PeerCommand::Measure);
        }
    }

    /// Without a restart it is over soon.
    pub(super) fn is_dying(&self) -> bool {
        match self.state {
            State::Reconnecting => true,
            State::Connecting => self.lifeline.last_restart.is_some(),
            _ => false,
        }
    }

    /// The TURN answer that a restart waited for is there, or that the other side's restart needs: then one that `failed` is asked for again.
    pub(super) fn restart_if_waiting(&mut self, desk: &mut Desk, failed: bool) {
        let wanted = self.lifeline.wants_servers;
        self.lifeline.wants_servers &= failed;
        if self.lifeline.turn_until.take().is_some() {
            self.restart(desk);
        } else if wanted {
            self.configure(desk);
        }
        self.answer_waiting(desk);
    }

    fn configure(&self, desk: &mut Desk) {
        if let (Some(peer), Some(capture)) = (self.connection, self.media.capture()) {
            desk.peer(peer, PeerCommand::Configure(desk.peer_settings(capture)));
        }
    }

    fn restart(&mut self, desk: &mut Desk) {
        let Some(peer) = self.connection else { return };
        self.lifeline.last_restart = Some(desk.now);
        self.configure(desk);
        desk.peer(peer, PeerCommand::RestartIce);
        if self.negotiation.is_settled() && self.negotiation.has_local_offer() {
            // While an offer of mine has no answer the browser does not ask for another; this one takes its place.
            self.make_offer(desk);
        } else {
            // Nor does it while what it asked for before is not done.
            self.negotiate_if_wanted(desk);
        }
    }
}
