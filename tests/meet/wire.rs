//! What page and server say to each other over the web socket: JSON objects with a `type`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What everybody in a room may know of a participant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// As Meet shows it; absent for somebody without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Nothing is sent from the microphone.
    pub audio_muted: bool,
    /// Nothing is sent from the camera.
    pub video_muted: bool,
    /// A screen is being sent.
    pub sharing: bool,
}

/// A participant as the others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Eight hexadecimal digits, new for each page that is opened.
    pub id: String,
    /// The first one in a room is its moderator; when that one leaves, the one who came next.
    pub moderator: bool,
    /// What the participant says of itself.
    #[serde(flatten)]
    pub profile: Profile,
}

/// What a page says.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum FromPage {
    /// First of all: the address that the page was opened with, fragment included.
    Hello { url: String },
    /// Wants to be in the room, with the token that the page was opened with.
    Join {
        profile: Profile,
        #[serde(default)]
        token: Option<String>,
    },
    /// Something about this participant is different now.
    Update { profile: Profile },
    /// A session description or candidate for one other participant.
    Signal { to: String, signal: Value },
    /// The moderator gives the meeting a subject.
    Subject { subject: String },
    /// The moderator throws somebody out.
    Kick { id: String },
    /// The moderator ends the meeting for all.
    End,
    /// Hung up, with so many cameras, microphones and screens still open.
    Leave {
        #[serde(default)]
        live: u32,
    },
}

/// What the server says.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum FromServer {
    /// Answer to `hello`: who you are, and the room's name as Meet spells it.
    Welcome { id: String, room: String },
    /// Answer to `join`: who was here before. The one who joins makes the offers.
    Joined { participants: Vec<Participant>, moderator: bool, subject: Option<String> },
    /// The lobby's answer is no.
    Denied,
    /// Somebody else joined.
    ParticipantJoined { participant: Participant },
    /// Somebody else left.
    ParticipantLeft { id: String },
    /// Something about somebody else is different now, the role included.
    ParticipantUpdated { participant: Participant },
    /// Whether you are the moderator.
    Role { moderator: bool },
    /// What another participant sent with `signal`.
    Signal { from: String, signal: Value },
    /// The meeting has this subject now.
    Subject { subject: String },
    /// `by` threw you out.
    Kicked { by: String, name: Option<String> },
    /// The moderator ended the meeting.
    Ended,
    /// This error is to be shown to the embedding page: also the answer to `join` where one is not let in.
    Fail { error: Value },
}
