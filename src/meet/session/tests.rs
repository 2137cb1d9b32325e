use serde_json::{Value, json};

use super::*;
use crate::host::HostError;
use crate::meet::server::{Choice, Origin};
use crate::meet::settings::AuthSetting;
use crate::meet::widget;
use crate::room::Membership;
use crate::room::StateEvent;
use crate::widget_api::{ANSWER_LIMIT, Posted};

mod building;
mod closing;
mod company;
mod consent;
mod devices;
mod edited;
mod ends;
mod last;
mod open_id;
mod put_out;
mod repair;
mod starting;
mod twins;

const T0: Millis = Millis(1_000_000);

fn event(event_type: &str, state_key: &str, content: Value) -> Value {
    json!({
        "type": event_type, "state_key": state_key, "sender": "@ann:chat.test", "event_id": "$1",
        "origin_server_ts": 1, "content": content,
    })
}

fn room(widgets: &[(&WidgetId, &Value)]) -> RoomFacts {
    room_as("join", widgets)
}

fn room_as(membership: &str, widgets: &[(&WidgetId, &Value)]) -> RoomFacts {
    let mut state = vec![
        event("m.room.create", "", json!({"room_version": "12"})),
        event("m.room.name", "", json!({"name": "Garden club"})),
    ];
    state.extend(widgets.iter().map(|(id, content)| event(widget::EVENT_TYPE, id.as_str(), (*content).clone())));
    let room = json!({"room_id": "!garden", "membership": membership, "joined_member_count": 3, "state": state});
    RoomFacts::read(&room, &"@ann:chat.test".into()).expect("a room")
}

fn domain(text: &str) -> MeetDomain {
    MeetDomain::parse(text).expect("a domain")
}

fn start() -> Box<Start> {
    Box::new(Start {
        kind: Kind::Video,
        choice: Choice {
            domain: domain("meet.test"),
            origin: Origin::Config,
            conference_for_two: false,
            refused: Vec::new(),
        },
        approved: vec![domain("meet.test")],
        auth: AuthSetting::AskServer,
        wrapper_url: "https://chat.test/jitsi.html".into(),
        widget_random: std::array::from_fn(|i| i as u8),
        conference_random: std::array::from_fn(|i| i as u8),
    })
}

/// A widget that somebody else made, on this domain.
fn foreign(domain: &str) -> MeetWidget {
    let content = json!({
        "type": "jitsi", "url": "https://app.example.org/jitsi.html?confId=Abc#x",
        "data": {"domain": domain, "conferenceId": "Abc", "isAudioOnly": false},
    });
    let state =
        [StateEvent::read(&event(widget::EVENT_TYPE, "theirs", content)).expect("an event")].into_iter().collect();
    MeetWidget::all_in(&state).pop().expect("a widget")
}

/// Runs a start until its event is on its way; gives its generation, id and content.
fn started(session: &mut Session) -> (u64, WidgetId, Value) {
    let actions = session.handle(T0, Input::Start(Box::new(room(&[])), start()));
    let [Action::LookUpAuth { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    let actions = session.handle(T0, Input::AuthKnown { generation: *generation, auth: None });
    match actions.as_slice() {
        [Action::SendState { generation, widget, content, .. }, Action::WakeAt(at)] => {
            assert_eq!(*at, T0.plus(ECHO_LIMIT));
            (*generation, widget.clone(), content.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Joins a trusted conference and shakes hands with its wrapper.
fn joined() -> (Session, MeetWidget) {
    let (mut session, widget) = (Session::default(), foreign("meet.test"));
    let join =
        Input::Join { room: "!garden".into(), widget: Box::new(widget.clone()), kind: Kind::Video, trusted: true };
    assert!(matches!(session.handle(T0, join).as_slice(), [Action::OpenFrame { .. }, Action::WakeAt(_)]));
    shakes_hands(&mut session);
    (session, widget)
}

/// The wrapper of the open frame says that it is there, and is told to join.
fn shakes_hands(session: &mut Session) {
    let actions = session.handle(T0, Input::FrameLoaded);
    let asked = posted(&actions, "capabilities");
    let mut answer = asked.clone();
    answer["response"] = json!({"capabilities": ["m.always_on_screen"]});
    let actions = session.handle(T0, Input::FrameMessage(Posted(answer)));
    posted(&actions, "io.element.join");
}

fn posted<'a>(actions: &'a [Action], action: &str) -> &'a Value {
    actions
        .iter()
        .find_map(|posted| match posted {
            Action::Post(Posted(message)) if message["action"] == action => Some(message),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no {action} in {actions:?}"))
}

fn says(widget: &MeetWidget, action: &str, data: Value) -> Input {
    Input::FrameMessage(Posted(json!({
        "api": "fromWidget", "widgetId": widget.id, "requestId": "r1", "action": action, "data": data,
    })))
}

fn failure(session: &Session) -> Option<Failure> {
    match session.view() {
        View::Failed { failure, .. } => Some(failure),
        _ => None,
    }
}

#[test]
fn a_foreign_domain_is_named_and_loads_nothing_before_a_press() {
    let mut session = Session::default();
    let widget = Box::new(foreign("elsewhere.test"));
    let actions = session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Voice, trusted: false });
    assert!(actions.is_empty(), "{actions:?}");
    assert!(matches!(session.view(), View::Consent { .. }));
    let actions = session.handle(T0, Input::Approve(domain("elsewhere.test")));
    assert!(matches!(actions.as_slice(), [Action::KeepConsent(_), Action::OpenFrame { .. }, Action::WakeAt(_)]));
}

#[test]
fn an_edit_of_the_widget_changes_what_the_card_asks_about() {
    let mut session = Session::default();
    let widget = Box::new(foreign("elsewhere.test"));
    session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: false });
    let content = json!({
        "type": "jitsi", "url": "https://x.test/jitsi.html", "data": {"domain": "third.test", "conferenceId": "Abc"},
    });
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&"theirs".into(), &content)]))));
    let View::Consent { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    assert_eq!(widget.domain, Ok(domain("third.test")));
}

#[test]
fn only_a_server_that_the_site_names_and_this_buttons_own_conference_are_trusted() {
    let mut session = Session::default();
    assert!(session.trusts(&foreign("ok.test"), &[domain("ok.test")]));
    assert!(!session.trusts(&foreign("ok.test"), &[domain("other.test")]));
    assert!(!session.trusts(&foreign("meet.test"), &[]));
    let mut in_my_name = foreign("elsewhere.test");
    in_my_name.creator = "@ann:chat.test".into();
    assert!(!session.trusts(&in_my_name, &[]), "a manager writes in one's name");
    let (_, id, content) = started(&mut session);
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    let View::Open { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    assert!(session.trusts(&widget, &[]));
}

#[test]
fn a_widget_without_a_usable_domain_is_asked_about_as_a_split_and_joined_by_nobody() {
    for text in ["user@evil.test", "", "meet.test/tenant"] {
        let mut session = Session::default();
        let widget = Box::new(foreign(text));
        let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: true };
        assert_eq!(session.handle(T0, join), []);
        let View::Consent { widget, asks, .. } = session.view() else { panic!("{:?}", session.view()) };
        assert!(widget.agreement.is_split() && !asks, "{text}");
        assert_eq!(session.handle(T0, Input::Approve(domain("evil.test"))), [], "{text}");
    }
}

#[test]
fn a_wrapper_that_never_answers_fails_and_loses_its_frame() {
    let (mut session, widget) = (Session::default(), foreign("meet.test"));
    session
        .handle(T0, Input::Join { room: "!garden".into(), widget: Box::new(widget), kind: Kind::Video, trusted: true });
    session.handle(T0, Input::FrameLoaded);
    let actions = session.handle(T0.plus(WRAPPER_LIMIT), Input::Wake);
    assert!(actions.contains(&Action::CloseFrame), "{actions:?}");
    assert_eq!(failure(&session), Some(Failure::WrapperSilent));
}

#[test]
fn voice_joins_with_the_camera_off() {
    let (mut session, widget) = (Session::default(), foreign("meet.test"));
    session
        .handle(T0, Input::Join { room: "!garden".into(), widget: Box::new(widget), kind: Kind::Voice, trusted: true });
    let actions = session.handle(T0, Input::FrameLoaded);
    let mut answer = posted(&actions, "capabilities").clone();
    answer["response"] = json!({"capabilities": []});
    let actions = session.handle(T0, Input::FrameMessage(Posted(answer)));
    assert_eq!(posted(&actions, "io.element.join")["data"], json!({"videoInput": null}));
}

#[test]
fn leaving_asks_the_wrapper_and_closes_when_it_says_so() {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }));
    posted(&session.handle(T0, Input::HangUp), "im.vector.hangup");
    assert!(matches!(session.view(), View::Open { stage: Stage::Leaving, .. }));
    let actions = session.handle(T0, says(&widget, "im.vector.hangup", json!({})));
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn leaving_takes_the_frame_away_when_the_wrapper_does_not_react() {
    let (mut session, _) = joined();
    session.handle(T0, Input::HangUp);
    let actions = session.handle(T0.plus(LEAVE_LIMIT), Input::Wake);
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn an_error_while_leaving_is_no_failure() {
    let (mut session, widget) = joined();
    session.handle(T0, Input::HangUp);
    session.handle(T0, says(&widget, "im.vector.hangup", json!({"errorMessage": "too late"})));
    assert_eq!(session.view(), View::Idle);
}

/// The wrapper's card says what went wrong, on which server, and offers another try; taking its frame away would take
/// that away too.
#[test]
fn a_conference_that_breaks_off_keeps_the_card_that_says_so() {
    let (mut session, widget) = joined();
    let broken = || says(&widget, "im.vector.hangup", json!({"errorMessage": "connection lost"}));
    let actions = session.handle(T0, broken());
    assert!(!actions.contains(&Action::CloseFrame));
    assert!(matches!(session.view(), View::Open { stage: Stage::Ended(_), .. }));
    session.handle(T0, says(&widget, "set_always_on_screen", json!({"value": true})));
    assert!(matches!(session.view(), View::Open { stage: Stage::Connecting, .. }), "tried again on the card");
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    assert!(matches!(session.view(), View::Open { stage: Stage::Joined, .. }));
    session.handle(T0, broken());
    assert!(session.handle(T0, Input::HangUp).contains(&Action::CloseFrame), "nobody is left to say goodbye to");
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn a_broken_off_conference_stands_in_no_others_way() {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "im.vector.hangup", json!({"errorMessage": "connection lost"})));
    let join = Input::Join { room: "!other".into(), widget: Box::new(widget), kind: Kind::Video, trusted: true };
    let actions = session.handle(T0, join);
    assert!(
        matches!(actions.as_slice(), [Action::CloseFrame, Action::OpenFrame { .. }, Action::WakeAt(_)]),
        "{actions:?}"
    );
}

#[test]
fn each_person_chooses_the_camera_whatever_the_starter_chose() {
    let mut session = Session::default();
    let mut widget = Box::new(foreign("meet.test"));
    widget.audio_only = true;
    let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: true };
    let actions = session.handle(T0, join);
    assert!(matches!(actions.as_slice(), [Action::OpenFrame { widget, .. }, ..] if !widget.audio_only), "{actions:?}");
}

#[test]
fn removing_the_widget_ends_my_part_in_it() {
    let (mut session, _) = joined();
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[]))));
    assert!(actions.contains(&Action::CloseFrame));
    assert_eq!(failure(&session), Some(Failure::Removed));
}

#[test]
fn leaving_the_room_or_signing_out_closes_the_frame() {
    for input in [Input::RoomChanged(Box::new(room_as("leave", &[]))), Input::SignedOut] {
        let (mut session, _) = joined();
        assert!(session.handle(T0, input).contains(&Action::CloseFrame));
        assert_eq!(session.view(), View::Idle);
    }
}

#[test]
fn what_happens_in_another_room_changes_nothing() {
    let (mut session, _) = joined();
    let mut elsewhere = room(&[]);
    elsewhere.room_id = "!elsewhere".into();
    session.handle(T0, Input::RoomChanged(Box::new(elsewhere)));
    assert!(matches!(session.view(), View::Open { .. }));
}

#[test]
fn the_alarm_is_always_set_for_the_nearest_deadline() {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    let actions = session.handle(T0, Input::HangUp);
    let alarm = actions.iter().rev().find_map(|action| match action {
        Action::WakeAt(at) => Some(*at),
        _ => None,
    });
    assert_eq!(alarm, Some(T0.plus(LEAVE_LIMIT.min(ANSWER_LIMIT))));
}

/// A widget may name the chat's own address, where a Meet page would get at what the chat stores; no URL is made for it.
#[test]
fn a_frame_that_cannot_be_opened_is_a_failure_at_once() {
    let (mut session, _) = joined();
    session.handle(T0, Input::FrameImpossible);
    assert_eq!(failure(&session), Some(Failure::BadDomain("meet.test".into())));
}

/// Whoever may edit widgets may edit mine, before its echo and after: what then is there is not what this button made.
#[test]
fn an_edit_of_my_own_conference_needs_consent_again() {
    let edited = |content: &Value| {
        let mut content = content.clone();
        content["data"]["domain"] = json!("elsewhere.test");
        content
    };
    let mut session = Session::default();
    let (_, id, content) = started(&mut session);
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &edited(&content))]))));
    assert!(actions.is_empty(), "nothing of it loads: {actions:?}");
    assert!(matches!(session.view(), View::Consent { .. }));

    let mut session = Session::default();
    let (_, id, content) = started(&mut session);
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    let facts = room(&[(&id, &edited(&content))]);
    let widget = facts.conferences.last().expect("a conference").clone();
    assert!(!session.trusts(&widget, &[]));
}

#[test]
fn consent_to_one_domain_is_none_to_the_one_that_took_its_place() {
    let mut session = Session::default();
    let widget = Box::new(foreign("third.test"));
    session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: false });
    let actions = session.handle(T0, Input::Approve(domain("elsewhere.test")));
    assert!(actions.is_empty(), "{actions:?}");
    assert!(matches!(session.view(), View::Consent { .. }), "the card stays, with what it asks about now");
}

#[test]
fn a_conference_that_somebody_else_starts_meanwhile_is_joined_instead() {
    for (theirs, opens) in [("meet.test", true), ("elsewhere.test", false)] {
        let mut session = Session::default();
        let actions = session.handle(T0, Input::Start(Box::new(room(&[])), start()));
        let [Action::LookUpAuth { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
        let mut facts = room(&[]);
        facts.conferences = facts.conferences.iter().cloned().chain([foreign(theirs)]).collect();
        let actions = session.handle(T0, Input::RoomChanged(Box::new(facts)));
        assert_eq!(matches!(actions.first(), Some(Action::OpenFrame { .. })), opens, "{actions:?}");
        assert_eq!(matches!(session.view(), View::Consent { .. }), !opens);
        let late = session.handle(T0, Input::AuthKnown { generation: *generation, auth: None });
        assert!(!late.iter().any(|action| matches!(action, Action::SendState { .. })), "{late:?}");
    }
}

#[test]
fn a_room_that_the_chat_no_longer_knows_keeps_no_camera() {
    let (mut session, _) = joined();
    assert!(!session.handle(T0, Input::RoomGone("!elsewhere".into())).contains(&Action::CloseFrame));
    assert!(session.handle(T0, Input::RoomGone("!garden".into())).contains(&Action::CloseFrame));
    assert_eq!(session.view(), View::Idle);
}

#[test]
fn signing_out_forgets_what_this_account_made() {
    let mut session = Session::default();
    let (_, id, content) = started(&mut session);
    session.handle(T0, Input::RoomChanged(Box::new(room(&[(&id, &content)]))));
    let View::Open { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    session.handle(T0, Input::SignedOut);
    assert!(!session.trusts(&widget, &[]));
}

#[test]
fn a_wrapper_that_reloads_by_itself_is_no_longer_in_the_conference() {
    let (mut session, widget) = joined();
    session.handle(T0, says(&widget, "io.element.join", json!({})));
    let mut answer = posted(&session.handle(T0, Input::FrameLoaded), "capabilities").clone();
    answer["response"] = json!({"capabilities": ["m.always_on_screen"]});
    session.handle(T0, Input::FrameMessage(Posted(answer)));
    assert!(matches!(session.view(), View::Open { stage: Stage::Ended(_), .. }), "{:?}", session.view());
}

/// The look in the wrapper's address is for those who know that parameter.
#[test]
fn each_wrapper_hears_of_the_chats_look_as_soon_as_it_listens() {
    let mut session = Session::default();
    assert_eq!(session.handle(T0, Input::Look("dark")), vec![]);
    for look in ["dark", "light"] {
        let widget = Box::new(foreign("meet.test"));
        let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: true };
        assert!(matches!(session.handle(T0, join).as_slice(), [Action::OpenFrame { .. }, Action::WakeAt(_)]));
        let mut answer = posted(&session.handle(T0, Input::FrameLoaded), "capabilities").clone();
        answer["response"] = json!({"capabilities": []});
        let actions = session.handle(T0, Input::FrameMessage(Posted(answer)));
        assert_eq!(posted(&actions, "theme_change")["data"], json!({ "name": look }));
        session.handle(T0, Input::RoomGone("!garden".into()));
        session.handle(T0, Input::Look("light"));
    }
}
