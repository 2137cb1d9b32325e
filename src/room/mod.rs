//! What calls need to know of a room: who is in it, what I may do, which conferences it has. Pure: no DOM, no clock, no
//! requests. Everything here reads state that strangers wrote.

mod facts;
mod kept;
mod members;
mod power;
mod state;

pub use facts::{Membership, RoomFacts};
pub use kept::KeptRoom;
pub use members::{functional_members, joined_people, name_by};
pub use power::{Power, PowerLevels};
pub use state::{RoomState, StateEvent};
