//! Camera and microphone of one call (`calls-1to1.md` 3.1 to 3.4): what the person wants of them, and what becomes of the call when they
//! answer.

use crate::call::desk::Desk;
use crate::call::machine::{Call, Media};
use crate::call::media::{Kind, MediaCommand, MediaError, MediaEvent, Slot, Wanted};
use crate::call::peer::PeerCommand;
use crate::call::view::{Ending, Word};

impl Call {
    /// Gives its media away, to a call that takes this one's place.
    pub(in crate::call) fn take_media(&mut self) -> Media {
        let mut media = std::mem::take(&mut self.media);
        media.metadata_at = None;
        media.said = None;
        media
    }

    pub(super) fn wants_video(&self) -> bool {
        self.wants_video
    }

    /// Mutes the microphone, or not.
    pub(in crate::call) fn mute(&mut self, desk: &mut Desk, muted: bool) {
        if self.media.muted == muted {
            return;
        }
        self.media.muted = muted;
        if let Some(capture) = self.media.capture.filter(|_| self.media.audio) {
            desk.media(capture, MediaCommand::Enable(Kind::Audio, !muted && !self.on_hold));
        } else if !muted && self.is_engaged() && self.setup.is_none() && !self.media.has_or_opens(Kind::Audio) {
            self.media.ask(desk, Wanted::one(Kind::Audio, desk.preferences.microphone.clone()));
        }
        self.tell_metadata_soon(desk);
        self.pump(desk);
    }

    /// Switches the camera.
    pub(in crate::call) fn camera(&mut self, desk: &mut Desk, on: bool) {
        if self.on_hold || (on && !self.can_use_camera()) {
            return;
        }
        self.want_camera(desk, on);
        self.pump(desk);
    }

    pub(super) fn want_camera(&mut self, desk: &mut Desk, on: bool) {
        self.wants_video = on;
        self.media.want_camera(desk, on);
        self.tell_metadata_soon(desk);
    }

    /// Before the answer it is not known whether the other side can take a picture that the offer does not have; and one without
    /// metadata never can (`calls-1to1.md` 1.9).
    pub(super) fn can_use_camera(&self) -> bool {
        let takes_more = self.incoming && self.peer_speaks_v1() && self.streams.can_have_several();
        let has_place =
            if self.first_is_asked() { self.picture_in_first || takes_more } else { self.has_video_section() };
        self.is_alive() && !self.on_hold && (has_place || self.can_add_streams())
    }

    /// There is a picture's place in what was agreed on, or will be.
    fn has_video_section(&self) -> bool {
        match &self.offer {
            Some(offer) => offer.has_video(),
            None => self.media.video || self.wants_video,
        }
    }

    /// The other side can take a new exchange and a second stream.
    pub(super) fn can_add_streams(&self) -> bool {
        self.peer_speaks_v1() && self.streams.can_have_several() && self.negotiation.is_settled()
    }

    /// The person chose another device (`None`: the default).
    pub(in crate::call) fn use_device(&mut self, desk: &mut Desk, kind: Kind, device: Option<String>) {
        let live = self.media.has_or_opens(kind) && (kind == Kind::Audio || self.media.camera_on);
        if self.is_engaged() && live {
            self.media.ask(desk, Wanted::one(kind, device));
        }
    }

    /// The device in use was unplugged.
    pub(in crate::call) fn device_gone(&mut self, desk: &mut Desk, kind: Kind) {
        if self.is_engaged() && self.media.replace(desk, kind) {
            self.word = Some(Word::DeviceGone);
        }
    }

    pub(super) fn media_event(&mut self, desk: &mut Desk, event: MediaEvent) {
        match event {
            MediaEvent::Opened { .. } | MediaEvent::Failed(_) => {
                let failed = self.media.answered(desk, &event);
                self.devices_answered(desk, &event, failed);
            }
            MediaEvent::Ended(Slot::User, kind) => self.device_gone(desk, kind),
            MediaEvent::ScreenOpened { .. } | MediaEvent::ScreenFailed(_) | MediaEvent::Ended(Slot::Screen, _) => {
                self.screen_event(desk, &event);
            }
        }
    }

    fn devices_answered(&mut self, desk: &mut Desk, event: &MediaEvent, failed: Option<MediaError>) {
        if self.media.is_opening() {
            return;
        }
        let starting = self.setup.is_some();
        if starting && !self.media.audio {
            // A call without a voice is none.
            let error = failed.unwrap_or(MediaError::NotFound);
            return self.media_failed(desk, error);
        }
        if let Some(error) = failed {
            let camera = matches!(event, MediaEvent::Opened { .. }) || !self.media.video && self.media.audio;
            self.word = Some(if camera { Word::CameraFailed(error) } else { Word::DeviceFailed(error) });
        }
        // A microphone that is gone for good is as good as muted; unmuting tries again.
        self.media.muted |= !self.media.audio;
        self.wants_video = self.media.camera_on;
        if self.on_hold
            && let Some(capture) = self.media.capture
        {
            desk.media(capture, MediaCommand::Enable(Kind::Audio, false));
        }
        if self.first_is_asked() {
            self.send_user(desk);
            self.tell_metadata_soon(desk);
        } else {
            self.media_is_ready(desk);
        }
    }

    fn send_user(&self, desk: &mut Desk) {
        if let Some(peer) = self.connection {
            desk.peer(peer, PeerCommand::Send(Slot::User));
        }
    }

    fn media_failed(&mut self, desk: &mut Desk, error: MediaError) {
        if self.incoming {
            self.ring_again(desk, Word::DeviceFailed(error));
        } else {
            self.end(desk, Ending::Media(error), None);
        }
    }

    /// What of the devices is due.
    pub(super) fn media_due(&mut self, desk: &mut Desk) {
        if self.media.close_camera_if_due(desk) && self.first_is_asked() {
            self.send_user(desk);
        }
        self.metadata_due(desk);
    }

    pub(super) fn resume_camera_later(&mut self, later: bool) -> bool {
        std::mem::replace(&mut self.media.resume_camera, later)
    }
}
