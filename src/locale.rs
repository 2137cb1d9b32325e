//! User-visible text. English is compiled in, so that a page can always speak; another language is a file of the same
//! keys that the shell fetches and lays over it.

use serde_json::Value;

use crate::json::{self, Object};

pub mod components;

/// The texts of one page, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    table: Object,
}

impl Texts {
    /// Reads a locale file: one flat JSON object of strings. What is not a string is left out.
    pub fn read(file: &str) -> Self {
        Self::from_json(&serde_json::from_str(file).unwrap_or_default())
    }

    /// The same from a file that has been parsed.
    pub fn from_json(file: &Value) -> Self {
        Self::default().overlaid_with(Self { table: file.as_object().cloned().unwrap_or_default() })
    }

    /// Lays a translation over these texts; a key that it lacks keeps its text.
    #[must_use]
    pub fn overlaid_with(mut self, translation: Self) -> Self {
        self.table.extend(translation.table.into_iter().filter(|(_, text)| text.is_string()));
        self
    }

    /// The text for `key`; the key itself when there is none, which a test rules out for our own keys.
    pub fn get(&self, key: &str) -> String {
        json::string(&self.table, key).unwrap_or(key).to_owned()
    }

    /// The text for `key` with each `{name}` replaced. A value is never searched for further placeholders.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.get(key);
        let mut filled = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            match after.split_once('}').map(|(name, tail)| (values.iter().find(|(n, _)| *n == name), tail)) {
                Some((Some((_, value)), tail)) => {
                    filled.push_str(value);
                    rest = tail;
                }
                _ => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// Whether the locale file `file` has `key`; runs at compile time, see [`text_key!`](crate::text_key).
pub const fn has_key(file: &str, key: &str) -> bool {
    let (file, key) = (file.as_bytes(), key.as_bytes());
    let mut start = 0;
    while start + key.len() + 2 < file.len() {
        if file[start] == b'"' && file[start + key.len() + 1] == b'"' && file[start + key.len() + 2] == b':' {
            let mut at = 0;
            while at < key.len() && file[start + 1 + at] == key[at] {
                at += 1;
            }
            if at == key.len() {
                return true;
            }
        }
        start += 1;
    }
    false
}

/// The English texts of the chat page and of the components in `ui/`.
pub const CHAT_EN: &str = include_str!("../assets/locales/chat.en.json");
/// The English texts of the wrapper page.
pub const WRAPPER_EN: &str = include_str!("../assets/locales/wrapper.en.json");

/// The English texts of the page of checks.
pub const CHECK_EN: &str = include_str!("../assets/locales/check.en.json");

/// The English texts about how the wrapper page is hosted. A file like a translation's, fetched when it is needed; here for the
/// check of its keys alone.
pub const HOSTING_EN: &str = include_str!("../assets/locales/hosting.en.json");

/// The English texts about calls on the page of checks; such a file too.
pub const CALLS_EN: &str = include_str!("../assets/locales/calls.en.json");

/// A key of the chat page's locale file, checked when compiling: `text_key!("sign_in.title")`. With a second argument,
/// a key of that file.
#[macro_export]
macro_rules! text_key {
    ($key:literal) => {
        $crate::text_key!($key, $crate::locale::CHAT_EN)
    };
    ($key:literal, $file:expr) => {{
        const { assert!($crate::locale::has_key($file, $key), "this key is not in the English locale file") };
        $key
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_searched_for_placeholders() {
        let texts = Texts::read(r#"{"added": "{who} added {what}"}"#);
        assert_eq!(texts.fill("added", &[("who", "{what}"), ("what", "a room")]), "{what} added a room");
    }

    #[test]
    fn an_unknown_placeholder_stays_as_it_is() {
        let texts = Texts::read(r#"{"odd": "a {b} {c"}"#);
        assert_eq!(texts.fill("odd", &[("x", "y")]), "a {b} {c");
    }

    #[test]
    fn a_translation_keeps_what_it_lacks() {
        let texts = Texts::read(r#"{"a": "A", "b": "B"}"#).overlaid_with(Texts::read(r#"{"a": "Ä", "b": 3}"#));
        assert_eq!((texts.get("a").as_str(), texts.get("b").as_str()), ("Ä", "B"));
    }

    #[test]
    fn keys_are_found_whole() {
        const FILE: &str = r#"{"a.b": "x", "c": "a"}"#;
        assert!(has_key(FILE, "a.b") && has_key(FILE, "c"));
        assert!(!has_key(FILE, "a") && !has_key(FILE, "b") && !has_key(FILE, "x"));
    }
}
