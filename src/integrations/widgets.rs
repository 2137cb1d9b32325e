//! The widgets that a manager puts into a room, and takes out of it.

use serde_json::Value;

use crate::address::Address;
use crate::ids::{RoomId, UserId};
use crate::integrations::visit::{Act, NO_POWER, NOT_MINE, Outcome, Then, event_of};
use crate::json::{self, Object};
use crate::matrix::request;
use crate::meet::split::Agreement;
use crate::meet::widget::{EVENT_TYPE, STABLE_EVENT_TYPE};
use crate::room::{PowerLevels, RoomState, StateEvent};

/// The longest id, type or name, in bytes: what a state key may have.
const LONGEST_NAME: usize = 255;
/// The longest address, in bytes. Those of Meet widgets with all their variables have some six hundred.
const LONGEST_ADDRESS: usize = 4096;
/// The largest `data`, as text; an event may have 64 KiB in all.
const LARGEST_DATA: usize = 16 << 10;

/// The widgets of a room as events, those that run: with a type and a URL.
pub(super) fn all(state: &RoomState, room: &RoomId) -> Value {
    let runs = |event: &&StateEvent| {
        ["type", "url"].into_iter().all(|key| json::string(&event.content, key).is_some_and(|text| !text.is_empty()))
    };
    let events = state.all(EVENT_TYPE).chain(state.all(STABLE_EVENT_TYPE)).filter(runs);
    events.map(|event| event_of(event, room)).collect()
}

/// `set_widget`: `{ widget_id, url or null, type, name?, data?, avatar_url?, userWidget? }`, as state key and content. Without a URL
/// the content is empty, which removes it.
pub(super) fn wanted<'a>(asked: &'a Object, me: &UserId) -> Result<(&'a str, Value), &'static str> {
    if asked.get("userWidget").is_some_and(|user| *user != Value::Bool(false) && !user.is_null()) {
        return Err(NOT_MINE);
    }
    let key = json::string(asked, "widget_id").unwrap_or_default();
    let url = asked.get("url").ok_or("Missing required widget fields.")?;
    if url.is_null() {
        return Ok((id(key)?, Object::new().into()));
    }
    Ok((id(key)?, made(asked, key, me)?))
}

/// `send_event`: `{ type, state_key, content }` of a widget, held to the same.
pub(super) fn raw<'a>(asked: &'a Object, me: &UserId) -> Result<(&'a str, Value), &'static str> {
    if json::string(asked, "type") != Some(EVENT_TYPE) {
        return Err("Events of this type are not sent.");
    }
    let key = json::string(asked, "state_key").ok_or("Only state is sent.")?;
    let content = json::object(asked, "content").ok_or("The content must be an object.")?;
    let content = if content.is_empty() { Object::new().into() } else { made(content, key, me)? };
    Ok((id(key)?, content))
}

/// Sends it. A removal leaves nothing of that id: phones show what still stands under the other type.
pub(super) fn put(
    state: &RoomState,
    room: &RoomId,
    key: &str,
    content: Value,
    power: &PowerLevels,
    me: &UserId,
) -> Outcome {
    let is_removal = content.as_object().is_some_and(Object::is_empty);
    let other = state.get(STABLE_EVENT_TYPE, key).is_some_and(|event| is_removal && !event.content.is_empty());
    if other && !power.may_send_state(me, STABLE_EVENT_TYPE) {
        return Err(NO_POWER);
    }
    let send = |event_type, content| request::send_state(room, event_type, key, content);
    let then = if other { Then::Also(send(STABLE_EVENT_TYPE, Object::new().into())) } else { Then::Success };
    Ok(Act::Send(send(EVENT_TYPE, content), then))
}

/// The content of an event that makes a widget. `m.jitsi` is written `jitsi`, which is what phones and push rules look for.
fn made(asked: &Object, key: &str, me: &UserId) -> Result<Value, &'static str> {
    let kind = json::string(asked, "type").filter(|kind| !kind.is_empty()).ok_or("Field 'type' must be a string.")?;
    let url =
        json::string(asked, "url").filter(|url| is_address(url)).ok_or("Field 'url' must be an https address.")?;
    let kind = if kind == "m.jitsi" { "jitsi" } else { kind };
    let mut content = json::of([
        ("type", short(kind)?.into()),
        ("url", url.into()),
        ("id", key.into()),
        ("creatorUserId", me.into()),
    ]);
    let mut given = |key: &str, is_good: &dyn Fn(&Value) -> bool| match asked.get(key) {
        None | Some(Value::Null) => Ok(()),
        Some(value) if is_good(value) => {
            content.insert(key.to_owned(), value.clone());
            Ok(())
        }
        Some(_) => Err("An optional field is not what it has to be."),
    };
    let text = |value: &Value, is_good: fn(&str) -> bool| value.as_str().is_some_and(is_good);
    given("name", &|name| text(name, |name| name.len() <= LONGEST_NAME))?;
    given("avatar_url", &|avatar| {
        text(avatar, |url| url.len() <= LONGEST_NAME && (url.starts_with("mxc://") || is_address(url)))
    })?;
    given("data", &|data| data.as_object().is_some_and(|data| small(data).is_ok()))?;
    if Agreement::would_split(&content) {
        return Err("Apps would read this widget as different meetings. Give data.domain and data.conferenceId.");
    }
    Ok(content.into())
}

fn id(key: &str) -> Result<&str, &'static str> {
    // The server takes a key that begins with `@` for a user's own.
    if key.is_empty() || key.starts_with('@') || key.chars().any(char::is_control) || !request::fits_a_path(key) {
        return Err("Missing required widget fields.");
    }
    short(key)
}

pub(super) fn short(text: &str) -> Result<&str, &'static str> {
    if text.len() <= LONGEST_NAME { Ok(text) } else { Err("A field is too long.") }
}

pub(super) fn small(data: &Object) -> Result<(), &'static str> {
    let length = json::text(data).len();
    if length <= LARGEST_DATA { Ok(()) } else { Err("A field is too long.") }
}

/// Whether a widget's address leads to an https server. Path, query and fragment may have `$variables`, its host none.
fn is_address(url: &str) -> bool {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    url.len() <= LONGEST_ADDRESS
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
        && url.get(..end).and_then(Address::read).is_some_and(|address| address.is_secure())
}
