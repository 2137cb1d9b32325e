//! The Meet widget: the state event that makes a conference known to a room. Writes exactly what every current client reads
//! (`chat-web.md` 3, `mobile.md` 4.3), and reads what all of them wrote.

use serde_json::Value;

use crate::buttons::Kind;
use crate::ids::{ConferenceId, EventId, UserId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::room::RoomState;
use crate::time::Millis;

/// The event type of widgets that every client reads and push rules match.
pub const EVENT_TYPE: &str = "im.vector.modular.widgets";
/// The event type that Android and iOS read as well.
pub const STABLE_EVENT_TYPE: &str = "m.widget";
/// Where a widget without a domain (v1) takes place in browsers and on Android.
pub const V1_DOMAIN: &str = "meet.element.io";
/// How many random bytes [`new_widget_id`] wants.
pub const RANDOM_BYTES: usize = 64;

/// A conference as a room's state describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetWidget {
    /// Its id: the state key.
    pub id: WidgetId,
    /// The state event that made it.
    pub event_id: EventId,
    /// Who sent that event; the content's own claim is ignored.
    pub creator: UserId,
    /// When its server says it was sent; forgeable.
    pub created: Millis,
    /// Where it takes place, or the raw text that is no domain.
    pub domain: Result<MeetDomain, String>,
    /// Whether the event named the domain, or it follows from the v1 rule.
    pub domain_is_implied: bool,
    /// Its name there.
    pub conference_id: ConferenceId,
    /// Started with the voice button.
    pub audio_only: bool,
    /// What the event calls the room.
    pub room_name: Option<String>,
    /// How one signs in there: the literal `data.auth`.
    pub auth: Option<String>,
}

impl MeetWidget {
    /// Reads the running Meet conferences of a room, in the order in which they should be offered: oldest first by
    /// `(origin_server_ts, event_id)`.
    pub fn all_in(state: &RoomState) -> Vec<Self> {
        let _ = state;
        todo!()
    }
}

/// What a new widget event is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct NewWidget<'a> {
    /// Its id, from [`new_widget_id`].
    pub id: &'a WidgetId,
    /// Me.
    pub creator: &'a UserId,
    /// The wrapper page to name in the event: an absolute URL without query or fragment.
    pub wrapper_url: &'a str,
    /// The Meet server.
    pub domain: &'a MeetDomain,
    /// The conference's name there.
    pub conference_id: &'a ConferenceId,
    /// Voice or video.
    pub kind: Kind,
    /// The sign-in that the server wants.
    pub auth: Option<Auth>,
    /// The room's name as its state says it in clear; `None` becomes `Meeting`.
    pub room_name: Option<&'a str>,
}

/// The content of the state event that starts a conference.
pub fn create(widget: &NewWidget<'_>) -> Value {
    let _ = widget;
    todo!()
}

/// 24 random characters of `[A-Za-z0-9]`, without bias.
pub fn new_widget_id(random: &[u8; RANDOM_BYTES]) -> WidgetId {
    let _ = random;
    todo!()
}

/// What the wrapper's URL says about the viewer; every one is percent-encoded into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// My user id.
    pub user_id: &'a str,
    /// My name in the room.
    pub display_name: &'a str,
    /// An HTTP address of my avatar, or empty.
    pub avatar_url: &'a str,
    /// The room's id.
    pub room_id: &'a str,
    /// The room's name as I see it; the wrapper shows it as the meeting's subject when the event has none.
    pub room_name: &'a str,
    /// `light` or `dark`.
    pub theme: &'a str,
    /// A BCP 47 tag.
    pub language: &'a str,
    /// The page that embeds the wrapper, without fragment.
    pub parent_url: &'a str,
}

/// The URL at which *our* wrapper opens this widget: built from `data`, never from the event's own `url`. `wrapper_url` is our
/// page's `jitsi.html`.
pub fn frame_url(widget: &MeetWidget, wrapper_url: &str, viewer: &Viewer<'_>) -> Option<String> {
    let _ = (widget, wrapper_url, viewer);
    todo!()
}
