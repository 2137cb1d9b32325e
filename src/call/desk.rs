//! What all calls of a page share while an input is handled: the clock, the actions so far, fresh ids, TURN, the settings.

use crate::call::media::{CaptureId, MediaCommand};
use crate::call::peer::{PeerCommand, PeerId, PeerSettings};
use crate::call::settings::{Preferences, SiteSettings};
use crate::call::turn::Turn;
use crate::call::view::CallKey;
use crate::call::vocabulary::{Action, SendToken};
use crate::time::Millis;

/// The shared desk.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// When the input being handled came.
    pub(super) now: Millis,
    /// What is to be done, in order.
    pub(super) out: Vec<Action>,
    /// The homeserver's TURN servers.
    pub(super) turn: Turn,
    /// The person's choices.
    pub(super) preferences: Preferences,
    /// The site's.
    pub(super) site: SiteSettings,
    ids: u64,
}

impl Desk {
    /// A desk with nothing on it.
    pub(super) fn new(preferences: Preferences, site: SiteSettings) -> Self {
        Self { preferences, site, ..Self::default() }
    }

    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// A new call's name on this page.
    pub(super) fn new_call(&mut self) -> CallKey {
        CallKey(self.id())
    }

    /// A new capture.
    pub(super) fn new_capture(&mut self) -> CaptureId {
        CaptureId(self.id())
    }

    /// A new peer connection.
    pub(super) fn new_peer(&mut self) -> PeerId {
        PeerId(self.id())
    }

    /// A new request.
    pub(super) fn new_token(&mut self) -> SendToken {
        SendToken(self.id())
    }

    /// Tells a peer connection.
    pub(super) fn peer(&mut self, peer: PeerId, command: PeerCommand) {
        self.out.push(Action::Peer(peer, command));
    }

    /// Tells a capture.
    pub(super) fn media(&mut self, capture: CaptureId, command: MediaCommand) {
        self.out.push(Action::Media(capture, command));
    }

    /// Asks for TURN servers when it is time to. True: an answer is under way, and worth a wait.
    pub(super) fn turn_is_coming(&mut self) -> bool {
        if self.turn.ask(self.now) {
            self.out.push(Action::FetchTurn);
        }
        self.turn.is_asking()
    }

    /// Whether media goes through a TURN server only.
    pub(super) fn relay_only(&self) -> bool {
        self.preferences.relay_only.unwrap_or(self.site.relay_only)
    }

    /// How a connection is made at the moment.
    pub(super) fn peer_settings(&self, capture: CaptureId) -> PeerSettings {
        PeerSettings {
            ice_servers: self.turn.ice_servers(self.now, &self.preferences, &self.site),
            relay_only: self.relay_only(),
            capture,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_s_choice_of_the_relay_counts_before_the_site_s() {
        let asks = |site, person| {
            let site = SiteSettings { relay_only: site, ..SiteSettings::default() };
            Desk::new(Preferences { relay_only: person, ..Preferences::default() }, site).relay_only()
        };
        assert!(asks(true, None) && asks(false, Some(true)) && asks(true, Some(true)));
        assert!(!asks(false, None) && !asks(true, Some(false)));
    }
}
