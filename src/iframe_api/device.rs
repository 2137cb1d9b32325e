//! Meet's microphone and camera commands only toggle (`meet-iframe.md` 5). Here they become wishes.

/// A microphone or camera inside Meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ToggledDevice {
    /// Whether it is on; `None` until Meet has said so.
    on: Option<bool>,
    /// How it is wanted.
    wanted: Option<bool>,
    /// A toggle was sent whose effect has not been reported: a second one would undo it.
    toggling: bool,
}

impl ToggledDevice {
    /// Wants it on or off. True: send the toggle command now.
    pub(super) fn want(&mut self, on: bool) -> bool {
        self.wanted = Some(on);
        self.settle()
    }

    /// Meet says how it is. True: send the toggle command now.
    pub(super) fn report(&mut self, on: bool) -> bool {
        self.on = Some(on);
        self.toggling = false;
        self.settle()
    }

    fn settle(&mut self) -> bool {
        let (Some(on), Some(wanted), false) = (self.on, self.wanted, self.toggling) else {
            return false;
        };
        self.toggling = on != wanted;
        if !self.toggling {
            self.wanted = None;
        }
        self.toggling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_waits_until_the_state_is_known() {
        let mut camera = ToggledDevice::default();
        assert!(!camera.want(false));
        assert!(camera.report(true), "it is on, so it is toggled");
        assert!(!camera.report(false), "and then left alone");
    }

    #[test]
    fn a_second_wish_does_not_toggle_twice() {
        let mut camera = ToggledDevice::default();
        camera.report(true);
        assert!(camera.want(false));
        assert!(!camera.want(false));
        assert!(!camera.want(true), "the toggle under way comes first");
        assert!(camera.report(false), "then back on");
    }

    #[test]
    fn what_is_already_so_is_left_alone() {
        let mut camera = ToggledDevice::default();
        camera.report(true);
        assert!(!camera.want(true));
        assert!(!camera.report(false), "the user's own press is not undone");
    }
}
