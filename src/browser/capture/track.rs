//! A live local track.

use std::cell::Cell;

use gloo_events::EventListener;
use web_sys::{MediaStream, MediaStreamTrack};

use crate::browser::crash::{self, Entry};

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
}

/// How many local tracks of the page are live, for tests.
pub fn live() -> usize {
    LIVE.get()
}

/// A track in a capture's stream. Dropping it stops it and takes it out of the stream.
pub(super) struct LiveTrack {
    pub(super) track: MediaStreamTrack,
    stream: MediaStream,
    ended: Option<EventListener>,
    _entry: Entry,
}

impl LiveTrack {
    /// Puts the track into the stream; `ended` is called when it ends by itself.
    pub(super) fn put(track: MediaStreamTrack, stream: &MediaStream, ended: Box<dyn Fn()>) -> Self {
        LIVE.set(LIVE.get() + 1);
        let of_crash = Clone::clone(&track);
        let entry = crash::enter(move || of_crash.stop());
        stream.add_track(&track);
        let ended = EventListener::new(&track, "ended", move |_| ended());
        Self { track, stream: Clone::clone(stream), ended: Some(ended), _entry: entry }
    }
}

impl Drop for LiveTrack {
    fn drop(&mut self) {
        self.track.stop();
        self.stream.remove_track(&self.track);
        LIVE.set(LIVE.get().saturating_sub(1));
        // It may be running right now: the track that ended is dropped by it.
        let ended = self.ended.take();
        wasm_bindgen_futures::spawn_local(async move { drop(ended) });
    }
}
