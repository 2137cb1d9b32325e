//! How long to wait after a failed sync, and what a failure means.

use crate::host::HostError;
use crate::matrix::answer::ends_session;
use crate::time::Millis;

/// The wait after the first failure; it doubles from there.
const FIRST: Millis = Millis::seconds(1);
/// The longest wait between tries: a person who comes back sees life within half a minute without a press.
const LONGEST: Millis = Millis::seconds(30);
/// The longest wait that a server can impose, so that a wrong figure doesn't end the session in all but name.
const LONGEST_IMPOSED: Millis = Millis::seconds(300);

/// The waits between failed syncs: one second, doubling, up to thirty, and up to a quarter more by chance so that a server that
/// comes back isn't met by everyone at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// After a failure: when to try again. `jitter` is random, 0 to 255; `imposed` is the server's own wish.
    pub fn failed(&mut self, now: Millis, jitter: u8, imposed: Option<Millis>) -> Millis {
        let wait = FIRST.0.checked_shl(self.failures).unwrap_or(LONGEST.0).min(LONGEST.0);
        self.failures = self.failures.saturating_add(1).min(16);
        let wait = wait.saturating_add(wait.saturating_mul(u64::from(jitter)) / 4 / 255);
        let imposed = imposed.unwrap_or_default().min(LONGEST_IMPOSED);
        now.plus(Millis(wait).max(imposed))
    }

    /// After a success: the next failure starts at one second again.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }
}

/// How often a request is tried again that is not a sync.
const MOST_RETRIES: u32 = 3;

/// Whether an error can pass: the connection or the server is in trouble, or has too much to do.
pub fn is_passing(error: &HostError) -> bool {
    match error {
        HostError::Unreachable => true,
        HostError::Refused { status, .. } => *status == 429 || *status >= 500,
        HostError::Unsupported => false,
    }
}

/// How long to wait before a request is tried again that came to nothing so many times: 1, 2, 4 s, or longer when the server
/// says so. `None`: not again.
pub fn retry_after(failures: u32, error: Option<&HostError>) -> Option<Millis> {
    let imposed = match error {
        Some(HostError::Refused { retry_after, .. }) => Millis(retry_after.unwrap_or_default()).min(LONGEST_IMPOSED),
        _ => Millis(0),
    };
    let wait = Millis::seconds(1 << failures.saturating_sub(1).min(MOST_RETRIES));
    (failures <= MOST_RETRIES).then_some(wait.max(imposed))
}

/// What to do about a sync that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Try again later; the server may have said how much later.
    Again(Option<Millis>),
    /// What was kept from last time is of no use to the server: begin with nothing.
    StartOver,
    /// The session is over.
    SignedOut,
}

/// What a failed sync means. `since_kept` says that its `since` was kept over a reload: a server that was reset doesn't know it.
pub fn meaning(error: &HostError, since_kept: bool) -> Failure {
    match error {
        _ if ends_session(error) => Failure::SignedOut,
        HostError::Refused { status: 400, .. } if since_kept => Failure::StartOver,
        HostError::Refused { retry_after, .. } => Failure::Again(retry_after.map(Millis)),
        HostError::Unreachable | HostError::Unsupported => Failure::Again(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_one_second_to_thirty_and_a_success_resets_it() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..7).map(|_| backoff.failed(Millis(5), 0, None).since(Millis(5)).0).collect();
        assert_eq!(waits, [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        for _ in 0..100 {
            backoff.failed(Millis(0), 255, None);
        }
        assert_eq!(backoff.failed(Millis(0), 255, None), Millis(37_500));
        backoff.succeeded();
        assert_eq!(backoff.failed(Millis(0), 0, None), Millis(1000));
    }

    #[test]
    fn a_server_may_ask_for_a_longer_wait_but_not_for_ever() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.failed(Millis(0), 0, Some(Millis(60_000))), Millis(60_000));
        assert_eq!(backoff.failed(Millis(0), 0, Some(Millis(u64::MAX))), LONGEST_IMPOSED);
        assert_eq!(backoff.failed(Millis(u64::MAX), 0, None), Millis(u64::MAX));
    }

    fn refused(status: u16, errcode: &str) -> HostError {
        HostError::Refused { errcode: errcode.into(), status, message: String::new(), retry_after: Some(7) }
    }

    #[test]
    fn a_request_is_tried_three_times_more_and_not_sooner_than_the_server_wants() {
        let waits: Vec<_> = (1..6).map(|failures| retry_after(failures, Some(&HostError::Unreachable))).collect();
        assert_eq!(waits, [Some(Millis(1000)), Some(Millis(2000)), Some(Millis(4000)), None, None]);
        assert_eq!(retry_after(u32::MAX, None), None);
        let limited = |retry_after| HostError::Refused {
            errcode: "M_LIMIT_EXCEEDED".into(),
            status: 429,
            message: String::new(),
            retry_after,
        };
        assert_eq!(retry_after(1, Some(&limited(Some(6000)))), Some(Millis(6000)));
        assert_eq!(retry_after(1, Some(&limited(Some(u64::MAX)))), Some(LONGEST_IMPOSED));
        assert_eq!(retry_after(2, Some(&limited(None))), Some(Millis(2000)));
    }

    #[test]
    fn a_server_in_trouble_is_asked_again_and_one_that_says_no_is_not() {
        for passing in [HostError::Unreachable, refused(429, "M_LIMIT_EXCEEDED"), refused(502, "M_UNKNOWN")] {
            assert!(is_passing(&passing), "{passing}");
        }
        for lasting in [HostError::Unsupported, refused(403, "M_FORBIDDEN"), refused(401, "M_UNKNOWN_TOKEN")] {
            assert!(!is_passing(&lasting), "{lasting}");
        }
    }

    #[test]
    fn an_unknown_token_signs_out_and_an_unknown_position_starts_over() {
        assert_eq!(meaning(&refused(401, "M_UNKNOWN_TOKEN"), true), Failure::SignedOut);
        assert_eq!(meaning(&refused(400, "M_UNKNOWN"), true), Failure::StartOver);
        assert_eq!(meaning(&refused(400, "M_UNKNOWN"), false), Failure::Again(Some(Millis(7))));
        assert_eq!(meaning(&refused(502, "M_UNKNOWN"), true), Failure::Again(Some(Millis(7))));
        assert_eq!(meaning(&HostError::Unreachable, true), Failure::Again(None));
    }
}
