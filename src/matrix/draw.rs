//! What the chat page draws, made from the store.

use serde_json::Value;

use crate::host::MOST_LISTED;
use crate::ids::{RoomId, UserId};
use crate::json::{self, object_of};
use crate::matrix::mxc::Mxc;
use crate::matrix::name::{heroes, room_name};
use crate::matrix::request::{self, MediaApi};
use crate::matrix::room::Room;
use crate::matrix::store::Store;
use crate::matrix::view::{MemberRow, Role, RoomName, RoomRow, RoomView};
use crate::meet::session::Company;
use crate::meet::video_room;
use crate::meet::widget::MeetWidget;
use crate::one_line::clean;
use crate::ordered::{self, Set};
use crate::room::{Membership, Power, PowerLevels, StateEvent, functional_members};
use crate::time::Millis;

/// The side of the avatar that a conference is given, in pixels.
const CONFERENCE_AVATAR: u32 = 96;

impl Store {
    /// The room list: invitations first, then the newest first. `now` tells a call that rings from one that was missed.
    pub fn rows(&self, now: Millis) -> Vec<RoomRow> {
        let rows = self.rooms.iter().map(|(id, room)| self.row(id, room, now)).collect();
        ordered::sorted(rows, |a, b| {
            let place = |row: &RoomRow| (row.invited_by.is_none(), std::cmp::Reverse(row.latest));
            place(a).cmp(&place(b)).then_with(|| a.id.cmp(&b.id))
        })
    }

    /// A room.
    pub fn view(&self, id: &RoomId) -> Option<RoomView> {
        let room = self.room(id)?;
        let joined = room.membership == Membership::Join;
        let text = |event_type: &str, key: &str| json::string(room.state().content(event_type)?, key);
        Some(RoomView {
            id: id.clone(),
            name: self.name(room),
            avatar: self.avatar(id, room),
            topic: text("m.room.topic", "topic").map(str::to_owned).filter(|topic| !topic.trim().is_empty()),
            joined: room.summary.joined.unwrap_or_default(),
            encrypted: room.is_encrypted(),
            invited: room.membership == Membership::Invite,
            may_send: joined && PowerLevels::read(room.state()).may_send_event(&self.me, "m.room.message"),
            typing: room.typing.iter().filter(|user| **user != self.me).map(|user| room.member_name(user)).collect(),
        })
    }

    /// The members known so far, admins first, then by name in lower case as `lower` writes it.
    pub fn members(&self, id: &RoomId, lower: fn(&str) -> String) -> Vec<MemberRow> {
        let Some(room) = self.room(id) else {
            return Vec::new();
        };
        let power = PowerLevels::read(room.state());
        let members: Vec<(String, MemberRow)> = room
            .state()
            .all("m.room.member")
            .filter_map(|event| {
                let invited = match json::string(&event.content, "membership")? {
                    "join" => false,
                    "invite" => true,
                    _ => return None,
                };
                let user_id = UserId::new(event.state_key.as_str());
                let row = MemberRow {
                    name: room.member_name(&user_id),
                    avatar: room.member_avatar(&user_id),
                    role: role(power.of(&user_id)),
                    invited,
                    user_id,
                };
                Some((lower(&row.name), row))
            })
            .collect();
        let members = ordered::sorted(members, |(name_a, a), (name_b, b)| {
            (a.role, name_a, &a.user_id).cmp(&(b.role, name_b, &b.user_id))
        });
        members.into_iter().map(|(_, row)| row).collect()
    }

    /// A room as [`Host::room`](crate::host::Host::room) gives it. `homeserver` is the base URL under which my avatar has an
    /// address.
    pub fn room_json(&self, id: &RoomId, homeserver: &str) -> Option<Value> {
        let room = self.room(id)?;
        let avatar = room.member_avatar(&self.me).as_deref().and_then(Mxc::read);
        let membership = match room.membership {
            Membership::Join => "join",
            Membership::Invite => "invite",
            Membership::Out => "leave",
        };
        // A hundred thousand members are not written down to see whether a conference runs.
        let lists_all = room.summary.joined.is_none_or(|joined| joined <= MOST_LISTED);
        let bots = if lists_all { Set::default() } else { functional_members(room.state()) };
        let others = bots.iter().map(UserId::as_str).chain([self.me.as_str()]);
        let few = others.filter(|_| !lists_all).filter_map(|user| room.state().get("m.room.member", user));
        let no_members = room.state().types().filter(|kind| lists_all || *kind != "m.room.member");
        let state: Value =
            no_members.flat_map(|kind| room.state().all(kind)).chain(few).map(StateEvent::write).collect();
        Some(object_of!({
            "room_id": id,
            "membership": membership,
            "joined_member_count": room.summary.joined,
            "name": in_one_line(self.name(room)),
            "my_name": room.member_name(&self.me),
            // The address without a token: the only one that another page can load, where the server still has it.
            "my_avatar_url": avatar.map_or_else(String::new, |mxc| {
                request::thumbnail(&mxc, CONFERENCE_AVATAR, MediaApi::Legacy).url(homeserver)
            }),
            "state": state,
        }))
    }

    fn row(&self, id: &RoomId, room: &Room, now: Millis) -> RoomRow {
        let invited_by =
            (room.membership == Membership::Invite).then(|| self.inviter(room).unwrap_or_else(|| self.me.clone()));
        RoomRow {
            id: id.clone(),
            name: self.name(room),
            avatar: self.avatar(id, room),
            direct: self.is_direct(id, room),
            invited_by,
            unread: room.unread,
            mentions: room.mentions,
            latest: room.latest,
            preview: self.preview(room, now),
            has_conference: !MeetWidget::all_in(room.state()).is_empty(),
            company: if video_room::is_video_room(room.state()) {
                video_room::company(room.state(), now, &|user| room.member_name(user))
            } else {
                Company::default()
            },
        }
    }

    fn name(&self, room: &Room) -> RoomName {
        let name = room_name(room.state(), room.names(), &room.summary, &self.me);
        match (name, room.membership) {
            // The little that an invitation shows needn't include who sent it.
            (RoomName::Empty(_), Membership::Invite) => {
                let inviter = self.inviter(room).map(|user| room.member_name(&user));
                inviter.map_or(RoomName::Empty(Vec::new()), |name| RoomName::People(vec![name], 0))
            }
            (name, _) => name,
        }
    }

    fn avatar(&self, id: &RoomId, room: &Room) -> Option<String> {
        let own = room
            .state()
            .content("m.room.avatar")
            .and_then(|content| json::string(content, "url"))
            .filter(|url| !url.is_empty());
        if let Some(url) = own {
            return Some(url.to_owned());
        }
        if !self.is_direct(id, room) {
            return None;
        }
        let known = |user: &UserId| room.knows_member(user.as_str());
        let other = self.direct.get(id).cloned().filter(known);
        let other = other.or_else(|| heroes(room.state(), &room.summary, &self.me).into_iter().find(known));
        room.member_avatar(&other.or_else(|| self.inviter(room))?)
    }

    /// Whether a room is a direct chat: my account data say so, or whoever invites me.
    fn is_direct(&self, id: &RoomId, room: &Room) -> bool {
        let invited_directly = || {
            let event = room.state().get("m.room.member", self.me.as_str());
            event.is_some_and(|event| json::boolean(&event.content, "is_direct") == Some(true))
        };
        self.direct.contains_key(id) || (room.membership == Membership::Invite && invited_directly())
    }

    /// Who invited me.
    fn inviter(&self, room: &Room) -> Option<UserId> {
        let event = room.state().get("m.room.member", self.me.as_str())?;
        (room.membership == Membership::Invite).then(|| event.sender.clone())
    }
}

fn role(power: Power) -> Role {
    match power {
        Power::Creator => Role::Admin,
        Power::Level(level) if level >= 100 => Role::Admin,
        Power::Level(level) if level >= 50 => Role::Moderator,
        Power::Level(_) => Role::Member,
    }
}

fn in_one_line(name: RoomName) -> String {
    match name {
        RoomName::Named(name) => name,
        RoomName::People(names, 0) | RoomName::Empty(names) => names.join(", "),
        RoomName::People(names, others) => clean(&format!("{} +{others}", names.join(", "))).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::matrix::outbox::Outbox;
    use crate::matrix::sync::SyncAnswer;

    fn store(answer: Value) -> Store {
        let mut store = Store::new("@me:x".into());
        let mut answer = answer.as_object().unwrap().clone();
        answer.insert("next_batch".into(), json!("n"));
        store.apply(SyncAnswer::read(answer).unwrap(), &mut Outbox::default(), Millis(1000));
        store
    }

    fn state(event_type: &str, key: &str, sender: &str, content: Value) -> Value {
        json!({
            "event_id": format!("${event_type}{key}"), "type": event_type, "state_key": key, "sender": sender, "content": content,
        })
    }

    fn member(user: &str, name: &str) -> Value {
        let content = json!({ "membership": "join", "displayname": name, "avatar_url": format!("mxc://x/{name}") });
        state("m.room.member", user, user, content)
    }

    #[test]
    fn of_a_large_room_s_members_only_mine_and_the_bots_are_handed_over() {
        let handed_over = |joined: u64| -> Vec<String> {
            let bots = state("io.element.functional_members", "", "@ann:x", json!({ "service_members": ["@bot:x"] }));
            let people = ["@ann:x", "@bob:x", "@bot:x", "@me:x"].map(|user| member(user, "Name"));
            let events: Vec<Value> = people.into_iter().chain([bots]).collect();
            let room = json!({ "summary": { "m.joined_member_count": joined }, "state": { "events": events } });
            let room =
                store(json!({ "rooms": { "join": { "!a": room } } })).room_json(&"!a".into(), "https://x").unwrap();
            let members = room["state"].as_array().unwrap().iter().filter(|event| event["type"] == "m.room.member");
            members.map(|event| event["state_key"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(handed_over(100), ["@ann:x", "@bob:x", "@bot:x", "@me:x"]);
        assert_eq!(handed_over(101), ["@bot:x", "@me:x"]);
    }

    fn message(id: &str, sender: &str, at: u64) -> Value {
        let content = json!({ "msgtype": "m.text", "body": format!("says\n{id}") });
        json!({ "event_id": id, "type": "m.room.message", "sender": sender, "origin_server_ts": at, "content": content })
    }

    fn joined(state: Vec<Value>, timeline: Vec<Value>) -> Value {
        json!({ "state": { "events": state }, "timeline": { "events": timeline } })
    }

    #[test]
    fn invitations_come_first_then_the_newest() {
        let invited = json!({ "invite_state": { "events": [state("m.room.member", "@me:x", "@ann:x", json!({ "membership": "invite" }))] } });
        let store = store(json!({ "rooms": {
            "join": { "!old": joined(vec![], vec![message("$1", "@ann:x", 1)]), "!new": joined(vec![], vec![message("$2", "@ann:x", 2)]) },
            "invite": { "!invited": invited },
        } }));
        let rows = store.rows(Millis(1000));
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["!invited", "!new", "!old"]);
        assert_eq!(rows[0].invited_by, Some("@ann:x".into()));
        assert_eq!(rows[0].name, RoomName::People(vec!["ann".into()], 0));
    }

    #[test]
    fn a_video_room_s_row_says_who_is_in_its_conference() {
        let room = |kind: Value| {
            let entry = json!({ "devices": ["D"], "expires_ts": 2000 });
            let state = vec![
                state("m.room.create", "", "@me:x", kind),
                member("@ann:x", "Ann"),
                state("io.element.video.member", "@ann:x", "@ann:x", entry),
            ];
            store(json!({ "rooms": { "join": { "!a": joined(state, vec![]) } } }))
        };
        let names = |store: &Store, now| store.rows(now).remove(0).company.names;
        let video_room = room(json!({ "type": "io.element.video" }));
        assert_eq!(names(&video_room, Millis(1999)), ["Ann"]);
        assert!(names(&video_room, Millis(2000)).is_empty());
        assert!(names(&room(json!({})), Millis(1999)).is_empty());
    }

    #[test]
    fn a_direct_chat_wears_the_other_ones_face_and_a_group_its_own() {
        let people = || vec![member("@me:x", "Me"), member("@ann:x", "Ann")];
        let mut group = people();
        group.push(state("m.room.avatar", "", "@ann:x", json!({ "url": "mxc://x/group" })));
        let store = store(json!({
            "account_data": { "events": [{ "type": "m.direct", "content": { "@ann:x": ["!direct"] } }] },
            "rooms": { "join": { "!direct": joined(people(), vec![]), "!group": joined(group, vec![]), "!plain": joined(people(), vec![]) } },
        }));
        let avatar = |id: &str| store.rows(Millis(1000)).into_iter().find(|row| row.id.as_str() == id).unwrap().avatar;
        assert_eq!(avatar("!direct").as_deref(), Some("mxc://x/Ann"));
        assert_eq!(avatar("!group").as_deref(), Some("mxc://x/group"));
        assert_eq!(avatar("!plain"), None);
    }

    #[test]
    fn an_invitation_to_a_direct_chat_says_so_itself() {
        let me = state("m.room.member", "@me:x", "@ann:x", json!({ "membership": "invite", "is_direct": true }));
        let invited = json!({ "invite_state": { "events": [me, member("@ann:x", "Ann")] } });
        let row = store(json!({ "rooms": { "invite": { "!a": invited } } })).rows(Millis(1000)).remove(0);
        assert!(row.direct);
        assert_eq!((row.name, row.avatar.as_deref()), (RoomName::People(vec!["Ann".into()], 0), Some("mxc://x/Ann")));
    }

    #[test]
    fn members_are_sorted_by_power_then_name() {
        let power = state("m.room.power_levels", "", "@zoe:x", json!({ "users": { "@zoe:x": 100, "@mia:x": 50 } }));
        let state = vec![
            power,
            member("@bob:x", "bob"),
            member("@ann:x", "Ann"),
            member("@mia:x", "Mia"),
            member("@zoe:x", "Zoe"),
        ];
        let store = store(json!({ "rooms": { "join": { "!a": joined(state, vec![]) } } }));
        let members = store.members(&"!a".into(), str::to_lowercase);
        let shown: Vec<(&str, Role)> = members.iter().map(|row| (row.name.as_str(), row.role)).collect();
        assert_eq!(
            shown,
            [("Zoe", Role::Admin), ("Mia", Role::Moderator), ("Ann", Role::Member), ("bob", Role::Member)]
        );
    }

    #[test]
    fn a_room_for_the_call_components_is_what_the_seam_says() {
        let me = member("@me:x", "Me");
        let rules = state("m.room.join_rules", "", "@ann:x", json!({ "join_rule": "public" }));
        let mut room = joined(vec![me.clone(), member("@ann:x", "Ann"), rules], vec![]);
        room["summary"] = json!({ "m.heroes": ["@ann:x"], "m.joined_member_count": 4, "m.invited_member_count": 0 });
        let value =
            store(json!({ "rooms": { "join": { "!a": room } } })).room_json(&"!a".into(), "https://hs.test").unwrap();
        assert_eq!(
            (&value["membership"], &value["joined_member_count"], &value["my_name"]),
            (&json!("join"), &json!(4), &json!("Me"))
        );
        assert_eq!(value["name"], "Ann +2");
        assert_eq!(
            value["my_avatar_url"],
            "https://hs.test/_matrix/media/v3/thumbnail/x/Me?width=96&height=96&method=crop"
        );
        let kept = value["state"].as_array().unwrap();
        assert!(kept.iter().any(|event| event["state_key"] == "@me:x" && event["content"] == me["content"]));
        assert!(kept.iter().any(|event| event["content"]["join_rule"] == "public"));
        assert_eq!(store(json!({})).room_json(&"!none".into(), "https://hs.test"), None);
    }

    #[test]
    fn an_avatar_that_is_no_media_address_is_none() {
        let mut me = member("@me:x", "Me");
        me["content"]["avatar_url"] = json!("https://eve.test/track.png");
        let store = store(json!({ "rooms": { "join": { "!a": joined(vec![me], vec![]) } } }));
        assert_eq!(store.room_json(&"!a".into(), "https://hs.test").unwrap()["my_avatar_url"], "");
    }
}
