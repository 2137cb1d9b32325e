//! The tile of a conference by the one event that began it, for a chat whose timeline is its own.

use serde_json::Value;

use super::{Conference, Mark, Outcome, TYPES};
use crate::ids::UserId;
use crate::json;
use crate::meet::widget::{MeetWidget, is_conference};
use crate::time::Millis;

/// What there is to say of the conference that this event (in the client format) began, by what `run`s in the room now. `None` for an
/// event that began none: another widget's, an end, a change of one that stood there before. Our own keys are never used again, so that
/// what runs under the event's is this conference.
pub fn of_event(event: &Value, run: &[MeetWidget], name: &dyn Fn(&UserId) -> String) -> Option<Conference> {
    let event = event.as_object()?;
    let widget = json::string(event, "state_key").filter(|key| !key.is_empty())?;
    let before = json::object(event, "unsigned").and_then(|unsigned| json::object(unsigned, "prev_content"));
    let begins = TYPES.contains(&json::string(event, "type")?)
        && is_conference(json::object(event, "content")?)
        && !before.is_some_and(is_conference);
    let runs = run.iter().any(|one| one.id.as_str() == widget);
    let at = Millis(event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or_default());
    begins.then(|| Conference {
        widget: widget.into(),
        started: json::string(event, "sender").map(|sender| Mark { name: name(&sender.into()), at }),
        edited: false,
        outcome: if runs { Outcome::Running } else { Outcome::Ended(None) },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::meet::widget::EVENT_TYPE;
    use crate::room::{RoomState, StateEvent};

    fn event() -> Value {
        json!({
            "type": EVENT_TYPE, "state_key": "key", "sender": "@ann:x", "event_id": "$a", "origin_server_ts": 7,
            "content": { "type": "jitsi", "url": "https://x.test", "data": { "domain": "meet.test", "conferenceId": "Tea" } },
        })
    }

    fn of(event: &Value, run: &[MeetWidget]) -> Option<Conference> {
        of_event(event, run, &|user| user.as_str().to_uppercase())
    }

    fn running() -> Vec<MeetWidget> {
        let state: RoomState = StateEvent::read(&event()).into_iter().collect();
        MeetWidget::all_in(&state)
    }

    #[test]
    fn a_conference_is_told_of_by_its_first_event_and_by_what_runs_now() {
        let told = of(&event(), &running()).expect("a conference");
        assert_eq!(told.started, Some(Mark { name: "@ANN:X".into(), at: Millis(7) }));
        assert_eq!((told.widget.as_str(), told.outcome), ("key", Outcome::Running));
        assert_eq!(of(&event(), &[]).map(|told| told.outcome), Some(Outcome::Ended(None)));
    }

    #[test]
    fn an_event_that_began_no_conference_has_no_tile() {
        let mut changed = event();
        changed["unsigned"] = json!({ "prev_content": event()["content"] });
        let mut blank = event();
        blank["content"] = json!({});
        let mut message = event();
        message["type"] = "m.room.message".into();
        let mut nameless = event();
        nameless["state_key"] = "".into();
        for other in [changed, blank, message, nameless, json!(null), json!({})] {
            assert_eq!(of(&other, &running()), None, "{other}");
        }
    }
}
