//! How the user came back to the card.

use crate::iframe_api::End;
use crate::widget_api::NoOpenId;

/// How the user came back to the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::wrapper) enum Outcome {
    /// Meet was opened, and that ended.
    Met(End),
    /// The server ended the call by its limit for embedded ones.
    Cut,
    /// Meet was not opened: nothing says who the user is.
    Unproven(Unproven),
}

/// Why nothing says who the user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::wrapper) enum Unproven {
    /// The chat gave no token.
    NoOpenId(NoOpenId),
    /// The page stands alone: no chat could give one.
    Alone,
    /// The browser can't sign: it does so on secure pages alone.
    NotSecure,
}

impl Outcome {
    /// What the chat is told went wrong: Meet's own words, else a stable code. `None` when the user wanted out.
    pub(super) fn report(&self) -> Option<&str> {
        match self {
            Self::Met(end) => end.report(),
            Self::Cut => Some("meet_demo_limit"),
            Self::Unproven(Unproven::NoOpenId(NoOpenId::Blocked)) => Some("open_id_blocked"),
            Self::Unproven(Unproven::NoOpenId(NoOpenId::Refused(reason))) => Some(reason),
            Self::Unproven(Unproven::NoOpenId(NoOpenId::NoAnswer)) => Some("open_id_no_answer"),
            Self::Unproven(Unproven::Alone) => Some("open_id_needs_chat"),
            Self::Unproven(Unproven::NotSecure) => Some("open_id_not_secure"),
        }
    }

    /// A stable code for an end that was neither the user's wish nor an error.
    pub(super) fn reason(&self) -> Option<&'static str> {
        (*self == Self::Met(End::EndedForAll)).then_some("meet_ended_for_all")
    }
}
