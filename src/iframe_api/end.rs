//! How one conversation with Meet ends.

use crate::iframe_api::MeetError;

/// The one end of a conversation; afterwards its frame is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The user left or hung up.
    Left,
    /// The user never was in: they hung up before, or gave up in the lobby or at the password.
    NotJoined,
    /// The conference was ended for everyone.
    EndedForAll,
    /// A moderator removed the user.
    Removed {
        /// Who it was, if named.
        by: Option<String>,
    },
    /// It went wrong.
    Failed(Failure),
}

impl End {
    /// What the chat is told went wrong: Meet's own words, else a stable code. `None` when the user wanted out.
    pub fn report(&self) -> Option<&str> {
        match self {
            Self::Left | Self::NotJoined | Self::EndedForAll => None,
            Self::Removed { .. } => Some(REMOVED),
            Self::Failed(failure) => Some(failure.detail().unwrap_or(failure.code())),
        }
    }
}

/// What somebody who is not in yet waits for. Meet shows its own dialogue about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A moderator has to let them in from the lobby.
    Lobby,
    /// They have to type the meeting's password.
    Password,
    /// Somebody has to come who may open the meeting.
    Moderator,
}

impl Waiting {
    /// What an error means that is none: Meet goes on as soon as it can.
    pub(super) fn of(error: &MeetError) -> Option<Self> {
        match error.name.as_str() {
            "conference.connectionError.membersOnly" => Some(Self::Lobby),
            "conference.passwordRequired" => Some(Self::Password),
            "conference.authenticationRequired" => Some(Self::Moderator),
            _ => None,
        }
    }
}

/// The code for having been removed by a moderator.
const REMOVED: &str = "meet_removed";
/// The code for a conference that the wrapper can't enter at all: its server wants a sign-in that is not built in, or the
/// address names none.
pub const NOT_POSSIBLE: &str = "not_possible";

/// What went wrong between us and Meet (`meet-iframe.md` 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No event within the limit: no such server, a refused connection, a bad certificate, framing forbidden. A frame's
    /// `load` event comes in all of these too and says nothing.
    NoAnswer,
    /// Meet gave up; its own words.
    Lost(String),
    /// The server does not let this person in.
    NotAllowed(String),
    /// A moderator declined to let this person in from the lobby.
    Declined,
    /// The conference has as many people as the server allows.
    Full,
    /// The server rejected the token that the user was to be let in with.
    TokenRejected(String),
}

impl Failure {
    /// What Meet itself said, if it said anything.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Lost(detail) | Self::NotAllowed(detail) | Self::TokenRejected(detail) => Some(detail),
            Self::NoAnswer | Self::Declined | Self::Full => None,
        }
    }

    /// A stable word for it, for logs and other programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer => "meet_no_answer",
            Self::Lost(_) => "meet_lost",
            Self::NotAllowed(_) => "meet_not_allowed",
            Self::Declined => "meet_declined",
            Self::Full => "meet_full",
            Self::TokenRejected(_) => "meet_token_rejected",
        }
    }

    /// What an error means: `None` when Meet may still recover, or shows its own dialogue (password, lobby, waiting for a
    /// moderator).
    pub(super) fn of(error: &MeetError, joined: bool, signed_in: bool) -> Option<Self> {
        let before_joining = !joined;
        match error.name.as_str() {
            // Not fatal to Meet, which then sits on a notice for ever.
            "connection.passwordRequired" if before_joining && signed_in => Some(Self::TokenRejected(error.detail())),
            "conference.connectionError.notAllowed" if before_joining => Some(Self::NotAllowed(error.detail())),
            "conference.connectionError.accessDenied" if before_joining => Some(Self::Declined),
            "conference.max_users" if before_joining => Some(Self::Full),
            _ => error.fatal.then(|| Self::Lost(error.detail())),
        }
    }
}
