//! Saying in a video room's state that I am in its conference: carries out what `meet::video_room` decides, and reads who says so.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::{Calls, Engine};
use crate::browser::clock;
use crate::ids::{RoomId, UserId};
use crate::json;
use crate::meet::session::{Company, View};
use crate::meet::video_room::{self, Action, Input, MEMBER_TYPE, Presence};
use crate::meet::widget;
use crate::room::{RoomState, StateEvent};

/// What is said of me, and when again.
#[derive(Default)]
pub(super) struct Said {
    presence: RefCell<Presence>,
    /// The conference's room that was looked at last, be it a video room or not.
    looked_at: RefCell<Option<RoomId>>,
    /// Counts the alarms, so that only the latest rings.
    alarm: Cell<u64>,
}

impl Said {
    /// Whether all that was to be said of me has been told.
    pub(super) fn is_told(&self) -> bool {
        self.presence.borrow().is_said()
    }
}

impl Calls {
    /// Who says in a video room's state that they are in its conference.
    pub(in crate::ui) fn in_video_room(&self, room: &RoomId) -> Company {
        let state = self.0.state(room);
        video_room::company(&state, clock::now(), &|user: &UserId| self.0.name_in(room, user))
    }
}

impl Engine {
    fn state(&self, room: &RoomId) -> RoomState {
        let room = self.host.room(room).unwrap_or_default();
        let events = room.as_object().map_or(&[][..], |room| json::array(room, "state"));
        events.iter().filter_map(StateEvent::read).collect()
    }

    /// Whether a widget is in a room.
    pub(super) fn has(&self, room: &RoomId, widget: &str) -> bool {
        self.state(room).get(widget::EVENT_TYPE, widget).is_some_and(|event| !event.content.is_empty())
    }

    /// I may have entered a conference, or left it.
    pub(super) fn presence_follows(self: &Rc<Self>, view: &View) {
        let inside = video_room::entered(view);
        if self.said.looked_at.borrow().as_ref() == inside {
            return;
        }
        *self.said.looked_at.borrow_mut() = inside.cloned();
        let is_told = |room: &&RoomId| self.facts(room).is_some_and(|facts| video_room::is_told(&facts));
        self.tell_presence(Input::In(inside.filter(is_told).cloned()));
    }

    pub(super) fn tell_presence(self: &Rc<Self>, input: Input) {
        let actions = self.said.presence.borrow_mut().handle(clock::now(), input);
        for action in actions {
            match action {
                Action::Tell { room, here } => self.say_presence(room, here),
                Action::WakeAt(at) => {
                    self.wake_at(at, |engine| &engine.said.alarm, |engine| engine.tell_presence(Input::Wake));
                }
            }
        }
    }

    fn say_presence(self: &Rc<Self>, room: RoomId, here: bool) {
        let me = self.host.identity();
        let entry = video_room::entry(&self.state(&room), &me.user_id, &me.device_id, here, clock::now());
        let saying = self.host.send_state(&room, MEMBER_TYPE, me.user_id.as_str(), entry);
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            let result = saying.await.map(drop);
            if let Some(engine) = weak.upgrade() {
                engine.tell_presence(Input::Told(room, result));
            }
        });
    }
}
