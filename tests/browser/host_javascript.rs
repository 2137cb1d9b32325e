//! A page's own client as the host: whatever it is, says or does not say, the calls go on.

mod news;
mod page;
mod ringing;
mod sending;

use crate::waiting::settle;
use meet_in_chat::host::javascript::JavaScriptHost;
use meet_in_chat::host::shape::HostProblem;
use meet_in_chat::host::{Host, HostError};
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use self::page::{Page, function, odd_values, value_of};

/// Why it is no host.
fn problem(object: &JsValue) -> String {
    JavaScriptHost::check(object).err().expect("it is no host").to_string()
}

#[wasm_bindgen_test]
fn what_is_no_host_is_refused_with_the_names_of_all_that_it_lacks() {
    let page = Page::new();
    page.set("getRoom", &JsValue::UNDEFINED);
    page.set("subscribe", &JsValue::NULL);
    page.set("isDark", &"yes".into());
    page.set("deviceId", &"".into());
    assert_eq!(
        problem(&page.object),
        "The host can't be used: it lacks getRoom and subscribe; deviceId must be text that is not empty; isDark must be a function"
    );
    assert!(problem(&JsValue::UNDEFINED).ends_with("it is undefined"));
    assert!(problem(&JsValue::NULL).ends_with("it is null"));
    assert!(problem(&"host".into()).ends_with("it is string"));
    assert_eq!(JavaScriptHost::check(&value_of("Promise.resolve({})")).err(), Some(HostProblem::Promise));
}

#[wasm_bindgen_test]
fn members_that_throw_when_they_are_looked_at_are_of_the_wrong_type() {
    for (name, object) in odd_values() {
        assert!(JavaScriptHost::check(&object).is_err(), "{name}");
    }
    let page = Page::new();
    page.run("Object.defineProperty(this, 'userId', { get() { throw null; } })");
    assert!(problem(&page.object).contains("userId must be text"));
    let sentence = problem(&value_of("new Proxy({}, { get() { throw new Error('no'); } })"));
    assert!(sentence.contains("userId") && sentence.contains("openRoom") && sentence.contains("isDark"), "{sentence}");
}

#[wasm_bindgen_test]
fn an_instance_of_a_class_is_called_as_itself() {
    let object = value_of(
        "new (class {
            #room = { membership: 'join', name: 'Tea', my_name: 'Ann', my_avatar_url: '', state: [] };
            #ignored = new Set(['@mallory:x']);
            get userId() { return '@ann:x'; }
            get deviceId() { return 'DEVICE'; }
            getRoom() { return this.#room; }
            isIgnored(user) { return this.#ignored.has(user); }
            subscribe() { return () => {}; }
            sendStateEvent() {} sendEvent() {} sendLastWord() {} getOpenIdToken() {} getTurnServer() {} getEventsSince() {}
            isRingAllowed() { return this.#ignored.size === 0; }
            getAccountData(type) { return { type, size: this.#ignored.size }; }
            setAccountData() {} openRoom() {}
        })()",
    );
    let host = JavaScriptHost::check(&object).expect("it is a host");
    assert_eq!(host.identity().user_id, "@ann:x".into());
    assert_eq!(host.identity().device_id, "DEVICE".into());
    let room = host.room(&"!a".into()).expect("it is known");
    assert_eq!((&room["name"], &room["room_id"]), (&json!("Tea"), &json!("!a")));
    assert!(host.is_ignored(&"@mallory:x".into()) && !host.is_ignored(&"@ben:x".into()) && !host.ring_allowed());
    assert_eq!(host.account_data("x"), Some(json!({ "type": "x", "size": 1 })));
}

#[wasm_bindgen_test]
fn what_is_missing_has_the_defaults_of_the_interface() {
    let host = Page::new().host();
    let (room, ben) = ("!a".into(), "@ben:x".into());
    assert!(host.online() && host.may_ring_in(&room) && host.notifies_in(&room) && !host.can_encrypt());
    assert_eq!((host.configuration(), host.client_well_known()), (json!({}), None));
    let root = web_sys::window().unwrap().document().unwrap().document_element().unwrap();
    let before = root.get_attribute("lang");
    root.set_attribute("lang", "").unwrap();
    assert_eq!(host.language(), web_sys::window().unwrap().navigator().language().unwrap());
    root.set_attribute("lang", "fr").unwrap();
    assert_eq!(host.language(), "fr");
    match before {
        Some(language) => root.set_attribute("lang", &language).unwrap(),
        None => root.remove_attribute("lang").unwrap(),
    }
    let dark = web_sys::window().unwrap().match_media("(prefers-color-scheme: dark)").unwrap().unwrap();
    assert_eq!(host.dark(), dark.matches());
    assert_eq!(host.member(&room, &ben).map(|event| event["state_key"].clone()), Some(json!("@ben:x")));
    host.prepare_to_encrypt(&room);
}

#[wasm_bindgen_test]
fn what_the_page_says_counts_in_place_of_the_defaults() {
    let page = Page::new();
    page.set("isDark", &function("return true"));
    page.set("getLanguage", &function("return 'de-AT'"));
    page.set("isOnline", &function("return false"));
    page.set("mayRingIn", &function("return arguments[0] === '!a'"));
    page.set(
        "getMember",
        &function("return { type: 'm.room.member', state_key: arguments[1], content: { displayname: 'B' } }"),
    );
    page.set("getConfiguration", &function("return { jitsi: {} }"));
    let host = page.host();
    assert!(host.dark() && !host.online() && host.may_ring_in(&"!a".into()) && !host.may_ring_in(&"!b".into()));
    assert_eq!((host.language().as_str(), host.configuration()), ("de-AT", json!({ "jitsi": {} })));
    assert_eq!(host.member(&"!a".into(), &"@ben:x".into()).unwrap()["content"]["displayname"], "B");
}

#[wasm_bindgen_test]
fn nothing_that_a_method_gives_at_once_can_crash() {
    let (room, ben) = ("!a".into(), "@ben:x".into());
    for (name, odd) in odd_values() {
        let page = Page::giving(&odd);
        let host = page.host();
        assert_eq!(host.room(&room), None, "{name}");
        assert_eq!(host.member(&room, &ben), None, "{name}");
        assert!(host.ring_allowed() && host.may_ring_in(&room) && host.notifies_in(&room) && host.online(), "{name}");
        assert!(!host.can_encrypt() && !host.is_ignored(&ben), "{name}");
        // Objects are answers here, and what they hold is for whoever reads it.
        let _ = (host.account_data("x"), host.client_well_known(), host.configuration(), host.dark());
        assert!(host.configuration().is_object() && !host.language().is_empty(), "{name}");
        host.open_room(&room);
        host.prepare_to_encrypt(&room);
        host.send_last_word(&room, "m.call.hangup", json!({}), "t");
    }
}

#[wasm_bindgen_test]
fn nothing_that_a_method_throws_can_crash() {
    for (name, odd) in odd_values() {
        let host = Page::throwing(&odd).host();
        assert_eq!((host.room(&"!a".into()), host.account_data("x")), (None, None), "{name}");
        assert!(host.ring_allowed() && host.online() && !host.can_encrypt(), "{name}");
        assert!(host.configuration().is_object() && !host.language().is_empty(), "{name}");
        host.open_room(&"!a".into());
        drop(host.subscribe(std::rc::Rc::new(|_| panic!("nothing was told"))));
    }
}

#[wasm_bindgen_test]
fn an_event_that_cannot_be_carried_does_not_hide_its_room() {
    for content in [
        "JSON.parse('['.repeat(900) + ']'.repeat(900))",
        "JSON.parse('['.repeat(30000) + ']'.repeat(30000))",
        "10n",
        "(() => { const a = []; a.push(a); return a; })()",
    ] {
        let page = Page::new();
        page.run(
            &[
                "const deep = ",
                content,
                "; this.state.push(
            { type: 'm.room.encryption', state_key: '', sender: '@ben:x', content: { deep } },
            { type: 'm.room.name', state_key: '', sender: '@ben:x', content: { name: 'Tea' } });",
            ]
            .concat(),
        );
        let room = page.host().room(&"!a".into()).expect(content);
        let state = room["state"].as_array().expect(content);
        let kinds: Vec<_> = state.iter().filter_map(|event| event["type"].as_str()).collect();
        assert_eq!(kinds.last(), Some(&"m.room.name"), "{content}");
        assert!(kinds.contains(&"m.room.encryption"), "{content}");
    }
}

#[wasm_bindgen_test]
async fn what_is_too_long_is_not_taken() {
    let before = page::replaced_warnings();
    let page = Page::new();
    page.run(
        "const long = 'x'.repeat(34000000);
         this.getLanguage = () => long;
         this.getConfiguration = () => ({ long });
         this.getAvatar = async () => long;
         this.sendStateEvent = async () => long;
         const big = { type: 'm.room.topic', state_key: '', sender: '@ben:x', content: { topic: 'x'.repeat(1000000) } };
         const many = Array.from({ length: 40 }, () => big);
         this.getRoom = id => ({ membership: 'join', state: id === '!odd' ? [...many, { odd: 10n }] : many });",
    );
    let (host, room) = (page.host(), "!a".into());
    assert!(host.language().len() < 100 && host.configuration() == json!({}));
    assert_eq!(host.avatar(&room, &"@ben:x".into(), 40).await, Ok(None));
    assert_eq!(host.send_state(&room, "m.widget", "w", json!({})).await, Err(HostError::Unreachable));
    // As a whole, and element by element where one can't be carried.
    assert_eq!((host.room(&room), host.room(&"!odd".into())), (None, None));
    page.set("userId", &value_of("'x'.repeat(34000000)"));
    assert!(problem(&page.object).contains("userId"));
    assert_eq!(page::warnings(&before).len(), 5);
}

#[wasm_bindgen_test]
async fn a_method_taken_away_later_is_one_that_does_not_work() {
    let page = Page::new();
    let host = page.host();
    for name in ["getRoom", "getTurnServer", "isIgnored"] {
        page.set(name, &JsValue::UNDEFINED);
    }
    assert_eq!((host.room(&"!a".into()), host.is_ignored(&"@b:x".into())), (None, false));
    assert_eq!(host.turn_server().await, Err::<Value, _>(HostError::Unsupported));
}

#[wasm_bindgen_test]
fn the_console_says_once_for_each_method_what_is_wrong() {
    let before = page::replaced_warnings();
    let host = Page::throwing(&"no".into()).host();
    for _ in 0..3 {
        assert_eq!((host.room(&"!a".into()), host.ring_allowed()), (None, true));
    }
    let told = page::warnings(&before);
    assert_eq!(told, ["Meet in Chat: the host's getRoom failed", "Meet in Chat: the host's isRingAllowed failed"]);
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_of_a_token_is_not_written_into_the_console() {
    let before = page::replaced_warnings();
    let page = Page::new();
    page.run(
        "this.getOpenIdToken = async () => 'secret';
         this.getTurnServer = async () => ['secret'];
         this.isRingAllowed = () => ({ password: 'secret' });
         this.getAccountData = () => null;
         this.isIgnored = () => null;",
    );
    let host = page.host();
    let subscription = host.subscribe(std::rc::Rc::new(|_| ()));
    page.tell("{ type: 'odd', events: ['secret'] }");
    assert_eq!(host.open_id_token().await, Err(HostError::Unreachable));
    assert_eq!(host.turn_server().await, Err(HostError::Unreachable));
    assert!(host.ring_allowed() && !host.is_ignored(&"@ben:x".into()));
    drop(subscription);
    let beside = page::beside_the_warnings();
    assert_eq!(page::warnings(&before).len(), 5);
    assert_eq!(beside, r#"[["type","events"],"string","array",["password"],null]"#);
}

#[wasm_bindgen_test]
async fn a_mistake_in_the_hosts_own_code_is_named_in_the_console() {
    // What other tests told of hosts of theirs is carried out afterwards.
    settle().await;
    let before = page::replaced_warnings();
    let page = Page::new();
    page.run(
        "this.sendEvent = async () => undefined.room;
         this.sendStateEvent = async () => { throw Object.assign(new TypeError('no'), { httpStatus: 502 }); };
         this.getTurnServer = async () => { throw Object.assign(new Error('no'), { name: 'ConnectionError' }); };
         this.getLanguage = () => ['de'];
         this.getAvatar = async () => ({ src: 'x' });",
    );
    let (host, room, ben) = (page.host(), "!a".into(), "@ben:x".into());
    for _ in 0..2 {
        assert_eq!(host.send_event(&room, "m.call.invite", json!({}), "t").await, Err(HostError::Unreachable));
        assert!(host.send_state(&room, "m.widget", "w", json!({})).await.is_err());
        assert_eq!(host.turn_server().await, Err(HostError::Unreachable));
        assert!(!host.language().is_empty());
        assert_eq!(host.avatar(&room, &ben, 40).await, Ok(None));
    }
    // Nothing is no mistake.
    page.run("this.getRoom = () => null; this.getMember = () => null; this.getClientWellKnown = () => null;");
    let _ = (host.room(&room), host.member(&room, &ben), host.client_well_known());
    let told = page::warnings(&before);
    assert_eq!(
        told,
        [
            "Meet in Chat: the host's sendEvent failed",
            "Meet in Chat: the host's getLanguage gave something that can't be read",
            "Meet in Chat: the host's getAvatar gave something that can't be read",
        ]
    );
}
