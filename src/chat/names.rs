//! Room names and counts in the reader's language.

use super::page::{Page, text};
use crate::browser::letters;
use crate::matrix::view::RoomName;

/// How many people's names a room's name has at most; the rest are counted. The specification names five.
const NAMED: usize = 5;

/// A room's name in words.
pub(super) fn room_name(page: Page, name: &RoomName) -> String {
    match name {
        RoomName::Named(name) => name.clone(),
        RoomName::People(names, more) => {
            let shown = names.get(..NAMED).unwrap_or(names);
            let more = more.saturating_add((names.len() - shown.len()) as u64);
            people(page, shown, more)
        }
        RoomName::Empty(names) if names.is_empty() => text!(page, "name.empty"),
        RoomName::Empty(names) => {
            let names = people(page, names.get(..NAMED).unwrap_or(names), 0);
            text!(page, "name.empty_was", names = &names)
        }
    }
}

fn people(page: Page, names: &[String], more: u64) -> String {
    match (names, more) {
        ([], _) => text!(page, "name.empty"),
        ([name], 0) => name.clone(),
        ([first, second], 0) => text!(page, "name.two", first = first, second = second),
        ([first, rest @ ..], 0) => {
            let rest = people(page, rest, 0);
            text!(page, "name.list", first = first, rest = &rest)
        }
        (names, 1) => text!(page, "name.and_one", names = &names.join(", ")),
        (names, more) => {
            text!(page, "name.and_others", names = &names.join(", "), count = &more.to_string())
        }
    }
}

/// The letter that stands for a name where there is no image.
pub(super) fn initial(name: &str) -> String {
    name.chars()
        .find(|c| letters::is_alphanumeric(*c))
        .map_or_else(|| "#".into(), |c| letters::upper(c.encode_utf8(&mut [0; 4])))
}

/// Which of the avatar tints an id has; the same everywhere on the page.
pub(super) fn tint(id: &str) -> u32 {
    const TINTS: u32 = 8;
    id.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % TINTS
}
