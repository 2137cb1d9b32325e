//! Who is in a room beyond those that lazy loading brought: when more are to be asked for, and taking the answer.

use serde_json::Value;

use crate::ids::RoomId;
use crate::json::{self, Object};
use crate::matrix::store::Store;
use crate::ordered::Set;
use crate::room::{Membership, StateEvent, functional_members, joined_people};

impl Store {
    /// Whether calls need to know more members of a room than lazy loading brought: a bot that says nothing and may not be in
    /// it, or the one other person.
    pub fn lacks_members(&self, room: &RoomId) -> bool {
        self.rooms.get(room).is_some_and(|room| {
            let functional = functional_members(room.state());
            let is_here = |event: &&StateEvent| {
                json::string(&event.content, "membership") == Some("join")
                    && event.state_key != self.me.as_str()
                    && !functional.contains(&event.state_key.as_str().into())
            };
            let lacks_other = || {
                joined_people(room.state(), room.summary.joined) == 2
                    && room.state().all("m.room.member").filter(is_here).count() != 1
            };
            let is_joined = room.membership == Membership::Join;
            let lacks_bot = || functional.iter().any(|user| !room.knows_member(user.as_str()));
            is_joined && !room.members_loaded && (lacks_bot() || lacks_other())
        })
    }

    /// Takes the answer of `/members`. `is_present` says that no sync came in between: then who is missing in it has left. Else they
    /// may stay, and the members are not all known.
    pub fn take_members(&mut self, room: &RoomId, answer: &Object, is_present: bool) {
        let Some(room) = self.rooms.get_mut(room) else {
            return;
        };
        let members: Vec<StateEvent> = json::array(answer, "chunk").iter().filter_map(StateEvent::read).collect();
        if is_present {
            let here: Set<_> = members.iter().map(|event| event.state_key.as_str()).collect();
            let gone: Vec<StateEvent> = room
                .state()
                .all("m.room.member")
                .filter(|event| !here.contains(event.state_key.as_str()))
                .filter(|event| matches!(json::string(&event.content, "membership"), Some("join" | "invite")))
                .cloned()
                .collect();
            for mut event in gone {
                event.content.insert("membership".into(), Value::from("leave"));
                room.set_state(event);
            }
        }
        for event in members {
            if is_present && event.event_type == "m.room.member" {
                room.set_state(event);
            } else {
                room.set_member_if_unknown(event);
            }
        }
        room.members_loaded |= is_present;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::matrix::outbox::Outbox;
    use crate::matrix::sync::SyncAnswer;
    use crate::time::Millis;

    fn store(room: Value) -> Store {
        let mut store = Store::new("@me:x".into());
        let answer = json!({ "next_batch": "n", "rooms": { "join": { "!a": room } } });
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, &mut Outbox::default(), Millis(100));
        store
    }

    fn member(user: &str, membership: &str) -> Value {
        json!({ "event_id": format!("${user}"), "type": "m.room.member", "state_key": user, "sender": user, "content": { "membership": membership } })
    }

    #[test]
    fn the_one_other_person_is_to_be_known() {
        let lacks = |joined: u64, state: Vec<Value>| {
            let room = json!({ "summary": { "m.joined_member_count": joined }, "state": { "events": state } });
            store(room).lacks_members(&"!a".into())
        };
        let functional = json!({ "event_id": "$f", "type": "io.element.functional_members", "state_key": "", "sender": "@ann:x",
            "content": { "service_members": ["@bot:x"] } });
        let (me, ann) = (member("@me:x", "join"), member("@ann:x", "join"));
        assert!(lacks(2, vec![me.clone()]));
        assert!(!lacks(2, vec![me.clone(), ann.clone()]));
        assert!(lacks(2, vec![me.clone(), ann.clone(), member("@cat:x", "join")]), "one of them left unseen");
        assert!(!lacks(3, vec![me.clone()]) && !lacks(1, vec![me.clone()]));
        assert!(lacks(3, vec![me.clone(), ann, functional.clone()]));
        assert!(lacks(3, vec![me, member("@bot:x", "join"), functional]));
    }

    #[test]
    fn a_full_list_of_members_takes_out_who_left_unseen() {
        let mut store = store(json!({ "state": { "events": [member("@ann:x", "join"), member("@bob:x", "join")] } }));
        let answer = json!({ "chunk": [member("@bob:x", "join"), member("@cat:x", "invite"), 5] });
        let membership = |store: &Store, user: &str| {
            let event = store.room(&"!a".into()).unwrap().state().get("m.room.member", user).unwrap();
            event.content["membership"].clone()
        };
        store.take_members(&"!a".into(), answer.as_object().unwrap(), false);
        assert!(!store.room(&"!a".into()).unwrap().members_loaded);
        assert_eq!(membership(&store, "@ann:x"), "join");
        assert_eq!(membership(&store, "@cat:x"), "invite");
        store.take_members(&"!a".into(), answer.as_object().unwrap(), true);
        assert_eq!(membership(&store, "@ann:x"), "leave");
        assert_eq!(membership(&store, "@bob:x"), "join");
        assert!(store.room(&"!a".into()).unwrap().members_loaded);
        store.take_members(&"!a".into(), answer.as_object().unwrap(), false);
        assert!(store.room(&"!a".into()).unwrap().members_loaded, "once is enough");
    }

    /// The call button was enabled and did nothing: one of three was seen as joined and had left.
    #[test]
    fn members_are_still_lacking_when_a_sync_came_between_asking_and_the_answer() {
        let people = ["@me:x", "@ann:x", "@cat:x"].map(|user| member(user, "join"));
        let mut store = store(json!({ "summary": { "m.joined_member_count": 2 }, "state": { "events": people } }));
        let answer = json!({ "chunk": [member("@me:x", "join"), member("@ann:x", "join")] });
        store.take_members(&"!a".into(), answer.as_object().unwrap(), false);
        assert!(store.lacks_members(&"!a".into()));
        store.take_members(&"!a".into(), answer.as_object().unwrap(), true);
        assert!(!store.lacks_members(&"!a".into()));
    }
}
