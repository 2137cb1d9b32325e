//! What goes into the switchboard and comes out of it: plain data.

use serde_json::Value;

use crate::call::media::{CaptureId, Kind, MediaCommand, MediaEvent};
use crate::call::peer::{PeerCommand, PeerEvent, PeerId};
use crate::call::room::CallRoom;
use crate::call::settings::{Preferences, SiteSettings};
use crate::call::tones::Sound;
use crate::call::view::CallKey;
use crate::host::{HostError, LiveBatch};
use crate::ids::{CallId, EventId, RoomId, UserId};
use crate::json::{self, object_of};

/// Randomness for one call: its id and my party id are made of it.
pub type CallRandom = [u8; 32];

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person wants to call.
    Place(Box<Place>),
    /// The person did something to a call.
    Do(CallKey, Deed),
    /// The person did something in the preview.
    Preview(PreviewDeed),
    /// A notice was read, or answered.
    Dismiss(CallKey),
    /// The person hovers over a call button or otherwise is about to call: get ready what takes time.
    Warm,
    /// The preferences changed elsewhere: another tab, a settings page.
    Preferences(Preferences),
    /// The site's settings, or the well-known, were read.
    Site(SiteSettings),
    /// Live events: one batch per sync, see [`LiveBatch`]; and the rooms of its call events as they are now.
    Batch {
        /// The events.
        batch: Box<LiveBatch>,
        /// Their rooms.
        rooms: Vec<CallRoom>,
        /// Senders whom I ignore.
        ignored: Vec<UserId>,
        /// Whether my push rules let calls ring.
        ring_allowed: bool,
        /// Randomness for each call that may begin in it.
        random: CallRandom,
    },
    /// My account says something else of calls.
    Account {
        /// Whether my push rules let calls ring.
        ring_allowed: bool,
        /// Those of the callers whom I ignore.
        ignored: Vec<UserId>,
    },
    /// A room that `Switchboard::watches` is different.
    RoomChanged(Box<CallRoom>),
    /// The chat no longer knows this room.
    RoomGone(RoomId),
    /// The answer to [`Action::Send`].
    Sent {
        /// As in the action.
        token: SendToken,
        /// Whether the server took it.
        result: Result<EventId, HostError>,
    },
    /// The answer to [`Action::FetchTurn`].
    Turn(Result<Value, HostError>),
    /// A capture reports.
    Media(CaptureId, MediaEvent),
    /// A peer connection reports.
    Peer(PeerId, PeerEvent),
    /// `devicechange`: these kinds lost the device that was chosen.
    DevicesGone(Vec<Kind>),
    /// This tab is the one that rings (`true`), or another is.
    Leading(bool),
    /// Another tab of this person's says something.
    Tab(TabWord),
    /// The homeserver answers again.
    Online,
    /// Calls that went on when this page was reloaded, from [`Action::Keep`]; once, at the start.
    Kept(Vec<Kept>),
    /// The page goes away (`pagehide`).
    PageHidden,
    /// The page is there, also one that had gone away before (`pageshow`).
    PageShown,
    /// The time asked for by [`Action::WakeAt`] has come.
    Wake,
    /// The person is about to sign out: every call ends, and who is in one is told while the token still counts.
    SigningOut,
    /// The chat's session is over: nothing can be sent any more.
    SignedOut,
}

/// What a call is placed with.
#[derive(Clone, Debug)]
pub struct Place {
    /// The room as it is now.
    pub room: CallRoom,
    /// With the camera on.
    pub video: bool,
    /// Randomness.
    pub random: CallRandom,
}

/// What a person does to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Accept it, with the camera or without.
    Accept {
        /// With the camera.
        video: bool,
    },
    /// Say no: everywhere.
    Decline,
    /// Let it ring elsewhere.
    Ignore,
    /// Silence its ring, or let it ring again.
    Silence(bool),
    /// Hang up, or call it off.
    HangUp,
    /// Mute the microphone, or not.
    Mute(bool),
    /// Switch the camera.
    Camera(bool),
    /// Share the screen, or stop.
    Share(bool),
    /// Hold it, or resume; resuming holds the other.
    Hold(bool),
    /// Use this microphone or camera from now on; `None` is the system's default.
    Device(Kind, Option<String>),
    /// The word beside it was read.
    ReadWord,
}

/// What a person does in the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewDeed {
    /// Call, with the camera or without, and the microphone muted or not.
    Call {
        /// With the camera.
        video: bool,
        /// With the microphone muted.
        muted: bool,
    },
    /// Not call.
    Cancel,
    /// Switch the camera.
    Camera(bool),
    /// Use this device; `None` is the system's default.
    Device(Kind, Option<String>),
    /// Try the devices again, after an error.
    Retry,
}

/// Names one request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendToken(pub u64);

/// What the tabs of one person tell each other, over a `BroadcastChannel`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabWord {
    /// This ring was silenced.
    Silenced(CallId),
    /// This call was accepted, declined or ignored: stop ringing.
    Taken(CallId),
    /// The conference that began with this event was joined or declined: the same.
    Answered(EventId),
}

impl TabWord {
    /// Reads what [`write`](Self::write) wrote.
    pub fn read(word: &Value) -> Option<Self> {
        let word = word.as_object()?;
        let what = json::string(word, "call")?;
        match json::string(word, "word")? {
            "silenced" => Some(Self::Silenced(what.into())),
            "taken" => Some(Self::Taken(what.into())),
            "answered" => Some(Self::Answered(what.into())),
            _ => None,
        }
    }

    /// Writes it for the other tabs.
    pub fn write(&self) -> Value {
        let (name, what) = match self {
            Self::Silenced(call) => ("silenced", call.as_str()),
            Self::Taken(call) => ("taken", call.as_str()),
            Self::Answered(event) => ("answered", event.as_str()),
        };
        object_of!({ "word": name, "call": what })
    }
}

/// A call that was going on, kept for the time after a reload (`sessionStorage`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its room.
    pub room: RoomId,
    /// The other side.
    pub peer: UserId,
    /// With video.
    pub video: bool,
    /// They called.
    pub incoming: bool,
    /// Its hang-up, to be sent again: the one from the page that went away may not have arrived.
    pub hangup: Value,
}

impl Kept {
    /// Reads what [`write`](Self::write) wrote.
    pub fn read(kept: &Value) -> Option<Self> {
        let kept = kept.as_object()?;
        Some(Self {
            room: json::string(kept, "room")?.into(),
            peer: json::string(kept, "peer")?.into(),
            video: json::boolean(kept, "video")?,
            incoming: json::boolean(kept, "incoming")?,
            hangup: kept.get("hangup")?.clone(),
        })
    }

    /// Writes it for `sessionStorage`.
    pub fn write(&self) -> Value {
        object_of!({
            "room": &self.room,
            "peer": &self.peer,
            "video": self.video,
            "incoming": self.incoming,
            "hangup": self.hangup.clone(),
        })
    }
}

/// What a program that dies is to send.
#[derive(Clone, Debug, PartialEq)]
pub struct LastWord {
    /// The room.
    pub room: RoomId,
    /// The type.
    pub event_type: &'static str,
    /// The content.
    pub content: Value,
    /// The transaction id.
    pub transaction: String,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send this room event once; encrypted in an encrypted room, never in clear there.
    Send {
        /// To be given back.
        token: SendToken,
        /// The room.
        room: RoomId,
        /// The type: `m.call.…`.
        event_type: &'static str,
        /// The content.
        content: Value,
        /// The transaction id, the same when it is tried again.
        transaction: String,
        /// The page goes away: send it so that it outlives the page. Nobody waits for the answer.
        last_word: bool,
    },
    /// Ask the homeserver for its TURN servers.
    FetchTurn,
    /// Tell a capture.
    Media(CaptureId, MediaCommand),
    /// Tell a peer connection.
    Peer(PeerId, PeerCommand),
    /// Get the keys of this room's members ready.
    PrepareToEncrypt(RoomId),
    /// The room's timeline had a gap in a call: fetch what came after this event, and give it as a batch.
    FetchSince {
        /// The room.
        room: RoomId,
        /// The last event that was seen of the call; `None`: the newest page is enough.
        event: Option<EventId>,
    },
    /// Keep these preferences.
    KeepPreferences(Preferences),
    /// Keep these calls for the time after a reload; none: forget them.
    Keep(Vec<Kept>),
    /// What a crash handler is to send if the program dies: replaces what was said before.
    LastWords(Vec<LastWord>),
    /// Tell the other tabs.
    TellTabs(TabWord),
    /// Compete for ringing (`true`) or stop: a Web Lock, answered by [`Input::Leading`].
    Compete(bool),
    /// Play this once, or from now on: see [`Sound`].
    Play(Sound),
    /// Give [`Input::Wake`] at this time. Only the latest counts.
    WakeAt(crate::time::Millis),
}
