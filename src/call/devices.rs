//! The devices of this machine as a person chooses among them.

use crate::call::media::Kind;
use crate::call::settings::Preferences;

/// A device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its `deviceId`.
    pub id: String,
    /// Its name; empty before the person allowed its use.
    pub label: String,
}

/// The devices of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Devices {
    /// Microphones.
    pub microphones: Vec<Device>,
    /// Cameras.
    pub cameras: Vec<Device>,
    /// Loudspeakers; empty where the browser lets nobody choose (`setSinkId`).
    pub speakers: Vec<Device>,
}

impl Devices {
    /// Takes up an entry of `enumerateDevices`. Those without an id (before the person allowed anything) and Chromium's own names
    /// for what the system chooses are no devices to choose.
    pub fn add(&mut self, kind: &str, id: String, label: String) {
        if matches!(id.as_str(), "" | "default" | "communications") {
            return;
        }
        let list = match kind {
            "audioinput" => &mut self.microphones,
            "videoinput" => &mut self.cameras,
            "audiooutput" => &mut self.speakers,
            _ => return,
        };
        list.push(Device { id, label });
    }

    /// The kinds whose chosen device was there `before` and is not any more.
    pub fn gone(&self, before: &Self, chosen: &Preferences) -> Vec<Kind> {
        let gone = |chosen: &Option<String>, before: &[Device], now: &[Device]| {
            let listed = |devices: &[Device], id: &String| devices.iter().any(|device| device.id == *id);
            chosen.as_ref().is_some_and(|id| listed(before, id) && !listed(now, id))
        };
        let mut kinds = Vec::new();
        if gone(&chosen.microphone, &before.microphones, &self.microphones) {
            kinds.push(Kind::Audio);
        }
        if gone(&chosen.camera, &before.cameras, &self.cameras) {
            kinds.push(Kind::Video);
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(list: &[(&str, &str)]) -> Devices {
        let mut devices = Devices::default();
        for (kind, id) in list {
            devices.add(kind, (*id).into(), String::new());
        }
        devices
    }

    #[test]
    fn what_the_system_chooses_is_no_device_to_choose() {
        let list = [("audioinput", ""), ("audioinput", "default"), ("audiooutput", "communications"), ("odd", "x")];
        assert_eq!(devices(&list), Devices::default());
    }

    #[test]
    fn only_the_chosen_device_of_its_own_kind_can_be_missed() {
        let before = devices(&[("audioinput", "a"), ("audioinput", "b"), ("videoinput", "c")]);
        let chosen = Preferences { microphone: Some("a".into()), camera: Some("c".into()), ..Preferences::default() };
        let gone = |now: &[(&str, &str)]| devices(now).gone(&before, &chosen);
        assert_eq!(gone(&[("audioinput", "a"), ("videoinput", "c")]), []);
        assert_eq!(gone(&[("audioinput", "b"), ("videoinput", "c")]), [Kind::Audio]);
        assert_eq!(gone(&[("audioinput", "a"), ("videoinput", "a")]), [Kind::Video]);
        assert_eq!(gone(&[]), [Kind::Audio, Kind::Video]);
    }

    #[test]
    fn a_device_that_was_not_there_before_is_not_missed_anew() {
        let chosen = Preferences { camera: Some("c".into()), ..Preferences::default() };
        assert_eq!(Devices::default().gone(&Devices::default(), &chosen), []);
    }
}
