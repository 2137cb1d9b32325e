//! The conference that an event of a timeline began, for its tile there. Pure.

use serde_json::Value;

use crate::ids::{ConferenceId, UserId};
use crate::json::{self, Object};
use crate::meet::history::{Conference, TYPES, Told, tiles};
use crate::meet::widget::{MeetWidget, name_of};
use crate::room::{RoomState, StateEvent};

/// A widget's event, and what the room's state has of that widget now.
#[derive(Clone, Debug)]
pub struct Place {
    event: StateEvent,
    /// What it replaced.
    before: Option<Object>,
    /// The events that stand at its key.
    here: RoomState,
}

impl Place {
    /// Finds the event `id`. It is `given`, else it is looked for in the room's state, which no longer has it once it was edited or
    /// ended. An empty `id` stands for whatever is given.
    pub fn find(state: &RoomState, id: &str, given: Option<&Value>) -> Option<Self> {
        let is_wanted = |event: &StateEvent| id.is_empty() || event.event_id.as_str() == id;
        let given =
            given.and_then(|given| Some((StateEvent::read(given).filter(is_wanted)?, replaced(given).cloned())));
        // Without its own JSON a change stands for the conference: the state has nothing else of it.
        let known = || {
            let mut known = TYPES.iter().flat_map(|kind| state.all(kind));
            known.find(|event| !id.is_empty() && is_wanted(event)).map(|event| (event.clone(), None))
        };
        let (event, before) = given.or_else(known)?;
        let here = TYPES.iter().filter_map(|kind| state.get(kind, &event.state_key)).cloned().collect();
        Some(Self { event, before, here })
    }

    /// The conference that the event began, as it stands. `None` for what began none, as an end does, and a change of one that was there
    /// before.
    pub fn conference(&self, name: &dyn Fn(&UserId) -> String) -> Option<Conference> {
        let Self { event, before, here } = self;
        let begun = name_of(&event.content)?;
        // Meet lower-cases the names of conferences.
        let is_it = |other: &ConferenceId| other.as_str().eq_ignore_ascii_case(begun.as_str());
        if before.as_ref().and_then(name_of).is_some_and(|before| is_it(&before)) {
            return None;
        }
        // Another one may stand at the key by now.
        let runs: Vec<_> =
            MeetWidget::at(here, &event.state_key).filter(|runs| is_it(&runs.conference_id)).into_iter().collect();
        let nothing = RoomState::default();
        let told = Told {
            id: &event.event_id,
            event_type: &event.event_type,
            state_key: &event.state_key,
            sender: &event.sender,
            at: event.origin_server_ts,
            content: &event.content,
            before: None,
        };
        let state = if runs.is_empty() { &nothing } else { here };
        tiles(&[told], state, &runs, name).pop().map(|(_, conference)| conference)
    }
}

fn replaced(event: &Value) -> Option<&Object> {
    json::object(json::object(event.as_object()?, "unsigned")?, "prev_content")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::meet::history::Outcome;

    fn widget(id: &str, content: Value) -> Value {
        json!({
            "type": "im.vector.modular.widgets", "state_key": "jitsi_1", "sender": "@a:a.example", "event_id": id,
            "origin_server_ts": 5, "content": content,
        })
    }

    fn meet() -> Value {
        json!({
            "type": "jitsi", "url": "https://a.example/jitsi.html", "name": "Meet", "id": "jitsi_1", "creatorUserId": "@a:a.example",
            "data": { "domain": "meet.example.org", "conferenceId": "garden", "roomName": "Garden" },
        })
    }

    fn tile(state: Value, id: &str, given: Option<&Value>) -> Option<Conference> {
        let state = StateEvent::read(&state).into_iter().collect();
        Place::find(&state, id, given)?.conference(&|user| user.as_str().to_owned())
    }

    #[test]
    fn an_event_in_the_rooms_state_is_found_there_and_its_conference_runs() {
        let tile = tile(widget("$1", meet()), "$1", None).expect("a tile");
        assert_eq!(tile.outcome, Outcome::Running);
        assert_eq!(tile.started.map(|mark| mark.name), Some("@a:a.example".to_owned()));
    }

    #[test]
    fn a_conference_that_has_ended_needs_its_event_from_the_chat() {
        let ended = widget("$2", json!({}));
        assert_eq!(tile(ended.clone(), "$1", None), None);
        let began = widget("$1", meet());
        for id in ["$1", ""] {
            let tile = tile(ended.clone(), id, Some(&began)).expect("a tile");
            assert_eq!(tile.outcome, Outcome::Ended(None));
        }
    }

    #[test]
    fn what_began_no_conference_has_no_tile() {
        let began = widget("$1", meet());
        assert_eq!(tile(began.clone(), "$3", None), None);
        assert_eq!(tile(began.clone(), "", None), None);
        assert_eq!(tile(began.clone(), "$2", Some(&widget("$2", json!({})))), None);
        assert_eq!(tile(began, "$1", Some(&json!("odd"))).map(|tile| tile.outcome), Some(Outcome::Running));
        assert_eq!(tile(json!(3), "$1", None), None);
    }

    /// A chat that shows a tile for each widget event had two of them say that the one conference runs.
    #[test]
    fn an_edit_in_place_began_no_conference() {
        let mut edited = meet();
        edited["name"] = "Tea".into();
        edited["data"]["conferenceId"] = "Garden".into();
        let mut edit = widget("$2", edited);
        edit["unsigned"] = json!({ "prev_content": meet() });
        assert_eq!(tile(edit.clone(), "$2", Some(&edit)), None);
        let began = tile(edit.clone(), "$1", Some(&widget("$1", meet()))).expect("a tile");
        assert_eq!(began.outcome, Outcome::Running);
        for before in [json!({}), json!(3)] {
            edit["unsigned"] = json!({ "prev_content": before });
            assert_eq!(tile(edit.clone(), "$2", Some(&edit)).map(|tile| tile.outcome), Some(Outcome::Running));
        }
    }

    #[test]
    fn a_key_used_again_does_not_revive_the_conference_before() {
        let (began, mut next) = (widget("$1", meet()), widget("$3", meet()));
        next["content"]["data"]["conferenceId"] = "pond".into();
        let outcome =
            |id, given| tile(next.clone(), id, Some(given)).map(|tile| (tile.started.is_some(), tile.outcome));
        assert_eq!(outcome("$1", &began), Some((true, Outcome::Ended(None))));
        assert_eq!(outcome("$3", &next), Some((true, Outcome::Running)));
        // At once, without an end between them.
        next["unsigned"] = json!({ "prev_content": meet() });
        assert_eq!(tile(next.clone(), "$3", Some(&next)).map(|tile| tile.outcome), Some(Outcome::Running));
    }
}
