//! What Meet says (`meet-iframe.md` 4, inner names), and what we say to it. What is unknown is kept, what is malformed is
//! unknown.

use serde_json::Value;

use crate::json::{self, Object};
use crate::widget_api::Participant;

/// The longest name, reason or detail that is kept, in characters.
const TEXT_LIMIT: usize = 256;
/// The longest avatar address that is kept, in bytes.
const ADDRESS_LIMIT: usize = 2048;

/// A message of Meet.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Something happened.
    Event(Event),
    /// The answer to the request with this id; Meet's answers have any shape.
    Response(u64, Value),
    /// A request of Meet's, or a kind that no release had yet. Nothing is owed for either.
    Other,
}

/// What happened in Meet.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The user is in: at first, after a reload, on entering a breakout room.
    Joined {
        /// The user, as Meet knows them.
        me: Participant,
        /// It is a breakout room: whom Meet names from now on are those in there.
        breakout: bool,
    },
    /// The user is out: after hanging up, on a reload, on moving between breakout rooms, or without ever having been in.
    Left,
    /// A page of Meet's begins: the first that any release says.
    Begins,
    /// Meet's API is up, in a release that says so: not 1.0.3, but 10.2.0 and later.
    Ready,
    /// Meet has nothing more to show.
    ReadyToClose,
    /// The meeting has a password; Meet asks for it.
    PasswordRequired,
    /// Trouble, fatal or not.
    Error(MeetError),
    /// Someone else came.
    ParticipantJoined(Participant),
    /// Someone else left.
    ParticipantLeft(String),
    /// Someone is called otherwise from now on.
    Renamed {
        /// Who.
        id: String,
        /// Their new name.
        name: Option<String>,
    },
    /// A moderator removed the user.
    RemovedByModerator {
        /// Who it was, if named.
        by: Option<String>,
    },
    /// The breakout rooms changed, or who is where in them.
    BreakoutRooms {
        /// Somebody is in one.
        occupied: bool,
    },
    /// The microphone was muted or unmuted.
    AudioMuted(bool),
    /// The camera was switched off or on.
    VideoMuted(bool),
    /// The microphone can't be opened.
    MicrophoneFailed,
    /// The camera can't be opened.
    CameraFailed,
    /// Any other event, by its name.
    Other(String),
}

/// What `error-occurred` reports, nested under `error` (the handbook shows it flat; no release sends it so).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeetError {
    /// Its name, such as `connection.droppedError`.
    pub name: String,
    /// What it says besides.
    pub message: Option<String>,
    /// Whether Meet gives up.
    pub fatal: bool,
}

impl MeetError {
    /// Name and message, for the details that a curious user opens.
    pub fn detail(&self) -> String {
        match &self.message {
            Some(message) => [self.name.as_str(), ": ", message.as_str()].concat(),
            None => self.name.clone(),
        }
    }
}

impl Message {
    /// Reads the payload of a Postis message.
    pub fn read(payload: &Value) -> Self {
        Self::try_read(payload).unwrap_or(Self::Other)
    }

    fn try_read(payload: &Value) -> Option<Self> {
        let payload = payload.as_object()?;
        match json::string(payload, "type")? {
            "event" => Some(Self::Event(Event::read(json::object(payload, "data")?)?)),
            "response" => {
                let id = payload.get("id").and_then(Value::as_u64)?;
                let result = payload.get("result").cloned().unwrap_or_default();
                Some(Self::Response(id, result))
            }
            _ => None,
        }
    }
}

impl Event {
    fn read(data: &Object) -> Option<Self> {
        let name = json::string(data, "name")?;
        let known = match name {
            "video-conference-joined" => {
                let breakout = json::boolean(data, "breakoutRoom") == Some(true);
                participant(data).map(|me| Self::Joined { me, breakout })
            }
            "browser-support" => Some(Self::Begins),
            "ready" => Some(Self::Ready),
            "video-conference-left" => Some(Self::Left),
            "video-ready-to-close" => Some(Self::ReadyToClose),
            "password-required" => Some(Self::PasswordRequired),
            "error-occurred" => error(data).map(Self::Error),
            "participant-joined" => participant(data).map(Self::ParticipantJoined),
            "participant-left" => text(data, "id").map(Self::ParticipantLeft),
            "display-name-change" => text(data, "id").map(|id| Self::Renamed { id, name: text(data, "displayname") }),
            "participant-kicked-out" => removed(data),
            "breakout-rooms-updated" => Some(Self::BreakoutRooms { occupied: any_is_occupied(data) }),
            "audio-mute-status-changed" => json::boolean(data, "muted").map(Self::AudioMuted),
            "video-mute-status-changed" => json::boolean(data, "muted").map(Self::VideoMuted),
            "mic-error" => Some(Self::MicrophoneFailed),
            "camera-error" => Some(Self::CameraFailed),
            _ => None,
        };
        Some(known.unwrap_or_else(|| Self::Other(clip(name))))
    }
}

/// The event that Meet carries out as a command.
pub(super) fn command(name: &str, argument: Option<Value>) -> Value {
    let mut data = json::with("name", name);
    data.insert("data".into(), Value::Array(argument.into_iter().collect()));
    typed("event", data).into()
}

/// A question to Meet. It may never be answered: Meet's library has no time-outs.
pub(super) fn request(id: u64, name: &str) -> Value {
    let mut request = typed("request", json::with("name", name));
    request.insert("id".into(), id.into());
    request.into()
}

fn typed(kind: &str, data: Object) -> Object {
    let mut message = json::with("type", kind);
    message.insert("data".into(), data.into());
    message
}

fn participant(data: &Object) -> Option<Participant> {
    Some(Participant {
        id: text(data, "id")?,
        display_name: text(data, "displayName"),
        avatar_url: json::string(data, "avatarURL")
            .filter(|address| !address.is_empty() && address.len() <= ADDRESS_LIMIT)
            .map(str::to_owned),
    })
}

fn error(data: &Object) -> Option<MeetError> {
    let error = json::object(data, "error")?;
    // Why somebody is not let in stands in the first parameter alone.
    let reason = || json::array(error, "params").first().and_then(Value::as_str).map(clip);
    Some(MeetError {
        name: text(error, "name")?,
        message: text(error, "message").or_else(reason),
        fatal: json::boolean(error, "isFatal") == Some(true),
    })
}

/// Rooms are told by id, the main one among them, and those in them by address.
fn any_is_occupied(data: &Object) -> bool {
    let is_occupied = |room: &Value| {
        room.as_object().is_some_and(|room| {
            json::boolean(room, "isMainRoom") != Some(true)
                && json::object(room, "participants").is_some_and(|people| !people.is_empty())
        })
    };
    json::object(data, "rooms").is_some_and(|rooms| rooms.values().any(is_occupied))
}

fn removed(data: &Object) -> Option<Event> {
    let kicked = json::object(data, "kicked")?;
    (json::boolean(kicked, "local") == Some(true))
        .then(|| Event::RemovedByModerator { by: json::object(data, "kicker").and_then(|kicker| text(kicker, "name")) })
}

/// The text at `key`, clipped; an empty one is none.
fn text(data: &Object, key: &str) -> Option<String> {
    json::string(data, key).filter(|text| !text.is_empty()).map(clip)
}

/// Cut short, and without what would turn the words around it.
fn clip(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(c)).take(TEXT_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(data: Value) -> Message {
        Message::read(&json!({ "type": "event", "data": data }))
    }

    #[test]
    fn events_are_read_as_meet_sends_them() {
        let ann = Participant { id: "a1".into(), display_name: Some("Ann".into()), avatar_url: None };
        let cases = [
            (
                json!({"name": "video-conference-joined", "roomName": "r", "id": "a1", "displayName": "Ann", "avatarURL": "",
                       "breakoutRoom": false, "visitor": false}),
                Event::Joined { me: ann, breakout: false },
            ),
            (json!({"name": "video-conference-left", "roomName": "r"}), Event::Left),
            (json!({"name": "video-ready-to-close"}), Event::ReadyToClose),
            (
                json!({"name": "error-occurred", "error": {"name": "connection.droppedError", "type": "CONNECTION", "isFatal": true}}),
                Event::Error(MeetError { name: "connection.droppedError".into(), message: None, fatal: true }),
            ),
            (
                json!({"name": "participant-kicked-out", "kicked": {"id": "a1", "local": true}, "kicker": {"id": "b", "name": "Bob"}}),
                Event::RemovedByModerator { by: Some("Bob".into()) },
            ),
            (
                json!({"name": "error-occurred", "error": {"name": "conference.connectionError.notAllowed", "params": ["room-creation-restriction", 1]}}),
                Event::Error(MeetError {
                    name: "conference.connectionError.notAllowed".into(),
                    message: Some("room-creation-restriction".into()),
                    fatal: false,
                }),
            ),
            (json!({"name": "browser-support", "supported": true}), Event::Begins),
            (json!({"name": "camera-error", "type": "gum.permission_denied", "message": "no"}), Event::CameraFailed),
            (json!({"name": "audio-mute-status-changed", "muted": true}), Event::AudioMuted(true)),
            (
                json!({"name": "display-name-change", "id": "b", "displayname": "Bo", "formattedDisplayName": "Bo (me)"}),
                Event::Renamed { id: "b".into(), name: Some("Bo".into()) },
            ),
        ];
        for (data, expected) in cases {
            assert_eq!(event(data.clone()), Message::Event(expected), "{data}");
        }
    }

    #[test]
    fn a_malformed_event_is_an_unknown_one() {
        for data in [
            json!({"name": "video-conference-joined"}),
            json!({"name": "participant-left", "id": 5}),
            json!({"name": "error-occurred", "error": "flat"}),
            json!({"name": "participant-kicked-out", "kicked": {"local": "yes"}}),
            json!({"name": "video-mute-status-changed", "muted": 1}),
            json!({"name": "invented-tomorrow"}),
        ] {
            let name = data["name"].as_str().unwrap_or_default().to_owned();
            assert_eq!(event(data), Message::Event(Event::Other(name)));
        }
        for payload in [
            json!(null),
            json!({"type": "event"}),
            json!({"type": "event", "data": {"name": 1}}),
            json!({"type": "response", "id": -1}),
            json!({"type": "request", "id": 1, "data": {"name": "x"}}),
        ] {
            assert_eq!(Message::read(&payload), Message::Other, "{payload}");
        }
    }

    #[test]
    fn a_name_turns_nothing_around_it() {
        let data = json!({"name": "participant-joined", "id": "b", "displayName": "B\u{2069}\u{202e}en"});
        let ben = Participant { id: "b".into(), display_name: Some("Ben".into()), avatar_url: None };
        assert_eq!(event(data), Message::Event(Event::ParticipantJoined(ben)));
    }

    #[test]
    fn someone_else_s_removal_is_not_ours() {
        let data =
            json!({"name": "participant-kicked-out", "kicked": {"id": "x", "local": false}, "kicker": {"id": "b"}});
        assert_eq!(event(data), Message::Event(Event::Other("participant-kicked-out".into())));
    }
}
