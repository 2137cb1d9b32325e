//! What a person's account data say of whether calls ring: their push rules (Client-Server API, "Push notifications"), and whether a
//! device is silenced (MSC3890). Rules that are not there silence nothing. Pure.

use serde_json::Value;

use crate::ids::RoomId;
use crate::json::{self, Object};
use crate::ordered::Set;

/// The type that holds the push rules.
pub const EVENT_TYPE: &str = "m.push_rules";
/// The type that says whether a device is silenced; the device's id follows.
pub const SILENCED: &str = "org.matrix.msc3890.local_notification_settings.";
/// The most rooms with a rule of their own: a server must not fill the memory.
const MOST_ROOMS: usize = 10_000;

/// What push rules say of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRules {
    /// They keep calls quiet.
    pub quiet: bool,
    /// They notify of conferences.
    pub conferences: bool,
    /// Rooms in which it is the other way round, by a rule of their own.
    pub apart: Set<RoomId>,
}

impl Default for PushRules {
    fn default() -> Self {
        Self { quiet: false, conferences: true, apart: Set::default() }
    }
}

impl PushRules {
    /// Reads the content of [`EVENT_TYPE`].
    pub fn read(content: &Object) -> Self {
        let rules = Rules(json::object(content, "global"));
        let conferences = rules.notify_of_conferences();
        Self { quiet: !rules.let_calls_ring(), conferences, apart: rules.rooms_that_differ(conferences) }
    }

    /// Whether they notify of a conference in a room.
    pub fn notify_in(&self, room: &RoomId) -> bool {
        self.conferences != self.apart.contains(room)
    }
}

/// Whether the content of [`SILENCED`] silences its device.
pub fn is_silenced(content: &Object) -> bool {
    json::boolean(content, "is_silenced") == Some(true)
}

/// The rules that hold on all devices.
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

    fn read(rules: &Value) -> PushRules {
        PushRules::read(rules.as_object().unwrap())
    }

    fn rings(rules: Value) -> bool {
        !read(&rules).quiet
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
        let rules = read(&rules);
        let notifies = |room: &str| rules.notify_in(&room.into());
        assert!(!notifies("!mute") && !notifies("!mentions"));
        assert!(["!off", "!all", "!loud", "!other"].into_iter().all(notifies));
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
            read(&rules).notify_in(&room.into())
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
}
