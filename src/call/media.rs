//! Local media as a call sees it: a capture is the camera, microphone and screen of one call (or of the preview before it), and the
//! shell (`browser::capture`) owns its tracks. A late result for a capture that was released finds nobody, and its tracks are
//! stopped on the spot.

use crate::ids::StreamId;

/// One capture. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureId(pub u64);

/// A track's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `audio`.
    Audio,
    /// `video`.
    Video,
}

/// What a local stream is for: the purposes of stream metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// `m.usermedia`: microphone and camera.
    User,
    /// `m.screenshare`.
    Screen,
}

/// What is asked of the devices. Ids are `deviceId`s; `None` is the system's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A microphone, and which.
    pub audio: Option<Option<String>>,
    /// A camera, and which.
    pub video: Option<Option<String>>,
}

impl Wanted {
    /// One device of this kind.
    pub fn one(kind: Kind, device: Option<String>) -> Self {
        match kind {
            Kind::Audio => Self { audio: Some(device), video: None },
            Kind::Video => Self { audio: None, video: Some(device) },
        }
    }

    /// Whether a device of this kind is wanted.
    pub fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Audio => self.audio.is_some(),
            Kind::Video => self.video.is_some(),
        }
    }
}

/// What a capture is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaCommand {
    /// Open these devices (`getUserMedia`, one request at a time on the page) and put their tracks into the capture's user stream
    /// in place of those of the same kind, which are stopped first. The stream's id stays for the life of the capture. A device
    /// id is asked for exactly, then as a wish. When both kinds are wanted and the camera fails, the microphone alone is opened.
    /// Answered by [`MediaEvent::Opened`] or [`MediaEvent::Failed`].
    Open(Wanted),
    /// `enabled` of the user stream's tracks of this kind. A microphone that takes the place of a muted one is muted, too; a camera
    /// comes enabled.
    Enable(Kind, bool),
    /// Stop the camera's track and take it out of the stream: the light goes off. One that is being opened will not go on.
    CloseCamera,
    /// `getDisplayMedia`, with sound where the browser can. Answered by [`MediaEvent::ScreenOpened`] or
    /// [`MediaEvent::ScreenFailed`].
    OpenScreen,
    /// Stop the screen's tracks.
    CloseScreen,
    /// Stop everything and forget the capture.
    Release,
}

/// What a capture reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// What the user stream has now.
    Opened {
        /// The user stream.
        stream: StreamId,
        /// It has a live microphone.
        audio: bool,
        /// It has a live camera.
        video: bool,
        /// A camera was wanted and did not open, and why; the microphone did.
        camera_failed: Option<MediaError>,
    },
    /// Nothing that was wanted could be opened. What was open before is as it was, less the kinds that were to be replaced.
    Failed(MediaError),
    /// The screen is being captured.
    ScreenOpened {
        /// The screen's stream.
        stream: StreamId,
        /// With sound.
        audio: bool,
    },
    /// The screen could not be captured, or the person chose not to.
    ScreenFailed(MediaError),
    /// A track ended by itself: a device was unplugged, or the browser's own "Stop sharing" was pressed.
    Ended(Slot, Kind),
}

/// Why media can't be had, named for what it is (`calls-1to1.md` 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaError {
    /// The person or the browser's settings said no: `NotAllowedError`, `SecurityError`.
    NotAllowed,
    /// The same, and nobody is asked: the frame or the server that the page comes from keeps devices from it (Permissions Policy).
    Framed,
    /// There is no such device: `NotFoundError`.
    NotFound,
    /// Another program holds it: `NotReadableError`, `AbortError`.
    InUse,
    /// No device fits what was asked: `OverconstrainedError`.
    Unfit,
    /// The page is not in a secure context, so that the browser has no `mediaDevices`.
    Insecure,
    /// The browser can't do this at all (no `getDisplayMedia` on a phone).
    Unsupported,
    /// Anything else.
    Other,
}

impl MediaError {
    /// What a refusal is where the Permissions Policy forbids what was asked for; every other error stays what it is.
    pub fn framed_if(self, forbidden: bool) -> Self {
        if self == Self::NotAllowed && forbidden { Self::Framed } else { self }
    }

    /// By the name of the `DOMException`.
    pub fn named(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" | "PermissionDeniedError" => Self::NotAllowed,
            "NotFoundError" | "DevicesNotFoundError" => Self::NotFound,
            "NotReadableError" | "AbortError" | "TrackStartError" => Self::InUse,
            "OverconstrainedError" | "ConstraintNotSatisfiedError" => Self::Unfit,
            "NotSupportedError" => Self::Unsupported,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_is_busy_is_not_called_forbidden() {
        assert_eq!(MediaError::named("NotReadableError"), MediaError::InUse);
        assert_eq!(MediaError::named("NotAllowedError"), MediaError::NotAllowed);
        assert_eq!(MediaError::named("TypeError"), MediaError::Other);
    }
}
