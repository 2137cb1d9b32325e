//! What my account data say of calls: whether they ring on this device, whom I ignore, and what I agreed to join.

use serde_json::Value;

use crate::ids::{DeviceId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::meet::consent;
use crate::ordered::Set;
use crate::push_rules::{self, PushRules, SILENCED};

/// The type that holds whom I ignore.
const IGNORED_USERS: &str = "m.ignored_user_list";
/// The most devices of which it is kept that they are silenced. The server is asked for this one only; one that sends the
/// others too must not fill the memory.
const MOST_DEVICES: usize = 50;
/// The most people that are ignored here, for the same reason.
const MOST_IGNORED: usize = 10_000;
/// The largest consent that is kept, as text. An entry has some eighty bytes, and nobody presses a thousand times; without it the
/// person is asked again.
const LARGEST_CONSENT: usize = 256 << 10;

/// The account data that calls heed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    rules: PushRules,
    silenced: Set<DeviceId>,
    ignored: Set<UserId>,
    /// What I agreed to, as it came: `meet::consent` reads it.
    consent: Option<Value>,
}

impl Account {
    /// The types to ask the server for.
    pub fn types(device: &DeviceId) -> [String; 4] {
        let silenced = [SILENCED, device.as_str()].concat();
        [push_rules::EVENT_TYPE.to_owned(), IGNORED_USERS.to_owned(), consent::EVENT_TYPE.to_owned(), silenced]
    }

    /// Takes a type's newest content; true when it is one that counts here.
    pub fn take(&mut self, event_type: &str, content: &Object) -> bool {
        match event_type {
            push_rules::EVENT_TYPE => self.rules = PushRules::read(content),
            IGNORED_USERS => {
                let users = json::object(content, "ignored_users").into_iter().flat_map(Object::keys);
                self.ignored = users.take(MOST_IGNORED).map(|user| UserId::from(user.as_str())).collect();
            }
            consent::EVENT_TYPE => {
                let content = Value::Object(content.clone());
                self.consent = Some(content).filter(|content| json::text(content).len() <= LARGEST_CONSENT);
            }
            _ => {
                let Some(device) = event_type.strip_prefix(SILENCED).map(DeviceId::from) else {
                    return false;
                };
                if !push_rules::is_silenced(content) {
                    self.silenced.remove(&device);
                } else if self.silenced.len() < MOST_DEVICES {
                    self.silenced.insert(device);
                }
            }
        }
        true
    }

    /// Whether a call may ring on this device.
    pub fn ring_allowed(&self, device: &DeviceId) -> bool {
        !self.rules.quiet && !self.silenced.contains(device)
    }

    /// Whether the push rules notify of a conference in a room.
    pub fn notifies_in(&self, room: &RoomId) -> bool {
        self.rules.notify_in(room)
    }

    /// Whether I ignore this user.
    pub fn is_ignored(&self, user: &UserId) -> bool {
        self.ignored.contains(user)
    }

    /// What I agreed to.
    pub fn consent(&self) -> Option<&Value> {
        self.consent.as_ref()
    }

    /// As [`read`](Self::read) takes it.
    pub(super) fn write(&self) -> Value {
        let silenced: Value = self.silenced.iter().collect();
        let ignored: Value = self.ignored.iter().collect();
        let PushRules { quiet, conferences, apart } = &self.rules;
        let apart: Value = apart.iter().collect();
        object_of!({
            "quiet": *quiet, "conferences": *conferences, "apart": apart, "silenced": silenced, "ignored": ignored,
            "consent": self.consent.clone(),
        })
    }

    /// Reads what was kept. `None` when it was spoiled: the server sends it only when it changes.
    pub(super) fn read(kept: &Object) -> Option<Self> {
        let texts = |key| kept.get(key)?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Some(Self {
            rules: PushRules {
                quiet: json::boolean(kept, "quiet")?,
                conferences: json::boolean(kept, "conferences")?,
                apart: texts("apart")?.into_iter().map(RoomId::from).collect(),
            },
            silenced: texts("silenced")?.into_iter().map(DeviceId::from).collect(),
            ignored: texts("ignored")?.into_iter().map(UserId::from).collect(),
            consent: Some(kept.get("consent")?).filter(|consent| consent.is_object()).cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_silenced_device_is_silent_and_the_others_are_not() {
        let mut account = Account::default();
        let [.., of_d] = Account::types(&"D".into());
        account.take(&of_d, json!({ "is_silenced": true }).as_object().unwrap());
        assert!(!account.ring_allowed(&"D".into()) && account.ring_allowed(&"E".into()));
        account.take(&of_d, &Object::new());
        assert!(account.ring_allowed(&"D".into()));
        for device in 0..MOST_DEVICES + 9 {
            account.take(&format!("{SILENCED}{device}"), json!({ "is_silenced": true }).as_object().unwrap());
        }
        assert_eq!(account.silenced.len(), MOST_DEVICES);
    }

    #[test]
    fn who_is_no_longer_on_the_list_is_heard_again() {
        let mut account = Account::default();
        account.take(IGNORED_USERS, json!({ "ignored_users": { "@eve:x": {} } }).as_object().unwrap());
        assert!(account.is_ignored(&"@eve:x".into()) && !account.is_ignored(&"@ann:x".into()));
        account.take(IGNORED_USERS, json!({ "ignored_users": {} }).as_object().unwrap());
        assert!(!account.is_ignored(&"@eve:x".into()));
        assert!(!account.take("m.other", &Object::new()));
    }

    #[test]
    fn what_i_agreed_to_is_kept_as_it_came_unless_it_is_enormous() {
        let mut account = Account::default();
        let content = json!({ "widgets": { "$1": true }, "org.example": [null] });
        assert!(account.take(consent::EVENT_TYPE, content.as_object().unwrap()));
        assert_eq!(account.consent(), Some(&content));
        let enormous = json!({ "x": "x".repeat(LARGEST_CONSENT) });
        assert!(account.take(consent::EVENT_TYPE, enormous.as_object().unwrap()));
        assert_eq!(account.consent(), None);
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let mut account = Account::default();
        assert_eq!(Account::read(account.write().as_object().unwrap()), Some(account.clone()));
        account.take(consent::EVENT_TYPE, json!({ "widgets": {} }).as_object().unwrap());
        account.take(&format!("{SILENCED}D"), json!({ "is_silenced": true }).as_object().unwrap());
        account.take(IGNORED_USERS, json!({ "ignored_users": { "@eve:x": {} } }).as_object().unwrap());
        let rules = json!({ "global": {
            "underride": [{ "rule_id": ".m.rule.call", "actions": [] }, { "rule_id": ".im.vector.jitsi", "actions": [] }],
            "room": [{ "rule_id": "!all", "actions": ["notify"] }],
        } });
        assert!(account.take(push_rules::EVENT_TYPE, rules.as_object().unwrap()));
        assert!(!account.ring_allowed(&"E".into()) && account.notifies_in(&"!all".into()));
        assert!(!account.notifies_in(&"!other".into()));
        let kept = account.write();
        assert_eq!(Account::read(kept.as_object().unwrap()), Some(account));
        for (key, spoiled) in [
            ("quiet", json!(1)),
            ("conferences", json!(null)),
            ("apart", json!([1])),
            ("silenced", json!({})),
            ("ignored", json!(["@eve:x", 5])),
        ] {
            let (mut lacks, mut odd) = (kept.as_object().unwrap().clone(), kept.as_object().unwrap().clone());
            lacks.remove(key);
            odd.insert(key.into(), spoiled);
            assert_eq!((Account::read(&lacks), Account::read(&odd)), (None, None), "{key}");
        }
    }
}
