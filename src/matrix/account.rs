//! What my account data say of calls: whether they ring on this device, whom I ignore, and what I agreed to join.

use serde_json::Value;

use crate::ids::{DeviceId, RoomId, UserId};
use crate::json::{self, Object, object_of};
use crate::meet::consent;
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
/// The most rooms with a rule of their own here, for the same reason.
const MOST_ROOMS: usize = 10_000;
/// The most people that are ignored here, for the same reason.
const MOST_IGNORED: usize = 10_000;
/// The largest consent that is kept, as text. An entry has some eighty bytes, and nobody presses a thousand times; without it the
/// person is asked again.
const LARGEST_CONSENT: usize = 256 << 10;

/// The account data that calls heed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The push rules keep calls quiet.
    quiet: bool,
    /// The push rules notify of conferences.
    conferences: bool,
    /// Rooms in which it is the other way round, by a rule of their own.
    apart: Set<RoomId>,
    silenced: Set<DeviceId>,
    ignored: Set<UserId>,
    /// What I agreed to, as it came: `meet::consent` reads it.
    consent: Option<Value>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            quiet: false,
            conferences: true,
            apart: Set::default(),
            silenced: Set::default(),
            ignored: Set::default(),
            consent: None,
        }
    }
}

impl Account {
    /// The types to ask the server for.
    pub fn types(device: &DeviceId) -> [String; 4] {
        let silenced = [SILENCED, device.as_str()].concat();
        [PUSH_RULES.to_owned(), IGNORED_USERS.to_owned(), consent::EVENT_TYPE.to_owned(), silenced]
    }

    /// Takes a type's newest content; true when it is one that counts here.
    pub fn take(&mut self, event_type: &str, content: &Object) -> bool {
        match event_type {
            PUSH_RULES => {
                let rules = Rules(json::object(content, "global"));
                self.quiet = !rules.let_calls_ring();
                self.conferences = rules.notify_of_conferences();
                self.apart = rules.rooms_that_differ(self.conferences);
            }
            IGNORED_USERS => {
                let users = json::object(content, "ignored_users").into_iter().flat_map(Object::keys);
                self.ignored = users.take(MOST_IGNORED).map(|user| UserId::from(user.as_str())).collect();
            }
            consent::EVENT_TYPE => {
                let content = Value::Object(content.clone());
                self.consent = Some(content).filter(|content| content.to_string().len() <= LARGEST_CONSENT);
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

    /// Whether the push rules notify of a conference in a room.
    pub fn notifies_in(&self, room: &RoomId) -> bool {
        self.conferences != self.apart.contains(room)
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
        let apart: Value = self.apart.iter().collect();
        object_of!({
            "quiet": self.quiet, "conferences": self.conferences, "apart": apart, "silenced": silenced, "ignored": ignored,
            "consent": self.consent.clone(),
        })
    }

    /// Reads what was kept. `None` when it was spoiled: the server sends it only when it changes.
    pub(super) fn read(kept: &Object) -> Option<Self> {
        let texts = |key| kept.get(key)?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        Some(Self {
            quiet: json::boolean(kept, "quiet")?,
            conferences: json::boolean(kept, "conferences")?,
            apart: texts("apart")?.into_iter().map(RoomId::from).collect(),
            silenced: texts("silenced")?.into_iter().map(DeviceId::from).collect(),
            ignored: texts("ignored")?.into_iter().map(UserId::from).collect(),
            consent: Some(kept.get("consent")?).filter(|consent| consent.is_object()).cloned(),
        })
    }
}

/// A person's push rules (Client-Server API, "Push notifications"). Rules that are not there silence nothing.
struct Rules<'a>(Option<&'a Object>);

impl<'a> Rules<'a> {
    fn all(&self, kind: &str) -> impl DoubleEndedIterator<Item = &'a Object> + use<'a> {
        self.0.map_or(&[][..], |global| json::array(global, kind)).iter().filter_map(Value::as_object)
    }

    fn named(&self, kind: &str, id: &str) -> Option<&'a Object> {
        self.all(kind).find(|rule| json::string(rule, "rule_id") == Some(id))
    }

    /// `.m.rule.call` notifies with a sound, and `.m.rule.master`, which silences everything, is off.
    fn let_calls_ring(&self) -> bool {
        let sounds = |action: &Value| {
            action.as_object().is_some_and(|action| {
                json::string(action, "set_tweak") == Some("sound") && action.contains_key("value")
            })
        };
        let rings = |rule: &Object| notifies(rule) && json::array(rule, "actions").iter().any(sounds);
        !self.named("override", ".m.rule.master").is_some_and(is_on)
            && self.named("underride", ".m.rule.call").is_none_or(|rule| is_on(rule) && rings(rule))
    }

    /// Of a Meet widget `.im.vector.jitsi` notifies or nothing does: `.m.rule.message` matches messages alone.
    fn notify_of_conferences(&self) -> bool {
        self.named("underride", ".im.vector.jitsi").is_none_or(|rule| is_on(rule) && notifies(rule))
    }

    /// Rooms in which a rule of their own says otherwise than the one for conferences, which comes last: before all goes one that
    /// overrides everything for a room (mute it), then one for the room itself (mentions alone, or everything).
    fn rooms_that_differ(&self, conferences: bool) -> Set<RoomId> {
        let only_room = |rule: &Object| {
            let [condition] = json::array(rule, "conditions") else { return None };
            let condition = condition.as_object()?;
            let of_room =
                json::string(condition, "kind")? == "event_match" && json::string(condition, "key")? == "room_id";
            Some((json::string(condition, "pattern").filter(|_| of_room)?.into(), notifies(rule)))
        };
        let mut apart = Set::default();
        let of_rooms = self.all("room").filter(|rule| is_on(rule));
        let of_rooms = of_rooms.filter_map(|rule| Some((json::string(rule, "rule_id")?.into(), notifies(rule))));
        let overriding = self.all("override").rev().filter(|rule| is_on(rule)).filter_map(only_room);
        // The one that counts comes last.
        for (room, notified) in of_rooms.chain(overriding) {
            if notified == conferences {
                apart.remove(&room);
            } else if apart.len() < MOST_ROOMS {
                apart.insert(room);
            }
        }
        apart
    }
}

fn is_on(rule: &Object) -> bool {
    json::boolean(rule, "enabled").unwrap_or(true)
}

fn notifies(rule: &Object) -> bool {
    json::array(rule, "actions").iter().any(|action| action.as_str() == Some("notify"))
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

    /// A conference's event is no message: nothing notifies of it but its own rule, or one of its room.
    #[test]
    fn the_rule_for_conferences_decides_where_a_room_has_none_of_its_own() {
        let of_room = |pattern: &str| json!([{ "kind": "event_match", "key": "room_id", "pattern": pattern }]);
        let notifies = |conferences: Value, room: &str| {
            let rules = json!({ "global": {
                "override": [{ "rule_id": ".m.rule.master", "enabled": true, "actions": [] },
                             { "rule_id": "!mute", "conditions": of_room("!mute"), "actions": [] },
                             { "rule_id": "!both", "conditions": of_room("!both"), "actions": ["notify"] }],
                "room": [{ "rule_id": "!mentions", "actions": ["dont_notify"] }, { "rule_id": "!all", "actions": ["notify"] },
                         { "rule_id": "!mute", "actions": ["notify"] }, { "rule_id": "!both", "actions": [] }],
                "sender": [{ "rule_id": "@eve:x", "actions": [] }],
                "underride": [{ "rule_id": ".m.rule.message", "enabled": false, "actions": [] }, conferences],
            } });
            let mut account = Account::default();
            account.take(PUSH_RULES, rules.as_object().unwrap());
            account.notifies_in(&room.into())
        };
        let rule = |enabled: bool, actions: Value| json!({ "rule_id": ".im.vector.jitsi", "enabled": enabled, "actions": actions });
        let usual = rule(true, json!(["notify", { "set_tweak": "highlight", "value": false }]));
        for (conferences, notified) in [
            (usual, true),
            (json!({ "rule_id": ".other" }), true),
            (rule(false, json!(["notify"])), false),
            (rule(true, json!([])), false),
            (rule(true, json!(["dont_notify"])), false),
        ] {
            assert_eq!(notifies(conferences.clone(), "!other"), notified, "{conferences}");
            for (room, notified) in [("!mute", false), ("!mentions", false), ("!all", true), ("!both", true)] {
                assert_eq!(notifies(conferences.clone(), room), notified, "{conferences} {room}");
            }
        }
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
        account.take(PUSH_RULES, call_rule(false, json!([])).as_object().unwrap());
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
