//! One conference or call at a time: what has to be left before something else can begin, the question whether to, and waiting until
//! it is really left. Two 1:1 calls are no obstacle to each other, the first is put on hold; a conference can't be held.
//!
//! ```text
//! press --nothing goes on--> carried out
//!   \---something does----> asked --Switch--> leaving --left--> carried out, if it still leads there
//!                             \-----Stay----> nothing
//! ```

use crate::buttons::{Button, Kind, Reason};
use crate::call::scene::goes_on;
use crate::call::view::{CallKey, CallView};
use crate::ids::{EventId, RoomId, UserId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::session::{Stage, View};
use crate::meet::widget::MeetWidget;
use crate::room_widget;

#[cfg(test)]
mod tests;

/// The most 1:1 calls at a time: the one that is heard and the one on hold.
const MOST_CALLS: usize = 2;

/// Something that a person pressed and that has no place beside what may go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// A button that starts or joins: what it was when it was pressed.
    Press {
        /// Its room.
        room: RoomId,
        /// What it does.
        button: Button,
    },
    /// Joining what the consent card asks about, on this server.
    Approve {
        /// The card's room.
        room: RoomId,
        /// The server that was read.
        domain: MeetDomain,
        /// The card said that people would go to different places.
        split: bool,
    },
    /// Opening what the card about a call of another kind asks about.
    Open {
        /// The card's room.
        room: RoomId,
        /// The event that was read about.
        event: EventId,
    },
    /// Ending the split conference that the card asks about, and starting one in its place.
    Repair {
        /// The card's room.
        room: RoomId,
        /// The server that was read, which the new one is to be on.
        domain: MeetDomain,
    },
    /// Accepting a call that rings. Its toast has said already that a conference is left for it.
    Accept {
        /// The call.
        call: CallKey,
        /// With the camera.
        video: bool,
    },
}

/// Something that has to be left first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The conference of this room, or call of another kind, that I am in, or that I am starting.
    Conference(RoomId),
    /// A 1:1 call.
    Call {
        /// Which.
        key: CallKey,
        /// Its room.
        room: RoomId,
        /// The other side.
        peer: UserId,
    },
}

/// What goes on at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The conference.
    pub conference: &'a View,
    /// The call of another kind.
    pub widget: &'a room_widget::View,
    /// The 1:1 calls, those that ring too; the one that is heard comes first.
    pub calls: &'a [CallView],
    /// What the button of a [`Wish::Press`] does now, whatever call its own room has; `None` for other wishes.
    pub button: Option<&'a Button>,
}

/// What of the conference, or call of another kind, that I have is in this room: whether I am starting it there, and what I am in.
pub fn mine_in<'a>(room: &RoomId, conference: &'a View, widget: &'a room_widget::View) -> (bool, Option<&'a WidgetId>) {
    let open = match conference {
        // A press during the goodbye is for going in again.
        View::Open { stage: Stage::Leaving | Stage::Ended(_), .. } => None,
        View::Open { room: place, widget, .. } if place == room => Some(&widget.id),
        _ => None,
    };
    let (asking, other) = match widget {
        room_widget::View::Asking(place) if place.room == *room => (true, None),
        room_widget::View::Open(place, _) if place.room == *room => (false, Some(&place.widget.id)),
        _ => (false, None),
    };
    (asking || matches!(conference, View::Starting { room: place, .. } if place == room), open.or(other))
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person pressed something. It takes the place of what they pressed before.
    Want(Wish),
    /// They want to leave the one for the other.
    Switch,
    /// They do not, or no longer.
    Stay,
    /// Something of what goes on is different.
    Look,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Leave this; when it is left, [`Input::Look`] is due.
    Leave(Obstacle),
    /// Do what the person wanted: nothing is in its way.
    Carry(Wish),
}

/// What to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What would be left. Nothing, when it ended by itself meanwhile: then the question is only whether to go.
    pub from: Vec<Obstacle>,
    /// What for.
    pub to: Wish,
    /// It is answered, and being left.
    pub leaving: bool,
}

/// The machine.
#[derive(Debug, Default)]
pub struct Switching {
    wish: Option<Wish>,
    decided: bool,
}

impl Switching {
    /// What waits to be carried out.
    pub fn wish(&self) -> Option<&Wish> {
        self.wish.as_ref()
    }

    /// Takes what happened, gives what is to be done.
    pub fn handle(&mut self, input: Input, around: &Around<'_>) -> Vec<Action> {
        let decided_now = match input {
            Input::Want(wish) => {
                self.decided = matches!(wish, Wish::Accept { .. })
                    || in_the_way(&wish, around).iter().all(|_| around.is_leaving());
                self.wish = Some(wish);
                self.decided
            }
            Input::Switch => !std::mem::replace(&mut self.decided, true),
            Input::Stay => {
                self.wish = None;
                false
            }
            Input::Look => false,
        };
        let Some(wish) = self.wish.take().and_then(|wish| wish.now(around)) else { return Vec::new() };
        let obstacles = in_the_way(&wish, around);
        if obstacles.is_empty() && self.decided {
            return vec![Action::Carry(wish)];
        }
        self.wish = Some(wish);
        // Also what is being left already: what was to follow on it is no longer wanted.
        obstacles.into_iter().filter(|_| decided_now).map(Action::Leave).collect()
    }

    /// The question that is open.
    pub fn question(&self, around: &Around<'_>) -> Option<Question> {
        let to = self.wish.clone().filter(|wish| !matches!(wish, Wish::Accept { .. }))?;
        Some(Question { from: in_the_way(&to, around), to, leaving: self.decided })
    }
}

impl Around<'_> {
    /// Whether I am on the way out of the conference already, and nothing else goes on.
    fn is_leaving(&self) -> bool {
        matches!(self.conference, View::Open { stage: Stage::Leaving, .. }) && !self.calls.iter().any(goes_on)
    }
}

impl Wish {
    /// Whether it leads into a 1:1 call.
    pub const fn is_call(&self) -> bool {
        matches!(self, Self::Press { button: Button::StartCall(_), .. } | Self::Accept { .. })
    }

    /// The room that it leads to; that of a call that rings only the call knows.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Press { room, .. }
            | Self::Approve { room, .. }
            | Self::Open { room, .. }
            | Self::Repair { room, .. } => Some(room),
            Self::Accept { .. } => None,
        }
    }

    /// Which of its room's buttons was pressed.
    pub const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Press { button: Button::StartCall(kind), .. }
            | Self::Press { button: Button::StartConference(kind) | Button::JoinConference(_, kind), .. } => {
                Some(*kind)
            }
            _ => None,
        }
    }

    /// The same as it is now; `None` when it leads nowhere any more. Nobody starts what they wanted to join.
    fn now(self, around: &Around<'_>) -> Option<Self> {
        match self {
            // A connection that is lost comes back, or the start says that it did not.
            Self::Press { .. } if around.button == Some(&Button::Disabled(Reason::Offline)) => Some(self),
            Self::Press { room, button } => {
                let now = around.button?;
                let leads = matches!(
                    (&button, now),
                    (Button::StartCall(_), Button::StartCall(_))
                        | (Button::StartConference(_), Button::StartConference(_))
                        | (Button::StartConference(_) | Button::JoinConference(..), Button::JoinConference(..))
                );
                leads.then(|| Self::Press { room, button: now.clone() })
            }
            // An edit meanwhile may send people to different places, which nobody has read then.
            Self::Approve { ref room, split, .. } => {
                let asks = |widget: &MeetWidget| split || !widget.agreement.is_split();
                matches!(around.conference, View::Consent { room: of, widget, .. } if of == room && asks(widget))
                    .then_some(self)
            }
            Self::Repair { ref room, .. } => {
                matches!(around.conference, View::Consent { room: of, .. } if of == room).then_some(self)
            }
            Self::Open { ref room, ref event } => {
                let asked = match around.widget {
                    room_widget::View::Consent(place) => Some((&place.room, &place.widget.event_id)),
                    _ => None,
                };
                (asked == Some((room, event))).then_some(self)
            }
            Self::Accept { call, .. } => {
                around.calls.iter().any(|rings| rings.key == call && !goes_on(rings)).then_some(self)
            }
        }
    }
}

/// What has to be left for it.
pub fn in_the_way(wish: &Wish, around: &Around<'_>) -> Vec<Obstacle> {
    let conference = around.conference.room().filter(|_| around.conference.way_out().is_some());
    // Who is just leaving and wants in again is let in by the session.
    let again = |room: &&RoomId| match wish {
        Wish::Press { room: to, button: Button::JoinConference(..) } => to == *room,
        _ => false,
    };
    let conference = conference.filter(|room| !again(room)).or(around.widget.goes_on_in());
    let mut obstacles: Vec<_> = conference.map(|room| Obstacle::Conference(room.clone())).into_iter().collect();
    let going_on = || around.calls.iter().filter(|call| goes_on(call));
    let leaves = match wish {
        // What is accepted puts the others on hold, or takes the place of one of them, as its toast says.
        Wish::Accept { .. } => 0,
        wish if wish.is_call() => (going_on().count() + 1).saturating_sub(MOST_CALLS),
        _ => going_on().count(),
    };
    obstacles.extend(going_on().take(leaves).map(|call| Obstacle::Call {
        key: call.key,
        room: call.room.clone(),
        peer: call.peer.clone(),
    }));
    obstacles
}
