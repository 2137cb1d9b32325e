//! From live events to calls (`calls-1to1.md` 1.7): which invites ring, and which events reach which call.

use crate::call::event::{Body, CallEvent};
use crate::call::machine::{Answerable, Call};
use crate::call::room::CallRoom;
use crate::call::switchboard::Switchboard;
use crate::call::view::{Ending, Notice};
use crate::call::vocabulary::{Action, CallRandom};
use crate::host::{LiveBatch, LiveEvent};
use crate::ids::UserId;
use crate::time::Millis;

/// An invite that has less than this left is not worth a ring.
const WORTH_RINGING: Millis = Millis::seconds(3);
/// The most calls at once: two that are held and spoken in, and some that ring. What comes on top is missed.
const MOST_CALLS: usize = 6;
/// The most of them that ring for one person, who would keep everybody else out otherwise.
const MOST_OF_ONE: usize = 2;

/// A call event, where it is from, and how old it is by now.
struct Arrived<'a> {
    room: &'a CallRoom,
    event: CallEvent,
    age: Millis,
}

impl Switchboard {
    pub(super) fn receive(&mut self, batch: &LiveBatch, rooms: &[CallRoom], ignored: &[UserId], random: &CallRandom) {
        let calls = self.calls.iter().filter(|call| call.is_alive());
        for call in calls.filter(|call| batch.gaps.contains(&call.room().id)) {
            // An end may lie in the gap.
            let (room, event) = (call.room().id.clone(), call.last_event().cloned());
            self.desk.out.push(Action::FetchSince { room, event });
        }
        let arrived: Vec<Arrived<'_>> =
            batch.events.iter().filter_map(|event| self.read(event, rooms, ignored)).collect();
        for one in &arrived {
            if self.memory.is_new(&one.event.id) {
                self.route(one, &arrived, random);
            }
        }
    }

    /// Drops what is no call event, comes from somebody who is not in the room or whom I ignore, and what came in clear where only
    /// encrypted events count: the homeserver could have written it.
    fn read<'a>(&self, live: &LiveEvent, rooms: &'a [CallRoom], ignored: &[UserId]) -> Option<Arrived<'a>> {
        let room = rooms.iter().find(|room| room.id == live.room)?;
        let event = CallEvent::read(&live.event)?;
        if !room.may_send() || (room.encrypted && !live.encrypted) || ignored.contains(&event.sender) {
            return None;
        }
        let now = self.desk.now;
        let age = match event.age {
            Some(age) => age.plus(now.since(live.received_at)),
            None => now.since(event.sent_at),
        };
        Some(Arrived { room, event, age })
    }

    fn route(&mut self, one: &Arrived<'_>, batch: &[Arrived<'_>], random: &CallRandom) {
        let (room, event) = (&one.room.id, &one.event);
        // An echo of what this page sent.
        let mine = |call: &Call| event.sender == self.me && event.party.as_ref() == Some(&call.common().party);
        if let Some(call) = self.calls.iter_mut().find(|call| *call.id() == event.call && mine(call)) {
            if call.is_in(room) {
                call.came_back(&mut self.desk, event);
            }
            return;
        }
        let here = one.room.others.contains(&event.sender) || event.sender == self.me;
        if let Some(call) = self.calls.iter_mut().find(|call| *call.id() == event.call && call.is_in(room)) {
            // Who has left can still say so.
            if here || matches!(event.body, Body::Hangup(_)) {
                call.heard(&mut self.desk, event, one.age);
            }
            return;
        }
        if !here {
            return;
        }
        self.hear_for_rivals(room, event);
        match &event.body {
            Body::Invite { .. } => self.hear_invite(one, batch, random),
            Body::Candidates { .. } => self.memory.wait(self.desk.now, room, event.clone()),
            _ if is_end(event, &self.me) => {
                self.memory.ended(room.clone(), event.call.clone(), event.sender.clone());
            }
            _ => {}
        }
    }

    fn hear_invite(&mut self, one: &Arrived<'_>, batch: &[Arrived<'_>], random: &CallRandom) {
        let (room, event) = (one.room, &one.event);
        let Body::Invite { lifetime, invitee, .. } = &event.body else {
            return;
        };
        // I am calling from another device, unless I call myself.
        if event.sender == self.me && invitee.as_ref() != Some(&self.me) {
            return;
        }
        let for_me = invitee.as_ref().is_none_or(|invitee| *invitee == self.me);
        let enough_left = one.age.plus(WORTH_RINGING) <= *lifetime;
        // Strangers could make everybody's devices ring there.
        if !for_me || !enough_left || room.public {
            return;
        }
        let over_here = batch.iter().any(|other| {
            let by = &other.event.sender;
            other.event.call == event.call
                && other.room.id == room.id
                && (*by == event.sender || *by == self.me)
                && is_end(&other.event, &self.me)
        });
        if over_here || self.memory.is_over(&room.id, &event.call, [&event.sender, &self.me]) {
            return;
        }
        if let Some(invite) = Answerable::new(room.clone(), event, self.desk.now, one.age) {
            self.invited(invite, random);
        }
    }

    /// Lets it ring.
    pub(super) fn ring(&mut self, invite: Answerable, random: &CallRandom) {
        let alive = || self.calls.iter().filter(|call| call.is_alive());
        let theirs = alive().filter(|call| !call.is_engaged() && *call.peer() == invite.caller).count();
        if alive().count() >= MOST_CALLS || theirs >= MOST_OF_ONE {
            return self.miss(invite);
        }
        let call = self.new_incoming(invite, random);
        self.calls.push(call);
    }

    /// It can't ring, which people should know. Of one person once, however often that is.
    fn miss(&mut self, invite: Answerable) {
        let (room, peer, video) = (invite.room.id.clone(), invite.caller.clone(), invite.has_video());
        let again = |notice: &Notice| notice.room == room && notice.peer == peer && notice.ending == Ending::Missed;
        self.notices.retain(|notice| !again(notice));
        self.note_of(room, peer, video, true, Ending::Missed);
    }

    /// A call made of an invite, with the candidates that came before it.
    pub(super) fn new_incoming(&mut self, invite: Answerable, random: &CallRandom) -> Call {
        let room = invite.room.clone();
        self.notices.retain(|notice| notice.room != room.id);
        // It takes a while, and there is time while it rings.
        self.desk.turn_is_coming();
        if room.encrypted {
            self.desk.out.push(Action::PrepareToEncrypt(room.id.clone()));
        }
        let waited = self.memory.waited_for(&room.id, &invite.call, &invite.caller);
        let mut call = Call::ring(&mut self.desk, invite, random);
        for event in waited {
            call.heard(&mut self.desk, &event, Millis(0));
        }
        call
    }
}

/// Whether this event ends a call for me, if it is from its caller or from me (`calls-1to1.md` 1.7, step 4).
fn is_end(event: &CallEvent, me: &UserId) -> bool {
    match event.body {
        Body::Hangup(_) | Body::SelectAnswer(_) => true,
        Body::Answer { .. } | Body::Reject => event.sender == *me,
        _ => false,
    }
}
