//! What a page promises: kept, broken, or never settled.

use meet_in_chat::host::{Host, HostError};
use meet_in_chat::ids::{EventId, RoomId};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::{Page, function, odd_values, replaced_warnings, warnings};

fn room() -> RoomId {
    "!a".into()
}

#[wasm_bindgen_test]
async fn what_is_sent_arrives_as_plain_values_and_gives_its_id() {
    let page = Page::new();
    let host = page.host();
    let content = json!({ "call_id": "c", "__proto__": 1, "n": [1.5, null, "ä"] });
    assert_eq!(host.send_event(&room(), "m.call.invite", content.clone(), "t1").await, Ok("$event".into()));
    assert_eq!(host.send_state(&room(), "m.widget", "", json!({})).await, Ok("$state".into()));
    assert_eq!(host.set_account_data("x", json!({ "y": true })).await, Ok(()));
    host.send_last_word(&room(), "m.call.hangup", json!({}), "t2");
    let sent = json!([
        ["!a", "m.call.invite", content, "t1"], ["!a", "m.widget", "", {}], ["x", { "y": true }],
        ["!a", "m.call.hangup", {}, "t2"],
    ]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&page.sent()).unwrap(), sent);
    assert_eq!(host.turn_server().await, Ok(json!({ "uris": ["turn:x"] })));
    assert_eq!(host.open_id_token().await, Ok(json!({ "access_token": "secret" })));
    assert_eq!(host.events_since(&room(), None).await, Ok(Default::default()));
    assert_eq!(host.avatar(&room(), &"@ben:x".into(), 40).await, Ok(None));
    assert_eq!(host.newest_account_data("x").await, Ok(None));
    assert_eq!(host.room_account_data(&room(), "x").await, Err(HostError::Unsupported));
    assert_eq!(host.set_room_account_data(&room(), "x", json!({})).await, Err(HostError::Unsupported));
}

/// Every operation that takes time, and whether it came to an end with an error.
async fn outcomes(page: &Page) -> Vec<(&'static str, Option<HostError>)> {
    let host = page.host();
    let ben = "@ben:x".into();
    vec![
        ("sendStateEvent", host.send_state(&room(), "m.widget", "w", json!({})).await.err()),
        ("sendEvent", host.send_event(&room(), "m.call.invite", json!({}), "t").await.err()),
        ("getOpenIdToken", host.open_id_token().await.err()),
        ("getTurnServer", host.turn_server().await.err()),
        ("getEventsSince", host.events_since(&room(), Some(&"$e".into())).await.err()),
        ("fetchAccountData", host.newest_account_data("x").await.err()),
        ("setAccountData", host.set_account_data("x", json!({})).await.err()),
        ("fetchRoomAccountData", host.room_account_data(&room(), "x").await.err()),
        ("setRoomAccountData", host.set_room_account_data(&room(), "x", json!({})).await.err()),
        ("getAvatar", host.avatar(&room(), &ben, 40).await.err()),
    ]
}

/// A page on which every operation that takes time is this function.
fn with_promises(body: &str) -> Page {
    let page = Page::new();
    for name in [
        "sendStateEvent",
        "sendEvent",
        "getOpenIdToken",
        "getTurnServer",
        "getEventsSince",
        "fetchAccountData",
        "setAccountData",
        "fetchRoomAccountData",
        "setRoomAccountData",
        "getAvatar",
    ] {
        page.set(name, &function(body));
    }
    page
}

#[wasm_bindgen_test]
async fn whatever_a_promise_is_broken_with_is_an_error() {
    for (name, odd) in odd_values() {
        let page = with_promises("return Promise.reject(this.odd)");
        page.set("odd", &odd);
        for (method, error) in outcomes(&page).await {
            assert!(error.is_some(), "{method} {name}");
        }
        page.set("sendEvent", &function("throw this.odd"));
        assert!(page.host().send_event(&room(), "m.call.invite", json!({}), "t").await.is_err(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn whatever_a_promise_is_kept_with_comes_to_an_end() {
    for (name, odd) in odd_values() {
        for body in ["return this.odd", "return Promise.resolve([this.odd]).then(odd => odd[0])"] {
            let page = with_promises(body);
            page.set("odd", &odd);
            for (method, error) in outcomes(&page).await {
                let is_text = name == "'text'";
                let needs_object = ["getOpenIdToken", "getTurnServer", "getEventsSince"].contains(&method);
                let is_sent = ["sendStateEvent", "sendEvent"].contains(&method);
                assert!(error.is_some() || !is_sent || is_text, "{method} {name}");
                assert!(error.is_some() || !needs_object || odd.is_object(), "{method} {name}");
            }
        }
    }
}

#[wasm_bindgen_test]
async fn what_is_never_settled_is_a_homeserver_that_does_not_answer() {
    for body in [
        "return new Promise(() => {})",
        "return { then() {} }",
        "const mute = Promise.resolve('$e'); mute.then = () => {}; return mute",
    ] {
        let host = with_promises(body).host();
        let sent = host.send_event(&room(), "m.call.invite", json!({}), "t").await;
        assert_eq!(sent, Err(HostError::Unreachable), "{body}");
        assert_eq!(host.set_account_data("x", json!({})).await, Err(HostError::Unreachable), "{body}");
    }
}

#[wasm_bindgen_test]
async fn a_promise_that_throws_when_it_is_asked_is_a_broken_one() {
    for body in [
        "const odd = Promise.resolve('$e'); odd.then = () => { throw new Error('then'); }; return odd",
        "const odd = Promise.resolve('$e'); Object.defineProperty(odd, 'then', { get() { throw 1; } }); return odd",
        "return { then(_, broken) { broken('twice'); broken('twice'); throw 1; } }",
        "return { get then() { throw 1; } }",
        "const odd = Promise.resolve('$e'); Object.defineProperty(odd, 'constructor', { get() { throw 1; } }); return odd",
    ] {
        let host = with_promises(body).host();
        let sent = host.send_event(&room(), "m.call.invite", json!({}), "t").await;
        assert!(matches!(sent, Err(HostError::Refused { status: 0, .. })), "{body}: {sent:?}");
    }
}

#[wasm_bindgen_test]
async fn a_refusal_of_the_homeserver_and_its_silence_are_told_apart() {
    let error_of = async |thrown: &str| {
        let page = with_promises(&["throw ", thrown].concat());
        page.host().send_state(&room(), "m.widget", "w", json!({})).await.expect_err("it throws")
    };
    let limited = "Object.assign(new Error('[429] Slow'), { name: 'M_LIMIT_EXCEEDED', errcode: 'M_LIMIT_EXCEEDED', \
                   httpStatus: 429, data: { error: 'Slow', retry_after_ms: 2000 } })";
    assert_eq!(
        error_of(limited).await,
        HostError::Refused {
            errcode: "M_LIMIT_EXCEEDED".into(),
            status: 429,
            message: "Slow".into(),
            retry_after: Some(2000),
        }
    );
    assert_eq!(error_of("new TypeError('Failed to fetch')").await, HostError::Unreachable);
    assert_eq!(error_of("new DOMException('', 'AbortError')").await, HostError::Unreachable);
    assert_eq!(error_of("new DOMException('', 'NotSupportedError')").await, HostError::Unsupported);
    let HostError::Refused { status: 0, message, .. } = error_of("'ä'.repeat(100000)").await else {
        panic!("a text is thrown");
    };
    assert_eq!(message.chars().count(), 500);
}

#[wasm_bindgen_test]
async fn account_data_that_is_not_there_is_none_and_no_failure() {
    let page = with_promises("throw { errcode: 'M_NOT_FOUND', httpStatus: 404 }");
    assert_eq!(page.host().newest_account_data("x").await, Ok(None));
    assert_eq!(page.host().room_account_data(&room(), "x").await, Ok(None));
    let page = with_promises("return Promise.resolve(null)");
    assert_eq!(page.host().newest_account_data("x").await, Ok(None));
}

/// `setAccountData` replaces the whole: what was taken for nothing would be lost, other apps' too.
#[wasm_bindgen_test]
async fn account_data_that_cannot_be_read_is_not_written_over() {
    let page = Page::new();
    let odd =
        ["throw new Error('no')", "return { big: 10n }", "return 'text'", "return Promise.reject(new Error('no'))"];
    for body in odd {
        page.set("getAccountData", &function(body));
        assert!(page.host().newest_account_data("x").await.is_err(), "{body}");
    }
    page.set("getAccountData", &function("return Promise.resolve({ kept: true })"));
    assert_eq!(page.host().newest_account_data("x").await, Ok(Some(json!({ "kept": true }))));
    // Who can't wait knows nothing of it, and the console says why.
    let before = replaced_warnings();
    assert_eq!(page.host().account_data("x"), None);
    assert_eq!(warnings(&before), ["Meet in Chat: the host's getAccountData gave something that can't be read"]);
    page.set("getAccountData", &function("return null"));
    assert_eq!(page.host().newest_account_data("x").await, Ok(None));
}

/// design.md, rule 5.
#[wasm_bindgen_test]
async fn nothing_leaves_for_an_encrypted_room_through_a_chat_that_cannot_encrypt() {
    let encrypted = "this.state.push({ type: 'm.room.encryption', state_key: '', sender: '@ben:x', content: {} })";
    let odd = "const odd = { algorithm: 10n }; \
               this.state.push({ type: 'm.room.encryption', state_key: '', sender: '@ben:x', content: odd })";
    let unknown = "this.getRoom = () => null";
    let broken = "this.getRoom = () => { throw new Error('no'); }";
    let left = "const before = this.getRoom; this.getRoom = function (id) { return { ...before.call(this, id), membership: 'leave' } }";
    for (room_is, leaves) in
        [(encrypted, false), (odd, false), (unknown, false), (broken, false), (left, false), ("", true)]
    {
        for (can, says) in [
            ("", false),
            ("this.canEncrypt = () => false", false),
            ("this.canEncrypt = () => 1", false),
            ("this.canEncrypt = async () => true", false),
            ("this.canEncrypt = () => { throw 1; }", false),
            ("this.canEncrypt = () => true", true),
        ] {
            let page = Page::new();
            page.run(room_is);
            page.run(can);
            let host = page.host();
            let sent: Result<EventId, _> = host.send_event(&room(), "m.call.invite", json!({}), "t").await;
            host.send_last_word(&room(), "m.call.hangup", json!({}), "u");
            let expected = if leaves || says { (Ok("$event".into()), 2.0) } else { (Err(HostError::Unsupported), 0.0) };
            assert_eq!((sent, page.count("sent")), expected, "{room_is} {can}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_room_that_becomes_encrypted_before_the_event_leaves_counts_as_encrypted() {
    let page = Page::new();
    let host = page.host();
    let sending = host.send_event(&room(), "m.call.invite", json!({}), "t");
    page.run("this.state.push({ type: 'm.room.encryption', state_key: '', sender: '@ben:x', content: {} })");
    assert_eq!((sending.await, page.count("sent")), (Err(HostError::Unsupported), 0.0));
}
