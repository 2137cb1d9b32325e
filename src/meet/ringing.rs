//! Which conferences ring here: one that somebody has just begun in a room that may disturb, until it is answered, is over, or has
//! rung for a minute. Nothing else rings for a conference (`chat-web.md` 6.7): no client sends a call event for one.

use crate::host::LiveEvent;
use crate::ids::{EventId, RoomId, UserId, WidgetId};
use crate::json::{self, Object};
use crate::meet::widget::{EVENT_TYPE, MeetWidget, STABLE_EVENT_TYPE};
use crate::room::{Membership, RoomFacts};
use crate::time::Millis;

/// How long a conference rings, counted from when its server says that it began.
pub const RINGS_FOR: Millis = Millis::seconds(60);
/// How far in the future a beginning may lie by this machine's clock. More is no clock that is slow, but a forged time.
const CLOCKS: Millis = Millis::seconds(30);
/// In how many rooms it rings at a time: nobody is called by more, but many could make it look so.
const MOST_RINGS: usize = 5;
/// In rooms of more people a conference shows itself and makes no sound.
const LOUD_UP_TO: u64 = 15;

/// A state event of a widget, as it came by live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The room.
    pub room: RoomId,
    /// The widget's id.
    pub widget: WidgetId,
    /// The event.
    pub event: EventId,
}

impl Begun {
    /// Reads a live event. `None` when it begins nothing: it is no widget's, it changes a widget that was there (an edit rings no second
    /// time), or it takes one away.
    pub fn read(live: &LiveEvent) -> Option<Self> {
        let event = live.event.as_object()?;
        if !matches!(json::string(event, "type")?, EVENT_TYPE | STABLE_EVENT_TYPE) || live.encrypted {
            return None;
        }
        let is_there = |content: &Object| json::string(content, "url").is_some_and(|url| !url.is_empty());
        let before = json::object(event, "unsigned").and_then(|unsigned| json::object(unsigned, "prev_content"));
        if before.is_some_and(is_there) || !json::object(event, "content").is_some_and(is_there) {
            return None;
        }
        let widget = json::string(event, "state_key").filter(|key| !key.is_empty())?;
        Some(Self { room: live.room.clone(), widget: widget.into(), event: json::string(event, "event_id")?.into() })
    }
}

/// What the chat says of disturbing somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// The person's push rules notify of what is said in the room, and they have not switched off its rings.
    pub in_room: bool,
    /// A call may sound on this device.
    pub aloud: bool,
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
    until: Millis,
}

/// All that rings.
#[derive(Clone, Debug, Default)]
pub struct Ringing {
    rings: Vec<Ring>,
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

    /// A widget has come, in a room of these facts. `busy_there`: the person is in its conference, or on the way.
    pub fn began(
        &mut self,
        now: Millis,
        begun: &Begun,
        facts: &RoomFacts,
        leave: Leave,
        is_ignored: impl Fn(&UserId) -> bool,
        busy_there: bool,
    ) {
        let Some(widget) = facts.conferences.first().filter(|first| {
            // A room has one conference: the oldest. A later one beside it is no reason to ring.
            first.id == begun.widget && first.event_id == begun.event
        }) else {
            return;
        };
        let until = widget.created.plus(RINGS_FOR);
        let fresh = now < until && widget.created <= now.plus(CLOCKS);
        let from_others = widget.creator != facts.me && !is_ignored(&widget.creator);
        let wanted = leave.in_room && !busy_there && facts.membership == Membership::Join;
        if !fresh || !from_others || !wanted || self.rings.iter().any(|ring| ring.room == facts.room_id) {
            return;
        }
        if self.rings.len() == MOST_RINGS {
            self.rings.remove(0);
        }
        self.rings.push(Ring {
            room: facts.room_id.clone(),
            widget: widget.clone(),
            loud: leave.aloud && facts.people <= LOUD_UP_TO,
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

    /// The person has joined what goes on in a room, or has declined it.
    pub fn answered(&mut self, room: &RoomId) {
        self.rings.retain(|ring| ring.room != *room);
    }

    /// The person wants quiet, or is gone.
    pub fn silence(&mut self) {
        self.rings.clear();
    }

    /// Ends what has rung for long enough.
    pub fn tick(&mut self, now: Millis) {
        self.rings.retain(|ring| now < ring.until);
    }
}

#[cfg(test)]
mod tests;
