//! What a timeline tells of calls: all events of one call as one tile, placed where its invite is (`calls-1to1.md` 3.11).
//!
//! Unlike the machines of calls that are alive this looks back, and knows no devices: a call that I answered on my phone is one
//! that I answered. Times are those that servers wrote on the events.

use serde_json::Value;

use crate::call::event::Reason;
use crate::call::sdp::has_video;
use crate::ids::{EventId, UserId};
use crate::json::{self, Object};
use crate::time::Millis;

/// The longest text kept of an event, in bytes: the bound of the ids in it, which the other texts stay below.
const LONGEST: usize = 255;
/// The most answers, and the most hang-ups, that are looked at of one call: each device of those called may answer it.
const MOST_OF_A_KIND: usize = 10;
/// An event belongs to one of so many calls before it, so that a room full of calls is not searched from end to end for each.
const MOST_AT_ONCE: usize = 100;
/// How long an invite rings that does not say.
const USUAL_LIFETIME: Millis = Millis::seconds(60);
/// The longest that an invite is believed to ring.
const LONGEST_LIFETIME: Millis = Millis::seconds(600);
/// A call that was answered and never hung up counts as going on for so long; the page of one side may have died.
const LONGEST_CALL: Millis = Millis::seconds(12 * 60 * 60);

/// A call in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTile {
    /// It was offered, or answered, with video.
    pub video: bool,
    /// Somebody called me; else I called.
    pub incoming: bool,
    /// How it went.
    pub outcome: Outcome,
    /// It did not ring here: anybody may join the room (Client-Server API, "Voice over IP").
    pub quiet: bool,
    /// Calling (again) makes sense.
    pub call_back: bool,
}

/// How a call went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It rings, or goes on.
    Ongoing {
        /// It is taken for one that is over from then on, if nothing more is heard of it.
        until: Millis,
    },
    /// I did nothing about it.
    Missed,
    /// Somebody said no.
    Declined {
        /// It was me.
        by_me: bool,
    },
    /// They did nothing about it, or I called it off.
    NoAnswer,
    /// It is over; how long it lasted, where that is known.
    Ended(Option<Millis>),
    /// Somebody else answered it.
    Elsewhere,
    /// It failed.
    Failed(Reason),
}

/// An event of a timeline.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its id.
    pub id: &'a EventId,
    /// Its type.
    pub event_type: &'a str,
    /// Who sent it.
    pub sender: &'a UserId,
    /// When its server says it was sent.
    pub at: Millis,
    /// Its content, [`slim`] or whole.
    pub content: &'a Object,
}

/// The room as history sees it.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Who I am.
    pub me: &'a UserId,
    /// What time it is.
    pub now: Millis,
    /// Anybody may join the room.
    pub public: bool,
}

/// What follows `m.call.` in a type, or its unstable form; `None` for the types that don't belong to calls.
pub fn name_of(event_type: &str) -> Option<&str> {
    event_type.strip_prefix("m.call.").or_else(|| event_type.strip_prefix("org.matrix.call."))
}

/// The little that a timeline keeps of a call event. Whole, the events of one call hold 20 KB of SDP and candidates that are of no
/// use once it is over. What is slim already stays as it is.
pub fn slim(content: &Object) -> Object {
    let mut slim = Object::new();
    for key in ["call_id", "party_id", "selected_party_id", "invitee", "reason"] {
        if let Some(text) = json::string(content, key).filter(|text| text.len() <= LONGEST) {
            slim.insert(key.into(), text.into());
        }
    }
    if let Some(lifetime) = json::integer(content, "lifetime") {
        slim.insert("lifetime".into(), lifetime.into());
    }
    if content.contains_key("conf_id") {
        slim.insert("conf_id".into(), true.into());
    }
    for key in ["offer", "answer"] {
        if offers_video(content, key) {
            slim.insert(key.into(), Value::from(json::with("sdp", "m=video 9")));
        }
    }
    slim
}

fn offers_video(content: &Object, key: &str) -> bool {
    json::object(content, key).and_then(|description| json::string(description, "sdp")).is_some_and(has_video)
}

/// The tiles of a timeline, with the events where they are placed. All other call events are not drawn.
pub fn tiles<'a>(events: impl IntoIterator<Item = Told<'a>>, setting: &Setting) -> Vec<(EventId, CallTile)> {
    let calls = records(events, setting.me);
    let newest = calls.iter().rposition(|record| record.invite.is_some());
    let mut tiles = Vec::new();
    for (place, record) in calls.iter().enumerate() {
        if let Some(tile) = record.tile(setting, newest.is_none_or(|newest| place >= newest)) {
            tiles.push((record.invite.unwrap_or(record.first).id.clone(), tile));
        }
    }
    tiles
}

/// Where the first call stands, by these events, that rings here still: nobody has answered, declined or ended it, and it is young.
pub fn first_ringing<'a>(events: impl IntoIterator<Item = Told<'a>>, setting: &Setting) -> Option<&'a EventId> {
    records(events, setting.me).iter().find(|record| record.rings(setting)).map(|record| record.first.id)
}

fn records<'a>(events: impl IntoIterator<Item = Told<'a>>, me: &UserId) -> Vec<Record<'a>> {
    let mut calls: Vec<Record> = Vec::new();
    for event in events {
        let Some(name) = name_of(event.event_type) else {
            continue;
        };
        let id = json::string(event.content, "call_id").filter(|id| !id.is_empty() && id.len() <= LONGEST);
        let Some(id) = id.filter(|_| !event.content.contains_key("conf_id")) else {
            continue;
        };
        match calls.iter_mut().rev().take(MOST_AT_ONCE).find(|record| record.id == id) {
            Some(record) => record.take(name, event, me),
            None => {
                let mut record = Record::new(id, event);
                record.take(name, event, me);
                calls.push(record);
            }
        }
    }
    calls
}

/// How long until the first of these tiles changes by itself: that nobody took a call no event needs to say.
pub fn next_change<'a>(tiles: impl IntoIterator<Item = &'a CallTile>, now: Millis) -> Option<Millis> {
    let ends = tiles.into_iter().filter_map(|tile| match tile.outcome {
        Outcome::Ongoing { until } => Some(until.since(now)),
        _ => None,
    });
    ends.min()
}

/// What is known of one call.
struct Record<'a> {
    id: &'a str,
    first: Told<'a>,
    invite: Option<Told<'a>>,
    answers: Vec<Told<'a>>,
    selected: Option<Told<'a>>,
    rejects: Vec<&'a UserId>,
    hangups: Vec<Told<'a>>,
    /// I did something about it, or it is mine.
    by_me: bool,
}

impl<'a> Record<'a> {
    fn new(id: &'a str, first: Told<'a>) -> Self {
        Self {
            id,
            first,
            invite: None,
            answers: Vec::new(),
            selected: None,
            rejects: Vec::new(),
            hangups: Vec::new(),
            by_me: false,
        }
    }

    fn take(&mut self, name: &str, event: Told<'a>, me: &UserId) {
        self.by_me |= event.sender == me;
        if !self.may_take_part(event.sender) {
            return;
        }
        match name {
            "invite" if self.invite.is_none() => self.invite = Some(event),
            "answer" if self.answers.len() < MOST_OF_A_KIND => self.answers.push(event),
            "select_answer" if self.selected.is_none() && self.may_select(event.sender) => self.selected = Some(event),
            "reject" if self.rejects.len() < MOST_OF_A_KIND && !self.rejects.contains(&event.sender) => {
                self.rejects.push(event.sender);
            }
            "hangup" if self.hangups.len() < MOST_OF_A_KIND && !self.has_hung_up(event.sender) => {
                self.hangups.push(event);
            }
            _ => {}
        }
    }

    fn has_hung_up(&self, sender: &UserId) -> bool {
        self.hangups.iter().any(|hangup| hangup.sender == sender)
    }

    /// Whether the call may be between this one and another, as far as it is known by now.
    fn may_take_part(&self, sender: &UserId) -> bool {
        self.invite.is_none_or(|invite| invite.sender == sender) || self.may_be_called(sender)
    }

    /// Whether this one may have been called: the invitee, or, where none is named, anybody.
    fn may_be_called(&self, sender: &UserId) -> bool {
        let invitee = self.invite.and_then(|invite| json::string(invite.content, "invitee"));
        invitee.is_none_or(|invitee| invitee == sender.as_str())
    }

    fn may_select(&self, sender: &UserId) -> bool {
        self.invite.is_none_or(|invite| invite.sender == sender)
    }

    /// Who called; not always known when the invite is further up than the timeline is loaded.
    fn caller(&self) -> Option<&'a UserId> {
        self.invite.or(self.selected).map(|event| event.sender)
    }

    fn incoming(&self, me: &UserId) -> bool {
        let called = self.answers.iter().map(|answer| answer.sender).chain(self.rejects.iter().copied()).next();
        match (self.caller(), called) {
            (Some(caller), _) => caller != me,
            (None, Some(called)) => called == me,
            (None, None) => self.first.sender != me,
        }
    }

    /// Who answered, if that is known, and since when the two talked: the answer that the caller took, else the first.
    fn answered(&self) -> Option<(Option<&'a UserId>, Millis)> {
        let caller = self.caller();
        let selected = self.selected.filter(|selected| Some(selected.sender) == caller);
        let party = selected.and_then(|selected| json::string(selected.content, "selected_party_id"));
        let called = |sender: &UserId| Some(sender) != caller && self.may_be_called(sender);
        let mut answers = self.answers.iter().filter(|answer| called(answer.sender));
        match (selected, party) {
            (Some(selected), Some(party)) => {
                let taken = answers.find(|answer| json::string(answer.content, "party_id") == Some(party));
                // The specification has the caller select a party that said no, too.
                let declined = self.rejects.iter().any(|sender| called(sender));
                (taken.is_some() || !declined).then(|| (taken.map(|answer| answer.sender), selected.at))
            }
            _ => answers.next().map(|answer| (Some(answer.sender), answer.at)),
        }
    }

    fn tile(&self, setting: &Setting, is_newest: bool) -> Option<CallTile> {
        let incoming = self.incoming(setting.me);
        let invitee = self.invite.and_then(|invite| json::string(invite.content, "invitee"));
        let between_others = incoming && !self.by_me && invitee.is_some_and(|invitee| invitee != setting.me.as_str());
        let outcome = match self.outcome(setting, incoming, is_newest)? {
            outcome @ (Outcome::Ongoing { .. } | Outcome::Ended(_)) => outcome,
            _ if between_others => Outcome::Ended(None),
            outcome => outcome,
        };
        Some(CallTile {
            video: self.invite.is_some_and(|invite| offers_video(invite.content, "offer"))
                || (self.invite.is_none() && self.answers.iter().any(|answer| offers_video(answer.content, "answer"))),
            incoming,
            quiet: incoming && setting.public && !self.by_me && self.invite.is_some(),
            call_back: !between_others && !matches!(outcome, Outcome::Ongoing { .. } | Outcome::Elsewhere),
            outcome,
        })
    }

    fn rings(&self, setting: &Setting) -> bool {
        !setting.public
            && self.invite.is_some_and(|invite| invite.sender != setting.me)
            && self.answered().is_none()
            && matches!(self.unanswered(setting, true), Some(Outcome::Ongoing { .. }))
    }

    /// `None` for a call that is not shown.
    fn outcome(&self, setting: &Setting, incoming: bool, is_newest: bool) -> Option<Outcome> {
        let Some((by, since)) = self.answered() else {
            return self.unanswered(setting, incoming);
        };
        if incoming && by.is_some_and(|by| by != setting.me) {
            return Some(Outcome::Elsewhere);
        }
        let caller = self.caller();
        let may_hang_up = |event: &&Told| {
            let sender = Some(event.sender);
            caller.is_none() || by.is_none() || sender == caller || sender == by
        };
        let Some(hangup) = self.hangups.iter().find(may_hang_up) else {
            let until = since.plus(LONGEST_CALL);
            let goes_on = is_newest && setting.now < until;
            return Some(if goes_on { Outcome::Ongoing { until } } else { Outcome::Ended(None) });
        };
        Some(match Reason::read(hangup.content) {
            reason @ (Reason::IceFailed
            | Reason::IceTimeout
            | Reason::UserMediaFailed
            | Reason::UnknownError
            | Reason::Other(_)) => Outcome::Failed(reason),
            _ => Outcome::Ended(Some(hangup.at.since(since))),
        })
    }

    fn unanswered(&self, setting: &Setting, incoming: bool) -> Option<Outcome> {
        let me = setting.me;
        let not_taken = match incoming {
            true if self.by_me => Outcome::Ended(None),
            true => Outcome::Missed,
            false => Outcome::NoAnswer,
        };
        if let Some(hangup) = self.hangup_of_unanswered(me, incoming) {
            let by_caller = Some(hangup.sender) == self.caller();
            let reason = Reason::read(hangup.content);
            return match reason {
                // It lost to a call the other way that came at the same time, which has a tile of its own.
                Reason::Replaced => None,
                _ if self.invite.is_none() && self.rejects.is_empty() => Some(Outcome::Ended(None)),
                Reason::AnsweredElsewhere if incoming => Some(Outcome::Elsewhere),
                // Version 0 of the protocol says no by hanging up.
                Reason::UserHangup if !by_caller => Some(Outcome::Declined { by_me: incoming }),
                Reason::UserBusy if incoming => Some(Outcome::Missed),
                Reason::UserHangup | Reason::InviteTimeout | Reason::AnsweredElsewhere => {
                    Some(self.declined(me, incoming).unwrap_or(not_taken))
                }
                _ if incoming && !self.by_me => Some(Outcome::Missed),
                reason => Some(Outcome::Failed(reason)),
            };
        }
        if let Some(declined) = self.declined(me, incoming) {
            return Some(declined);
        }
        let invite = self.invite?;
        let lifetime = json::integer(invite.content, "lifetime").and_then(|lifetime| u64::try_from(lifetime).ok());
        let lifetime = lifetime.map_or(USUAL_LIFETIME, Millis).min(LONGEST_LIFETIME);
        // A clock that is far ahead must not let it ring for ever.
        let until = invite.at.plus(lifetime);
        let rings = setting.now < until && invite.at.since(setting.now) < LONGEST_LIFETIME;
        Some(if rings { Outcome::Ongoing { until } } else { not_taken })
    }

    fn declined(&self, me: &UserId, incoming: bool) -> Option<Outcome> {
        let by_called = |sender: &&&UserId| (**sender == me) == incoming && self.may_be_called(sender);
        self.rejects.iter().find(by_called).map(|_| Outcome::Declined { by_me: incoming })
    }

    /// The hang-up that ended it: the caller's, or that of one who was called.
    fn hangup_of_unanswered(&self, me: &UserId, incoming: bool) -> Option<&Told<'a>> {
        let caller = self.caller();
        self.hangups.iter().find(|hangup| {
            let sender = hangup.sender;
            let is_called = if incoming { sender == me } else { self.may_be_called(sender) };
            caller.is_none() || Some(sender) == caller || is_called
        })
    }
}

#[cfg(test)]
mod tests;
