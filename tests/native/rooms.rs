//! Rooms to test with, and the events that golden files hold.

use meet_in_chat::ids::UserId;
use meet_in_chat::room::{RoomState, StateEvent};
use serde_json::{Value, json};

/// Who looks at every test room.
pub(crate) const ME: &str = "@ann:chat.test";

/// Me.
pub(crate) fn me() -> UserId {
    ME.into()
}

/// A state event in client format.
pub(crate) fn event(event_type: &str, state_key: &str, content: Value) -> Value {
    json!({
        "type": event_type, "state_key": state_key, "sender": ME, "event_id": "$event",
        "origin_server_ts": 1_700_000_000_000_u64, "content": content,
    })
}

/// The state that these events make.
pub(crate) fn state(events: &Value) -> RoomState {
    events.as_array().into_iter().flatten().filter_map(StateEvent::read).collect()
}

/// What each client writes, and how it is read: name and text of the golden files of that kind.
pub(crate) const READ: [(&str, &str); 9] = [
    ("addwidget", include_str!("../golden/read-addwidget.json")),
    ("android", include_str!("../golden/read-android.json")),
    ("chat-web", include_str!("../golden/read-chat-web.json")),
    ("damaged", include_str!("../golden/read-damaged.json")),
    ("ios", include_str!("../golden/read-ios.json")),
    ("manager", include_str!("../golden/read-manager.json")),
    ("none", include_str!("../golden/read-none.json")),
    ("two-types", include_str!("../golden/read-two-types.json")),
    ("v1", include_str!("../golden/read-v1.json")),
];

/// A golden file as JSON.
pub(crate) fn golden(file: &str) -> Value {
    serde_json::from_str(file).expect("a golden file is JSON")
}
