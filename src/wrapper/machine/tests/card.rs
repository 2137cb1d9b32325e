//! What the card tells of the meeting: who chose its server, and who was still in as the user left.

use serde_json::json;

use super::{Visit, shown};
use crate::iframe_api::CLOSE_LIMIT;
use crate::wrapper::{Action, Input, Press};

fn place(actions: &[Action]) -> &str {
    shown(actions).place.as_ref().map_or("none", |words| words.key)
}

#[test]
fn who_chose_the_server_is_said_once_the_site_s_settings_are_known() {
    let cases = [
        (json!({"jitsi": {"preferred_domain": "meet.example.org"}}), "place.site"),
        (json!({"meet_in_chat": {"approved_domains": ["meet.example.org"]}}), "place.site"),
        (json!({"jitsi": {"preferred_domain": "other.example"}}), "place.address"),
        (json!(null), "place.address"),
    ];
    for (config, key) in cases {
        let (mut visit, actions) = Visit::opened(super::ADDRESS, true);
        assert_eq!(place(&actions), "place");
        assert_eq!(place(&visit.site(config.clone())), key, "{config}");
    }
}

impl Visit {
    /// A visit whose user is in the meeting with these people.
    fn with(names: &[&str]) -> Self {
        let mut visit = Self::in_meeting();
        for name in names {
            visit.meet_event(json!({"name": "participant-joined", "id": name, "displayName": name}));
        }
        visit
    }
}

fn stayed(actions: &[Action]) -> Option<&str> {
    let (gap, names) = shown(actions).stayed.as_ref()?.values.first()?;
    (*gap == "names").then_some(names)
}

#[test]
fn after_leaving_the_card_says_who_was_still_in_until_the_user_joins_again() {
    let mut visit = Visit::with(&["Ben", "Cem"]);
    for id in ["Ben", "Cem"] {
        visit.meet_event(json!({"name": "participant-left", "id": id}));
    }
    visit.meet_says("video-conference-left");
    let actions = visit.meet_says("video-ready-to-close");
    assert_eq!(stayed(&actions), Some("\u{2068}Ben\u{2069} · \u{2068}Cem\u{2069}"));
    assert_eq!(stayed(&visit.presses(Press::Join)), None);
    assert_eq!(stayed(&visit.presses(Press::Cancel)), None);
}

#[test]
fn a_removal_a_lost_connection_and_a_forced_hang_up_say_it_too() {
    let fatal = json!({"name": "error-occurred", "error": {"name": "connection.droppedError", "isFatal": true}});
    let mut visit = Visit::with(&["Ben"]);
    assert!(stayed(&visit.meet_event(fatal)).is_some());

    let mut visit = Visit::with(&["Ben"]);
    assert!(stayed(&visit.client_asks("im.vector.hangup", json!({"force": true}))).is_some());

    let mut visit = Visit::with(&["Ben"]);
    visit.meet_event(json!({"name": "participant-kicked-out", "kicked": {"id": "me", "local": true}}));
    assert!(stayed(&visit.meet_says("video-ready-to-close")).is_some());
}

#[test]
fn nobody_is_said_to_be_in_a_meeting_that_was_ended_for_everyone_or_where_the_user_was_alone() {
    let mut visit = Visit::with(&["Ben"]);
    visit.meet_event(json!({"name": "error-occurred", "error": {"name": "conference.destroyed"}}));
    assert_eq!(stayed(&visit.meet_says("video-ready-to-close")), None);

    let mut visit = Visit::with(&["Ben"]);
    visit.meet_event(json!({"name": "participant-left", "id": "Ben"}));
    visit.waits(CLOSE_LIMIT);
    assert_eq!(stayed(&visit.meet_says("video-ready-to-close")), None);
}

#[test]
fn whom_meet_names_to_somebody_who_never_came_in_is_not_told() {
    let mut visit = Visit::in_client();
    visit.does(Input::Press(Press::Join));
    visit.meet_event(json!({"name": "participant-joined", "id": "b", "displayName": "Ben"}));
    assert_eq!(stayed(&visit.meet_says("video-ready-to-close")), None);
}
