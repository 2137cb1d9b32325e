use serde_json::{Value, json};

use crate::host::HostError;
use crate::ids::RoomId;
use crate::integrations::{Deed, Reply, Seen, Visit};
use crate::json::Object;
use crate::matrix::request::Method;
use crate::room::{Membership, RoomState, StateEvent};

const ROOM: &str = "!garden";
const ME: &str = "@ann:chat.test";
const BOT: &str = "@bot:im.test";
const WIDGETS: &str = "im.vector.modular.widgets";

fn event(event_type: &str, key: &str, content: Value) -> StateEvent {
    let event = json!({ "type": event_type, "state_key": key, "sender": ME, "event_id": "$1", "content": content });
    StateEvent::read(&event).unwrap()
}

/// A room where I am the admin, Ben has 50 and nobody else has anything.
fn room() -> RoomState {
    let levels = json!({ "users": { ME: 100, "@ben:chat.test": 50, "@zoe:chat.test": 100 } });
    [
        event("m.room.create", "", json!({ "room_version": "11" })),
        event("m.room.power_levels", "", levels),
        event("m.room.join_rules", "", json!({ "join_rule": "invite" })),
        event("m.room.member", ME, json!({ "membership": "join", "displayname": "Ann" })),
        event(WIDGETS, "old", json!({ "type": "m.custom", "url": "https://w.test/" })),
        event(WIDGETS, "gone", json!({})),
    ]
    .into_iter()
    .collect()
}

fn encrypted() -> RoomState {
    let mut state = room();
    state.set(event("m.room.encryption", "", json!({ "algorithm": "m.megolm.v1.aes-sha2" })));
    state
}

/// The same room for somebody without power.
fn powerless() -> RoomState {
    let mut state = room();
    state.set(event("m.room.power_levels", "", json!({ "users": { "@zoe:chat.test": 100 }, "invite": 50 })));
    state
}

fn seen(state: &RoomState) -> Option<Seen<'_>> {
    Some(Seen { state, joined: Some(3), membership: Membership::Join })
}

fn visit() -> Visit {
    Visit::new(ROOM.into(), ME.into())
}

fn asking(action: &str, more: Value) -> Value {
    let mut message = json!({ "action": action, "room_id": ROOM });
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    message
}

fn ask_in(state: &RoomState, action: &str, more: Value) -> Reply {
    visit().asked(&asking(action, more), seen(state))
}

fn ask(action: &str, more: Value) -> Reply {
    ask_in(&room(), action, more)
}

fn answer(reply: Reply) -> Value {
    let Reply::Answer(posted) = reply else { panic!("no answer: {reply:?}") };
    posted.0["response"].clone()
}

fn error(reply: Reply) -> String {
    answer(reply)["error"]["message"].as_str().expect("an error").to_owned()
}

fn deed(reply: Reply) -> Deed {
    let Reply::Do(deed) = reply else { panic!("nothing done: {reply:?}") };
    *deed
}

fn of(object: Value) -> Result<Object, HostError> {
    Ok(object.as_object().unwrap().clone())
}

fn after(deed: Deed, result: Result<Object, HostError>) -> Reply {
    visit().done(deed, result, seen(&room()))
}

fn meet() -> Value {
    json!({
        "widget_id": "im_1", "type": "m.jitsi", "name": "Jitsi", "url": "https://im.test/jitsi?confId=$conferenceId#$domain",
        "data": { "domain": "meet.im.test", "conferenceId": "Daily", "isAudioOnly": false }, "room_id": ROOM,
    })
}

const NO_POWER: &str = "You do not have permission to do that in this room.";

#[test]
fn what_is_no_request_gets_no_answer() {
    for message in
        [json!(1), json!({}), json!({ "action": 7 }), json!({ "api": "fromWidget", "action": "get_widgets" })]
    {
        assert_eq!(visit().asked(&message, seen(&room())), Reply::Nothing, "{message}");
    }
    assert_eq!(error(ask("fly", json!({}))), "Unknown action");
}

#[test]
fn an_answer_is_the_request_with_the_response_in_it() {
    let Reply::Answer(posted) = ask("get_membership_count", json!({ "_id": 5 })) else { panic!() };
    assert_eq!(posted.0, json!({ "action": "get_membership_count", "room_id": ROOM, "_id": 5, "response": 3 }));
}

#[test]
fn only_the_room_on_screen_is_spoken_of() {
    let elsewhere = json!({ "action": "set_widget", "room_id": "!other", "widget_id": "x", "url": null });
    assert_eq!(error(visit().asked(&elsewhere, seen(&room()))), "Room !other not visible");
    let gone = asking("get_widgets", json!({}));
    assert_eq!(error(visit().asked(&gone, None)), "Room !garden not visible");
    assert_eq!(error(visit().asked(&json!({ "action": "invite" }), seen(&room()))), "Missing room_id in request");
}

#[test]
fn a_manager_is_answered_once_what_it_made_is_in_the_room() {
    let deed = deed(ask("set_widget", meet()));
    assert_eq!(deed.request.method, Method::Put);
    let state: RoomState = [event(WIDGETS, "im_1", deed.request.body.clone().unwrap())].into_iter().collect();
    // It asks for the widgets next.
    let answered = of(json!({ "event_id": "$1" }));
    assert!(deed.is_seen(&answered, &state) && !deed.is_seen(&answered, &room()));
    assert_eq!(answer(after(deed, answered)), json!({ "success": true }));
}

#[test]
fn a_widget_without_an_address_is_removed_under_every_type() {
    let mut state = room();
    state.set(event("m.widget", "old", json!({ "type": "m.custom", "url": "https://w.test/" })));
    let first = deed(ask_in(&state, "set_widget", json!({ "widget_id": "old", "url": null })));
    assert!(first.request.path.ends_with("im.vector.modular.widgets/old") && first.request.body == Some(json!({})));
    let second = deed(after(first, of(json!({ "event_id": "$2" }))));
    assert!(second.request.path.ends_with("m.widget/old") && second.request.body == Some(json!({})));
    assert_eq!(answer(after(second, of(json!({ "event_id": "$3" })))), json!({ "success": true }));
}

#[test]
fn a_widget_is_made_of_nothing_odd() {
    for (key, value) in [
        ("widget_id", json!("")),
        ("widget_id", json!("@eve:chat.test")),
        ("widget_id", json!(".")),
        ("widget_id", json!("..")),
        ("widget_id", json!("x".repeat(256))),
        ("url", json!("http://im.test/")),
        ("url", json!("javascript:alert(1)//https://im.test")),
        ("url", json!("https://$domain/")),
        ("url", json!(format!("https://im.test/{}", "x".repeat(5000)))),
        ("url", json!(7)),
        ("type", json!(null)),
        ("name", json!(7)),
        ("name", json!("x".repeat(256))),
        ("data", json!([])),
        ("data", json!({ "x": "y".repeat(20_000) })),
        ("avatar_url", json!("data:image/png,")),
        ("userWidget", json!(true)),
    ] {
        let mut wrong = meet();
        wrong[key] = value;
        error(ask("set_widget", wrong.clone()));
        wrong["url"] = json!("https://im.test/");
        let raw = json!({ "type": WIDGETS, "state_key": wrong["widget_id"], "content": wrong });
        if !matches!(key, "url" | "userWidget") {
            error(ask("send_event", raw));
        }
    }
    let mut without = meet();
    without.as_object_mut().unwrap().remove("url");
    assert_eq!(error(ask("set_widget", without)), "Missing required widget fields.");
}

#[test]
fn widgets_of_a_room_are_the_running_ones_and_of_mine_there_are_none() {
    let widgets = answer(ask("get_widgets", json!({})));
    let [widget] = &widgets.as_array().unwrap()[..] else { panic!("{widgets}") };
    assert_eq!(
        (&widget["state_key"], &widget["room_id"], &widget["type"]),
        (&json!("old"), &json!(ROOM), &json!(WIDGETS))
    );
    assert_eq!(answer(visit().asked(&json!({ "action": "get_widgets" }), None)), json!([]));
}

#[test]
fn who_has_no_power_lends_none() {
    let state = powerless();
    for (action, more) in [
        ("set_widget", meet()),
        ("set_widget", json!({ "widget_id": "old", "url": null })),
        ("send_event", json!({ "type": WIDGETS, "state_key": "x", "content": {} })),
        ("set_plumbing_state", json!({ "status": "on" })),
        ("set_bot_options", json!({ "user_id": BOT, "content": {} })),
        ("set_bot_power", json!({ "user_id": BOT, "level": 0 })),
        ("invite", json!({ "user_id": BOT })),
        ("kick", json!({ "user_id": BOT })),
        ("can_send_event", json!({ "event_type": WIDGETS, "is_state": true })),
    ] {
        assert_eq!(error(ask_in(&state, action, more)), NO_POWER, "{action}");
    }
    let message = json!({ "event_type": "m.room.message", "is_state": false });
    assert_eq!(answer(ask_in(&state, "can_send_event", message)), json!(true));
}

#[test]
fn who_has_left_the_room_does_nothing_in_it() {
    let state = room();
    let seen = Seen { state: &state, joined: Some(3), membership: Membership::Out };
    assert_eq!(error(visit().asked(&asking("set_widget", meet()), Some(seen))), "You are not in this room.");
}

#[test]
fn nothing_raw_leaves_for_an_encrypted_room_and_no_message_anywhere() {
    let raw = json!({ "type": WIDGETS, "state_key": "x", "content": { "type": "m.custom", "url": "https://w.test/" } });
    assert_eq!(
        error(ask_in(&encrypted(), "send_event", raw.clone())),
        "Nothing is sent as it is in an encrypted room."
    );
    let sent = deed(ask("send_event", raw));
    assert_eq!(answer(after(sent, of(json!({ "event_id": "$9" })))), json!({ "room_id": ROOM, "event_id": "$9" }));
    for more in [
        json!({ "type": "m.room.message", "content": { "body": "x" } }),
        json!({ "type": "m.room.power_levels", "state_key": "", "content": {} }),
        json!({ "type": WIDGETS, "content": {} }),
    ] {
        error(ask("send_event", more));
    }
}

#[test]
fn state_of_a_few_types_is_read_and_no_message() {
    let state = encrypted();
    let read = |more: Value| ask_in(&state, "read_events", more);
    let all = answer(read(json!({ "type": WIDGETS, "state_key": true, "limit": 1 })));
    assert_eq!(all["events"].as_array().map(Vec::len), Some(1));
    let one = answer(read(json!({ "type": "m.room.member", "state_key": ME })));
    assert_eq!(one["events"][0]["content"]["displayname"], "Ann");
    for more in [
        json!({ "type": "m.room.message", "state_key": true }),
        json!({ "type": "m.room.topic", "state_key": "" }),
        json!({ "type": WIDGETS }),
        json!({ "type": WIDGETS, "state_key": false }),
    ] {
        error(read(more));
    }
    assert_eq!(answer(ask_in(&state, "get_room_enc_state", json!({}))), json!(true));
    assert_eq!(answer(ask("get_room_enc_state", json!({}))), json!(false));
    assert_eq!(answer(ask("join_rules_state", json!({}))), json!({ "join_rule": "invite" }));
}

#[test]
fn a_member_that_is_not_known_yet_is_asked_for() {
    assert_eq!(answer(ask("membership_state", json!({ "user_id": ME })))["membership"], "join");
    let asks = deed(ask("membership_state", json!({ "user_id": BOT })));
    assert_eq!((asks.request.method, asks.request.body.as_ref()), (Method::Get, None));
    let missing = HostError::Refused {
        errcode: "M_NOT_FOUND".to_owned(),
        status: 404,
        message: String::new(),
        retry_after: None,
    };
    assert_eq!(answer(after(asks, Err(missing))), Value::Null);
    assert_eq!(error(ask("membership_state", json!({ "user_id": "bot" }))), "Missing user_id in request");
    let options = deed(ask("bot_options", json!({ "user_id": BOT })));
    assert!(options.request.path.ends_with("/m.room.bot.options/_%40bot%3Aim.test"), "{options:?}");
}

#[test]
fn nobody_as_powerful_as_i_is_removed_and_i_never() {
    for user in [ME, "@zoe:chat.test"] {
        assert_eq!(error(ask("kick", json!({ "user_id": user }))), NO_POWER, "{user}");
    }
    let removed = deed(ask("kick", json!({ "user_id": "@ben:chat.test", "reason": "gone" })));
    assert_eq!(removed.request.body, Some(json!({ "user_id": "@ben:chat.test", "reason": "gone" })));
    let mut state = room();
    state.set(event("m.room.member", BOT, json!({ "membership": "leave" })));
    assert_eq!(answer(ask_in(&state, "kick", json!({ "user_id": BOT }))), json!({ "success": true }));
    assert_eq!(answer(ask("invite", json!({ "user_id": ME }))), json!({ "success": true }), "already there");
}

#[test]
fn power_is_lent_below_mine_on_the_newest_levels() {
    let grant = |more: Value| ask("set_bot_power", more);
    for (user, level) in [(BOT, 100), (BOT, 1000), (ME, 50), ("@zoe:chat.test", 0)] {
        assert_eq!(error(grant(json!({ "user_id": user, "level": level }))), NO_POWER, "{user} {level}");
    }
    for level in [json!(-1), json!("50"), json!(0.5), Value::Null] {
        assert_eq!(error(grant(json!({ "user_id": BOT, "level": level }))), "Power level must be positive integer.");
    }
    // What the room's levels are by now is asked for, so that nobody else's change is undone.
    let newest = json!({ "users": { ME: 100, "@new:chat.test": 60 }, "ban": 70 });
    let read = deed(grant(json!({ "user_id": BOT, "level": 50 })));
    assert_eq!(read.request.method, Method::Get);
    let write = deed(after(read, of(newest)));
    let expected = json!({ "users": { ME: 100, "@new:chat.test": 60, BOT: 50 }, "ban": 70 });
    assert_eq!(write.request.body, Some(expected));
    assert_eq!(answer(after(write, of(json!({ "event_id": "$5" })))), json!({ "success": true }));

    // Mine was taken away meanwhile.
    let read = deed(grant(json!({ "user_id": BOT, "level": 50 })));
    assert_eq!(error(after(read, of(json!({ "users": {} })))), NO_POWER);
    // Who has more keeps it, where that was asked.
    let more = json!({ "user_id": "@ben:chat.test", "level": 10, "ignoreIfGreater": true });
    let has = of(json!({ "users": { ME: 100, "@ben:chat.test": 50 } }));
    assert_eq!(answer(after(deed(grant(more)), has)), json!({ "success": true }));
}

#[test]
fn one_visit_does_not_empty_a_room_or_ask_without_end() {
    let state = room();
    let mut visit = visit();
    let kick = |n: usize| asking("kick", json!({ "user_id": format!("@u{n}:x") }));
    let done = (0..50).filter(|n| matches!(visit.asked(&kick(*n), seen(&state)), Reply::Do(_))).count();
    assert_eq!(done, 20);
    let token = json!({ "action": "get_open_id_token" });
    let done = (0..500).filter(|_| matches!(visit.asked(&token, None), Reply::Do(_))).count();
    assert_eq!(done, 180);
    assert_eq!(error(visit.asked(&token, None)), "Too many requests.");
    assert_eq!(
        answer(visit.asked(&asking("get_membership_count", json!({})), seen(&state))),
        json!(3),
        "reading is free"
    );
}

#[test]
fn a_token_is_answered_and_shown_nowhere_else() {
    let asked = deed(visit().asked(&json!({ "action": "get_open_id_token" }), None));
    let reply = after(asked, of(json!({ "access_token": "open" })));
    assert!(!format!("{reply:?}").contains("open\""), "{reply:?}");
    assert_eq!(answer(reply)["access_token"], "open");
    let refused = HostError::Refused {
        errcode: "M_FORBIDDEN".to_owned(),
        status: 403,
        message: "secret".to_owned(),
        retry_after: None,
    };
    let asked = deed(visit().asked(&json!({ "action": "get_open_id_token" }), None));
    assert_eq!(error(after(asked, Err(refused))), "The homeserver refused: M_FORBIDDEN");
}

#[test]
fn the_manager_closes_its_own_window() {
    let Reply::Close(posted) = visit().asked(&json!({ "action": "close_scalar" }), None) else { panic!() };
    assert_eq!(posted.0, json!({ "action": "close_scalar", "response": null }));
}

/// Whatever a manager posts, one answer comes and none of it panics.
#[test]
fn garbage_at_every_key_is_answered() {
    let state = room();
    let room: RoomId = ROOM.into();
    for action in [
        "set_widget",
        "get_widgets",
        "can_send_event",
        "get_membership_count",
        "membership_state",
        "join_rules_state",
        "set_plumbing_state",
        "get_room_enc_state",
        "invite",
        "kick",
        "bot_options",
        "set_bot_options",
        "set_bot_power",
        "get_open_id_token",
        "send_event",
        "read_events",
        "close_scalar",
    ] {
        for value in [json!(null), json!(7), json!("x"), json!([]), json!({}), json!(true)] {
            let mut message = json!({ "action": action, "room_id": room.as_str() });
            for key in
                ["user_id", "widget_id", "url", "type", "state_key", "content", "data", "level", "status", "limit"]
            {
                message[key] = value.clone();
            }
            assert_ne!(visit().asked(&message, seen(&state)), Reply::Nothing, "{message}");
        }
    }
}
