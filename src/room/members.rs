//! Who is in a room, for the purpose of calls: bots that the room declares as service members do not count.

use serde_json::Value;

use crate::ids::UserId;
use crate::json;
use crate::one_line::clean;
use crate::ordered::Set;
use crate::room::{RoomState, StateEvent};

/// The most service members that a room's list is believed to have.
const MOST_FUNCTIONAL: usize = 500;

/// The users that state `io.element.functional_members` names (MSC4171), as far as it makes sense.
pub fn functional_members(state: &RoomState) -> Set<UserId> {
    let Some(content) = state.content("io.element.functional_members") else {
        return Set::default();
    };
    let members = json::array(content, "service_members");
    members.iter().take(MOST_FUNCTIONAL).filter_map(|member| member.as_str().map(UserId::from)).collect()
}

/// How many joined people a room has: `joined` of the room summary less the functional members that are joined.
/// `joined` is the server's count, since lazily loaded members make the state incomplete; without it the state's
/// member events count.
///
/// A functional member is taken off only when its member event is known and says `join`: the list often still names
/// bots that left long ago.
pub fn joined_people(state: &RoomState, joined: Option<u64>) -> u64 {
    let functional = functional_members(state);
    let count = |counted: usize| u64::try_from(counted).unwrap_or(u64::MAX);
    match joined {
        // Looked up one by one: of members there can be a hundred thousand.
        Some(joined) => {
            let is_here = |user: &&UserId| state.get("m.room.member", user.as_str()).is_some_and(is_joined);
            joined.saturating_sub(count(functional.iter().filter(is_here).count()))
        }
        None => {
            let is_person = |member: &&StateEvent| !functional.contains(&member.state_key.as_str().into());
            count(state.all("m.room.member").filter(|member| is_joined(member)).filter(is_person).count())
        }
    }
}

fn is_joined(member: &StateEvent) -> bool {
    json::string(&member.content, "membership") == Some("join")
}

/// What a user is called by this member event; the localpart of one who has no name there that can be shown.
pub fn name_by(member: Option<&Value>, user: &UserId) -> String {
    let content = member.and_then(Value::as_object).and_then(|member| json::object(member, "content"));
    let name = content.and_then(|content| json::string(content, "displayname"));
    name.and_then(clean).unwrap_or_else(|| clean(user.localpart()).unwrap_or_else(|| user.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn room(members: &[(&str, &str)], functional: Value) -> RoomState {
        let event = |event_type: &str, key: &str, content: Value| {
            StateEvent::read(&json!({
                "type": event_type, "state_key": key, "sender": "@ann:chat.test", "content": content,
            }))
        };
        members
            .iter()
            .filter_map(|(user, membership)| event("m.room.member", user, json!({ "membership": membership })))
            .chain(event("io.element.functional_members", "", functional))
            .collect()
    }

    #[test]
    fn a_bot_that_the_room_declares_is_nobody() {
        let state = room(
            &[("@ann:chat.test", "join"), ("@ben:chat.test", "join"), ("@bot:chat.test", "join")],
            json!({ "service_members": ["@bot:chat.test"] }),
        );
        assert_eq!(joined_people(&state, Some(3)), 2);
        assert_eq!(joined_people(&state, None), 2);
    }

    #[test]
    fn a_list_of_bots_without_end_is_cut_short() {
        let bots: Vec<String> = (0..MOST_FUNCTIONAL * 2).map(|number| format!("@bot{number:05}:chat.test")).collect();
        let state = room(&[], json!({ "service_members": bots }));
        let functional = functional_members(&state);
        assert!(functional.len() == MOST_FUNCTIONAL && functional.contains(&"@bot00000:chat.test".into()));
    }

    #[test]
    fn a_bot_that_left_is_not_taken_off_again() {
        let state = room(
            &[("@ann:chat.test", "join"), ("@bot:chat.test", "leave")],
            json!({ "service_members": ["@bot:chat.test", "@never:chat.test"] }),
        );
        assert_eq!(joined_people(&state, Some(3)), 3);
    }

    #[test]
    fn the_server_counts_members_that_were_never_loaded() {
        let state = room(&[("@ann:chat.test", "join")], json!({}));
        assert_eq!(joined_people(&state, Some(40)), 40);
        assert_eq!(joined_people(&state, None), 1);
    }

    #[test]
    fn more_bots_than_members_leave_nobody_not_a_huge_number() {
        let state = room(
            &[("@a:chat.test", "join"), ("@b:chat.test", "join")],
            json!({ "service_members": ["@a:chat.test", "@b:chat.test", 3, null] }),
        );
        assert_eq!(joined_people(&state, Some(1)), 0);
    }

    #[test]
    fn a_member_without_a_name_that_can_be_shown_is_called_by_the_localpart() {
        let named = |name: Value| {
            let event = json!({ "content": { "membership": "join", "displayname": name } });
            name_by(Some(&event), &"@bob:chat.test".into())
        };
        assert_eq!(named(json!("Bob \u{202e}B.")), "Bob B.");
        for name in [json!(null), json!(" \u{200b}"), json!(7)] {
            assert_eq!(named(name), "bob");
        }
        assert_eq!(name_by(None, &"@eve:chat.test".into()), "eve");
        assert_eq!(name_by(Some(&json!([3])), &"@eve:chat.test".into()), "eve");
    }
}
