//! The 1:1 calls of a page: carries out what `call::Switchboard` decides. The JS objects it owns (peer connections, captures,
//! sounds) stay outside the reactive graph; the signals hold plain data.
//!
//! Here is what the views use; `engine` turns actions into effects, `page` listens to the chat and the page, `ringing` shows
//! a ring on a page that nobody sees, `farewell` ends all calls before the session does, `last_words` is for a program that dies.

mod engine;
mod farewell;
mod last_words;
mod page;
mod ringing;

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlMediaElement};

use crate::browser::capture::Meter;
use crate::browser::{devices, js, notification, picture, random};
use crate::call::media::{CaptureId, Kind, Slot};
use crate::call::peer::PeerId;
use crate::call::settings::Preferences;
use crate::call::view::{CallKey, CallsView};
use crate::call::vocabulary::{Deed, Place, PreviewDeed};
use crate::call::{Input, scene};
use crate::host::Host;
use crate::ids::{RoomId, StreamId};
use crate::locale::Texts;
use engine::Engine;

pub use crate::call::devices::{Device, Devices};
pub use last_words::crashed;
#[cfg(feature = "embed")]
pub(crate) use page::left_calls;

/// The 1:1 calls of one page. Cloning gives another handle to the same ones; dropping the last one ends them.
#[derive(Clone)]
pub struct PeerCalls(Rc<Engine>);

impl PeerCalls {
    /// The 1:1 calls over this chat.
    pub fn new(host: Rc<dyn Host>, texts: Texts) -> Self {
        Self(Engine::start(host, texts))
    }

    /// What there is to see; tracks.
    pub fn view(&self) -> CallsView {
        self.0.view.get()
    }

    /// The same as a signal.
    pub(super) fn shown(&self) -> ArcRwSignal<CallsView> {
        self.0.view.clone()
    }

    /// The machine's devices; tracks. Looked up when first asked and on every `devicechange`.
    pub fn devices(&self) -> Devices {
        if !self.0.devices_asked.get() {
            self.0.look_up_devices();
        }
        self.0.devices.get()
    }

    /// The person's choices.
    pub fn preferences(&self) -> Preferences {
        self.0.preferences()
    }

    /// Whether media goes through a TURN server only, by the person's choice or the site's default.
    pub fn relay_only(&self) -> bool {
        self.0.switchboard.borrow().relay_only()
    }

    /// Whether people may be offered calls without a relay.
    pub fn may_go_direct(&self) -> bool {
        self.0.switchboard.borrow().may_go_direct()
    }

    /// The servers that a person is asked about when the homeserver names none.
    pub fn fallback_names(&self) -> Vec<String> {
        self.0.switchboard.borrow().fallback_names()
    }

    /// Changes the person's choices.
    pub fn prefer(&self, preferences: Preferences) {
        self.0.prefer(preferences);
    }

    /// Whether this browser lets people share a screen.
    pub fn can_share_screen(&self) -> bool {
        devices::can_share_screen()
    }

    /// Calls the other person of this room.
    pub fn place(&self, room: &RoomId, video: bool) {
        if let Some(place) = self.placing(room, video) {
            self.input(place);
        }
    }

    /// What is told to call the other person of this room; `None` while the room is not known.
    pub(super) fn placing(&self, room: &RoomId, video: bool) -> Option<Input> {
        let (room, random) = (self.0.room(room)?, random::bytes()?);
        Some(Input::Place(Box::new(Place { room, video, random })))
    }

    /// Does something to a call.
    pub fn act(&self, call: CallKey, deed: Deed) {
        self.input(Input::Do(call, deed));
    }

    /// Does something in the preview.
    pub fn preview(&self, deed: PreviewDeed) {
        self.0.input(Input::Preview(deed));
    }

    /// A notice was read.
    pub fn dismiss(&self, call: CallKey) {
        self.0.input(Input::Dismiss(call));
    }

    /// Somebody is about to call: hovers over a button.
    pub fn warm(&self) {
        self.0.input(Input::Warm);
    }

    /// Anything that happens.
    pub fn input(&self, input: Input) {
        if matches!(input, Input::Place(_) | Input::Do(_, Deed::Accept { .. })) {
            notification::ask();
        }
        self.0.input(input);
    }

    /// Lets an element show or play a stream of the other side; `None` empties it.
    pub fn attach_remote(&self, element: &HtmlMediaElement, connection: PeerId, stream: Option<&StreamId>) {
        show(element, stream.and_then(|stream| self.0.remote(connection, stream)).as_ref());
    }

    /// Lets an element show what I send.
    pub fn attach_local(&self, element: &HtmlMediaElement, capture: CaptureId, slot: Slot) {
        show(element, self.0.stream(capture, slot).as_ref());
    }

    /// Measures how loud my microphone is, as long as it is kept.
    pub fn meter(&self, capture: CaptureId) -> Option<Meter> {
        self.0.meter(capture)
    }

    /// The chosen loudspeaker, empty for the system's choice; tracks.
    pub fn speaker(&self) -> String {
        self.0.speaker.get().unwrap_or_default()
    }

    /// Lets an element play through a loudspeaker.
    pub fn route_sound(&self, element: &HtmlMediaElement, speaker: &str) {
        if js::text(element, "sinkId").is_some_and(|now| now != speaker) {
            js::forget(js::call(element, "setSinkId", &[&speaker.into()]));
        }
    }

    /// Chooses a device of this kind for all calls, and for the one that is going on.
    pub fn choose(&self, kind: Kind, device: Option<String>) {
        let view = self.0.view.get_untracked();
        match scene::chosen(&view, &self.preferences(), kind, device) {
            Input::Preferences(preferences) => self.prefer(preferences),
            input => self.input(input),
        }
    }

    /// Chooses the loudspeaker.
    pub fn choose_speaker(&self, device: Option<String>) {
        self.prefer(Preferences { speaker: device, ..self.preferences() });
    }

    /// Whether this browser can show a call in a small window that stays on top.
    pub fn can_pop_out(&self) -> bool {
        picture::possible()
    }

    /// Whether it can show a whole panel there, and not only a video.
    pub fn has_windows_on_top(&self) -> bool {
        js::has(&js::get(&js_sys::global(), "documentPictureInPicture"), "requestWindow")
    }

    /// Moves this element, which holds a call's panel, into a small window that stays on top, and back when the window is closed;
    /// again, and it comes back at once. Where the browser has no such windows, its large picture goes into one of the browser's own.
    pub fn pop_out(&self, panel: &HtmlElement) {
        self.0.pop_out(panel);
    }

    /// Brings the panel back from the small window. Whether it was there.
    pub fn pop_in(&self) -> bool {
        self.0.pop_in()
    }

    /// Whether a panel is in a small window; tracks.
    pub fn popped_out(&self) -> bool {
        self.0.popped_out.get()
    }
}

/// Touches the element only where something differs: setting the same stream again makes it start anew.
fn show(element: &HtmlMediaElement, stream: Option<&web_sys::MediaStream>) {
    if element.src_object().as_ref() != stream {
        element.set_src_object(stream);
        if stream.is_some() {
            // Refused before the first gesture on the page; `autoplay` then tries again.
            js::forget(js::call(element, "play", &[]));
        }
    }
}
