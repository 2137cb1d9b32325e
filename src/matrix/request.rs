//! One function per endpoint of the Client-Server API that this client uses: each builds a [`Request`] and sends nothing.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::ids::{EventId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::matrix::mxc::Mxc;
use crate::time::Millis;

/// All but the unreserved characters of RFC 3986: ids hold `!`, `$`, `#`, `/`, `%` and more.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whether this can stand in a path: "here" and "up" can't, however they are encoded (URL Standard, "single-dot" and "double-dot"
/// segments), and the request would go to another address.
pub fn fits_a_path(segment: &str) -> bool {
    !matches!(segment, "." | "..")
}

/// How long an ordinary request may take.
pub const TIMEOUT: Millis = Millis::seconds(30);
/// How long the server may hold a sync for which it has nothing; the request gets [`TIMEOUT`] on top.
pub const SYNC_HOLD: Millis = Millis::seconds(30);
/// How many older events are asked for at once.
const PAGE: &str = "50";

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Writes; safe to repeat.
    Put,
}

/// A request to a homeserver.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// The path below the homeserver's base URL, percent-encoded, with its leading slash.
    pub path: String,
    /// The query, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// Whether the access token goes along, in the `Authorization` header and nowhere else.
    pub authenticated: bool,
}

impl Request {
    /// The absolute URL, for a homeserver's base URL without a trailing slash.
    pub fn url(&self, homeserver: &str) -> String {
        let mut url = format!("{homeserver}{}", self.path);
        for (index, (key, value)) in self.query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(key);
            url.push('=');
            url.extend(utf8_percent_encode(value, SEGMENT));
        }
        url
    }

    fn new(method: Method, path: &[&str]) -> Self {
        let mut request = Self { method, path: String::new(), query: Vec::new(), body: None, authenticated: true };
        for segment in path {
            request.path.push('/');
            request.path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        request
    }

    fn client(method: Method, path: &[&str]) -> Self {
        Self::new(method, &[&["_matrix", "client", "v3"], path].concat())
    }

    fn open(mut self) -> Self {
        self.authenticated = false;
        self
    }

    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

/// Which versions of the specification the server speaks.
pub fn versions() -> Request {
    Request::new(Method::Get, &["_matrix", "client", "versions"]).open()
}

/// The client well-known.
pub fn well_known() -> Request {
    Request::new(Method::Get, &[".well-known", "matrix", "client"]).open()
}

/// How one can sign in.
pub fn login_flows() -> Request {
    Request::client(Method::Get, &["login"]).open()
}

/// Signs in; the body is one of [`sign_in`](crate::matrix::sign_in)'s.
pub fn login(body: Value) -> Request {
    Request::client(Method::Post, &["login"]).open().body(body)
}

/// The TURN servers for calls.
pub fn turn_server() -> Request {
    Request::client(Method::Get, &["voip", "turnServer"])
}

/// A token with which others can ask the homeserver who I am.
pub fn open_id_token(me: &UserId) -> Request {
    Request::client(Method::Post, &["user", me.as_str(), "openid", "request_token"]).body(Object::new().into())
}

/// My account data of a type.
pub fn account_data(me: &UserId, event_type: &str) -> Request {
    Request::client(Method::Get, &["user", me.as_str(), "account_data", event_type])
}

/// Replaces my account data of a type.
pub fn set_account_data(me: &UserId, event_type: &str, content: Value) -> Request {
    Request::client(Method::Put, &["user", me.as_str(), "account_data", event_type]).body(content)
}

/// My account data of a type in a room.
pub fn room_account_data(me: &UserId, room: &RoomId, event_type: &str) -> Request {
    Request::client(Method::Get, &["user", me.as_str(), "rooms", room.as_str(), "account_data", event_type])
}

/// Replaces my account data of a type in a room.
pub fn set_room_account_data(me: &UserId, room: &RoomId, event_type: &str, content: Value) -> Request {
    let path = ["user", me.as_str(), "rooms", room.as_str(), "account_data", event_type];
    Request::client(Method::Put, &path).body(content)
}

/// Ends this device.
pub fn logout() -> Request {
    Request::client(Method::Post, &["logout"]).body(Object::new().into())
}

/// What is new since `since`; the server waits up to `hold` for something.
pub fn sync(since: Option<&str>, hold: Millis, filter: &Value) -> Request {
    let request = Request::client(Method::Get, &["sync"])
        .with("filter", json::text(&filter))
        .with("timeout", hold.0.to_string())
        .with("set_presence", "offline");
    match since {
        Some(since) => request.with("since", since),
        None => request,
    }
}

/// Sends an `m.room.message`; [`Outbox`](crate::matrix::outbox::Outbox) decides whether it may.
pub fn send_message(room: &RoomId, transaction: &str, content: Value) -> Request {
    send_event(room, "m.room.message", transaction, content)
}

/// Sends a room event in clear; [`Store::event_request`](crate::matrix::store::Store::event_request) decides whether it may.
pub fn send_event(room: &RoomId, event_type: &str, transaction: &str, content: Value) -> Request {
    let path = ["rooms", room.as_str(), "send", event_type, transaction];
    Request::client(Method::Put, &path).body(content)
}

/// Sends a state event.
pub fn send_state(room: &RoomId, event_type: &str, state_key: &str, content: Value) -> Request {
    let path = ["rooms", room.as_str(), "state", event_type, state_key];
    Request::client(Method::Put, &path).body(content)
}

/// Events before `from`, newest first; without `from` before the present.
pub fn messages(room: &RoomId, from: Option<&str>, filter: &Value) -> Request {
    let request = Request::client(Method::Get, &["rooms", room.as_str(), "messages"])
        .with("dir", "b")
        .with("limit", PAGE)
        .with("filter", json::text(&filter));
    match from {
        Some(from) => request.with("from", from),
        None => request,
    }
}

/// The token that stands just before an event, as `start` of the answer.
pub fn context(room: &RoomId, event: &EventId) -> Request {
    let path = ["rooms", room.as_str(), "context", event.as_str()];
    Request::client(Method::Get, &path).with("limit", "0")
}

/// Everyone who is in the room or invited to it.
pub fn members(room: &RoomId) -> Request {
    Request::client(Method::Get, &["rooms", room.as_str(), "members"]).with("not_membership", "leave")
}

/// Says how far one has read.
pub fn read_markers(room: &RoomId, event: &EventId) -> Request {
    Request::client(Method::Post, &["rooms", room.as_str(), "read_markers"])
        .body(object_of!({ "m.fully_read": event, "m.read": event }))
}

/// Accepts an invitation.
pub fn join(room: &RoomId) -> Request {
    Request::client(Method::Post, &["join", room.as_str()]).body(Object::new().into())
}

/// Declines an invitation or leaves.
pub fn leave(room: &RoomId) -> Request {
    Request::client(Method::Post, &["rooms", room.as_str(), "leave"]).body(Object::new().into())
}

/// Invites somebody.
pub fn invite(room: &RoomId, user: &UserId) -> Request {
    Request::client(Method::Post, &["rooms", room.as_str(), "invite"]).body(object_of!({ "user_id": user }))
}

/// Removes somebody; `reason` may be empty.
pub fn kick(room: &RoomId, user: &UserId, reason: &str) -> Request {
    let body = object_of!({ "user_id": user, "reason": reason });
    Request::client(Method::Post, &["rooms", room.as_str(), "kick"]).body(body)
}

/// The content of a state event as it is now.
pub fn state(room: &RoomId, event_type: &str, state_key: &str) -> Request {
    Request::client(Method::Get, &["rooms", room.as_str(), "state", event_type, state_key])
}

/// Where a server has its thumbnails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaApi {
    /// Since version 1.11 of the specification: with the access token.
    Authenticated,
    /// Before: open to everyone.
    Legacy,
}

/// A square thumbnail of `pixels` a side.
pub fn thumbnail(media: &Mxc, pixels: u32, api: MediaApi) -> Request {
    let tail = ["thumbnail", media.server(), media.id()];
    let request = match api {
        MediaApi::Authenticated => {
            Request::new(Method::Get, &[&["_matrix", "client", "v1", "media"], &tail[..]].concat())
        }
        MediaApi::Legacy => Request::new(Method::Get, &[&["_matrix", "media", "v3"], &tail[..]].concat()).open(),
    };
    request.with("width", pixels.to_string()).with("height", pixels.to_string()).with("method", "crop")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_room_id_without_a_server_is_one_path_segment_like_any_other() {
        assert_eq!(join(&"!2jYTVO-O4AOm".into()).path, "/_matrix/client/v3/join/%212jYTVO-O4AOm");
        assert_eq!(join(&"!a:chat.test:8448".into()).path, "/_matrix/client/v3/join/%21a%3Achat.test%3A8448");
    }

    #[test]
    fn an_id_cannot_climb_out_of_its_segment() {
        let request = send_state(&"!a/../b?c#d".into(), "m.widget", "../x", json!({}));
        assert_eq!(request.path, "/_matrix/client/v3/rooms/%21a%2F..%2Fb%3Fc%23d/state/m.widget/..%2Fx");
        let request = send_event(&"!a".into(), "m.call.invite", "../../x", json!({}));
        assert_eq!(request.path, "/_matrix/client/v3/rooms/%21a/send/m.call.invite/..%2F..%2Fx");
        let request = account_data(&"@a/..:b".into(), "../x");
        assert_eq!(request.path, "/_matrix/client/v3/user/%40a%2F..%3Ab/account_data/..%2Fx");
        for request in [
            room_account_data(&"@a/..:b".into(), &"!r/..:b".into(), "../x"),
            set_room_account_data(&"@a/..:b".into(), &"!r/..:b".into(), "../x", json!({})),
        ] {
            assert_eq!(request.path, "/_matrix/client/v3/user/%40a%2F..%3Ab/rooms/%21r%2F..%3Ab/account_data/..%2Fx");
        }
    }

    #[test]
    fn what_was_answered_in_a_room_is_read_and_replaced_as_a_whole() {
        let (me, room) = ("@a:b".into(), "!r".into());
        let read = room_account_data(&me, &room, "x");
        assert_eq!((read.method, &read.body), (Method::Get, &None));
        let written = set_room_account_data(&me, &room, "x", json!({ "$e": true }));
        assert_eq!((written.method, written.path, written.body), (Method::Put, read.path, Some(json!({ "$e": true }))));
    }

    #[test]
    fn a_segment_that_browsers_take_for_a_direction_fits_no_path() {
        assert!(!fits_a_path(".") && !fits_a_path(".."));
        assert!(fits_a_path("") && fits_a_path("...") && fits_a_path("../x") && fits_a_path("%2e"));
    }

    #[test]
    fn an_empty_state_key_keeps_its_slash() {
        assert!(send_state(&"!a".into(), "m.room.name", "", json!({})).path.ends_with("/m.room.name/"));
    }

    #[test]
    fn a_query_value_cannot_smuggle_another_parameter() {
        let url = messages(&"!a".into(), Some("t1&dir=f#"), &json!({})).url("https://hs.test");
        assert!(url.ends_with("&from=t1%26dir%3Df%23"), "{url}");
    }

    #[test]
    fn the_first_sync_has_no_since() {
        let first = sync(None, Millis(0), &json!({}));
        assert!(first.query.iter().all(|(key, _)| *key != "since"));
        let next = sync(Some("s1"), SYNC_HOLD, &json!({}));
        assert!(next.query.contains(&("since", "s1".into())));
        assert!(next.query.contains(&("timeout", "30000".into())));
    }

    #[test]
    fn only_requests_that_need_the_token_get_it() {
        let media = Mxc::read("mxc://hs.test/abc").unwrap();
        for open in [versions(), well_known(), login_flows(), login(json!({})), thumbnail(&media, 64, MediaApi::Legacy)]
        {
            assert!(!open.authenticated, "{}", open.path);
        }
        for closed in [
            logout(),
            turn_server(),
            open_id_token(&"@a:b".into()),
            account_data(&"@a:b".into(), "x"),
            set_account_data(&"@a:b".into(), "x", json!({})),
            room_account_data(&"@a:b".into(), &"!a".into(), "x"),
            set_room_account_data(&"@a:b".into(), &"!a".into(), "x", json!({})),
            members(&"!a".into()),
            thumbnail(&media, 64, MediaApi::Authenticated),
        ] {
            assert!(closed.authenticated, "{}", closed.path);
        }
    }
}
