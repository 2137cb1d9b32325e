//! The transceivers of a connection. Each (slot, kind) has one for ever: transceivers can't be removed and each makes the SDP
//! longer, so a track that comes back is put into the one that is there.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack, RtcPeerConnection, RtcRtpTransceiver};

use super::events;
use crate::browser::js;
use crate::call::media::{Kind, Slot};
use crate::call::peer::smaller_by;

#[derive(Default)]
pub(super) struct Senders {
    known: Vec<Sender>,
    /// While this side holds: which transceivers received before.
    held: Option<Vec<(RtcRtpTransceiver, bool)>>,
    /// The camera's sender has the screen.
    pub(super) screen_instead_of_camera: bool,
}

struct Sender {
    slot: Slot,
    kind: Kind,
    transceiver: RtcRtpTransceiver,
}

type Find<'a> = &'a dyn Fn(Slot) -> Option<MediaStream>;

impl Senders {
    /// Lets the slot's senders send what its stream has; gives the promises of `replaceTrack`.
    pub(super) fn bring_in_line(&mut self, browser: &RtcPeerConnection, slot: Slot, stream: Find) -> Vec<JsValue> {
        let mut replacements = Vec::new();
        for kind in [Kind::Audio, Kind::Video] {
            let instead = self.screen_instead_of_camera && slot == Slot::User && kind == Kind::Video;
            let source = stream(if instead { Slot::Screen } else { slot });
            let track = source.as_ref().and_then(|source| track_of(source, kind));
            match (self.transceiver(slot, kind), track) {
                (Some(transceiver), track) => {
                    let sender = transceiver.sender();
                    if sender.track() != track {
                        let track = track.as_ref().map_or(JsValue::NULL, JsValue::from);
                        replacements.extend(js::call(&sender, "replaceTrack", &[&track]));
                    }
                    // A camera that is off keeps its direction, so that switching it never negotiates.
                    if slot == Slot::Screen || track.is_some() {
                        self.direct(&transceiver, track.is_some());
                    }
                }
                (None, Some(track)) if !instead => {
                    if let Some(stream) = stream(slot) {
                        self.add(browser, slot, kind, &track, &stream);
                    }
                }
                (None, _) => {}
            }
        }
        replacements
    }

    /// The other side may have stopped one by refusing its line; that one never sends again.
    fn transceiver(&self, slot: Slot, kind: Kind) -> Option<RtcRtpTransceiver> {
        let sender = self.known.iter().find(|sender| {
            sender.slot == slot && sender.kind == kind && way(js::text(&sender.transceiver, "direction")).is_some()
        });
        sender.map(|sender| sender.transceiver.clone())
    }

    fn add(
        &mut self,
        browser: &RtcPeerConnection,
        slot: Slot,
        kind: Kind,
        track: &MediaStreamTrack,
        stream: &MediaStream,
    ) {
        // With the stream, so that the SDP names it.
        let Ok(sender) = js::call(browser, "addTrack", &[track, stream]) else { return };
        let Some(transceiver) = transceivers(browser).find(|transceiver| JsValue::from(transceiver.sender()) == sender)
        else {
            return;
        };
        if slot == Slot::Screen && kind == Kind::Video {
            without_retransmission(&transceiver);
        }
        self.known.push(Sender { slot, kind, transceiver });
        self.hold_new(browser);
    }

    /// Sends the camera's picture small or whole. Where the browser knows no such thing the picture stays as it is.
    pub(super) fn scale_picture(&self, small: bool) {
        let Some(transceiver) = self.transceiver(Slot::User, Kind::Video) else { return };
        let sender = transceiver.sender();
        let settings = sender.track().filter(|_| small).and_then(|track| js::call(&track, "getSettings", &[]).ok());
        let side = |name| settings.as_ref().and_then(|settings| js::get(settings, name).as_f64());
        let times = side("width").zip(side("height")).map_or(1.0, |(width, height)| smaller_by(width, height));
        let Ok(parameters) = js::call(&sender, "getParameters", &[]) else { return };
        let encodings = js::list(&js::get(&parameters, "encodings"));
        if encodings.length() == 0 {
            return;
        }
        js::set(&encodings.get(0), "scaleResolutionDownBy", &times.into());
        js::forget(js::call(&sender, "setParameters", &[&parameters]));
    }

    fn direct(&self, transceiver: &RtcRtpTransceiver, send: bool) {
        let receive = way(js::text(transceiver, "direction")).is_some_and(|(_, receive)| receive);
        set_way(transceiver, send, receive);
    }

    /// Holds or resumes. What sends goes on sending and nothing is received; afterwards each receives as it did before.
    pub(super) fn hold(&mut self, browser: &RtcPeerConnection, hold: bool) {
        if hold {
            self.held.get_or_insert_default();
            self.hold_new(browser);
            return;
        }
        for (transceiver, receive) in self.held.take().into_iter().flatten() {
            if let Some((send, _)) = way(js::text(&transceiver, "direction")) {
                set_way(&transceiver, send, receive);
            }
        }
    }

    /// Holds those that came since, when this side holds.
    pub(super) fn hold_new(&mut self, browser: &RtcPeerConnection) {
        let Some(held) = &mut self.held else { return };
        for transceiver in transceivers(browser) {
            let known = held.iter().any(|(held, _)| *held == transceiver);
            if let Some((send, receive)) = way(js::text(&transceiver, "direction")).filter(|_| !known) {
                set_way(&transceiver, send, false);
                held.push((transceiver, receive));
            }
        }
    }
}

fn transceivers(browser: &RtcPeerConnection) -> impl Iterator<Item = RtcRtpTransceiver> {
    browser.get_transceivers().into_iter().map(JsCast::unchecked_into)
}

/// A direction as (sends, receives); `None` for a stopped one and before there is any.
fn way(direction: Option<String>) -> Option<(bool, bool)> {
    match direction?.as_str() {
        "sendrecv" => Some((true, true)),
        "sendonly" => Some((true, false)),
        "recvonly" => Some((false, true)),
        "inactive" => Some((false, false)),
        _ => None,
    }
}

fn set_way(transceiver: &RtcRtpTransceiver, send: bool, receive: bool) {
    let direction = match (send, receive) {
        (true, true) => "sendrecv",
        (true, false) => "sendonly",
        (false, true) => "recvonly",
        (false, false) => "inactive",
    };
    js::set(transceiver, "direction", &direction.into());
}

fn track_of(stream: &MediaStream, kind: Kind) -> Option<MediaStreamTrack> {
    stream.get_tracks().into_iter().find(|track| events::kind(track) == kind).map(JsCast::unchecked_into)
}

/// Retransmission in a screen's line crashes the other side's browser in some pairs of Chrome and Firefox (`calls-1to1.md` 3.5).
fn without_retransmission(transceiver: &RtcRtpTransceiver) {
    let receiver = js::get(&js_sys::global(), "RTCRtpReceiver");
    let Ok(capabilities) = js::call(&receiver, "getCapabilities", &[&"video".into()]) else { return };
    let codecs = js::list(&js::get(&capabilities, "codecs"));
    let is_kept =
        |codec: &JsValue| js::text(codec, "mimeType").is_some_and(|name| !name.eq_ignore_ascii_case("video/rtx"));
    prefer(transceiver, &codecs.into_iter().filter(is_kept).collect::<Vec<_>>());
}

/// Chrome lists codecs that it then refuses, and the whole list with them: those are left out, one by one. A browser that refuses
/// all keeps its own choice.
fn prefer(transceiver: &RtcRtpTransceiver, codecs: &[JsValue]) {
    let set =
        |codecs: &[JsValue]| js::call(transceiver, "setCodecPreferences", &[&codecs.iter().collect::<Array>()]).is_ok();
    if set(codecs) {
        return;
    }
    let mut taken = Vec::new();
    for codec in codecs {
        taken.push(codec.clone());
        if !set(&taken) {
            taken.pop();
        }
    }
}
