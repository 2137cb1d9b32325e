//! Which room is on screen, as the page's fragment says: `#/room/` and the room's id. So a room is a plain link, the
//! browser's own way back leads back, and a reload stays where it was.

use gloo_events::EventListener;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::ids::RoomId;

const PREFIX: &str = "#/room/";

/// The fragment of the page without a room.
pub(super) const ROOMS: &str = "#/";

/// The fragment that shows a room.
pub(super) fn to_room(room: &RoomId) -> String {
    [PREFIX, &utf8_percent_encode(room.as_str(), NON_ALPHANUMERIC).to_string()].concat()
}

/// The room that the page's address names.
pub(super) fn current() -> Option<RoomId> {
    let fragment = web_sys::window()?.location().hash().ok()?;
    let id = percent_decode_str(fragment.strip_prefix(PREFIX)?).decode_utf8().ok()?;
    (!id.is_empty()).then(|| RoomId::new(id))
}

/// Goes to a fragment, as a press on a link would.
pub(super) fn go(fragment: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_hash(fragment);
    }
}

/// Calls `changed` whenever the address names another room, until dropped.
pub(super) fn listen(changed: impl Fn() + 'static) -> Option<EventListener> {
    Some(EventListener::new(web_sys::window()?.as_ref(), "hashchange", move |_| changed()))
}

/// Takes `#loginToken=…` out of the page's address, at once and for good: a token stays neither in the address bar nor in
/// the history. Any such fragment is wiped, whether or not the token is used.
pub(super) fn take_sign_in_token() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let fragment = location.hash().ok()?;
    let token = fragment.trim_start_matches('#').split('&').find_map(|part| part.strip_prefix("loginToken="))?;
    let bare = [location.pathname().ok()?, location.search().ok()?].concat();
    let history = window.history().ok()?;
    history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&bare)).ok()?;
    let token = percent_decode_str(token).decode_utf8().ok()?;
    (!token.is_empty()).then(|| token.into_owned())
}
