//! What the client does for calls: sends their events, tells and fetches them, and knows whether they may ring.

use std::cell::RefCell;
use std::rc::Rc;
use std::slice;

use meet_in_chat::browser::clock;
use meet_in_chat::host::matrix::MatrixHost;
use meet_in_chat::host::{Host, HostError, HostEvent};
use meet_in_chat::matrix::client::Client;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::homeserver::{Homeserver, Reply, TOKEN};
use super::{ME, forget_everything, leave_page, named, no_manager, online, room, session, state, sync};
use crate::waiting::{settle, until};

fn host(client: &Client) -> MatrixHost {
    MatrixHost::new(client.clone(), json!({}), Rc::new(|_| {}), no_manager(), "en".into())
}

#[wasm_bindgen_test]
async fn a_call_event_is_sent_once_and_told_how_it_went() {
    let server =
        Homeserver::new([named()]).rule("/send/m.call.invite/t1", Reply::Json(200, json!({ "event_id": "$i" }))).rule(
            "/send/m.call.hangup/t2",
            Reply::Json(429, json!({ "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7 })),
        );
    let client = online(&server).await;
    let host = host(&client);
    assert_eq!(host.send_event(&room(), "m.call.invite", json!({ "call_id": "c" }), "t1").await, Ok("$i".into()));
    let refused = host.send_event(&room(), "m.call.hangup", json!({}), "t2").await;
    assert!(matches!(refused, Err(HostError::Refused { status: 429, retry_after: Some(7), .. })), "{refused:?}");
    settle().await;
    assert_eq!(server.seen("PUT").len(), 2);
    let elsewhere = host.send_event(&"!other".into(), "m.call.invite", json!({}), "t3").await;
    assert_eq!(elsewhere, Err(HostError::Unsupported));
}

#[wasm_bindgen_test]
async fn no_call_event_leaves_in_clear_for_a_room_that_became_encrypted() {
    let server = Homeserver::new([named()]).rule("/send/", Reply::Json(200, json!({ "event_id": "$i" })));
    let client = online(&server).await;
    let host = host(&client);
    host.send_last_word(&room(), "m.call.hangup", json!({}), "t1");
    assert_eq!(server.seen("PUT /_matrix/client/v3/rooms/%21room/send/m.call.hangup/t1").len(), 1, "begun at once");
    let word = server.seen("PUT").remove(0);
    assert_eq!(word.authorization, Some(format!("Bearer {TOKEN}")));
    assert!(word.outlives_the_page());
    server.next_sync(sync(&[state("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" }))], &[]));
    until("next", || server.seen("/sync").len() > 2).await;
    host.send_last_word(&room(), "m.call.hangup", json!({}), "t2");
    let invite = host.send_event(&room(), "m.call.invite", json!({}), "t3").await;
    assert_eq!((invite, host.can_encrypt()), (Err(HostError::Unsupported), false));
    settle().await;
    assert_eq!(server.seen("PUT").len(), 1);
}

#[wasm_bindgen_test]
async fn calls_are_told_with_the_first_sync_and_after_the_room_is_known() {
    let call = json!({
        "event_id": "$c", "type": "m.call.invite", "sender": "@ann:hs.test", "content": { "call_id": "c" },
        "unsigned": { "age": 1234 },
    });
    let server = Homeserver::new([sync(&[state("m.room.name", "", json!({ "name": "Tea" }))], slice::from_ref(&call))]);
    forget_everything().await;
    let client = Client::new(session());
    let host = Rc::new(host(&client));
    let told = Rc::new(RefCell::new(Vec::new()));
    let (tells, asks) = (told.clone(), host.clone());
    let _subscription = host.subscribe(Rc::new(move |event| {
        if let HostEvent::Live(batch) = event {
            tells.borrow_mut().push((batch.clone(), asks.room(&room()).unwrap()["name"].clone()));
        }
    }));
    client.start();
    until("told", || !told.borrow().is_empty()).await;
    let gap = json!({ "next_batch": "s2", "rooms": { "join": { "!room": { "timeline": { "limited": true } } } } });
    server.next_sync(Reply::Json(200, gap));
    until("gap", || told.borrow().len() > 1).await;
    let told = told.borrow();
    assert_eq!((&told[0].0.events[0].event, &told[0].1), (&call, &json!("Tea")));
    assert!(told[0].0.gaps.is_empty() && told[1].0.events.is_empty());
    assert_eq!(told[1].0.gaps, [room()]);
}

#[wasm_bindgen_test]
async fn what_a_gap_swallowed_can_be_fetched() {
    let event = |id: &str, kind: &str| json!({ "event_id": id, "type": kind, "sender": ME, "content": {} });
    let newest = json!({ "chunk": [event("$4", "m.call.hangup"), event("$3", "m.room.message")], "end": "more" });
    let older = json!({ "chunk": [event("$2", "m.call.answer"), event("$1", "m.call.invite")], "end": "old" });
    let server = Homeserver::new([named()])
        .rule("/messages", Reply::Json(200, newest))
        .rule("from=more", Reply::Json(200, older))
        .once("/messages", Reply::Json(429, json!({ "errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7 })))
        .once("from=more", Reply::Broken);
    let client = online(&server).await;
    let batch = host(&client).events_since(&room(), Some(&"$1".into())).await.unwrap();
    let ids: Vec<_> = batch.events.iter().map(|live| live.event["event_id"].clone()).collect();
    assert_eq!(ids, ["$2", "$4"]);
    assert_eq!(server.seen("/messages").len(), 4, "what failed is asked for again");
}

#[wasm_bindgen_test]
async fn a_gap_that_the_server_does_not_show_is_asked_for_once() {
    let server = Homeserver::new([named()]).rule("/messages", super::refused(403, "M_FORBIDDEN"));
    let client = online(&server).await;
    assert!(host(&client).events_since(&room(), None).await.is_err());
    assert_eq!(server.seen("/messages").len(), 1);
}

#[wasm_bindgen_test]
async fn whom_i_ignore_and_whether_it_rings_survive_a_reload() {
    let account = json!({ "events": [
        { "type": "m.ignored_user_list", "content": { "ignored_users": { "@eve:hs.test": {} } } },
        { "type": "org.matrix.msc3890.local_notification_settings.DEVICE", "content": { "is_silenced": true } },
    ] });
    let server = Homeserver::new([Reply::Json(200, json!({ "next_batch": "s1", "account_data": account }))]);
    let client = online(&server).await;
    assert!(server.seen("/sync")[0].url.contains("local_notification_settings.DEVICE"));
    leave_page().await;
    drop(client);
    let client = Client::new(session());
    client.start();
    let host = host(&client);
    assert!(host.ring_allowed());
    until("restored", || !host.ring_allowed()).await;
    assert!(host.is_ignored(&"@eve:hs.test".into()) && !host.is_ignored(&ME.into()));
}

#[wasm_bindgen_test]
async fn that_the_account_says_something_else_is_told() {
    let server = Homeserver::new([named()]);
    let client = online(&server).await;
    let told = Rc::new(RefCell::new(Vec::new()));
    let (tells, host) = (told.clone(), Rc::new(host(&client)));
    let asks = host.clone();
    let _subscription = host.subscribe(Rc::new(move |event| {
        if *event == HostEvent::AccountChanged {
            tells.borrow_mut().push(asks.is_ignored(&"@eve:hs.test".into()));
        }
    }));
    let ignored = json!({ "type": "m.ignored_user_list", "content": { "ignored_users": { "@eve:hs.test": {} } } });
    server.next_sync(Reply::Json(200, json!({ "next_batch": "s2", "account_data": { "events": [ignored] } })));
    until("told", || !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [true]);
}

/// A reload took the ring away for good: the invite was kept without its offer, and no sync brings it again.
#[wasm_bindgen_test]
async fn a_call_that_rings_is_told_again_to_the_page_after_a_reload() {
    let call = json!({
        "event_id": "$c", "type": "m.call.invite", "sender": "@ann:hs.test", "origin_server_ts": clock::now().0,
        "content": { "call_id": "c", "lifetime": 90_000, "offer": { "type": "offer", "sdp": "v=0" } }, "unsigned": { "age": 9 },
    });
    let newest = json!({ "chunk": [call.clone()] });
    let server = Homeserver::new([sync(&[], slice::from_ref(&call))]).rule("/messages", Reply::Json(200, newest));
    let client = online(&server).await;
    settle().await;
    assert!(server.seen("/messages").is_empty(), "told by the sync");
    leave_page().await;
    drop(client);
    // It gives up its sync.
    settle().await;

    let client = Client::new(session());
    let host = host(&client);
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let _subscription = host.subscribe(Rc::new(move |event| {
        if let HostEvent::Live(batch) = event {
            tells.borrow_mut().extend(batch.events.iter().map(|live| live.event.clone()));
        }
    }));
    client.start();
    server.next_sync(Reply::Json(200, json!({ "next_batch": "s2" })));
    until("told", || !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [call]);
    assert_eq!(server.seen("/messages").len(), 1);
}

#[wasm_bindgen_test]
async fn turn_servers_and_pictures_come_as_the_server_has_them() {
    let turn = json!({ "uris": ["turn:t.test"], "username": "u", "password": "p", "ttl": 60 });
    let member = state("m.room.member", ME, json!({ "membership": "join", "avatar_url": "mxc://hs.test/abc" }));
    let server = Homeserver::new([sync(&[member], &[])])
        .rule("/voip/turnServer", Reply::Json(200, turn.clone()))
        .rule("/client/v1/media/", Reply::Bytes("image/png", vec![1, 2, 3]));
    let client = online(&server).await;
    let host = host(&client);
    assert_eq!(host.turn_server().await, Ok(turn));
    assert!(host.avatar(&room(), &ME.into(), 32).await.unwrap().is_some_and(|url| url.starts_with("blob:")));
    assert_eq!(host.avatar(&room(), &"@ann:hs.test".into(), 32).await, Ok(None));
}

#[wasm_bindgen_test]
async fn the_other_person_of_two_is_found_when_the_call_components_ask() {
    let room_of_two = json!({ "summary": { "m.joined_member_count": 2 } });
    let answer = json!({ "next_batch": "s1", "rooms": { "join": { "!room": room_of_two } } });
    let ann = json!({
        "event_id": "$ann", "type": "m.room.member", "state_key": "@ann:hs.test", "sender": "@ann:hs.test",
        "content": { "membership": "join" },
    });
    // The button was enabled and did nothing when this failed.
    let server = Homeserver::new([Reply::Json(200, answer)])
        .rule("/members", Reply::Json(200, json!({ "chunk": [ann] })))
        .once("/members", Reply::Broken);
    let client = online(&server).await;
    until("loaded", || !client.room_json(&room()).unwrap()["state"].as_array().unwrap().is_empty()).await;
    assert_eq!(server.seen("/members").len(), 2);
}
