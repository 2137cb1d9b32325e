//! What the server is asked for: no more than is shown or decided with.

use serde_json::Value;

use crate::ids::DeviceId;
use crate::json::object_of;
use crate::matrix::account::Account;

/// How many events of a room's timeline a sync may bring; more are paged in when someone scrolls. A call leaves about eight from
/// its invite to its end, so a sync after a short absence still brings it whole.
pub const TIMELINE_LIMIT: u64 = 20;

/// The state that is kept. Everything else in a room's state is passed over.
pub const STATE_TYPES: [&str; 16] = [
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
    "io.element.video.member",
    "io.element.widgets.layout",
    "m.room.history_visibility",
];

/// The filter of every sync. It goes along in the query: uploading it would cost a request at sign-in and an id to keep,
/// to save less than one kilobyte per sync.
///
/// `device` is this one, whose silence is account data. The timeline is not filtered by type: calls are made in it, and a state
/// event that the filter takes out of it is not promised to appear among the state either.
pub fn sync(device: &DeviceId) -> Value {
    let [rules, ignored, consent, silence] = Account::types(device);
    let none = || object_of!({ "not_types": vec!["*"] });
    let room = object_of!({
        "account_data": none(),
        "ephemeral": object_of!({ "types": vec!["m.typing"] }),
        "state": object_of!({ "lazy_load_members": true, "types": STATE_TYPES.to_vec() }),
        "timeline": object_of!({ "lazy_load_members": true, "limit": TIMELINE_LIMIT }),
    });
    object_of!({
        "presence": none(),
        "account_data": object_of!({ "types": vec!["m.direct".to_owned(), rules, ignored, consent, silence] }),
        "room": room,
    })
}

/// The filter of paging back: the senders' member events come along.
pub fn messages() -> Value {
    object_of!({ "lazy_load_members": true })
}
