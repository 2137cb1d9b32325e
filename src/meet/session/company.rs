//! Who is in the conference, as Meet tells those who are in it.

use crate::one_line;
use crate::widget_api::Participant;

/// How many people are named; more do not fit beside a conference.
const NAMED: usize = 12;

/// The people in a conference, me included. Nobody at all until Meet has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// How many, up to the 200 that a report holds.
    pub count: usize,
    /// What the first of those with a name call themselves there: strangers' words, made fit to be shown.
    pub names: Vec<String>,
    /// There were others, and the last of them has left.
    pub left_alone: bool,
}

impl Company {
    /// Takes the newest report, which replaces the one before.
    pub(super) fn hear(&mut self, participants: &[Participant]) {
        let count = participants.len();
        self.left_alone = count < 2 && (self.left_alone || self.count > 1);
        self.count = count;
        let names = participants.iter().filter_map(|participant| one_line::clean(participant.display_name.as_deref()?));
        self.names = names.take(NAMED).collect();
    }

    /// The names in one line, each in its own direction.
    pub fn line(&self) -> String {
        let mut line = String::new();
        for name in &self.names {
            if !line.is_empty() {
                line.push_str(" · ");
            }
            line.push('\u{2068}');
            line.push_str(name);
            line.push('\u{2069}');
        }
        if !line.is_empty() && self.count > self.names.len() {
            line.push_str(" · …");
        }
        line
    }
}
