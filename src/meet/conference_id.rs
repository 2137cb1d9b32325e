//! The name of a new conference on its server (`chat-web.md` 3.1).

use crate::ids::{ConferenceId, RoomId};
use crate::meet::auth::Auth;

/// How many random bytes [`new`] wants: one for each of its 24 letters, and spare ones because bytes that would bias a
/// letter are skipped.
pub const RANDOM_BYTES: usize = 64;

/// The conference id: with sign-in the room id in base32 (RFC 4648, no padding), else `Jitsi` and 24 random letters.
/// `random` comes from a cryptographic source; the id is all that guards a conference without sign-in.
pub fn new(room: &RoomId, auth: Option<Auth>, random: &[u8; RANDOM_BYTES]) -> ConferenceId {
    let _ = (room, auth, random);
    todo!()
}
