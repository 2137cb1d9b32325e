//! An event as a timeline keeps it (Client-Server API, "Room event format").

use serde_json::Value;

use crate::call::history;
use crate::ids::{EventId, UserId};
use crate::json::{self, Object, object_of};
use crate::meet::history::Told;
use crate::meet::widget;
use crate::room::StateEvent;
use crate::time::Millis;

/// A timeline event: what is drawn or decided with, and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id. What doesn't begin with `$` is no event id: one of our own transaction ids can't be mistaken for one.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// Who sent it.
    pub sender: UserId,
    /// When its server says it was sent; forgeable.
    pub at: Millis,
    /// Present for a state event.
    pub state_key: Option<String>,
    /// The content, whatever it holds; of a call event what [`history`] needs.
    pub content: Object,
    /// For a state event: the content before it, as the server adds it.
    pub prev_content: Option<Object>,
    /// The newest edit that the server bundled with it.
    pub edit: Option<Edit>,
    /// Redacted.
    pub redacted: bool,
    /// For `m.room.redaction`: what it redacts.
    pub redacts: Option<EventId>,
    /// The transaction that sent it, when this device did.
    pub transaction_id: Option<String>,
}

/// An edit (`m.replace`) of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The edit's own event.
    pub event_id: EventId,
    /// The content to show instead.
    pub content: Object,
}

impl Event {
    /// Reads a client-format event. `None` when it lacks what every event has.
    pub fn read(event: Value) -> Option<Self> {
        let Value::Object(mut event) = event else {
            return None;
        };
        let mut unsigned = take_object(&mut event, "unsigned").unwrap_or_default();
        let event_type = json::string(&event, "type")?.to_owned();
        let sender = UserId::new(json::string(&event, "sender")?);
        let state_key = json::string(&event, "state_key").map(str::to_owned);
        let mut content = take_object(&mut event, "content").unwrap_or_default();
        if state_key.is_none() && history::name_of(&event_type).is_some() {
            content = history::slim(&content);
        }
        Some(Self {
            event_id: event_id(json::string(&event, "event_id"))?,
            at: Millis(event.get("origin_server_ts").and_then(Value::as_u64).unwrap_or_default()),
            edit: bundled_edit(&unsigned, &sender),
            redacted: unsigned.get("redacted_because").is_some_and(Value::is_object),
            // Up to room version 10 it stands beside the content, from 11 on inside.
            redacts: (event_type == "m.room.redaction")
                .then(|| event_id(json::string(&content, "redacts").or_else(|| json::string(&event, "redacts"))))
                .flatten(),
            transaction_id: json::string(&unsigned, "transaction_id").map(str::to_owned),
            prev_content: state_key.as_ref().and_then(|_| take_object(&mut unsigned, "prev_content")),
            event_type,
            sender,
            state_key,
            content,
        })
    }

    /// Writes the event as [`read`](Self::read) takes it, without its transaction id, which is only of use while it is sent.
    pub fn write(&self) -> Value {
        let mut unsigned = Object::new();
        if self.redacted {
            unsigned.insert("redacted_because".into(), Object::new().into());
        }
        if let Some(content) = &self.prev_content {
            unsigned.insert("prev_content".into(), content.clone().into());
        }
        if let Some(edit) = &self.edit {
            let content = object_of!({ "m.new_content": edit.content.clone() });
            let edit = object_of!({ "event_id": &edit.event_id, "sender": &self.sender, "content": content });
            unsigned.insert("m.relations".into(), object_of!({ "m.replace": edit }));
        }
        let mut event = json::of([
            ("event_id", (&self.event_id).into()),
            ("type", self.event_type.as_str().into()),
            ("sender", (&self.sender).into()),
            ("origin_server_ts", self.at.0.into()),
            ("content", self.content.clone().into()),
            ("unsigned", unsigned.into()),
        ]);
        if let Some(state_key) = &self.state_key {
            event.insert("state_key".into(), state_key.as_str().into());
        }
        if let Some(redacts) = &self.redacts {
            event.insert("redacts".into(), redacts.into());
        }
        event.into()
    }

    /// The event as a room's state keeps it, when it is a state event.
    pub fn as_state(&self) -> Option<StateEvent> {
        Some(StateEvent {
            event_type: self.event_type.clone(),
            state_key: self.state_key.clone()?,
            sender: self.sender.clone(),
            event_id: self.event_id.clone(),
            origin_server_ts: self.at,
            content: self.content.clone(),
        })
    }

    /// The event as the history of conferences sees it, when it is a widget's and was not redacted.
    pub fn as_told(&self) -> Option<Told<'_>> {
        let is_widget = matches!(self.event_type.as_str(), widget::EVENT_TYPE | widget::STABLE_EVENT_TYPE);
        let state_key = self.state_key.as_deref().filter(|_| is_widget && !self.redacted)?;
        Some(Told {
            id: &self.event_id,
            event_type: &self.event_type,
            state_key,
            sender: &self.sender,
            at: self.at,
            content: &self.content,
            before: self.prev_content.as_ref(),
        })
    }

    /// For an edit: the event that it edits, and the edit. Whether that event's sender is the same is for the reader to see.
    pub fn as_edit(&self) -> Option<(EventId, Edit)> {
        let relation = json::object(&self.content, "m.relates_to")?;
        if self.redacted || self.state_key.is_some() || json::string(relation, "rel_type") != Some("m.replace") {
            return None;
        }
        let edit =
            Edit { event_id: self.event_id.clone(), content: json::object(&self.content, "m.new_content")?.clone() };
        Some((event_id(json::string(relation, "event_id"))?, edit))
    }

    /// Whether the event only changes another one and is never drawn by itself.
    pub fn is_edit(&self) -> bool {
        json::object(&self.content, "m.relates_to")
            .is_some_and(|relation| json::string(relation, "rel_type") == Some("m.replace"))
    }

    /// Takes out what a redaction takes out.
    pub fn redact(&mut self) {
        self.redacted = true;
        self.edit = None;
        self.prev_content = None;
        self.content = after_redaction(&self.event_type, &self.content);
    }
}

/// What is left of an event's content after a redaction, for the types that decide something here (room versions, "Redactions").
pub fn after_redaction(event_type: &str, content: &Object) -> Object {
    let kept: &[&str] = match event_type {
        "m.room.create" => return content.clone(),
        "m.room.member" => &["membership"],
        "m.room.join_rules" => &["join_rule", "allow"],
        "m.room.power_levels" => {
            &["ban", "events", "events_default", "invite", "kick", "redact", "state_default", "users", "users_default"]
        }
        "m.room.history_visibility" => &["history_visibility"],
        _ => &[],
    };
    let mut left = content.clone();
    left.retain(|key, _| kept.contains(&key.as_str()));
    left
}

fn event_id(id: Option<&str>) -> Option<EventId> {
    id.filter(|id| id.starts_with('$')).map(EventId::from)
}

fn bundled_edit(unsigned: &Object, sender: &UserId) -> Option<Edit> {
    let edit = json::object(json::object(unsigned, "m.relations")?, "m.replace")?;
    if json::string(edit, "sender") != Some(sender.as_str()) {
        return None;
    }
    Some(Edit {
        event_id: event_id(json::string(edit, "event_id"))?,
        content: json::object(json::object(edit, "content")?, "m.new_content")?.clone(),
    })
}

/// Takes the object at `key` out, if it is one.
pub(super) fn take_object(object: &mut Object, key: &str) -> Option<Object> {
    match object.get_mut(key).map(Value::take) {
        Some(Value::Object(taken)) => Some(taken),
        _ => None,
    }
}

/// Takes the array at `key` out; empty when it is none.
pub(super) fn take_array(object: &mut Object, key: &str) -> Vec<Value> {
    match object.get_mut(key).map(Value::take) {
        Some(Value::Array(taken)) => taken,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(extra: &Value) -> Value {
        let mut event = json!({
            "event_id": "$1", "type": "m.room.message", "sender": "@ann:hs.test", "origin_server_ts": 7,
            "content": { "msgtype": "m.text", "body": "Hi" },
        });
        if let (Some(event), Some(extra)) = (event.as_object_mut(), extra.as_object()) {
            event.extend(extra.clone());
        }
        event
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let edit =
            json!({ "event_id": "$2", "sender": "@ann:hs.test", "content": { "m.new_content": { "body": "Ho" } } });
        for extra in [
            json!({}),
            json!({ "unsigned": { "m.relations": { "m.replace": edit } } }),
            json!({ "unsigned": { "redacted_because": {} }, "content": {} }),
            json!({ "type": "m.room.redaction", "redacts": "$0" }),
            json!({ "type": "m.call.invite", "content": { "call_id": "c", "lifetime": 9, "offer": { "sdp": "m=video 9 x" } } }),
            json!({ "type": "m.room.member", "state_key": "@ann:hs.test", "unsigned": { "prev_content": { "membership": "join" } } }),
        ] {
            let event = Event::read(message(&extra)).unwrap();
            assert_eq!(Event::read(event.write()), Some(event), "{extra}");
        }
    }

    #[test]
    fn what_is_no_event_is_passed_over() {
        for odd in [json!(1), json!({}), message(&json!({ "event_id": "1" })), message(&json!({ "sender": null }))] {
            assert_eq!(Event::read(odd), None);
        }
    }

    #[test]
    fn an_edit_bundled_for_another_sender_is_no_edit() {
        let edit =
            json!({ "event_id": "$2", "sender": "@eve:hs.test", "content": { "m.new_content": { "body": "Ho" } } });
        let event = Event::read(message(&json!({ "unsigned": { "m.relations": { "m.replace": edit } } }))).unwrap();
        assert_eq!(event.edit, None);
    }

    #[test]
    fn a_redaction_names_its_target_in_either_place() {
        for extra in [
            json!({ "type": "m.room.redaction", "redacts": "$0" }),
            json!({ "type": "m.room.redaction", "content": { "redacts": "$0" } }),
        ] {
            assert_eq!(Event::read(message(&extra)).unwrap().redacts, Some("$0".into()));
        }
        assert_eq!(Event::read(message(&json!({ "redacts": "$0" }))).unwrap().redacts, None);
    }

    #[test]
    fn a_redaction_leaves_what_the_room_needs() {
        let left = |event_type: &str, content: Value| after_redaction(event_type, content.as_object().unwrap());
        assert_eq!(
            json!(left("m.room.member", json!({ "membership": "join", "displayname": "Ann" }))),
            json!({ "membership": "join" })
        );
        assert!(left("im.vector.modular.widgets", json!({ "type": "jitsi" })).is_empty());
        assert_eq!(left("m.room.create", json!({ "room_version": "12" })).len(), 1);
    }
}
