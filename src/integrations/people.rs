//! Whom a manager may invite, remove and give power to, in my name.

use serde_json::Value;

use crate::ids::{EventId, RoomId, UserId};
use crate::integrations::visit::{Act, NO_POWER, Outcome, Then, success};
use crate::integrations::widgets;
use crate::json::{self, Object};
use crate::matrix::request;
use crate::room::{Power, PowerLevels, RoomState, StateEvent};
use crate::time::Millis;

pub(super) const MEMBER: &str = "m.room.member";
pub(super) const POWER: &str = "m.room.power_levels";

/// A level for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    user: UserId,
    level: i64,
    /// Who has more already keeps it.
    only_up: bool,
}

impl Grant {
    /// Whether I may give that: to somebody else, who has less than I, and less than I have. So it can be taken back.
    fn is_mine_to_give(&self, power: &PowerLevels, me: &UserId) -> bool {
        let mine = power.of(me);
        power.may_send_state(me, POWER)
            && self.user != *me
            && power.of(&self.user) < mine
            && Power::Level(self.level) < mine
    }

    /// The power levels with it; `None` where nothing has to change. `content` are the newest, `state` has the rest of the room.
    pub(super) fn on(
        &self,
        mut content: Object,
        state: &RoomState,
        me: &UserId,
    ) -> Result<Option<Value>, &'static str> {
        let newest = StateEvent {
            event_type: POWER.to_owned(),
            state_key: String::new(),
            sender: me.clone(),
            event_id: EventId::from(""),
            origin_server_ts: Millis::default(),
            content: content.clone(),
        };
        let power = PowerLevels::read(&state.get("m.room.create", "").cloned().into_iter().chain([newest]).collect());
        if !self.is_mine_to_give(&power, me) {
            return Err(NO_POWER);
        }
        let (has, gets) = (power.of(&self.user), Power::Level(self.level));
        if has == gets || self.only_up && has > gets {
            return Ok(None);
        }
        let mut users = match content.remove("users") {
            Some(Value::Object(users)) => users,
            _ => Object::new(),
        };
        users.insert(self.user.to_string(), self.level.into());
        content.insert("users".to_owned(), users.into());
        Ok(Some(content.into()))
    }
}

/// `invite`, `kick` and `set_bot_power`.
pub(super) fn act(
    action: &str,
    asked: &Object,
    user: &UserId,
    state: &RoomState,
    power: &PowerLevels,
    room: &RoomId,
    me: &UserId,
) -> Outcome {
    let membership = state.get(MEMBER, user.as_str()).and_then(|member| json::string(&member.content, "membership"));
    let allowed = |may: bool| if may { Ok(()) } else { Err(NO_POWER) };
    match action {
        "invite" => {
            if matches!(membership, Some("join" | "invite")) {
                return Ok(success().into());
            }
            allowed(power.may_invite(me))?;
            Ok(Act::Send(request::invite(room, user), Then::Success))
        }
        "kick" => {
            if matches!(membership, Some("leave" | "ban")) {
                return Ok(success().into());
            }
            allowed(power.may_kick(me, user))?;
            let reason = widgets::short(json::string(asked, "reason").unwrap_or_default())?;
            Ok(Act::Send(request::kick(room, user, reason), Then::Success))
        }
        _ => {
            let level = json::integer(asked, "level").filter(|level| *level >= 0);
            let level = level.ok_or("Power level must be positive integer.")?;
            let only_up = json::boolean(asked, "ignoreIfGreater") == Some(true);
            let grant = Grant { user: user.clone(), level, only_up };
            allowed(grant.is_mine_to_give(power, me))?;
            Ok(Act::Send(request::state(room, POWER, ""), Then::Power(grant)))
        }
    }
}
