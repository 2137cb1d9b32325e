//! What a connection sends, and holding: as `browser::peer::senders` does it.

use meet_in_chat::call::media::{Kind, Slot};

use super::super::capture::Capture;
use super::super::sdp::Direction;
use super::{Connection, Transceiver};

impl Connection {
    pub(super) fn send(&mut self, slot: Slot, capture: &Capture) {
        let (audio, video, stream) = match (slot, &capture.screen) {
            (Slot::User, _) => (capture.audio.is_some(), capture.video.is_some(), Some(capture.stream.clone())),
            (Slot::Screen, Some((stream, audio))) => (*audio, true, Some(stream.clone())),
            (Slot::Screen, None) => (false, false, None),
        };
        for (kind, there) in [(Kind::Audio, audio), (Kind::Video, video)] {
            let own = self.transceivers.iter().position(|one| one.slot == Some(slot) && one.kind == kind);
            let free = || self.transceivers.iter().position(|one| one.slot.is_none() && one.kind == kind);
            match (own.or_else(|| free().filter(|_| there)), there) {
                (Some(at), true) => {
                    let one = &mut self.transceivers[at];
                    one.slot = Some(slot);
                    one.stream.clone_from(&stream);
                    one.direction.sends = true;
                }
                // A camera that is off keeps its sender; a screen that is not shared takes its direction back.
                (Some(at), false) if slot == Slot::Screen => {
                    let one = &mut self.transceivers[at];
                    one.direction.sends = false;
                }
                (None, true) => self.transceivers.push(Transceiver {
                    kind,
                    line: None,
                    slot: Some(slot),
                    stream: stream.clone(),
                    direction: Direction::BOTH,
                    received: None,
                    hears: None,
                }),
                _ => {}
            }
        }
        self.hold_new();
    }

    pub(super) fn hold(&mut self, on: bool) {
        self.holds = on;
        self.hold_new();
        for one in &mut self.transceivers {
            if let Some(received) = one.received.take_if(|_| !on) {
                one.direction.receives = received;
            }
        }
    }

    /// Those that came since are held, too.
    pub(super) fn hold_new(&mut self) {
        for one in self.transceivers.iter_mut().filter(|_| self.holds) {
            one.received.get_or_insert(one.direction.receives);
            one.direction.receives = false;
        }
    }
}
