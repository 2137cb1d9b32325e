//! Such widgets in a room's state.

use std::cmp::Ordering;

use crate::ids::{EventId, UserId, WidgetId};
use crate::json::{self, Object};
use crate::meet::hybrid;
use crate::meet::widget::{EVENT_TYPE, is_conference};
use crate::ordered;
use crate::room::{RoomState, StateEvent};
use crate::time::Millis;

/// The longest name that is shown, in characters.
const LONGEST_NAME: usize = 100;

/// A call of another kind as a room's state describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomWidget {
    /// Its id: the state key.
    pub id: WidgetId,
    /// The state event that made it, as it is now: each edit is another, and asks again.
    pub event_id: EventId,
    /// Who sent that event; the content's own claim is ignored.
    pub creator: UserId,
    /// When its server says it was sent; forgeable.
    created: Millis,
    /// What it calls itself, where it does.
    pub name: Option<String>,
    /// The template of its address.
    pub(super) url: String,
    /// What the template's variables stand for.
    pub(super) data: Object,
}

impl RoomWidget {
    /// Every such call of a room, in the order in which they are offered.
    pub(crate) fn every_in(state: &RoomState) -> Vec<Self> {
        let keys = state.all(EVENT_TYPE).map(|event| event.state_key.as_str());
        ordered::sorted(keys.filter_map(|key| Self::at(state, key)).collect(), Self::offered_before)
    }

    /// The call at this state key.
    pub(crate) fn at(state: &RoomState, key: &str) -> Option<Self> {
        Self::read(state.get(EVENT_TYPE, key)?)
    }

    /// Reads one event. `None` when it is no such call, or one that was removed (`chat-web.md` 3.2).
    fn read(event: &StateEvent) -> Option<Self> {
        let content = &event.content;
        let text = |key| json::string(content, key).filter(|text| !text.trim().is_empty());
        let is_one = hybrid::is_marked(content) && !is_conference(content) && !event.state_key.is_empty();
        let url = text("url").filter(|_| is_one && text("type").is_some())?;
        Some(Self {
            id: event.state_key.as_str().into(),
            event_id: event.event_id.clone(),
            creator: event.sender.clone(),
            created: event.origin_server_ts,
            name: text("name").map(|name| name.trim().chars().take(LONGEST_NAME).collect()),
            url: url.to_owned(),
            data: json::object(content, "data").cloned().unwrap_or_default(),
        })
    }

    /// The order in which they are offered: oldest first.
    pub(crate) fn offered_before(one: &Self, other: &Self) -> Ordering {
        (one.created, &one.event_id).cmp(&(other.created, &other.event_id))
    }
}
