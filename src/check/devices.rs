//! The look at microphone and camera: opens both at once, lets the user choose among what there is, and names what is wrong.

use serde_json::Value;

use crate::call::devices::{Device as Listed, Devices};
use crate::call::media::{Kind, MediaCommand, MediaError, MediaEvent, Slot, Wanted};
use crate::locale::CHECK_EN;
use crate::page::labels;
use crate::text_key;

const BOTH: [Kind; 2] = [Kind::Audio, Kind::Video];

/// What happens to the look.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceInput {
    /// The page listens from now on. Comes first, once.
    Started,
    /// Use the one of this label; an empty one is the system's choice.
    Choose(Kind, String),
    /// What the capture reports.
    Media(MediaEvent),
    /// Which devices there are; none where the browser does not say. Labels are empty before it was allowed to open one.
    Listed(Devices),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceAction {
    /// Tell the capture.
    Media(MediaCommand),
    /// List the devices and pass [`DeviceInput::Listed`].
    List,
    /// Remember these labels, and tell the card.
    Keep(Value),
}

/// What is wrong with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// It was open and is not there any more.
    Gone,
    /// It could not be opened.
    Failed(MediaError),
}

/// One device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Choice {
    label: Option<String>,
    /// The id that was asked for last, if any was: `None` in it is the system's choice.
    asked: Option<Option<String>>,
    open: bool,
    trouble: Option<Trouble>,
}

/// Both devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    microphone: Choice,
    camera: Choice,
    listed: Devices,
    /// What was there when it was last decided what to open.
    considered: Devices,
    started: bool,
    /// What the capture has been asked for and has not answered, in order.
    requests: Vec<Vec<Kind>>,
}

impl Look {
    /// With the devices that were remembered, whatever that is.
    pub fn new(kept: &Value) -> Self {
        let [microphone, camera] = labels::read(kept).map(|label| Choice { label, ..Choice::default() });
        Self { microphone, camera, ..Self::default() }
    }

    /// Takes what happened, gives what is to be done, in order.
    pub fn handle(&mut self, input: DeviceInput) -> Vec<DeviceAction> {
        match input {
            // Where the browser knows the user's answer already, it gives the names that the remembered ones are found by.
            DeviceInput::Started => vec![DeviceAction::List],
            DeviceInput::Choose(kind, label) => self.choose(kind, label),
            DeviceInput::Media(event) => self.media(event),
            DeviceInput::Listed(devices) => self.listed(devices),
        }
    }

    /// What the page shows of it.
    pub fn view(&self) -> LookView {
        let one = |kind| {
            let choice = self.choice(kind);
            let labels = self.list(kind).iter().map(|listed| listed.label.clone());
            DeviceView {
                open: choice.open,
                trouble: choice.trouble.map(|trouble| words(kind, trouble)),
                chosen: choice.label.clone().unwrap_or_default(),
                labels: labels.filter(|label| !label.is_empty()).collect(),
            }
        };
        LookView {
            microphone: one(Kind::Audio),
            camera: one(Kind::Video),
            opening: !self.started || !self.requests.is_empty(),
        }
    }

    fn choice(&self, kind: Kind) -> &Choice {
        match kind {
            Kind::Audio => &self.microphone,
            Kind::Video => &self.camera,
        }
    }

    fn choice_mut(&mut self, kind: Kind) -> &mut Choice {
        match kind {
            Kind::Audio => &mut self.microphone,
            Kind::Video => &mut self.camera,
        }
    }

    fn list(&self, kind: Kind) -> &[Listed] {
        list_of(&self.listed, kind)
    }

    /// The id of the chosen one; `None` for the system's choice, also in place of one that is not there.
    fn chosen(&self, kind: Kind) -> Option<String> {
        let label = self.choice(kind).label.as_ref()?;
        self.list(kind).iter().find(|listed| listed.label == *label).map(|listed| listed.id.clone())
    }

    fn choose(&mut self, kind: Kind, label: String) -> Vec<DeviceAction> {
        self.choice_mut(kind).label = Some(label).filter(|label| !label.is_empty());
        let kept = labels::write([self.microphone.label.as_deref(), self.camera.label.as_deref()]);
        vec![DeviceAction::Keep(kept), self.open(&[kind])]
    }

    fn listed(&mut self, devices: Devices) -> Vec<DeviceAction> {
        self.listed = devices;
        if !self.started {
            self.started = true;
            self.considered = self.listed.clone();
            return vec![self.open(&BOTH)];
        }
        if !self.requests.is_empty() {
            // The devices are listed again when that is answered.
            return Vec::new();
        }
        let before = std::mem::replace(&mut self.considered, self.listed.clone());
        let kinds: Vec<Kind> = BOTH.into_iter().filter(|kind| self.is_worth_opening(*kind, &before)).collect();
        if kinds.is_empty() { Vec::new() } else { vec![self.open(&kinds)] }
    }

    /// Whether the chosen device has turned up, or any where there was none.
    fn is_worth_opening(&self, kind: Kind, before: &Devices) -> bool {
        let choice = self.choice(kind);
        let chosen = self.chosen(kind);
        let missed = matches!(choice.trouble, Some(Trouble::Gone | Trouble::Failed(MediaError::NotFound)));
        let known = |id: &str| list_of(before, kind).iter().any(|listed| listed.id == id);
        chosen.is_some() && choice.asked.as_ref() != Some(&chosen)
            || missed && self.list(kind).iter().any(|listed| !known(&listed.id))
    }

    fn open(&mut self, kinds: &[Kind]) -> DeviceAction {
        let mut wanted = Wanted::default();
        for kind in kinds {
            let id = self.chosen(*kind);
            let choice = self.choice_mut(*kind);
            (choice.open, choice.trouble, choice.asked) = (false, None, Some(id.clone()));
            match kind {
                Kind::Audio => wanted.audio = Some(id),
                Kind::Video => wanted.video = Some(id),
            }
        }
        self.requests.push(kinds.to_vec());
        DeviceAction::Media(MediaCommand::Open(wanted))
    }

    fn media(&mut self, event: MediaEvent) -> Vec<DeviceAction> {
        match event {
            MediaEvent::Opened { audio, video, camera_failed, .. } => {
                self.answered();
                for (choice, open) in [(&mut self.microphone, audio), (&mut self.camera, video)] {
                    choice.open = open;
                    choice.trouble = choice.trouble.filter(|_| !open);
                }
                if let Some(error) = camera_failed {
                    self.camera.trouble = Some(Trouble::Failed(error));
                }
            }
            MediaEvent::Failed(error) => {
                let kinds = self.answered();
                let hopeless = matches!(error, MediaError::Insecure | MediaError::Unsupported);
                if kinds.len() > 1 && !hopeless {
                    // The capture gives a camera up for the sake of the microphone, and here that alone was the matter.
                    self.microphone.trouble = Some(Trouble::Failed(error));
                    return vec![self.open(&[Kind::Video])];
                }
                for kind in kinds {
                    self.choice_mut(kind).trouble = Some(Trouble::Failed(error));
                }
            }
            MediaEvent::Ended(Slot::User, kind) => {
                let choice = self.choice_mut(kind);
                (choice.open, choice.trouble) = (false, Some(Trouble::Gone));
            }
            MediaEvent::Ended(Slot::Screen, _) | MediaEvent::ScreenOpened { .. } | MediaEvent::ScreenFailed(_) => {
                return Vec::new();
            }
        }
        // Only now do they have names.
        vec![DeviceAction::List]
    }

    /// What the capture's answer is to.
    fn answered(&mut self) -> Vec<Kind> {
        if self.requests.is_empty() { Vec::new() } else { self.requests.remove(0) }
    }
}

fn list_of(devices: &Devices, kind: Kind) -> &[Listed] {
    match kind {
        Kind::Audio => &devices.microphones,
        Kind::Video => &devices.cameras,
    }
}

/// What is wrong, and what to do.
fn words(kind: Kind, trouble: Trouble) -> &'static str {
    match (kind, trouble) {
        (Kind::Audio, Trouble::Gone) => text_key!("microphone.gone", CHECK_EN),
        (Kind::Video, Trouble::Gone) => text_key!("camera.gone", CHECK_EN),
        (Kind::Audio, Trouble::Failed(error)) => match error {
            MediaError::NotAllowed => text_key!("microphone.not_allowed", CHECK_EN),
            MediaError::Framed => text_key!("microphone.framed", CHECK_EN),
            MediaError::NotFound | MediaError::Unfit => text_key!("microphone.not_found", CHECK_EN),
            MediaError::InUse => text_key!("microphone.in_use", CHECK_EN),
            MediaError::Insecure | MediaError::Unsupported | MediaError::Other => {
                text_key!("microphone.failed", CHECK_EN)
            }
        },
        (Kind::Video, Trouble::Failed(error)) => match error {
            MediaError::NotAllowed => text_key!("camera.not_allowed", CHECK_EN),
            MediaError::Framed => text_key!("camera.framed", CHECK_EN),
            MediaError::NotFound | MediaError::Unfit => text_key!("camera.not_found", CHECK_EN),
            MediaError::InUse => text_key!("camera.in_use", CHECK_EN),
            MediaError::Insecure | MediaError::Unsupported | MediaError::Other => text_key!("camera.failed", CHECK_EN),
        },
    }
}

/// What the page shows of the devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookView {
    /// The microphone.
    pub microphone: DeviceView,
    /// The camera.
    pub camera: DeviceView,
    /// The browser is asked for something; it may be asking the user.
    pub opening: bool,
}

/// What the page shows of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// It is open and can be seen or heard.
    pub open: bool,
    /// The key of what is to be said when it is not.
    pub trouble: Option<&'static str>,
    /// The label of the chosen one; empty for the system's choice.
    pub chosen: String,
    /// The labels to choose from.
    pub labels: Vec<String>,
}

#[cfg(test)]
mod tests;
