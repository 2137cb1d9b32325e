use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::ids::RoomId;
use crate::meet::consent::WidgetSaid;
use crate::meet::widget::Viewer;
use crate::room::{RoomState, StateEvent};
use crate::time::Millis;
use crate::widget_api::Posted;

mod manager;

const T0: Millis = Millis(1_000_000);

fn widget_of(event: &str, content: Value) -> Option<Arc<RoomWidget>> {
    let event = json!({
        "type": "im.vector.modular.widgets", "state_key": "w", "sender": "@ann:chat.test", "event_id": event,
        "origin_server_ts": 1, "content": content,
    });
    let state: RoomState = [StateEvent::read(&event).expect("an event")].into_iter().collect();
    RoomWidget::first_in(&state)
}

fn content(url: &str, data: Value) -> Value {
    json!({ "type": "m.custom", "name": " Call ", "url": url, "data": data, "io.element.managed_hybrid": true })
}

fn widget(url: &str, data: Value) -> Arc<RoomWidget> {
    widget_of("$1", content(url, data)).expect("a widget")
}

fn viewer() -> Viewer<'static> {
    Viewer {
        room_id: "!garden:x",
        user_id: "@me:x",
        display_name: "Me & you",
        avatar_url: "",
        theme: "dark",
        language: "de",
        room_name: "Garden club",
        video_room: false,
        parent_url: "https://chat.test/app/",
    }
}

fn address(url: &str, data: Value) -> Result<Target, Refusal> {
    widget(url, data).target(&viewer())
}

#[test]
fn only_what_a_service_of_the_site_made_is_such_a_call() {
    let good = content("https://call.test/", json!({}));
    let read = widget_of("$1", good.clone()).expect("a widget");
    assert_eq!((read.name.as_deref(), read.creator.as_str()), (Some("Call"), "@ann:chat.test"));
    let with = |key: &str, value: Value| {
        let mut content = good.clone();
        content[key] = value;
        content
    };
    for none in [
        json!({}),
        with("io.element.managed_hybrid", json!("true")),
        with("io.element.managed_hybrid", json!(false)),
        with("url", json!(" ")),
        with("url", json!(7)),
        with("type", json!(null)),
    ] {
        assert_eq!(widget_of("$1", none.clone()), None, "{none}");
    }
    let mut meet = with("type", json!("jitsi"));
    meet["data"] = json!({ "conferenceId": "Abc", "domain": "meet.test" });
    assert_eq!(widget_of("$1", meet), None, "a Meet widget is a conference");
    assert_eq!(widget_of("$1", with("data", json!([7]))).map(|widget| widget.data.len()), Some(0));
}

#[test]
fn the_address_says_what_the_template_asks_for_and_who_asks() {
    let target = address(
        "https://Call.test:443/room/$room?u=$matrix_user_id&n=$matrix_display_name&t=$org.matrix.msc2873.client_theme#$matrix_room_id/$x",
        json!({ "room": "a/b?c", "y": 1 }),
    );
    let url = "https://call.test/room/a%2Fb%3Fc?u=%40me%3Ax&n=Me%20%26%20you&t=dark&widgetId=w&parentUrl=https%3A%2F%2Fchat.test%2Fapp%2F#!garden%3Ax/$x";
    assert_eq!(target, Ok(Target { url: url.into(), host: "call.test".into(), is_manager: false }));
    let plain = address("https://call.test", json!(null)).map(|target| target.url);
    assert_eq!(plain.as_deref(), Ok("https://call.test/?widgetId=w&parentUrl=https%3A%2F%2Fchat.test%2Fapp%2F"));
}

#[test]
fn what_a_widget_says_of_the_person_does_not_count() {
    let data = json!({ "matrix_user_id": "@admin:x", "a": null, "b": true, "c": 1.5, "d": [1] });
    let url =
        address("https://call.test/#$matrix_user_id,$a,$b,$c,$d", data).map(|target| target.url).unwrap_or_default();
    assert!(url.ends_with("#%40me%3Ax,null,true,1.5,%5B1%5D"), "{url}");
    let nameless = Viewer { display_name: "", ..viewer() };
    let url = widget("https://call.test/#$matrix_display_name", json!({})).target(&nameless).map(|target| target.url);
    assert!(url.is_ok_and(|url| url.ends_with("#%40me%3Ax")), "a nameless person goes by their id");
}

#[test]
fn only_an_address_that_nobody_on_the_way_can_change_is_opened() {
    for url in [
        "http://call.test/",
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://chat.test/1",
        "about:blank",
        "//call.test/",
        "https://",
        "https:///call.test",
        "https://me@call.test/",
        "https://chat.test@call.test/",
        "https://call.test\\@chat.test/",
        "https://call.test/a/../b",
        "https://b\u{fc}cher.test/",
        "https://127.1/",
        "https://ca\nll.test/",
        "$u",
    ] {
        assert_eq!(address(url, json!({ "u": "https://call.test/" })), Err(Refusal::NoAddress), "{url}");
    }
    assert!(address("https://call.test:8443", json!({})).is_ok());
    let local = Viewer { parent_url: "http://localhost/", ..viewer() };
    for url in ["http://localhost:8080/", "http://127.0.0.1/", "https://[::1]/"] {
        assert_eq!(address(url, json!({})), Err(Refusal::NoAddress), "a stranger's way to the person's machine: {url}");
        assert!(widget(url, json!({})).target(&local).is_ok(), "{url}");
    }
    let host = address("https://$h:8443/", json!({ "h": "evil.test" })).map(|target| target.host);
    assert_eq!(host.as_deref(), Ok("evil.test:8443"), "the host is the one that it leads to");
}

/// A frame of the page's own origin could reach into the chat, sandbox or not.
#[test]
fn an_address_of_the_page_s_own_origin_is_refused_however_it_is_spelled() {
    for url in ["https://chat.test/x", "HTTPS://CHAT.test:443/", "https://chat.test?x", "https://$h/"] {
        assert_eq!(address(url, json!({ "h": "chat.test" })), Err(Refusal::OwnAddress), "{url}");
    }
    let here = Viewer { parent_url: "nowhere", ..viewer() };
    assert_eq!(widget("https://call.test/", json!({})).target(&here), Err(Refusal::OwnAddress), "without knowing");
    assert!(address("https://chat.test:8443/", json!({})).is_ok(), "another port is another origin");
}

#[test]
fn an_event_cannot_grow_beyond_what_it_is() {
    let long = ["https://call.test/#", &"$a".repeat(5000)].concat();
    assert_eq!(address(&long, json!({ "a": "x" })), Err(Refusal::NoAddress));
    let much = ["https://call.test/#", &"$a".repeat(1000)].concat();
    assert_eq!(address(&much, json!({ "a": "x".repeat(1000) })), Err(Refusal::NoAddress));
    assert!(address(&much, json!({ "a": "x".repeat(2000) })).is_ok_and(|target| target.url.contains("$a$a")));
}

fn room() -> RoomId {
    "!garden".into()
}

fn enter(visit: &mut Visit, event: &str) -> Vec<Action> {
    let widget = widget_of(event, content("https://call.test/", json!({}))).expect("a widget");
    let target = widget.target(&viewer());
    visit.handle(T0, Input::Enter { room: room(), widget, target })
}

fn looked_up(visit: &mut Visit, actions: &[Action], allowed: bool) -> Vec<Action> {
    let [.., Action::LookUp { generation, .. }] = actions else { panic!("{actions:?}") };
    visit.handle(T0, Input::LookedUp { generation: *generation, allowed })
}

/// A visit whose frame is open.
fn open() -> Visit {
    let mut visit = Visit::default();
    let actions = enter(&mut visit, "$1");
    let actions = looked_up(&mut visit, &actions, true);
    let [Action::OpenFrame { url, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    assert!(url.0.starts_with("https://call.test/?"));
    visit
}

fn answer(allowed: bool) -> WidgetSaid {
    WidgetSaid { room: room(), event: "$1".into(), host: "call.test".into(), allowed }
}

fn edited(event: &str) -> Input {
    let widget = widget_of(event, content("https://other.test/", json!({}))).expect("a widget");
    let target = widget.target(&viewer());
    Input::Changed(room(), Some((widget, target)))
}

fn message(action: &str, id: &str) -> Input {
    Input::FrameMessage(Posted(
        json!({ "api": "fromWidget", "widgetId": "w", "requestId": id, "action": action, "data": {} }),
    ))
}

fn posts(actions: &[Action]) -> Vec<&Value> {
    let post = |action: &'_ Action| matches!(action, Action::Post(_));
    actions
        .iter()
        .filter(|action| post(action))
        .filter_map(|action| if let Action::Post(Posted(json)) = action { Some(json) } else { None })
        .collect()
}

#[test]
fn no_frame_exists_before_the_person_has_agreed_and_the_answer_is_kept() {
    let mut visit = Visit::default();
    let actions = enter(&mut visit, "$1");
    assert!(matches!(actions.as_slice(), [Action::LookUp { .. }]), "{actions:?}");
    assert_eq!(looked_up(&mut visit, &actions, false), []);
    let View::Consent(place) = visit.view() else { panic!("{:?}", visit.view()) };
    assert_eq!((place.target.host.as_str(), place.edited), ("call.test", false));
    let actions = visit.handle(T0, Input::Approve("$1".into()));
    let [Action::Keep(said), Action::OpenFrame { .. }] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(*said, answer(true));
}

#[test]
fn not_now_asks_again_and_writes_nothing() {
    let mut visit = Visit::default();
    let actions = enter(&mut visit, "$1");
    looked_up(&mut visit, &actions, false);
    assert_eq!(visit.handle(T0, Input::Dismiss), []);
    assert_eq!(visit.view(), View::Idle);
    let actions = enter(&mut visit, "$1");
    looked_up(&mut visit, &actions, false);
    assert!(matches!(visit.view(), View::Consent(_)));
}

#[test]
fn an_edit_closes_the_frame_and_asks_again() {
    let mut visit = open();
    assert_eq!(visit.handle(T0, edited("$1")), [], "the same event");
    let actions = visit.handle(T0, edited("$2"));
    let [Action::CloseFrame, Action::LookUp { place, .. }] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!(place.widget.event_id.as_str(), "$2");
    assert_eq!(looked_up(&mut visit, &actions, false), []);
    assert!(matches!(visit.view(), View::Consent(place) if place.edited && place.target.host == "other.test"));
}

/// The press was for what the card said when the finger went down.
#[test]
fn an_edit_while_the_card_is_read_is_not_agreed_to() {
    let mut visit = Visit::default();
    let before = enter(&mut visit, "$1");
    looked_up(&mut visit, &before, false);
    assert_eq!(visit.handle(T0, edited("$2")), [], "nothing is looked up that could open it");
    assert_eq!(looked_up(&mut visit, &before, true), [], "what was answered for the old event");
    assert_eq!(visit.handle(T0, Input::Approve("$1".into())), []);
    assert!(matches!(visit.view(), View::Consent(place) if place.edited && place.target.host == "other.test"));
    assert!(matches!(
        visit.handle(T0, Input::Approve("$2".into())).as_slice(),
        [Action::Keep(_), Action::OpenFrame { .. }]
    ));
}

#[test]
fn an_edit_while_it_is_looked_up_is_looked_up_itself() {
    let mut visit = Visit::default();
    let before = enter(&mut visit, "$1");
    let after = visit.handle(T0, edited("$2"));
    assert_eq!(looked_up(&mut visit, &before, true), []);
    assert!(
        matches!(looked_up(&mut visit, &after, true).as_slice(), [Action::OpenFrame { url, .. }] if url.0.starts_with("https://other.test/"))
    );
}

#[test]
fn an_edit_that_leads_to_the_page_itself_closes_the_frame() {
    let mut visit = open();
    let widget = widget_of("$2", content("https://chat.test/", json!({}))).expect("a widget");
    let target = widget.target(&viewer());
    assert_eq!(visit.handle(T0, Input::Changed(room(), Some((widget, target)))), [Action::CloseFrame]);
    assert_eq!(visit.view(), View::Failed(room(), Failure::Refused(Refusal::OwnAddress)));
}

#[test]
fn whatever_ends_it_closes_the_frame_and_what_comes_late_opens_none() {
    for (input, view) in [
        (Input::Close, View::Idle),
        (Input::SignedOut, View::Idle),
        (Input::Changed(room(), None), View::Failed(room(), Failure::Removed)),
        (Input::FrameImpossible, View::Failed(room(), Failure::Refused(Refusal::NoAddress))),
        (Input::Impossible("!other".into()), View::Failed("!other".into(), Failure::NothingThere)),
    ] {
        let mut visit = open();
        assert_eq!(visit.handle(T0, input), [Action::CloseFrame]);
        assert_eq!(visit.view(), view);
        assert_eq!(visit.handle(T0, Input::FrameLoaded), []);
    }
    let mut visit = open();
    assert_eq!(visit.handle(T0, Input::Changed("!other".into(), None)), [], "another room");
    let mut visit = Visit::default();
    let actions = enter(&mut visit, "$1");
    visit.handle(T0, Input::Close);
    assert_eq!(looked_up(&mut visit, &actions, true), []);
    assert_eq!(visit.view(), View::Idle);
}

#[test]
fn withdrawing_closes_it_and_is_kept() {
    let mut visit = open();
    assert_eq!(visit.handle(T0, Input::Withdraw), [Action::Keep(answer(false)), Action::CloseFrame]);
}

#[test]
fn a_widget_that_hangs_up_is_closed() {
    let mut visit = open();
    visit.handle(T0, Input::FrameLoaded);
    let actions = visit.handle(T0, message("im.vector.hangup", "1"));
    assert_eq!(actions.last(), Some(&Action::CloseFrame), "{actions:?}");
    assert_eq!(visit.view(), View::Idle);
}

#[test]
fn it_is_told_the_look_and_granted_next_to_nothing() {
    let mut visit = open();
    visit.handle(T0, Input::Look("dark"));
    let actions = visit.handle(T0, Input::FrameLoaded);
    let id = posts(&actions).first().and_then(|post| post["requestId"].as_str()).unwrap_or_default().to_owned();
    let wants =
        ["m.always_on_screen", "org.matrix.msc2762.send.event:m.room.message", "town.robin.msc3846.turn_servers"];
    let reply = json!({
        "api": "toWidget", "widgetId": "w", "requestId": id, "action": "capabilities", "data": {},
        "response": { "capabilities": wants },
    });
    let actions = visit.handle(T0, Input::FrameMessage(Posted(reply)));
    let told = posts(&actions);
    let [granted, look] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(granted["data"]["approved"], json!(["m.always_on_screen"]));
    assert_eq!(look["data"], json!({ "name": "dark" }));
    let actions = visit.handle(T0, message("send_event", "2"));
    assert!(posts(&actions).iter().all(|post| post["response"]["error"].is_object()), "{actions:?}");
}

fn asks_who(visit: &Visit) -> bool {
    matches!(visit.view(), View::Open(_, true))
}

#[test]
fn who_the_person_is_is_said_after_a_word_only() {
    let mut visit = open();
    let actions = visit.handle(T0, message("get_openid", "1"));
    assert!(!actions.iter().any(|action| matches!(action, Action::FetchOpenId { .. })) && asks_who(&visit));
    let actions = visit.handle(T0, Input::MayKnow(true));
    let [Action::FetchOpenId { generation }] = actions.as_slice() else { panic!("{actions:?}") };
    assert!(!asks_who(&visit));
    let grant = crate::widget_api::OpenIdGrant::read(&json!({ "access_token": "t", "matrix_server_name": "x" }));
    let actions = visit.handle(T0, Input::OpenId { generation: *generation, result: Ok(grant) });
    assert_eq!(posts(&actions).first().map(|post| &post["response"]["state"]), Some(&json!("allowed")));
    // A second press finds no question.
    assert_eq!(visit.handle(T0, Input::MayKnow(true)), []);
}

#[test]
fn a_no_is_not_asked_about_again() {
    let mut visit = open();
    visit.handle(T0, message("get_openid", "1"));
    let actions = visit.handle(T0, Input::MayKnow(false));
    let blocked =
        |actions: &[Action]| posts(actions).first().is_some_and(|post| post["response"]["state"] == "blocked");
    assert!(blocked(&actions), "{actions:?}");
    let actions = visit.handle(T0, message("get_openid", "2"));
    assert!(blocked(&actions) && !asks_who(&visit), "{actions:?}");
}

/// The page that asked may have been another one.
#[test]
fn a_question_goes_with_the_document_that_asked_it() {
    let mut visit = open();
    visit.handle(T0, Input::FrameLoaded);
    visit.handle(T0, message("get_openid", "1"));
    visit.handle(T0, Input::FrameLoaded);
    assert!(!asks_who(&visit));
    assert_eq!(visit.handle(T0, Input::MayKnow(true)), []);
}

#[test]
fn a_token_for_a_frame_that_is_gone_goes_nowhere() {
    let mut visit = open();
    visit.handle(T0, message("get_openid", "1"));
    let actions = visit.handle(T0, Input::MayKnow(true));
    let [Action::FetchOpenId { generation }] = actions.as_slice() else { panic!("{actions:?}") };
    visit.handle(T0, Input::Close);
    let actions = enter(&mut visit, "$1");
    looked_up(&mut visit, &actions, true);
    let grant = crate::widget_api::OpenIdGrant::read(&json!({ "access_token": "t", "matrix_server_name": "x" }));
    assert_eq!(visit.handle(T0, Input::OpenId { generation: *generation, result: Ok(grant) }), []);
}
