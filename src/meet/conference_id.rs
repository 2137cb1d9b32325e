//! The name of a new conference on its server (`chat-web.md` 3.1).

use data_encoding::BASE32_NOPAD;

use crate::ids::{ConferenceId, RoomId};
use crate::meet::auth::Auth;

/// How many random bytes [`new`] wants: one for each of its 24 letters, and spare ones because bytes that would bias a
/// letter are skipped.
pub const RANDOM_BYTES: usize = 64;

/// How many random letters a conference id has: 112 bits, case not counted.
const LETTERS: usize = 24;

/// The conference id: with sign-in the room id in base32 (RFC 4648, no padding), else `Jitsi` and 24 random letters, the first
/// of them a capital. `random` comes from a cryptographic source; the id is all that guards a conference without sign-in.
pub fn new(room: &RoomId, auth: Option<Auth>, random: &[u8; RANDOM_BYTES]) -> ConferenceId {
    match auth {
        // The Meet server decodes it and compares it with the token's room: any other spelling locks everyone out.
        Some(Auth::OpenIdTokenJwt) => ConferenceId::new(BASE32_NOPAD.encode(room.as_str().as_bytes())),
        None => {
            let mut letters = random_characters(b"abcdefghijklmnopqrstuvwxyz", LETTERS, random);
            if let Some(first) = letters.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            ConferenceId::new(String::from("Jitsi") + &letters)
        }
    }
}

/// Draws `count` characters of an ASCII `alphabet` from random bytes, each equally likely: bytes at or above the largest
/// multiple of the alphabet's size are skipped. With 64 bytes for 24 characters of at most 62 kinds fewer than one drawing in
/// 10^25 runs out of others; then the skipped ones are used after all, since a slightly biased id still works and a panic
/// does not.
pub(super) fn random_characters(alphabet: &[u8], count: usize, random: &[u8]) -> String {
    let kinds = alphabet.len().max(1);
    let fair = 256 - 256 % kinds;
    let (even, skipped): (Vec<u8>, Vec<u8>) = random.iter().partition(|byte| usize::from(**byte) < fair);
    even.into_iter()
        .chain(skipped)
        .take(count)
        .filter_map(|byte| alphabet.get(usize::from(byte) % kinds))
        .map(|letter| char::from(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_sign_in_the_name_is_the_room_id_in_base32() {
        let id = new(&"!qwertyasdfgh:matrix.org".into(), Some(Auth::OpenIdTokenJwt), &[0; RANDOM_BYTES]);
        assert_eq!(id.as_str(), "EFYXOZLSOR4WC43EMZTWQOTNMF2HE2LYFZXXEZY");
    }

    #[test]
    fn without_sign_in_the_name_says_nothing_of_the_room() {
        let mut random = [255; RANDOM_BYTES];
        for (byte, value) in random.iter_mut().skip(1).step_by(2).zip(0..) {
            *byte = value;
        }
        let id = new(&"!secret:chat.test".into(), None, &random);
        assert_eq!(id.as_str(), "JitsiAbcdefghijklmnopqrstuvwx");
    }

    #[test]
    fn every_character_is_equally_likely() {
        let all: Vec<u8> = (0..=255).collect();
        let drawn = random_characters(b"abcdefghijklmnopqrstuvwxyz", 234, &all);
        for letter in 'a'..='z' {
            assert_eq!(drawn.matches(letter).count(), 9, "{letter}");
        }
    }

    #[test]
    fn a_source_of_only_biased_bytes_still_gives_a_name() {
        let id = new(&"!room".into(), None, &[255; RANDOM_BYTES]);
        assert_eq!(id.as_str().len(), "Jitsi".len() + LETTERS);
    }
}
