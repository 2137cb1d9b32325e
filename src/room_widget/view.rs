//! What a person sees of such a call.

use std::sync::Arc;

use crate::ids::RoomId;
use crate::meet::consent::WidgetSaid;
use crate::room_widget::{Refusal, RoomWidget, Target};

/// What a person sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum View {
    /// Nothing is going on.
    #[default]
    Idle,
    /// It is being found out whether to ask.
    Asking(Arc<Place>),
    /// The question.
    Consent(Arc<Place>),
    /// The frame is there; and whether it wants to know who the person is.
    Open(Arc<Place>, bool),
    /// It did not work.
    Failed(RoomId, Failure),
}

/// Why it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It leads nowhere.
    Refused(Refusal),
    /// Nothing there can be opened.
    NothingThere,
    /// Someone removed it while it was open.
    Removed,
}

impl View {
    /// The room that it is about.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Idle => None,
            Self::Asking(place) | Self::Consent(place) | Self::Open(place, _) => Some(&place.room),
            Self::Failed(room, _) => Some(room),
        }
    }

    /// The same without the widget's question, for what is drawn once and has to stay while that comes and goes.
    #[must_use]
    pub fn without_question(mut self) -> Self {
        if let Self::Open(_, asks_who) = &mut self {
            *asks_who = false;
        }
        self
    }

    /// The room of what goes on and has no place beside another call.
    pub fn goes_on_in(&self) -> Option<&RoomId> {
        self.room().filter(|_| matches!(self, Self::Asking(_) | Self::Open(..)))
    }
}

/// What it is about.
#[derive(Debug)]
pub struct Place {
    /// The room.
    pub room: RoomId,
    /// The widget.
    pub widget: Arc<RoomWidget>,
    /// Where it leads.
    pub target: Target,
    /// An edit led to it, and not a press.
    pub edited: bool,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.room == other.room && self.widget == other.widget && self.edited == other.edited
    }
}

impl Place {
    pub(super) fn said(&self, allowed: bool) -> WidgetSaid {
        WidgetSaid {
            room: self.room.clone(),
            event: self.widget.event_id.clone(),
            host: self.target.host.clone(),
            allowed,
        }
    }
}
