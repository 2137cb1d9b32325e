//! The camera, microphone and screen of one [`CaptureId`](crate::call::media::CaptureId): carries the commands out and owns every
//! track. `request` asks the browser, `track` is one live track, `meter` measures loudness.

mod meter;
mod request;
mod track;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::{crash, js};
use crate::call::capture_attempts::Still;
use crate::call::media::{Kind, MediaCommand, MediaError, MediaEvent, Slot, Wanted};
use crate::ids::StreamId;
use request::REQUESTS;
use track::LiveTrack;

pub use meter::Meter;
pub use track::live;

/// Takes what a capture reports.
pub type Report = Rc<dyn Fn(MediaEvent)>;

/// A capture. Dropping it stops everything, and nothing is reported any more; what the browser opens later is stopped at once.
pub struct Capture(Rc<Media>);

struct Media {
    report: Report,
    /// One stream for each slot for the capture's whole life, because its id is the key of stream metadata.
    user: Option<MediaStream>,
    screen: Option<MediaStream>,
    tracks: RefCell<Vec<(Slot, Kind, LiveTrack)>>,
    muted: Cell<bool>,
    /// Counts what makes the cameras, and the screens, that are still being opened unwanted.
    camera_turn: Cell<u32>,
    screen_turn: Cell<u32>,
    released: Cell<bool>,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            report: Rc::new(|_| {}),
            user: MediaStream::new().ok(),
            screen: MediaStream::new().ok(),
            tracks: RefCell::default(),
            muted: Cell::default(),
            camera_turn: Cell::default(),
            screen_turn: Cell::default(),
            released: Cell::default(),
        }
    }
}

impl Capture {
    /// A capture without any media.
    pub fn new(report: Report) -> Self {
        Self(Rc::new(Media { report, ..Media::default() }))
    }

    /// Does this. The screen is asked for at once: it takes the person's gesture.
    pub fn command(&self, command: MediaCommand) {
        let media = &self.0;
        match command {
            MediaCommand::Open(wanted) => {
                let (media, turn) = (media.clone(), media.camera_turn.get());
                REQUESTS.with(|requests| requests.push(Box::pin(async move { media.open(wanted, turn).await })));
            }
            MediaCommand::Enable(kind, enabled) => media.enable(kind, enabled),
            MediaCommand::CloseCamera => {
                media.camera_turn.set(media.camera_turn.get().wrapping_add(1));
                media.stop(Slot::User, Some(Kind::Video));
            }
            MediaCommand::OpenScreen => media.open_screen(),
            MediaCommand::CloseScreen => {
                media.screen_turn.set(media.screen_turn.get().wrapping_add(1));
                media.stop(Slot::Screen, None);
            }
            MediaCommand::Release => media.release(),
        }
    }

    /// The stream of this slot, with whatever tracks it has at the moment.
    pub fn stream(&self, slot: Slot) -> Option<MediaStream> {
        self.0.stream(slot).cloned()
    }

    /// Measures how loud the microphone is.
    pub fn meter(&self) -> Meter {
        Meter::of(Rc::downgrade(&self.0))
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Media {
    fn stream(&self, slot: Slot) -> Option<&MediaStream> {
        match slot {
            Slot::User => self.user.as_ref(),
            Slot::Screen => self.screen.as_ref(),
        }
    }

    /// Whether nothing is to be opened or reported any more.
    fn gone(&self) -> bool {
        self.released.get() || crash::crashed()
    }

    fn report(&self, event: MediaEvent) {
        if !self.gone() {
            (self.report)(event);
        }
    }

    fn has(&self, slot: Slot, kind: Kind) -> bool {
        self.tracks.borrow().iter().any(|(its_slot, its_kind, _)| (*its_slot, *its_kind) == (slot, kind))
    }

    /// Stops the slot's tracks of this kind, or of both.
    fn stop(&self, slot: Slot, kind: Option<Kind>) {
        let goes = |its_slot: Slot, its_kind: Kind| its_slot == slot && kind.is_none_or(|kind| kind == its_kind);
        self.tracks.borrow_mut().retain(|(its_slot, its_kind, _)| !goes(*its_slot, *its_kind));
    }

    fn release(&self) {
        self.released.set(true);
        drop(self.tracks.take());
    }

    fn enable(&self, kind: Kind, enabled: bool) {
        if kind == Kind::Audio {
            self.muted.set(!enabled);
        }
        for (slot, its_kind, live) in self.tracks.borrow().iter() {
            if (*slot, *its_kind) == (Slot::User, kind) {
                live.track.set_enabled(enabled);
            }
        }
    }

    async fn open(self: Rc<Self>, wanted: Wanted, turn: u32) {
        if self.gone() {
            return;
        }
        match self.opened(&wanted, turn).await {
            Ok(camera_failed) => {
                let Some(stream) = &self.user else { return };
                self.report(MediaEvent::Opened {
                    stream: StreamId::new(stream.id()),
                    audio: self.has(Slot::User, Kind::Audio),
                    video: self.has(Slot::User, Kind::Video),
                    camera_failed,
                });
            }
            Err(error) => self.report(MediaEvent::Failed(error)),
        }
    }

    async fn opened(self: &Rc<Self>, wanted: &Wanted, turn: u32) -> Result<Option<MediaError>, MediaError> {
        let devices = request::media_devices()?;
        // Some systems give a device to one track only, so the old one makes room first.
        for (kind, wanted) in [(Kind::Audio, &wanted.audio), (Kind::Video, &wanted.video)] {
            if wanted.is_some() {
                self.stop(Slot::User, Some(kind));
            }
        }
        let still = || match (self.gone(), self.camera_turn.get() == turn) {
            (true, _) => Still::Nothing,
            (false, true) => Still::Everything,
            (false, false) => Still::NoCamera,
        };
        let opened = request::open(&devices, wanted, still).await?;
        for track in opened.tracks {
            let video = track.kind() == "video";
            // Chromium can hand out a track that is switched off.
            track.set_enabled(video || !self.muted.get());
            if video && self.camera_turn.get() != turn {
                track.stop();
            } else {
                self.put(Slot::User, track);
            }
        }
        Ok(opened.camera_failed)
    }

    fn open_screen(self: &Rc<Self>) {
        let (media, turn) = (self.clone(), self.screen_turn.get());
        let asked = request::ask_for_screen();
        wasm_bindgen_futures::spawn_local(async move {
            let stream = match asked {
                Ok(promise) => js::settled(promise).await.map_err(|error| request::screen_error(&error)),
                Err(error) => Err(error),
            };
            let wanted = media.screen_turn.get() == turn;
            match stream {
                Ok(stream) => media.screen_opened(stream, wanted),
                Err(error) if wanted => media.report(MediaEvent::ScreenFailed(error)),
                Err(_) => {}
            }
        });
    }

    fn screen_opened(self: &Rc<Self>, stream: JsValue, wanted: bool) {
        let tracks = request::tracks(stream);
        let Some(stream) = self.screen.as_ref().filter(|_| wanted) else {
            tracks.iter().for_each(MediaStreamTrack::stop);
            return;
        };
        self.stop(Slot::Screen, None);
        for track in tracks {
            self.put(Slot::Screen, track);
        }
        self.report(MediaEvent::ScreenOpened {
            stream: StreamId::new(stream.id()),
            audio: self.has(Slot::Screen, Kind::Audio),
        });
    }

    /// Owns the track from now on; stops it when the capture is gone meanwhile.
    fn put(self: &Rc<Self>, slot: Slot, track: MediaStreamTrack) {
        let Some(stream) = self.stream(slot).filter(|_| !self.gone()) else {
            track.stop();
            return;
        };
        let kind = if track.kind() == "video" { Kind::Video } else { Kind::Audio };
        let weak = Rc::downgrade(self);
        let ended = Box::new(move || {
            if let Some(media) = weak.upgrade() {
                media.stop(slot, Some(kind));
                media.report(MediaEvent::Ended(slot, kind));
            }
        });
        self.tracks.borrow_mut().push((slot, kind, LiveTrack::put(track, stream, ended)));
    }
}
