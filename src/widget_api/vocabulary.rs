//! The words that both ends share: devices, mute states, participants.

use serde_json::Value;

use crate::json::{self, Object};

/// How many participants are reported. More would not be shown, and the list is a stranger's.
const PARTICIPANT_LIMIT: usize = 200;
/// The longest name or label that is kept, in characters.
const TEXT_LIMIT: usize = 256;
/// The longest avatar address that is kept, in bytes.
const ADDRESS_LIMIT: usize = 2048;

/// Which microphone or camera to join with (`chat-web.md` 5.3): an absent key means any, null means to start muted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// Whichever; on unless something else says otherwise.
    #[default]
    Any,
    /// None for now: start muted.
    Muted,
    /// The one with this label.
    Labelled(String),
}

impl Device {
    pub(super) fn read(data: &Object, key: &str) -> Self {
        match data.get(key) {
            Some(Value::Null) => Self::Muted,
            Some(Value::String(label)) if !label.is_empty() => Self::Labelled(clipped(label, TEXT_LIMIT)),
            _ => Self::Any,
        }
    }

    pub(super) fn write(&self, data: &mut Object, key: &str) {
        let value = match self {
            Self::Any => return,
            Self::Muted => Value::Null,
            Self::Labelled(label) => label.as_str().into(),
        };
        data.insert(key.into(), value);
    }
}

/// What is known, or wanted, of the two devices. What a message does not name stays `None` and is left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceStates {
    /// Whether the microphone is on.
    pub audio_enabled: Option<bool>,
    /// Whether the camera is on.
    pub video_enabled: Option<bool>,
}

impl DeviceStates {
    pub(super) fn read(data: &Object) -> Self {
        Self {
            audio_enabled: json::boolean(data, "audio_enabled"),
            video_enabled: json::boolean(data, "video_enabled"),
        }
    }

    /// Both: microphone, camera.
    pub fn each(self) -> [Option<bool>; 2] {
        [self.audio_enabled, self.video_enabled]
    }

    pub(super) fn write(self) -> Object {
        let mut data = Object::new();
        for (key, on) in [("audio_enabled", self.audio_enabled), ("video_enabled", self.video_enabled)] {
            if let Some(on) = on {
                data.insert(key.into(), on.into());
            }
        }
        data
    }

    /// These states, with `newer` laid over them.
    #[must_use]
    pub fn overlaid_with(self, newer: Self) -> Self {
        Self {
            audio_enabled: newer.audio_enabled.or(self.audio_enabled),
            video_enabled: newer.video_enabled.or(self.video_enabled),
        }
    }
}

/// Someone in the conference, in the words that Meet's own library uses (`io.element.participants`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participant {
    /// Meet's id of them.
    pub id: String,
    /// What they call themselves there; a stranger's word.
    pub display_name: Option<String>,
    /// Where their picture is; a stranger's word.
    pub avatar_url: Option<String>,
}

impl Participant {
    /// Reads a list; entries that are none are left out.
    pub(super) fn read_all(data: &Object) -> Vec<Self> {
        let read = |entry: &Value| {
            let entry = entry.as_object()?;
            Some(Self {
                id: clipped(json::string(entry, "participantId")?, TEXT_LIMIT),
                display_name: json::string(entry, "displayName").map(|name| clipped(name, TEXT_LIMIT)),
                avatar_url: json::string(entry, "avatarURL")
                    .filter(|address| address.len() <= ADDRESS_LIMIT)
                    .map(str::to_owned),
            })
        };
        json::array(data, "participants").iter().take(PARTICIPANT_LIMIT).filter_map(read).collect()
    }

    pub(super) fn write_all(participants: &[Self]) -> Object {
        let write = |participant: &Self| {
            let mut entry = Object::new();
            entry.insert("participantId".into(), participant.id.as_str().into());
            if let Some(name) = &participant.display_name {
                entry.insert("displayName".into(), name.as_str().into());
                entry.insert("formattedDisplayName".into(), name.as_str().into());
            }
            if let Some(address) = &participant.avatar_url {
                entry.insert("avatarURL".into(), address.as_str().into());
            }
            Value::Object(entry)
        };
        let mut data = Object::new();
        data.insert("participants".into(), participants.iter().map(write).collect());
        data
    }
}

/// Words as a JSON array.
pub(super) fn listed(words: &[&str]) -> Value {
    words.iter().copied().collect()
}

/// The first `limit` characters of `text`.
pub(crate) fn clipped(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_absent_device_and_a_null_one_are_different_wishes() {
        let wishes = [
            (json!({}), Device::Any),
            (json!({"audioInput": null}), Device::Muted),
            (json!({"audioInput": "Headset"}), Device::Labelled("Headset".into())),
        ];
        for (data, device) in wishes {
            let data = data.as_object().cloned().unwrap_or_default();
            assert_eq!(Device::read(&data, "audioInput"), device);
            let mut written = Object::new();
            device.write(&mut written, "audioInput");
            assert_eq!(written, data);
        }
    }

    #[test]
    fn a_partial_device_mute_leaves_the_camera_alone() {
        let data = json!({"audio_enabled": false, "video_enabled": "no"});
        let wanted = DeviceStates::read(data.as_object().expect("an object"));
        assert_eq!(wanted, DeviceStates { audio_enabled: Some(false), video_enabled: None });
        assert_eq!(Value::Object(wanted.write()), json!({"audio_enabled": false}));
    }

    #[test]
    fn a_crowd_is_cut_short() {
        let crowd = vec![json!({"participantId": "p", "displayName": "n".repeat(9999)}); 5000];
        let data = json!({ "participants": crowd });
        let read = Participant::read_all(data.as_object().expect("an object"));
        assert_eq!(read.len(), PARTICIPANT_LIMIT);
        assert_eq!(read.first().and_then(|one| one.display_name.as_deref()).map(str::len), Some(TEXT_LIMIT));
    }
}
