//! Reading the conferences of a room out of its state, whoever wrote them and however badly.

use std::cmp::Ordering;

use serde_json::Value;

use crate::ids::ConferenceId;
use crate::json::{self, Object};
use crate::meet::MeetDomain;
use crate::meet::split::Agreement;
use crate::meet::template::read_parameters;
use crate::meet::widget::{
    EVENT_TYPE, LONGEST_CONFERENCE_ID, LONGEST_ROOM_NAME, MeetWidget, STABLE_EVENT_TYPE, V1_DOMAIN, shortened,
};
use crate::ordered::{self, Set};
use crate::room::{RoomState, StateEvent};

/// How many conferences of one room are looked at. More than a few are an accident or an attack, and each costs a row on
/// screen; the oldest stay, since one of those is the one to join.
pub(crate) const MOST_WIDGETS: usize = 50;
/// The longest spelling of a domain that is kept, in bytes: what one is read from, blanks around it aside.
const LONGEST_SPELLING: usize = 300;
/// How much of a text that is no domain is kept to be shown, in characters.
const LONGEST_BAD_DOMAIN: usize = 255;

impl MeetWidget {
    /// Reads the running Meet conferences of a room, in the order in which they should be offered: oldest first by
    /// `(origin_server_ts, event_id)`, at most 50.
    ///
    /// Phones read two event types. Of two events with one state key the newer one says whether the conference runs, so that a
    /// blank one of either type ends it, as on iOS; Android skips blank ones and shows the other as still alive (`mobile.md` 1.4
    /// and C7). At the same instant `im.vector.modular.widgets` counts, which every client reads.
    pub fn all_in(state: &RoomState) -> Vec<Self> {
        let mut widgets = Self::every_in(state);
        widgets.truncate(MOST_WIDGETS);
        widgets
    }

    /// The same, however many there are.
    pub(crate) fn every_in(state: &RoomState) -> Vec<Self> {
        let keys: Set<&str> = [STABLE_EVENT_TYPE, EVENT_TYPE]
            .iter()
            .flat_map(|kind| state.all(kind))
            .map(|event| event.state_key.as_str())
            .collect();
        let widgets = keys.iter().filter_map(|key| Self::at(state, key)).collect();
        ordered::sorted(widgets, Self::offered_before)
    }

    /// The running conference at this state key, as in [`all_in`](Self::all_in).
    pub fn at(state: &RoomState, key: &str) -> Option<Self> {
        let (stable, common) = (state.get(STABLE_EVENT_TYPE, key), state.get(EVENT_TYPE, key));
        let newest = match (stable, common) {
            (Some(stable), Some(common)) if stable.origin_server_ts > common.origin_server_ts => stable,
            (stable, common) => common.or(stable)?,
        };
        let stands = |of: &&str| state.get(of, key).is_some_and(|event| !event.content.is_empty());
        let mut widget = read(newest, [STABLE_EVENT_TYPE, EVENT_TYPE].into_iter().filter(stands).collect())?;
        widget.agreement = Agreement::about(&widget, newest, common);
        Some(widget)
    }

    /// The order in which the conferences of a room are offered.
    pub(crate) fn offered_before(one: &Self, other: &Self) -> Ordering {
        (one.created, &one.event_id).cmp(&(other.created, &other.event_id))
    }
}

/// Reads one event. `None` when it is no running Meet conference: it needs a type, a URL (a widget without one was removed,
/// `chat-web.md` 3.2), and a conference's name in one place or another.
fn read(event: &StateEvent, under: Vec<&'static str>) -> Option<MeetWidget> {
    let content = &event.content;
    let conference_id = name_of(content).filter(|_| !event.state_key.is_empty())?;
    let nothing = Object::new();
    let data = json::object(content, "data").unwrap_or(&nothing);
    let (domain, domain_is_implied) = domain(data);
    Some(MeetWidget {
        id: event.state_key.as_str().into(),
        under,
        event_id: event.event_id.clone(),
        creator: event.sender.clone(),
        created: event.origin_server_ts,
        spelling: spelling(data, domain.as_ref().ok()),
        domain,
        domain_is_implied,
        conference_id,
        audio_only: is_true(data, "isAudioOnly"),
        room_name: literal(data, "roomName").map(|name| shortened(name, LONGEST_ROOM_NAME).to_owned()),
        auth: literal(data, "auth").map(str::to_owned),
        agreement: Agreement::Same,
    })
}

/// Whether a widget with this content is a running Meet conference.
pub fn is_conference(content: &Object) -> bool {
    name_of(content).is_some()
}

/// The conference's name, where it is one that runs.
pub(crate) fn name_of(content: &Object) -> Option<ConferenceId> {
    let is_meet = matches!(text(content, "type")?, "jitsi" | "m.jitsi");
    let url = text(content, "url").filter(|_| is_meet)?;
    conference_id(json::object(content, "data"), url)
}

/// The string at `key`, if it has any text.
fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    json::string(object, key).filter(|text| !text.trim().is_empty())
}

/// The string at `key` unless it is an unfilled `$variable`.
fn literal<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    text(object, key).filter(|text| !text.starts_with('$'))
}

/// A boolean, or the word that some managers write in its place.
fn is_true(object: &Object, key: &str) -> bool {
    match object.get(key) {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// Where the conference takes place, and whether that is only implied: an event that names no domain (v1) means
/// [`V1_DOMAIN`], whatever is configured (`chat-web.md` 2.2). Anything else that is no domain is kept to be shown.
fn domain(data: &Object) -> (Result<MeetDomain, String>, bool) {
    let bad = |text: &str| shortened(text, LONGEST_BAD_DOMAIN).to_owned();
    match data.get("domain") {
        None | Some(Value::Null) => (Ok(MeetDomain::built_in(V1_DOMAIN)), true),
        Some(Value::String(text)) => (MeetDomain::parse(text).map_err(|_| bad(text)), false),
        Some(other) => (Err(bad(&json::text(other))), false),
    }
}

/// What the event says for the domain, where that differs.
fn spelling(data: &Object, domain: Option<&MeetDomain>) -> Option<String> {
    let (domain, text) = (domain?, json::string(data, "domain")?);
    (text != domain.as_str() && text.len() <= LONGEST_SPELLING).then(|| text.to_owned())
}

/// The conference's name: `data.conferenceId`, as it is, else the `confId` of the event's URL (v1), where phones also take
/// `conferenceId`. A number reads as its digits, as browsers have it (`mobile.md` 4.4, V10).
fn conference_id(data: Option<&Object>, url: &str) -> Option<ConferenceId> {
    let id = match data.and_then(|data| data.get("conferenceId")) {
        Some(Value::String(id)) if !id.trim().is_empty() => id.clone(),
        Some(value @ Value::Number(_)) => {
            json::as_integer(value).map_or_else(|| json::text(value), |id| id.to_string())
        }
        _ => in_query(url)?,
    };
    (id.len() <= LONGEST_CONFERENCE_ID).then(|| ConferenceId::new(id))
}

/// The conference's name in a v1 URL's query.
fn in_query(url: &str) -> Option<String> {
    let (before_fragment, _) = url.split_once('#').unwrap_or((url, ""));
    let (_, query) = before_fragment.split_once('?')?;
    let parameters = read_parameters(query);
    ["confId", "conferenceId"].into_iter().find_map(|name| {
        let (_, value) = parameters.iter().find(|(parameter, value)| parameter == name && !value.trim().is_empty())?;
        (!value.starts_with('$')).then(|| value.clone())
    })
}
