//! What the chat page draws of a room's timeline.

use crate::call::history::{self, Setting, Told};
use crate::ids::{EventId, RoomId};
use crate::matrix::event::{Edit, Event};
use crate::matrix::item;
use crate::matrix::outbox::{Entry, Progress};
use crate::matrix::room::Room;
use crate::matrix::store::Store;
use crate::matrix::view::{ItemContent, Preview, PreviewBody, Sending, TimelineItem};
use crate::meet::history as conferences;
use crate::meet::widget::MeetWidget;
use crate::ordered::Map;
use crate::time::Millis;

impl Store {
    /// The loaded part of a room's timeline, oldest first, then what is in the outbox. `now` tells a call that rings from one that
    /// was missed.
    pub fn items(&self, id: &RoomId, entries: &[Entry], now: Millis) -> Vec<TimelineItem> {
        let Some(room) = self.room(id) else {
            return Vec::new();
        };
        let (edits, tiles) = (room.timeline.edits(), self.tiles(room, now));
        let mut items: Vec<TimelineItem> = room
            .timeline
            .events()
            .filter_map(|event| {
                let content = drawn(room, event, &edits, &tiles)?;
                let key = event.transaction_id.as_deref().unwrap_or(event.event_id.as_str());
                Some(TimelineItem {
                    key: key.to_owned(),
                    event_id: Some(event.event_id.clone()),
                    sender: event.sender.clone(),
                    sender_name: room.member_name(&event.sender),
                    sender_avatar: room.member_avatar(&event.sender),
                    mine: event.sender == self.me,
                    at: event.at,
                    content,
                    sending: Sending::Sent,
                })
            })
            .collect();
        for entry in entries {
            let (event_id, sending) = match &entry.progress {
                // It came back before the answer, from a server that names no transactions.
                Progress::Sent(id) if room.timeline.knows(id) => continue,
                Progress::Sent(id) => (Some(id.clone()), Sending::Sent),
                Progress::Waiting | Progress::Sending => (None, Sending::Pending),
                Progress::Failed(_) => (None, Sending::Failed),
            };
            items.push(TimelineItem {
                key: entry.transaction.clone(),
                event_id,
                sender: self.me.clone(),
                sender_name: room.member_name(&self.me),
                sender_avatar: room.member_avatar(&self.me),
                mine: true,
                at: entry.at,
                content: ItemContent::Text { body: entry.body.clone(), edited: false },
                sending,
            });
        }
        items
    }

    pub(super) fn preview(&self, room: &Room, now: Millis) -> Option<Preview> {
        let (edits, tiles) = (room.timeline.edits(), self.tiles(room, now));
        room.timeline.events().rev().find_map(|event| {
            let body = match drawn(room, event, &edits, &tiles)? {
                ItemContent::Call(call) => PreviewBody::Call(call),
                ItemContent::Conference(conference) => PreviewBody::Conference(conference),
                content => PreviewBody::Text(item::preview(&content)?),
            };
            Some(Preview { sender: (event.sender != self.me).then(|| room.member_name(&event.sender)), body })
        })
    }

    /// The calls and conferences of a room, each at the event where it is drawn.
    fn tiles(&self, room: &Room, now: Millis) -> Map<EventId, ItemContent> {
        let mut tiles = Vec::new();
        // Most rooms have none.
        if told(room).next().is_some() {
            let calls = history::tiles(told(room), &self.setting(room, now));
            tiles.extend(calls.into_iter().map(|(id, call)| (id, ItemContent::Call(call))));
        }
        let widgets: Vec<_> = room.timeline.events().filter_map(Event::as_told).collect();
        if !widgets.is_empty() {
            let run = MeetWidget::all_in(room.state());
            let conferences = conferences::tiles(&widgets, room.state(), &run, &|user| room.member_name(user));
            tiles.extend(conferences.into_iter().map(|(id, conference)| (id, ItemContent::Conference(conference))));
        }
        tiles.into_iter().collect()
    }

    /// A room as the history of its calls sees it.
    pub(super) fn setting(&self, room: &Room, now: Millis) -> Setting<'_> {
        Setting { me: &self.me, now, public: room.is_public() }
    }
}

/// What a room's timeline tells of calls.
pub(super) fn told(room: &Room) -> impl Iterator<Item = Told<'_>> {
    let is_call = |event: &&Event| event.state_key.is_none() && history::name_of(&event.event_type).is_some();
    room.timeline.events().filter(is_call).map(|event| Told {
        id: &event.event_id,
        event_type: &event.event_type,
        sender: &event.sender,
        at: event.at,
        content: &event.content,
    })
}

fn drawn(
    room: &Room,
    event: &Event,
    edits: &Map<EventId, Edit>,
    tiles: &Map<EventId, ItemContent>,
) -> Option<ItemContent> {
    tiles
        .get(&event.event_id)
        .cloned()
        .or_else(|| item::content(event, edits.get(&event.event_id), |user| room.member_name(&user.into())))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::call::history::{CallTile, Outcome};
    use crate::host::HostError;
    use crate::matrix::outbox::Outbox;
    use crate::matrix::sync::SyncAnswer;

    fn store(rooms: Value) -> Store {
        let mut store = Store::new("@me:x".into());
        let answer = json!({ "next_batch": "n", "rooms": rooms });
        let answer = SyncAnswer::read(answer.as_object().unwrap().clone()).unwrap();
        store.apply(answer, &mut Outbox::default(), Millis(1000));
        store
    }

    fn member(user: &str, name: &str) -> Value {
        json!({
            "event_id": format!("${user}"), "type": "m.room.member", "state_key": user, "sender": user,
            "content": { "membership": "join", "displayname": name },
        })
    }

    fn people() -> Vec<Value> {
        vec![member("@me:x", "Me"), member("@ann:x", "Ann")]
    }

    fn message(id: &str, sender: &str, at: u64) -> Value {
        let content = json!({ "msgtype": "m.text", "body": format!("says\n{id}") });
        json!({ "event_id": id, "type": "m.room.message", "sender": sender, "origin_server_ts": at, "content": content })
    }

    fn call(id: &str, event_type: &str, sender: &str, at: u64) -> Value {
        let content = json!({ "call_id": "c", "lifetime": 60_000, "reason": "user_hangup" });
        json!({ "event_id": id, "type": event_type, "sender": sender, "origin_server_ts": at, "content": content })
    }

    fn joined(state: Vec<Value>, timeline: Vec<Value>) -> Value {
        json!({ "state": { "events": state }, "timeline": { "events": timeline } })
    }

    #[test]
    fn a_call_is_one_item_where_its_invite_is() {
        let timeline = vec![
            message("$1", "@ann:x", 1),
            call("$2", "m.call.invite", "@ann:x", 2000),
            call("$3", "m.call.candidates", "@ann:x", 2001),
            message("$4", "@me:x", 3000),
            call("$5", "m.call.hangup", "@ann:x", 4000),
        ];
        let store = store(json!({ "join": { "!a": joined(people(), timeline) } }));
        let items = store.items(&"!a".into(), &[], Millis(9000));
        assert_eq!(items.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["$1", "$2", "$4"]);
        assert_eq!((items[1].sender_name.as_str(), items[1].mine, items[1].at), ("Ann", false, Millis(2000)));
        let ItemContent::Call(tile) = &items[1].content else { panic!("no call") };
        assert!(tile.outcome == Outcome::Missed && tile.call_back);
    }

    #[test]
    fn the_list_tells_of_a_call_too_and_only_its_beginning_moves_a_room_up() {
        let timeline = vec![
            message("$1", "@ann:x", 1),
            call("$2", "m.call.invite", "@me:x", 20),
            call("$3", "m.call.hangup", "@me:x", 50),
        ];
        let row = store(json!({ "join": { "!a": joined(people(), timeline) } })).rows(Millis(1000)).remove(0);
        assert_eq!(row.latest, Millis(20));
        let preview = row.preview.unwrap();
        assert!(matches!(preview.body, PreviewBody::Call(CallTile { outcome: Outcome::NoAnswer, .. })), "{preview:?}");
    }

    #[test]
    fn a_conference_is_one_item_where_it_began_and_the_list_tells_of_it() {
        let widget = |id: &str, sender: &str, at: u64, content: Value, before: Value| {
            json!({
                "event_id": id, "type": "im.vector.modular.widgets", "state_key": "w", "sender": sender,
                "origin_server_ts": at, "content": content, "unsigned": { "prev_content": before },
            })
        };
        let meet = json!({ "type": "jitsi", "url": "https://w.test/", "data": { "conferenceId": "x" } });
        let timeline = vec![
            message("$1", "@ann:x", 1),
            widget("$2", "@ann:x", 2000, meet.clone(), Value::Null),
            widget("$3", "@me:x", 4000, json!({}), meet),
        ];
        let store = store(json!({ "join": { "!a": joined(people(), timeline) } }));
        let items = store.items(&"!a".into(), &[], Millis(9000));
        assert_eq!(items.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["$1", "$2"]);
        let ItemContent::Conference(tile) = &items[1].content else { panic!("no conference") };
        let names = |mark: &Option<conferences::Mark>| mark.as_ref().map(|mark| mark.name.clone());
        let conferences::Outcome::Ended(ended) = &tile.outcome else { panic!("it goes on") };
        assert_eq!((names(&tile.started), names(ended)), (Some("Ann".to_owned()), Some("Me".to_owned())));
        assert_eq!(tile.lasted(), Some(Millis(2000)));
        let preview = store.rows(Millis(9000)).remove(0).preview.unwrap();
        assert_eq!(preview.body, PreviewBody::Conference(tile.clone()));
    }

    #[test]
    fn a_preview_is_one_line_and_names_others_only() {
        let preview = |sender: &str| {
            let room = joined(people(), vec![message("$1", sender, 1), member("@bob:x", "Bob")]);
            store(json!({ "join": { "!a": room } })).rows(Millis(1000)).remove(0).preview.unwrap()
        };
        let body = PreviewBody::Text("says $1".into());
        assert_eq!(preview("@ann:x"), Preview { sender: Some("Ann".into()), body: body.clone() });
        assert_eq!(preview("@me:x"), Preview { sender: None, body });
    }

    #[test]
    fn what_is_on_its_way_comes_last_and_what_came_back_comes_once() {
        let store = store(json!({ "join": { "!a": joined(vec![], vec![message("$1", "@me:x", 1)]) } }));
        let entry = |transaction: &str, progress: Progress| Entry {
            transaction: transaction.into(),
            body: transaction.into(),
            at: Millis(2),
            progress,
        };
        let entries = [
            entry("back", Progress::Sent("$1".into())),
            entry("sent", Progress::Sent("$2".into())),
            entry("failed", Progress::Failed(HostError::Unreachable)),
            entry("waiting", Progress::Waiting),
        ];
        let items = store.items(&"!a".into(), &entries, Millis(1000));
        let shown: Vec<(&str, Sending)> = items.iter().map(|item| (item.key.as_str(), item.sending)).collect();
        assert_eq!(
            shown,
            [
                ("$1", Sending::Sent),
                ("sent", Sending::Sent),
                ("failed", Sending::Failed),
                ("waiting", Sending::Pending)
            ]
        );
        assert!(items.iter().all(|item| item.mine));
    }
}
