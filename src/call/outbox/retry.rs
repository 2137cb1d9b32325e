//! Whether an event that was not taken is tried again, and after how long.

use crate::host::HostError;
use crate::time::Millis;

/// How often an event is tried when the homeserver does not answer: after 1, 2, 4, 8 and 16 s.
const MOST_TRIES: u32 = 6;
/// An invite is given up sooner: somebody looks at "Calling …".
const MOST_INVITE_TRIES: u32 = 4;
/// The longest wait that a homeserver may impose.
const LONGEST_WAIT: Millis = Millis::seconds(60);

/// How long to wait before another try; `None`: there is none. `tries` counts those made.
pub(super) fn wait_after(error: &HostError, tries: u32, is_invite: bool) -> Option<Millis> {
    match error {
        HostError::Refused { retry_after, .. } if is_imposed(error) => {
            let wait = retry_after.map_or_else(|| backoff(tries), Millis).max(Millis(100));
            (wait <= LONGEST_WAIT).then_some(wait)
        }
        HostError::Refused { status: 500.., .. } | HostError::Unreachable => {
            let most = if is_invite { MOST_INVITE_TRIES } else { MOST_TRIES };
            (tries < most).then(|| backoff(tries))
        }
        HostError::Refused { .. } | HostError::Unsupported => None,
    }
}

/// Whether the wait is the homeserver's wish: it has had too many requests.
pub(super) fn is_imposed(error: &HostError) -> bool {
    matches!(error, HostError::Refused { errcode, .. } if errcode == "M_LIMIT_EXCEEDED")
}

/// 1, 2, 4, 8, 16 s.
fn backoff(tries: u32) -> Millis {
    Millis::seconds(1 << tries.saturating_sub(1).min(4))
}
