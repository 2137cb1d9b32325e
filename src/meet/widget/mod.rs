//! The Meet widget: the state event that makes a conference known to a room. Writes exactly what every current client reads
//! (`chat-web.md` 3, `mobile.md` 4.3), and reads what all of them wrote. `read` takes a room's state apart, `create` makes a
//! new event's content, `frame` the URL at which our own wrapper shows one, `link` the one on the Meet server itself. `elder` tells which
//! of two counts.

mod create;
mod elder;
mod frame;
mod link;
mod read;

pub use create::{NewWidget, RANDOM_BYTES, create, new_widget_id};
pub use elder::{AT_ONCE, elder, offered};
pub use frame::{Viewer, frame_url};
pub use read::is_conference;
pub(crate) use read::{MOST_WIDGETS, name_of};

use crate::ids::{ConferenceId, EventId, UserId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::split::Agreement;
use crate::time::Millis;

/// The event type of widgets that every client reads and push rules match.
pub const EVENT_TYPE: &str = "im.vector.modular.widgets";
/// The event type that Android and iOS read as well.
pub const STABLE_EVENT_TYPE: &str = "m.widget";
/// Where a widget without a domain (v1) takes place in browsers and on Android.
pub const V1_DOMAIN: &str = "meet.element.io";

/// The longest conference id in bytes. The longest honest one is a room id of 255 bytes in base32, which has 408.
pub(super) const LONGEST_CONFERENCE_ID: usize = 512;
/// The longest room name in an event and out of one, in characters: what fits any title, and far below the 64 KiB that a whole
/// event may have.
const LONGEST_ROOM_NAME: usize = 255;

/// A conference as a room's state describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetWidget {
    /// Its id: the state key.
    pub id: WidgetId,
    /// The event types under which something stands at this key: every one has to be blanked to end it, since phones show what is
    /// left (`mobile.md` 1.4). One of them at least, and two at most.
    pub under: Vec<&'static str>,
    /// The state event that made it.
    pub event_id: EventId,
    /// Who sent that event; the content's own claim is ignored.
    pub creator: UserId,
    /// When its server says it was sent; forgeable.
    pub created: Millis,
    /// Where it takes place, or the raw text that is no domain.
    pub domain: Result<MeetDomain, String>,
    /// How the event spells the domain, where that is not how we write it: phones keep consent under it.
    pub spelling: Option<String>,
    /// Whether the domain follows from the v1 rule instead of standing in the event.
    pub domain_is_implied: bool,
    /// Its name there.
    pub conference_id: ConferenceId,
    /// Started with the voice button.
    pub audio_only: bool,
    /// What the event calls the room.
    pub room_name: Option<String>,
    /// How one signs in there: the literal `data.auth`.
    pub auth: Option<String>,
    /// Whether all clients join this conference.
    pub agreement: Agreement,
}

impl MeetWidget {
    /// Whether who joins either of them meets.
    pub(super) fn is_where(&self, other: &Self) -> bool {
        self.domain == other.domain && self.conference_id.is_same(&other.conference_id)
    }
}

/// The first `length` characters of a text.
fn shortened(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
