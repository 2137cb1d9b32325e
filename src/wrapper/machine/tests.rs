//! Whole visits to the page: what the client and Meet say, and what the page does.

mod alone;

use serde_json::{Value, json};

use super::*;
use crate::page::Page;
use crate::wrapper::DeviceAction;

const CHAT: &str = "https://chat.test";
const MEET: &str = "https://meet.example.org";
const ADDRESS: &str = "conferenceDomain=meet.example.org&conferenceId=JitsiAbc&roomName=Tea&displayName=Ann";

struct Visit {
    machine: Machine,
    now: Millis,
    asked: u32,
}

impl Visit {
    fn opened(fragment: &str, client: bool) -> (Self, Vec<Action>) {
        Self::opened_at(fragment, "widgetId=w&parentUrl=https%3A%2F%2Fchat.test%2Fapp", client)
    }

    fn opened_at(fragment: &str, query: &str, client: bool) -> (Self, Vec<Action>) {
        let parameters = Parameters::read(&Page { fragment, query, url: "https://chat.test/jitsi.html" });
        let origin = client.then(|| CHAT.to_owned());
        let mut visit = Self { machine: Machine::new(parameters, origin, false), now: Millis(1_000), asked: 0 };
        let actions = visit.does(Input::Started);
        (visit, actions)
    }

    fn in_client() -> Self {
        Self::opened(ADDRESS, true).0
    }

    /// A visit whose user is in the meeting.
    fn in_meeting() -> Self {
        let mut visit = Self::in_client();
        visit.does(Input::Press(Press::Join));
        visit.meet_says("browser-support");
        visit.meet_lets_in();
        visit
    }

    fn does(&mut self, input: Input<'_>) -> Vec<Action> {
        self.machine.handle(self.now, input)
    }

    /// Presses a button a while after the press before.
    fn presses(&mut self, press: Press) -> Vec<Action> {
        self.now = self.now.plus(DOUBLE_CLICK);
        self.does(Input::Press(press))
    }

    fn client_asks(&mut self, action: &str, data: Value) -> Vec<Action> {
        self.client_asks_from(CHAT, action, data)
    }

    fn client_asks_from(&mut self, origin: &str, action: &str, data: Value) -> Vec<Action> {
        self.asked += 1;
        let message = json!({
            "api": "toWidget", "widgetId": "w", "requestId": self.asked.to_string(), "action": action, "data": data,
        });
        self.does(Input::FromClient { origin, message: &message })
    }

    fn meet_posts(&mut self, method: &str, params: Value) -> Vec<Action> {
        let scope = crate::iframe_api::scope(self.machine.opened.saturating_sub(1));
        let message = json!({"postis": true, "scope": scope, "method": method, "params": params});
        self.does(Input::FromFrame { origin: MEET, message: &message })
    }

    /// Meet's transport is up, and so its page.
    fn meet_speaks(&mut self) {
        self.meet_posts("__ready__", json!("inner"));
        let id = [
            crate::iframe_api::scope(self.machine.opened.saturating_sub(1)).as_str(),
            "-outer-",
            &self.now.0.to_string(),
        ]
        .concat();
        self.meet_posts("__ready__", json!(id));
        self.meet_says("browser-support");
    }

    fn meet_event(&mut self, data: Value) -> Vec<Action> {
        self.meet_posts("message", json!({"type": "event", "data": data}))
    }

    fn meet_says(&mut self, name: &str) -> Vec<Action> {
        self.meet_event(json!({ "name": name }))
    }

    fn meet_lets_in(&mut self) -> Vec<Action> {
        self.meet_event(json!({"name": "video-conference-joined", "id": "me", "displayName": "Ann"}))
    }

    fn waits(&mut self, length: Millis) -> Vec<Action> {
        let end = self.now.plus(length);
        let mut actions = Vec::new();
        while let Some(due) = self.machine.wake.filter(|due| *due <= end) {
            self.now = due;
            actions.extend(self.does(Input::Tick));
        }
        self.now = end;
        actions
    }

    fn site(&mut self, config: Value) -> Vec<Action> {
        self.does(Input::Site(Site::read(&config)))
    }
}

mod card;
mod devices;
mod layout;
mod signing_in;
mod waiting;

fn opened_frame(actions: &[Action]) -> Option<&str> {
    actions.iter().find_map(|action| match action {
        Action::OpenFrame { url, .. } => Some(url.0.as_str()),
        _ => None,
    })
}

/// The requests that went to the client, as action and data.
fn told(actions: &[Action]) -> Vec<(&str, &Value)> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::PostToClient { message, origin } if message.get("response").is_none() => {
                assert_eq!(origin, CHAT);
                Some((message["action"].as_str()?, &message["data"]))
            }
            _ => None,
        })
        .collect()
}

fn shown(actions: &[Action]) -> &View {
    actions
        .iter()
        .rev()
        .find_map(|action| match action {
            Action::Show(view) => Some(view),
            _ => None,
        })
        .expect("something is shown")
}

fn alert(actions: &[Action]) -> &str {
    shown(actions).alert.as_ref().map_or("none", |words| words.key)
}

#[test]
fn nothing_of_meet_loads_before_a_press_on_the_card_that_names_it() {
    let (mut visit, actions) = Visit::opened(ADDRESS, true);
    assert_eq!(opened_frame(&actions), None);
    let view = shown(&actions);
    assert_eq!(view.stage, Stage::Card);
    let place = view.place.as_ref().expect("a place");
    assert_eq!((place.key, &place.values[..]), ("place", &[("domain", "meet.example.org".to_owned())][..]));
    assert_eq!(view.button, Some(("button.join", Press::Join)));
    assert_eq!(opened_frame(&visit.waits(Millis::seconds(600))), None);

    let actions = visit.does(Input::Press(Press::Join));
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.starts_with("https://meet.example.org/JitsiAbc#jitsi_meet_external_api_id=0&"));
    assert_eq!(shown(&actions).stage, Stage::Opening);
}

#[test]
fn a_client_lets_its_user_join_with_the_devices_it_names() {
    let mut visit = Visit::in_client();
    let actions = visit.client_asks("io.element.join", json!({"audioInput": "Headset", "videoInput": null}));
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.contains("&config.startWithVideoMuted=true&"));
    assert!(url.contains("&devices.audioInput=%22Headset%22&"));
}

#[test]
fn voice_means_that_the_camera_starts_off_and_nothing_more() {
    let (mut visit, _) = Visit::opened(&[ADDRESS, "&isAudioOnly=true"].concat(), true);
    let actions = visit.does(Input::Press(Press::Join));
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.contains("&config.startWithVideoMuted=true&"));
    assert!(!url.contains("AudioOnly") && !url.contains("LowBandwidth"));
}

#[test]
fn the_client_hears_that_the_user_is_in() {
    let mut visit = Visit::in_client();
    visit.does(Input::Press(Press::Join));
    assert_eq!(shown(&visit.meet_says("browser-support")).stage, Stage::Meeting);
    let actions = visit.meet_lets_in();
    let names: Vec<_> = told(&actions).into_iter().map(|(action, _)| action).collect();
    assert_eq!(names, ["set_always_on_screen", "io.element.join", "io.element.participants"]);
}

#[test]
fn a_reload_inside_meet_is_not_a_second_join() {
    let mut visit = Visit::in_meeting();
    visit.meet_says("video-conference-left");
    let actions = visit.meet_lets_in();
    assert!(told(&actions).iter().all(|(action, _)| *action != "io.element.join"));
}

#[test]
fn hanging_up_in_meet_returns_to_the_card_and_tells_the_client_in_the_right_order() {
    let mut visit = Visit::in_meeting();
    visit.meet_says("video-conference-left");
    let actions = visit.meet_says("video-ready-to-close");
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(
        told(&actions),
        vec![("im.vector.hangup", &json!({})), ("set_always_on_screen", &json!({"value": false}))]
    );
    let view = shown(&actions);
    assert_eq!(view.stage, Stage::Card);
    assert_eq!(view.button, Some(("button.join_again", Press::Join)));
}

#[test]
fn the_client_hangs_up_and_the_frame_is_gone_within_three_seconds() {
    let mut visit = Visit::in_meeting();
    visit.meet_posts("__ready__", json!("inner"));
    let own = format!("jitsi_meet_external_api_0-outer-{}", visit.now.0);
    visit.meet_posts("__ready__", json!(own));
    let actions = visit.client_asks("im.vector.hangup", json!({}));
    assert_eq!(shown(&actions).stage, Stage::Leaving);
    assert!(actions.iter().any(|action| matches!(
        action,
        Action::PostToFrame { message, origin } if message.to_string().contains("video-hangup") && origin == MEET
    )));
    assert!(!actions.contains(&Action::CloseFrame));
    let actions = visit.waits(Millis::seconds(3));
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(told(&actions).first(), Some(&("im.vector.hangup", &json!({}))));
}

#[test]
fn a_forced_hang_up_is_at_once() {
    let mut visit = Visit::in_meeting();
    let actions = visit.client_asks("im.vector.hangup", json!({"force": true}));
    assert!(actions.contains(&Action::CloseFrame));
}

#[test]
fn a_hang_up_on_the_card_is_confirmed_too() {
    let mut visit = Visit::in_client();
    let actions = visit.client_asks("im.vector.hangup", json!({}));
    assert!(told(&actions).contains(&("im.vector.hangup", &json!({}))));
    assert!(!actions.contains(&Action::CloseFrame));
}

#[test]
fn several_ends_are_one_end() {
    let mut visit = Visit::in_meeting();
    let fatal = json!({"name": "error-occurred", "error": {"name": "connection.droppedError", "isFatal": true}});
    let actions = visit.meet_event(fatal.clone());
    assert_eq!(alert(&actions), "failed.lost");
    let wording = json!({"errorMessage": "connection.droppedError"});
    assert_eq!(told(&actions).first(), Some(&("im.vector.hangup", &wording)));
    for late in ["video-conference-left", "video-ready-to-close"] {
        assert_eq!(visit.meet_says(late), vec![]);
    }
    assert_eq!(visit.meet_event(fatal), vec![]);
}

#[test]
fn joining_again_makes_a_new_frame_that_hears_nothing_of_the_old_one() {
    let mut visit = Visit::in_meeting();
    visit.meet_says("video-ready-to-close");
    let actions = visit.presses(Press::Join);
    let url = opened_frame(&actions).expect("a frame");
    assert!(url.contains("#jitsi_meet_external_api_id=1&"));
    let stale = json!({
        "postis": true, "scope": "jitsi_meet_external_api_0", "method": "message",
        "params": {"type": "event", "data": {"name": "video-ready-to-close"}},
    });
    let late = Input::FromFrame { origin: MEET, message: &stale };
    assert_eq!(visit.does(late), vec![]);
}

#[test]
fn a_join_while_leaving_closes_the_old_frame_first() {
    let mut visit = Visit::in_meeting();
    visit.client_asks("im.vector.hangup", json!({}));
    let actions = visit.client_asks("io.element.join", json!({}));
    let close = actions.iter().position(|action| *action == Action::CloseFrame);
    let open = actions.iter().position(|action| matches!(action, Action::OpenFrame { .. }));
    assert!(close.is_some() && close < open);
}

#[test]
fn a_server_that_does_not_answer_is_named_and_can_be_tried_again() {
    let mut visit = Visit::in_client();
    visit.does(Input::Press(Press::Join));
    let actions = visit.waits(Millis::seconds(15));
    assert_eq!(alert(&actions), "failed.no_answer");
    let view = shown(&actions);
    assert_eq!(view.button, Some(("button.retry", Press::Join)));
    assert_eq!(view.tab.as_deref(), Some("https://meet.example.org/JitsiAbc"));
    assert!(actions.contains(&Action::CloseFrame));
    assert!(opened_frame(&visit.does(Input::Press(Press::Join))).is_some());
}

#[test]
fn cancelling_closes_the_frame() {
    let mut visit = Visit::in_client();
    visit.presses(Press::Join);
    let actions = visit.presses(Press::Cancel);
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(shown(&actions).stage, Stage::Card);
}

#[test]
fn a_double_click_on_join_does_not_cancel() {
    let mut visit = Visit::in_client();
    visit.does(Input::Press(Press::Join));
    assert_eq!(visit.does(Input::Press(Press::Cancel)), vec![]);
}

fn skipping(domain: &str) -> Value {
    json!({"jitsi_widget": {"skip_built_in_welcome_screen": true}, "jitsi": {"preferred_domain": domain}})
}

#[test]
fn a_trusted_server_is_entered_without_a_press_once_the_client_is_ready() {
    let mut visit = Visit::in_client();
    assert_eq!(opened_frame(&visit.site(skipping("meet.example.org"))), None);
    let actions = visit.client_asks("notify_capabilities", json!({}));
    assert!(opened_frame(&actions).is_some());
}

/// The client says how to join only after it said that the page may start, and the page may have started by then.
#[test]
fn entering_by_itself_does_not_outrun_a_client_that_wants_the_camera_off() {
    let mut visit = Visit::in_client();
    visit.site(skipping("meet.example.org"));
    visit.client_asks("notify_capabilities", json!({}));
    let actions = visit.client_asks("io.element.join", json!({ "videoInput": null }));
    assert!(opened_frame(&actions).expect("a frame").contains("config.startWithVideoMuted=true"));
    let close = actions.iter().position(|action| *action == Action::CloseFrame);
    let open = actions.iter().position(|action| matches!(action, Action::OpenFrame { .. }));
    assert!(close.is_some() && close < open);
    assert_eq!(opened_frame(&visit.client_asks("io.element.join", json!({ "videoInput": null }))), None);
}

#[test]
fn the_client_hears_that_a_moderator_removed_the_user() {
    let mut visit = Visit::in_meeting();
    visit.meet_event(json!({"name": "participant-kicked-out", "kicked": {"id": "me", "local": true}}));
    let actions = visit.meet_says("video-ready-to-close");
    assert_eq!(told(&actions).first(), Some(&("im.vector.hangup", &json!({"errorMessage": "meet_removed"}))));
}

#[test]
fn hanging_up_never_joins_again() {
    let mut visit = Visit::in_client();
    visit.site(skipping("meet.example.org"));
    visit.client_asks("notify_capabilities", json!({}));
    visit.meet_says("video-ready-to-close");
    let actions = visit.client_asks("notify_capabilities", json!({}));
    assert_eq!(opened_frame(&actions), None);
    assert_eq!(opened_frame(&visit.site(skipping("meet.example.org"))), None);
}

#[test]
fn a_foreign_server_or_a_page_opened_alone_waits_for_a_press() {
    let mut visit = Visit::in_client();
    visit.client_asks("notify_capabilities", json!({}));
    assert_eq!(opened_frame(&visit.site(skipping("other.example"))), None);

    let (mut alone, _) = Visit::opened(ADDRESS, false);
    assert_eq!(opened_frame(&alone.site(skipping("meet.example.org"))), None);
    let actions = alone.client_asks("notify_capabilities", json!({}));
    assert_eq!(actions, vec![], "there is no client, whoever posts");
    assert!(opened_frame(&alone.does(Input::Press(Press::Join))).is_some());
}

#[test]
fn a_message_from_another_origin_gets_no_answer() {
    let mut visit = Visit::in_client();
    for origin in ["https://evil.test", "null", "", "https://chat.test.evil.test"] {
        assert_eq!(visit.client_asks_from(origin, "io.element.join", json!({})), vec![], "{origin}");
    }
    visit.does(Input::Press(Press::Join));
    let message = &json!({
        "postis": true, "scope": "jitsi_meet_external_api_0", "method": "__ready__", "params": "x",
    });
    for origin in ["https://evil.test", "http://meet.example.org", "null"] {
        assert_eq!(visit.does(Input::FromFrame { origin, message }), vec![], "{origin}");
    }
}

#[test]
fn an_address_without_a_conference_says_what_is_missing() {
    let (mut visit, actions) = Visit::opened("conferenceId=a", true);
    let words = shown(&actions).alert.clone().expect("an alert");
    assert_eq!(words.key, "address.missing");
    assert_eq!(words.values, vec![("name", "conferenceDomain".to_owned())]);
    assert_eq!(opened_frame(&visit.does(Input::Press(Press::Join))), None);
}

#[test]
fn the_client_switches_one_device_and_leaves_the_other_alone() {
    let mut visit = Visit::in_meeting();
    visit.meet_posts("__ready__", json!("inner"));
    let own = format!("jitsi_meet_external_api_0-outer-{}", visit.now.0);
    visit.meet_posts("__ready__", json!(own));
    visit.meet_event(json!({"name": "audio-mute-status-changed", "muted": false}));
    visit.meet_event(json!({"name": "video-mute-status-changed", "muted": false}));
    let actions = visit.client_asks("io.element.device_mute", json!({"audio_enabled": false}));
    let toggles = |name: &str| {
        actions
            .iter()
            .any(|action| matches!(action, Action::PostToFrame { message, .. } if message.to_string().contains(name)))
    };
    assert!(toggles("toggle-audio") && !toggles("toggle-video"));
}

#[test]
fn the_camera_being_switched_off_is_reported() {
    let mut visit = Visit::in_meeting();
    let actions = visit.meet_event(json!({"name": "video-mute-status-changed", "muted": true}));
    assert_eq!(told(&actions), vec![("io.element.device_mute", &json!({"video_enabled": false}))]);
}
