//! What stands in for the calls of a page until they are needed: it draws the buttons of rooms, by the same rules and the same views, and
//! says when the whole program has to come. That is when a button is pressed, when something happens that may ring, when a room that is
//! shown has a conference, or when there is more to show than buttons.
//!
//! It holds nothing that the whole program would have to be given: what it heard and could not heed the page keeps, and tells again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;

use crate::browser::notification;
use crate::buttons::{self, Act, Button, Buttons, Kind};
use crate::host::{Host, HostEvent, Subscription};
use crate::ids::RoomId;
use crate::locale::Texts;
use crate::meet::settings::Site;
use crate::room::RoomFacts;
use crate::text_key;
use crate::ui::Calls;
use crate::ui::buttons::{Behind, Changed};
use crate::ui::calls::{site_of, situation};
use crate::ui::kept_rooms::{self, KeptRooms};
use crate::ui::peer_calls::left_calls;

/// Why the whole program is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Somebody is about to press: it may come.
    Soon,
    /// It has to come.
    Now,
    /// It has to come and do what this button does.
    Press(RoomId, Kind, Act),
}

/// A press that waits for the program.
#[derive(Clone, PartialEq)]
struct Waiting {
    room: RoomId,
    kind: Kind,
    failed: bool,
}

/// Cloning gives another handle to the same one.
#[derive(Clone)]
pub(super) struct Front(Rc<Inner>);

struct Inner {
    host: Rc<dyn Host>,
    texts: Texts,
    rooms: KeptRooms,
    site: RefCell<Rc<Site>>,
    last_pressed: Cell<Kind>,
    waiting: ArcRwSignal<Option<Waiting>>,
    wants: Box<dyn Fn(Want)>,
    subscription: RefCell<Option<Subscription>>,
}

impl Front {
    /// In front of the calls of this chat; `wants` is told when they are needed, which may be at once.
    pub(super) fn new(host: Rc<dyn Host>, texts: Texts, wants: Box<dyn Fn(Want)>) -> Self {
        let inner = Rc::new(Inner {
            site: RefCell::new(site_of(&*host)),
            host: host.clone(),
            texts,
            rooms: KeptRooms::default(),
            last_pressed: Cell::new(Kind::Video),
            waiting: ArcRwSignal::new(None),
            wants,
            subscription: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        let subscription = host.subscribe(Rc::new(move |event| {
            if let Some(inner) = weak.upgrade() {
                inner.hears(event);
            }
        }));
        *inner.subscription.borrow_mut() = Some(subscription);
        if left_calls(&host.identity().user_id) {
            (inner.wants)(Want::Now);
        }
        Self(inner)
    }

    /// The whole program has to come.
    pub(super) fn want(&self) {
        (self.0.wants)(Want::Now);
    }

    /// It could not be loaded: says so to whoever has pressed.
    pub(super) fn failed(&self) {
        let waiting = self.0.waiting.get_untracked().map(|waiting| Waiting { failed: true, ..waiting });
        self.0.waiting.set(waiting);
    }
}

impl Inner {
    fn hears(&self, event: &HostEvent) {
        self.rooms.keep_up(event);
        match event {
            HostEvent::WellKnownChanged => {
                // Asked before anything is borrowed.
                let site = site_of(&*self.host);
                *self.site.borrow_mut() = site;
            }
            HostEvent::SignedOut => {
                Calls::forget(&self.host.identity().user_id);
                self.waiting.set(None);
            }
            _ => {}
        }
    }
}

impl Behind for Front {
    fn texts(&self) -> &Texts {
        &self.0.texts
    }

    fn site(&self) -> Rc<Site> {
        self.0.site.borrow().clone()
    }

    fn facts(&self, room: &RoomId) -> Option<RoomFacts> {
        self.0.rooms.facts(&*self.0.host, room)
    }

    fn on_change(&self, changed: Changed) -> Subscription {
        kept_rooms::on_change(&*self.0.host, changed)
    }

    fn buttons(&self, facts: Option<&RoomFacts>) -> Buttons {
        // With a call or a conference of mine the whole program is there.
        buttons::decide(&situation(&*self.0.host, &self.site(), facts))
    }

    fn press(&self, room: &RoomId, kind: Kind) {
        let button = self.buttons(self.facts(room).as_ref()).of(kind).clone();
        let Some(act) = button.act() else { return };
        // Browsers want a gesture for it, and this is one.
        notification::ask();
        self.0.last_pressed.set(kind);
        self.0.waiting.set(Some(Waiting { room: room.clone(), kind, failed: false }));
        (self.0.wants)(Want::Press(room.clone(), kind, act));
    }

    fn near(&self, button: &Button) {
        if button.act().is_some() {
            (self.0.wants)(Want::Soon);
        }
    }

    fn occupies(&self, _: &RoomId) -> bool {
        false
    }

    fn last_pressed(&self) -> Kind {
        self.0.last_pressed.get()
    }

    fn may_delay(&self) -> bool {
        true
    }

    fn delay(&self, room: &RoomId, kind: Kind) -> Option<String> {
        self.0.waiting.with(|waiting| {
            let waiting = waiting.as_ref().filter(|waiting| waiting.room == *room && waiting.kind == kind)?;
            let key = if waiting.failed { text_key!("call.not_loaded") } else { text_key!("call.being_loaded") };
            Some(self.0.texts.get(key))
        })
    }
}
