//! What the voice and the video button show and do: one pure decision, used to draw them and again on the click.
//! The table is `chat-web.md` 1.2 to 1.4, made better: people decide, not bots; voice stays in groups; who may not start may
//! still join; a button that does nothing says why.

use crate::ids::WidgetId;
use crate::meet::session::may_repair;
use crate::meet::widget::{self, MeetWidget};
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

/// Both buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buttons {
    /// The voice button.
    pub voice: Button,
    /// The video button.
    pub video: Button,
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
    Buttons { voice: decide_one(situation, Kind::Voice), video: decide_one(situation, Kind::Video) }
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
    if let Some(widget) = running(room).filter(|_| situation.widgets_enabled) {
        return Button::JoinConference(widget.clone(), kind);
    }
    match start(situation, room, kind) {
        Ok(_) if !situation.online => Button::Disabled(Reason::Offline),
        Ok(start) => start,
        Err(reason) => Button::Disabled(reason),
    }
}

/// The conference to join: the oldest one that names a server. Where there is none, the call of another kind. Where there is none
/// either, a conference that names no server: who presses learns who would land where, and may repair it, since phones would still
/// go there beside a second one (`mobile.md` 4.4, V11). It keeps nobody from starting one who could not end it.
fn running(room: &RoomFacts) -> Option<&WidgetId> {
    let conference = widget::offered(&room.conferences);
    let named = conference.filter(|conference| conference.domain.is_ok()).map(|conference| &conference.id);
    named.or_else(|| room.widget.as_ref().map(|widget| &widget.id)).or_else(|| {
        let leads = |of: &&MeetWidget| may_repair(room, of) || !room.power.may_send_state(&room.me, widget::EVENT_TYPE);
        conference.filter(leads).map(|conference| &conference.id)
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
