//! What the other side is told of my streams (`calls-1to1.md` 1.2).

use crate::call::desk::Desk;
use crate::call::event::{Outgoing, Purpose, StreamMetadata, StreamUse};
use crate::call::machine::Call;
use crate::call::view::Camera;
use crate::time::Millis;

/// What changed is told together, after this long: people press twice, and homeservers limit.
const METADATA_WAITS: Millis = Millis(250);

impl Call {
    /// My streams as the other side is told of them.
    pub(super) fn own_metadata(&self) -> StreamMetadata {
        let mut metadata = StreamMetadata::default();
        if let Some(stream) = &self.media.stream {
            let silent = self.media.muted || !self.media.audio || self.on_hold;
            let dark = self.media.camera() != Camera::On || self.on_hold;
            let one = StreamUse { purpose: Some(Purpose::User), audio_muted: Some(silent), video_muted: Some(dark) };
            metadata.set(stream.clone(), one);
        }
        if let Some((stream, audio)) = &self.media.screen {
            let one = StreamUse { purpose: Some(Purpose::Screen), audio_muted: Some(!audio), video_muted: Some(false) };
            metadata.set(stream.clone(), one);
        }
        metadata
    }

    pub(super) fn tell_metadata_soon(&mut self, desk: &Desk) {
        if self.negotiation.is_settled() && self.streams.can_have_several() {
            self.media.metadata_at.get_or_insert(desk.now.plus(METADATA_WAITS));
        }
    }

    /// What changed while it could not be told is told now.
    pub(super) fn tell_metadata_if_new(&mut self, desk: &Desk) {
        if self.media.said.as_ref() != Some(&self.own_metadata()) {
            self.tell_metadata_soon(desk);
        }
    }

    /// What changed is told when that is due.
    pub(super) fn metadata_due(&mut self, desk: &Desk) {
        if self.media.metadata_at.take_if(|at| *at <= desk.now).is_some() {
            let metadata = self.own_metadata();
            if self.media.said.as_ref() != Some(&metadata) {
                self.media.metadata_is_said(&metadata);
                self.outbox.push(Outgoing::Metadata(metadata));
            }
        }
    }
}
