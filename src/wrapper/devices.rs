//! Microphone and camera before the meeting: on or off, and which ones. Checking them is another page's business (`check.html`), in a
//! frame on the card; the card opens no device itself.

use serde_json::Value;

use crate::call::media::Kind;
use crate::page::labels;
use crate::widget_api::{Device, DeviceStates};

/// What the user does with the devices on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceInput {
    /// Enter with it on instead of off, or the other way round.
    Toggle(Kind),
    /// Begin or end the check of both.
    Check,
}

/// What is to be done about the devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceAction {
    /// Open the frame of the check. There is none at that moment.
    OpenCheck,
    /// Empty that frame and remove it, so that the browser frees what it has open.
    CloseCheck,
}

/// How one device is entered with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Whether it starts muted; `None`: nobody said so.
    pub(super) muted: Option<bool>,
    /// The label of the one to use.
    pub(super) label: Option<String>,
}

impl Wish {
    /// What a client asks for. Where it asks for any device, what the user has said on the card counts.
    pub(super) fn of_client(device: &Device, on_the_card: Self) -> Self {
        match device {
            Device::Any => on_the_card,
            Device::Muted => Self { muted: Some(true), label: None },
            // Which one, not whether it starts on (`chat-web.md` 5.3).
            Device::Labelled(label) => Self { label: Some(label.clone()), ..on_the_card },
        }
    }

    /// On or off by a later wish, if there is one.
    pub(super) fn switch(&mut self, on: Option<bool>) {
        self.muted = on.map(|on| !on).or(self.muted);
    }
}

/// One device, as the card has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    on: bool,
    /// The user has said so, against what the address says.
    touched: bool,
    label: Option<String>,
}

impl Choice {
    fn wish(&self) -> Wish {
        Wish { muted: self.touched.then_some(!self.on), label: self.label.clone().filter(|_| self.on) }
    }
}

/// Both devices of the card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Desk {
    microphone: Choice,
    camera: Choice,
    checking: bool,
}

impl Desk {
    /// As the address has them: `None` leaves a device to the server, which commonly means on.
    pub(super) fn new(audio_muted: Option<bool>, video_muted: Option<bool>) -> Self {
        let choice = |muted| Choice { on: muted != Some(true), ..Choice::default() };
        Self { microphone: choice(audio_muted), camera: choice(video_muted), checking: false }
    }

    /// Takes over what the check has chosen, in this visit or an earlier one, whatever that is.
    pub(super) fn remember(&mut self, kept: &Value) {
        [self.microphone.label, self.camera.label] = labels::read(kept);
    }

    /// What the user enters with: microphone and camera.
    pub(super) fn wishes(&self) -> [Wish; 2] {
        [self.microphone.wish(), self.camera.wish()]
    }

    pub(super) fn handle(&mut self, input: DeviceInput) -> Option<DeviceAction> {
        match input {
            DeviceInput::Toggle(kind) => {
                let choice = match kind {
                    Kind::Audio => &mut self.microphone,
                    Kind::Video => &mut self.camera,
                };
                (choice.on, choice.touched) = (!choice.on, true);
                None
            }
            DeviceInput::Check if self.checking => self.close(),
            DeviceInput::Check => {
                self.checking = true;
                Some(DeviceAction::OpenCheck)
            }
        }
    }

    /// On or off by the client's wish; what it does not name stays.
    pub(super) fn switch(&mut self, states: DeviceStates) {
        for (choice, on) in [&mut self.microphone, &mut self.camera].into_iter().zip(states.each()) {
            if let Some(on) = on {
                (choice.on, choice.touched) = (on, true);
            }
        }
    }

    /// Ends the check, which frees the devices.
    pub(super) fn close(&mut self) -> Option<DeviceAction> {
        std::mem::take(&mut self.checking).then_some(DeviceAction::CloseCheck)
    }

    /// What the card shows of it.
    pub(super) fn view(&self) -> DevicesView {
        DevicesView { microphone_on: self.microphone.on, camera_on: self.camera.on, checking: self.checking }
    }
}

/// What the card shows of the devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevicesView {
    /// The user enters with the microphone on.
    pub microphone_on: bool,
    /// The user enters with the camera on.
    pub camera_on: bool,
    /// They are being checked.
    pub checking: bool,
}

#[cfg(test)]
mod tests;
