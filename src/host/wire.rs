//! What a host in another language hands over, read from JSON into the types of the seam. Whatever is of a wrong type is left out, and
//! what can't be understood without it is `None`.

use std::rc::Rc;

use serde_json::Value;

use crate::call::history;
use crate::host::{HostError, HostEvent, LiveBatch, LiveEvent, StateNews};
use crate::ids::{EventId, RoomId, UserId};
use crate::json::{self, Object};
use crate::meet::widget;
use crate::time::Millis;

/// The longest words of a failure that are kept for people to read, in letters; the rest is no help.
pub const LONGEST_MESSAGE: u32 = 500;

/// A room as [`Host::room`](crate::host::Host::room) gives it; its id is the one that was asked for.
pub fn room(value: Value, id: &RoomId) -> Option<Value> {
    let Value::Object(mut room) = value else { return None };
    json::string(&room, "membership")?;
    room.get("state")?.as_array()?;
    room.insert("room_id".into(), id.into());
    Some(Value::Object(room))
}

/// A user's member event, if it is one.
pub fn member(value: Value, user: &UserId) -> Option<Value> {
    let event = value.as_object()?;
    let is_theirs = json::string(event, "type") == Some("m.room.member")
        && json::string(event, "state_key") == Some(user.as_str())
        && json::object(event, "content").is_some();
    is_theirs.then_some(value)
}

/// The id of an event that was sent: a text, or the `{event_id}` that a homeserver answers, which people hand through.
pub fn event_id(value: &Value) -> Option<EventId> {
    let id = value.as_str().or_else(|| json::string(value.as_object()?, "event_id"))?;
    (!id.is_empty()).then(|| id.into())
}

/// What a host tells. A type that is not known is `None`.
pub fn host_event(value: Value, now: Millis) -> Option<HostEvent> {
    let object = value.as_object()?;
    let room = || json::string(object, "roomId").map(RoomId::from);
    Some(match json::string(object, "type")? {
        "live" => HostEvent::Live(Rc::new(live_batch(value, now)?)),
        "room-changed" => HostEvent::RoomChanged(room()?),
        "state-changed" => {
            let (room, joined) = (room()?, json::integer(object, "joinedMemberCount"));
            match object.get("events") {
                Some(Value::Array(events)) => HostEvent::StateChanged(Rc::new(StateNews {
                    room,
                    events: events.clone(),
                    joined: joined.and_then(|count| u64::try_from(count).ok()),
                })),
                // What changed is not understood, that something did is.
                _ => HostEvent::RoomChanged(room),
            }
        }
        "account-changed" => HostEvent::AccountChanged,
        "well-known-changed" => HostEvent::WellKnownChanged,
        "connection-changed" => HostEvent::ConnectionChanged,
        "look-changed" => HostEvent::LookChanged,
        "signed-out" => HostEvent::SignedOut,
        _ => return None,
    })
}

/// Live events, or those of a gap. Only those of calls and widgets are kept: a first sync brings thousands of others, and nobody
/// here asks for them. An event that can't be read does not take the others with it.
pub fn live_batch(mut value: Value, now: Millis) -> Option<LiveBatch> {
    let events = value.get_mut("events")?.as_array_mut().map(std::mem::take)?;
    let gaps = value.get("gaps").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Some(LiveBatch {
        events: events.into_iter().filter_map(|event| live_event(event, now)).collect(),
        gaps: gaps.iter().filter_map(Value::as_str).map(RoomId::from).collect(),
    })
}

fn live_event(mut value: Value, now: Millis) -> Option<LiveEvent> {
    let event = value.get_mut("event").map(Value::take)?;
    let live = value.as_object()?;
    is_wanted(event.as_object()?).then_some(())?;
    Some(LiveEvent {
        room: json::string(live, "roomId")?.into(),
        event,
        encrypted: json::boolean(live, "encrypted") == Some(true),
        received_at: received_at(live.get("receivedAt"), now),
    })
}

/// An event of a call, or a widget's state.
fn is_wanted(event: &Object) -> bool {
    let kind = json::string(event, "type").unwrap_or_default();
    let is_widget = matches!(kind, widget::EVENT_TYPE | widget::STABLE_EVENT_TYPE);
    history::name_of(kind).is_some() || is_widget && event.contains_key("state_key")
}

/// When an event came, which can't be later than now. Clocks with fractions of a millisecond are honest too.
fn received_at(at: Option<&Value>, now: Millis) -> Millis {
    let at = at.and_then(Value::as_f64).filter(|at| *at >= 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of numbers above 1 saturate")]
    at.map_or(now, |at| Millis(at as u64).min(now))
}

/// What is read of a rejection or of something thrown: `HostFailure` in `host.d.ts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// The error's name.
    pub name: Option<String>,
    /// The Matrix error code.
    pub errcode: Option<String>,
    /// The HTTP status.
    pub http_status: Option<f64>,
    /// The homeserver's answer.
    pub data: Option<Value>,
    /// The error's own words, or the text that was thrown in place of an error.
    pub message: Option<String>,
}

impl Failure {
    /// What it means. A refusal has a code or a status. Without either, a name of the browser's or of matrix-js-sdk's says that nobody
    /// answered; anything else is a failure of the chat itself, which trying again won't mend: status 0.
    pub fn error(self) -> HostError {
        let name = self.name.unwrap_or_default();
        if name == "NotSupportedError" {
            return HostError::Unsupported;
        }
        let data = self.data.as_ref().and_then(Value::as_object);
        let in_data = |key| data.and_then(|data| json::string(data, key)).map(str::to_owned);
        let errcode = self.errcode.or_else(|| in_data("errcode")).filter(|code| !code.is_empty());
        let status = status(self.http_status);
        let is_silence =
            matches!(name.as_str(), "ConnectionError" | "TypeError" | "AbortError" | "TimeoutError" | "NetworkError");
        if is_silence && errcode.is_none() && status == 0 {
            return HostError::Unreachable;
        }
        let words = in_data("error").or(self.message).unwrap_or(name);
        HostError::Refused {
            errcode: errcode.unwrap_or_else(|| "M_UNKNOWN".into()),
            status,
            message: words.chars().take(LONGEST_MESSAGE as usize).collect(),
            retry_after: data
                .and_then(|data| json::integer(data, "retry_after_ms"))
                .and_then(|wait| u64::try_from(wait).ok()),
        }
    }
}

fn status(status: Option<f64>) -> u16 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and 600")]
    status.filter(|status| (100.0..600.0).contains(status)).map_or(0, |status| status as u16)
}

/// Whether an error says that there is no such thing, which is an answer.
pub fn is_nothing(error: &HostError) -> bool {
    matches!(error, HostError::Refused { errcode, status: 404, .. } if errcode == "M_NOT_FOUND")
}

#[cfg(test)]
mod tests;
