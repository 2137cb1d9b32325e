//! What the voice and the video button show and do: one pure decision, used to draw them and again on the click.
//! The table is `chat-web.md` 1.2 to 1.4, made better: people decide, not bots; voice stays in groups; who may not start may
//! still join; a button that does nothing says why.

use crate::ids::WidgetId;
use crate::meet::session::may_repair;
use crate::meet::widget;
use crate::room::{Membership, Power, RoomFacts};

/// The event that starts a 1:1 call (Client-Server API, "Voice over IP").
const CALL_INVITE: &str = "m.call.invite";

/// Voice or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The camera starts off.
    Voice,
    /// The camera starts on.
    Video,
}

impl Kind {
    /// As pages name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Voice, Self::Video].into_iter().find(|kind| kind.name() == name)
    }
}

/// What the decision depends on besides the room.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation<'a> {
    /// The room; `None` while it is not known yet.
    pub room: Option<&'a RoomFacts>,
    /// Well-known `useFor1To1Calls`, or a service that makes the conferences: one also between two.
    pub conference_for_two: bool,
    /// Site configuration `UIFeature.voip`: false hides both buttons.
    pub calls_enabled: bool,
    /// Site configuration `UIFeature.widgets`: false disables conferences.
    pub widgets_enabled: bool,
    /// Whether the homeserver answers.
    pub online: bool,
    /// Whether this browser has WebRTC at all.
    pub webrtc: bool,
    /// Whether the chat can encrypt events; in an encrypted room no 1:1 call goes without.
    pub can_encrypt: bool,
    /// A conference of this room is being started by me.
    pub starting: bool,
    /// A 1:1 call of this room is alive: it rings or goes on.
    pub calling: bool,
    /// The conference of this room, or call of another kind, that I am in or joining.
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
    /// Joins the running conference, or opens the call of another kind.
    JoinConference(WidgetId, Kind),
    /// Leads back to the conference I am in.
    ReturnToConference(WidgetId),
    /// Leads back to the 1:1 call that is alive.
    ReturnToCall,
}

/// What a press begins. Nobody starts what they wanted to join, or calls whom they wanted to meet among others: a press that waits counts
/// only as long as the button still does the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A 1:1 call.
    Call,
    /// A new conference.
    Start,
    /// What there is already.
    Join,
}

impl Act {
    /// As pages name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Start => "start",
            Self::Join => "join",
        }
    }

    /// The act of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Call, Self::Start, Self::Join].into_iter().find(|act| act.name() == name)
    }
}

impl Button {
    /// What a press on it begins; `None` where it begins nothing.
    pub const fn act(&self) -> Option<Act> {
        match self {
            Self::StartCall(_) => Some(Act::Call),
            Self::StartConference(_) => Some(Act::Start),
            Self::JoinConference(..) => Some(Act::Join),
            Self::Hidden | Self::Disabled(_) | Self::ReturnToConference(_) | Self::ReturnToCall => None,
        }
    }

    /// Whether a press leads into what is there already, which is all that an offer to join may do.
    pub const fn joins(&self) -> bool {
        matches!(self, Self::JoinConference(..) | Self::ReturnToConference(_))
    }
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
    /// The site has widgets switched off, and this room needs one.
    WidgetsOff,
    /// Two people in an encrypted room: this chat can't encrypt, so no call event may be sent.
    OneToOneNeedsEncryption,
    /// Too little power to call.
    NoPowerToCall {
        /// My own level.
        own: Power,
        /// The level needed.
        needed: i64,
    },
    /// Too little power to start a conference.
    NoPower {
        /// My own level.
        own: Power,
        /// The level needed.
        needed: i64,
    },
}

/// Both buttons, and what is on offer beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buttons {
    /// The voice button.
    pub voice: Button,
    /// The video button.
    pub video: Button,
    /// What a stage or a tile speaks of, whether or not a button leads there.
    pub offer: Option<Offer>,
}

/// A conference of the room, or a call of another kind, that one may be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub widget: WidgetId,
    /// The way in.
    pub way: Way,
}

/// A way into what is on offer. A call in the room is no obstacle: it is left for what is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Whoever presses joins.
    In,
    /// In, but for this reason.
    Closed(Reason),
    /// None: a press would start something else.
    Nowhere,
}

impl Buttons {
    /// The one of this kind.
    pub fn of(&self, kind: Kind) -> &Button {
        match kind {
            Kind::Voice => &self.voice,
            Kind::Video => &self.video,
        }
    }
}

/// Decides both buttons. Total: every situation has an answer, and whether somebody may start something is asked in one
/// place, for drawing the button as for its click.
pub fn decide(situation: &Situation<'_>) -> Buttons {
    let [voice, video] = [Kind::Voice, Kind::Video].map(|kind| decide_one(situation, kind));
    Buttons { voice, video, offer: on_offer(situation) }
}

/// What is on offer: that to join, or what there is although no press leads to it, so that people hear of it.
fn on_offer(situation: &Situation<'_>) -> Option<Offer> {
    let widget = running(situation.room?)?;
    let way = match decide_one(&Situation { calling: false, ..situation.clone() }, Kind::Video) {
        Button::Hidden => return None,
        Button::JoinConference(..) => Way::In,
        Button::Disabled(reason) => Way::Closed(reason),
        _ => Way::Nowhere,
    };
    Some(Offer { widget: widget.clone(), way })
}

/// The first rule that fits. What goes on in other rooms is no obstacle: a press then asks whether to leave it
/// ([`switching`](crate::switching)). What leads into something that already runs comes first; then what will stay an obstacle, and last
/// what passes by itself, so that nobody is told to wait for a connection and then that it was in vain.
fn decide_one(situation: &Situation<'_>, kind: Kind) -> Button {
    if !situation.calls_enabled {
        return Button::Hidden;
    }
    if let Some(widget) = situation.joined {
        return Button::ReturnToConference(widget.clone());
    }
    if situation.calling {
        return Button::ReturnToCall;
    }
    let Some(room) = situation.room else {
        return Button::Disabled(Reason::Loading);
    };
    if room.membership != Membership::Join {
        return Button::Disabled(Reason::NotJoined);
    }
    if !situation.webrtc {
        return Button::Disabled(Reason::NoWebRtc);
    }
    if situation.starting {
        return Button::Disabled(Reason::Starting);
    }
    // Joining asks for no power, counts nobody, and does without the homeserver: only Meet has to answer.
    let start = start(situation, room, kind);
    if let Some(widget) = running(room).filter(|widget| situation.widgets_enabled && leads(room, widget, &start)) {
        return Button::JoinConference(widget.clone(), kind);
    }
    match start {
        Ok(_) if !situation.online => Button::Disabled(Reason::Offline),
        Ok(button) => button,
        Err(reason) => Button::Disabled(reason),
    }
}

/// What runs: the oldest conference that names a server. Where there is none, the call of another kind. Where there is none either, a
/// conference that names no server.
fn running(room: &RoomFacts) -> Option<&WidgetId> {
    let conference = widget::offered(&room.conferences);
    let named = conference.filter(|conference| conference.domain.is_ok()).map(|conference| &conference.id);
    let other = || room.widget.as_ref().map(|widget| &widget.id);
    named.or_else(other).or(conference.map(|conference| &conference.id))
}

/// Whether a press leads to what runs. Where it names no server, who presses learns who would land where, and may repair it, since
/// phones would still go there beside a second one (`mobile.md` 4.4, V11). It keeps nobody from starting one who could not end it, nor
/// two people from a call between them, which is no second conference.
fn leads(room: &RoomFacts, widget: &WidgetId, start: &Result<Button, Reason>) -> bool {
    let unreadable = room.conferences.iter().find(|running| running.id == *widget && running.domain.is_err());
    unreadable.is_none_or(|conference| match start {
        Ok(Button::StartCall(_)) => false,
        Ok(_) => may_repair(room, conference),
        Err(_) => true,
    })
}

/// What a press would start in a room where nothing runs, or what stands in its way. People are counted, not bots.
fn start(situation: &Situation<'_>, room: &RoomFacts, kind: Kind) -> Result<Button, Reason> {
    if room.people <= 1 {
        return Err(Reason::Alone);
    }
    if room.people > 2 || situation.conference_for_two || room.video_room {
        if !situation.widgets_enabled {
            return Err(Reason::WidgetsOff);
        }
        if !room.power.may_send_state(&room.me, widget::EVENT_TYPE) {
            let (own, needed) = (room.power.of(&room.me), room.power.needed_for_state(widget::EVENT_TYPE));
            return Err(Reason::NoPower { own, needed });
        }
        return Ok(Button::StartConference(kind));
    }
    if room.encrypted && !situation.can_encrypt {
        return Err(Reason::OneToOneNeedsEncryption);
    }
    if !room.power.may_send_event(&room.me, CALL_INVITE) {
        let (own, needed) = (room.power.of(&room.me), room.power.needed_for_event(CALL_INVITE));
        return Err(Reason::NoPowerToCall { own, needed });
    }
    Ok(Button::StartCall(kind))
}
