//! A page of older events: the answer of `/messages` with `dir=b`.

use crate::json::{self, Object};
use crate::matrix::event::{Event, take_array};
use crate::room::StateEvent;

/// A page of older events.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Newest first.
    pub events: Vec<Event>,
    /// The token before them; `None` when they begin the room.
    pub end: Option<String>,
    /// Member events of the senders, as they were then.
    pub members: Vec<StateEvent>,
}

impl Page {
    /// Reads the answer; `asked_from` is the token that was asked from. A server that gives the same one again has nothing more.
    pub fn read(mut answer: Object, asked_from: Option<&str>) -> Self {
        Self {
            events: take_array(&mut answer, "chunk").into_iter().filter_map(Event::read).collect(),
            end: json::string(&answer, "end").filter(|end| Some(*end) != asked_from).map(str::to_owned),
            members: json::array(&answer, "state").iter().filter_map(StateEvent::read).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(answer: Value) -> Page {
        Page::read(answer.as_object().unwrap().clone(), Some("here"))
    }

    #[test]
    fn a_page_without_an_end_or_with_the_old_one_begins_the_room() {
        for answer in [json!({}), json!({ "end": 3 }), json!({ "end": "here" })] {
            assert_eq!(read(answer).end, None);
        }
        assert_eq!(read(json!({ "end": "there" })).end, Some("there".into()));
    }

    #[test]
    fn what_is_no_event_is_passed_over() {
        let event = json!({ "event_id": "$1", "type": "m.room.message", "sender": "@a:x" });
        let page = read(json!({ "chunk": [1, event, {}], "state": [2, { "type": "m.room.member" }] }));
        assert_eq!((page.events.len(), page.members.len()), (1, 0));
    }
}
