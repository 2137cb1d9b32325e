//! Finding web addresses in what people write. Only `http` and `https` become links; everything stays the text it was, so
//! that what is shown is what is opened.

use crate::within;

/// A stretch of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// A web address, to be shown as it is.
    Link(&'a str),
}

/// The longest address that becomes a link, in bytes: no server takes a longer one, and the work for a message that is
/// made to be slow stays small.
const LONGEST: usize = 2048;

/// Splits a text into plain stretches and web addresses. The pieces in their order are the text again. Which characters are letters or
/// digits, `is_alphanumeric` tells.
pub fn linkify(text: &str, is_alphanumeric: fn(char) -> bool) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut plain, mut from) = (0, 0);
    while let Some(start) = next_scheme(text, from) {
        let Some(link) = address_at(text, start, is_alphanumeric) else {
            from = start + "http".len();
            continue;
        };
        push_text(&mut pieces, text.get(plain..start));
        pieces.push(Piece::Link(link));
        plain = start + link.len();
        from = plain;
    }
    push_text(&mut pieces, text.get(plain..));
    pieces
}

/// The web address that begins at `start`, where the letters `http` stand.
fn address_at(text: &str, start: usize, is_alphanumeric: fn(char) -> bool) -> Option<&str> {
    let (before, found) = text.split_at_checked(start)?;
    if before.chars().next_back().is_some_and(is_alphanumeric) {
        return None;
    }
    let end = found
        .char_indices()
        .take_while(|(at, _)| *at <= LONGEST)
        .find(|(_, c)| ends_address(*c))
        .map_or(found.len(), |(at, _)| at);
    let address = trimmed(found.get(..end).filter(|whole| whole.len() <= LONGEST)?);
    has_host(address, is_alphanumeric).then_some(address)
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: Option<&'a str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        pieces.push(Piece::Text(text));
    }
}

/// Where the next `http` begins, in any case, at or after `from`.
fn next_scheme(text: &str, from: usize) -> Option<usize> {
    text.as_bytes().get(from..)?.windows(4).position(|four| four.eq_ignore_ascii_case(b"http")).map(|at| from + at)
}

/// Blanks and quotes end an address; so do control characters and those that turn the direction of text, which would
/// show another address than the one opened.
fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\\' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Drops the punctuation of the sentence around the address. A closing bracket stays where the address opened it.
fn trimmed(address: &str) -> &str {
    let (mut address, mut before) = (address, address.chars());
    while let Some(last) = before.next_back() {
        let sentence = match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '…' | '”' | '’' | '»' => true,
            ')' => address.matches(')').count() > address.matches('(').count(),
            ']' => address.matches(']').count() > address.matches('[').count(),
            _ => false,
        };
        if !sentence {
            break;
        }
        address = before.as_str();
    }
    address
}

fn has_host(address: &str, is_alphanumeric: fn(char) -> bool) -> bool {
    let Some((scheme, rest)) = within::scheme(address) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && host.chars().next().is_some_and(|c| is_alphanumeric(c) || c == '[')
        // `https://bank.example@evil.example` reads as one server and opens another.
        && !within::has(host, "@")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Piece::{Link, Text};
    use super::*;

    fn linkify(text: &str) -> Vec<Piece<'_>> {
        super::linkify(text, char::is_alphanumeric)
    }

    #[test]
    fn an_address_in_a_sentence_loses_the_sentence() {
        assert_eq!(
            linkify("See (https://example.org/a_(b)), or HTTP://x.test/?q=1#f."),
            [Text("See ("), Link("https://example.org/a_(b)"), Text("), or "), Link("HTTP://x.test/?q=1#f"), Text("."),]
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        for text in [
            "javascript:alert(1)",
            "ftp://example.org",
            "data:text/html,hi",
            "https://",
            "https:///path",
            "http//example.org",
            "xhttps://example.org",
            "https://bank.example@evil.example/",
        ] {
            assert_eq!(linkify(text), [Text(text)], "{text}");
        }
    }

    #[test]
    fn a_character_that_turns_the_direction_ends_the_address() {
        assert_eq!(linkify("https://a.test/\u{202E}gro.b"), [Link("https://a.test/"), Text("\u{202E}gro.b")]);
    }

    #[test]
    fn an_address_without_end_stays_text() {
        let text = ["https://a.test/", &")".repeat(60_000)].concat();
        assert_eq!(linkify(&text), [Text(text.as_str())]);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text_again(text in "(h|http|https|://|[a-z(]|\\.|\\)| |é|<){0,40}") {
            let whole: String = linkify(&text)
                .into_iter()
                .map(|piece| match piece { Text(part) | Link(part) => part })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}
