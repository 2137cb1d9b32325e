//! My ICE candidates on their way out (`calls-1to1.md` 1.8): collected, sent in few events, and their end always said.

use crate::call::event::Candidate;
use crate::time::Millis;

/// How long a caller collects: the callee needs some seconds anyway.
const CALLER_COLLECTS: Millis = Millis::seconds(2);
/// How long a callee collects.
const CALLEE_COLLECTS: Millis = Millis(500);

/// Candidates not sent yet.
#[derive(Clone, Debug)]
pub struct Trickle {
    collects: Millis,
    waiting: Vec<Candidate>,
    /// Gathering is complete, and that is not said yet.
    end_waits: bool,
    /// The description that the candidates belong to is out.
    open: bool,
    flush_at: Option<Millis>,
}

impl Trickle {
    /// For the caller or the callee.
    pub fn new(caller: bool) -> Self {
        let collects = if caller { CALLER_COLLECTS } else { CALLEE_COLLECTS };
        Self { collects, waiting: Vec::new(), end_waits: false, open: false, flush_at: None }
    }

    /// A candidate was gathered.
    pub fn push(&mut self, now: Millis, candidate: Candidate) {
        self.waiting.push(candidate);
        if self.open && self.flush_at.is_none() {
            self.flush_at = Some(now.plus(self.collects));
        }
    }

    /// Gathering is complete.
    pub fn complete(&mut self, now: Millis) {
        self.end_waits = true;
        if self.open {
            self.flush_at = Some(now);
        }
    }

    /// The description with this SDP is out: what it contains need not be sent again.
    pub fn open(&mut self, now: Millis, sdp: &str) {
        self.open = true;
        self.waiting.retain(|candidate| !contains(sdp, &candidate.candidate));
        if self.end_waits {
            self.flush_at = Some(now);
        } else if !self.waiting.is_empty() {
            self.flush_at = Some(now.plus(self.collects));
        }
    }

    /// When [`flush`](Self::flush) has something.
    pub fn due_at(&self) -> Option<Millis> {
        self.flush_at
    }

    /// What is to be sent by now: candidates, and whether they were the last.
    pub fn flush(&mut self, now: Millis) -> Option<(Vec<Candidate>, bool)> {
        self.flush_at.take_if(|at| *at <= now)?;
        Some((std::mem::take(&mut self.waiting), std::mem::take(&mut self.end_waits)))
    }
}

/// Whether an SDP has this candidate, as `a=candidate:…`.
fn contains(sdp: &str, candidate: &str) -> bool {
    sdp.lines().filter_map(|line| line.strip_prefix("a=")).any(|line| words(line).eq(words(candidate)))
}

/// The words of a candidate's line, less `ufrag` and its value: Chromium writes them into the candidate that it reports and leaves them
/// out of the SDP.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut words = line.split_ascii_whitespace();
    std::iter::from_fn(move || {
        let word = words.next()?;
        if word == "ufrag" { words.nth(1) } else { Some(word) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n: u8) -> Candidate {
        Candidate { candidate: format!("candidate:{n}"), mid: Some("0".into()), line: None, fragment: None }
    }

    #[test]
    fn nothing_leaves_before_the_description_and_what_it_has_not_again() {
        let mut trickle = Trickle::new(true);
        trickle.push(Millis(0), candidate(1));
        trickle.push(Millis(0), candidate(2));
        assert_eq!(trickle.due_at(), None);
        trickle.open(Millis(10), "v=0\r\na=candidate:1\r\n");
        assert_eq!(trickle.flush(Millis(2009)), None);
        assert_eq!(trickle.flush(Millis(2010)), Some((vec![candidate(2)], false)));
        assert_eq!(trickle.due_at(), None);
    }

    #[test]
    fn what_chromium_reports_is_found_in_its_sdp() {
        let one =
            "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.1 rport 46154 generation 0";
        let sdp = format!("v=0\r\na={one} network-id 1\r\na=ice-ufrag:EEtu\r\n");
        assert!(contains(&sdp, &format!("{one} ufrag EEtu network-id 1")));
        assert!(!contains(&sdp, &format!("{one} ufrag EEtu network-id 2")));
        assert!(!contains(&sdp, &format!("{one} network-id 1 ufrag")[1..]));
    }

    #[test]
    fn a_callee_waits_less() {
        let mut trickle = Trickle::new(false);
        trickle.open(Millis(0), "");
        trickle.push(Millis(0), candidate(1));
        assert_eq!(trickle.due_at(), Some(Millis(500)));
    }

    #[test]
    fn the_end_is_said_at_once_and_also_when_all_candidates_are_out() {
        let mut trickle = Trickle::new(true);
        trickle.open(Millis(0), "");
        trickle.push(Millis(0), candidate(1));
        trickle.complete(Millis(30));
        assert_eq!(trickle.flush(Millis(30)), Some((vec![candidate(1)], true)));
        let mut trickle = Trickle::new(true);
        trickle.push(Millis(0), candidate(1));
        trickle.complete(Millis(1));
        trickle.open(Millis(5), "a=candidate:1");
        assert_eq!(trickle.flush(Millis(5)), Some((Vec::new(), true)));
        assert_eq!(trickle.flush(Millis(9999)), None);
    }
}
