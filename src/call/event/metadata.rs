//! Stream metadata (Client-Server API 1.11, MSC3077 and MSC3291): what each stream of a party is for, and what of it is muted.

use serde_json::Value;

use crate::call::peer::MOST_STREAMS;
use crate::ids::StreamId;
use crate::json::{self, Object};
use crate::ordered::Map;

/// The stable key.
const STABLE: &str = "sdp_stream_metadata";
/// What matrix-dart-sdk reads and writes alone.
const UNSTABLE: &str = "org.matrix.msc3077.sdp_stream_metadata";

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `m.usermedia`.
    User,
    /// `m.screenshare`.
    Screen,
}

/// One stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamUse {
    /// `None` for a purpose that we don't know: the stream is ignored.
    pub purpose: Option<Purpose>,
    /// Its sound is muted; `None`: not said, which leaves an earlier word as it is and means no at first.
    pub audio_muted: Option<bool>,
    /// Its picture is muted.
    pub video_muted: Option<bool>,
}

/// The metadata of one party's streams. That it is there at all says that the party can handle several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamMetadata(Map<StreamId, StreamUse>);

impl StreamMetadata {
    /// Reads either key. `None` when neither is there: the party can't handle several streams.
    pub fn read(content: &Object) -> Option<Self> {
        let map = json::object(content, STABLE).or_else(|| json::object(content, UNSTABLE))?;
        let uses = map.iter().take(MOST_STREAMS).filter_map(|(id, value)| {
            let value = value.as_object()?;
            let purpose = match json::string(value, "purpose") {
                Some("m.usermedia") => Some(Purpose::User),
                Some("m.screenshare") => Some(Purpose::Screen),
                _ => None,
            };
            let [audio_muted, video_muted] = ["audio_muted", "video_muted"].map(|key| json::boolean(value, key));
            Some((StreamId::new(id.as_str()), StreamUse { purpose, audio_muted, video_muted }))
        });
        let mut metadata = Self::default();
        for (id, one) in uses {
            metadata.set(id, one);
        }
        Some(metadata)
    }

    /// Adds a stream, or says something else of it.
    pub fn set(&mut self, stream: StreamId, one: StreamUse) {
        if self.0.len() < MOST_STREAMS || self.0.contains_key(&stream) {
            self.0.insert(stream, one);
        }
    }

    /// What is known of a stream.
    pub fn of(&self, stream: &StreamId) -> Option<StreamUse> {
        self.0.get(stream).copied()
    }

    /// The streams of this purpose.
    pub fn streams(&self, purpose: Purpose) -> impl Iterator<Item = (&StreamId, StreamUse)> {
        self.0.iter().filter(move |(_, one)| one.purpose == Some(purpose)).map(|(id, one)| (id, *one))
    }

    /// Lays later metadata over this: what it does not say stays (`calls-1to1.md` 1.2, "Merge rule"). matrix-js-sdk gives every screen
    /// an id of its own and takes none back, so where there is no room for a new one, a stream that is not `live` any more makes some.
    pub fn merge(&mut self, later: &Self, live: impl Fn(&StreamId) -> bool) {
        for (id, new) in later.0.iter() {
            let old = self.of(id);
            if old.is_none() && self.0.len() >= MOST_STREAMS {
                self.forget_one(|known| !live(known) && later.of(known).is_none());
            }
            self.set(
                id.clone(),
                StreamUse {
                    purpose: new.purpose.or(old.and_then(|old| old.purpose)),
                    audio_muted: new.audio_muted.or(old.and_then(|old| old.audio_muted)),
                    video_muted: new.video_muted.or(old.and_then(|old| old.video_muted)),
                },
            );
        }
    }

    fn forget_one(&mut self, is_old: impl Fn(&StreamId) -> bool) {
        let old = self.0.iter().find(|(id, _)| is_old(id)).map(|(id, _)| id.clone());
        if let Some(old) = old {
            self.0.remove(&old);
        }
    }

    /// Writes both keys.
    pub(super) fn write(&self, content: &mut Object) {
        let mut map = Object::new();
        for (id, one) in self.0.iter() {
            if let Some(one) = one.to_json() {
                map.insert(id.to_string(), one);
            }
        }
        content.insert(UNSTABLE.into(), map.clone().into());
        content.insert(STABLE.into(), map.into());
    }
}

impl StreamUse {
    fn to_json(self) -> Option<Value> {
        let purpose = match self.purpose? {
            Purpose::User => "m.usermedia",
            Purpose::Screen => "m.screenshare",
        };
        let mut object = json::with("purpose", purpose);
        object.insert("audio_muted".into(), self.audio_muted.unwrap_or(false).into());
        object.insert("video_muted".into(), self.video_muted.unwrap_or(false).into());
        Some(object.into())
    }
}
