//! What the browser tells of a connection, in the words of `call::peer`.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MediaStream, RtcPeerConnection, RtcTrackEvent};

use super::{Connection, Remote};
use crate::browser::js;
use crate::call::event::Candidate;
use crate::call::media::Kind;
use crate::call::peer::{Link, MOST_STREAMS, PeerEvent};
use crate::ids::StreamId;

const EVENTS: [&str; 6] = [
    "negotiationneeded",
    "icecandidate",
    "icegatheringstatechange",
    "iceconnectionstatechange",
    "connectionstatechange",
    "track",
];

impl Connection {
    pub(super) fn listen(self: &Rc<Self>, browser: &RtcPeerConnection) {
        let mut listeners = self.listeners.borrow_mut();
        for name in EVENTS {
            let weak = Rc::downgrade(self);
            listeners.push(EventListener::new(browser, name, move |event| {
                if let Some(connection) = weak.upgrade() {
                    connection.heard(event);
                }
            }));
        }
    }

    fn heard(self: &Rc<Self>, event: &Event) {
        let Some(browser) = self.browser() else { return };
        match event.type_().as_str() {
            "negotiationneeded" => self.report(PeerEvent::NegotiationNeeded),
            "icecandidate" => match candidate(&js::get(event, "candidate")) {
                Some(candidate) => self.report(PeerEvent::Candidate(candidate)),
                None => self.gathered(),
            },
            "icegatheringstatechange" => match js::text(&browser, "iceGatheringState").as_deref() {
                Some("gathering") => self.gathered.set(false),
                Some("complete") => self.gathered(),
                _ => {}
            },
            "track" => {
                if let Some(event) = event.dyn_ref::<RtcTrackEvent>() {
                    self.track_came(event);
                }
            }
            _ => self.link_changed(&browser),
        }
    }

    fn gathered(&self) {
        if !self.gathered.replace(true) {
            self.report(PeerEvent::Gathered);
        }
    }

    fn link_changed(&self, browser: &RtcPeerConnection) {
        let state = |name| js::text(browser, name);
        let link = Link::of(state("iceConnectionState").as_deref(), state("connectionState").as_deref());
        if self.link.replace(link) != link {
            self.report(PeerEvent::Link(link));
        }
    }

    fn track_came(self: &Rc<Self>, event: &RtcTrackEvent) {
        let stream = event.streams().get(0).dyn_into::<MediaStream>().ok();
        let track = event.track();
        if let Some(stream) = &stream {
            self.keep(stream, &track);
        }
        let id = stream.map(|stream| StreamId::new(stream.id()));
        self.report(PeerEvent::Track { stream: id, kind: kind(&track) });
    }

    fn keep(self: &Rc<Self>, stream: &MediaStream, track: &JsValue) {
        let mut remote = self.remote.borrow_mut();
        if let Some(known) = remote.iter_mut().find(|known| known.stream == *stream) {
            known.tracks.push(track.clone());
            return;
        }
        if remote.len() >= MOST_STREAMS {
            return;
        }
        let (weak, of_listener) = (Rc::downgrade(self), Clone::clone(stream));
        let gone = EventListener::new(stream, "removetrack", move |event| {
            if let Some(connection) = weak.upgrade() {
                connection.track_went(&of_listener, &js::get(event, "track"));
            }
        });
        remote.push(Remote { stream: Clone::clone(stream), tracks: vec![track.clone()], _gone: gone });
    }

    /// A stream goes with the last of its tracks: when one comes back, the browser makes another stream of the same name. By then
    /// the stream itself may be empty since long: the browser takes all out before it tells of the first.
    fn track_went(&self, stream: &MediaStream, track: &JsValue) {
        let mut remote = self.remote.borrow_mut();
        for known in remote.iter_mut().filter(|known| known.stream == *stream) {
            known.tracks.retain(|other| other != track);
        }
        let gone = remote.extract_if(.., |known| known.tracks.is_empty()).next();
        drop(remote);
        // Its listener is running right now.
        spawn_local(async move { drop(gone) });
        self.report(PeerEvent::TrackGone { stream: StreamId::new(stream.id()), kind: kind(track) });
    }
}

/// A track's kind.
pub(super) fn kind(track: &JsValue) -> Kind {
    if js::text(track, "kind").as_deref() == Some("video") { Kind::Video } else { Kind::Audio }
}

fn candidate(value: &JsValue) -> Option<Candidate> {
    Candidate::read(&js::carried(value, u32::MAX)?)
}
