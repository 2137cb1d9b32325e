//! What a client is made of while it runs, shared by its handles and, weakly, by its futures.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use data_encoding::BASE32_NOPAD;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{clock, random};
use crate::host::{HostError, LiveBatch};
use crate::ids::RoomId;
use crate::matrix::answer::ends_session;
use crate::matrix::backoff::Backoff;
use crate::matrix::bell::Bell;
use crate::matrix::client::Change;
use crate::matrix::images::Images;
use crate::matrix::outbox::Outbox;
use crate::matrix::store::{Changes, Store};
use crate::matrix::view::{Connection, Session};
use crate::matrix::{keeping, polling, snapshot};
use crate::meet::server::WellKnownMemory;
use crate::ordered::Set;
use crate::time::Millis;

/// How long a change may wait before it is kept for the next start.
const KEEP_AFTER: Millis = Millis::seconds(30);
/// The same after the first sync, which is the one that is worth keeping.
const KEEP_FIRST_AFTER: Millis = Millis::seconds(2);

type Listener = Rc<dyn Fn(&Change)>;

/// The plain data. Borrowed only between awaits, and never while a listener is called.
pub(super) struct State {
    pub(super) store: Store,
    pub(super) outbox: Outbox,
    pub(super) connection: Connection,
    pub(super) backoff: Backoff,
    pub(super) well_known: WellKnownMemory,
    pub(super) images: Images,
    /// `since` is from before this start, and no sync has succeeded yet.
    pub(super) since_kept: bool,
    /// Rooms whose members are being asked for on behalf of calls, were, or were refused; once each after every gap.
    pub(super) members_asked: Set<RoomId>,
    /// Something changed since the snapshot was written.
    unkept: bool,
    transactions: u64,
}

pub(super) struct Running {
    pub(super) session: Session,
    pub(super) state: RefCell<State>,
    /// Rings once, at the end.
    pub(super) stopped: Rc<Bell>,
    /// Rings when a sync is to be tried at once.
    pub(super) wake: Rc<Bell>,
    /// Rooms that a call's events left for, and that are not encrypted since. Beside the state, which a panic may leave borrowed.
    spoken: RefCell<Set<RoomId>>,
    started: Cell<bool>,
    listeners: RefCell<Vec<(u64, Listener)>>,
    next_listener: Cell<u64>,
    keep_timer: RefCell<Option<Timeout>>,
    browser_events: RefCell<Vec<EventListener>>,
    /// Tells this page's transactions from those of another.
    page: String,
}

impl Running {
    pub(super) fn new(session: Session) -> Self {
        let state = State {
            store: Store::new(session.user_id.clone()),
            outbox: Outbox::default(),
            connection: Connection::Starting,
            backoff: Backoff::default(),
            well_known: WellKnownMemory::default(),
            images: Images::new(),
            since_kept: false,
            members_asked: Set::default(),
            unkept: false,
            transactions: 0,
        };
        let page = random::bytes::<8>()
            .map_or_else(|| clock::now().0.to_string(), |bytes| BASE32_NOPAD.encode(&bytes).to_ascii_lowercase());
        Self {
            session,
            state: RefCell::new(state),
            stopped: Rc::default(),
            wake: Rc::default(),
            spoken: RefCell::default(),
            started: Cell::new(false),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
            keep_timer: RefCell::new(None),
            browser_events: RefCell::default(),
            page,
        }
    }

    /// True the first time.
    pub(super) fn begin(&self) -> bool {
        !self.started.replace(true) && !self.stopped.has_rung()
    }

    /// Listens to what the browser says: back online or back in view means trying again, going away means keeping.
    pub(super) fn listen_to_browser(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let when = |target: &web_sys::EventTarget, event: &'static str, act: fn(&Rc<Self>)| {
            let weak = Rc::downgrade(self);
            EventListener::new(target, event, move |_| {
                if let Some(running) = weak.upgrade() {
                    act(&running);
                }
            })
        };
        let mut events =
            vec![when(&window, "online", |running| running.wake.ring()), when(&window, "pagehide", Self::keep_now)];
        if let Some(document) = window.document() {
            events.push(when(&document, "visibilitychange", |running| {
                let hidden = web_sys::window()
                    .and_then(|window| window.document())
                    .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Hidden);
                if hidden {
                    running.keep_now();
                } else {
                    running.wake.ring();
                }
            }));
        }
        *self.browser_events.borrow_mut() = events;
    }

    pub(super) fn add_listener(&self, listener: Listener) -> u64 {
        let id = self.next_listener.get();
        self.next_listener.set(id.wrapping_add(1));
        self.listeners.borrow_mut().push((id, listener));
        id
    }

    pub(super) fn remove_listener(&self, id: u64) {
        // Dropped after the borrow ends: what a listener holds may subscribe or unsubscribe when it goes.
        let removed: Vec<_> = self.listeners.borrow_mut().extract_if(.., |(known, _)| *known == id).collect();
        drop(removed);
    }

    /// Tells everyone who still listens.
    pub(super) fn tell(&self, change: &Change) {
        let listeners = self.listeners.borrow().clone();
        for (id, listener) in listeners {
            let listens = self.listeners.borrow().iter().any(|(known, _)| *known == id);
            if listens {
                listener(change);
            }
        }
    }

    /// Notes that an event left for this room in clear, as it may.
    pub(super) fn spoke_in_clear(&self, room: &RoomId) {
        self.spoken.borrow_mut().insert(room.clone());
    }

    /// Whether an event left for this room in clear before, and another may follow. Asks nothing that can be borrowed in a panic.
    pub(super) fn spoke_in_clear_before(&self, room: &RoomId) -> bool {
        self.spoken.try_borrow().is_ok_and(|rooms| rooms.contains(room))
    }

    /// Forgets the rooms that no event may leave for any more.
    pub(super) fn check_clear_rooms(&self) {
        let state = self.state.borrow();
        self.spoken.borrow_mut().retain(|room| state.store.in_clear(room));
    }

    /// Tells what an answer changed: calls first, so that a hang-up comes before the leaving that follows it.
    pub(super) fn tell_all(&self, changes: Changes) {
        if changes.live != LiveBatch::default() {
            self.tell(&Change::Live(Rc::new(changes.live)));
        }
        if changes.account {
            self.tell(&Change::Account);
        }
        for room in changes.anew {
            self.tell(&Change::Anew(room));
        }
        for news in changes.state {
            self.tell(&Change::State(Rc::new(news)));
        }
        let rooms_changed = changes.direct || !changes.rooms.is_empty();
        for room in changes.rooms {
            self.tell(&Change::Room(room));
        }
        if rooms_changed {
            self.tell(&Change::Rooms);
        }
    }

    /// Tells that a room, and with it the list, may look different.
    pub(super) fn tell_room(&self, room: &RoomId) {
        self.tell(&Change::Room(room.clone()));
        self.tell(&Change::Rooms);
    }

    pub(super) fn set_connection(&self, connection: Connection) {
        let changed = std::mem::replace(&mut self.state.borrow_mut().connection, connection.clone()) != connection;
        if changed {
            self.tell(&Change::Connection);
        }
    }

    /// Looks at an error of any request: it may end the session.
    pub(super) fn note(&self, error: &HostError) {
        if ends_session(error) {
            self.end();
        }
    }

    /// The session is over: stops everything and forgets what was kept.
    pub(super) fn end(&self) {
        self.stop();
        polling::forget();
        spawn_local(keeping::wipe());
        self.set_connection(Connection::SignedOut);
    }

    pub(super) fn stop(&self) {
        self.stopped.ring();
        self.keep_timer.take();
        self.browser_events.take();
    }

    /// An id that no other message of this or another page has.
    pub(super) fn new_transaction(&self) -> String {
        let number = &mut self.state.borrow_mut().transactions;
        *number += 1;
        format!("meet-in-chat.{}.{number}", self.page)
    }

    /// Notes that there is something new to keep.
    pub(super) fn keep_soon(self: &Rc<Self>, is_first: bool) {
        self.state.borrow_mut().unkept = true;
        let mut timer = self.keep_timer.borrow_mut();
        if timer.is_some() && !is_first {
            return;
        }
        let weak = Rc::downgrade(self);
        let wait = if is_first { KEEP_FIRST_AFTER } else { KEEP_AFTER };
        let wait = u32::try_from(wait.0).unwrap_or(u32::MAX);
        *timer = Some(Timeout::new(wait, move || {
            if let Some(running) = weak.upgrade() {
                running.keep_timer.take();
                running.keep_now();
            }
        }));
    }

    /// Keeps what changed.
    pub(super) fn keep_now(self: &Rc<Self>) {
        let text = {
            let mut state = self.state.borrow_mut();
            if self.stopped.has_rung() || !std::mem::take(&mut state.unkept) {
                return;
            }
            snapshot::write(&state.store, &self.session.device_id)
        };
        let stopped = self.stopped.clone();
        spawn_local(async move {
            match text {
                Some(text) => keeping::write(&text).await,
                None => keeping::wipe().await,
            }
            if stopped.has_rung() {
                keeping::wipe().await;
            }
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The client, when it still runs.
pub(super) fn alive(weak: &Weak<Running>) -> Option<Rc<Running>> {
    weak.upgrade().filter(|running| !running.stopped.has_rung())
}
