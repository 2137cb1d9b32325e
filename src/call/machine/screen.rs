//! Sharing the screen in one call (`calls-1to1.md` 3.5).

use crate::call::desk::Desk;
use crate::call::machine::{Call, State};
use crate::call::media::{Kind, MediaCommand, MediaError, MediaEvent, Slot};
use crate::call::peer::PeerCommand;
use crate::call::view::{Screen, Word};

impl Call {
    /// Shares the screen, or stops.
    pub(in crate::call) fn share(&mut self, desk: &mut Desk, on: bool) {
        let Some(capture) = self.media.capture else { return };
        if on && self.can_share() && self.media.screen() == Screen::Off {
            self.media.screen_asked = true;
            desk.media(capture, MediaCommand::OpenScreen);
        } else if !on && self.media.screen.take().is_some() {
            desk.media(capture, MediaCommand::CloseScreen);
            self.send_screen(desk, false);
        }
        self.pump(desk);
    }

    /// Where the other side knows no second stream, the screen takes the camera's place.
    pub(super) fn can_share(&self) -> bool {
        self.state == State::Connected && !self.on_hold && (self.can_add_streams() || self.media.video)
    }

    fn send_screen(&mut self, desk: &mut Desk, on: bool) {
        let Some(peer) = self.connection else { return };
        let command = if self.can_add_streams() {
            PeerCommand::Send(Slot::Screen)
        } else {
            PeerCommand::ScreenInsteadOfCamera(on)
        };
        desk.peer(peer, command);
    }

    /// A report on the screen.
    pub(super) fn screen_event(&mut self, desk: &mut Desk, event: &MediaEvent) {
        match event {
            // The browser's question outlasted the call's turn.
            MediaEvent::ScreenOpened { .. } if self.on_hold => {
                self.media.screen_asked = false;
                if let Some(capture) = self.media.capture {
                    desk.media(capture, MediaCommand::CloseScreen);
                }
            }
            MediaEvent::ScreenOpened { stream, audio } => {
                self.media.screen_asked = false;
                self.media.screen = Some((stream.clone(), *audio));
                self.send_screen(desk, true);
            }
            MediaEvent::ScreenFailed(error) => {
                self.media.screen_asked = false;
                // Who cancels the browser's question needs no word about it.
                if *error != MediaError::NotAllowed {
                    self.word = Some(Word::ScreenFailed(*error));
                }
            }
            MediaEvent::Ended(Slot::Screen, Kind::Video) => self.share(desk, false),
            _ => {}
        }
    }
}
