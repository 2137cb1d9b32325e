//! The other side's streams: which tracks came, and what its metadata says they are for (`calls-1to1.md` 1.2).

use crate::call::event::{Purpose, StreamMetadata};
use crate::call::media::Kind;
use crate::call::peer::MOST_STREAMS;
use crate::ids::StreamId;

/// The other side's streams.
#[derive(Clone, Debug, Default)]
pub(super) struct PeerStreams {
    /// `None`: the peer knows no second stream; only its first counts.
    metadata: Option<StreamMetadata>,
    streams: Vec<(StreamId, Tracks)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tracks {
    audio: bool,
    video: bool,
}

impl PeerStreams {
    /// What the first description said.
    pub(super) fn first(&mut self, metadata: Option<StreamMetadata>) {
        self.metadata = metadata;
    }

    /// Later news.
    pub(super) fn merge(&mut self, later: &StreamMetadata) {
        let live = |stream: &StreamId| self.streams.iter().any(|(known, _)| known == stream);
        self.metadata.get_or_insert_default().merge(later, live);
    }

    /// Whether the peer can take a second stream.
    pub(super) fn can_have_several(&self) -> bool {
        self.metadata.is_some()
    }

    pub(super) fn track(&mut self, stream: StreamId, kind: Kind) {
        if !self.streams.iter().any(|(known, _)| *known == stream) && self.streams.len() < MOST_STREAMS {
            self.streams.push((stream.clone(), Tracks::default()));
        }
        self.set(&stream, kind, true);
    }

    pub(super) fn track_gone(&mut self, stream: &StreamId, kind: Kind) {
        self.set(stream, kind, false);
        self.streams.retain(|(_, tracks)| tracks.audio || tracks.video);
    }

    fn set(&mut self, stream: &StreamId, kind: Kind, there: bool) {
        if let Some((_, tracks)) = self.streams.iter_mut().find(|(known, _)| known == stream) {
            match kind {
                Kind::Audio => tracks.audio = there,
                Kind::Video => tracks.video = there,
            }
        }
    }

    /// The streams that count, with what they are for.
    fn known(&self) -> impl Iterator<Item = (&StreamId, Tracks, Purpose)> {
        let first = self.streams.first().filter(|_| self.metadata.is_none());
        let only = first.map(|(stream, tracks)| (stream, *tracks, Purpose::User));
        let listed = self.metadata.iter().flat_map(|metadata| {
            self.streams.iter().filter_map(|(stream, tracks)| {
                Some((stream, *tracks, metadata.of(stream).and_then(|one| one.purpose)?))
            })
        });
        only.into_iter().chain(listed)
    }

    fn muted(&self, stream: &StreamId) -> (bool, bool) {
        let one = self.metadata.as_ref().and_then(|metadata| metadata.of(stream));
        one.map_or((false, false), |one| (one.audio_muted.unwrap_or(false), one.video_muted.unwrap_or(false)))
    }

    fn picture(&self, of: Purpose) -> Option<StreamId> {
        let mut known = self.known();
        known
            .find(|(stream, tracks, purpose)| *purpose == of && tracks.video && !self.muted(stream).1)
            .map(|(stream, ..)| stream.clone())
    }

    /// Their camera, when it shows anything.
    pub(super) fn camera(&self) -> Option<StreamId> {
        self.picture(Purpose::User)
    }

    /// Their screen.
    pub(super) fn screen(&self) -> Option<StreamId> {
        self.picture(Purpose::Screen)
    }

    /// What is to be heard. That they say they are muted never silences anything.
    pub(super) fn audible(&self) -> Vec<StreamId> {
        self.known().filter(|(_, tracks, _)| tracks.audio).map(|(stream, ..)| stream.clone()).collect()
    }

    /// They say that their microphone is muted.
    pub(super) fn says_muted(&self) -> bool {
        self.metadata.as_ref().is_some_and(|metadata| {
            let mut own = metadata.streams(Purpose::User).peekable();
            own.peek().is_some() && own.all(|(_, one)| one.audio_muted == Some(true))
        })
    }

    /// By the first description, before any track: they send a picture. `None` when they don't say.
    pub(super) fn says_video(&self) -> Option<bool> {
        let metadata = self.metadata.as_ref()?;
        let mut own = metadata.streams(Purpose::User).peekable();
        own.peek()?;
        Some(own.any(|(_, one)| one.video_muted == Some(false)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata(value: serde_json::Value) -> StreamMetadata {
        StreamMetadata::read(json!({ "sdp_stream_metadata": value }).as_object().unwrap()).unwrap()
    }

    #[test]
    fn of_a_peer_without_metadata_only_the_first_stream_counts() {
        let mut streams = PeerStreams::default();
        for stream in ["a", "b"] {
            streams.track(stream.into(), Kind::Audio);
            streams.track(stream.into(), Kind::Video);
        }
        assert_eq!((streams.camera(), streams.screen()), (Some("a".into()), None));
        assert_eq!(streams.audible(), ["a".into()]);
    }

    #[test]
    fn a_track_that_is_reported_twice_is_one() {
        for known in [None, Some(metadata(json!({ "a": { "purpose": "m.usermedia" } })))] {
            let mut streams = PeerStreams::default();
            streams.first(known);
            for _ in 0..2 {
                streams.track("a".into(), Kind::Audio);
                streams.track("a".into(), Kind::Video);
            }
            assert_eq!((streams.audible(), streams.camera()), (vec!["a".into()], Some("a".into())));
            streams.track_gone(&"a".into(), Kind::Audio);
            assert_eq!((streams.audible(), streams.camera()), (vec![], Some("a".into())));
        }
    }

    #[test]
    fn a_stream_that_is_not_listed_or_has_an_odd_purpose_is_ignored() {
        let mut streams = PeerStreams::default();
        streams.first(Some(metadata(json!({ "a": { "purpose": "m.usermedia" }, "x": { "purpose": "org.odd" } }))));
        for stream in ["x", "y", "a"] {
            streams.track(stream.into(), Kind::Video);
            streams.track(stream.into(), Kind::Audio);
        }
        assert_eq!((streams.camera(), streams.audible()), (Some("a".into()), vec!["a".into()]));
    }

    #[test]
    fn muted_pictures_are_hidden_and_muted_voices_are_still_played() {
        let mut streams = PeerStreams::default();
        streams.first(Some(metadata(json!({ "a": { "purpose": "m.usermedia" } }))));
        streams.track("a".into(), Kind::Video);
        streams.track("a".into(), Kind::Audio);
        streams
            .merge(&metadata(json!({ "a": { "purpose": "m.usermedia", "audio_muted": true, "video_muted": true } })));
        assert_eq!((streams.camera(), streams.audible(), streams.says_muted()), (None, vec!["a".into()], true));
    }

    #[test]
    fn the_hundredth_screen_of_a_call_is_seen_like_the_first() {
        let mut streams = PeerStreams::default();
        streams.first(Some(metadata(json!({ "a": { "purpose": "m.usermedia" } }))));
        streams.track("a".into(), Kind::Video);
        for number in 0..100 {
            let screen = format!("s{number}");
            streams.merge(&metadata(json!({ &screen: { "purpose": "m.screenshare" } })));
            let screen = StreamId::from(screen.as_str());
            streams.track(screen.clone(), Kind::Video);
            assert_eq!((streams.camera(), streams.screen()), (Some("a".into()), Some(screen.clone())));
            streams.track_gone(&screen, Kind::Video);
        }
    }

    #[test]
    fn a_second_stream_of_a_screen_is_told_from_the_camera() {
        let mut streams = PeerStreams::default();
        streams.first(Some(metadata(json!({ "a": { "purpose": "m.usermedia" } }))));
        streams.track("a".into(), Kind::Video);
        streams.merge(&metadata(json!({ "s": { "purpose": "m.screenshare" } })));
        streams.track("s".into(), Kind::Video);
        assert_eq!((streams.camera(), streams.screen()), (Some("a".into()), Some("s".into())));
        streams.track_gone(&"s".into(), Kind::Video);
        assert_eq!(streams.screen(), None);
    }
}
