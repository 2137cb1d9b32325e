//! The parameters of the wrapper's address (`chat-web.md` 5.1), looked up in the fragment before the query.
//!
//! Whoever made the address is a stranger: a widget's author, a link in a message. Every value has a bound and a type here.

use crate::ids::{ConferenceId, RoomId, UserId, WidgetId};
use crate::meet::auth::Auth;
use crate::meet::template::read_parameters;
use crate::meet::{DomainError, MeetDomain};

/// The longest fragment or query that is read, in bytes. Ours stay below 4 KB even with every value at its own limit.
const ADDRESS_LIMIT: usize = 32 * 1024;
/// The longest conference id, in bytes: the base32 form of a room id of 255 bytes has 408.
const CONFERENCE_ID_LIMIT: usize = 512;
/// The longest URL that is used, in bytes.
const URL_LIMIT: usize = 2048;
/// The longest Matrix id, in bytes, as the Matrix specification has it.
const MATRIX_ID_LIMIT: usize = 255;
/// The longest name of a person or room, in characters; a longer one is cut.
const NAME_LIMIT: usize = 256;

/// Where the page itself was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// What follows `#`, without it.
    pub fragment: &'a str,
    /// What follows `?`, without it.
    pub query: &'a str,
    /// The page's own address.
    pub url: &'a str,
}

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Light or dark, when the client says so.
    pub theme: Option<Theme>,
    /// The viewer's language, as a BCP 47 tag of ASCII letters, digits and hyphens.
    pub language: Option<String>,
    /// The chat that embeds the page; without it the page was opened alone.
    pub client: Option<ClientAddress>,
    /// The conference to hold, or why the address names none.
    pub conference: Result<Conference, ParameterError>,
}

/// The look that the client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Where the chat is, as far as the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    /// The name under which the chat knows this page.
    pub widget_id: WidgetId,
    /// The chat's own address. Only its origin is used, to post to and to check what is posted.
    pub parent_url: String,
}

/// What the address says about the conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// The Meet server.
    pub domain: MeetDomain,
    /// The conference's name there.
    pub conference_id: ConferenceId,
    /// The viewer. Absence is no error: it only names the viewer to a server that asks.
    pub user_id: Option<UserId>,
    /// What the viewer is called in the room.
    pub display_name: Option<String>,
    /// An `http(s):` address of their picture.
    pub avatar_url: Option<String>,
    /// The room.
    pub room_id: Option<RoomId>,
    /// The room's name, which becomes the meeting's subject.
    pub room_name: Option<String>,
    /// What the viewer calls the room, when the event does not name it; our own parameter. Shown to the viewer alone.
    pub local_room_name: Option<String>,
    /// How the viewer must prove who they are.
    pub auth: Option<Auth>,
    /// Started with the voice button: the camera starts off.
    pub audio_only: bool,
    /// It is the call of a video room.
    pub video_channel: bool,
    /// Whether the client can share screens; true unless it says `false`.
    pub screensharing: bool,
    /// Whether the microphone starts muted; `None` leaves it to the server.
    pub start_audio_muted: Option<bool>,
    /// Whether the camera starts off; `None` leaves it to the server.
    pub start_video_muted: Option<bool>,
}

/// Why an address names no conference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A required parameter is not there, or its template variable was left as it was.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// `conferenceDomain` is no Meet domain.
    #[error("conferenceDomain: {reason}")]
    Domain {
        /// What it is, cut short.
        given: String,
        /// Why that is none.
        reason: DomainError,
    },
    /// `conferenceId` is no name of a conference.
    #[error("conferenceId is no name of a conference")]
    ConferenceId,
}

impl Parameters {
    /// Reads the page's address.
    pub fn read(page: &Page<'_>) -> Self {
        let values = Values::read(page);
        Self {
            theme: match values.get("theme") {
                Some("dark") => Some(Theme::Dark),
                Some("light") => Some(Theme::Light),
                _ => None,
            },
            language: values.get("language").filter(|tag| is_language(tag)).map(str::to_owned),
            client: values
                .get("widgetId")
                .filter(|id| id.len() <= 2 * MATRIX_ID_LIMIT)
                .zip(values.get("parentUrl").filter(|url| url.len() <= URL_LIMIT))
                .map(|(id, url)| ClientAddress { widget_id: id.into(), parent_url: url.into() }),
            conference: Conference::read(&values, page.url),
        }
    }
}

impl Conference {
    fn read(values: &Values, page_url: &str) -> Result<Self, ParameterError> {
        let given = values.required("conferenceDomain")?;
        let domain = MeetDomain::parse(given)
            .and_then(|domain| match domain.is_address_of(page_url) {
                true => Err(DomainError::OwnAddress),
                false => Ok(domain),
            })
            .map_err(|reason| ParameterError::Domain { given: given.chars().take(NAME_LIMIT).collect(), reason })?;
        // `confId` is where events keep a copy for old phones; managers' widgets have only that.
        let conference_id = values
            .get("conferenceId")
            .or_else(|| values.get("confId"))
            .ok_or(ParameterError::Missing("conferenceId"))?;
        if !is_conference_id(conference_id) {
            return Err(ParameterError::ConferenceId);
        }
        let id = |name| values.get(name).filter(|id| id.len() <= MATRIX_ID_LIMIT);
        Ok(Self {
            domain,
            conference_id: conference_id.into(),
            user_id: id("userId").map(UserId::from),
            display_name: values.name("displayName"),
            avatar_url: values.get("avatarUrl").filter(|url| url.len() <= URL_LIMIT && is_http(url)).map(str::to_owned),
            room_id: id("roomId").map(RoomId::from),
            room_name: values.name("roomName"),
            local_room_name: values.name("localRoomName"),
            auth: values.get("auth").and_then(Auth::read),
            audio_only: values.get("isAudioOnly") == Some("true"),
            video_channel: values.get("isVideoChannel") == Some("true"),
            screensharing: values.get("supportsScreensharing") != Some("false"),
            start_audio_muted: values.get("startWithAudioMuted").map(|value| value == "true"),
            start_video_muted: values.get("startWithVideoMuted").map(|value| value == "true"),
        })
    }
}

/// All parameters, those of the fragment first.
struct Values(Vec<(String, String)>);

impl Values {
    fn read(page: &Page<'_>) -> Self {
        let readable = [page.fragment, page.query].into_iter().filter(|text| text.len() <= ADDRESS_LIMIT);
        Self(readable.flat_map(read_parameters).collect())
    }

    /// The first value of this name that says something. A client that does not know a variable leaves `$name` as it is, and
    /// JavaScript writes nothing as `undefined` or `null`.
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .find(|value| !value.starts_with('$') && !matches!(*value, "" | "undefined" | "null"))
    }

    fn required(&self, name: &'static str) -> Result<&str, ParameterError> {
        self.get(name).ok_or(ParameterError::Missing(name))
    }

    /// A name of something, trimmed and cut; blanks alone are none.
    fn name(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.trim();
        (!text.is_empty()).then(|| text.chars().take(NAME_LIMIT).collect())
    }
}

/// Whether this can be one part of a path. `.` and `..` would be taken out of it by the browser, encoded or not.
fn is_conference_id(text: &str) -> bool {
    text.len() <= CONFERENCE_ID_LIMIT
        && !text.chars().any(char::is_control)
        && !text.trim().is_empty()
        && !matches!(text, "." | "..")
}

fn is_http(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The longest tag that the registry of languages makes sensible is below 35 characters (RFC 5646, 4.4.1).
fn is_language(tag: &str) -> bool {
    tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests;
