//! Two people call each other at the same time (`calls-1to1.md` 1.10): one call survives, and both are in it without a press.

use crate::call::event::{Body, CallEvent};
use crate::call::machine::{Answerable, Call, State};
use crate::call::room::CallRoom;
use crate::call::switchboard::Switchboard;
use crate::call::view::CallKey;
use crate::call::vocabulary::CallRandom;
use crate::ids::RoomId;
use crate::time::Millis;

/// How long the other side has to answer my call, which is to survive. A client that says whom it calls knows the rule, and answers as
/// soon as my invite has reached it, however slow the way is,
const PATIENCE: Millis = Millis::seconds(30);
/// One that doesn't say so never will: its own call is taken (`calls-1to1.md` 1.10).
const SHORT_PATIENCE: Millis = Millis::seconds(4);
/// How long a call of theirs that mine has overtaken has for its end to come.
const LATE: Millis = Millis::seconds(4);
/// The most calls that can lose against mine at the same time: who knows the rule makes one.
const MOST_RIVALS: usize = 4;

/// Their call, which lost against mine.
#[derive(Debug)]
pub(super) struct Rival {
    pub(super) invite: Answerable,
    mine: CallKey,
    random: CallRandom,
    take_at: Option<Millis>,
    /// It came when mine was answered already.
    late: bool,
}

/// How long their client has to answer mine.
fn patience(invite: &Answerable) -> Millis {
    if invite.names_me() { PATIENCE } else { SHORT_PATIENCE }
}

impl Switchboard {
    /// An invite that is good. Only the very person that I am calling can be calling me back at the same time.
    pub(super) fn invited(&mut self, invite: Answerable, random: &CallRandom) {
        let mine = self.calls.iter().position(|call| {
            call.is_waiting_for_answer() && call.is_in(&invite.room.id) && *call.peer() == invite.caller
        });
        let Some(call) = mine.and_then(|at| self.calls.get(at)) else {
            return match self.answered_just_now(&invite) {
                Some(mine) => self.lost(mine, invite, random, true),
                None => self.ring(invite, random),
            };
        };
        // Compared as bytes, as the specification wants it.
        let lesser = invite.call.as_str().as_bytes() < call.id().as_str().as_bytes();
        let theirs_survives = !call.is_known_there() || call.is_replaced() || lesser;
        if theirs_survives {
            let key = call.key();
            self.take_instead(key, invite, random);
        } else {
            let key = call.key();
            self.lost(key, invite, random, false);
        }
    }

    /// My call that the invite's sender has answered a moment ago. Theirs gave way to it then, and was overtaken by the answer on its
    /// way here: its end is about to come.
    fn answered_just_now(&self, invite: &Answerable) -> Option<CallKey> {
        let now = self.desk.now;
        let just_now = |call: &&Call| call.answered_at().is_some_and(|at| now.since(at) < LATE);
        let with_them = |call: &&Call| call.is_in(&invite.room.id) && *call.peer() == invite.caller;
        self.calls.iter().filter(with_them).find(just_now).map(Call::key)
    }

    fn lost(&mut self, mine: CallKey, invite: Answerable, random: &CallRandom, late: bool) {
        if self.rivals.len() < MOST_RIVALS && !self.rivals.iter().any(|rival| rival.invite.is_for_same(&invite)) {
            let wait = if late { LATE } else { patience(&invite) };
            let take_at = Some(self.desk.now.plus(wait));
            self.rivals.push(Rival { invite, mine, random: *random, take_at, late });
        }
    }

    /// Drops my call and accepts theirs, with the devices that are open already.
    fn take_instead(&mut self, mine: CallKey, invite: Answerable, random: &CallRandom) {
        let mut theirs = self.new_incoming(invite, random);
        let Some((call, desk)) = self.call(mine) else {
            return;
        };
        let video = call.has_video();
        theirs.takes_turn_of(call);
        let media = call.give_way(desk);
        theirs.accept(&mut self.desk, video, Some(media));
        self.calls.push(theirs);
    }

    /// What the other side says of calls that lost.
    pub(super) fn hear_for_rivals(&mut self, room: &RoomId, event: &CallEvent) {
        let me = &self.me;
        self.rivals.retain(|rival| {
            let about = rival.invite.call == event.call && rival.invite.room.id == *room;
            let over = match event.body {
                Body::Hangup(_) | Body::SelectAnswer(_) => rival.invite.is_from(event) || event.sender == *me,
                Body::Answer { .. } | Body::Reject => event.sender == *me,
                _ => false,
            };
            if about && over {
                self.memory.ended(room.clone(), event.call.clone(), event.sender.clone());
            }
            !(about && over)
        });
    }

    /// Their room is different.
    pub(super) fn room_changed_for_rivals(&mut self, room: &CallRoom) {
        for rival in self.rivals.iter_mut().filter(|rival| rival.invite.room.id == room.id) {
            rival.invite.room = room.clone();
        }
        self.rivals.retain(|rival| rival.invite.can_be_answered());
    }

    /// Takes the calls of those who don't know the rule; and lets those ring whose winner is over.
    pub(super) fn rivals_due(&mut self) {
        let now = self.desk.now;
        for rival in std::mem::take(&mut self.rivals) {
            if rival.invite.rings_until <= now {
                continue;
            }
            let mine = self.calls.iter().find(|call| call.key() == rival.mine);
            let waits = mine.is_some_and(Call::is_waiting_for_answer);
            let over = mine.is_none_or(|call| !call.is_alive());
            let replaced = mine.is_some_and(Call::is_replaced);
            if waits && (replaced || rival.take_at.is_some_and(|at| at <= now)) {
                if mine.is_some_and(|call| call.state() == State::Preparing) {
                    // Mine is not there yet, so nobody could answer it.
                    let take_at = Some(now.plus(patience(&rival.invite)));
                    self.rivals.push(Rival { take_at, ..rival });
                    continue;
                }
                self.take_instead(rival.mine, rival.invite, &rival.random);
            } else if over || (rival.late && rival.take_at.is_none_or(|at| at <= now)) {
                self.ring(rival.invite, &rival.random);
            } else if waits || rival.late {
                self.rivals.push(rival);
            }
            // Answered: theirs will be hung up over there.
        }
    }

    pub(super) fn next_rival(&self) -> Option<Millis> {
        self.rivals.iter().filter_map(|rival| rival.take_at).min()
    }
}
