//! The look at camera and microphone before the first call. It comes before there is a call: an invite during it rings as ever.

use crate::call::machine::Media;
use crate::call::media::{CaptureId, Kind, MediaCommand, MediaError, MediaEvent, Wanted};
use crate::call::room::CallRoom;
use crate::call::switchboard::Switchboard;
use crate::call::view::PreviewView;
use crate::call::vocabulary::{Action, Place, PreviewDeed};
use crate::ids::{RoomId, UserId};
use crate::time::Millis;

/// The preview.
#[derive(Debug)]
pub(super) struct Preview {
    place: Place,
    peer: UserId,
    media: Media,
    error: Option<MediaError>,
}

impl Preview {
    pub(super) fn is_in(&self, room: &RoomId) -> bool {
        self.place.room.id == *room
    }

    pub(super) fn due_at(&self) -> Option<Millis> {
        self.media.due_at()
    }

    pub(super) fn view(&self) -> PreviewView {
        PreviewView {
            room: self.place.room.id.clone(),
            peer: self.peer.clone(),
            video: self.place.video,
            capture: self.media.capture().unwrap_or(CaptureId(0)),
            opening: self.media.is_opening(),
            error: self.error,
            camera: self.media.has(Kind::Video),
            microphone: self.media.has(Kind::Audio),
        }
    }
}

impl Switchboard {
    pub(super) fn open_preview(&mut self, place: Place, peer: UserId) {
        self.close_preview();
        let media = Media::open(&mut self.desk, place.video);
        self.preview = Some(Preview { place, peer, media, error: None });
    }

    pub(super) fn close_preview(&mut self) {
        if let Some(capture) = self.preview.take().and_then(|preview| preview.media.capture()) {
            self.desk.media(capture, MediaCommand::Release);
        }
    }

    /// The room is different: whoever would be called may have left it.
    pub(super) fn room_changed_for_preview(&mut self, room: &CallRoom) {
        let Some(preview) = self.preview.as_mut().filter(|preview| preview.is_in(&room.id)) else {
            return;
        };
        preview.place.room = room.clone();
        if !room.joined || room.other() != Some(&preview.peer) {
            self.close_preview();
        }
    }

    pub(super) fn preview_media(&mut self, capture: CaptureId, event: &MediaEvent) {
        let Some(preview) = self.preview.as_mut().filter(|preview| preview.media.capture() == Some(capture)) else {
            return;
        };
        match event {
            MediaEvent::Opened { .. } | MediaEvent::Failed(_) => {
                preview.error = preview.media.answered(&mut self.desk, event);
            }
            MediaEvent::Ended(_, kind) => self.preview_device_gone(*kind),
            MediaEvent::ScreenOpened { .. } | MediaEvent::ScreenFailed(_) => {}
        }
    }

    pub(super) fn preview_due(&mut self) {
        if let Some(preview) = &mut self.preview {
            preview.media.close_camera_if_due(&mut self.desk);
        }
    }

    /// Looks at another device.
    pub(super) fn preview_device(&mut self, kind: Kind, device: Option<String>) {
        let Some(preview) = self.preview.as_mut().filter(|preview| preview.media.has_or_opens(kind)) else {
            return;
        };
        preview.media.ask(&mut self.desk, Wanted::one(kind, device));
    }

    /// The device looked at was unplugged.
    pub(super) fn preview_device_gone(&mut self, kind: Kind) {
        if let Some(preview) = &mut self.preview {
            preview.media.replace(&mut self.desk, kind);
        }
    }

    /// Calls. Meanwhile the room may have become encrypted, or somebody may have called.
    fn call_after_preview(&mut self, preview: Preview) {
        let Preview { place, peer, media, .. } = preview;
        if let Some(key) = self.ringing_from(&place.room.id, &peer) {
            return self.accept(key, place.video, Some(media));
        }
        let refused = !place.room.may_send();
        if refused || self.is_busy_for(&place.room.id) {
            if let Some(capture) = media.capture() {
                self.desk.media(capture, MediaCommand::Release);
            }
            if refused {
                self.refuse(place, peer);
            }
            return;
        }
        self.begin(place, peer, Some(media));
    }

    pub(super) fn preview_deed(&mut self, deed: PreviewDeed) {
        let Some(preview) = &mut self.preview else {
            return;
        };
        match deed {
            PreviewDeed::Cancel => self.close_preview(),
            PreviewDeed::Camera(on) => {
                preview.place.video = on;
                preview.media.want_camera(&mut self.desk, on);
            }
            PreviewDeed::Device(kind, device) => {
                match kind {
                    Kind::Audio => self.desk.preferences.microphone.clone_from(&device),
                    Kind::Video => self.desk.preferences.camera.clone_from(&device),
                }
                self.desk.out.push(Action::KeepPreferences(self.desk.preferences.clone()));
                self.preview_device(kind, device);
            }
            PreviewDeed::Retry => {
                preview.error = None;
                let video = preview.place.video;
                preview.media.try_again(&mut self.desk, video);
            }
            PreviewDeed::Call { video, muted } => {
                let Some(mut preview) = self.preview.take() else {
                    return;
                };
                if !self.desk.preferences.previewed {
                    self.desk.preferences.previewed = true;
                    self.desk.out.push(Action::KeepPreferences(self.desk.preferences.clone()));
                }
                preview.place.video = video;
                preview.media.start_muted(muted);
                if !video {
                    preview.media.want_camera(&mut self.desk, false);
                }
                self.call_after_preview(preview);
            }
        }
    }
}
