//! Such widgets in a room's state.

use std::sync::Arc;

use crate::ids::{EventId, UserId, WidgetId};
use crate::json::{self, Object};
use crate::meet::hybrid;
use crate::meet::widget::{EVENT_TYPE, is_conference};
use crate::room::{RoomState, StateEvent};

/// The longest name that is shown, in characters.
const LONGEST_NAME: usize = 100;

/// A call of another kind as a room's state describes it.
#[derive(Debug)]
pub struct RoomWidget {
    /// Its id: the state key.
    pub id: WidgetId,
    /// The state event that made it, as it is now: each edit is another, and asks again.
    pub event_id: EventId,
    /// Who sent that event; the content's own claim is ignored.
    pub creator: UserId,
    /// What it calls itself, where it does.
    pub name: Option<String>,
    /// The template of its address.
    pub(super) url: String,
    /// What the template's variables stand for.
    pub(super) data: Object,
}

impl RoomWidget {
    /// The such call of a room: of several the oldest by `(origin_server_ts, event_id)`, so that all go to the same one.
    pub(crate) fn first_in(state: &RoomState) -> Option<Arc<Self>> {
        let mut first: Option<&StateEvent> = None;
        for event in state.all(EVENT_TYPE).filter(|event| is_one(event)) {
            let age = |event: &StateEvent| (event.origin_server_ts, event.event_id.clone());
            if first.is_none_or(|first| age(event) < age(first)) {
                first = Some(event);
            }
        }
        Self::read(first?).map(Arc::new)
    }

    fn read(event: &StateEvent) -> Option<Self> {
        let content = &event.content;
        Some(Self {
            id: event.state_key.as_str().into(),
            event_id: event.event_id.clone(),
            creator: event.sender.clone(),
            name: text(content, "name").map(|name| name.trim().chars().take(LONGEST_NAME).collect()),
            url: text(content, "url")?.to_owned(),
            data: json::object(content, "data").cloned().unwrap_or_default(),
        })
    }
}

/// What is said of one follows from its event.
impl PartialEq for RoomWidget {
    fn eq(&self, other: &Self) -> bool {
        self.event_id == other.event_id && self.id == other.id
    }
}

/// Whether this event makes such a call; one without an address was removed (`chat-web.md` 3.2).
pub(crate) fn is_one(event: &StateEvent) -> bool {
    let content = &event.content;
    let is_marked = hybrid::is_marked(content) && !event.state_key.is_empty() && !is_conference(content);
    is_marked && text(content, "type").is_some() && text(content, "url").is_some()
}

/// The string at `key`, if it has any text.
fn text<'a>(content: &'a Object, key: &str) -> Option<&'a str> {
    json::string(content, key).filter(|text| !text.trim().is_empty())
}
