//! The call engine of a page: carries out what `meet::session` decides. The JS objects it owns (frame, timers) stay outside
//! the reactive graph; the signal holds plain data. What the buttons do is in `press`.

mod acting;
pub(super) mod check;
mod consent;
mod farewell;
mod preferences;
mod presence;
mod press;
mod ringer;
mod rooms;
mod standing;
mod switch;
mod tile;
mod visit;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::address::Address;
use crate::browser::clock;
use crate::browser::frames::{Frame, Placeholder};
use crate::browser::lock::Lock;
use crate::buttons::Kind;
use crate::call::view::CallsView;
use crate::host::{Host, HostEvent, HostFuture, Subscription};
use crate::ids::{RoomId, UserId};
use crate::inbox::Inbox;
use crate::locale::Texts;
use crate::meet::consent::{Input as Heard, Ledger, View as Consents};
use crate::meet::layout;
use crate::meet::places::Places;
use crate::meet::preferences::Preferences;
use crate::meet::ringing::Ring;
use crate::meet::session::{Closing, Input, Session, Together, View};
use crate::meet::settings::Site;
use crate::room_widget;
use crate::switching::{self, Question, Switching};
use crate::time::Millis;
use crate::ui::call::desk::{Desk, Tell};
use crate::ui::kept_rooms::KeptRooms;
use crate::ui::peer_calls::PeerCalls;

#[cfg(feature = "embed")]
pub(crate) use press::situation;

/// The call engine of one page: what is starting, running, joined, and the 1:1 calls. Cloning gives another handle to the same one; dropping
/// the last one closes the frame.
#[derive(Clone)]
pub struct Calls(Rc<Engine>);

struct Engine {
    host: Rc<dyn Host>,
    texts: Texts,
    session: RefCell<Session>,
    inbox: Inbox<Input>,
    /// The 1:1 calls.
    desk: Desk,
    /// What is known of the rooms that were asked for.
    rooms: KeptRooms,
    frame: RefCell<Option<Frame>>,
    placeholder: Placeholder,
    places: RefCell<Places<HtmlElement>>,
    /// The button that opened what is open; the focus returns to it.
    last_pressed: Cell<Kind>,
    /// What the site and the homeserver say, as of the last change.
    site: RefCell<Rc<Site>>,
    /// Counts the alarms, so that only the latest rings.
    alarm: Cell<u64>,
    view: ArcRwSignal<View>,
    /// The conference that is being ended for everyone.
    closing: ArcRwSignal<Option<Closing>>,
    /// A stage shows the session's frame at the moment; else it floats.
    docked: ArcRwSignal<bool>,
    /// The Meet servers that the person agreed to.
    ledger: RefCell<Ledger>,
    consents: ArcRwSignal<Consents>,
    /// While they are being written.
    writing: Rc<RefCell<Option<Lock>>>,
    /// Conferences that ring.
    ringer: ringer::Ringer,
    /// What the person chose for conferences on this device.
    preferences: ArcRwSignal<Preferences>,
    listeners: RefCell<Vec<EventListener>>,
    /// What was pressed and waits, or has to be asked about.
    switching: RefCell<Switching>,
    question: ArcRwSignal<Option<Question>>,
    /// How a conference is to lie.
    tile: ArcRwSignal<layout::Wish>,
    /// What video rooms are told of me.
    said: presence::Said,
    /// The call of another kind.
    visited: visit::Visited,
    subscription: RefCell<Option<Subscription>>,
}

impl Calls {
    /// An engine over this chat.
    pub fn new(host: Rc<dyn Host>, texts: Texts) -> Self {
        let desk = Desk::new(PeerCalls::new(host.clone(), texts.clone()));
        Self::at(desk, host, texts)
    }

    /// The same with 1:1 calls that are shown and not made, for looking at the views: most of what they can show takes a broken
    /// network, device or server.
    pub fn rehearsed(host: Rc<dyn Host>, texts: Texts, view: ArcRwSignal<CallsView>, told: Tell) -> Self {
        let desk = Desk::showing(PeerCalls::new(host.clone(), texts.clone()), view, told);
        Self::at(desk, host, texts)
    }

    fn at(desk: Desk, host: Rc<dyn Host>, texts: Texts) -> Self {
        let engine = Rc::new(Engine {
            host: host.clone(),
            session: RefCell::default(),
            inbox: Inbox::default(),
            desk,
            texts,
            rooms: KeptRooms::default(),
            frame: RefCell::default(),
            placeholder: Rc::default(),
            places: RefCell::default(),
            last_pressed: Cell::new(Kind::Video),
            site: RefCell::new(site_of(&*host)),
            alarm: Cell::default(),
            view: ArcRwSignal::new(View::Idle),
            closing: ArcRwSignal::new(None),
            docked: ArcRwSignal::new(false),
            ledger: RefCell::default(),
            consents: ArcRwSignal::default(),
            writing: Rc::default(),
            ringer: ringer::Ringer::default(),
            preferences: ArcRwSignal::new(preferences::kept(&host.identity().user_id)),
            listeners: RefCell::default(),
            switching: RefCell::default(),
            question: ArcRwSignal::new(None),
            tile: tile::kept(),
            said: presence::Said::default(),
            visited: visit::Visited::default(),
            subscription: RefCell::default(),
        });
        let weak = Rc::downgrade(&engine);
        let subscription = host.subscribe(Rc::new(move |event| {
            if let Some(engine) = weak.upgrade() {
                engine.host_event(event);
            }
        }));
        *engine.subscription.borrow_mut() = Some(subscription);
        engine.look_changed();
        engine.read_consents();
        engine.listen_for_choices();
        engine.listen_for_rings();
        Self(engine)
    }

    pub(super) fn texts(&self) -> &Texts {
        &self.0.texts
    }

    /// The 1:1 calls.
    pub(super) fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// A member's picture.
    pub(super) fn avatar(&self, room: &RoomId, user: &UserId, size: u32) -> HostFuture<Option<String>> {
        self.0.host.avatar(room, user, size)
    }

    pub(super) fn view(&self) -> View {
        self.0.view.get()
    }

    /// The conference that I am in and who is there, as far as Meet has told: it tells nobody else.
    pub fn together(&self) -> Option<Together> {
        self.0.view.with(View::together)
    }

    pub(super) fn closing(&self) -> Option<Closing> {
        self.0.closing.get()
    }

    pub(super) fn docked(&self) -> bool {
        self.0.docked.get()
    }

    pub(super) fn last_pressed(&self) -> Kind {
        self.0.last_pressed.get()
    }

    /// The conferences that ring.
    pub(super) fn rings(&self) -> Vec<Ring> {
        self.0.ringer.shown.get()
    }

    /// The person says no to a room's conference.
    pub(super) fn decline(&self, room: &RoomId) {
        self.0.ring_answered(room);
    }

    /// Who signs out leaves nothing of this behind in the browser.
    #[cfg(feature = "embed")]
    pub(crate) fn forget(me: &UserId) {
        preferences::forget(me);
        ringer::forget(me);
    }

    /// What the site and the homeserver say of conferences.
    pub(super) fn site(&self) -> Rc<Site> {
        self.0.site()
    }

    /// Gives the frame the keyboard.
    pub(super) fn focus_frame(&self) {
        if let Some(frame) = self.0.frame.borrow().as_ref() {
            frame.focus();
        }
    }

    /// Gives the session something from the person.
    pub(super) fn input(&self, input: Input) {
        self.0.input(input);
    }

    /// Goes to the room of the session.
    pub(super) fn show_room(&self, room: &RoomId) {
        self.0.host.open_room(room);
    }

    /// Lets the pointer go past the frame, while it drags something that lies beside it.
    pub(super) fn let_past_frame(&self, past: bool) {
        if let Some(frame) = self.0.frame.borrow().as_ref() {
            frame.let_past(past);
        }
    }

    /// Lets the frame cover this element, until [`undock`](Self::undock).
    pub(super) fn dock(&self, element: HtmlElement, on_stage: bool) {
        self.0.places.borrow_mut().comes(element, on_stage);
        self.0.lie();
    }

    /// The element goes away.
    pub(super) fn undock(&self, element: &HtmlElement) {
        self.0.places.borrow_mut().goes(element);
        self.0.lie();
    }
}

impl Engine {
    /// Lets the frame cover the place that is its own now.
    fn lie(&self) {
        let (place, docked) = self.places.borrow().current().map(|(place, docked)| (place.clone(), docked)).unzip();
        *self.placeholder.borrow_mut() = place;
        let docked = docked.unwrap_or_default();
        if self.docked.get_untracked() != docked {
            self.docked.set(docked);
        }
    }

    fn theme(&self) -> &'static str {
        if self.host.dark() { "dark" } else { "light" }
    }

    fn site(&self) -> Rc<Site> {
        self.site.borrow().clone()
    }

    fn host_event(self: &Rc<Self>, event: &HostEvent) {
        let changed = self.rooms.keep_up(event);
        self.ringer_hears(event, changed.as_ref());
        if let Some(room) = &changed {
            self.visit_hears(room);
        }
        if let Some(room) = changed.filter(|room| self.session.borrow().watches(room)) {
            let facts = self.facts(&room);
            self.input(facts.map_or(Input::RoomGone(room), |facts| Input::RoomChanged(Box::new(facts))));
        }
        match event {
            HostEvent::WellKnownChanged => {
                // Asked before anything is borrowed.
                let site = site_of(&*self.host);
                *self.site.borrow_mut() = site;
            }
            HostEvent::LookChanged => self.look_changed(),
            HostEvent::AccountChanged => self.read_consents(),
            HostEvent::SignedOut => {
                // What waits must not begin because all that was in its way has ended.
                Calls(self.clone()).switch(switching::Input::Stay);
                self.input(Input::SignedOut);
                self.tell_visit(room_widget::Input::SignedOut);
                self.tell_ledger(Heard::SignedOut);
                self.forget_choices();
                self.forget_answers();
            }
            _ => {}
        }
        self.look_at_wish();
    }

    fn input(self: &Rc<Self>, input: Input) {
        let deal = |input| {
            let actions = self.session.borrow_mut().handle(clock::now(), input);
            for action in actions {
                self.act(action);
            }
        };
        if !self.inbox.put(input, &deal) {
            return;
        }
        let (view, closing) = {
            let session = self.session.borrow();
            (session.view(), session.closing())
        };
        if *self.view.read_untracked() != view {
            self.view_changed(&view);
            self.presence_follows(&view);
            self.view.set(view);
        }
        if *self.closing.read_untracked() != closing {
            self.closing.set(closing);
        }
    }

    fn wake_at(self: &Rc<Self>, at: Millis, alarm: fn(&Self) -> &Cell<u64>, ring: fn(&Rc<Self>)) {
        let set = alarm(self).get().wrapping_add(1);
        alarm(self).set(set);
        // A timer may ring within the millisecond before. A longer wait than a browser counts is cut short: it would ring at once.
        let wait = at.since(clock::now()).0.saturating_add(1);
        let wait = i32::try_from(wait).unwrap_or(i32::MAX).unsigned_abs();
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            TimeoutFuture::new(wait).await;
            if let Some(engine) = weak.upgrade().filter(|engine| alarm(engine).get() == set) {
                ring(&engine);
            }
        });
    }

    fn look_changed(self: &Rc<Self>) {
        self.input(Input::Look(self.theme()));
        self.tell_visit(room_widget::Input::Look(self.theme()));
    }
}

fn feed(engine: &Weak<Engine>, input: Input) {
    if let Some(engine) = engine.upgrade() {
        engine.input(input);
    }
}

/// What the site and the homeserver say of conferences.
pub(crate) fn site_of(host: &dyn Host) -> Rc<Site> {
    Rc::new(Site::read(&host.configuration(), host.client_well_known().as_ref(), &page_address()))
}

fn page_address() -> String {
    web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

fn page_is_loopback() -> bool {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .and_then(|origin| Address::read(&origin))
        .is_some_and(|origin| origin.is_loopback())
}
