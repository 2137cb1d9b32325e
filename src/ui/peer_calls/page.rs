//! What the chat and the page tell the 1:1 calls.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use serde_json::Value;
use web_sys::StorageEvent;

use super::engine::{Engine, PREFERENCES, feed};
use crate::browser::storage::{self, session};
use crate::browser::tabs::{TabEvent, Tabs};
use crate::browser::{devices, js, random};
use crate::call::settings::{Preferences, SiteSettings};
use crate::call::sift::{Sifted, sift};
use crate::call::vocabulary::Kept;
use crate::call::{Input, scene};
use crate::host::{Host, HostEvent, LiveBatch};
use crate::ids::{RoomId, UserId};

/// Where an account's calls that go on are kept over a reload: a page may have two accounts, and neither can end the other's.
pub(super) fn kept_of(me: &UserId) -> String {
    ["meet_in_chat.kept_calls.", me.as_str()].concat()
}

/// Whether the page before this one left calls to be ended or taken up.
#[cfg(feature = "embed")]
pub(crate) fn left_calls(me: &UserId) -> bool {
    session::holds(&kept_of(me))
}

/// Says that the tab's page has gone away since: a tab that the browser copies has the kept calls of one that lives.
pub(super) fn gone_of(me: &UserId) -> String {
    ["meet_in_chat.page_gone.", me.as_str()].concat()
}

/// What the person chose before, here or in another tab.
pub(super) fn kept_preferences() -> Preferences {
    Preferences::read(&storage::read(PREFERENCES).unwrap_or_default())
}

pub(super) fn site_settings(host: &dyn Host) -> SiteSettings {
    SiteSettings::read(&host.configuration(), host.client_well_known().as_ref())
}

/// Listens from now on, and gives what the page before left behind.
pub(super) fn listen(engine: &Rc<Engine>) {
    let weak = Rc::downgrade(engine);
    let subscription = engine.host.subscribe(Rc::new(move |event| {
        if let Some(engine) = weak.upgrade() {
            host_event(&engine, event);
        }
    }));
    *engine.subscription.borrow_mut() = Some(subscription);

    let me = engine.host.identity().user_id;
    let weak = Rc::downgrade(engine);
    let report = Rc::new(move |event| {
        feed(
            &weak,
            match event {
                TabEvent::Word(word) => Input::Tab(word),
                TabEvent::Leading => Input::Leading(true),
            },
        );
    });
    *engine.tabs.borrow_mut() = Some(Tabs::new(&me, report));

    listen_to_page(engine);

    let (kept, gone) = (session::take(&kept_of(&me)), session::take(&gone_of(&me)));
    if let (Some(Value::Array(kept)), Some(Value::Bool(true))) = (kept, gone) {
        engine.input(Input::Kept(kept.iter().filter_map(Kept::read).collect()));
        if engine.host.online() {
            engine.input(Input::Online);
        }
    }
}

fn listen_to_page(engine: &Rc<Engine>) {
    let mut listeners = engine.listeners.borrow_mut();
    let weak = Rc::downgrade(engine);
    listeners.extend(devices::on_change(move || {
        // A page in which nobody has called yet does not look at devices.
        if let Some(engine) = weak.upgrade().filter(|engine| engine.devices_asked.get()) {
            engine.look_up_devices();
        }
    }));
    let Some(window) = web_sys::window() else { return };
    let (weak, gone) = (Rc::downgrade(engine), gone_of(&engine.host.identity().user_id));
    listeners.push(EventListener::new(&window, "pagehide", move |_| {
        feed(&weak, Input::PageHidden);
        session::write(&gone, &true.into());
    }));
    let weak = Rc::downgrade(engine);
    listeners.push(EventListener::new(&window, "pageshow", move |_| feed(&weak, Input::PageShown)));
    let weak = Rc::downgrade(engine);
    listeners.push(EventListener::new(&window, "storage", move |event| {
        let ours = wasm_bindgen::JsCast::dyn_ref::<StorageEvent>(event)
            .is_some_and(|event| event.key().as_deref() == Some(PREFERENCES));
        if ours {
            feed(&weak, Input::Preferences(kept_preferences()));
        }
    }));
    let weak = Rc::downgrade(engine);
    let options = EventListenerOptions::enable_prevent_default();
    listeners.push(EventListener::new_with_options(&window, "beforeunload", options, move |event| {
        if weak.upgrade().is_some_and(|engine| scene::is_spoken_in(&engine.switchboard.borrow().view())) {
            event.prevent_default();
            // Some browsers look only at this.
            js::set(event, "returnValue", &true.into());
        }
    }));
    let Some(document) = window.document() else { return };
    let weak = Rc::downgrade(engine);
    listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
        if let Some(engine) = weak.upgrade() {
            engine.show();
        }
    }));
}

fn host_event(engine: &Rc<Engine>, event: &HostEvent) {
    match event {
        HostEvent::Live(live) => {
            if let Some(input) = batch(engine, (**live).clone()) {
                engine.input(input);
            }
        }
        HostEvent::RoomChanged(room) => room_changed(engine, room),
        HostEvent::StateChanged(news) => room_changed(engine, &news.room),
        HostEvent::AccountChanged => engine.input(account(engine)),
        HostEvent::WellKnownChanged => engine.input(Input::Site(site_settings(engine.host.as_ref()))),
        HostEvent::SignedOut => engine.input(Input::SignedOut),
        HostEvent::ConnectionChanged if engine.host.online() => engine.input(Input::Online),
        HostEvent::ConnectionChanged | HostEvent::LookChanged => {}
    }
}

fn room_changed(engine: &Rc<Engine>, room: &RoomId) {
    let watches = engine.switchboard.borrow().watches(room);
    if watches {
        let facts = engine.room(room);
        engine.input(facts.map_or_else(|| Input::RoomGone(room.clone()), |facts| Input::RoomChanged(Box::new(facts))));
    }
}

/// What my account says of calls and of those who call.
fn account(engine: &Engine) -> Input {
    let callers = engine.switchboard.borrow().view().calls.into_iter().map(|call| call.peer);
    let ignored = callers.filter(|user| engine.host.is_ignored(user)).collect();
    Input::Account { ring_allowed: engine.host.ring_allowed(), ignored }
}

/// A batch with what the host knows of its rooms and senders; `None` when it has nothing to do with calls.
pub(super) fn batch(engine: &Engine, mut batch: LiveBatch) -> Option<Input> {
    if !engine.switchboard.borrow().listens() {
        return None;
    }
    let watches = |room: &RoomId| engine.switchboard.borrow().watches(room);
    let Sifted { rooms, senders } = sift(&mut batch, &watches, &|room| engine.host.may_ring_in(room))?;
    let rooms = rooms.iter().filter_map(|room| engine.room(room)).collect();
    let ignored = senders.into_iter().filter(|sender| engine.host.is_ignored(sender)).collect();
    let (ring_allowed, random) = (engine.host.ring_allowed(), random::bytes()?);
    Some(Input::Batch { batch: Box::new(batch), rooms, ignored, ring_allowed, random })
}
