//! Gives the switchboard what happens and does what it says.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlMediaElement, MediaStream};

use super::last_words;
use super::page;
use super::ringing;
use crate::browser::capture::{Capture, Meter};
use crate::browser::peer::Peer;
use crate::browser::picture::{self, Picture};
use crate::browser::sound::Sounds;
use crate::browser::storage::{self, session};
use crate::browser::tabs::Tabs;
use crate::browser::unseen::Unseen;
use crate::browser::wake_lock::WakeLock;
use crate::browser::{clock, devices};
use crate::call::devices::Devices;
use crate::call::media::{CaptureId, MediaCommand, MediaEvent, Slot};
use crate::call::peer::{PeerCommand, PeerId};
use crate::call::room::CallRoom;
use crate::call::settings::Preferences;
use crate::call::view::CallsView;
use crate::call::vocabulary::Kept;
use crate::call::{Action, Input, Switchboard, scene};
use crate::host::{Host, Subscription};
use crate::ids::{RoomId, StreamId};
use crate::inbox::Inbox;
use crate::locale::Texts;
use crate::time::Millis;

/// Where the person's choices are kept.
pub(super) const PREFERENCES: &str = "meet_in_chat.calls";
/// The small window, in CSS pixels.
const PICTURE: (u32, u32) = (400, 300);

pub(super) struct Engine {
    pub(super) host: Rc<dyn Host>,
    pub(super) texts: Texts,
    pub(super) switchboard: RefCell<Switchboard>,
    pub(super) view: ArcRwSignal<CallsView>,
    pub(super) devices: ArcRwSignal<Devices>,
    pub(super) devices_asked: Cell<bool>,
    pub(super) popped_out: ArcRwSignal<bool>,
    /// The chosen loudspeaker.
    pub(super) speaker: ArcRwSignal<Option<String>>,
    inbox: Inbox<Input>,
    /// Counts the alarms, so that only the latest rings.
    alarm: Cell<u64>,
    captures: RefCell<Vec<(CaptureId, Capture)>>,
    peers: RefCell<Vec<(PeerId, Peer)>>,
    sounds: Sounds,
    pub(super) tabs: RefCell<Option<Tabs>>,
    pub(super) unseen: Unseen,
    wake_lock: RefCell<Option<WakeLock>>,
    picture: RefCell<Option<Picture>>,
    pub(super) listeners: RefCell<Vec<EventListener>>,
    pub(super) subscription: RefCell<Option<Subscription>>,
}

impl Engine {
    pub(super) fn start(host: Rc<dyn Host>, texts: Texts) -> Rc<Self> {
        let me = host.identity().user_id;
        let preferences = page::kept_preferences();
        let speaker = ArcRwSignal::new(preferences.speaker.clone());
        let switchboard = Switchboard::new(me, preferences, page::site_settings(host.as_ref()));
        let engine = Rc::new(Self {
            host,
            texts,
            switchboard: RefCell::new(switchboard),
            view: ArcRwSignal::default(),
            devices: ArcRwSignal::default(),
            devices_asked: Cell::default(),
            popped_out: ArcRwSignal::new(false),
            speaker,
            inbox: Inbox::default(),
            alarm: Cell::default(),
            captures: RefCell::default(),
            peers: RefCell::default(),
            sounds: Sounds::new(),
            tabs: RefCell::default(),
            unseen: Unseen::default(),
            wake_lock: RefCell::default(),
            picture: RefCell::default(),
            listeners: RefCell::default(),
            subscription: RefCell::default(),
        });
        page::listen(&engine);
        engine
    }

    pub(super) fn input(self: &Rc<Self>, input: Input) {
        let deal = |input| {
            let actions = self.switchboard.borrow_mut().handle(clock::now(), input);
            for action in actions {
                self.act(action);
            }
        };
        if !self.inbox.put(input, &deal) {
            return;
        }
        self.show();
    }

    fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::Send { token, room, event_type, content, transaction, last_word } => {
                if last_word {
                    self.host.send_last_word(&room, event_type, content, &transaction);
                    return;
                }
                let sending = self.host.send_event(&room, event_type, content, &transaction);
                self.later(async move { Some(Input::Sent { token, result: sending.await }) });
            }
            Action::FetchTurn => {
                let asking = self.host.turn_server();
                self.later(async move { Some(Input::Turn(asking.await)) });
            }
            Action::FetchSince { room, event } => {
                let fetching = self.host.events_since(&room, event.as_ref());
                let weak = Rc::downgrade(self);
                self.later(async move { page::batch(&*weak.upgrade()?, fetching.await.ok()?) });
            }
            Action::Media(capture, command) => self.tell_capture(capture, command),
            Action::Peer(peer, command) => self.tell_peer(peer, command),
            Action::PrepareToEncrypt(room) => self.host.prepare_to_encrypt(&room),
            Action::KeepPreferences(preferences) => storage::write(PREFERENCES, &preferences.write()),
            Action::Keep(calls) => {
                let me = self.host.identity().user_id;
                session::remove(&page::gone_of(&me));
                if calls.is_empty() {
                    session::remove(&page::kept_of(&me));
                } else {
                    session::write(&page::kept_of(&me), &calls.iter().map(Kept::write).collect());
                }
            }
            Action::LastWords(words) => last_words::set(self.host.clone(), words),
            Action::TellTabs(word) => {
                if let Some(tabs) = self.tabs.borrow().as_ref() {
                    tabs.tell(&word);
                }
            }
            Action::Compete(compete) => {
                if let Some(tabs) = self.tabs.borrow().as_ref() {
                    tabs.compete(compete);
                }
            }
            Action::Play(sound) => self.sounds.play(sound),
            Action::WakeAt(at) => self.wake_at(at),
        }
    }

    /// Takes the input that comes of it, unless the calls are gone by then.
    fn later(self: &Rc<Self>, result: impl Future<Output = Option<Input>> + 'static) {
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            if let Some(input) = result.await {
                feed(&weak, input);
            }
        });
    }

    fn wake_at(self: &Rc<Self>, at: Millis) {
        let alarm = self.alarm.get().wrapping_add(1);
        self.alarm.set(alarm);
        // A longer wait than a browser counts is cut short: waking early does no harm.
        let wait = i32::try_from(at.since(clock::now()).0).unwrap_or(i32::MAX).unsigned_abs();
        let weak = Rc::downgrade(self);
        self.later(async move {
            TimeoutFuture::new(wait).await;
            weak.upgrade().filter(|engine| engine.alarm.get() == alarm).map(|_| Input::Wake)
        });
    }

    fn tell_capture(self: &Rc<Self>, id: CaptureId, command: MediaCommand) {
        let mut captures = self.captures.borrow_mut();
        if command == MediaCommand::Release {
            captures.retain(|(other, _)| *other != id);
            return;
        }
        if !captures.iter().any(|(other, _)| *other == id) {
            let weak = Rc::downgrade(self);
            let report = Rc::new(move |event| {
                if let (MediaEvent::Opened { .. }, Some(engine)) = (&event, weak.upgrade()) {
                    // Only now does the browser tell their names.
                    engine.look_up_devices();
                }
                feed(&weak, Input::Media(id, event));
            });
            captures.push((id, Capture::new(report)));
        }
        drop(captures);
        if let Some((_, capture)) = self.captures.borrow().iter().find(|(other, _)| *other == id) {
            capture.command(command);
        }
    }

    fn tell_peer(self: &Rc<Self>, id: PeerId, command: PeerCommand) {
        let mut peers = self.peers.borrow_mut();
        if command == PeerCommand::Close {
            peers.retain(|(other, _)| *other != id);
            return;
        }
        if matches!(command, PeerCommand::Open(_)) {
            let (weak, of_captures) = (Rc::downgrade(self), Rc::downgrade(self));
            let report = Rc::new(move |event| feed(&weak, Input::Peer(id, event)));
            let streams = Rc::new(move |capture, slot| of_captures.upgrade()?.stream(capture, slot));
            peers.push((id, Peer::new(streams, report)));
        }
        if let Some((_, peer)) = peers.iter().find(|(other, _)| *other == id) {
            peer.command(command);
        }
    }

    /// Lets people see what is new.
    pub(super) fn show(self: &Rc<Self>) {
        let view = self.switchboard.borrow().view();
        ringing::show(self, &view);
        let on = scene::keeps_screen_on(&view);
        let mut wake_lock = self.wake_lock.borrow_mut();
        if on != wake_lock.is_some() {
            *wake_lock = on.then(WakeLock::hold);
        }
        if *self.view.read_untracked() != view {
            self.view.set(view);
        }
        let speaker = self.preferences().speaker;
        if *self.speaker.read_untracked() != speaker {
            self.speaker.set(speaker);
        }
    }

    pub(super) fn room(&self, room: &RoomId) -> Option<CallRoom> {
        CallRoom::read(&self.host.room(room)?, &self.host.identity().user_id, self.host.can_encrypt())
    }

    pub(super) fn preferences(&self) -> Preferences {
        self.switchboard.borrow().preferences().clone()
    }

    pub(super) fn prefer(self: &Rc<Self>, preferences: Preferences) {
        storage::write(PREFERENCES, &preferences.write());
        self.input(Input::Preferences(preferences));
    }

    pub(super) fn stream(&self, capture: CaptureId, slot: Slot) -> Option<MediaStream> {
        let captures = self.captures.borrow();
        captures.iter().find(|(other, _)| *other == capture).and_then(|(_, capture)| capture.stream(slot))
    }

    pub(super) fn remote(&self, peer: PeerId, stream: &StreamId) -> Option<MediaStream> {
        let peers = self.peers.borrow();
        peers.iter().find(|(other, _)| *other == peer).and_then(|(_, peer)| peer.remote(stream))
    }

    pub(super) fn meter(&self, capture: CaptureId) -> Option<Meter> {
        let captures = self.captures.borrow();
        captures.iter().find(|(other, _)| *other == capture).map(|(_, capture)| capture.meter())
    }

    pub(super) fn look_up_devices(self: &Rc<Self>) {
        self.devices_asked.set(true);
        let weak = Rc::downgrade(self);
        self.later(async move {
            let devices = devices::list().await?;
            let engine = weak.upgrade()?;
            let before = engine.devices.get_untracked();
            if devices == before {
                return None;
            }
            let gone = devices.gone(&before, &engine.preferences());
            engine.devices.set(devices);
            (!gone.is_empty()).then_some(Input::DevicesGone(gone))
        });
    }

    pub(super) fn pop_out(self: &Rc<Self>, panel: &HtmlElement) {
        if self.pop_in() {
            return;
        }
        let (weak, panel) = (Rc::downgrade(self), panel.clone());
        spawn_local(async move {
            let closed = weak.clone();
            let closed = move || {
                if let Some(engine) = closed.upgrade() {
                    engine.pop_in();
                }
            };
            let picture = Picture::open(&panel, PICTURE, closed).await;
            let Some(engine) = weak.upgrade() else { return };
            if picture.is_some() {
                *engine.picture.borrow_mut() = picture;
                engine.popped_out.set(true);
            } else if let Ok(Some(video)) = panel.query_selector(".meet-main video") {
                picture::show_video(wasm_bindgen::JsCast::unchecked_ref::<HtmlMediaElement>(&video));
            }
        });
    }

    /// Whether there was a window to close.
    pub(super) fn pop_in(&self) -> bool {
        let picture = self.picture.borrow_mut().take();
        if picture.is_none() {
            return false;
        }
        drop(picture);
        self.popped_out.set(false);
        true
    }
}

pub(super) fn feed(engine: &Weak<Engine>, input: Input) {
    if let Some(engine) = engine.upgrade() {
        engine.input(input);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        last_words::forget(&self.host.identity().user_id);
    }
}
