//! Meet's microphone and camera commands only toggle (`meet-iframe.md` 5). Here they become wishes.

use crate::time::Millis;

/// How long Meet may take to carry out a toggle: a camera opens slowly, and the browser may ask first. A change that comes later is
/// somebody's own press.
const TOGGLE_LIMIT: Millis = Millis::seconds(10);

/// A microphone or camera inside Meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ToggledDevice {
    /// Whether it is on; `None` until Meet has said so.
    on: Option<bool>,
    /// How it is wanted.
    wanted: Option<bool>,
    /// Until when the effect of a toggle is waited for: a second one would undo it.
    toggling: Option<Millis>,
}

impl ToggledDevice {
    /// Wants it on or off. True: send the toggle command now.
    pub(super) fn want(&mut self, now: Millis, on: bool) -> bool {
        self.wanted = Some(on);
        self.toggling = self.toggling.filter(|until| now < *until);
        self.settle(now)
    }

    /// Meet says how it is. True: send the toggle command now.
    pub(super) fn report(&mut self, now: Millis, on: bool) -> bool {
        // What was so before is no effect of a toggle.
        if self.on.replace(on) != Some(on) && self.toggling.take().is_some_and(|until| until <= now) {
            self.wanted = None;
        }
        self.settle(now)
    }

    /// Meet can't open it.
    pub(super) fn failed(&mut self) {
        *self = Self { on: Some(false), ..Self::default() };
    }

    fn settle(&mut self, now: Millis) -> bool {
        let (Some(on), Some(wanted), None) = (self.on, self.wanted, self.toggling) else {
            return false;
        };
        if on == wanted {
            self.wanted = None;
            return false;
        }
        self.toggling = Some(now.plus(TOGGLE_LIMIT));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis::seconds(1);
    const LATER: Millis = Millis::seconds(12);

    #[test]
    fn a_wish_waits_until_the_state_is_known() {
        let mut camera = ToggledDevice::default();
        assert!(!camera.want(NOW, false));
        assert!(camera.report(NOW, true), "it is on, so it is toggled");
        assert!(!camera.report(NOW, false), "and then left alone");
    }

    #[test]
    fn a_second_wish_does_not_toggle_twice() {
        let mut camera = ToggledDevice::default();
        camera.report(NOW, true);
        assert!(camera.want(NOW, false));
        assert!(!camera.want(NOW, false));
        assert!(!camera.report(NOW, true), "what was so before is no effect");
        assert!(!camera.want(NOW, true), "the toggle under way comes first");
        assert!(camera.report(NOW, false), "then back on");
    }

    #[test]
    fn what_is_already_so_is_left_alone() {
        let mut camera = ToggledDevice::default();
        camera.report(NOW, true);
        assert!(!camera.want(NOW, true));
        assert!(!camera.report(NOW, false), "the user's own press is not undone");
    }

    #[test]
    fn a_wish_that_meet_did_not_carry_out_undoes_no_later_press() {
        let mut camera = ToggledDevice::default();
        camera.report(NOW, false);
        assert!(camera.want(NOW, true));
        assert!(!camera.want(NOW, false), "and taken back");
        assert!(!camera.report(LATER, true), "a press in Meet");
        assert!(camera.want(LATER, false), "a new wish counts");
    }

    #[test]
    fn a_wish_that_meet_did_not_carry_out_can_be_repeated() {
        let mut camera = ToggledDevice::default();
        camera.report(NOW, false);
        assert!(camera.want(NOW, true));
        assert!(camera.want(LATER, true));
    }

    #[test]
    fn what_meet_can_t_open_is_off_and_wanted_no_longer() {
        let mut camera = ToggledDevice::default();
        camera.report(NOW, false);
        assert!(camera.want(NOW, true));
        camera.failed();
        assert!(!camera.report(NOW, true), "the user's own press is not undone");
        assert!(camera.want(NOW, false));
    }
}
