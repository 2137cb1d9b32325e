//! Finding a short text within another. The standard library's own search is made for long ones. It, and what it says of a place that
//! is none in a text, with tables of Unicode, are 4 KB of the chat page: `contains` brings it even for a single character.

/// Where `part` first stands in a text.
pub fn place(text: &str, part: &str) -> Option<usize> {
    (0..text.len()).find(|at| text.as_bytes().get(*at..).is_some_and(|rest| rest.starts_with(part.as_bytes())))
}

/// Whether a text has `part` in it.
pub fn has(text: &str, part: &str) -> bool {
    part.is_empty() || place(text, part).is_some()
}

/// What stands before and after the first `part` in a text.
pub fn parted<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = text.split_at_checked(place(text, part)?)?;
    Some((before, rest.strip_prefix(part)?))
}

/// The scheme of an address and what follows it.
pub fn scheme(address: &str) -> Option<(&str, &str)> {
    parted(address, "://")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_the_standard_library_finds(text in "[aéb]{0,8}", part in "[aéb]{1,3}") {
            prop_assert_eq!(place(&text, &part), text.find(&part));
            prop_assert_eq!(parted(&text, &part), text.split_once(&part));
            prop_assert!(has(&text, &part) == text.contains(&part) && has(&text, ""));
        }
    }
}
