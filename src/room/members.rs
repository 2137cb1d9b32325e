//! Who is in a room, for the purpose of calls: bots that the room declares as service members do not count.

use std::collections::BTreeSet;

use crate::ids::UserId;
use crate::room::RoomState;

/// The users that state `io.element.functional_members` names (MSC4171).
pub fn functional_members(state: &RoomState) -> BTreeSet<UserId> {
    let _ = state;
    todo!()
}

/// How many joined people a room has: `joined` of the room summary less the functional members that are joined.
/// `joined` is the server's count, since lazily loaded members make the state incomplete; without it the state's
/// member events count.
pub fn joined_people(state: &RoomState, joined: Option<u64>) -> u64 {
    let _ = (state, joined);
    todo!()
}
