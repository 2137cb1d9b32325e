//! What there is to see of a call.

use crate::call::machine::{Call, State};
use crate::call::quality::Reading;
use crate::call::view::{CallView, Can, Phase};

impl Call {
    /// The call as people see it; `None` once it is over.
    pub(in crate::call) fn view(&self, rings_here: bool) -> Option<CallView> {
        let phase = match self.state {
            State::Preparing if self.outbox.has_begun() => Phase::Calling,
            State::Preparing => Phase::Preparing,
            State::InviteSent => Phase::Calling,
            State::Ringing => Phase::Ringing,
            State::Answering => Phase::Answering,
            State::Connecting => Phase::Connecting,
            State::Connected => Phase::Connected,
            State::Reconnecting => Phase::Reconnecting,
            State::Ended => return None,
        };
        // A call on hold is neither seen nor heard.
        let shown = !self.on_hold;
        let peer_camera = self.streams.camera().filter(|_| shown);
        let peer_screen = self.streams.screen().filter(|_| shown);
        Some(CallView {
            key: self.key,
            room: self.room.id.clone(),
            peer: self.peer.clone(),
            incoming: self.incoming,
            video: self.has_video(),
            phase,
            connected_at: self.lifeline.connected_at(),
            connection: self.connection,
            capture: self.media.capture(),
            muted: self.media.is_muted(),
            camera: self.media.camera(),
            screen: self.media.screen(),
            peer_muted: self.streams.says_muted(),
            peer_camera,
            peer_screen,
            peer_audio: if shown { self.streams.audible() } else { Vec::new() },
            on_hold: self.on_hold,
            held_by_peer: self.is_held_by_peer(),
            can: Can { camera: self.can_use_camera(), share: self.can_share(), hold: self.can_hold() },
            quality: self.lifeline.readings().last().map(Reading::quality),
            readings: self.lifeline.readings().to_vec(),
            path: self.lifeline.path(),
            word: self.word,
            silenced: self.silenced,
            rings_here,
        })
    }

    /// It has video: mine or theirs, or the offer has it while it rings.
    pub(in crate::call) fn has_video(&self) -> bool {
        match self.state {
            State::Ringing => self.is_offered_video(),
            _ => self.wants_video() || self.streams.camera().is_some() || self.streams.screen().is_some(),
        }
    }

    /// The word beside it was read.
    pub(in crate::call) fn read_word(&mut self) {
        self.word = None;
    }

    /// Silences its ring, or not.
    pub(in crate::call) fn silence(&mut self, silenced: bool) {
        self.silenced = silenced;
    }
}
