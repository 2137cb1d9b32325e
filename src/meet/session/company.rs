//! Who is in the conference, as Meet tells those who are in it.

use crate::ids::{RoomId, WidgetId};
use crate::meet::session::{Stage, View};
use crate::one_line;
use crate::time::Millis;
use crate::widget_api::Participant;

/// How many people are named; more do not fit beside a conference.
const NAMED: usize = 12;
/// How long the others must have been gone for somebody who presses "Leave" to be the last one. When Meet loads itself again it takes
/// everybody off its list up to a second before it says so (`iframe_api::others`).
const GONE_FOR: Millis = Millis::seconds(2);
/// The same for who hangs up in Meet, which clears its list then as well, before a goodbye that can take seconds; and for who has seen
/// nobody in it yet: somebody may be on the way in.
const ALONE_FOR: Millis = Millis::seconds(10);

/// The people in a conference, me included. Nobody at all until Meet has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// How many, up to the 200 that a report holds.
    pub count: usize,
    /// What the first of those with a name call themselves there: strangers' words, made fit to be shown.
    pub names: Vec<String>,
    /// There were others, and the last of them has left.
    pub left_alone: bool,
    /// Since when I have been the only one, and until when that was known.
    alone: Option<(Millis, Option<Millis>)>,
}

/// The conference that I am in, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// Its room.
    pub room: RoomId,
    /// Which one.
    pub widget: WidgetId,
    /// Who.
    pub company: Company,
}

impl View {
    /// Who is in the conference that I am in, once Meet has told.
    pub fn together(&self) -> Option<Together> {
        match self {
            Self::Open { room, widget, stage: Stage::Joined, company, .. } if company.count > 0 => {
                Some(Together { room: room.clone(), widget: widget.id.clone(), company: company.clone() })
            }
            _ => None,
        }
    }
}

impl Company {
    /// Takes the newest report, which replaces the one before. One that names nobody, not even me, says that Meet does not know: I may
    /// be leaving. A second one says that I am in again all the same, where there is no telling who else is.
    pub(super) fn hear(&mut self, now: Millis, participants: &[Participant]) {
        let count = participants.len();
        self.left_alone = count == 1 && (self.left_alone || self.count > 1);
        self.alone = match (self.alone, count) {
            (Some((since, None)), 0) => Some((since, Some(now))),
            (known @ Some((_, None)), 1) => known,
            (_, 1) => Some((now, None)),
            _ => None,
        };
        self.count = count;
        let names = participants.iter().filter_map(|participant| participant.display_name.as_deref());
        self.names = Self::of(count, names).names;
    }

    /// So many people, who are called this.
    pub fn of<'a>(count: usize, names: impl Iterator<Item = &'a str>) -> Self {
        Self { count, names: names.filter_map(one_line::clean).take(NAMED).collect(), ..Self::default() }
    }

    /// Whether who presses "Leave" now is the last one in it, as far as Meet tells, which counts phones in as well.
    pub(super) fn last_leaves(&self, now: Millis) -> bool {
        let needed = if self.left_alone { GONE_FOR } else { ALONE_FOR };
        self.alone.is_some_and(|(since, until)| until.is_none() && now.since(since) >= needed)
    }

    /// Whether who hung up in Meet a moment ago was the last one in it.
    pub(super) fn last_left(&self, now: Millis) -> bool {
        self.alone.is_some_and(|(since, until)| until.unwrap_or(now).since(since) >= ALONE_FOR)
    }

    /// The names in one line, each in its own direction.
    pub fn line(&self) -> String {
        let mut line = String::new();
        for name in &self.names {
            if !line.is_empty() {
                line.push_str(" · ");
            }
            line.push('\u{2068}');
            line.push_str(name);
            line.push('\u{2069}');
        }
        if !line.is_empty() && self.count > self.names.len() {
            line.push_str(" · …");
        }
        line
    }
}
