//! What goes into a session and comes out of it: plain data.

use serde_json::Value;

use crate::buttons::Kind;
use crate::host::HostError;
use crate::ids::{RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::conference_id;
use crate::meet::consent::Said;
use crate::meet::hybrid::Trouble;
use crate::meet::server::{Choice, Origin};
use crate::meet::session::Company;
use crate::meet::settings::AuthSetting;
use crate::meet::widget::{self, MeetWidget};
use crate::room::RoomFacts;
use crate::time::Millis;
use crate::widget_api::{DeviceStates, OpenIdGrant, Posted};

/// What a start is made of, beside the room.
#[derive(Clone, Debug)]
pub struct Start {
    /// Voice or video.
    pub kind: Kind,
    /// The Meet server to use, and who chose it.
    pub choice: Choice,
    /// The Meet servers that the site names: a conference there needs no consent, whoever makes it.
    pub approved: Vec<MeetDomain>,
    /// Whether to ask that server for its sign-in.
    pub auth: AuthSetting,
    /// The wrapper address for the event.
    pub wrapper_url: String,
    /// Randomness for the widget's id.
    pub widget_random: [u8; widget::RANDOM_BYTES],
    /// Randomness for the conference's name.
    pub conference_random: [u8; conference_id::RANDOM_BYTES],
}

/// What happens to a session.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person wants a new conference in this room.
    Start(Box<RoomFacts>, Box<Start>),
    /// The person wants to join this conference. `trusted`: its domain needs no consent, see [`Session::trusts`](crate::meet::session::Session::trusts).
    Join {
        /// The room.
        room: RoomId,
        /// The conference.
        widget: Box<MeetWidget>,
        /// Camera on or off.
        kind: Kind,
        /// Whether to go straight in.
        trusted: bool,
    },
    /// The person wants a conference in this room that the site's service makes; by this request.
    Build(Box<RoomFacts>, Box<Start>, String),
    /// The answer to [`Action::AskBuilder`].
    Built {
        /// As in the action.
        generation: u64,
        /// The JSON that came; `None` when nothing did.
        answer: Option<Value>,
        /// The widget that it names ([`hybrid::widget_of`](crate::meet::hybrid::widget_of)) is in the room already.
        there: bool,
    },
    /// The answer to [`Action::LookUpAuth`].
    AuthKnown {
        /// As in the action.
        generation: u64,
        /// The sign-in that the server wants.
        auth: Option<Auth>,
    },
    /// The answer to [`Action::SendState`].
    Sent {
        /// As in the action.
        generation: u64,
        /// Whether the server took it.
        result: Result<(), HostError>,
    },
    /// The answer to [`Action::Blank`].
    Blanked {
        /// As in the action.
        room: RoomId,
        /// As in the action.
        widget: WidgetId,
        /// As in the action.
        event_type: &'static str,
        /// Whether the server took it.
        result: Result<(), HostError>,
    },
    /// The person wants to end this conference for everyone, and is to be asked whether they mean it.
    End(Box<RoomFacts>, WidgetId),
    /// They do mean it, or want it tried again.
    EndConfirmed,
    /// The answer to [`Action::LastOneLeft`] where the person wants such a conference to end: the room as it is now.
    EndByItself(Box<RoomFacts>, Box<MeetWidget>),
    /// They do not, or have read why it did not work.
    EndCalledOff,
    /// The person wants to move to the conference that counts instead of theirs.
    Move,
    /// A room's state or my membership changed.
    RoomChanged(Box<RoomFacts>),
    /// The chat no longer knows this room.
    RoomGone(RoomId),
    /// Consent was given on the card, to this domain: the card's may have been edited a moment before the press.
    Approve(MeetDomain),
    /// The domains that the person agreed to, here or in another app: at first, and whenever they change.
    Allowed(Vec<MeetDomain>),
    /// Instead of joining the split conference that the card asks about it is to be ended, and this one to be started. The kind is
    /// the one of the press that led to the card; the server is the one that was read there, since an edit may name another by now.
    Repair(Box<RoomFacts>, Box<Start>, MeetDomain),
    /// The card or the error was dismissed, or a start was called off. A dismissed card asks again next time, and says nothing to other
    /// apps, where the person may have agreed meanwhile.
    Dismiss,
    /// The person wants to leave.
    HangUp,
    /// The person goes into this conference outside of the chat. Who is in it here leaves, since nobody is in one twice; it goes on, and
    /// so does whatever else they are in.
    GoOutside(RoomId, WidgetId),
    /// The frame could not be opened: the widget names the page's own address, or none that a URL can be made of.
    FrameImpossible,
    /// The frame's document has loaded.
    FrameLoaded,
    /// A message from the frame; source and origin are checked.
    FrameMessage(Posted),
    /// The answer to [`Action::FetchOpenId`].
    OpenId {
        /// As in the action.
        generation: u64,
        /// What the homeserver said; `None` when that holds no token.
        result: Result<Option<OpenIdGrant>, HostError>,
    },
    /// The person wants devices on or off; what is `None` stays as it is.
    Devices(DeviceStates),
    /// The chat's look, by the name of its theme: at first, and whenever it changes.
    Look(&'static str),
    /// The time asked for by [`Action::WakeAt`] has come.
    Wake,
    /// The chat's session is over.
    SignedOut,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Ask the Meet server for its sign-in, within [`AUTH_LOOKUP_LIMIT`](crate::meet::auth::AUTH_LOOKUP_LIMIT).
    LookUpAuth {
        /// To be given back.
        generation: u64,
        /// The server.
        domain: MeetDomain,
    },
    /// Ask the site's service for a conference, within [`BUILDER_LIMIT`](crate::meet::hybrid::BUILDER_LIMIT).
    AskBuilder {
        /// To be given back.
        generation: u64,
        /// The room.
        room: RoomId,
        /// The request: an address to GET.
        url: String,
    },
    /// Send the widget's state event.
    SendState {
        /// To be given back.
        generation: u64,
        /// The room.
        room: RoomId,
        /// The state key.
        widget: WidgetId,
        /// The content.
        content: Value,
    },
    /// Send `{}` as the content of a widget's state event: the conference is over.
    Blank {
        /// The room.
        room: RoomId,
        /// The state key.
        widget: WidgetId,
        /// The event type.
        event_type: &'static str,
    },
    /// The person has left, or leaves, and was the last one in it: where they want that, it is to end by itself.
    LastOneLeft {
        /// The room.
        room: RoomId,
        /// The conference, as it was entered.
        widget: Box<MeetWidget>,
    },
    /// Go into the call of another kind that the site's service has put into the room, as [`room_widget`](crate::room_widget) does.
    EnterWidget {
        /// The room.
        room: RoomId,
        /// The widget.
        widget: WidgetId,
    },
    /// Open the wrapper in a frame for this conference.
    OpenFrame {
        /// The room.
        room: RoomId,
        /// The conference.
        widget: Box<MeetWidget>,
    },
    /// Keep the person's answer. Joining does not wait for it.
    KeepConsent(Said),
    /// Remove the frame. Blanking it frees camera and microphone.
    CloseFrame,
    /// Ask the homeserver for an OpenID token, for the conference that is open.
    FetchOpenId {
        /// To be given back.
        generation: u64,
    },
    /// Post this to the frame, to its origin only.
    Post(Posted),
    /// Give [`Input::Wake`] at this time. Only the latest counts.
    WakeAt(Millis),
}

/// What a person sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum View {
    /// Nothing is going on.
    #[default]
    Idle,
    /// A conference is being made.
    Starting {
        /// Where.
        room: RoomId,
        /// On which server.
        domain: MeetDomain,
        /// Who chose the server.
        origin: Origin,
        /// What is being waited for.
        step: Step,
    },
    /// The domain is foreign and needs a word, or the conference is split ([`MeetWidget::agreement`]).
    Consent {
        /// The room.
        room: RoomId,
        /// The conference.
        widget: Box<MeetWidget>,
        /// Its domain is asked about, and the answer is kept.
        asks: bool,
    },
    /// The wrapper's frame is there.
    Open {
        /// The room.
        room: RoomId,
        /// The conference.
        widget: Box<MeetWidget>,
        /// How far.
        stage: Stage,
        /// Where the others are to be found instead: the person may move there.
        moves_to: Option<MovesTo>,
        /// Who is in it.
        company: Company,
        /// Which devices are on; `None` where the wrapper has not said so.
        devices: DeviceStates,
    },
    /// It did not work.
    Failed {
        /// The room.
        room: RoomId,
        /// What was wanted, for trying again.
        kind: Kind,
        /// Why.
        failure: Failure,
    },
}

impl View {
    /// The room that it is about.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Idle => None,
            Self::Starting { room, .. }
            | Self::Consent { room, .. }
            | Self::Open { room, .. }
            | Self::Failed { room, .. } => Some(room),
        }
    }

    /// What ends it; `None` when nothing goes on.
    pub fn way_out(&self) -> Option<Input> {
        match self {
            Self::Starting { .. } => Some(Input::Dismiss),
            Self::Open { stage, .. } if !stage.is_over() => Some(Input::HangUp),
            Self::Idle | Self::Consent { .. } | Self::Open { .. } | Self::Failed { .. } => None,
        }
    }
}

/// A conference that counts in the place of the one that is open.
#[derive(Clone, Debug, PartialEq)]
pub enum MovesTo {
    /// An older one: both were started at once.
    Elder(Box<MeetWidget>),
    /// What an edit made of this one, which is elsewhere.
    Edited(Box<MeetWidget>),
}

impl MovesTo {
    /// The conference.
    pub fn widget(&self) -> &MeetWidget {
        match self {
            Self::Elder(widget) | Self::Edited(widget) => widget,
        }
    }
}

/// A step of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A split conference is being ended, to start this one in its place.
    Ending,
    /// The site's service is asked to make the conference.
    Asking,
    /// A call of another kind is being put into the room.
    Handing,
    /// The Meet server is asked for its sign-in.
    LookingUp,
    /// The event is on its way.
    Sending,
    /// The server has the event; it comes back by sync.
    Echo,
}

impl Step {
    /// Whether nothing has left for the room yet.
    pub(super) const fn makes_nothing_yet(self) -> bool {
        matches!(self, Self::LookingUp | Self::Asking)
    }
}

/// How far an open frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Until the wrapper reports that Meet is joined; it shows its own progress.
    Connecting,
    /// In.
    Joined,
    /// Hanging up. Who wants in again meanwhile gets in as soon as that is done.
    Leaving,
    /// Out of it without having wanted to be. The wrapper's page is still there, to say more and to try again on.
    Ended(Ending),
}

impl Stage {
    /// Whether only the wrapper's card is left.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Ended(_))
    }
}

/// Why the person is out of it, or never got in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The wrapper's card says what went wrong. Meet's own frame, and with it camera and microphone, is gone.
    OnCard,
    /// Somebody ended it for everyone.
    ForEveryone,
    /// The wrapper did not answer when it was to let the person in.
    Unanswered,
    /// The wrapper refused to let the person in. One without this request may have a button of its own.
    Refused,
}

/// Why it did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The homeserver refused or did not answer.
    Host(HostError),
    /// The site's service made no conference that can be joined here.
    Builder(Trouble),
    /// The event did not come back in time.
    EchoTimedOut,
    /// The widget's Meet server is the page itself, or nothing that a URL can be made of: what it says.
    BadDomain(String),
    /// The wrapper page never answered.
    WrapperSilent,
    /// Someone removed the conference while I was in it.
    Removed,
    /// The same, and another one that was started at the same moment counts.
    GaveWay,
}
