//! Everything that the syncs have told: the rooms, what is in them, and where the next sync goes on.

use serde_json::Value;

use crate::host::{LiveBatch, StateNews};
use crate::ids::{EventId, RoomId, UserId};
use crate::json::Object;
use crate::matrix::account::Account;
use crate::matrix::live::{live, recall};
use crate::matrix::outbox::Outbox;
use crate::matrix::request::{self, Request};
use crate::matrix::room::Room;
use crate::matrix::sync::{JoinedRoom, SyncAnswer};
use crate::ordered::{Map, Set};
use crate::room::{Membership, StateEvent};
use crate::time::Millis;

/// What an answer changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Rooms in which anything changed.
    pub rooms: Set<RoomId>,
    /// Which chats are direct changed.
    pub direct: bool,
    /// The account data that calls heed changed.
    pub account: bool,
    /// What happened to calls.
    pub live: LiveBatch,
    /// Rooms of which calls have to read everything anew: my membership is another, or they lack members.
    pub anew: Set<RoomId>,
    /// What changed in the state of other rooms.
    pub state: Vec<StateNews>,
}

/// The store of one user's rooms.
#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    pub(super) me: UserId,
    pub(super) since: Option<String>,
    pub(super) rooms: Map<RoomId, Box<Room>>,
    pub(super) direct: Map<RoomId, UserId>,
    pub(super) account: Account,
}

impl Store {
    /// An empty store.
    pub fn new(me: UserId) -> Self {
        Self { me, since: None, rooms: Map::default(), direct: Map::default(), account: Account::default() }
    }

    /// Where the next sync goes on; `None` before the first.
    pub fn since(&self) -> Option<&str> {
        self.since.as_deref()
    }

    /// Every room.
    pub fn room_ids(&self) -> Vec<RoomId> {
        self.rooms.keys().cloned().collect()
    }

    /// A room.
    pub fn room(&self, room: &RoomId) -> Option<&Room> {
        self.rooms.get(room).map(Box::as_ref)
    }

    /// A room, to be changed.
    pub fn room_mut(&mut self, room: &RoomId) -> Option<&mut Room> {
        self.rooms.get_mut(room).map(Box::as_mut)
    }

    /// What my account data say of calls.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Whether a message or a call may leave for this room in clear.
    pub fn in_clear(&self, room: &RoomId) -> bool {
        self.rooms.get(room).is_some_and(|room| room.membership == Membership::Join && !room.is_encrypted())
    }

    /// The request that sends a room event; `None` where it may not leave in clear.
    pub fn event_request(&self, room: &RoomId, event_type: &str, transaction: &str, content: Value) -> Option<Request> {
        self.in_clear(room).then(|| request::send_event(room, event_type, transaction, content))
    }

    /// Takes the answer to a sync, and takes what came back out of the outbox.
    pub fn apply(&mut self, answer: SyncAnswer, outbox: &mut Outbox, now: Millis) -> Changes {
        let mut changes = Changes::default();
        for (id, mut news) in answer.joined {
            changes.rooms.insert(id.clone());
            if news.limited {
                changes.live.gaps.push(id.clone());
            }
            let known = self.rooms.get(&id).filter(|room| room.membership == Membership::Join);
            for mut event in std::mem::take(&mut news.calls) {
                if let Some(room) = known {
                    recall(&mut event, room.state());
                }
                changes.live.events.push(live(&id, event, now));
            }
            match self.joined(id.clone(), news, outbox, now) {
                Some(news) if !self.lacks_members(&id) => changes.state.extend(news),
                _ => {
                    changes.anew.insert(id);
                }
            }
        }
        for (id, state) in answer.invited {
            let mut room = Room::new(Membership::Invite);
            room.latest = self.rooms.get(&id).map_or(now, |known| known.latest);
            state.into_iter().for_each(|event| room.set_state(event));
            changes.rooms.insert(id.clone());
            changes.anew.insert(id.clone());
            self.rooms.insert(id, Box::new(room));
        }
        for id in answer.left {
            self.rooms.remove(&id);
            outbox.forget(&id);
            changes.anew.insert(id.clone());
            changes.rooms.insert(id);
        }
        if let Some(content) = answer.direct {
            self.direct = read_direct(&content);
            changes.direct = true;
        }
        for (event_type, content) in answer.account {
            changes.account |= self.account.take(&event_type, &content);
        }
        self.since = Some(answer.next_batch);
        changes
    }

    /// The newest event of a room, up to which it counts as read once it was looked at; its counts go to zero at once.
    /// `None` when there is nothing to say.
    pub fn read_up_to_now(&mut self, room: &RoomId) -> Option<EventId> {
        let room = self.rooms.get_mut(room)?;
        if room.membership != Membership::Join || (room.unread, room.mentions) == (0, 0) {
            return None;
        }
        let newest = room.timeline.events().next_back()?.event_id.clone();
        (room.unread, room.mentions) = (0, 0);
        Some(newest)
    }

    /// Takes what happened in a room that I am in. Gives what changed in its state, if anything; `None` where I was not before.
    fn joined(&mut self, id: RoomId, news: JoinedRoom, outbox: &mut Outbox, now: Millis) -> Option<Option<StateNews>> {
        let was_in = self.rooms.get(&id).is_some_and(|room| room.membership == Membership::Join);
        let mut changed = Set::default();
        let room = self.rooms.or_insert(id.clone(), Box::new(Room::new(Membership::Join)));
        if room.membership != Membership::Join {
            // What an invitation shows is no state: its sender may have made it up.
            **room = Room::new(Membership::Join);
        }
        if news.limited {
            room.timeline.reset(news.prev_batch.clone());
            room.members_loaded = false;
            outbox.gap(&id);
        }
        for event in news.state {
            // A first sync brings all there is, in any order, and a list that is kept sorted is slow at that.
            if was_in {
                changed.insert((event.event_type.clone(), event.state_key.clone()));
            }
            room.set_state(event);
        }
        let mut events = news.timeline;
        for event in &mut events {
            // Only a transaction of this page counts: it becomes the item's key, and a key must not come twice.
            event.transaction_id = outbox.came_back(&id, event);
        }
        changed.extend(room.append(events, news.prev_batch, now));
        if let Some(heroes) = news.heroes {
            room.summary.heroes = heroes;
        }
        room.summary.joined = news.joined.or(room.summary.joined);
        room.summary.invited = news.invited.or(room.summary.invited);
        if let Some((unread, mentions)) = news.unread {
            (room.unread, room.mentions) = (unread, mentions);
        }
        if let Some(typing) = news.typing {
            room.typing = typing;
        }
        let newest = |(kind, key): &(String, String)| room.state().get(kind, key).map(StateEvent::write);
        let events: Vec<Value> = changed.iter().filter_map(newest).collect();
        let joined = news.joined;
        let is_news = !events.is_empty() || joined.is_some();
        was_in.then(|| is_news.then_some(StateNews { room: id, events, joined }))
    }
}

/// `m.direct`: for each person the rooms that are direct chats with them.
fn read_direct(content: &Object) -> Map<RoomId, UserId> {
    let people = content.iter().filter_map(|(user, rooms)| Some((user, rooms.as_array()?)));
    let mut direct = Map::default();
    for (user, rooms) in people {
        for room in rooms.iter().filter_map(Value::as_str) {
            direct.insert(room.into(), UserId::new(user.as_str()));
        }
    }
    direct
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::matrix::outbox::Input;
    use crate::matrix::timeline::Older;

    fn store() -> Store {
        Store::new("@me:x".into())
    }

    fn sync(store: &mut Store, outbox: &mut Outbox, rooms: Value) -> Changes {
        let answer = json!({ "next_batch": "n", "rooms": rooms });
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, outbox, Millis(100))
    }

    fn message(id: &str) -> Value {
        json!({ "event_id": id, "type": "m.room.message", "sender": "@ann:x", "content": { "msgtype": "m.text", "body": id } })
    }

    fn ids(store: &Store) -> Vec<String> {
        store.room(&"!a".into()).unwrap().timeline.events().map(|event| event.event_id.to_string()).collect()
    }

    #[test]
    fn a_limited_timeline_starts_anew_at_the_gap() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        sync(
            &mut store,
            &mut outbox,
            json!({ "join": { "!a": { "timeline": { "events": [message("$1")], "prev_batch": "p1" } } } }),
        );
        sync(
            &mut store,
            &mut outbox,
            json!({ "join": { "!a": { "timeline": { "events": [message("$2")], "prev_batch": "p2" } } } }),
        );
        assert_eq!(ids(&store), ["$1", "$2"]);
        sync(
            &mut store,
            &mut outbox,
            json!({ "join": { "!a": { "timeline": { "events": [message("$8")], "prev_batch": "p8", "limited": true } } } }),
        );
        assert_eq!(ids(&store), ["$8"]);
        assert_eq!(store.room(&"!a".into()).unwrap().timeline.older(), Older::Page(Some("p8".into())));
    }

    #[test]
    fn the_state_of_an_invitation_is_forgotten_on_joining() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        let made_up =
            json!({ "type": "m.room.name", "state_key": "", "sender": "@eve:x", "content": { "name": "Bank" } });
        sync(&mut store, &mut outbox, json!({ "invite": { "!a": { "invite_state": { "events": [made_up] } } } }));
        assert!(store.room(&"!a".into()).unwrap().state().get("m.room.name", "").is_some());
        sync(&mut store, &mut outbox, json!({ "join": { "!a": {} } }));
        assert!(store.room(&"!a".into()).unwrap().state().get("m.room.name", "").is_none());
    }

    #[test]
    fn a_message_may_leave_only_for_a_joined_room_that_is_known_to_be_clear() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        let encryption = json!({ "event_id": "$e", "type": "m.room.encryption", "state_key": "", "sender": "@ann:x", "content": {} });
        sync(
            &mut store,
            &mut outbox,
            json!({
                "join": { "!clear": {}, "!late": { "timeline": { "events": [encryption.clone()] } }, "!early": { "state": { "events": [encryption] } } },
                "invite": { "!invited": {} },
            }),
        );
        assert!(store.in_clear(&"!clear".into()));
        for room in ["!late", "!early", "!invited", "!unknown"] {
            assert!(!store.in_clear(&room.into()), "{room}");
            assert_eq!(store.event_request(&room.into(), "m.call.invite", "t", json!({})), None, "{room}");
        }
        assert!(store.event_request(&"!clear".into(), "m.call.invite", "t", json!({})).is_some());
    }

    #[test]
    fn calls_come_out_of_a_sync_in_its_order_with_the_rooms_that_have_a_gap() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        let call = |id: &str| json!({ "event_id": id, "type": "m.call.invite", "sender": "@ann:x", "content": {}, "unsigned": { "age": 5 } });
        let rooms = json!({ "join": {
            "!a": { "timeline": { "events": [call("$2"), message("$3"), call("$1")] } },
            "!b": { "timeline": { "limited": true, "events": [message("$4")] } },
        } });
        let live = sync(&mut store, &mut outbox, rooms).live;
        assert_eq!(live.gaps, ["!b".into()]);
        let told: Vec<&Value> = live.events.iter().map(|event| &event.event).collect();
        assert_eq!(told, [&call("$2"), &call("$1")]);
        assert!(live.events.iter().all(|event| event.room == "!a".into() && event.received_at == Millis(100)));
    }

    #[test]
    fn calls_are_told_what_changed_in_a_room_and_to_read_anew_only_where_they_must() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        let state = |id: &str, kind: &str, key: &str, content: Value| json!({ "event_id": id, "type": kind, "state_key": key, "sender": "@ann:x", "content": content });
        let news = |store: &mut Store, outbox: &mut Outbox, room: Value| {
            sync(store, outbox, json!({ "join": { "!a": room } }))
        };
        let first = news(&mut store, &mut outbox, json!({ "summary": { "m.joined_member_count": 5 } }));
        assert!(first.anew.contains(&"!a".into()) && first.state.is_empty());

        let said = news(&mut store, &mut outbox, json!({ "timeline": { "events": [message("$1")] } }));
        assert!(said.anew.is_empty() && said.state.is_empty(), "a message changes nothing");

        let widget = state("$w", "im.vector.modular.widgets", "w", json!({ "type": "jitsi" }));
        let began = news(&mut store, &mut outbox, json!({ "timeline": { "events": [widget] } }));
        assert!(began.anew.is_empty());
        assert_eq!(
            (began.state[0].events.len(), &began.state[0].events[0]["content"]),
            (1, &json!({ "type": "jitsi" }))
        );
        let redaction =
            json!({ "event_id": "$r", "type": "m.room.redaction", "sender": "@ann:x", "redacts": "$w", "content": {} });
        let redacted = news(&mut store, &mut outbox, json!({ "timeline": { "events": [redaction] } }));
        assert_eq!(redacted.state[0].events[0]["content"], json!({}));

        let bots = state("$f", "io.element.functional_members", "", json!({ "service_members": ["@bot:x"] }));
        let named = news(&mut store, &mut outbox, json!({ "state": { "events": [bots] } }));
        assert!(named.anew.contains(&"!a".into()), "whether the bot is there is not known");
        assert!(sync(&mut store, &mut outbox, json!({ "leave": { "!a": {} } })).anew.contains(&"!a".into()));
    }

    #[test]
    fn leaving_a_room_takes_it_and_its_messages_out() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        sync(&mut store, &mut outbox, json!({ "join": { "!a": {} } }));
        let written = Input::Written { room: "!a".into(), transaction: "t".into(), body: "x".into() };
        outbox.handle(Millis(0), written, |_| true);
        let changes = sync(&mut store, &mut outbox, json!({ "leave": { "!a": {} } }));
        assert!(changes.rooms.contains(&"!a".into()) && store.room(&"!a".into()).is_none());
        assert!(outbox.entries(&"!a".into()).is_empty());
    }

    #[test]
    fn counts_stay_when_a_sync_says_nothing_of_them() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        let summary = json!({ "m.heroes": ["@ann:x"], "m.joined_member_count": 3, "m.invited_member_count": 1 });
        sync(
            &mut store,
            &mut outbox,
            json!({ "join": { "!a": { "summary": summary, "unread_notifications": { "notification_count": 2 } } } }),
        );
        sync(&mut store, &mut outbox, json!({ "join": { "!a": { "summary": { "m.joined_member_count": 2 } } } }));
        let room = store.room(&"!a".into()).unwrap();
        assert_eq!((room.summary.joined, room.summary.invited, room.unread), (Some(2), Some(1), 2));
        assert_eq!(room.summary.heroes, ["@ann:x".into()]);
    }

    #[test]
    fn looking_at_a_room_reads_it_once() {
        let (mut store, mut outbox) = (store(), Outbox::default());
        sync(
            &mut store,
            &mut outbox,
            json!({ "join": { "!a": {
            "timeline": { "events": [message("$1"), message("$2")] }, "unread_notifications": { "notification_count": 2 },
        } } }),
        );
        assert_eq!(store.read_up_to_now(&"!a".into()), Some("$2".into()));
        assert_eq!(store.read_up_to_now(&"!a".into()), None);
    }

    #[test]
    fn direct_chats_are_read_leniently() {
        let content = json!({ "@ann:x": ["!a", 3], "@bob:x": "!b", "@cat:x": ["!c"] });
        let direct = read_direct(content.as_object().unwrap());
        assert_eq!(direct.len(), 2);
        assert_eq!(direct.get(&"!a".into()), Some(&"@ann:x".into()));
    }
}
