//! How loud a microphone is.

use std::rc::Weak;

use wasm_bindgen::JsCast;
use web_sys::{AnalyserNode, AudioContext, MediaStream};

use super::Media;
use crate::browser::crash::{self, Entry};
use crate::browser::{js, sound};

/// Samples looked at: 40 ms.
const WINDOW: usize = 2048;

/// Measures how loud a capture's microphone is, whichever it has at the moment. Dropping it stops measuring.
pub struct Meter {
    media: Weak<Media>,
    /// The track that is listened to, since a source node never moves on to another; without an ear where the browser can't, and
    /// then it is not tried again for every repaint.
    ear: Option<(String, Option<Ear>)>,
}

impl Meter {
    pub(super) fn of(media: Weak<Media>) -> Self {
        Self { media, ear: None }
    }

    /// From 0, silence, to 1.
    pub fn level(&mut self) -> f64 {
        let media = self.media.upgrade().filter(|media| !media.gone());
        let microphone = media.and_then(|media| {
            let stream = media.user.clone()?;
            Some((microphone(&stream)?, stream))
        });
        let Some((track, stream)) = microphone else {
            self.ear = None;
            return 0.0;
        };
        if self.ear.as_ref().is_none_or(|(its_track, _)| *its_track != track) {
            // The old one makes room first: browsers have few.
            self.ear = None;
            self.ear = Some((track, Ear::open(&stream)));
        }
        self.ear.as_ref().and_then(|(_, ear)| ear.as_ref()).map_or(0.0, Ear::level)
    }
}

/// Listens to a stream's microphone. Dropping it stops listening.
struct Ear {
    context: AudioContext,
    analyser: AnalyserNode,
    _entry: Entry,
}

impl Ear {
    /// `None` where the browser can't.
    fn open(stream: &MediaStream) -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let analyser = context.create_analyser().ok().and_then(|analyser| {
            let source = context.create_media_stream_source(stream).ok()?;
            source.connect_with_audio_node(&analyser).ok()?;
            Some(analyser)
        });
        let Some(analyser) = analyser else {
            sound::close(&context);
            return None;
        };
        js::forget(context.resume().map(Into::into));
        let of_crash = context.clone();
        Some(Self { context, analyser, _entry: crash::enter(move || sound::close(&of_crash)) })
    }

    fn level(&self) -> f64 {
        let mut samples = [128; WINDOW];
        self.analyser.get_byte_time_domain_data(&mut samples);
        let loudest = samples.iter().map(|sample| sample.abs_diff(128)).max().unwrap_or(0);
        (f64::from(loudest) / 128.0).min(1.0)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        sound::close(&self.context);
    }
}

fn microphone(stream: &MediaStream) -> Option<String> {
    Some(stream.get_audio_tracks().get(0).dyn_into::<web_sys::MediaStreamTrack>().ok()?.id())
}
