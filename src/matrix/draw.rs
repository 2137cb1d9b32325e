//! What the chat page draws, made from the store.

use serde_json::{Value, json};

use crate::ids::{RoomId, UserId};
use crate::json;
use crate::matrix::item;
use crate::matrix::mxc::Mxc;
use crate::matrix::name::{clean, heroes, room_name};
use crate::matrix::outbox::{Entry, Progress};
use crate::matrix::request::{self, MediaApi};
use crate::matrix::room::Room;
use crate::matrix::store::Store;
use crate::matrix::view::{ItemContent, MemberRow, Preview, Role, RoomName, RoomRow, RoomView, Sending, TimelineItem};
use crate::meet::widget::MeetWidget;
use crate::room::{Membership, Power, PowerLevels};

/// The side of the avatar that a conference is given, in pixels.
const CONFERENCE_AVATAR: u32 = 96;

impl Store {
    /// The room list: invitations first, then the newest first.
    pub fn rows(&self) -> Vec<RoomRow> {
        let mut rows: Vec<RoomRow> = self.rooms.iter().map(|(id, room)| self.row(id, room)).collect();
        rows.sort_by(|a, b| {
            let place = |row: &RoomRow| (row.invited_by.is_none(), std::cmp::Reverse(row.latest));
            place(a).cmp(&place(b)).then_with(|| a.id.cmp(&b.id))
        });
        rows
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
            typing: room
                .typing
                .iter()
                .filter(|user| **user != self.me)
                .map(|user| room.member_name(user))
                .collect(),
        })
    }

    /// The loaded part of a room's timeline, oldest first, then what is in the outbox.
    pub fn items(&self, id: &RoomId, entries: &[Entry]) -> Vec<TimelineItem> {
        let Some(room) = self.room(id) else {
            return Vec::new();
        };
        let edits = room.timeline.edits();
        let mut items: Vec<TimelineItem> = room
            .timeline
            .events()
            .filter_map(|event| {
                let content = item::content(event, edits.get(&event.event_id), |user| room.member_name(&user.into()))?;
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
                content: ItemContent::Text {
                    body: entry.body.clone(),
                    edited: false,
                },
                sending,
            });
        }
        items
    }

    /// The members known so far, admins first, then by name.
    pub fn members(&self, id: &RoomId) -> Vec<MemberRow> {
        let Some(room) = self.room(id) else {
            return Vec::new();
        };
        let power = PowerLevels::read(room.state());
        let mut members: Vec<(String, MemberRow)> = room
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
                Some((row.name.to_lowercase(), row))
            })
            .collect();
        members.sort_by(|(name_a, a), (name_b, b)| {
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
        let state: Vec<Value> = room.state().iter().map(crate::room::StateEvent::write).collect();
        Some(json!({
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

    fn row(&self, id: &RoomId, room: &Room) -> RoomRow {
        let my_member_event = room.state().get("m.room.member", self.me.as_str());
        let invited_by = (room.membership == Membership::Invite)
            .then(|| my_member_event.map_or_else(|| self.me.clone(), |event| event.sender.clone()));
        let invited_directly =
            my_member_event.is_some_and(|event| json::boolean(&event.content, "is_direct") == Some(true));
        RoomRow {
            id: id.clone(),
            name: self.name(room),
            avatar: self.avatar(id, room),
            direct: self.direct.contains_key(id) || (invited_by.is_some() && invited_directly),
            invited_by,
            unread: room.unread,
            mentions: room.mentions,
            latest: room.latest,
            preview: self.preview(room),
            has_conference: !MeetWidget::all_in(room.state()).is_empty(),
        }
    }

    fn name(&self, room: &Room) -> RoomName {
        let name = room_name(room.state(), room.names(), &room.summary, &self.me);
        match (name, room.membership) {
            // The little that an invitation shows needn't include who sent it.
            (RoomName::Empty(_), Membership::Invite) => match room.state().get("m.room.member", self.me.as_str()) {
                Some(event) => RoomName::People(vec![room.member_name(&event.sender)], 0),
                None => RoomName::Empty(Vec::new()),
            },
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
        let other = self.direct.get(id).filter(|user| room.knows_member(user.as_str())).cloned();
        let other = other.or_else(|| {
            self.direct.contains_key(id).then(|| heroes(room.state(), &room.summary, &self.me).into_iter().next())?
        });
        room.member_avatar(&other?)
    }

    fn preview(&self, room: &Room) -> Option<Preview> {
        let edits = room.timeline.edits();
        room.timeline.events().rev().find_map(|event| {
            let content = item::content(event, edits.get(&event.event_id), |user| room.member_name(&user.into()))?;
            Some(Preview {
                sender: (event.sender != self.me).then(|| room.member_name(&event.sender)),
                body: item::preview(&content)?,
            })
        })
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
