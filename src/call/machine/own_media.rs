//! What one call has of camera, microphone and screen, and what was asked of them (`calls-1to1.md` 3.1 to 3.3). Knows no call.

use crate::call::desk::Desk;
use crate::call::event::StreamMetadata;
use crate::call::media::{CaptureId, Kind, MediaCommand, MediaError, MediaEvent, Wanted};
use crate::call::view::{Camera, Screen};
use crate::ids::StreamId;
use crate::time::Millis;

/// The camera's device is freed this long after its picture went black, so that a black frame is the last one seen.
const CAMERA_LINGERS: Millis = Millis(120);

/// My media in one call.
#[derive(Clone, Debug, Default)]
pub(in crate::call) struct Media {
    pub(super) capture: Option<CaptureId>,
    /// What was asked of the devices and is not answered yet.
    opening: Option<Wanted>,
    /// What is to be asked after that.
    next: Option<Wanted>,
    pub(super) stream: Option<StreamId>,
    pub(super) audio: bool,
    pub(super) video: bool,
    pub(super) muted: bool,
    pub(super) camera_on: bool,
    close_camera_at: Option<Millis>,
    pub(super) screen: Option<(StreamId, bool)>,
    pub(super) screen_asked: bool,
    pub(super) metadata_at: Option<Millis>,
    /// What the other side was told last.
    pub(super) said: Option<StreamMetadata>,
    /// The camera comes back when the call is resumed.
    pub(super) resume_camera: bool,
}

impl Media {
    /// A capture with devices being opened: for the preview.
    pub(in crate::call) fn open(desk: &mut Desk, video: bool) -> Self {
        let mut media = Self::default();
        media.begin(desk, video);
        media
    }

    /// Opens what is not open. True: everything wanted is there.
    pub(super) fn begin(&mut self, desk: &mut Desk, video: bool) -> bool {
        if self.capture.is_none() {
            self.capture = Some(desk.new_capture());
        }
        self.camera_on = video;
        if !video {
            self.close_unwanted_camera(desk);
        } else if let Some(capture) = self.capture
            && self.close_camera_at.take().is_some()
        {
            desk.media(capture, MediaCommand::Enable(Kind::Video, true));
        }
        let wanted = Wanted {
            audio: (!self.has_or_opens(Kind::Audio)).then(|| desk.preferences.microphone.clone()),
            video: (video && !self.has_or_opens(Kind::Video)).then(|| desk.preferences.camera.clone()),
        };
        if wanted != Wanted::default() {
            self.ask(desk, wanted);
        }
        if self.opening.is_none() {
            self.enforce(desk);
        }
        self.opening.is_none()
    }

    /// Opens again what could not be opened.
    pub(in crate::call) fn try_again(&mut self, desk: &mut Desk, video: bool) {
        self.begin(desk, video);
    }

    pub(in crate::call) fn capture(&self) -> Option<CaptureId> {
        self.capture
    }

    pub(in crate::call) fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    pub(in crate::call) fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Audio => self.audio,
            Kind::Video => self.video,
        }
    }

    fn opens(&self, kind: Kind) -> bool {
        self.opening.iter().chain(&self.next).any(|wanted| wanted.has(kind))
    }

    /// A device of this kind is open, or being opened.
    pub(in crate::call) fn has_or_opens(&self, kind: Kind) -> bool {
        self.has(kind) || self.opens(kind)
    }

    pub(super) fn is_muted(&self) -> bool {
        self.muted
    }

    pub(in crate::call) fn start_muted(&mut self, muted: bool) {
        self.muted = muted;
    }

    pub(super) fn camera(&self) -> Camera {
        if !self.camera_on {
            Camera::Off
        } else if self.video {
            Camera::On
        } else if self.has_or_opens(Kind::Video) {
            Camera::Opening
        } else {
            Camera::Off
        }
    }

    pub(super) fn screen(&self) -> Screen {
        match (&self.screen, self.screen_asked) {
            (Some(_), _) => Screen::On,
            (None, true) => Screen::Asking,
            (None, false) => Screen::Off,
        }
    }

    pub(in crate::call) fn due_at(&self) -> Option<Millis> {
        self.close_camera_at.into_iter().chain(self.metadata_at).min()
    }

    /// The other side is being told this.
    pub(super) fn metadata_is_said(&mut self, metadata: &StreamMetadata) {
        self.metadata_at = None;
        self.said = Some(metadata.clone());
    }

    /// What the other side was told last got lost.
    pub(super) fn metadata_is_lost(&mut self) {
        self.said = None;
    }

    /// Asks for devices, after what was asked before.
    pub(in crate::call) fn ask(&mut self, desk: &mut Desk, wanted: Wanted) {
        let Some(capture) = self.capture else { return };
        if self.opening.is_some() {
            let next = self.next.get_or_insert_default();
            next.audio = wanted.audio.or(next.audio.take());
            next.video = wanted.video.or(next.video.take());
            return;
        }
        desk.media(capture, MediaCommand::Open(wanted.clone()));
        self.opening = Some(wanted);
    }

    /// The device in use was unplugged: the default takes its place. False: there is none in use, or another is being opened already. A
    /// browser says it twice: the track ends, and the device is not listed any more.
    pub(in crate::call) fn replace(&mut self, desk: &mut Desk, kind: Kind) -> bool {
        let in_use = self.has(kind) && !self.opens(kind) && (kind == Kind::Audio || self.camera_on);
        if in_use {
            self.ask(desk, Wanted::one(kind, None));
        }
        in_use
    }

    /// Switches the camera's wish; what that takes is done at once or when it is due.
    pub(in crate::call) fn want_camera(&mut self, desk: &mut Desk, on: bool) {
        let Some(capture) = self.capture else { return };
        self.camera_on = on;
        if !on {
            if self.video {
                desk.media(capture, MediaCommand::Enable(Kind::Video, false));
                self.close_camera_at = Some(desk.now.plus(CAMERA_LINGERS));
            }
            if let Some(next) = &mut self.next {
                next.video = None;
            }
        } else if self.close_camera_at.take().is_some() {
            desk.media(capture, MediaCommand::Enable(Kind::Video, true));
        } else if !self.video && self.camera() != Camera::Opening {
            self.ask(desk, Wanted::one(Kind::Video, desk.preferences.camera.clone()));
        }
    }

    /// Frees the camera when that is due. True: it was.
    pub(in crate::call) fn close_camera_if_due(&mut self, desk: &mut Desk) -> bool {
        let due = self.close_camera_at.take_if(|at| *at <= desk.now).is_some();
        if due && let Some(capture) = self.capture {
            self.video = false;
            if let Some(opening) = &mut self.opening {
                // It will not go on either.
                opening.video = None;
            }
            desk.media(capture, MediaCommand::CloseCamera);
        }
        due
    }

    /// A camera that opened after it was switched off, or for a call that this one takes the place of, has shown nothing yet.
    fn close_unwanted_camera(&mut self, desk: &mut Desk) {
        if self.video && !self.camera_on && self.close_camera_at.is_none() {
            self.close_camera_at = Some(desk.now);
            self.close_camera_if_due(desk);
        }
    }

    /// Takes what the devices answered. A device that was chosen and can't be had is tried once more as the default.
    pub(in crate::call) fn answered(&mut self, desk: &mut Desk, event: &MediaEvent) -> Option<MediaError> {
        let asked = self.opening.take().unwrap_or_default();
        let mut failed = None;
        match event {
            MediaEvent::Opened { stream, audio, video, camera_failed } => {
                self.stream = Some(stream.clone());
                (self.audio, self.video) = (*audio, *video);
                failed = *camera_failed;
            }
            MediaEvent::Failed(error) => {
                self.audio &= asked.audio.is_none();
                self.video &= asked.video.is_none();
                let chosen = |device: &Option<Option<String>>| device.as_ref().is_some_and(Option::is_some);
                if chosen(&asked.audio) || chosen(&asked.video) {
                    let default = |device: Option<Option<String>>| device.map(|_| None);
                    self.ask(desk, Wanted { audio: default(asked.audio), video: default(asked.video) });
                } else if asked != Wanted::default() {
                    failed = Some(*error);
                }
            }
            _ => {}
        }
        if self.opening.is_none()
            && let Some(next) = self.next.take().filter(|next| *next != Wanted::default())
        {
            self.ask(desk, next);
        }
        self.close_unwanted_camera(desk);
        if self.camera() == Camera::Off {
            self.camera_on = false;
        }
        self.enforce(desk);
        failed
    }

    /// New tracks are enabled; a muted microphone stays muted.
    fn enforce(&self, desk: &mut Desk) {
        if let Some(capture) = self.capture
            && self.audio
            && self.muted
        {
            desk.media(capture, MediaCommand::Enable(Kind::Audio, false));
        }
    }
}
