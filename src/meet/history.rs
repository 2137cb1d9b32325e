//! What a timeline tells of conferences: all events of one as one tile, placed where it began (`chat-web.md` 8, row 3).
//!
//! A conference is a widget under one state key from the event that made it to the one that blanked it, under both event types that
//! hold widgets. Our own keys are never used again, other people's may be: what begins under a key after an end is another
//! conference. Times are those that servers wrote on the events.

use crate::ids::{EventId, UserId, WidgetId};
use crate::json::Object;
use crate::meet::widget::{EVENT_TYPE, MeetWidget, STABLE_EVENT_TYPE, is_conference};
use crate::ordered::Map;
use crate::room::RoomState;
use crate::time::Millis;

pub mod words;

/// The types under which a widget stands.
pub(crate) const TYPES: [&str; 2] = [EVENT_TYPE, STABLE_EVENT_TYPE];

/// A conference in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// Its widget.
    pub widget: WidgetId,
    /// Who began it and when; `None` when that is further up than the timeline is loaded.
    pub started: Option<Mark>,
    /// Somebody changed it since.
    pub edited: bool,
    /// How it stands.
    pub outcome: Outcome,
}

/// How a conference stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The room's state has it.
    Running,
    /// It is over; who ended it and when, where that is known: a redaction ends one too, and so does a blank event of one type
    /// for as long as the other type's stands.
    Ended(Option<Mark>),
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Their name in the room.
    pub name: String,
    /// When their server says.
    pub at: Millis,
}

impl Conference {
    /// How long it lasted; `None` while it runs, and where the times don't make sense.
    pub fn lasted(&self) -> Option<Millis> {
        let (Some(started), Outcome::Ended(Some(ended))) = (&self.started, &self.outcome) else {
            return None;
        };
        (ended.at >= started.at).then(|| ended.at.since(started.at))
    }
}

/// A widget's event in a timeline.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its id.
    pub id: &'a EventId,
    /// Its type.
    pub event_type: &'a str,
    /// The widget.
    pub state_key: &'a str,
    /// Who sent it.
    pub sender: &'a UserId,
    /// When its server says it was sent.
    pub at: Millis,
    /// Its content.
    pub content: &'a Object,
    /// What stood there before, as the server adds it (`unsigned.prev_content`).
    pub before: Option<&'a Object>,
}

/// A widget on the way through the timeline.
#[derive(Default)]
struct Standing {
    /// Under each type: whether a conference stands there. At first, before the loaded part.
    under: [Option<bool>; 2],
    /// The tile of the conference that stands there.
    tile: Option<usize>,
}

impl Standing {
    fn any(&self) -> bool {
        self.under.contains(&Some(true))
    }
}

/// The tiles of a timeline, with the events where they are placed: where a conference began, else the first that is loaded of it.
///
/// `events` are those of the loaded part, oldest first, each once, and without those that were redacted, which say nothing any more.
/// `state` and the conferences that `run` in it are those of the present, at which the loaded part ends. Takes a step for each
/// event, of which a timeline keeps 2,000.
pub fn tiles(
    events: &[Told],
    state: &RoomState,
    run: &[MeetWidget],
    name: &dyn Fn(&UserId) -> String,
) -> Vec<(EventId, Conference)> {
    let mut widgets: Map<&str, Standing> = Map::default();
    for event in events {
        if let Some(before) =
            place(event).and_then(|at| widgets.or_insert(event.state_key, Standing::default()).under.get_mut(at))
        {
            before.get_or_insert(event.before.is_some_and(is_conference));
        }
    }
    for (key, widget) in widgets.iter_mut() {
        for (event_type, before) in TYPES.iter().zip(&mut widget.under) {
            // No event of this type is loaded: as it is now, it was before.
            before.get_or_insert(state.get(event_type, key).is_some_and(|event| is_conference(&event.content)));
        }
    }
    let mut tiles: Vec<(EventId, Conference)> = Vec::new();
    for event in events {
        let Some((widget, at)) = widgets.get_mut(event.state_key).zip(place(event)) else {
            continue;
        };
        let (was, here) = (widget.any(), is_conference(event.content));
        let was_here = widget.under.get_mut(at).and_then(|under| under.replace(here)) == Some(true);
        let is = widget.any();
        if !was && !is {
            continue;
        }
        let mark = || Mark { name: name(event.sender), at: event.at };
        let number = *widget.tile.get_or_insert_with(|| {
            let (started, outcome) = ((!was).then(mark), Outcome::Ended(None));
            tiles.push((
                event.id.clone(),
                Conference { widget: event.state_key.into(), started, edited: false, outcome },
            ));
            tiles.len() - 1
        });
        let Some((_, tile)) = tiles.get_mut(number) else {
            continue;
        };
        if !is {
            tile.outcome = Outcome::Ended(Some(mark()));
            widget.tile = None;
        }
        tile.edited |= was_here && here && event.before != Some(event.content);
    }
    for widget in run {
        let number = widgets.get(widget.id.as_str()).and_then(|standing| standing.tile);
        if let Some((_, tile)) = number.and_then(|number| tiles.get_mut(number)) {
            tile.outcome = Outcome::Running;
        }
    }
    tiles
}

/// Which of the types an event has; `None` for what is no widget.
fn place(event: &Told) -> Option<usize> {
    TYPES.iter().position(|known| *known == event.event_type).filter(|_| !event.state_key.is_empty())
}

#[cfg(test)]
mod tests;
