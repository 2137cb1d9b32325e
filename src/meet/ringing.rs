//! Which conferences ring here: one that somebody has just begun in a room that may disturb, until it is answered, is over, or has
//! rung for a minute. Nothing else rings for a conference (`chat-web.md` 6.7): no client sends a call event for one.

use crate::host::LiveEvent;
use crate::ids::{EventId, RoomId, UserId, WidgetId};
use crate::json::{self, Object};
use crate::meet::preferences::Preferences;
use crate::meet::widget::{EVENT_TYPE, MeetWidget, STABLE_EVENT_TYPE, is_conference, offered};
use crate::room::{Membership, RoomFacts};
use crate::time::Millis;

/// How long a conference rings, counted from when it began: `unsigned.age` before it came, or without one when its server says.
pub const RINGS_FOR: Millis = Millis::seconds(60);
/// How far in the future a beginning may lie. More is no clock that is slow, but a forged time.
const CLOCKS: Millis = Millis::seconds(30);
/// In how many rooms it rings at a time: nobody is called by more, but many could make it look so.
const MOST_RINGS: usize = 5;
/// How many beginnings wait for their rooms to show them. A chat tells of both at once, or a moment apart; what is never shown waits
/// here in vain.
const MOST_EARLY: usize = 2 * MOST_RINGS;
/// How many answers of other tabs are remembered, of rings that this one has not heard of yet: each tab has a sync of its own, and an
/// unseen one is slow. More than ring at a time, several times over.
pub const MOST_ANSWERED: usize = 32;

/// A state event of a conference, as it came by live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The room.
    pub room: RoomId,
    /// The widget's id.
    pub widget: WidgetId,
    /// The event.
    pub event: EventId,
    /// Who sent it.
    pub by: UserId,
    /// When it came here.
    pub heard: Millis,
    /// When it began by this machine's clock, as far as the homeserver says how long ago that was.
    pub at: Option<Millis>,
}

impl Begun {
    /// Reads a live event. `None` when it begins nothing: it is no conference's, it changes a widget that was there (an edit rings no second
    /// time), or it takes one away.
    pub fn read(live: &LiveEvent) -> Option<Self> {
        let event = live.event.as_object()?;
        if !matches!(json::string(event, "type")?, EVENT_TYPE | STABLE_EVENT_TYPE) || live.encrypted {
            return None;
        }
        let is_there = |content: &Object| json::string(content, "url").is_some_and(|url| !url.is_empty());
        let unsigned = json::object(event, "unsigned");
        let before = unsigned.and_then(|unsigned| json::object(unsigned, "prev_content"));
        if before.is_some_and(is_there) || !json::object(event, "content").is_some_and(is_conference) {
            return None;
        }
        let widget = json::string(event, "state_key").filter(|key| !key.is_empty())?;
        // The homeserver reckons it by its own clock, so that it is negative where another server's is ahead.
        let age = unsigned.and_then(|unsigned| json::integer(unsigned, "age"));
        let at = age.map(|age| Millis(live.received_at.0.saturating_add_signed(age.saturating_neg())));
        Some(Self {
            room: live.room.clone(),
            widget: widget.into(),
            event: json::string(event, "event_id")?.into(),
            by: json::string(event, "sender")?.into(),
            heard: live.received_at,
            at,
        })
    }
}

/// What matters of the person and their chat when a conference begins.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// What the person chose on this device.
    pub chosen: &'a Preferences,
    /// Their push rules notify of a conference in the room (`Host::notifies_in`).
    pub notified: bool,
    /// A call may sound on this device: push rules and "Do not disturb" allow it (`Host::ring_allowed`).
    pub ring_allowed: bool,
    /// They are in a call or a conference in this tab, or on the way.
    pub busy: bool,
    /// That is this room's conference.
    pub there: bool,
    /// They ignore who began it.
    pub ignored: bool,
}

impl Circumstances<'_> {
    fn rings_in(&self, facts: &RoomFacts) -> bool {
        self.notified
            && !self.there
            && !self.ignored
            && facts.membership == Membership::Join
            && self.chosen.rings_in(&facts.room_id)
    }

    fn is_loud_in(&self, facts: &RoomFacts) -> bool {
        self.chosen.sound.is_heard_among(facts.people) && self.ring_allowed && !self.busy
    }
}

/// A conference that rings.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Where.
    pub room: RoomId,
    /// Which.
    pub widget: MeetWidget,
    /// It is to be heard.
    pub loud: bool,
    /// How many are in the room.
    people: u64,
    until: Millis,
}

/// All that rings.
#[derive(Clone, Debug, Default)]
pub struct Ringing {
    rings: Vec<Ring>,
    /// Heard of before the room showed them, the latest last.
    early: Vec<Begun>,
    /// Conferences that were answered in another tab, the latest last.
    answered: Vec<EventId>,
}

impl Ringing {
    /// What rings now, the newest last.
    pub fn rings(&self) -> &[Ring] {
        &self.rings
    }

    /// When [`Self::tick`] is due.
    pub fn due_at(&self) -> Option<Millis> {
        self.rings.iter().map(|ring| ring.until).min()
    }

    /// What was heard of in this room before the room showed it, for [`began`](Self::began) again: the room is different.
    pub fn early_in(&mut self, room: &RoomId) -> Vec<Begun> {
        self.early.extract_if(.., |begun| begun.room == *room).collect()
    }

    /// A widget has come, in a room of these facts; `None` where the room is not known yet.
    pub fn began(&mut self, now: Millis, begun: &Begun, facts: Option<&RoomFacts>, circumstances: Circumstances<'_>) {
        let shows = |facts: &&RoomFacts| facts.conferences.iter().any(|shown| shown.event_id == begun.event);
        let Some(facts) = facts.filter(shows) else {
            if now < begun.heard.plus(RINGS_FOR) {
                if self.early.len() == MOST_EARLY {
                    self.early.remove(0);
                }
                self.early.push(begun.clone());
            }
            return;
        };
        let Some(widget) = offered(&facts.conferences).filter(|first| {
            // A room has one conference: the oldest. A later one beside it is no reason to ring, nor is one that nobody can join.
            first.id == begun.widget && first.event_id == begun.event && first.domain.is_ok()
        }) else {
            return;
        };
        let at = begun.at.unwrap_or(widget.created);
        let until = at.plus(RINGS_FOR);
        let fresh = now < until && at <= now.plus(CLOCKS);
        let from_others = begun.by != facts.me;
        let answered = self.answered.contains(&begun.event);
        if !fresh || !from_others || answered || !circumstances.rings_in(facts) {
            return;
        }
        if self.rings.iter().any(|ring| ring.room == facts.room_id) {
            return;
        }
        if self.rings.len() == MOST_RINGS {
            self.rings.remove(0);
        }
        self.rings.push(Ring {
            room: facts.room_id.clone(),
            widget: widget.clone(),
            loud: circumstances.is_loud_in(facts),
            people: facts.people,
            until: until.min(now.plus(RINGS_FOR)),
        });
    }

    /// A room is different; `None`: the chat no longer knows it.
    pub fn room_changed(&mut self, room: &RoomId, facts: Option<&RoomFacts>) {
        let goes_on = |ring: &Ring| {
            facts.is_some_and(|facts| {
                facts.membership == Membership::Join
                    && facts.conferences.iter().any(|running| running.id == ring.widget.id)
            })
        };
        self.rings.retain(|ring| ring.room != *room || goes_on(ring));
    }

    /// The person has joined what goes on in a room, or has declined it. Gives what rang there, for their other tabs to be told.
    pub fn answered(&mut self, room: &RoomId) -> Option<EventId> {
        let at = self.rings.iter().position(|ring| ring.room == *room)?;
        Some(self.rings.remove(at).widget.event_id)
    }

    /// They have done so in another tab, perhaps before it rings in this one. Of an answer on another device nobody tells.
    pub fn answered_elsewhere(&mut self, event: EventId) {
        self.rings.retain(|ring| ring.widget.event_id != event);
        if self.answered.len() == MOST_ANSWERED {
            self.answered.remove(0);
        }
        self.answered.push(event);
    }

    /// The person has chosen anew, here or in another tab, what may ring. Nothing begins to ring for that.
    pub fn chosen(&mut self, chosen: &Preferences) {
        self.rings.retain(|ring| chosen.rings_in(&ring.room));
        for ring in &mut self.rings {
            ring.loud &= chosen.sound.is_heard_among(ring.people);
        }
    }

    /// What the account says may be different, on this device or another: whom the person ignores, which rooms are muted, whether a call may
    /// sound. Nothing begins to ring for that.
    pub fn account_changed(&mut self, ring_allowed: bool, may_ring: impl Fn(&Ring) -> bool) {
        self.rings.retain(may_ring);
        for ring in &mut self.rings {
            ring.loud &= ring_allowed;
        }
    }

    /// The person wants quiet, or is gone.
    pub fn silence(&mut self) {
        self.rings.clear();
        self.early.clear();
    }

    /// Ends what has rung for long enough.
    pub fn tick(&mut self, now: Millis) {
        self.rings.retain(|ring| now < ring.until);
    }
}

#[cfg(test)]
mod tests;
