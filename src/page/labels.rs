//! The labels of the devices that were chosen: the form in which they are remembered and handed from page to page.

use serde_json::Value;

use crate::json::{self, Object};

/// The longest label that is taken, in characters.
const LIMIT: usize = 256;
const NAMES: [&str; 2] = ["microphone", "camera"];

/// The labels of microphone and camera in this, whatever it is; `None` is the system's choice.
pub(crate) fn read(kept: &Value) -> [Option<String>; 2] {
    NAMES.map(|name| {
        let label = kept.as_object().and_then(|kept| json::string(kept, name)).filter(|label| !label.is_empty());
        label.map(|label| label.chars().take(LIMIT).collect())
    })
}

/// What [`read`] reads as these labels.
pub(crate) fn write(labels: [Option<&str>; 2]) -> Value {
    let mut kept = Object::new();
    for (name, label) in NAMES.into_iter().zip(labels) {
        if let Some(label) = label {
            kept.insert(name.into(), label.into());
        }
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_kept_is_read_again_and_the_rest_is_the_systems_choice() {
        for labels in [[None, None], [Some("Headset"), None], [None, Some("é")], [Some("Headset"), Some("Lid camera")]]
        {
            assert_eq!(read(&write(labels)), labels.map(|label| label.map(str::to_owned)));
        }
        for garbage in [json!(null), json!([]), json!({"microphone": {}}), json!({"microphone": "", "camera": 7})] {
            assert_eq!(read(&garbage), [None, None], "{garbage}");
        }
    }

    #[test]
    fn an_endless_label_is_cut() {
        let [_, label] = read(&json!({ "camera": "é".repeat(LIMIT + 1) }));
        assert_eq!(label.map(|label| label.chars().count()), Some(LIMIT));
    }
}
