//! Making the state event that starts a conference.

use serde_json::Value;

use crate::buttons::Kind;
use crate::ids::{ConferenceId, UserId, WidgetId};
use crate::json::{Object, object_of};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::conference_id::random_characters;
use crate::meet::template::encode_component;
use crate::meet::widget::{LONGEST_ROOM_NAME, shortened};

/// How many random bytes [`new_widget_id`] wants: one for each of its 24 characters, and spare ones because bytes that would
/// bias a character are skipped.
pub const RANDOM_BYTES: usize = 64;

/// The fragment of the URL in the event, for those clients that load it; they fill in the variables (`chat-web.md` 3.3).
const FRAGMENT: &str = "conferenceDomain=$domain&conferenceId=$conferenceId&isAudioOnly=$isAudioOnly\
    &displayName=$matrix_display_name&avatarUrl=$matrix_avatar_url&userId=$matrix_user_id&roomId=$matrix_room_id\
    &theme=$theme&roomName=$roomName&supportsScreensharing=true&language=$org.matrix.msc2873.client_language";

/// What a room is called that has neither a name nor an alias.
const NAMELESS: &str = "Meeting";

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

/// The content of the state event that starts a conference. Nothing in it is `null` and every type is exact, or phones would
/// throw `data` away and go to a server of their own (`mobile.md` 4.3, C2).
pub fn create(widget: &NewWidget<'_>) -> Value {
    // Without `roomName` Chat Web shows a literal `$roomName` (`chat-web.md` 3.4).
    let room_name = widget
        .room_name
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map_or(NAMELESS, |name| shortened(name, LONGEST_ROOM_NAME));
    let mut data = Object::new();
    data.insert("domain".into(), widget.domain.as_str().into());
    data.insert("conferenceId".into(), widget.conference_id.as_str().into());
    data.insert("isAudioOnly".into(), (widget.kind == Kind::Voice).into());
    data.insert("roomName".into(), room_name.into());
    // `confId` is for phones that know no `data`: they read the query alone (`mobile.md` 4.3, C5).
    let conf_id = encode_component(widget.conference_id.as_str());
    let mut url = [widget.wrapper_url, "?confId=", &conf_id, "#", FRAGMENT].concat();
    if let Some(auth) = widget.auth {
        data.insert("auth".into(), auth.as_str().into());
        url.push_str("&auth=");
        url.push_str(auth.as_str());
    }
    object_of!({
        "type": "jitsi",
        "name": "Jitsi",
        "id": widget.id,
        "creatorUserId": widget.creator,
        "url": url,
        "data": data,
    })
}

/// 24 random characters of `[A-Za-z0-9]`, without bias. Every conference gets an id of its own: Android ends all that ever
/// had the same one (`mobile.md` 0, 10).
pub fn new_widget_id(random: &[u8; RANDOM_BYTES]) -> WidgetId {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    WidgetId::new(random_characters(ALPHABET, 24, random))
}
