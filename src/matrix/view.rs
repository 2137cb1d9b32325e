//! What the chat page draws: plain data, made from the client's state on every change and compared before it is drawn.

use std::fmt;

use serde_json::Value;

use crate::call::history::CallTile;
use crate::ids::{DeviceId, EventId, RoomId, UserId};
use crate::json::{self, object_of};
use crate::meet::history::Conference;
use crate::meet::session::Company;
use crate::time::Millis;

/// A signed-in device; kept in the browser's storage.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The homeserver's client API, without a trailing slash.
    pub homeserver: String,
    /// Me.
    pub user_id: UserId,
    /// This device.
    pub device_id: DeviceId,
    /// The access token. Never logged, never in a URL.
    pub access_token: String,
}

impl Session {
    /// Reads what [`write`](Self::write) wrote.
    pub fn read(kept: &Value) -> Option<Self> {
        let text = |key| json::string(kept.as_object()?, key);
        Some(Self {
            homeserver: text("homeserver")?.to_owned(),
            user_id: text("user_id")?.into(),
            device_id: text("device_id")?.into(),
            access_token: text("access_token")?.to_owned(),
        })
    }

    /// Writes it for the browser's storage.
    pub fn write(&self) -> Value {
        object_of!({
            "homeserver": self.homeserver.as_str(),
            "user_id": &self.user_id,
            "device_id": &self.device_id,
            "access_token": self.access_token.as_str(),
        })
    }
}

/// Without the token, which a message of a panic must not show either.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("homeserver", &self.homeserver)
            .field("user_id", &self.user_id)
            .field("device_id", &self.device_id)
            .finish_non_exhaustive()
    }
}

/// Why signing in failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// What was typed can't be an address.
    #[error("not an address")]
    BadAddress,
    /// Nothing answered at this address.
    #[error("{0} could not be reached")]
    Unreachable(String),
    /// Something answered at this address that is no Matrix server.
    #[error("{0} is not a Matrix server")]
    NotMatrix(String),
    /// The server's well-known names a homeserver that is broken: address and what is wrong.
    #[error("the discovery document of {0} is broken")]
    BadWellKnown(String),
    /// User name or password are wrong.
    #[error("wrong user name or password")]
    WrongPassword,
    /// The server does not let people sign in with a password.
    #[error("no sign-in with a password")]
    NoPasswordFlow,
    /// The account is deactivated.
    #[error("deactivated")]
    Deactivated,
    /// Too many tries; wait this long.
    #[error("too many tries")]
    Limited(Option<Millis>),
    /// A sign-in link that was used or is too old.
    #[error("the link was used already")]
    UsedLink,
    /// Anything else, in the server's words.
    #[error("{0}")]
    Other(String),
}

/// The state of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// The first sync is under way.
    #[default]
    Starting,
    /// Syncing.
    Online,
    /// The last request failed; the next try is at `retry_at`.
    Offline {
        /// When.
        retry_at: Millis,
    },
    /// The server ended the session (`M_UNKNOWN_TOKEN`).
    SignedOut,
}

/// One row of the room list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    /// The room.
    pub id: RoomId,
    /// Its name as the specification computes it.
    pub name: RoomName,
    /// `mxc:` address of its avatar, in a direct chat the other person's.
    pub avatar: Option<String>,
    /// A direct chat.
    pub direct: bool,
    /// An invitation: who sent it.
    pub invited_by: Option<UserId>,
    /// Unread messages that notify.
    pub unread: u64,
    /// Unread mentions.
    pub mentions: u64,
    /// When something last happened in it.
    pub latest: Millis,
    /// The newest message in short, for the row's second line.
    pub preview: Option<Preview>,
    /// A Meet conference is there.
    pub has_conference: bool,
    /// Who is in it, where the room's state says so: in a video room. Else nobody.
    pub company: Company,
}

/// The newest message of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Who, by display name; `None` for oneself.
    pub sender: Option<String>,
    /// What.
    pub body: PreviewBody,
}

/// What a room's newest message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewBody {
    /// A text, one line.
    Text(String),
    /// A call.
    Call(CallTile),
    /// A Meet conference.
    Conference(Conference),
}

/// A room's name as its parts, so that the locale has the last word ("Ann and 2 others").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomName {
    /// The room says it: name or alias.
    Named(String),
    /// Made of members' names, with how many more there are besides.
    People(Vec<String>, u64),
    /// No one is left; who was there before.
    Empty(Vec<String>),
}

/// The open room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: RoomName,
    /// `mxc:` address of its avatar.
    pub avatar: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Joined members by the server's count.
    pub joined: u64,
    /// Encrypted: the composer is disabled, this page has no encryption.
    pub encrypted: bool,
    /// I am invited and may accept.
    pub invited: bool,
    /// I may send messages.
    pub may_send: bool,
    /// Names of others who are typing.
    pub typing: Vec<String>,
}

/// A member of the open room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub user_id: UserId,
    /// Display name, disambiguated where two share it; the localpart where there is none.
    pub name: String,
    /// `mxc:` address of the avatar.
    pub avatar: Option<String>,
    /// Power, for a word beside the name.
    pub role: Role,
    /// Invited, not joined.
    pub invited: bool,
}

/// What a member's power amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Power 100 and more, or a creator of a version 12 room.
    Admin,
    /// Power 50 to 99.
    Moderator,
    /// Everyone else.
    Member,
}

/// One item of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineItem {
    /// Stable over local echo and reload of the list: the transaction id where known, else the event id.
    pub key: String,
    /// The event, once the server has it.
    pub event_id: Option<EventId>,
    /// Who.
    pub sender: UserId,
    /// Their name in the room.
    pub sender_name: String,
    /// `mxc:` address of their avatar.
    pub sender_avatar: Option<String>,
    /// Mine.
    pub mine: bool,
    /// When.
    pub at: Millis,
    /// What.
    pub content: ItemContent,
    /// How far it got, for one's own.
    pub sending: Sending,
}

/// What an item of the timeline says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemContent {
    /// `m.text`, and the text of message types without a drawing of their own.
    Text {
        /// The plain body.
        body: String,
        /// Replaced by a later edit.
        edited: bool,
    },
    /// `m.notice`.
    Notice(String),
    /// `m.emote`.
    Emote(String),
    /// A file, image, audio or video: its name.
    File(String),
    /// Redacted.
    Redacted,
    /// `m.room.encrypted`: can't be read on this page.
    Encrypted,
    /// Joined; the name.
    Joined(String),
    /// Left; the name.
    Left(String),
    /// Was invited; the name.
    Invited(String),
    /// Was removed or banned; the name.
    Removed(String),
    /// The room was named, or renamed.
    Named(String),
    /// The topic was changed.
    Topic(String),
    /// The room was created.
    Created,
    /// Encryption was switched on.
    EncryptionOn,
    /// A Meet conference.
    Conference(Conference),
    /// A call.
    Call(CallTile),
}

/// How far one's own message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// The server has it.
    Sent,
    /// Under way.
    Pending,
    /// Refused or not reached; can be retried or thrown away.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_a_message_shows_no_token() {
        let session = Session {
            homeserver: "https://hs.test".into(),
            user_id: "@ann:hs.test".into(),
            device_id: "D".into(),
            access_token: "secret".into(),
        };
        let shown = format!("{session:?}");
        assert!(shown.contains("@ann:hs.test") && !shown.contains("secret"), "{shown}");
    }
}
