//! Why a call was hung up (`calls-1to1.md` 1.12): the specification's words, and those that other clients put on the wire.

use crate::json::{self, Object};
use crate::within;

/// The longest reason kept of a stranger's, in characters; it is shown as a detail.
const LONGEST: usize = 100;

/// A hang-up's reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `user_hangup`, its misspellings, and none at all.
    UserHangup,
    /// `user_busy`.
    UserBusy,
    /// `invite_timeout`.
    InviteTimeout,
    /// `ice_failed`: never connected.
    IceFailed,
    /// `ice_timeout`: was connected, then lost.
    IceTimeout,
    /// `user_media_failed`, and `no_user_media` of older clients.
    UserMediaFailed,
    /// `unknown_error`.
    UnknownError,
    /// `replaced`: not in the specification; how matrix-js-sdk ends the call that lost a glare.
    Replaced,
    /// `answered_elsewhere` (MSC4006).
    AnsweredElsewhere,
    /// Anything else, as it was written.
    Other(String),
}

impl Reason {
    /// Reads a hang-up's content.
    pub(in crate::call) fn read(content: &Object) -> Self {
        let Some(written) = json::string(content, "reason") else {
            return Self::UserHangup;
        };
        let folded = written.to_ascii_lowercase();
        match folded.as_str() {
            "" => Self::UserHangup,
            "user_busy" => Self::UserBusy,
            "invite_timeout" => Self::InviteTimeout,
            "ice_failed" => Self::IceFailed,
            "ice_timeout" => Self::IceTimeout,
            "user_media_failed" | "no_user_media" => Self::UserMediaFailed,
            "unknown_error" => Self::UnknownError,
            "replaced" => Self::Replaced,
            "answered_elsewhere" => Self::AnsweredElsewhere,
            _ if within::parted(&folded, "user").is_some_and(|(_, rest)| within::has(rest, "hangup")) => {
                Self::UserHangup
            }
            _ => Self::Other(crate::one_line::clean(written).unwrap_or_default().chars().take(LONGEST).collect()),
        }
    }

    /// The word of the specification that says the most of it; nothing else is ever sent, but `replaced`, which matrix-js-sdk
    /// wants to see for the call that lost a glare.
    pub fn word(&self) -> &'static str {
        match self {
            Self::UserHangup => "user_hangup",
            Self::UserBusy => "user_busy",
            Self::InviteTimeout => "invite_timeout",
            Self::IceFailed => "ice_failed",
            Self::IceTimeout => "ice_timeout",
            Self::UserMediaFailed => "user_media_failed",
            Self::Replaced => "replaced",
            Self::UnknownError | Self::AnsweredElsewhere | Self::Other(_) => "unknown_error",
        }
    }
}
