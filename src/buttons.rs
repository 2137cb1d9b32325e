//! What the voice and the video button show and do: one pure decision, used to draw them and again on the click.
//! The table is `chat-web.md` 1.2 to 1.4 of the specification set, made better: people decide, not bots; who may not start may still join.

use crate::ids::WidgetId;
use crate::room::{Power, RoomFacts};

/// Voice or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The camera starts off.
    Voice,
    /// The camera starts on.
    Video,
}

/// What the decision depends on besides the room.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation<'a> {
    /// The room; `None` while it is not known yet.
    pub room: Option<&'a RoomFacts>,
    /// Well-known `useFor1To1Calls`: a conference also between two.
    pub conference_for_two: bool,
    /// Site configuration `UIFeature.voip`: false hides both buttons.
    pub calls_enabled: bool,
    /// Site configuration `UIFeature.widgets`: false disables conferences.
    pub widgets_enabled: bool,
    /// Whether the homeserver answers.
    pub online: bool,
    /// Whether this browser has WebRTC at all.
    pub webrtc: bool,
    /// Whether 1:1 calls are built in yet.
    pub one_to_one_calls: bool,
    /// A conference of this room is being started by me.
    pub starting: bool,
    /// I am starting or in a conference of another room; one at a time.
    pub busy_elsewhere: bool,
    /// The conference of this room that I am in or joining.
    pub joined: Option<&'a WidgetId>,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Button {
    /// It is not there.
    Hidden,
    /// It is there and says why it does nothing.
    Disabled(Reason),
    /// Starts a 1:1 call.
    StartCall(Kind),
    /// Starts a conference.
    StartConference(Kind),
    /// Joins the running conference.
    JoinConference(WidgetId, Kind),
    /// Leads back to the conference I am in.
    ReturnToConference(WidgetId),
}

/// Why a button does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The room is not known yet.
    Loading,
    /// I am not in the room.
    NotJoined,
    /// No other person is in the room.
    Alone,
    /// The homeserver does not answer.
    Offline,
    /// The browser has no WebRTC.
    NoWebRtc,
    /// My request is under way.
    Starting,
    /// I am starting or in a conference of another room.
    BusyElsewhere,
    /// The site has widgets switched off, and this room needs one.
    WidgetsOff,
    /// Two people: 1:1 calls are not in yet.
    OneToOneNotYet,
    /// Two people in an encrypted room: this page has no encryption, so no call event may be sent.
    OneToOneNeedsEncryption,
    /// Too little power to start a conference.
    NoPower {
        /// My own level.
        own: Power,
        /// The level needed.
        needed: i64,
    },
}

/// Both buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buttons {
    /// The voice button.
    pub voice: Button,
    /// The video button.
    pub video: Button,
}

/// Decides both buttons.
pub fn decide(situation: &Situation<'_>) -> Buttons {
    let _ = situation;
    todo!()
}
