//! The end of all calls before the session ends: everybody else hears of it while there is somebody to tell it.

use leptos::prelude::{GetUntracked as _, WithUntracked as _};

use super::Calls;
use crate::meet::session::{self, ClosingStep, View};
use crate::meet::video_room;
use crate::{room_widget, switching};

impl Calls {
    /// Leaves the conference, takes my entry out of a video room's state, and ends every call between two people. Waits until all that
    /// has been told, though not for long. For the time before the session ends.
    pub async fn end_all(&self) {
        // What waits must not begin because all that was in its way has ended.
        self.switch(switching::Input::Stay);
        // Without a goodbye Meet shows me to the others until it misses me.
        let way_out = self.0.view.with_untracked(View::way_out);
        if let Some(way_out) = way_out {
            self.0.input(way_out);
        }
        self.tell_visit(room_widget::Input::Close);
        self.0.tell_presence(video_room::Input::In(None));
        self.0.input(session::Input::EndCalledOff);
        // With the end for everyone, where the last one's leaving is that.
        let is_ending = || {
            let closing = self.0.closing.get_untracked();
            closing.is_some_and(|closing| closing.step == ClosingStep::Sending)
        };
        let is_out = || self.0.view.with_untracked(|view| view.way_out().is_none()) && !is_ending();
        self.desk().peers().end_all(&|| is_out() && self.0.said.is_told()).await;
    }
}
