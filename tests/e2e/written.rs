//! What each app writes into a room that begins a conference, to the last field: the events of `tests/golden`, with nothing but their
//! domain, their sender and their key replaced.

use serde_json::{Value, json};

/// An app's conference.
pub(crate) struct Written {
    /// The app.
    pub(crate) app: &'static str,
    /// Its state key, as this app makes it.
    pub(crate) key: String,
    /// What it says.
    pub(crate) content: Value,
}

/// The conference's name in [`web`].
pub(crate) const WEB_CONFERENCE: &str = "JitsiQwertyuiopasdfghjklzxcvb";

/// The first conference of Chat Android, of Chat iOS and of Chat Web, as if `me` had begun it on this server.
pub(crate) fn by_all(me: &str, domain: &str) -> [Written; 3] {
    [
        ("Chat Android", include_str!("../golden/read-android.json")),
        ("Chat iOS", include_str!("../golden/read-ios.json")),
        ("Chat Web", include_str!("../golden/read-chat-web.json")),
    ]
    .map(|(app, file)| {
        let file: Value = serde_json::from_str(file).expect("JSON");
        let event = &file["events"][0];
        let sender = event["sender"].as_str().expect("a sender");
        // The phones make their keys of it.
        let key = event["state_key"].as_str().expect("a key").replace(sender, me);
        let mut content = event["content"].clone();
        content["data"]["domain"] = json!(domain);
        for (field, mine) in [("id", key.as_str()), ("creatorUserId", me)] {
            if let Some(there) = content.get_mut(field) {
                *there = json!(mine);
            }
        }
        Written { app, key, content }
    })
}

/// A conference of Chat Web on this server. It names nobody and has no key in it.
pub(crate) fn web(domain: &str) -> Value {
    let [.., web] = by_all("@alice:localhost", domain);
    web.content
}

/// The same on a server that wants to know who comes.
pub(crate) fn web_with_sign_in(domain: &str) -> Value {
    let file: Value = serde_json::from_str(include_str!("../golden/read-chat-web.json")).expect("JSON");
    let mut content = file["events"][1]["content"].clone();
    content["data"]["domain"] = json!(domain);
    content
}
