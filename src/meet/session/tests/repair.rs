//! A split conference: nobody is led into it unasked, and it is put right by a new one.

use super::*;
use crate::meet::auth::Auth;
use crate::meet::widget::STABLE_EVENT_TYPE;

/// As some managers write it: no domain, so that Chat iOS goes elsewhere.
fn split_content() -> Value {
    json!({"type": "jitsi", "url": "https://manager.test/jitsi.html?confId=Abc", "data": {}})
}

fn split_room() -> RoomFacts {
    room(&[(&"theirs".into(), &split_content())])
}

/// A session before the sheet, and the room.
pub(super) fn before_the_sheet() -> (Session, RoomFacts) {
    let (mut session, room) = (Session::default(), split_room());
    let widget = Box::new(room.conferences.first().cloned().expect("a conference"));
    let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Voice, trusted: true };
    assert_eq!(session.handle(T0, join), [], "nothing loads");
    (session, room)
}

fn repair(room: RoomFacts) -> Input {
    Input::Repair(Box::new(room), start(), start().choice.domain)
}

fn blanked(result: Result<(), HostError>) -> Input {
    Input::Blanked { room: "!garden".into(), widget: "theirs".into(), event_type: widget::EVENT_TYPE, result }
}

#[test]
fn a_trusted_server_leads_nobody_into_a_split_conference_unasked() {
    let (mut session, _) = before_the_sheet();
    let View::Consent { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    assert!(widget.agreement.is_split());
    let actions = session.handle(T0, Input::Approve(domain(widget::V1_DOMAIN)));
    assert!(matches!(actions.as_slice(), [Action::OpenFrame { .. }, Action::WakeAt(_)]), "joined anyway");
}

#[test]
fn a_repair_ends_the_old_conference_and_starts_once_it_is_gone() {
    let (mut session, facts) = before_the_sheet();
    let actions = session.handle(T0, repair(facts.clone()));
    let [Action::Blank { event_type, widget, .. }, Action::WakeAt(_)] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert_eq!((*event_type, widget), (widget::EVENT_TYPE, &"theirs".into()));
    assert!(matches!(session.view(), View::Starting { step: Step::Ending, .. }));
    session.handle(T0, blanked(Ok(())));
    session.handle(T0, Input::RoomChanged(Box::new(facts)));
    assert!(matches!(session.view(), View::Starting { step: Step::Ending, .. }), "it is still there");
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[]))));
    let [Action::LookUpAuth { generation, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    let actions = session.handle(T0, Input::AuthKnown { generation: *generation, auth: None });
    let [Action::SendState { content, .. }, Action::WakeAt(_)] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(content["data"]["isAudioOnly"], true, "as it was pressed");
}

/// `mobile.md` 4.4, V11: browsers go nowhere, Chat Android goes to the default of its SDK. It was a bar without a way out, beside
/// which a press started a second conference.
#[test]
fn one_that_names_no_server_is_put_right_by_one_on_the_site_s_own() {
    let content = json!({
        "type": "jitsi", "url": "https://x.test/j.html?confId=Abc",
        "data": {"domain": "", "conferenceId": "Abc", "isAudioOnly": false},
    });
    let (mut session, facts) = (Session::default(), room(&[(&"theirs".into(), &content)]));
    let widget = Box::new(facts.conferences[0].clone());
    let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Voice, trusted: true };
    assert_eq!(session.handle(T0, join), []);
    let actions = session.handle(T0, repair(facts));
    assert!(matches!(actions.as_slice(), [Action::Blank { .. }, Action::WakeAt(_)]), "{actions:?}");
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[]))));
    let server = domain("meet.test");
    assert!(matches!(actions.as_slice(), [Action::LookUpAuth { domain, .. }] if *domain == server), "{actions:?}");
}

#[test]
fn an_end_that_is_refused_starts_nothing() {
    let (mut session, facts) = before_the_sheet();
    session.handle(T0, repair(facts));
    session.handle(T0, blanked(Err(HostError::Unreachable)));
    assert_eq!(failure(&session), Some(Failure::Host(HostError::Unreachable)));
    assert_eq!(session.handle(T0, Input::RoomChanged(Box::new(room(&[])))), []);
}

#[test]
fn an_end_that_never_comes_back_starts_nothing() {
    let (mut session, facts) = before_the_sheet();
    session.handle(T0, repair(facts));
    session.handle(T0.plus(ECHO_LIMIT), Input::Wake);
    assert_eq!(failure(&session), Some(Failure::EchoTimedOut));
}

#[test]
fn a_repair_called_off_starts_nothing() {
    let (mut session, facts) = before_the_sheet();
    session.handle(T0, repair(facts));
    session.handle(T0, Input::Dismiss);
    assert_eq!(session.handle(T0, Input::RoomChanged(Box::new(room(&[])))), []);
    assert_eq!(session.view(), View::Idle);
}

/// Two of them ran, and one was split: with it gone the other is the conference of the room.
#[test]
fn a_conference_that_is_left_is_joined_instead_of_a_third() {
    let (mut session, facts) = before_the_sheet();
    session.handle(T0, repair(facts));
    let other = json!({
        "type": "jitsi", "url": "https://w.test/jitsi.html", "data": {"domain": "meet.test", "conferenceId": "Other"},
    });
    let actions = session.handle(T0, Input::RoomChanged(Box::new(room(&[(&"other".into(), &other)]))));
    assert!(matches!(actions.as_slice(), [Action::OpenFrame { .. }, Action::WakeAt(_)]), "{actions:?}");
}

/// Android shows what is left under the other type.
#[test]
fn both_event_types_are_blanked() {
    let state = json!([
        event("m.room.create", "", json!({"room_version": "12"})),
        event(widget::EVENT_TYPE, "theirs", split_content()),
        event(STABLE_EVENT_TYPE, "theirs", split_content()),
    ]);
    let room = json!({"room_id": "!garden", "membership": "join", "joined_member_count": 3, "state": state});
    let room = RoomFacts::read(&room, &"@ann:chat.test".into()).expect("a room");
    let mut session = Session::default();
    let widget = Box::new(room.conferences.first().cloned().expect("a conference"));
    session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: true });
    let actions = session.handle(T0, repair(room));
    let blanked: Vec<&str> = actions
        .iter()
        .filter_map(|action| match action {
            Action::Blank { event_type, .. } => Some(*event_type),
            _ => None,
        })
        .collect();
    assert_eq!(blanked, [STABLE_EVENT_TYPE, widget::EVENT_TYPE]);
}

#[test]
fn who_lacks_power_repairs_nothing() {
    let (mut session, mut facts) = before_the_sheet();
    facts.me = "@ben:chat.test".into();
    assert!(!may_repair(&facts, facts.conferences.first().expect("a conference")));
    assert_eq!(session.handle(T0, repair(facts)), []);
    assert!(matches!(session.view(), View::Consent { .. }));
}

/// `mobile.md` 4.4: who is in the old one is on the server that its event names.
#[test]
fn a_repair_stays_on_the_server_that_the_event_names() {
    let place = |data: Value| {
        let content = json!({"type": "jitsi", "url": "https://manager.test/jitsi.html?confId=Abc", "data": data});
        let facts = room(&[(&"theirs".into(), &content)]);
        let mut session = Session::default();
        let widget = Box::new(facts.conferences.first().cloned().expect("a conference"));
        let join = Input::Join { room: "!garden".into(), widget, kind: Kind::Voice, trusted: true };
        session.handle(T0, join);
        let fixed = Start { auth: AuthSetting::Fixed(Some(Auth::OpenIdTokenJwt)), ..*start() };
        let read = repaired_on(&facts.conferences[0], &fixed.choice.domain).clone();
        session.handle(T0, Input::Repair(Box::new(facts), Box::new(fixed), read));
        let asked = session.handle(T0, Input::RoomChanged(Box::new(room(&[]))));
        match asked.as_slice() {
            [Action::LookUpAuth { domain, .. }] => format!("asks {domain}"),
            [Action::SendState { content, .. }, _] => format!("starts on {}", content["data"]["domain"]),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(place(json!({"domain": "https://elsewhere.test"})), "asks elsewhere.test");
    // Where the event names none, or the site's own server, what the site says of signing in counts.
    let site = format!("starts on \"{}\"", start().choice.domain);
    assert_eq!(place(json!({})), site);
}

/// The button named a server. While a call is left for it, or a moment before the press, whoever may edit widgets can name another,
/// which would get the person's camera as that of a conference that they made.
#[test]
fn a_repair_starts_on_no_other_server_than_the_one_that_was_read() {
    let split_on = |domain: &str| {
        let content =
            json!({"type": "jitsi", "url": "https://manager.test/jitsi.html?confId=Abc", "data": {"domain": domain}});
        room(&[(&"theirs".into(), &content)])
    };
    let (read, edited) = (split_on("https://read.test"), split_on("https://evil.test"));
    let mut session = Session::default();
    let widget = Box::new(read.conferences.first().cloned().expect("a conference"));
    session.handle(T0, Input::Join { room: "!garden".into(), widget, kind: Kind::Video, trusted: false });
    session.handle(T0, Input::RoomChanged(Box::new(edited.clone())));
    assert_eq!(session.handle(T0, Input::Repair(Box::new(edited), start(), domain("read.test"))), []);
    let View::Consent { widget, .. } = session.view() else { panic!("{:?}", session.view()) };
    assert_eq!(widget.domain, Ok(domain("evil.test")), "the card shows what would be now");
}
