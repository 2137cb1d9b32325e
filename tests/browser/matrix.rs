//! The Matrix client's shell: what it sends, keeps, frees and tells.

mod calls;
mod homeserver;

use std::cell::RefCell;
use std::rc::Rc;

use meet_in_chat::host::matrix::MatrixHost;
use meet_in_chat::host::{Host, HostError, HostEvent, HostFuture, Subscription};
use meet_in_chat::ids::RoomId;
use meet_in_chat::matrix::client::{Change, Client};
use meet_in_chat::matrix::view::{Connection, ItemContent, Sending, Session};
use meet_in_chat::meet::consent;
use meet_in_chat::secret::Secret;
use serde_json::{Value, json};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::waiting::{settle, until};
use homeserver::{HOME, Homeserver, Reply, TOKEN};

const ME: &str = "@me:hs.test";

fn session() -> Session {
    Session { homeserver: HOME.into(), user_id: ME.into(), device_id: "DEVICE".into(), access_token: TOKEN.into() }
}

fn room() -> RoomId {
    "!room".into()
}

fn state(event_type: &str, key: &str, content: Value) -> Value {
    json!({
        "event_id": format!("${event_type}{key}"), "type": event_type, "state_key": key, "sender": ME, "content": content,
    })
}

/// An answer to `/sync` with one room.
fn sync(state: &[Value], timeline: &[Value]) -> Reply {
    let room = json!({ "state": { "events": state }, "timeline": { "events": timeline, "prev_batch": "before" } });
    Reply::Json(200, json!({ "next_batch": "s1", "rooms": { "join": { "!room": room } } }))
}

fn named() -> Reply {
    sync(&[state("m.room.name", "", json!({ "name": "Tea" }))], &[])
}

fn refused(status: u16, errcode: &str) -> Reply {
    Reply::Json(status, json!({ "errcode": errcode }))
}

/// A client that is past its first sync, on a page that kept nothing from the test before.
async fn online(server: &Homeserver) -> Client {
    forget_everything().await;
    let client = Client::new(session());
    client.start();
    until("online", || client.connection() == Connection::Online).await;
    until("polling", || server.seen("/sync").len() > 1).await;
    client
}

async fn forget_everything() {
    let caches = web_sys::window().unwrap().caches().unwrap();
    JsFuture::from(caches.delete("meet-in-chat")).await.unwrap();
}

async fn something_is_kept() -> bool {
    let caches = web_sys::window().unwrap().caches().unwrap();
    JsFuture::from(caches.has("meet-in-chat")).await.unwrap().is_truthy()
}

async fn leave_page() {
    let event = web_sys::Event::new("pagehide").unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    settle().await;
}

#[wasm_bindgen_test]
async fn the_token_travels_in_one_header_to_one_server() {
    let server = Homeserver::new([named()]);
    let client = online(&server).await;
    client.thumbnail("mxc://hs.test/abc", 32).await;
    client.send_text(&room(), "Hi");
    settle().await;
    let expected = format!("Bearer {TOKEN}");
    for seen in server.seen("") {
        assert!(!seen.url.contains(TOKEN), "{}", seen.url);
        let is_open = seen.url.contains("well-known") || seen.url.contains("/media/v3/");
        assert_eq!(seen.authorization.as_deref(), (!is_open).then_some(expected.as_str()), "{}", seen.url);
    }
    assert!(!server.seen(".well-known").is_empty() && !server.seen("PUT").is_empty());
}

#[wasm_bindgen_test]
async fn a_message_shows_at_once_and_keeps_its_key_when_it_comes_back() {
    let server = Homeserver::new([named()]).rule("/send/", Reply::Json(200, json!({ "event_id": "$sent" })));
    let client = online(&server).await;
    let shown_before = client.timeline(&room()).len();
    client.send_text(&room(), "Hi");
    let first = client.timeline(&room()).pop().unwrap();
    assert_eq!((first.sending, first.event_id), (Sending::Pending, None));
    until("sent", || client.timeline(&room()).last().is_some_and(|item| item.sending == Sending::Sent)).await;

    let echo = json!({
        "event_id": "$sent", "type": "m.room.message", "sender": ME, "content": { "msgtype": "m.text", "body": "Hi" },
        "unsigned": { "transaction_id": first.key },
    });
    server.next_sync(sync(&[], &[echo]));
    until("next", || server.seen("/sync").len() > 2).await;
    assert_eq!(client.timeline(&room()).len(), 1 + shown_before);
    assert_eq!(client.timeline(&room()).last().unwrap().key, first.key);
}

#[wasm_bindgen_test]
async fn a_message_that_fails_can_be_sent_again_or_thrown_away() {
    let server = Homeserver::new([named()]).rule("/send/", Reply::Broken);
    let client = online(&server).await;
    client.send_text(&room(), "Hi");
    let failed = || client.timeline(&room()).last().is_some_and(|item| item.sending == Sending::Failed);
    until("failed", failed).await;
    let key = client.timeline(&room()).pop().unwrap().key;
    client.retry(&room(), &key);
    assert!(!failed());
    until("failed again", failed).await;
    let sent = server.seen("/send/");
    assert_eq!((sent.len(), &sent[0].url), (2, &sent[1].url));
    assert_eq!(client.discard(&room(), &key).as_deref(), Some("Hi"));
    assert!(!client.timeline(&room()).iter().any(|item| matches!(item.content, ItemContent::Text { .. })));
}

#[wasm_bindgen_test]
async fn nothing_leaves_in_clear_for_an_encrypted_room_but_state() {
    let encryption = state("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" }));
    let server =
        Homeserver::new([sync(&[encryption], &[])]).rule("/state/", Reply::Json(200, json!({ "event_id": "$w" })));
    let client = online(&server).await;
    client.send_text(&room(), "secret");
    let call = client.send_state(&room(), "m.call.invite", "", json!({ "sdp": "secret" })).await;
    assert_eq!(call, Err(HostError::Unsupported));
    let widget = client.send_state(&room(), "im.vector.modular.widgets", "w", json!({})).await;
    assert_eq!(widget, Ok("$w".into()));
    settle().await;
    let written: Vec<String> = server.seen("PUT").into_iter().map(|seen| seen.url).collect();
    assert_eq!(written, ["/_matrix/client/v3/rooms/%21room/state/im.vector.modular.widgets/w"]);
}

#[wasm_bindgen_test]
async fn a_client_that_no_one_holds_gives_up_its_sync() {
    let server = Homeserver::new([named()]);
    let client = online(&server).await;
    let waiting = server.seen("/sync").pop().unwrap();
    assert!(!waiting.was_aborted());
    drop(client);
    settle().await;
    assert!(waiting.was_aborted());
    let requests = server.seen("").len();
    settle().await;
    assert_eq!(server.seen("").len(), requests);
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_said_and_a_press_tries_at_once() {
    let server =
        Homeserver::new([named(), Reply::Broken, refused(502, "M_UNKNOWN"), refused(502, "M_UNKNOWN"), named()]);
    forget_everything().await;
    let client = Client::new(session());
    client.start();
    for failures in 1..=3 {
        until("failed", || server.seen("/sync").len() == failures + 1).await;
        until("offline", || matches!(client.connection(), Connection::Offline { .. })).await;
        settle().await;
        client.retry_now();
    }
    until("online", || client.connection() == Connection::Online).await;
}

#[wasm_bindgen_test]
async fn a_reload_shows_the_rooms_before_the_server_answers() {
    let server = Homeserver::new([named()]);
    let client = online(&server).await;
    let rooms = client.rooms();
    leave_page().await;
    drop(client);

    let client = Client::new(session());
    client.start();
    until("restored", || !client.rooms().is_empty()).await;
    assert_eq!((client.rooms(), client.connection()), (rooms, Connection::Starting));
    until("asked", || server.seen("since=s1").iter().any(|seen| seen.url.contains("timeout=0"))).await;
}

#[wasm_bindgen_test]
async fn what_was_kept_of_a_server_that_was_reset_is_thrown_away() {
    let server = Homeserver::new([named()]);
    let client = online(&server).await;
    leave_page().await;
    drop(client);
    settle().await;
    server.next_sync(refused(400, "M_UNKNOWN"));
    server.next_sync(Reply::Json(200, json!({ "next_batch": "fresh" })));
    let client = Client::new(session());
    client.start();
    until("online", || client.connection() == Connection::Online).await;
    assert!(client.rooms().is_empty());
}

#[wasm_bindgen_test]
async fn an_unknown_token_ends_the_session_and_wipes_what_was_kept() {
    let server = Homeserver::new([named()]).rule("/members", refused(401, "M_UNKNOWN_TOKEN"));
    let client = online(&server).await;
    leave_page().await;
    assert!(something_is_kept().await);
    assert!(client.load_members(&room()).await.is_err());
    assert_eq!(client.connection(), Connection::SignedOut);
    settle().await;
    assert!(!something_is_kept().await);
    assert!(server.seen("/sync").pop().unwrap().was_aborted());
}

#[wasm_bindgen_test]
async fn signing_out_wipes_what_was_kept_even_when_the_server_fails() {
    let server = Homeserver::new([named()]).rule("/logout", Reply::Broken);
    let client = online(&server).await;
    leave_page().await;
    client.sign_out().await;
    assert_eq!(client.connection(), Connection::SignedOut);
    assert_eq!(server.seen("POST /_matrix/client/v3/logout").len(), 1);
    leave_page().await;
    assert!(!something_is_kept().await);
}

#[wasm_bindgen_test]
async fn a_picture_is_loaded_once_and_freed_with_the_client() {
    let server = Homeserver::new([named()]).rule("/client/v1/media/", Reply::Bytes("image/png", vec![1, 2, 3]));
    let client = online(&server).await;
    let other = client.clone();
    wasm_bindgen_futures::spawn_local(async move {
        other.thumbnail("mxc://hs.test/abc", 32).await;
    });
    let url = client.thumbnail("mxc://hs.test/abc", 32).await.unwrap();
    assert_eq!(client.thumbnail("mxc://hs.test/abc", 32).await.as_ref(), Some(&url));
    assert_eq!(server.seen("/media/").len(), 1);
    assert!(server.leads_somewhere(&url).await);
    drop(client);
    settle().await;
    assert!(!server.leads_somewhere(&url).await);
}

#[wasm_bindgen_test]
async fn a_server_without_authenticated_media_is_asked_the_old_way_without_the_token() {
    let server = Homeserver::new([named()])
        .rule("/client/v1/media/", refused(404, "M_UNRECOGNIZED"))
        .rule("/media/v3/", Reply::Bytes("image/webp", vec![1]));
    let client = online(&server).await;
    assert!(client.thumbnail("mxc://hs.test/a", 32).await.is_some());
    assert!(client.thumbnail("mxc://hs.test/b", 32).await.is_some());
    assert_eq!(server.seen("/client/v1/media/").len(), 1);
    assert!(server.seen("/media/v3/").iter().all(|seen| seen.authorization.is_none()));
}

#[wasm_bindgen_test]
async fn a_picture_that_could_run_a_script_is_not_shown() {
    let server = Homeserver::new([named()]).rule("/media/", Reply::Bytes("image/svg+xml", b"<svg/>".to_vec()));
    let client = online(&server).await;
    assert_eq!(client.thumbnail("mxc://hs.test/a", 32).await, None);
    assert_eq!(client.thumbnail("https://eve.test/a", 32).await, None);
    assert_eq!(server.seen("/media/").len(), 1);
}

#[wasm_bindgen_test]
async fn a_listener_may_ask_the_client_and_end_its_own_subscription() {
    let server = Homeserver::new([named()]);
    forget_everything().await;
    let client = Client::new(session());
    let subscription: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let told = Rc::new(RefCell::new(Vec::new()));
    let listener = {
        let (client, subscription, told) = (client.clone(), subscription.clone(), told.clone());
        move |change: &Change| {
            told.borrow_mut().push((change.clone(), client.rooms().len()));
            client.mark_read(&room());
            subscription.take();
        }
    };
    *subscription.borrow_mut() = Some(client.subscribe(Rc::new(listener)));
    client.start();
    until("polling", || server.seen("/sync").len() > 1).await;
    assert_eq!(*told.borrow(), [(Change::Anew(room()), 1)]);
}

#[wasm_bindgen_test]
async fn a_silent_bot_is_found_when_the_call_components_ask() {
    let bots = state("io.element.functional_members", "", json!({ "service_members": ["@bot:hs.test"] }));
    let bot = json!({
        "event_id": "$bot", "type": "m.room.member", "state_key": "@bot:hs.test", "sender": "@bot:hs.test",
        "content": { "membership": "join" },
    });
    let server = Homeserver::new([sync(&[bots], &[])]).rule("/members", Reply::Json(200, json!({ "chunk": [bot] })));
    let client = online(&server).await;
    let knows_bot = || {
        let room = client.room_json(&room()).unwrap();
        room["state"].as_array().unwrap().iter().any(|event| event["state_key"] == "@bot:hs.test")
    };
    assert!(!knows_bot());
    until("loaded", knows_bot).await;
    assert_eq!(server.seen("/members").len(), 1);
}

#[wasm_bindgen_test]
async fn older_messages_come_page_by_page_until_the_room_begins() {
    let old = |id: &str, kind: &str| json!({ "event_id": id, "type": kind, "sender": ME, "content": { "msgtype": "m.text", "body": id } });
    let server = Homeserver::new([named()])
        .rule("from=before", Reply::Json(200, json!({ "chunk": [old("$9", "m.reaction")], "end": "more" })))
        .rule(
            "from=more",
            Reply::Json(200, json!({ "chunk": [old("$2", "m.room.message"), old("$1", "m.room.message")] })),
        );
    let client = online(&server).await;
    assert_eq!(client.load_older(&room()).await, Ok(false));
    let shown: Vec<_> = client.timeline(&room()).into_iter().map(|item| item.key).collect();
    assert_eq!(shown, ["$1", "$2"]);
    assert_eq!(server.seen("/messages").len(), 2);
}

/// Whoever has no integration manager has no token of one.
fn no_manager() -> Rc<dyn Fn() -> HostFuture<Option<Secret>>> {
    Rc::new(|| Box::pin(std::future::ready(Ok(None))))
}

#[wasm_bindgen_test]
async fn the_host_tells_what_the_client_tells() {
    let server = Homeserver::new([named()]).rule("/logout", Reply::Json(200, json!({})));
    forget_everything().await;
    let client = Client::new(session());
    let opened = Rc::new(RefCell::new(None));
    let opens = opened.clone();
    let navigation = Rc::new(move |room: &RoomId| *opens.borrow_mut() = Some(room.clone()));
    let host = MatrixHost::new(client.clone(), json!({ "a": 1 }), navigation, no_manager(), "de".into());
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let _subscription = host.subscribe(Rc::new(move |event| tells.borrow_mut().push(event.clone())));
    client.start();
    until("polling", || server.seen("/sync").len() > 1).await;
    assert!(host.online());
    assert_eq!(host.room(&room()).unwrap()["name"], "Tea");
    host.open_room(&room());
    assert_eq!(opened.borrow().clone(), Some(room()));
    client.sign_out().await;
    assert!(!host.online());
    let told = told.borrow();
    assert!(told.contains(&HostEvent::RoomChanged(room())) && told.contains(&HostEvent::ConnectionChanged));
    assert_eq!(told.last(), Some(&HostEvent::SignedOut));
}

#[wasm_bindgen_test]
async fn consent_is_known_from_the_sync_kept_over_a_reload_and_asked_for_before_it_is_written() {
    let (before, newer) = (json!({ "widgets": {} }), json!({ "widgets": { "$1": true } }));
    let event = json!({ "type": consent::EVENT_TYPE, "content": before });
    let answer = json!({ "next_batch": "s1", "account_data": { "events": [event] } });
    let server = Homeserver::new([Reply::Json(200, answer)]).rule("/account_data/", refused(404, "M_NOT_FOUND"));
    let client = online(&server).await;
    assert_eq!(client.account_data(consent::EVENT_TYPE), Some(before.clone()));
    assert_eq!(client.account_data("m.direct"), None);
    assert_eq!(client.newest_account_data(consent::EVENT_TYPE).await, Ok(None));
    let server = server.rule("/account_data/", Reply::Json(200, newer.clone()));
    assert_eq!(client.newest_account_data(consent::EVENT_TYPE).await, Ok(Some(newer.clone())));
    assert_eq!(client.set_account_data(consent::EVENT_TYPE, newer).await, Ok(()));
    let place = "PUT /_matrix/client/v3/user/%40me%3Ahs.test/account_data/im.vector.setting.allowed_widgets";
    assert_eq!(server.seen(place).len(), 1);
    leave_page().await;
    drop(client);

    let client = Client::new(session());
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let _subscription = client.subscribe(Rc::new(move |change| tells.borrow_mut().push(change.clone())));
    client.start();
    until("restored", || client.account_data(consent::EVENT_TYPE) == Some(before.clone())).await;
    settle().await;
    assert!(told.borrow().contains(&Change::Account));
}

#[wasm_bindgen_test]
async fn the_last_good_well_known_survives_a_reload_with_a_failed_poll_and_not_a_sign_out() {
    let document = json!({ "io.element.jitsi": { "preferredDomain": "meet.test" } });
    let server = Homeserver::new([named()]).rule(".well-known", Reply::Json(200, document.clone()));
    let client = online(&server).await;
    until("polled", || client.well_known().is_some()).await;
    drop(client);

    let server = server.rule(".well-known", Reply::Broken);
    let client = Client::new(session());
    client.start();
    settle().await;
    assert_eq!((client.well_known(), server.seen(".well-known").len()), (Some(document), 2));
    client.sign_out().await;

    let client = Client::new(session());
    client.start();
    settle().await;
    assert_eq!(client.well_known(), None);
}
