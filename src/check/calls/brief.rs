//! What the chat and the check in its frame say to each other: the frame that it is ready, the chat what the frame can't know, the
//! homeserver's TURN servers above all. They are of one origin and speak to no other.

use serde_json::Value;

use super::meet_server::jitsi_of;
use super::well_known::Chosen;
use crate::host::HostError;
use crate::json::{self, object_of};
use crate::meet::MeetDomain;
use crate::meet::server::Origin;
use crate::page::Theme;

/// The key of what each of them is.
const KIND: &str = "check";

/// What the frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is there, or is to look again: tell it all anew.
    Ready,
    /// The person wants it closed.
    Close,
}

impl Word {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "calls-ready",
            Self::Close => "calls-close",
        }
    }

    /// As it is posted.
    pub fn write(self) -> Value {
        json::with(KIND, self.as_str()).into()
    }

    /// What was posted, if it is one of them.
    pub fn read(message: &Value) -> Option<Self> {
        let kind = json::string(message.as_object()?, KIND)?;
        [Self::Ready, Self::Close].into_iter().find(|word| word.as_str() == kind)
    }
}

const BRIEF: &str = "calls-brief";
const LOOK: &str = "calls-look";

/// The chat's look, at first and whenever it changes, as it is posted.
pub fn look(theme: Theme) -> Value {
    json::of([(KIND, LOOK.into()), ("theme", theme.as_str().into())]).into()
}

/// The look that was posted, if it is one.
pub fn read_look(message: &Value) -> Option<Theme> {
    let message = message.as_object().filter(|message| json::string(message, KIND) == Some(LOOK))?;
    Some(Theme::of_name(json::string(message, "theme")?))
}

/// What is known before anything was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// The homeserver's name, the part of user ids behind the colon.
    pub server: MeetDomain,
    /// Where the chat starts conferences; `None` without a chat.
    pub chosen: Option<Chosen>,
    /// The homeserver's answer on TURN, as [`plan`](super::plan) reads it. Holds a password.
    pub turn: Value,
    /// The account data on integrations, if there are any.
    pub integrations: Option<bool>,
    /// What of the site's `config.json` counts here.
    pub config: Value,
}

impl Brief {
    /// As the chat posts it. `config` is the site's whole file.
    pub fn write(
        server: &str,
        (domain, origin): (&MeetDomain, Origin),
        turn: Result<Value, HostError>,
        provisioning: Option<&Value>,
        config: &Value,
    ) -> Value {
        let turn = match turn {
            Ok(answer) => json::with("answer", answer),
            Err(HostError::Refused { status, .. }) => json::with("status", status),
            Err(_) => json::Object::new(),
        };
        let enabled = provisioning.and_then(|content| content.get("enabled")).and_then(Value::as_bool);
        object_of!({
            "check": BRIEF,
            "server": server,
            "domain": domain.as_str(),
            "origin": word_of(origin),
            "turn": turn,
            "integrations": enabled,
            "config": jitsi_of(config),
        })
    }

    /// What was posted, if it is one.
    pub fn read(message: &Value) -> Option<Self> {
        let message = message.as_object()?;
        if json::string(message, KIND) != Some(BRIEF) {
            return None;
        }
        let domain = json::string(message, "domain").and_then(|domain| MeetDomain::parse(domain).ok());
        let origin = json::string(message, "origin");
        let origins = [Origin::WellKnown, Origin::Config, Origin::BuiltIn];
        let origin = origins.into_iter().find(|known| origin == Some(word_of(*known)));
        Some(Self {
            server: MeetDomain::parse(json::string(message, "server")?).ok()?,
            chosen: domain.zip(origin).map(|(domain, origin)| Chosen { domain, origin: Some(origin) }),
            turn: message.get("turn").cloned().unwrap_or_default(),
            integrations: json::boolean(message, "integrations"),
            config: message.get("config").cloned().unwrap_or_default(),
        })
    }

    /// What somebody types: the homeserver's name, or a whole user id; and a Meet server, or nothing. `None` when either is no name.
    pub fn typed(server: &str, domain: &str, config: Value) -> Option<Self> {
        let name = server.trim();
        let name = name.strip_prefix('@').and_then(|user| user.split_once(':')).map_or(name, |(_, name)| name);
        let domain = match domain.trim() {
            "" => None,
            domain => Some(Chosen { domain: MeetDomain::parse(domain).ok()?, origin: None }),
        };
        let server = MeetDomain::parse(name).ok()?;
        Some(Self { server, chosen: domain, turn: Value::Null, integrations: None, config })
    }
}

fn word_of(origin: Origin) -> &'static str {
    match origin {
        Origin::WellKnown => "well-known",
        Origin::Config => "config",
        Origin::BuiltIn => "built-in",
        // The server of one conference is not where new ones start.
        Origin::Event => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_chat_s_look_is_told_from_what_it_knows() {
        for theme in [Theme::Light, Theme::Dark] {
            let told = look(theme);
            assert_eq!((read_look(&told), Brief::read(&told), Word::read(&told)), (Some(theme), None, None));
        }
        for none in
            [json!({ "check": "calls-look" }), json!({ "theme": "dark" }), json!({ "check": "calls-look", "theme": 1 })]
        {
            assert_eq!(read_look(&none), None, "{none}");
        }
    }
}
