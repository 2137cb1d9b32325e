//! Conferences that ring on this page: gives the machine what happens, and carries out what it finds. The toast is in
//! `ui::conference_rings`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use crate::browser::sound::Sounds;
use crate::browser::tabs::{TabEvent, Tabs};
use crate::browser::unseen::{Summons, Unseen};
use crate::browser::{clock, storage};
use crate::call::scene;
use crate::call::tones::{Loop, Sound};
use crate::call::vocabulary::TabWord;
use crate::host::HostEvent;
use crate::ids::{EventId, RoomId, UserId};
use crate::meet::preferences::Preferences;
use crate::meet::ringing::{Begun, Circumstances, MOST_ANSWERED, Ring, Ringing};
use crate::meet::session::View;
use crate::text_key;

/// Where it is kept what was answered: a browser may serve several people one after the other.
fn answers_of(me: &UserId) -> String {
    ["meet_in_chat.answered.", me.as_str()].concat()
}

pub(super) fn forget(me: &UserId) {
    storage::remove(&answers_of(me));
}

/// What rings, and how it is noticed.
#[derive(Default)]
pub(super) struct Ringer {
    ringing: RefCell<Ringing>,
    pub(super) shown: ArcRwSignal<Vec<Ring>>,
    sounds: Sounds,
    /// Of one person's tabs one is heard, and what is answered in one stops in the others.
    tabs: RefCell<Option<Tabs>>,
    leads: Cell<bool>,
    /// Counts the alarms, so that only the latest rings.
    alarm: Cell<u64>,
    unseen: Unseen,
}

impl Engine {
    /// Hears the person's other tabs, and when the page comes into view or goes.
    pub(super) fn listen_for_rings(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let report = Rc::new(move |event| {
            let Some(engine) = weak.upgrade() else { return };
            match event {
                TabEvent::Leading => {
                    engine.ringer.leads.set(true);
                    engine.sound_rings();
                }
                TabEvent::Word(TabWord::Answered(began)) => {
                    engine.ringer.ringing.borrow_mut().answered_elsewhere(began);
                    engine.show_rings();
                }
                TabEvent::Word(_) => {}
            }
        });
        for began in self.answers() {
            self.ringer.ringing.borrow_mut().answered_elsewhere(began);
        }
        *self.ringer.tabs.borrow_mut() = Some(Tabs::new(&self.host.identity().user_id, report));
        let weak = Rc::downgrade(self);
        let listener = web_sys::window().and_then(|window| window.document()).map(|document| {
            EventListener::new(&document, "visibilitychange", move |_| {
                if let Some(engine) = weak.upgrade() {
                    let newest = engine.ringer.ringing.borrow().rings().last().cloned();
                    engine.notify(newest.as_ref());
                }
            })
        });
        self.listeners.borrow_mut().extend(listener);
    }

    /// `changed` is the room that is different.
    pub(super) fn ringer_hears(self: &Rc<Self>, event: &HostEvent, changed: Option<&RoomId>) {
        match (event, changed) {
            (HostEvent::Live(batch), _) => {
                // What a batch changed in its rooms is told right after it, by most hosts.
                let (weak, batch) = (Rc::downgrade(self), batch.clone());
                spawn_local(async move {
                    if let Some(engine) = weak.upgrade() {
                        engine.conferences_began(batch.events.iter().filter_map(Begun::read));
                        engine.show_rings();
                    }
                });
                return;
            }
            (_, Some(room)) => {
                let early = self.ringer.ringing.borrow_mut().early_in(room);
                self.conferences_began(early);
                let rings = self.ringer.ringing.borrow().rings().iter().any(|ring| ring.room == *room);
                if rings {
                    let facts = self.facts(room);
                    self.ringer.ringing.borrow_mut().room_changed(room, facts.as_ref());
                }
            }
            (HostEvent::AccountChanged, _) => {
                let mut rings = self.ringer.ringing.borrow().rings().to_vec();
                if rings.is_empty() {
                    return;
                }
                // Asked before anything is borrowed.
                rings.retain(|ring| self.host.notifies_in(&ring.room) && !self.host.is_ignored(&ring.widget.creator));
                let allowed = self.host.ring_allowed();
                let may_ring = |ring: &Ring| rings.contains(ring);
                self.ringer.ringing.borrow_mut().account_changed(allowed, may_ring);
            }
            (HostEvent::SignedOut, _) => self.ringer.ringing.borrow_mut().silence(),
            _ => return,
        }
        self.show_rings();
    }

    fn conferences_began(&self, all: impl IntoIterator<Item = Begun>) {
        for begun in all {
            // Asked before anything is borrowed: the host is not ours, and may tell of something at once.
            let facts = self.facts(&begun.room);
            let in_call = untrack(|| self.desk.view().calls.iter().any(scene::goes_on));
            let conference = self.view.with_untracked(|view| view.way_out().and(view.room().cloned()));
            let chosen = self.preferences.get_untracked();
            let circumstances = Circumstances {
                chosen: &chosen,
                notified: self.host.notifies_in(&begun.room),
                ring_allowed: self.host.ring_allowed(),
                busy: in_call || conference.is_some(),
                there: conference.as_ref() == Some(&begun.room),
                ignored: self.host.is_ignored(&begun.by),
            };
            self.ringer.ringing.borrow_mut().began(clock::now(), &begun, facts.as_ref(), circumstances);
        }
    }

    /// The person has joined what goes on in a room, or declined it.
    pub(super) fn ring_answered(self: &Rc<Self>, room: &RoomId) {
        let began = self.ringer.ringing.borrow_mut().answered(room);
        if let Some(began) = began {
            self.keep_answer(&began);
            if let Some(tabs) = self.ringer.tabs.borrow().as_ref() {
                tabs.tell(&TabWord::Answered(began));
            }
        }
        self.show_rings();
    }

    /// What was answered before this page was loaded: a page that comes back may hear of the beginning once more.
    fn answers(&self) -> Vec<EventId> {
        let kept = storage::read(&answers_of(&self.host.identity().user_id));
        let kept = kept.as_ref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        kept.iter().filter_map(Value::as_str).map(EventId::from).take(MOST_ANSWERED).collect()
    }

    fn keep_answer(&self, began: &EventId) {
        let newest = [began.clone()].into_iter().chain(self.answers()).take(MOST_ANSWERED);
        let list: Vec<Value> = newest.map(|event| Value::from(&event)).collect();
        storage::write(&answers_of(&self.host.identity().user_id), &list.into());
    }

    /// Who signs out leaves nothing behind.
    pub(super) fn forget_answers(&self) {
        forget(&self.host.identity().user_id);
    }

    /// The person has chosen anew what may ring.
    pub(super) fn rings_follow(self: &Rc<Self>, chosen: &Preferences) {
        self.ringer.ringing.borrow_mut().chosen(chosen);
        self.show_rings();
    }

    /// Whoever is on the way into a room's conference needs no ring of it; nor one over the card that asks something first.
    pub(super) fn view_changed(self: &Rc<Self>, view: &View) {
        if let Some(room) = view.room() {
            self.ring_answered(room);
        }
    }

    fn show_rings(self: &Rc<Self>) {
        let rings = self.ringer.ringing.borrow().rings().to_vec();
        if *self.ringer.shown.read_untracked() == rings {
            return;
        }
        self.notify(rings.last());
        self.ringer.shown.set(rings);
        self.compete();
        self.sound_rings();
        let due = self.ringer.ringing.borrow().due_at();
        if let Some(at) = due {
            self.wake_at(
                at,
                |engine| &engine.ringer.alarm,
                |engine| {
                    engine.ringer.ringing.borrow_mut().tick(clock::now());
                    engine.show_rings();
                },
            );
        }
    }

    fn is_loud(&self) -> bool {
        self.ringer.shown.with_untracked(|rings| rings.iter().any(|ring| ring.loud))
    }

    /// Wants to be the tab that is heard, as long as something is to be.
    fn compete(self: &Rc<Self>) {
        let loud = self.is_loud();
        let tabs = self.ringer.tabs.borrow();
        if let Some(tabs) = tabs.as_ref() {
            tabs.compete(loud);
        }
        self.ringer.leads.set(loud && self.ringer.leads.get());
    }

    fn sound_rings(&self) {
        let heard = self.is_loud() && self.ringer.leads.get();
        self.ringer.sounds.play(Sound::Loop(heard.then_some(Loop::Ring)));
    }

    /// Calls whoever does not see the page.
    fn notify(self: &Rc<Self>, newest: Option<&Ring>) {
        self.ringer.unseen.show(newest.map(|ring| ring.widget.event_id.to_string()), || {
            let ring = newest?;
            let name = self.name_in(&ring.room, &ring.widget.creator);
            let title = self.texts.fill(text_key!("conference.rings"), &[("name", &name)]);
            let (weak, room) = (Rc::downgrade(self), ring.room.clone());
            Some(Summons {
                page: title.clone(),
                title,
                body: self.texts.get(text_key!("ring.hint")),
                tag: ["meet_in_chat.conference.", ring.room.as_str()].concat(),
                clicked: Box::new(move || {
                    if let Some(engine) = weak.upgrade() {
                        engine.host.open_room(&room);
                    }
                }),
            })
        });
    }
}
