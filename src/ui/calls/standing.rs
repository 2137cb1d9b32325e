//! What a chat is told and shows beside the views: what is going on, and which conference an event of its timeline began.

use leptos::prelude::*;
use serde_json::Value;

use super::Calls;
use crate::embed::events::Standing;
use crate::embed::tile::Place;
use crate::meet::history::Conference;
use crate::ui::RoomCalls;

impl Calls {
    /// What is going on; tracks.
    pub fn standing(&self) -> Standing {
        let calls = self.0.desk.view();
        self.0.view.with(|conference| self.0.visited.view.with(|other| Standing::of(&calls, conference, other)))
    }
}

impl RoomCalls {
    /// The conference that this event of the room began, see [`Place`]; tracks.
    pub fn began_by(&self, event: &str, given: Option<&Value>) -> Option<Conference> {
        self.current.track();
        let room = self.room.get();
        self.calls.with_value(|calls| {
            let place = calls.0.kept(&room, |kept| Place::find(kept.state(), event, given))??;
            place.conference(&|user| calls.name_of(&room, user))
        })
    }
}
