//! What my account data say of calls: whether they ring on this device, and whom I ignore.

use serde_json::Value;

use crate::ids::{DeviceId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::ordered::Set;

/// The type that holds the push rules.
const PUSH_RULES: &str = "m.push_rules";
/// The type that holds whom I ignore.
const IGNORED_USERS: &str = "m.ignored_user_list";
/// MSC3890; the device's id follows.
const SILENCED: &str = "org.matrix.msc3890.local_notification_settings.";
/// The most devices of which it is kept that they are silenced. The server is asked for this one only; one that sends the
/// others too must not fill the memory.
const MOST_DEVICES: usize = 50;
/// The most rooms that are muted here, for the same reason.
const MOST_MUTED: usize = 10_000;
/// The most people that are ignored here, for the same reason.
const MOST_IGNORED: usize = 10_000;

/// The account data that calls heed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The push rules keep calls quiet.
    quiet: bool,
    /// Rooms of which the push rules say nothing, or mentions alone.
    muted: Set<RoomId>,
    silenced: Set<DeviceId>,
    ignored: Set<UserId>,
}

impl Account {
    /// The types to ask the server for.
    pub fn types(device: &DeviceId) -> [String; 3] {
        [PUSH_RULES.to_owned(), IGNORED_USERS.to_owned(), [SILENCED, device.as_str()].concat()]
    }

    /// Takes a type's newest content; true when it is one that counts here.
    pub fn take(&mut self, event_type: &str, content: &Object) -> bool {
        match event_type {
            PUSH_RULES => {
                self.quiet = !lets_calls_ring(content);
                self.muted = muted_rooms(content);
            }
            IGNORED_USERS => {
                let users = json::object(content, "ignored_users").into_iter().flat_map(Object::keys);
                self.ignored = users.take(MOST_IGNORED).map(|user| UserId::from(user.as_str())).collect();
            }
            _ => {
                let Some(device) = event_type.strip_prefix(SILENCED).map(DeviceId::from) else {
                    return false;
                };
                if json::boolean(content, "is_silenced") != Some(true) {
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
        !self.quiet && !self.silenced.contains(device)
    }

    /// Whether the push rules notify of what is said in a room.
    pub fn notifies_in(&self, room: &RoomId) -> bool {
        !self.muted.contains(room)
    }

    /// Whether I ignore this user.
    pub fn is_ignored(&self, user: &UserId) -> bool {
        self.ignored.contains(user)
    }

    /// As [`read`](Self::read) takes it.
    pub(super) fn write(&self) -> Value {
        let silenced: Value = self.silenced.iter().collect();
        let ignored: Value = self.ignored.iter().collect();
        let muted: Value = self.muted.iter().collect();
        object_of!({ "quiet": self.quiet, "muted": muted, "silenced": silenced, "ignored": ignored })
    }

    /// Reads what was kept. `None` when it was spoiled: the server sends it only when it changes.
    pub(super) fn read(kept: &Object) -> Option<Self> {
        let texts = |key| kept.get(key)?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Some(Self {
            quiet: json::boolean(kept, "quiet")?,
            muted: texts("muted")?.into_iter().map(RoomId::from).collect(),
            silenced: texts("silenced")?.into_iter().map(DeviceId::from).collect(),
            ignored: texts("ignored")?.into_iter().map(UserId::from).collect(),
        })
    }
}

/// Whether push rules let a call ring (Client-Server API, "Push notifications"): `.m.rule.call` notifies with a sound, and
/// `.m.rule.master`, which silences everything, is off. Rules that are not there silence nothing.
fn lets_calls_ring(content: &Object) -> bool {
    let global = json::object(content, "global");
    let rule = |kind: &str, id: &str| {
        let rules = global.map_or(&[][..], |global| json::array(global, kind)).iter().filter_map(Value::as_object);
        rules.into_iter().find(|rule| json::string(rule, "rule_id") == Some(id))
    };
    let is_on = |rule: &Object| json::boolean(rule, "enabled").unwrap_or(true);
    let rings = |rule: &Object| {
        let actions = json::array(rule, "actions");
        let sounds = |action: &Value| {
            action.as_object().is_some_and(|action| {
                json::string(action, "set_tweak") == Some("sound") && action.contains_key("value")
            })
        };
        actions.iter().any(|action| action.as_str() == Some("notify")) && actions.iter().any(sounds)
    };
    !rule("override", ".m.rule.master").is_some_and(is_on)
        && rule("underride", ".m.rule.call").is_none_or(|rule| is_on(rule) && rings(rule))
}

/// Rooms that a rule of their own keeps quiet: one that overrides everything for a room is mute, one for the room itself leaves
/// mentions. Both come before the rule for conferences (`.im.vector.jitsi`, an underride rule).
fn muted_rooms(content: &Object) -> Set<RoomId> {
    let global = json::object(content, "global");
    let rules = |kind: &str| {
        let rules = global.map_or(&[][..], |global| json::array(global, kind)).iter().filter_map(Value::as_object);
        rules.filter(|rule| {
            let notifies = json::array(rule, "actions").iter().any(|action| action.as_str() == Some("notify"));
            json::boolean(rule, "enabled").unwrap_or(true) && !notifies
        })
    };
    let only_room = |rule: &'_ Object| {
        let [condition] = json::array(rule, "conditions") else { return None };
        let condition = condition.as_object()?;
        let of_room = json::string(condition, "kind")? == "event_match" && json::string(condition, "key")? == "room_id";
        json::string(condition, "pattern").filter(|_| of_room).map(RoomId::from)
    };
    let overridden = rules("override").filter_map(only_room);
    let mentions = rules("room").filter_map(|rule| json::string(rule, "rule_id")).map(RoomId::from);
    overridden.chain(mentions).take(MOST_MUTED).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rings(rules: Value) -> bool {
        let mut account = Account::default();
        assert!(account.take(PUSH_RULES, rules.as_object().unwrap()));
        account.ring_allowed(&"D".into())
    }

    fn call_rule(enabled: bool, actions: Value) -> Value {
        json!({ "global": { "underride": [{ "rule_id": ".m.rule.call", "enabled": enabled, "actions": actions }] } })
    }

    #[test]
    fn a_call_rings_while_its_rule_notifies_with_a_sound() {
        let usual =
            json!(["notify", { "set_tweak": "sound", "value": "ring" }, { "set_tweak": "highlight", "value": false }]);
        assert!(rings(call_rule(true, usual.clone())));
        assert!(!rings(call_rule(false, usual)));
        assert!(!rings(call_rule(true, json!(["notify"]))));
        assert!(!rings(call_rule(true, json!([{ "set_tweak": "sound", "value": "ring" }]))));
        assert!(!rings(call_rule(true, json!(["dont_notify"]))));
    }

    #[test]
    fn the_master_rule_silences_everything() {
        let master = |enabled: bool| json!({ "global": { "override": [{ "rule_id": ".m.rule.master", "enabled": enabled, "actions": [] }] } });
        assert!(!rings(master(true)));
        assert!(rings(master(false)));
    }

    #[test]
    fn a_room_with_a_rule_of_its_own_that_does_not_notify_is_muted() {
        let of_room = |pattern: &str| json!([{ "kind": "event_match", "key": "room_id", "pattern": pattern }]);
        let rules = json!({ "global": {
            "override": [
                { "rule_id": "!mute", "enabled": true, "conditions": of_room("!mute"), "actions": [] },
                { "rule_id": "!off", "enabled": false, "conditions": of_room("!off"), "actions": ["dont_notify"] },
                { "rule_id": "!all", "enabled": true, "conditions": of_room("!all"), "actions": ["notify"] },
                { "rule_id": ".m.rule.suppress_notices", "enabled": true, "actions": [],
                  "conditions": [{ "kind": "event_match", "key": "content.msgtype", "pattern": "m.notice" }] },
                { "rule_id": "odd", "conditions": [7], "actions": [] },
            ],
            "room": [{ "rule_id": "!mentions", "enabled": true, "actions": ["dont_notify"] }, { "rule_id": "!loud", "actions": ["notify"] }],
        } });
        let mut account = Account::default();
        account.take(PUSH_RULES, rules.as_object().unwrap());
        let notifies = |room: &str| account.notifies_in(&room.into());
        assert!(!notifies("!mute") && !notifies("!mentions"));
        assert!(["!off", "!all", "!loud", "!other"].into_iter().all(notifies));
        assert_eq!(Account::read(account.write().as_object().unwrap()), Some(account.clone()));
    }

    #[test]
    fn rules_that_are_not_there_or_make_no_sense_silence_nothing() {
        for rules in
            [json!({}), json!({ "global": 3 }), json!({ "global": { "underride": [1, {}, { "rule_id": 2 }] } })]
        {
            assert!(rings(rules));
        }
    }

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
    fn what_is_written_reads_back_the_same() {
        let mut account = Account::default();
        account.take(&format!("{SILENCED}D"), json!({ "is_silenced": true }).as_object().unwrap());
        account.take(IGNORED_USERS, json!({ "ignored_users": { "@eve:x": {} } }).as_object().unwrap());
        account.take(PUSH_RULES, call_rule(false, json!([])).as_object().unwrap());
        let kept = account.write();
        assert_eq!(Account::read(kept.as_object().unwrap()), Some(account));
        for (key, spoiled) in
            [("quiet", json!(1)), ("muted", json!([1])), ("silenced", json!({})), ("ignored", json!(["@eve:x", 5]))]
        {
            let (mut lacks, mut odd) = (kept.as_object().unwrap().clone(), kept.as_object().unwrap().clone());
            lacks.remove(key);
            odd.insert(key.into(), spoiled);
            assert_eq!((Account::read(&lacks), Account::read(&odd)), (None, None), "{key}");
        }
    }
}
