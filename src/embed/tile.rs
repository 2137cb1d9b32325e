//! The conference that an event of a timeline began, for its tile there. Pure.

use serde_json::Value;

use crate::ids::UserId;
use crate::json;
use crate::meet::history::{Conference, Told, tiles};
use crate::meet::widget::{MeetWidget, is_conference};
use crate::room::{RoomState, StateEvent};

/// The conference that the event `id` began, as it stands by the room's JSON (see [`Host::room`](crate::host::Host::room)). The event
/// is `given`, else it is looked for in the room's state, which no longer has it once it was edited or ended. An empty `id` stands for
/// whatever is given. `None` for what began none, as an end does.
pub fn conference(
    room: &Value,
    id: &str,
    given: Option<&Value>,
    name: &dyn Fn(&UserId) -> String,
) -> Option<Conference> {
    let events = json::array(room.as_object()?, "state");
    let is_wanted = |event: &StateEvent| id.is_empty() || event.event_id.as_str() == id;
    let given = given.and_then(StateEvent::read).filter(is_wanted);
    let known = || events.iter().filter_map(StateEvent::read).find(|event| !id.is_empty() && is_wanted(event));
    let event = given.or_else(known).filter(|event| is_conference(&event.content))?;
    let state: RoomState = events.iter().filter_map(StateEvent::read).collect();
    let told = Told {
        id: &event.event_id,
        event_type: &event.event_type,
        state_key: &event.state_key,
        sender: &event.sender,
        at: event.origin_server_ts,
        content: &event.content,
        before: None,
    };
    tiles(&[told], &state, &MeetWidget::all_in(&state), name).pop().map(|(_, conference)| conference)
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
        let room = json!({ "room_id": "!r:a.example", "membership": "join", "state": [state] });
        conference(&room, id, given, &|user| user.as_str().to_owned())
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
        assert_eq!(conference(&json!(3), "$1", None, &|_| String::new()), None);
    }
}
