//! A stand-in for camera, microphone and screen of one capture: which tracks are open, and which of them are enabled.

use meet_in_chat::call::media::{CaptureId, Kind, MediaCommand, MediaError, MediaEvent, Wanted};

use super::dice::Dice;

/// A device that is listed and can't be opened.
pub(crate) const BROKEN: &str = "broken";

/// A capture.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) stream: String,
    /// The microphone's track, and whether it is enabled.
    pub(crate) audio: Option<bool>,
    /// The camera's.
    pub(crate) video: Option<bool>,
    /// The screen's stream, and whether it has sound.
    pub(crate) screen: Option<(String, bool)>,
    /// Which devices were opened last.
    pub(crate) devices: Wanted,
    pub(crate) released: bool,
    /// Counts what makes the cameras that are still being opened unwanted.
    pub(crate) camera_turn: u32,
}

impl Capture {
    pub(crate) fn new(page: usize, id: CaptureId, life: u32) -> Self {
        Self {
            stream: format!("user{page}.{life}.{}", id.0),
            audio: None,
            video: None,
            screen: None,
            devices: Wanted::default(),
            released: false,
            camera_turn: 0,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.audio.is_some() || self.video.is_some() || self.screen.is_some()
    }

    /// Carries out what is done at once.
    pub(crate) fn take(&mut self, command: &MediaCommand) {
        match command {
            MediaCommand::Open(wanted) => {
                // What is replaced is stopped first.
                self.audio = self.audio.filter(|_| wanted.audio.is_none());
                self.video = self.video.filter(|_| wanted.video.is_none());
            }
            MediaCommand::Enable(Kind::Audio, on) => self.audio = self.audio.map(|_| *on),
            MediaCommand::Enable(Kind::Video, on) => self.video = self.video.map(|_| *on),
            MediaCommand::CloseCamera => {
                self.video = None;
                self.camera_turn += 1;
            }
            MediaCommand::OpenScreen => {}
            MediaCommand::CloseScreen => self.screen = None,
            MediaCommand::Release => {
                (self.audio, self.video, self.screen) = (None, None, None);
                self.released = true;
            }
        }
    }

    /// The devices answer. Those of a released capture are stopped on the spot, and so is a camera that was closed since it was asked
    /// for, in this turn.
    pub(crate) fn opened(
        &mut self,
        (wanted, turn): (&Wanted, u32),
        dice: &mut Dice,
        no_camera: bool,
        denied: bool,
    ) -> MediaEvent {
        let broken = |device: &Option<Option<String>>| device.as_ref().is_some_and(|id| id.as_deref() == Some(BROKEN));
        let fails = denied || dice.one_in(dice.faults.devices);
        if fails || broken(&wanted.audio) || (broken(&wanted.video) && wanted.audio.is_none()) {
            return MediaEvent::Failed(if denied { MediaError::NotAllowed } else { MediaError::InUse });
        }
        let camera_fails = wanted.video.is_some() && (no_camera || broken(&wanted.video));
        if camera_fails && wanted.audio.is_none() {
            return MediaEvent::Failed(MediaError::NotFound);
        }
        let camera_opens = wanted.video.is_some() && !camera_fails && turn == self.camera_turn;
        if !self.released {
            self.audio = if wanted.audio.is_some() { Some(true) } else { self.audio };
            self.video = if camera_opens { Some(true) } else { self.video };
            self.devices = wanted.clone();
        }
        MediaEvent::Opened {
            stream: self.stream.as_str().into(),
            audio: wanted.audio.is_some() || self.audio.is_some(),
            video: camera_opens || self.video.is_some(),
            camera_failed: camera_fails.then_some(MediaError::InUse),
        }
    }

    /// The person chose a screen, or not to.
    pub(crate) fn screen_opened(&mut self, dice: &mut Dice) -> MediaEvent {
        if dice.one_in(dice.faults.devices) {
            return MediaEvent::ScreenFailed(MediaError::NotAllowed);
        }
        let stream = format!("screen.{}", self.stream);
        if !self.released {
            self.screen = Some((stream.clone(), true));
        }
        MediaEvent::ScreenOpened { stream: stream.as_str().into(), audio: true }
    }
}
