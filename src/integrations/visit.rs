//! What the manager's frame asks for, by `postMessage` (`chat-web.md` 7): `{action, room_id, user_id, …}`, answered by the same object
//! with `response`. Each request is answered at once, refused, or becomes a request to the homeserver whose end is the answer.
//!
//! The manager acts in my name. So it may do what I may, in the one room on screen, and less: no message leaves at all, no raw event
//! leaves for an encrypted room, what a widget is made of is checked, nobody as powerful as I am is touched, and there is an end to
//! what one visit does. What it reads is state of a few types.

use serde_json::Value;

use crate::host::HostError;
use crate::ids::{RoomId, UserId};
use crate::integrations::{people, widgets};
use crate::json::{self, Object, object_of};
use crate::matrix::request::{self, Request};
use crate::meet::widget;
use crate::room::{Membership, PowerLevels, RoomState, StateEvent};
use crate::widget_api::Posted;

/// How much one visit may ask of the homeserver. Setting something up takes a dozen requests; a page that asks without end would keep
/// me from sending anything myself, since the homeserver would want a pause.
const MOST_DEEDS: usize = 200;
/// How many invitations, removals and changes of power are among them. A manager sets up a bot or two: one that goes on empties or
/// fills the room.
const MOST_PEOPLE: usize = 20;
/// How many state events are read at once: in a room of a hundred thousand the list of members is no answer.
const MOST_READ: usize = 500;
/// The state that may be read, all of which any member of the room knows.
const READABLE: [&str; 6] = [
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.member",
    "m.room.name",
    widget::EVENT_TYPE,
    widget::STABLE_EVENT_TYPE,
];
/// What a bot is told.
const BOT_OPTIONS: &str = "m.room.bot.options";
/// Whether a room is a bridge's.
const PLUMBING: &str = "m.room.plumbing";

/// The one request that is about no room, whether it names one or not.
const TOKEN: &str = "get_open_id_token";

pub(super) const NO_POWER: &str = "You do not have permission to do that in this room.";

/// The room on screen.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Its state, as far as it is known.
    pub state: &'a RoomState,
    /// How many joined it, by the server's count.
    pub joined: Option<u64>,
    /// Whether I am in it.
    pub membership: Membership,
}

/// What becomes of a message.
#[derive(Debug, PartialEq)]
pub enum Reply {
    /// Nothing: it is no request.
    Nothing,
    /// Post this back.
    Answer(Posted),
    /// Post this back and close the frame.
    Close(Posted),
    /// Send [`Deed::request`], and give [`Visit::done`] what came of it.
    Do(Box<Deed>),
}

/// A request to the homeserver on behalf of the manager.
pub struct Deed {
    asked: Object,
    /// What to send.
    pub request: Request,
    then: Then,
}

/// Without what it sends, which may hold a token.
impl std::fmt::Debug for Deed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Deed").field(&self.request.path).field(&self.then).finish()
    }
}

impl PartialEq for Deed {
    fn eq(&self, other: &Self) -> bool {
        (&self.asked, &self.request, &self.then) == (&other.asked, &other.request, &other.then)
    }
}

/// What the answer is when the homeserver has answered.
#[derive(Debug, PartialEq)]
pub(super) enum Then {
    /// That it is done.
    Success,
    /// What the homeserver said; `null` where there is no such thing.
    Content,
    /// The event's id.
    Event,
    /// The same after another request.
    Also(Request),
    /// The newest power levels have come: to be changed and sent.
    Power(people::Grant),
}

/// What is done for a request, or why not.
pub(super) type Outcome = Result<Act, &'static str>;

/// What is done for a request.
pub(super) enum Act {
    Answer(Value),
    Send(Request, Then),
}

impl From<Value> for Act {
    fn from(answer: Value) -> Self {
        Self::Answer(answer)
    }
}

/// The manager in its frame, opened for one room.
pub struct Visit {
    room: RoomId,
    me: UserId,
    deeds: usize,
    people: usize,
}

impl Visit {
    /// A visit in this room.
    pub fn new(room: RoomId, me: UserId) -> Self {
        Self { room, me, deeds: 0, people: 0 }
    }

    /// Takes a message whose window and origin are the manager's. `seen` is the visit's room while it is on screen.
    pub fn asked(&mut self, message: &Value, seen: Option<Seen<'_>>) -> Reply {
        let Some(asked) = message.as_object().filter(|message| !message.contains_key("api")) else {
            return Reply::Nothing;
        };
        let Some(action) = json::string(asked, "action") else {
            return Reply::Nothing;
        };
        if action == "close_scalar" {
            return Reply::Close(answer(asked, Value::Null));
        }
        let room = json::string(asked, "room_id");
        let seen = seen.filter(|_| room == Some(self.room.as_str()));
        if let (Some(room), None) = (room, seen)
            && action != TOKEN
        {
            return refused(asked, &not_visible(room));
        }
        match self.act(action, asked, seen) {
            Ok(Act::Answer(value)) => Reply::Answer(answer(asked, value)),
            Ok(Act::Send(..)) if self.deeds >= MOST_DEEDS => refused(asked, "Too many requests."),
            Ok(Act::Send(request, then)) => {
                self.deeds += 1;
                Reply::Do(Box::new(Deed { asked: asked.clone(), request, then }))
            }
            Err(why) => refused(asked, why),
        }
    }

    /// Takes what came of a deed.
    pub fn done(&self, deed: Deed, result: Result<Object, HostError>, seen: Option<Seen<'_>>) -> Reply {
        let Deed { asked, then, .. } = deed;
        let result = match (result, &then) {
            (Err(HostError::Refused { errcode, status: 404, .. }), Then::Content) if errcode == "M_NOT_FOUND" => {
                return Reply::Answer(answer(&asked, Value::Null));
            }
            (Err(error), _) => return refused(&asked, &in_words(&error)),
            (Ok(result), _) => result,
        };
        let next = |request, then| Reply::Do(Box::new(Deed { asked: asked.clone(), request, then }));
        match then {
            Then::Success => Reply::Answer(answer(&asked, success())),
            Then::Content => Reply::Answer(answer(&asked, result.into())),
            Then::Event => {
                let event = json::string(&result, "event_id").unwrap_or_default();
                Reply::Answer(answer(&asked, object_of!({ "room_id": &self.room, "event_id": event })))
            }
            Then::Also(request) => next(request, Then::Success),
            Then::Power(grant) => match seen.map(|seen| grant.on(result, seen.state, &self.me)) {
                Some(Ok(Some(levels))) => {
                    next(request::send_state(&self.room, people::POWER, "", levels), Then::Success)
                }
                Some(Ok(None)) => Reply::Answer(answer(&asked, success())),
                Some(Err(why)) => refused(&asked, why),
                None => refused(&asked, &not_visible(self.room.as_str())),
            },
        }
    }

    fn act(&mut self, action: &str, asked: &Object, seen: Option<Seen<'_>>) -> Outcome {
        let seen = match (action, seen) {
            (TOKEN, _) => return Ok(Act::Send(request::open_id_token(&self.me), Then::Content)),
            // Without a room: of mine.
            ("get_widgets", None) => return Ok(Value::Array(Vec::new()).into()),
            ("set_widget", None) => return Err(NOT_MINE),
            (_, None) => return Err("Missing room_id in request"),
            (_, Some(seen)) => seen,
        };
        let power = PowerLevels::read(seen.state);
        match action {
            "get_widgets" => return Ok(widgets::all(seen.state, &self.room).into()),
            "get_membership_count" => {
                return Ok(
                    Value::from(seen.joined.unwrap_or_else(|| crate::room::joined_people(seen.state, None))).into()
                );
            }
            "join_rules_state" => return Ok(content(seen.state, "m.room.join_rules", "").into()),
            "get_room_enc_state" => return Ok(Value::from(seen.state.get("m.room.encryption", "").is_some()).into()),
            "read_events" => return read_events(asked, seen.state, &self.room),
            "membership_state" | "bot_options" => {
                return self.of_user(action, &user(asked)?, seen.state);
            }
            _ => {}
        }
        if seen.membership != Membership::Join {
            return Err("You are not in this room.");
        }
        let may = |event_type: &str| {
            if power.may_send_state(&self.me, event_type) { Ok(()) } else { Err(NO_POWER) }
        };
        let state = |event_type: &str, key: &str, content: Value, then| {
            may(event_type)?;
            Ok(Act::Send(request::send_state(&self.room, event_type, key, content), then))
        };
        match action {
            "can_send_event" => {
                let event_type = json::string(asked, "event_type").ok_or("Missing event_type in request")?;
                let is_state = json::boolean(asked, "is_state") == Some(true);
                let can = is_state && power.may_send_state(&self.me, event_type)
                    || !is_state && power.may_send_event(&self.me, event_type);
                if can { Ok(Value::Bool(true).into()) } else { Err(NO_POWER) }
            }
            "set_widget" => {
                let (key, content) = widgets::wanted(asked, &self.me)?;
                may(widget::EVENT_TYPE)?;
                widgets::put(seen.state, &self.room, key, content, &power, &self.me)
            }
            "send_event" => {
                if seen.state.get("m.room.encryption", "").is_some() {
                    return Err("Nothing is sent as it is in an encrypted room.");
                }
                let (key, content) = widgets::raw(asked, &self.me)?;
                state(widget::EVENT_TYPE, key, content, Then::Event)
            }
            "set_plumbing_state" => {
                let status = json::string(asked, "status").ok_or("The status must be a string.")?;
                state(PLUMBING, "", object_of!({ "status": widgets::short(status)? }), Then::Success)
            }
            "set_bot_options" => {
                let options = json::object(asked, "content").ok_or("The content must be an object.")?;
                widgets::small(options)?;
                state(BOT_OPTIONS, &bot_key(&user(asked)?), options.clone().into(), Then::Success)
            }
            "invite" | "kick" | "set_bot_power" => {
                let act = people::act(action, asked, &user(asked)?, seen.state, &power, &self.room, &self.me)?;
                if matches!(act, Act::Send(..)) {
                    if self.people >= MOST_PEOPLE {
                        return Err("Too many requests.");
                    }
                    self.people += 1;
                }
                Ok(act)
            }
            _ => Err("Unknown action"),
        }
    }

    /// What the state has of a user, or where to ask for it: of members not all are known, of bots' options none.
    fn of_user(&self, action: &str, user: &UserId, state: &RoomState) -> Outcome {
        if action == "bot_options" {
            let request = request::state(&self.room, BOT_OPTIONS, &bot_key(user));
            return Ok(Act::Send(request, Then::Content));
        }
        Ok(match content(state, people::MEMBER, user.as_str()) {
            Value::Null => Act::Send(request::state(&self.room, people::MEMBER, user.as_str()), Then::Content),
            known => known.into(),
        })
    }
}

impl Deed {
    /// Whether what it did is in the room's state by now, so that the manager, which asks for the widgets next, finds it there. The
    /// answer of the homeserver names the event.
    pub fn is_seen(&self, result: &Result<Object, HostError>, state: &RoomState) -> bool {
        let event = result.as_ref().ok().and_then(|answer| json::string(answer, "event_id"));
        let key = json::string(&self.asked, "widget_id").or_else(|| json::string(&self.asked, "state_key"));
        let (Some(event), Some(key)) = (event, key) else {
            return true;
        };
        let stands = |event_type| state.get(event_type, key).is_some_and(|known| known.event_id.as_str() == event);
        stands(widget::EVENT_TYPE) || stands(widget::STABLE_EVENT_TYPE)
    }
}

pub(super) const NOT_MINE: &str = "Widgets of the user are not supported, only those of a room.";

fn not_visible(room: &str) -> String {
    ["Room ", room, " not visible"].concat()
}

fn bot_key(user: &UserId) -> String {
    ["_", user.as_str()].concat()
}

fn user(asked: &Object) -> Result<UserId, &'static str> {
    let user = json::string(asked, "user_id").filter(|user| user.starts_with('@') && user.len() <= 255);
    user.map(UserId::from).ok_or("Missing user_id in request")
}

fn content(state: &RoomState, event_type: &str, key: &str) -> Value {
    state.get(event_type, key).map_or(Value::Null, |event| event.content.clone().into())
}

/// `{ type, state_key: true or a key, limit? }`: state as it is. There is no reading of messages.
fn read_events(asked: &Object, state: &RoomState, room: &RoomId) -> Outcome {
    let event_type = json::string(asked, "type").filter(|event_type| READABLE.contains(event_type));
    let event_type = event_type.ok_or("Events of this type can't be read.")?;
    let limit = json::integer(asked, "limit").and_then(|limit| usize::try_from(limit).ok());
    let events: Vec<&StateEvent> = match asked.get("state_key") {
        Some(Value::Bool(true)) => {
            state.all(event_type).take(limit.map_or(MOST_READ, |most| most.min(MOST_READ))).collect()
        }
        Some(Value::String(key)) => state.get(event_type, key).into_iter().collect(),
        _ => return Err("Only state can be read."),
    };
    let events: Vec<Value> = events.into_iter().map(|event| event_of(event, room)).collect();
    Ok(object_of!({ "events": events }).into())
}

/// An event in client format.
pub(super) fn event_of(event: &StateEvent, room: &RoomId) -> Value {
    let mut event = event.write();
    if let Some(event) = event.as_object_mut() {
        event.insert("room_id".to_owned(), room.into());
    }
    event
}

pub(super) fn success() -> Value {
    object_of!({ "success": true })
}

fn answer(asked: &Object, response: Value) -> Posted {
    let mut message = asked.clone();
    message.insert("response".to_owned(), response);
    Posted(message.into())
}

fn refused(asked: &Object, why: &str) -> Reply {
    Reply::Answer(answer(asked, object_of!({ "error": object_of!({ "message": why }) })))
}

/// Without the server's own words, which may repeat what was sent.
fn in_words(error: &HostError) -> String {
    let why = match error {
        HostError::Refused { errcode, .. } => errcode,
        HostError::Unreachable => "no answer",
        HostError::Unsupported => "not supported",
    };
    ["The homeserver refused: ", why].concat()
}
