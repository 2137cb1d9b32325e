//! Which Meet servers a person has agreed to, and which other widgets, as Chat Android, Chat iOS and Chat Web keep it in account
//! data (`mobile.md` 1.7, 2.6, 4.1, 4.2). What one of them writes all read. `ledger` is what one page does with it. Pure.
//!
//! ```json
//! { "widgets": { "$event": true },
//!   "native_widgets": { "m.jitsi": { "meet.example.org": true, "other.example": false } } }
//! ```

mod ledger;

#[cfg(test)]
mod tests;

pub use ledger::{Action, Input, Ledger, Said, View, WidgetSaid};

use serde_json::Value;

use crate::ids::EventId;
use crate::json::Object;
use crate::meet::MeetDomain;
use crate::ordered::Map;

/// The type of the account data: of the account as a whole on phones and for Meet, of a room for other widgets in Chat Web.
pub const EVENT_TYPE: &str = "im.vector.setting.allowed_widgets";

/// Other widgets, by the event that made them.
const WIDGETS: &str = "widgets";
/// Meet servers, by kind and domain.
const NATIVE: &str = "native_widgets";
/// The kinds that hold Meet servers: the one that Android reads and writes whatever an event's type is; and an event's own type,
/// where old versions of iOS looked. The second counts for domains that the first does not name.
const KINDS: [&str; 2] = ["m.jitsi", "jitsi"];
/// The most servers of one kind that are read. Nobody answers for as many, and each is compared with the others.
const MOST_READ: usize = 1000;

/// What was answered for each Meet server. Of several spellings of one the refusal counts; what is no domain, the empty key of
/// an event without one among it, says nothing.
pub fn domains(content: &Value) -> Map<MeetDomain, bool> {
    let mut all = Map::default();
    for kind in KINDS {
        let entries = content.get(NATIVE).and_then(|native| native.get(kind)).and_then(Value::as_object);
        let mut of_kind: Map<MeetDomain, bool> = Map::default();
        for (key, answer) in entries.into_iter().flatten().take(MOST_READ) {
            if let (Ok(domain), Some(answer)) = (MeetDomain::parse(key), answer.as_bool()) {
                *of_kind.or_insert(domain, true) &= answer;
            }
        }
        for (domain, answer) in of_kind.iter() {
            all.or_insert(domain.clone(), *answer);
        }
    }
    all
}

/// What was answered for another widget, by the event that made it: `account` is the account's content, `room` its room's. A
/// refusal in either counts. Says nothing of a Meet server, nor the other way round: the questions named different hosts.
pub fn widget(account: &Value, room: &Value, event: &EventId) -> Option<bool> {
    let answers = [in_account(account, event), room.get(event.as_str()).and_then(Value::as_bool)];
    answers.into_iter().flatten().reduce(|one, other| one && other)
}

/// Whether another widget may be opened without asking: for who was asked before and agreed. Each edit is another event. The apps ask
/// nobody about an event of their own (`mobile.md` 4.1); here a manager or a service may have written it in one's name, and the page
/// gets the camera.
pub fn widget_allowed(event: &EventId, account: &Value, room: &Value) -> bool {
    widget(account, room, event) == Some(true)
}

/// What was answered for another widget in the account's content.
fn in_account(account: &Value, event: &EventId) -> Option<bool> {
    account.get(WIDGETS)?.get(event.as_str())?.as_bool()
}

/// The account's content with this answer for a Meet server: under its domain, under the event's own spelling of it, which
/// is what Android looks up, and under every other spelling that is there. A refusal is written, not deleted, as the apps do.
pub fn with_domain(content: Option<Value>, said: &Said) -> Value {
    let mut content = readable(content);
    let is_it = |text: &str| MeetDomain::parse(text).as_ref() == Ok(&said.domain);
    within(&mut content, NATIVE, &mut |native| {
        for kind in KINDS {
            within(native, kind, &mut |answers| {
                for (key, answer) in answers.iter_mut() {
                    if is_it(key) {
                        *answer = said.allowed.into();
                    }
                }
                let spelling = said.spelling.as_deref().filter(|spelling| is_it(spelling));
                for key in spelling.into_iter().chain([said.domain.as_str()]) {
                    answers.insert(key.to_owned(), said.allowed.into());
                }
            });
        }
    });
    content.into()
}

/// The account's content with this answer for another widget.
pub fn with_widget(content: Option<Value>, event: &EventId, allowed: bool) -> Value {
    let mut content = readable(content);
    within(&mut content, WIDGETS, &mut |widgets| {
        widgets.insert(event.to_string(), allowed.into());
    });
    content.into()
}

/// The content of a room's account data with this answer for another widget, for Chat Web.
pub fn with_widget_in_room(content: Option<Value>, event: &EventId, allowed: bool) -> Value {
    let mut content = object(content);
    content.insert(event.to_string(), allowed.into());
    content.into()
}

fn object(content: Option<Value>) -> Object {
    match content {
        Some(Value::Object(content)) => content,
        _ => Object::new(),
    }
}

/// The content as all can read it: iOS wants both parts, and neither app reads anything when one answer is no boolean. Only what
/// they stumble over goes.
fn readable(content: Option<Value>) -> Object {
    let mut content = object(content);
    within(&mut content, WIDGETS, &mut booleans_only);
    within(&mut content, NATIVE, &mut |native| {
        native.retain(|_, kind| kind.is_object());
        native.values_mut().filter_map(Value::as_object_mut).for_each(booleans_only);
    });
    content
}

fn booleans_only(answers: &mut Object) {
    answers.retain(|_, answer| answer.is_boolean());
}

/// Changes the object at `key`, a new one where there is none.
fn within(object: &mut Object, key: &str, change: &mut dyn FnMut(&mut Object)) {
    let mut inner = self::object(object.remove(key));
    change(&mut inner);
    object.insert(key.to_owned(), inner.into());
}
