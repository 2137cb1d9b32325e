//! The URL at which our own wrapper page shows a conference.

use crate::meet::template::write_parameters;
use crate::meet::widget::MeetWidget;

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
    /// The room is a video room.
    pub video_room: bool,
    /// The page that embeds the wrapper, without query and fragment.
    pub parent_url: &'a str,
}

/// The URL at which *our* wrapper opens this widget: built from `data`, never from the event's own `url`. `wrapper_url` is our
/// page's `jitsi.html`, absolute and without query or fragment. The names are those of `chat-web.md` 5.1; all but the two of
/// the widget API stand in the fragment, which no web server sees.
///
/// `None` when there is nowhere to go: the event names no domain, or the one that serves the wrapper, where a Meet page would
/// get at what the chat stores.
pub fn frame_url(widget: &MeetWidget, wrapper_url: &str, viewer: &Viewer<'_>) -> Option<String> {
    let domain = widget.domain.as_ref().ok()?;
    if domain.is_address_of(wrapper_url) {
        return None;
    }
    let query = write_parameters(&[("widgetId", widget.id.as_str()), ("parentUrl", viewer.parent_url)]);
    // What the event calls the room is known to everyone there. What the viewer calls it may be made of people's names, and a
    // meeting's subject is shown to all: our wrapper keeps this one to the viewer.
    let room_name = match widget.room_name.as_deref() {
        Some(name) => ("roomName", name),
        None => ("localRoomName", viewer.room_name),
    };
    let mut parameters = vec![
        ("conferenceDomain", domain.as_str()),
        ("conferenceId", widget.conference_id.as_str()),
        ("isAudioOnly", if widget.audio_only { "true" } else { "false" }),
        ("displayName", viewer.display_name),
        ("avatarUrl", viewer.avatar_url),
        ("userId", viewer.user_id),
        ("roomId", viewer.room_id),
        ("theme", viewer.theme),
        room_name,
        ("supportsScreensharing", "true"),
        ("language", viewer.language),
    ];
    parameters.extend(viewer.video_room.then_some(("isVideoChannel", "true")));
    parameters.extend(widget.auth.as_deref().map(|auth| ("auth", auth)));
    Some([wrapper_url, "?", &query, "#", &write_parameters(&parameters)].concat())
}
