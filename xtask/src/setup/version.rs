//! Versions as programs print them.

use std::fmt;

/// Up to three numbers; missing ones are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) [u32; 3]);

impl Version {
    /// `1.2.3`, `1.2` or `1`; nothing else, so no pre-release either.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = [0; 3];
        let mut parts = text.split('.');
        for number in &mut numbers {
            let Some(part) = parts.next() else { break };
            *number = part.parse().ok()?;
        }
        (!text.is_empty() && parts.next().is_none()).then_some(Self(numbers))
    }

    /// The first word of a program's answer that is a version: `trunk 0.21.14`, `wasm-opt version 132 (version_132)`.
    pub(super) fn in_answer(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    /// Whether this one serves where `wanted` was asked for: the same up to the minor number, and not older.
    pub(super) fn serves_as(self, wanted: Self) -> bool {
        let Self([major, minor, _]) = self;
        let Self([wanted_major, wanted_minor, _]) = wanted;
        (major, minor) == (wanted_major, wanted_minor) && self >= wanted
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([major, minor, patch]) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_is_understood_when_asked_for_its_version() {
        assert_eq!(Version::in_answer("trunk 0.21.14"), Some(Version([0, 21, 14])));
        assert_eq!(Version::in_answer("wasm-bindgen 0.2.130 (abcdef012)\n"), Some(Version([0, 2, 130])));
        assert_eq!(Version::in_answer("wasm-opt version 132 (version_132)"), Some(Version([132, 0, 0])));
        assert_eq!(Version::in_answer("3.12.4"), Some(Version([3, 12, 4])));
    }

    #[test]
    fn a_pre_release_or_an_error_is_no_version() {
        assert_eq!(Version::in_answer("trunk 0.22.0-beta.1"), None);
        assert_eq!(Version::in_answer("command not found"), None);
        assert_eq!(Version::in_answer(""), None);
        assert_eq!(Version::parse("1.2.3.4"), None);
    }

    #[test]
    fn a_later_patch_serves_and_another_minor_does_not() {
        let wanted = Version([0, 21, 14]);
        assert!(wanted.serves_as(wanted));
        assert!(Version([0, 21, 20]).serves_as(wanted));
        assert!(!Version([0, 21, 13]).serves_as(wanted));
        assert!(!Version([0, 22, 0]).serves_as(wanted));
    }
}
