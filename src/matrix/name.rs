//! Names of rooms and people (Client-Server API, "Calculating the display name for a room" and "for a user").

use std::collections::HashMap;

use crate::ids::UserId;
use crate::json::{self, Object};
use crate::matrix::view::RoomName;
use crate::one_line::clean;
use crate::room::RoomState;

/// The most people that a room is named after.
const MOST_HEROES: usize = 5;

/// How many people of a room are in it or invited, and after whom it is named (the sync answer's room summary).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whom to name the room after, me excluded, in the server's order.
    pub heroes: Vec<UserId>,
    /// Joined members, me included.
    pub joined: Option<u64>,
    /// Invited members.
    pub invited: Option<u64>,
}

/// How many of a room's joined or invited members use each display name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NameIndex {
    uses: HashMap<String, u32>,
}

impl NameIndex {
    /// Takes note that a member event's content is replaced.
    pub fn replace(&mut self, old: Option<&Object>, new: &Object) {
        if let Some(name) = old.and_then(indexed_name)
            && let Some(uses) = self.uses.get_mut(&name)
        {
            *uses -= 1;
            if *uses == 0 {
                self.uses.remove(&name);
            }
        }
        if let Some(name) = indexed_name(new) {
            *self.uses.entry(name).or_insert(0) += 1;
        }
    }

    /// A member's name: the display name, with the user id after it where someone else uses the same one; the local part of
    /// the id where there is none.
    pub fn of(&self, state: &RoomState, user: &UserId) -> String {
        let content = state.get("m.room.member", user.as_str()).map(|event| &event.content);
        let Some(name) = content.and_then(display_name) else {
            return clean(user.localpart()).unwrap_or_else(|| user.to_string());
        };
        // Someone who left is not counted among the uses; then one other is enough.
        let counted = content.and_then(indexed_name).is_some();
        let uses = self.uses.get(&name).copied().unwrap_or_default();
        if uses > u32::from(counted) || name.starts_with('@') { format!("{name} ({user})") } else { name }
    }
}

fn display_name(member: &Object) -> Option<String> {
    clean(json::string(member, "displayname")?)
}

fn indexed_name(member: &Object) -> Option<String> {
    matches!(json::string(member, "membership"), Some("join" | "invite")).then(|| display_name(member)).flatten()
}

/// A room's name.
pub fn room_name(state: &RoomState, names: &NameIndex, summary: &Summary, me: &UserId) -> RoomName {
    let said = |event_type: &str, key: &str| json::string(state.content(event_type)?, key).and_then(clean);
    if let Some(name) = said("m.room.name", "name").or_else(|| said("m.room.canonical_alias", "alias")) {
        return RoomName::Named(name);
    }
    let heroes = heroes(state, summary, me);
    let shown: Vec<String> = heroes.iter().map(|hero| names.of(state, hero)).collect();
    let people = present(state, summary);
    if people <= 1 {
        return RoomName::Empty(shown);
    }
    let others = people.saturating_sub(1).saturating_sub(count(shown.len()));
    RoomName::People(shown, others)
}

/// Whom the room is named after: the server's choice; without one, the first members of the state that are here, or else that
/// were here.
pub fn heroes(state: &RoomState, summary: &Summary, me: &UserId) -> Vec<UserId> {
    if !summary.heroes.is_empty() {
        let heroes = summary.heroes.iter().filter(|hero| *hero != me);
        return heroes.take(MOST_HEROES).cloned().collect();
    }
    let others = |memberships: &[&str]| -> Vec<UserId> {
        state
            .all("m.room.member")
            .filter(|event| event.state_key != me.as_str())
            .filter(|event| json::string(&event.content, "membership").is_some_and(|m| memberships.contains(&m)))
            .take(MOST_HEROES)
            .map(|event| UserId::new(event.state_key.as_str()))
            .collect()
    };
    let here = others(&["join", "invite"]);
    if here.is_empty() { others(&["leave", "ban"]) } else { here }
}

/// How many are in the room or invited: the server's counts, or else what the state shows.
fn present(state: &RoomState, summary: &Summary) -> u64 {
    let counted = |membership: &str| {
        count(
            state
                .all("m.room.member")
                .filter(|event| json::string(&event.content, "membership") == Some(membership))
                .count(),
        )
    };
    let joined = summary.joined.unwrap_or_else(|| counted("join"));
    joined.saturating_add(summary.invited.unwrap_or_else(|| counted("invite")))
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::room::StateEvent;

    const ME: &str = "@me:hs.test";

    fn room(events: &[(&str, &str, Value)]) -> (RoomState, NameIndex) {
        let mut names = NameIndex::default();
        let mut state = RoomState::default();
        for (event_type, key, content) in events {
            let event = json!({ "type": event_type, "state_key": key, "sender": ME, "content": content });
            let event = StateEvent::read(&event).unwrap();
            if *event_type == "m.room.member" {
                names.replace(state.get(event_type, key).map(|old| &old.content), &event.content);
            }
            state.set(event);
        }
        (state, names)
    }

    fn member(user: &'static str, membership: &str, name: Value) -> (&'static str, &'static str, Value) {
        ("m.room.member", user, json!({ "membership": membership, "displayname": name }))
    }

    fn name(events: &[(&str, &str, Value)], heroes: &[&str], joined: u64, invited: u64) -> RoomName {
        let (state, names) = room(events);
        let summary = Summary {
            heroes: heroes.iter().map(|hero| (*hero).into()).collect(),
            joined: Some(joined),
            invited: Some(invited),
        };
        room_name(&state, &names, &summary, &ME.into())
    }

    fn people(names: &[&str], others: u64) -> RoomName {
        RoomName::People(names.iter().map(|name| (*name).to_owned()).collect(), others)
    }

    #[test]
    fn a_name_beats_an_alias_and_an_alias_beats_people() {
        let named = ("m.room.name", "", json!({ "name": " Tea \n room " }));
        let alias = ("m.room.canonical_alias", "", json!({ "alias": "#tea:hs.test" }));
        let ann = member("@ann:hs.test", "join", json!("Ann"));
        assert_eq!(
            name(&[named, alias.clone(), ann.clone()], &["@ann:hs.test"], 2, 0),
            RoomName::Named("Tea room".into())
        );
        assert_eq!(name(&[alias, ann], &["@ann:hs.test"], 2, 0), RoomName::Named("#tea:hs.test".into()));
    }

    #[test]
    fn an_empty_or_odd_name_is_no_name() {
        for content in [
            json!({}),
            json!({ "name": "" }),
            json!({ "name": " \u{202e} " }),
            json!({ "name": "\u{200b}\u{200d}\u{feff}" }),
            json!({ "name": 3 }),
            json!({ "name": null }),
        ] {
            let ann = member("@ann:hs.test", "join", json!("Ann"));
            assert_eq!(name(&[("m.room.name", "", content), ann], &["@ann:hs.test"], 2, 0), people(&["Ann"], 0));
        }
    }

    #[test]
    fn alternative_aliases_do_not_name_a_room() {
        let alias = ("m.room.canonical_alias", "", json!({ "alt_aliases": ["#tea:hs.test"] }));
        assert_eq!(name(&[alias], &["@ann:hs.test"], 2, 0), people(&["ann"], 0));
    }

    #[test]
    fn when_the_heroes_are_everyone_all_are_named() {
        let events = [member("@ann:hs.test", "join", json!("Ann")), member("@bob:hs.test", "invite", json!("Bob"))];
        assert_eq!(name(&events, &["@ann:hs.test", "@bob:hs.test"], 2, 1), people(&["Ann", "Bob"], 0));
    }

    #[test]
    fn when_there_are_more_than_heroes_the_rest_is_counted() {
        let events = [member("@ann:hs.test", "join", json!("Ann"))];
        assert_eq!(name(&events, &["@ann:hs.test"], 3, 2), people(&["Ann"], 3));
    }

    #[test]
    fn alone_the_room_is_empty_with_those_who_were_there() {
        let events = [member("@ann:hs.test", "leave", json!("Ann"))];
        assert_eq!(name(&events, &["@ann:hs.test"], 1, 0), RoomName::Empty(vec!["Ann".into()]));
        assert_eq!(name(&[], &[], 1, 0), RoomName::Empty(vec![]));
        assert_eq!(name(&[], &[], 0, 0), RoomName::Empty(vec![]));
    }

    #[test]
    fn someone_invited_is_company() {
        let events = [member("@ann:hs.test", "invite", json!("Ann"))];
        assert_eq!(name(&events, &["@ann:hs.test"], 1, 1), people(&["Ann"], 0));
    }

    #[test]
    fn i_am_no_hero_and_no_more_than_five_are() {
        let heroes = [ME, "@a:x", "@b:x", "@c:x", "@d:x", "@e:x", "@f:x"];
        assert_eq!(name(&[], &heroes, 8, 0), people(&["a", "b", "c", "d", "e"], 2));
    }

    #[test]
    fn without_a_summary_the_state_shows_who_is_there() {
        let (state, names) = room(&[
            member(ME, "join", json!("Me")),
            member("@ann:hs.test", "join", json!("Ann")),
            member("@bob:hs.test", "leave", json!("Bob")),
        ]);
        assert_eq!(room_name(&state, &names, &Summary::default(), &ME.into()), people(&["Ann"], 0));
    }

    #[test]
    fn without_a_summary_those_who_left_name_an_empty_room() {
        let (state, names) = room(&[member(ME, "join", json!("Me")), member("@bob:hs.test", "leave", json!("Bob"))]);
        assert_eq!(room_name(&state, &names, &Summary::default(), &ME.into()), RoomName::Empty(vec!["Bob".into()]));
    }

    #[test]
    fn two_with_one_name_are_told_apart_by_their_ids() {
        let (state, names) = room(&[
            member("@ann:hs.test", "join", json!("Ann")),
            member("@eve:hs.test", "invite", json!("Ann\u{202e}")),
            member("@bob:hs.test", "join", json!("Bob")),
            member("@rob:hs.test", "leave", json!("Bob")),
        ]);
        let shown = |user: &str| names.of(&state, &user.into());
        assert_eq!(shown("@ann:hs.test"), "Ann (@ann:hs.test)");
        assert_eq!(shown("@eve:hs.test"), "Ann (@eve:hs.test)");
        assert_eq!(shown("@bob:hs.test"), "Bob");
        assert_eq!(shown("@rob:hs.test"), "Bob (@rob:hs.test)");
    }

    #[test]
    fn a_mark_that_nobody_sees_makes_no_other_name() {
        let (state, names) = room(&[
            member("@ann:hs.test", "join", json!("Ann")),
            member("@eve:hs.test", "join", json!("A\u{200b}nn\u{2060}")),
        ]);
        assert_eq!(names.of(&state, &"@eve:hs.test".into()), "Ann (@eve:hs.test)");
        let family = "\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(clean(family).as_deref(), Some(family));
    }

    #[test]
    fn a_name_is_free_again_when_its_user_leaves_or_is_renamed() {
        let (state, names) = room(&[
            member("@ann:hs.test", "join", json!("Ann")),
            member("@eve:hs.test", "join", json!("Ann")),
            member("@eve:hs.test", "join", json!("Eve")),
        ]);
        assert_eq!(names.of(&state, &"@ann:hs.test".into()), "Ann");
    }

    #[test]
    fn a_name_that_looks_like_a_user_id_shows_the_true_one() {
        let (state, names) = room(&[member("@eve:hs.test", "join", json!("@ann:hs.test"))]);
        assert_eq!(names.of(&state, &"@eve:hs.test".into()), "@ann:hs.test (@eve:hs.test)");
    }

    #[test]
    fn without_a_display_name_the_local_part_stands_in() {
        for odd in [json!(null), json!(""), json!(" "), json!(7)] {
            let (state, names) = room(&[member("@ann:hs.test", "join", odd)]);
            assert_eq!(names.of(&state, &"@ann:hs.test".into()), "ann");
        }
        let (state, names) = room(&[]);
        assert_eq!(names.of(&state, &"@zed:hs.test".into()), "zed");
    }
}
