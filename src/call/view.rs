//! What there is to see of 1:1 calls: plain data, made from the machines and drawn by `ui`.

use crate::call::event::Reason;
use crate::call::media::{CaptureId, MediaError};
use crate::call::peer::{Path, PeerId};
use crate::call::quality::{Quality, Reading};
use crate::ids::{RoomId, StreamId, UserId};
use crate::time::Millis;

/// One call on this page. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallKey(pub u64);

/// Everything of 1:1 calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallsView {
    /// Calls that are alive: at most two that were placed or accepted here, and all that ring. Those that ring come last, and before them
    /// those that are on hold.
    pub calls: Vec<CallView>,
    /// The ringing call that this page is to draw attention to, where nobody sees it: the page rings for it, and may.
    pub announce: Option<CallKey>,
    /// The look at camera and microphone before a call.
    pub preview: Option<PreviewView>,
    /// Calls that are over and need a word, newest last.
    pub notices: Vec<Notice>,
}

impl CallsView {
    /// Whether anything of it belongs to this room: a call, the preview of one, or a word about one.
    pub fn concerns(&self, room: &RoomId) -> bool {
        let calls = self.calls.iter().map(|call| &call.room);
        let others =
            self.notices.iter().map(|notice| &notice.room).chain(self.preview.as_ref().map(|shown| &shown.room));
        calls.chain(others).any(|of| of == room)
    }
}

/// A call that is alive.
#[derive(Clone, Debug, PartialEq)]
pub struct CallView {
    /// Which.
    pub key: CallKey,
    /// Its room.
    pub room: RoomId,
    /// The other side.
    pub peer: UserId,
    /// They called.
    pub incoming: bool,
    /// It has video: mine or theirs, or the offer has it while it rings.
    pub video: bool,
    /// How far it is.
    pub phase: Phase,
    /// When it was first connected: the start of its clock.
    pub connected_at: Option<Millis>,
    /// The connection, for finding its remote streams; `None` before there is one.
    pub connection: Option<PeerId>,
    /// My media, for finding its local streams; `None` before there is any.
    pub capture: Option<CaptureId>,
    /// My microphone is muted.
    pub muted: bool,
    /// My camera.
    pub camera: Camera,
    /// My screen.
    pub screen: Screen,
    /// They say that their microphone is muted.
    pub peer_muted: bool,
    /// Their camera, when it shows anything.
    pub peer_camera: Option<StreamId>,
    /// Their screen.
    pub peer_screen: Option<StreamId>,
    /// Streams that are to be heard.
    pub peer_audio: Vec<StreamId>,
    /// I hold it.
    pub on_hold: bool,
    /// They hold it.
    pub held_by_peer: bool,
    /// What can be done at the moment.
    pub can: Can,
    /// The quality by the last readings.
    pub quality: Option<Quality>,
    /// The last two minutes, oldest first.
    pub readings: Vec<Reading>,
    /// How media travels.
    pub path: Option<Path>,
    /// Something to say beside it.
    pub word: Option<Word>,
    /// Its ring is silenced.
    pub silenced: bool,
    /// This tab is the one that rings for it.
    pub rings_here: bool,
}

impl CallView {
    /// A connected video call of which nothing else is known: nothing is seen or heard.
    pub fn bare(key: CallKey, room: RoomId, peer: UserId) -> Self {
        Self {
            key,
            room,
            peer,
            incoming: false,
            video: true,
            phase: Phase::Connected,
            connected_at: None,
            connection: None,
            capture: None,
            muted: false,
            camera: Camera::Off,
            screen: Screen::Off,
            peer_muted: false,
            peer_camera: None,
            peer_screen: None,
            peer_audio: Vec::new(),
            on_hold: false,
            held_by_peer: false,
            can: Can::default(),
            quality: None,
            readings: Vec::new(),
            path: None,
            word: None,
            silenced: false,
            rings_here: true,
        }
    }
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Mine: opening devices, making the offer.
    Preparing,
    /// Mine: it rings over there.
    Calling,
    /// Theirs: it rings here.
    Ringing,
    /// Theirs: accepted, opening devices, making the answer.
    Answering,
    /// Answered; no media yet.
    Connecting,
    /// Media flows.
    Connected,
    /// Media was lost; being restored.
    Reconnecting,
}

/// My camera in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// Off, its device released.
    Off,
    /// Being opened.
    Opening,
    /// On.
    On,
}

/// My screen in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Not shared.
    Off,
    /// The browser asks which.
    Asking,
    /// Shared.
    On,
}

/// What can be done in a call at the moment; what can't is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Can {
    /// Switch the camera.
    pub camera: bool,
    /// Share the screen.
    pub share: bool,
    /// Hold and resume.
    pub hold: bool,
}

/// Something to say beside a call that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The camera failed, so that this is a voice call.
    CameraFailed(MediaError),
    /// A microphone or camera that was switched to failed.
    DeviceFailed(MediaError),
    /// The device in use is gone; the default took its place.
    DeviceGone,
    /// The screen could not be shared.
    ScreenFailed(MediaError),
    /// The answer could not be sent; it rings on and can be accepted again.
    AnswerNotSent,
    /// Relay only is on, and the homeserver names no usable TURN server: it can't be accepted.
    NoRelay,
}

/// The look at the devices before a call.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewView {
    /// The room that would be called.
    pub room: RoomId,
    /// Whom.
    pub peer: UserId,
    /// With video.
    pub video: bool,
    /// The media shown.
    pub capture: CaptureId,
    /// The devices are being opened.
    pub opening: bool,
    /// Why a device can't be had.
    pub error: Option<MediaError>,
    /// It has a live camera.
    pub camera: bool,
    /// It has a live microphone.
    pub microphone: bool,
}

impl PreviewView {
    /// The look before a video call at devices that are all there.
    pub fn bare(room: RoomId, peer: UserId) -> Self {
        Self {
            room,
            peer,
            video: true,
            capture: CaptureId(1),
            opening: false,
            error: None,
            camera: true,
            microphone: true,
        }
    }
}

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which.
    pub key: CallKey,
    /// Its room.
    pub room: RoomId,
    /// The other side.
    pub peer: UserId,
    /// It was a video call.
    pub video: bool,
    /// They called.
    pub incoming: bool,
    /// How it ended.
    pub ending: Ending,
    /// How long media flowed, in milliseconds; `None` when it never did.
    pub lasted: Option<Millis>,
    /// Calling (again) makes sense.
    pub call_back: bool,
    /// No server helped, and the site names fallback servers: ask whether they may be used.
    pub ask_fallback: bool,
}

/// How a call ended, in the terms that people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// I hung up or called it off.
    HungUp,
    /// They hung up.
    PeerHungUp,
    /// They said no.
    Declined,
    /// I said no.
    DeclinedByMe,
    /// They did not answer.
    NoAnswer,
    /// I did not answer.
    Missed,
    /// Another device or tab of mine answered. Only worth a word when this one had accepted too.
    AnsweredElsewhere {
        /// This device had accepted.
        accepted: bool,
    },
    /// They are busy.
    Busy,
    /// They left the room.
    PeerLeft,
    /// The page was reloaded or closed in the middle of it.
    Reloaded,
    /// Media never came through.
    NotConnected,
    /// Media was lost and did not come back.
    ConnectionLost,
    /// My devices can't be had.
    Media(MediaError),
    /// The browser refused to make or set up a connection; its words.
    Browser(String),
    /// The invite or the answer could not be sent; the chat's words.
    NotSent(String),
    /// Relay only is on, and the homeserver names no usable TURN server.
    NoRelay,
    /// The room is encrypted and this chat can't encrypt.
    NeedsEncryption,
    /// It is not known who else is in the room, so nobody was called.
    NobodyKnown,
    /// They ended it for another reason.
    ByPeer(Reason),
    /// It gave way to another call with them, which came at the same time.
    Replaced,
    /// We called each other at the same time, and each call gave way to the other.
    Crossed,
    /// The chat's session is over.
    SignedOut,
}
