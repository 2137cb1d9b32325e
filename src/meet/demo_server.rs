//! The Meet servers of the Jitsi project itself, which let embedded calls go on for five minutes only (`meet-iframe.md` 8).

use crate::meet::MeetDomain;
use crate::time::Millis;

/// How long an embedded call lasts there. Counted by the page in the frame, from when its user is in.
const LIMIT: Millis = Millis::seconds(5 * 60);
/// How far from that a call may end and still have been cut: the page counts from a moment that is not seen here.
const TOLERANCE: Millis = Millis::seconds(10);

/// Whether this is such a server.
pub fn is_demo(domain: &MeetDomain) -> bool {
    let host = domain.as_str().split(':').next().unwrap_or_default();
    host == "meet.jit.si" || host.ends_with(".meet.jit.si")
}

/// Whether a call that ended `length` after its user was let in, without their doing, was cut by the server's limit.
pub fn was_cut(domain: &MeetDomain, length: Millis) -> bool {
    is_demo(domain) && length.plus(TOLERANCE) >= LIMIT && length.since(TOLERANCE) <= LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(text: &str) -> MeetDomain {
        MeetDomain::parse(text).expect("a domain")
    }

    #[test]
    fn only_the_projects_own_servers_are_demo_servers() {
        for (text, demo) in [
            ("meet.jit.si", true),
            ("beta.meet.jit.si", true),
            ("MEET.JIT.SI", true),
            ("meet.jit.si.example.org", false),
            ("notmeet.jit.si", false),
            ("meet.example.org", false),
        ] {
            assert_eq!(is_demo(&domain(text)), demo, "{text}");
        }
    }

    #[test]
    fn a_call_there_is_cut_after_five_minutes_and_not_before() {
        let (demo, own) = (domain("meet.jit.si"), domain("meet.example.org"));
        for (seconds, cut) in [(60, false), (289, false), (291, true), (300, true), (309, true), (320, false)] {
            assert_eq!(was_cut(&demo, Millis::seconds(seconds)), cut, "{seconds} s");
            assert!(!was_cut(&own, Millis::seconds(seconds)));
        }
    }
}
