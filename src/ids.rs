//! Identifiers that are strings on the wire and must not be swapped in code. None is validated beyond what a rule below
//! says: they come from servers and are only ever compared, shown, or encoded into a path.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

macro_rules! string_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the identifier as it is on the wire.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as it is on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                id.as_str().into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

string_ids! {
    /// A Matrix room id. Since room version 12 it has no `:server` part.
    RoomId;
    /// A Matrix user id, `@localpart:server`.
    UserId;
    /// A Matrix event id.
    EventId;
    /// A Matrix device id.
    DeviceId;
    /// A widget's id, which is its event's state key.
    WidgetId;
    /// The name of a conference on its Meet server.
    ConferenceId;
    /// A 1:1 call's id, common to all its events. Glare compares them as byte strings.
    CallId;
    /// One client instance in a call; with the sender it names a party.
    PartyId;
    /// A `MediaStream`'s id, which is the msid in SDP and the key of stream metadata.
    StreamId;
}

impl UserId {
    /// What follows the first colon: the server that made the account, port included.
    pub fn server_name(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, server)| server).filter(|server| !server.is_empty())
    }

    /// What stands between `@` and the first colon; the whole id when it has neither.
    pub fn localpart(&self) -> &str {
        let rest = self.0.strip_prefix('@').unwrap_or(&self.0);
        rest.split_once(':').map_or(rest, |(localpart, _)| localpart)
    }
}

impl ConferenceId {
    /// Whether people under both names meet: Meet lower-cases them (`mobile.md` 4.3, C3).
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_of_a_user_id_keeps_its_port() {
        assert_eq!(UserId::from("@ann:chat.test:8448").server_name(), Some("chat.test:8448"));
    }

    #[test]
    fn a_user_id_without_a_server_has_none() {
        for id in ["@ann", "ann", "", "@ann:"] {
            assert_eq!(UserId::from(id).server_name(), None, "{id}");
        }
    }

    #[test]
    fn a_localpart_stops_at_the_first_colon() {
        assert_eq!(UserId::from("@ann:[::1]:80").localpart(), "ann");
        assert_eq!(UserId::from("ann").localpart(), "ann");
    }
}
