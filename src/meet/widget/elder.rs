//! Two conferences that were started at once: which of them counts.

use crate::meet::widget::MeetWidget;
use crate::time::Millis;

/// How close together two conferences began that were started at once: what Chat Web takes (`chat-web.md` 6.5), so that both
/// clients give up the same one. Whoever starts one later knew of the first and wanted another.
pub const AT_ONCE: Millis = Millis::seconds(30);

/// The conference that counts instead of this one: the oldest of those that began less than [`AT_ONCE`] before it, by
/// `(origin_server_ts, event_id)`, as everybody in the room sees it. `all` is in that order ([`MeetWidget::all_in`]). One that
/// names no server counts for nobody.
///
/// The time is the sender's word: what follows from it must not be more than whoever may write widgets can do anyway.
pub fn elder<'a>(all: &'a [MeetWidget], of: &MeetWidget) -> Option<&'a MeetWidget> {
    all.iter().find(|other| {
        other.id != of.id
            && other.domain.is_ok()
            && (other.created, &other.event_id) < (of.created, &of.event_id)
            && of.created.since(other.created) < AT_ONCE
    })
}

/// The conference of a room: the oldest one that names a server; where none does, the oldest, which nobody can join and who may can
/// repair. `all` is in the order in which they are offered.
pub fn offered(all: &[MeetWidget]) -> Option<&MeetWidget> {
    all.iter().find(|widget| widget.domain.is_ok()).or(all.first())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::room::StateEvent;

    /// Conferences by id, event id, time and server, in the order in which a room offers them.
    fn running(all: &[(&str, &str, u64, &str)]) -> Vec<MeetWidget> {
        let event = |(id, event_id, at, domain): &(&str, &str, u64, &str)| {
            StateEvent::read(&json!({
                "type": "im.vector.modular.widgets", "state_key": id, "sender": "@ann:chat.test",
                "event_id": event_id, "origin_server_ts": at,
                "content": {"type": "jitsi", "url": "https://w.test/", "data": {"domain": domain, "conferenceId": id}},
            }))
        };
        MeetWidget::all_in(&all.iter().filter_map(event).collect())
    }

    fn elder_of(all: &[MeetWidget], id: &str) -> Option<String> {
        let of = all.iter().find(|widget| widget.id.as_str() == id).expect("this one");
        elder(all, of).map(|elder| elder.id.as_str().to_owned())
    }

    #[test]
    fn the_older_of_two_that_were_started_at_once_counts() {
        let all = running(&[("b", "$b", 30_999, "meet.test"), ("a", "$a", 1_000, "meet.test")]);
        assert_eq!(elder_of(&all, "b").as_deref(), Some("a"));
        assert_eq!(elder_of(&all, "a"), None);
    }

    #[test]
    fn at_the_same_instant_the_event_id_decides() {
        let all = running(&[("a", "$2", 1_000, "meet.test"), ("b", "$1", 1_000, "meet.test")]);
        assert_eq!(elder_of(&all, "a").as_deref(), Some("b"));
        assert_eq!(elder_of(&all, "b"), None);
    }

    #[test]
    fn a_second_conference_after_half_a_minute_was_meant() {
        let all = running(&[("a", "$a", 1_000, "meet.test"), ("b", "$b", 31_000, "meet.test")]);
        assert_eq!(elder_of(&all, "b"), None);
    }

    #[test]
    fn of_several_the_oldest_within_reach_counts() {
        let all = running(&[
            ("a", "$a", 0, "meet.test"),
            ("b", "$b", 20_000, "meet.test"),
            ("c", "$c", 25_000, "meet.test"),
            ("d", "$d", 45_000, "meet.test"),
        ]);
        let elders = ["b", "c", "d"].map(|id| elder_of(&all, id));
        assert_eq!(elders, ["a", "a", "b"].map(|id| Some(id.to_owned())));
    }

    #[test]
    fn one_that_names_no_server_is_offered_where_no_other_is_there() {
        let all = running(&[("a", "$a", 1_000, ""), ("b", "$b", 2_000, "meet.test"), ("c", "$c", 3_000, "meet.test")]);
        assert_eq!(offered(&all).map(|widget| widget.id.as_str()), Some("b"));
        assert_eq!(offered(&all[..1]).map(|widget| widget.id.as_str()), Some("a"));
        assert_eq!(offered(&[]), None);
    }

    #[test]
    fn one_that_names_no_server_replaces_nothing() {
        let all = running(&[("a", "$a", 1_000, "user@evil.test"), ("b", "$b", 2_000, "meet.test")]);
        assert_eq!(elder_of(&all, "b"), None);
    }
}
