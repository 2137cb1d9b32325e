//! What the server is asked for: no more than is shown or decided with.

use serde_json::{Value, json};

/// How many events of a room's timeline a sync may bring; more are paged in when someone scrolls.
pub const TIMELINE_LIMIT: u64 = 20;

/// The state that is kept. Everything else in a room's state is passed over.
pub const STATE_TYPES: [&str; 15] = [
    "m.room.create",
    "m.room.member",
    "m.room.name",
    "m.room.canonical_alias",
    "m.room.avatar",
    "m.room.topic",
    "m.room.power_levels",
    "m.room.join_rules",
    "m.room.encryption",
    "m.room.tombstone",
    "io.element.functional_members",
    "im.vector.modular.widgets",
    "m.widget",
    "io.element.widgets.layout",
    "m.room.history_visibility",
];

/// The filter of every sync. It goes along in the query: uploading it would cost a request at sign-in and an id to keep,
/// to save less than one kilobyte per sync.
///
/// The timeline is not filtered by type: a state event that the filter takes out of it is not promised to appear among the
/// state either.
pub fn sync() -> Value {
    json!({
        "presence": { "not_types": ["*"] },
        "account_data": { "types": ["m.direct"] },
        "room": {
            "account_data": { "not_types": ["*"] },
            "ephemeral": { "types": ["m.typing"] },
            "state": { "lazy_load_members": true, "types": STATE_TYPES },
            "timeline": { "lazy_load_members": true, "limit": TIMELINE_LIMIT },
        },
    })
}

/// The filter of paging back: the senders' member events come along.
pub fn messages() -> Value {
    json!({ "lazy_load_members": true })
}
