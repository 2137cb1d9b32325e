//! What the demo says when it runs.

use std::{fmt, path::PathBuf};

use crate::bed::{
    percent_encode,
    village::{PASSWORD, TRIALS},
};

/// One person's way in.
#[derive(Debug)]
pub(super) struct Visitor {
    /// The localpart.
    pub(super) name: String,
    /// The origin of the person's pages.
    pub(super) page: String,
    /// Signs the person in, once.
    pub(super) link: String,
}

/// Everything that a newcomer wants to know.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) visitors: Vec<Visitor>,
    pub(super) meet: String,
    pub(super) meet_is_stand_in: bool,
    pub(super) homeserver: String,
    pub(super) turn_port: Option<u16>,
    pub(super) data: PathBuf,
}

/// The page's address with a one-time token. In the fragment, which no server sees.
pub(super) fn sign_in_link(page: &str, token: &str) -> String {
    format!("{page}/#loginToken={}", percent_encode(token))
}

impl fmt::Display for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Meet in Chat is running. Open each link in a tab of its own; it signs that person in.\n")?;
        for visitor in &self.visitors {
            writeln!(f, "  {:<7}{}", visitor.name, visitor.link)?;
        }
        writeln!(f, "\nEach link works once. Later, also after a restart, these remember who is signed in:\n")?;
        for visitor in &self.visitors {
            writeln!(f, "  {:<7}{}/", visitor.name, visitor.page)?;
        }
        writeln!(f, "\nBy hand: the name above and the password {PASSWORD}.")?;

        writeln!(f, "\nTo try")?;
        for trial in TRIALS {
            writeln!(f, "\n  {} ({})\n    {}", trial.room, trial.people, trial.what)?;
        }

        if self.meet_is_stand_in {
            writeln!(
                f,
                "\nMeet        {}, a stand-in: real camera and microphone, between browsers here only.",
                self.meet
            )?;
            writeln!(f, "            `cargo xtask demo --domain HOST` uses a real Meet server.")?;
        } else {
            writeln!(f, "\nMeet        {}", self.meet)?;
        }
        writeln!(f, "Homeserver  {}", self.homeserver)?;
        match self.turn_port {
            Some(port) => writeln!(f, "TURN        127.0.0.1:{port}")?,
            None => writeln!(f, "TURN        none: coturn is not installed. Calls on this machine work without it.")?,
        }
        writeln!(f, "Data, logs  {}; delete it to begin anew", self.data.display())?;
        write!(f, "\nCtrl-C stops everything.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting() -> Greeting {
        Greeting {
            visitors: vec![Visitor {
                name: "alice".to_owned(),
                page: "http://127.0.0.1:20001".to_owned(),
                link: sign_in_link("http://127.0.0.1:20001", "syl_a"),
            }],
            meet: "127.0.0.1:20002".to_owned(),
            meet_is_stand_in: true,
            homeserver: "http://127.0.0.1:20003".to_owned(),
            turn_port: None,
            data: PathBuf::from("target/demo"),
        }
    }

    #[test]
    fn a_link_holds_its_token_in_a_form_encoded_fragment() {
        assert_eq!(
            sign_in_link("http://127.0.0.1:1", "syl_YQ_a+b&c"),
            "http://127.0.0.1:1/#loginToken=syl_YQ_a%2Bb%26c"
        );
    }

    #[test]
    fn the_stand_in_is_never_passed_off_as_a_meet_server() {
        let mut greeting = greeting();
        assert!(greeting.to_string().contains("127.0.0.1:20002, a stand-in"));
        greeting.meet_is_stand_in = false;
        assert!(!greeting.to_string().contains("stand-in"));
    }

    #[test]
    fn every_room_to_try_and_every_link_is_named() {
        let text = greeting().to_string();
        assert!(text.contains("alice  http://127.0.0.1:20001/#loginToken=syl_a\n"));
        for trial in TRIALS {
            assert!(text.contains(trial.room) && text.contains(trial.what), "{}", trial.room);
        }
        assert!(text.contains("coturn is not installed"));
    }
}
