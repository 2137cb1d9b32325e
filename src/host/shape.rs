//! Which members the host object of a page has (`embed/src/host.d.ts`), and what is said when some are missing.

use std::fmt;

/// What a member has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A text that is not empty.
    Text,
    /// A method.
    Method,
    /// A method, or nothing: without it there is a default.
    MaybeMethod,
}

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: `undefined` or `null`.
    Nothing,
    /// A text that is not empty.
    Text,
    /// A function.
    Function,
    /// Something else, or a getter that throws.
    Other,
}

/// The members of a host, in the order of `host.d.ts`.
pub const MEMBERS: [(&str, Need); 29] = [
    ("userId", Need::Text),
    ("deviceId", Need::Text),
    ("getRoom", Need::Method),
    ("getMember", Need::MaybeMethod),
    ("subscribe", Need::Method),
    ("sendStateEvent", Need::Method),
    ("sendEvent", Need::Method),
    ("sendLastWord", Need::Method),
    ("getOpenIdToken", Need::Method),
    ("getTurnServer", Need::Method),
    ("getEventsSince", Need::Method),
    ("canEncrypt", Need::MaybeMethod),
    ("prepareToEncrypt", Need::MaybeMethod),
    ("isRingAllowed", Need::MaybeMethod),
    ("mayRingIn", Need::MaybeMethod),
    ("notifiesIn", Need::MaybeMethod),
    ("isIgnored", Need::Method),
    ("getAccountData", Need::Method),
    ("fetchAccountData", Need::MaybeMethod),
    ("setAccountData", Need::Method),
    ("fetchRoomAccountData", Need::MaybeMethod),
    ("setRoomAccountData", Need::MaybeMethod),
    ("getAvatar", Need::MaybeMethod),
    ("getClientWellKnown", Need::MaybeMethod),
    ("getConfiguration", Need::MaybeMethod),
    ("isOnline", Need::MaybeMethod),
    ("openRoom", Need::Method),
    ("getLanguage", Need::MaybeMethod),
    ("isDark", Need::MaybeMethod),
];

/// Why a page's object is no host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostProblem {
    /// It is no object: what `typeof` says of it, or `null`.
    NoObject(String),
    /// It is a promise of one.
    Promise,
    /// Members that are needed are not there, or what is there is of the wrong type.
    Members {
        /// What is not there.
        missing: Vec<&'static str>,
        /// What is of the wrong type, and what it has to be.
        mistyped: Vec<(&'static str, Need)>,
    },
}

/// Looks at every member; `None` when all are as they have to be.
pub fn problem(found: impl Fn(&str) -> Found) -> Option<HostProblem> {
    let (mut missing, mut mistyped) = (Vec::new(), Vec::new());
    for (name, need) in MEMBERS {
        match (need, found(name)) {
            (Need::Text, Found::Text)
            | (Need::Method | Need::MaybeMethod, Found::Function)
            | (Need::MaybeMethod, Found::Nothing) => {}
            (Need::Text | Need::Method, Found::Nothing) => missing.push(name),
            _ => mistyped.push((name, need)),
        }
    }
    let is_right = missing.is_empty() && mistyped.is_empty();
    (!is_right).then_some(HostProblem::Members { missing, mistyped })
}

impl fmt::Display for HostProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The host can't be used: ")?;
        f.write_str(&match self {
            Self::NoObject(kind) => ["an object is needed, and it is ", kind].concat(),
            Self::Promise => "it is a promise, which has to be awaited first".to_owned(),
            Self::Members { missing, mistyped } => {
                let named = |text: bool| {
                    let of_it = mistyped.iter().filter(|(_, need)| (*need == Need::Text) == text);
                    listed(&of_it.map(|(name, _)| *name).collect::<Vec<_>>())
                };
                let phrases = [
                    listed(missing).map(|names| ["it lacks ", &names].concat()),
                    named(true).map(|names| [&names, " must be text that is not empty"].concat()),
                    named(false).map(|names| [&names, " must be a function"].concat()),
                ];
                phrases.into_iter().flatten().collect::<Vec<_>>().join("; ")
            }
        })
    }
}

impl std::error::Error for HostProblem {}

/// "a, b and c"; `None` without any.
fn listed(names: &[&str]) -> Option<String> {
    let (last, most) = names.split_last()?;
    Some(if most.is_empty() { (*last).to_owned() } else { [&most.join(", "), " and ", last].concat() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A host that is right, but for these members.
    fn but(odd: &[(&str, Found)]) -> Option<HostProblem> {
        problem(|name| {
            let odd = odd.iter().find(|(of, _)| *of == name).map(|(_, found)| *found);
            odd.unwrap_or(if name.ends_with("Id") { Found::Text } else { Found::Function })
        })
    }

    #[test]
    fn a_host_with_every_member_or_without_those_that_have_a_default_is_right() {
        assert_eq!(but(&[]), None);
        let optional = MEMBERS.iter().filter(|(_, need)| *need == Need::MaybeMethod);
        let without: Vec<_> = optional.map(|(name, _)| (*name, Found::Nothing)).collect();
        assert_eq!(but(&without), None);
    }

    #[test]
    fn every_missing_and_mistyped_member_is_named_in_one_sentence() {
        let odd = [
            ("userId", Found::Other),
            ("getRoom", Found::Nothing),
            ("subscribe", Found::Nothing),
            ("openRoom", Found::Text),
            ("isDark", Found::Other),
            ("isIgnored", Found::Nothing),
        ];
        assert_eq!(
            but(&odd).unwrap().to_string(),
            "The host can't be used: it lacks getRoom, subscribe and isIgnored; userId must be text that is not empty; \
             openRoom and isDark must be a function"
        );
        let sentence = but(&[("canEncrypt", Found::Other)]).unwrap().to_string();
        assert_eq!(sentence, "The host can't be used: canEncrypt must be a function");
    }

    #[test]
    fn an_empty_object_lacks_all_that_has_no_default() {
        let Some(HostProblem::Members { missing, mistyped }) = problem(|_| Found::Nothing) else {
            panic!("it is right");
        };
        assert_eq!((missing.len(), mistyped.len()), (14, 0));
    }

    #[test]
    fn what_is_no_object_or_only_promised_is_said_to_be() {
        let sentence = |problem: HostProblem| problem.to_string();
        assert!(sentence(HostProblem::NoObject("undefined".into())).ends_with("it is undefined"));
        assert!(sentence(HostProblem::Promise).contains("awaited"));
    }

    /// The interface that people read and the list that is checked are one.
    #[test]
    fn the_members_are_those_of_the_typescript_interface() {
        let types = include_str!("../../embed/src/host.d.ts");
        let interface = types.split_once("export interface Host {").unwrap().1.split_once("\n}").unwrap().0;
        let members = interface.lines().filter_map(|line| {
            let line = line.strip_prefix("  ")?;
            let text = line.strip_prefix("readonly ").and_then(|line| line.strip_suffix(": string;"));
            let (method, optional) =
                line.split_once('(').map_or(("", false), |(name, _)| (name.trim_end_matches('?'), name.ends_with('?')));
            let is_name = |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
            match (text, optional) {
                (Some(text), _) => Some((text, Need::Text)),
                (None, true) if is_name(method) => Some((method, Need::MaybeMethod)),
                (None, false) if is_name(method) => Some((method, Need::Method)),
                _ => None,
            }
        });
        assert_eq!(members.collect::<Vec<_>>(), MEMBERS);
    }
}
