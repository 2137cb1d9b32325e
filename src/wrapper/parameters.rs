//! The parameters of the wrapper's address (`chat-web.md` 5.1), looked up in the fragment before the query.
//!
//! Whoever made the address is a stranger: a widget's author, a link in a message. Every value has a bound and a type here.

use crate::check::{self, Subject};
use crate::ids::{ConferenceId, RoomId, UserId, WidgetId};
use crate::meet::auth::Auth;
use crate::meet::{DomainError, MeetDomain};
use crate::page::{Page, Theme, Values};

/// The longest conference id, in bytes: the base32 form of a room id of 255 bytes has 408.
const CONFERENCE_ID_LIMIT: usize = 512;
/// The longest URL that is used, in bytes.
const URL_LIMIT: usize = 2048;
/// The longest Matrix id, in bytes, as the Matrix specification has it.
const MATRIX_ID_LIMIT: usize = 255;
/// The longest name of a person or room, in characters; a longer one is cut.
const NAME_LIMIT: usize = 256;

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Light or dark, when the client says so.
    pub theme: Option<Theme>,
    /// The viewer's language, as a BCP 47 tag of ASCII letters, digits and hyphens.
    pub language: Option<String>,
    /// The chat that embeds the page; without it the page was opened alone.
    pub client: Option<ClientAddress>,
    /// Whether the address names nothing at all, be it a conference or a chat.
    pub empty: bool,
    /// The conference to hold, or why the address names none.
    pub conference: Result<Conference, ParameterError>,
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
    /// Whether the client can share screens, when it is a video room's.
    pub screensharing: bool,
    /// Whether the microphone starts muted; `None` leaves it to the server.
    pub start_audio_muted: Option<bool>,
    /// Whether the camera starts off; `None` leaves it to the server.
    pub start_video_muted: Option<bool>,
}

/// Why an address names no conference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// Required parameters are not there, or their template variables were left as they were.
    #[error("missing: {0:?}")]
    Missing(Vec<&'static str>),
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
            theme: values.theme(),
            language: values.language().map(str::to_owned),
            client: values
                .get("widgetId")
                .filter(|id| id.len() <= 2 * MATRIX_ID_LIMIT)
                .zip(values.get("parentUrl").filter(|url| url.len() <= URL_LIMIT))
                .map(|(id, url)| ClientAddress { widget_id: id.into(), parent_url: url.into() }),
            empty: ["conferenceDomain", "conferenceId", "confId", "widgetId"]
                .iter()
                .all(|name| values.get(name).is_none()),
            conference: Conference::read(&values, page.url),
        }
    }

    /// Where to go instead when the address names nothing at all: to how the page is hosted. Whoever opens it so has just set it up.
    pub fn elsewhere(&self) -> Option<String> {
        self.empty.then(|| check::address(Subject::Hosting, self.theme, self.language.as_deref()))
    }
}

impl Conference {
    /// Whether the camera starts off; `None` leaves it to the server.
    pub(super) fn starts_without_camera(&self) -> Option<bool> {
        self.audio_only.then_some(true).or(self.start_video_muted)
    }

    fn read(values: &Values, page_url: &str) -> Result<Self, ParameterError> {
        // `confId` is where events keep a copy for old phones; managers' widgets have only that.
        let conference_id = values.get("conferenceId").or_else(|| values.get("confId"));
        let id = |name| values.get(name).filter(|id| id.len() <= MATRIX_ID_LIMIT);
        let auth = values.get("auth").and_then(Auth::read);
        let given = values.get("conferenceDomain");
        let (Some(given), Some(conference_id)) = (given, conference_id) else {
            let required = [("conferenceDomain", given), ("conferenceId", conference_id)];
            let missing = required.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name);
            return Err(ParameterError::Missing(missing.collect()));
        };
        let domain = MeetDomain::parse(given)
            .and_then(|domain| match domain.is_address_of(page_url) {
                true => Err(DomainError::OwnAddress),
                false => Ok(domain),
            })
            .map_err(|reason| ParameterError::Domain { given: given.chars().take(NAME_LIMIT).collect(), reason })?;
        if !is_conference_id(conference_id) {
            return Err(ParameterError::ConferenceId);
        }
        if auth.is_some() && id("roomId").is_none() {
            // The server would look for the user in no room at all, and let nobody in.
            return Err(ParameterError::Missing(vec!["roomId"]));
        }
        Ok(Self {
            domain,
            conference_id: conference_id.into(),
            user_id: id("userId").map(UserId::from),
            display_name: name(values, "displayName"),
            avatar_url: values.get("avatarUrl").filter(|url| url.len() <= URL_LIMIT && is_http(url)).map(str::to_owned),
            room_id: id("roomId").map(RoomId::from),
            room_name: name(values, "roomName"),
            local_room_name: name(values, "localRoomName"),
            auth,
            audio_only: values.get("isAudioOnly") == Some("true"),
            video_channel: values.get("isVideoChannel") == Some("true"),
            screensharing: values.get("supportsScreensharing") == Some("true"),
            start_audio_muted: values.get("startWithAudioMuted").map(|value| value == "true"),
            start_video_muted: values.get("startWithVideoMuted").map(|value| value == "true"),
        })
    }
}

/// A name of something, trimmed and cut; blanks alone are none.
fn name(values: &Values, name: &str) -> Option<String> {
    let text = values.get(name)?.trim();
    (!text.is_empty()).then(|| text.chars().take(NAME_LIMIT).collect())
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

#[cfg(test)]
mod tests;
