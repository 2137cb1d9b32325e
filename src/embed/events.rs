//! What a chat is told of its calls, made of what there was to see before and what there is now. Pure.
//!
//! Every call is told of with `call-ringing`, `call-started` or both, and once with `call-ended`; every conference with
//! `conference-joined` and then `conference-left`. Beside those there is `call-connected`, when media flows for the first time.

use crate::call::scene;
use crate::call::view::{CallKey, CallView, CallsView};
use crate::ids::{RoomId, UserId, WidgetId};
use crate::json::{self, Object};
use crate::meet::session::{Stage, View};
use crate::room_widget;

/// What is going on.
#[derive(Clone, Default, PartialEq)]
pub struct Standing {
    /// At most two calls that go on and those that ring, as in [`CallsView`].
    calls: Vec<Call>,
    conference: Option<Conference>,
}

#[derive(Clone, PartialEq)]
struct Call {
    key: CallKey,
    room: RoomId,
    user: UserId,
    incoming: bool,
    video: bool,
    started: bool,
    connected: bool,
}

/// A conference, or a call of another kind, that I am in.
#[derive(Clone, PartialEq)]
struct Conference {
    room: RoomId,
    widget: WidgetId,
}

/// Something to tell: the event's name, and its `detail`.
pub type News = (&'static str, Object);

impl Standing {
    /// By what there is to see.
    pub fn of(calls: &CallsView, conference: &View, other: &room_widget::View) -> Self {
        let conference = match (conference, other) {
            (View::Open { room, widget, stage: Stage::Joined, .. }, _) => {
                Some(Conference { room: room.clone(), widget: widget.id.clone() })
            }
            (_, room_widget::View::Open(place, _)) => {
                Some(Conference { room: place.room.clone(), widget: place.widget.id.clone() })
            }
            _ => None,
        };
        Self { calls: calls.calls.iter().map(Call::of).collect(), conference }
    }

    /// What is to be told since `before`: what ended first.
    pub fn since(&self, before: &Self) -> Vec<News> {
        let mut news = Vec::new();
        for call in &before.calls {
            if self.call(call.key).is_none() {
                news.push(("call-ended", call.detail()));
            }
        }
        if let Some(left) = before.conference.as_ref().filter(|left| self.conference.as_ref() != Some(left)) {
            news.push(("conference-left", left.detail()));
        }
        for call in &self.calls {
            let was = before.call(call.key);
            if !call.started && was.is_none() {
                news.push(("call-ringing", call.detail()));
            }
            if call.started && !was.is_some_and(|was| was.started) {
                news.push(("call-started", call.detail()));
            }
            if call.connected && !was.is_some_and(|was| was.connected) {
                news.push(("call-connected", call.detail()));
            }
        }
        if let Some(joined) = self.conference.as_ref().filter(|joined| before.conference.as_ref() != Some(joined)) {
            news.push(("conference-joined", joined.detail()));
        }
        news
    }

    /// What is to be told when all of it ends.
    pub fn over(&self) -> Vec<News> {
        Self::default().since(self)
    }

    fn call(&self, key: CallKey) -> Option<&Call> {
        self.calls.iter().find(|call| call.key == key)
    }
}

impl Call {
    fn of(call: &CallView) -> Self {
        Self {
            key: call.key,
            room: call.room.clone(),
            user: call.peer.clone(),
            incoming: call.incoming,
            video: call.video,
            started: scene::goes_on(call),
            connected: call.connected_at.is_some(),
        }
    }

    fn detail(&self) -> Object {
        json::of([
            ("roomId", self.room.as_str().into()),
            ("userId", self.user.as_str().into()),
            ("incoming", self.incoming.into()),
            ("video", self.video.into()),
            ("connected", self.connected.into()),
        ])
    }
}

impl Conference {
    fn detail(&self) -> Object {
        json::of([("roomId", self.room.as_str().into()), ("widgetId", self.widget.as_str().into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::view::Phase;
    use crate::time::Millis;

    fn call(key: u64, phase: Phase, incoming: bool) -> CallView {
        let connected_at = (phase == Phase::Connected).then_some(Millis(1));
        let bare = CallView::bare(CallKey(key), RoomId::new("!r:a.example"), UserId::new("@b:a.example"));
        CallView { phase, incoming, connected_at, ..bare }
    }

    fn with(calls: impl IntoIterator<Item = CallView>) -> Standing {
        let calls = CallsView { calls: calls.into_iter().collect(), ..CallsView::default() };
        Standing::of(&calls, &View::Idle, &room_widget::View::Idle)
    }

    fn conference(widget: &str) -> Standing {
        let conference = Conference { room: RoomId::new("!r:a.example"), widget: widget.into() };
        Standing { calls: Vec::new(), conference: Some(conference) }
    }

    fn names(steps: &[Standing]) -> Vec<&'static str> {
        let nothing = Standing::default();
        let before = std::iter::once(&nothing).chain(steps);
        steps.iter().zip(before).flat_map(|(now, before)| now.since(before)).map(|(name, _)| name).collect()
    }

    #[test]
    fn a_call_that_is_placed_starts_at_once_connects_and_ends() {
        let steps = [Phase::Preparing, Phase::Calling, Phase::Connecting, Phase::Connected, Phase::Reconnecting];
        let steps = steps.map(|phase| CallView {
            connected_at: (phase == Phase::Connected).then_some(Millis(1)),
            ..call(1, phase, false)
        });
        let [a, b, c, d, e] = steps;
        let again = CallView { connected_at: d.connected_at, ..e };
        let steps = [with([a]), with([b]), with([c]), with([d]), with([again]), with([])];
        assert_eq!(names(&steps), ["call-started", "call-connected", "call-ended"]);
    }

    #[test]
    fn a_call_that_comes_rings_and_starts_when_it_is_accepted() {
        let steps = [Phase::Ringing, Phase::Answering, Phase::Connected].map(|phase| with([call(1, phase, true)]));
        assert_eq!(names(&steps), ["call-ringing", "call-started", "call-connected"]);
    }

    #[test]
    fn a_ring_that_nobody_heeds_ends_too_and_says_that_it_never_connected() {
        let (rings, over) = (with([call(1, Phase::Ringing, true)]), with([]));
        assert_eq!(names(&[rings.clone(), over.clone()]), ["call-ringing", "call-ended"]);
        let news = over.since(&rings);
        let (_, detail) = news.first().expect("an end");
        let expected =
            r#"{"roomId":"!r:a.example","userId":"@b:a.example","incoming":true,"video":true,"connected":false}"#;
        assert_eq!(
            serde_json::to_value(detail).expect("JSON"),
            serde_json::from_str::<serde_json::Value>(expected).expect("JSON")
        );
    }

    #[test]
    fn a_call_that_takes_anothers_place_is_told_after_the_end_of_that() {
        let (one, other) = (with([call(1, Phase::Connected, false)]), with([call(2, Phase::Calling, false)]));
        assert_eq!(other.since(&one).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["call-ended", "call-started"]);
    }

    #[test]
    fn what_changes_within_a_call_is_no_news() {
        let muted = CallView { muted: true, video: false, ..call(1, Phase::Connected, false) };
        assert!(with([muted]).since(&with([call(1, Phase::Connected, false)])).is_empty());
    }

    #[test]
    fn what_still_goes_on_when_the_calls_are_closed_is_told_as_over() {
        let calls = with([call(1, Phase::Connected, false), call(2, Phase::Ringing, true)]).calls;
        let open = Standing { calls, ..conference("a") };
        let told: Vec<_> = open.over().iter().map(|(name, _)| *name).collect();
        assert_eq!(told, ["call-ended", "call-ended", "conference-left"]);
        assert!(Standing::default().over().is_empty());
    }

    #[test]
    fn one_conference_is_left_before_the_next_is_joined() {
        let steps = [conference("a"), conference("a"), conference("b"), Standing::default()];
        assert_eq!(names(&steps), ["conference-joined", "conference-left", "conference-joined", "conference-left"]);
    }
}
