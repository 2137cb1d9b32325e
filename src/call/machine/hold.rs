//! Holding a call and taking it up again (`calls-1to1.md` 1.9). Where the other side can't renegotiate, holding is muting both ways here.

use crate::call::desk::Desk;
use crate::call::machine::{Call, State};
use crate::call::media::{Kind, MediaCommand};
use crate::call::peer::PeerCommand;
use crate::call::view::Camera;

impl Call {
    /// Whether it can be held or resumed.
    pub(super) fn can_hold(&self) -> bool {
        matches!(self.state, State::Connected | State::Reconnecting)
    }

    /// They hold it.
    pub(super) fn is_held_by_peer(&self) -> bool {
        self.can_hold() && self.negotiation.is_held()
    }

    /// It is on hold, or is to be as soon as media flows: another call has the turn, if there is one.
    pub(in crate::call) fn is_set_aside(&self) -> bool {
        self.is_engaged() && (self.on_hold || self.hold_when_up)
    }

    /// It gave its turn to another call before media flowed.
    pub(in crate::call) fn is_to_be_held(&self) -> bool {
        self.is_alive() && self.hold_when_up
    }

    /// It comes in the place of this call, which may have given its turn away.
    pub(in crate::call) fn takes_turn_of(&mut self, other: &Self) {
        self.hold_when_up = other.hold_when_up;
    }

    /// Media flows by now, and it was to be held then: it is, if the other call is still there.
    pub(in crate::call) fn hold_if_asked(&mut self, desk: &mut Desk, other: bool) {
        if self.can_hold() && std::mem::take(&mut self.hold_when_up) && other {
            self.hold(desk, true);
        }
    }

    /// Holds it, or takes it up again.
    pub(in crate::call) fn hold(&mut self, desk: &mut Desk, on: bool) {
        if !self.can_hold() {
            // Media that comes up later must not come on top of another call's.
            self.hold_when_up = on && self.is_engaged();
            return;
        }
        if self.on_hold == on {
            return;
        }
        if on {
            if self.media.screen() == crate::call::view::Screen::On {
                self.share(desk, false);
            }
            let camera = self.media.camera() != Camera::Off;
            self.resume_camera_later(camera);
            if camera {
                self.want_camera(desk, false);
            }
        }
        self.on_hold = on;
        if let Some(capture) = self.media.capture() {
            desk.media(capture, MediaCommand::Enable(Kind::Audio, !on && !self.media.is_muted()));
        }
        if let Some(peer) = self.connection.filter(|_| self.can_add_streams()) {
            desk.peer(peer, PeerCommand::Hold(on));
        }
        if !on && self.resume_camera_later(false) {
            self.want_camera(desk, true);
        }
        self.tell_metadata_soon(desk);
        self.pump(desk);
    }
}
