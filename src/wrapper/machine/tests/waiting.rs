//! Not being let in at once, and being let go.

use super::*;

/// A visit whose frame has answered.
fn in_frame(address: &str) -> Visit {
    let mut visit = Visit::opened(address, true).0;
    visit.presses(Press::Join);
    visit.meet_says("browser-support");
    visit
}

fn meet_reports(visit: &mut Visit, error: &str) -> Vec<Action> {
    visit.meet_event(json!({"name": "error-occurred", "error": {"name": error, "isFatal": false}}))
}

fn status(actions: &[Action]) -> &str {
    shown(actions).status.as_ref().map_or("none", |words| words.key)
}

#[test]
fn what_is_waited_for_is_said_beside_meets_own_dialogue() {
    for (error, words) in [
        ("conference.connectionError.membersOnly", "status.lobby"),
        ("conference.passwordRequired", "status.password"),
        ("conference.authenticationRequired", "status.moderator"),
    ] {
        let mut visit = in_frame(ADDRESS);
        let actions = meet_reports(&mut visit, error);
        let view = shown(&actions);
        assert_eq!((status(&actions), view.stage), (words, Stage::Waiting));
        assert_eq!(view.button, Some(("button.cancel", Press::Cancel)));
        let actions = visit.meet_lets_in();
        assert_eq!((shown(&actions).stage, status(&actions)), (Stage::Meeting, "none"));
    }
}

#[test]
fn who_gives_up_waiting_has_not_joined() {
    let mut visit = in_frame(ADDRESS);
    meet_reports(&mut visit, "conference.connectionError.membersOnly");
    let actions = visit.presses(Press::Cancel);
    assert_eq!((shown(&actions).stage, status(&actions)), (Stage::Leaving, "status.leaving"));
    let actions = visit.meet_says("video-ready-to-close");
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(status(&actions), "status.not_joined");
    assert_eq!(shown(&actions).button, Some(("button.join", Press::Join)));
}

/// Else they would go on knocking at the moderators' door for as long as the server remembers them.
#[test]
fn who_gives_up_waiting_hangs_up_and_is_out_within_3_seconds_all_the_same() {
    let mut visit = Visit::in_client();
    visit.presses(Press::Join);
    visit.meet_speaks();
    meet_reports(&mut visit, "conference.connectionError.membersOnly");
    let actions = visit.presses(Press::Cancel);
    let hang_up = |action: &Action| matches!(action, Action::PostToFrame { message, .. } if message["params"]["data"]["name"] == "video-hangup");
    assert!(actions.iter().any(hang_up), "{actions:?}");
    let actions = visit.waits(Millis::seconds(3));
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(status(&actions), "status.not_joined");
}

#[test]
fn who_is_declined_in_the_lobby_can_try_again() {
    let mut visit = in_frame(ADDRESS);
    meet_reports(&mut visit, "conference.connectionError.membersOnly");
    let actions = meet_reports(&mut visit, "conference.connectionError.accessDenied");
    assert_eq!(alert(&actions), "failed.declined");
    assert!(opened_frame(&visit.presses(Press::Join)).is_some());
}

#[test]
fn a_meeting_that_was_ended_for_everyone_says_so() {
    let mut visit = Visit::in_meeting();
    meet_reports(&mut visit, "conference.destroyed");
    visit.meet_says("video-conference-left");
    let actions = visit.meet_says("video-ready-to-close");
    assert_eq!(status(&actions), "status.ended_for_all");
    assert_eq!(told(&actions)[0], ("im.vector.hangup", &json!({"reason": "meet_ended_for_all"})));
}

const DEMO: &str = "conferenceDomain=meet.jit.si&conferenceId=JitsiAbc";

fn in_demo() -> Visit {
    let mut visit = Visit::opened(DEMO, true).0;
    visit.presses(Press::Join);
    for data in [json!({"name": "browser-support"}), json!({"name": "video-conference-joined", "id": "me"})] {
        visit.demo_event(&data);
    }
    visit
}

impl Visit {
    fn demo_event(&mut self, data: &Value) -> Vec<Action> {
        let scope = crate::iframe_api::scope(self.machine.opened.saturating_sub(1));
        let params = json!({"type": "event", "data": data});
        let message = json!({"postis": true, "scope": scope, "method": "message", "params": params});
        self.does(Input::FromFrame { origin: "https://meet.jit.si", message: &message })
    }
}

#[test]
fn a_demo_server_says_beforehand_what_it_does() {
    for (auth, ready) in [("", "status.ready"), ("&auth=openidtoken-jwt&roomId=!r%3Achat.test", "status.ready_sign_in")]
    {
        let mut visit = Visit::opened(&[DEMO, auth].concat(), true);
        assert_eq!(status(&visit.1), ready, "what it gets to know is said besides");
        assert_eq!(warning(&visit.1), "warning.demo");
        let actions = visit.0.client_asks("io.element.join", json!({}));
        assert_eq!(warning(&actions), "warning.demo", "also to who goes straight in");
    }
    assert_eq!(warning(&Visit::opened(ADDRESS, true).1), "none");
}

fn warning(actions: &[Action]) -> &'static str {
    shown(actions).warning.as_ref().map_or("none", |words| words.key)
}

#[test]
fn a_demo_server_is_not_entered_without_a_press() {
    let mut visit = Visit::opened(DEMO, true).0;
    visit.client_asks("notify_capabilities", json!({}));
    let actions = visit.site(skipping("meet.jit.si"));
    assert_eq!(opened_frame(&actions), None);
}

#[test]
fn a_demo_server_that_leads_its_frame_away_has_cut_the_call() {
    let mut visit = in_demo();
    visit.does(Input::FrameLoaded);
    visit.waits(Millis::seconds(300));
    visit.does(Input::FrameLoaded);
    assert_eq!(alert(&visit.waits(Millis::seconds(3))), "failed.demo_limit");
}

#[test]
fn a_demo_servers_cut_is_named_and_the_tab_offered() {
    let mut visit = in_demo();
    visit.waits(Millis::seconds(300));
    visit.demo_event(&json!({"name": "video-conference-left"}));
    let actions = visit.waits(Millis::seconds(5));
    assert_eq!(alert(&actions), "failed.demo_limit");
    assert!(shown(&actions).tab.is_some());
    assert_eq!(told(&actions)[0], ("im.vector.hangup", &json!({"errorMessage": "meet_demo_limit"})));
}

#[test]
fn leaving_a_demo_server_is_no_cut() {
    let mut visit = in_demo();
    visit.waits(Millis::seconds(60));
    assert_eq!(status(&visit.demo_event(&json!({"name": "video-ready-to-close"}))), "status.left");

    let mut visit = in_demo();
    visit.waits(Millis::seconds(300));
    visit.client_asks("im.vector.hangup", json!({}));
    assert_eq!(
        status(&visit.demo_event(&json!({"name": "video-ready-to-close"}))),
        "status.left",
        "by the user's wish"
    );
}
