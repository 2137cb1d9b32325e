//! What the person chose for conferences (`meet::preferences`): kept in the browser's storage, and followed into the other tabs.

use std::rc::Rc;

use gloo_events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use super::{Calls, Engine};
use crate::browser::storage;
use crate::ids::{RoomId, UserId};
use crate::meet::preferences::Preferences;
use crate::meet::session::Input;
use crate::meet::widget::MeetWidget;

/// Where they are kept: a browser may serve several people one after the other.
fn place(me: &UserId) -> String {
    ["meet_in_chat.conferences.", me.as_str()].concat()
}

pub(super) fn kept(me: &UserId) -> Preferences {
    Preferences::read(&storage::read(&place(me)).unwrap_or_default())
}

pub(super) fn forget(me: &UserId) {
    storage::remove(&place(me));
}

impl Calls {
    /// What the person chose; tracks.
    pub(in crate::ui) fn preferences(&self) -> Preferences {
        self.0.preferences.get()
    }

    /// Changes what the person chose, on what is kept at this moment: another tab may have written.
    pub(in crate::ui) fn choose(&self, change: &dyn Fn(&mut Preferences)) {
        let me = self.0.host.identity().user_id;
        let mut chosen = kept(&me);
        change(&mut chosen);
        storage::write(&place(&me), &chosen.write());
        self.0.has_chosen(chosen);
    }

    /// Lets conferences in a room ring on this device, or no more.
    pub fn set_rings_in(&self, room: &RoomId, rings: bool) {
        self.choose(&|chosen| chosen.set_rings_in(room, rings));
    }

    /// Whether a conference ends when the person leaves it as the last one; tracks.
    pub(in crate::ui) fn auto_end(&self) -> bool {
        self.0.auto_end(&self.0.preferences.get())
    }
}

impl Engine {
    /// Hears what is chosen in other tabs.
    pub(super) fn listen_for_choices(self: &Rc<Self>) {
        let (weak, me) = (Rc::downgrade(self), self.host.identity().user_id);
        let place = place(&me);
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "storage", move |event| {
                let key = event.dyn_ref::<StorageEvent>().map(StorageEvent::key);
                // Without a key all of the storage was cleared.
                if let Some(engine) = weak.upgrade()
                    && key.is_some_and(|key| key.is_none_or(|key| key == place))
                {
                    engine.has_chosen(kept(&me));
                }
            })
        });
        self.listeners.borrow_mut().extend(listener);
    }

    fn has_chosen(self: &Rc<Self>, chosen: Preferences) {
        self.rings_follow(&chosen);
        if *self.preferences.read_untracked() != chosen {
            self.preferences.set(chosen);
        }
    }

    /// Who signs out leaves no rooms behind for whoever uses the browser next.
    pub(super) fn forget_choices(self: &Rc<Self>) {
        forget(&self.host.identity().user_id);
        self.has_chosen(Preferences::default());
    }

    fn auto_end(&self, chosen: &Preferences) -> bool {
        chosen.auto_end.unwrap_or_else(|| self.site().settings.auto_end)
    }

    /// The person has left a conference as the last one in it.
    pub(super) fn last_one_left(self: &Rc<Self>, room: &RoomId, widget: Box<MeetWidget>) {
        if let Some(facts) = self.facts(room)
            && self.auto_end(&self.preferences.get_untracked())
        {
            self.input(Input::EndByItself(Box::new(facts), widget));
        }
    }
}
