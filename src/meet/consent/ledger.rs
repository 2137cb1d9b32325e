//! What one page knows of consents: what account data say, what was said here since, and what is on its way there.
//!
//! ```text
//! idle --said--> Fetch --fetched--> Store --stored--> idle, or Fetch again for what was said meanwhile
//! ```
//!
//! The account's content is one object that every tab and app replaces as a whole. So one write is under way at a time; it begins
//! with the content as the homeserver has it now, into which the answers are put. Who writes between that reading and our
//! writing, a fraction of a second, is overwritten: the server offers no better. What syncs bring is the truth.

use serde_json::Value;

use super::{domains, with_domain};
use crate::host::HostError;
use crate::meet::MeetDomain;
use crate::ordered::Map;

/// A person's answer for a Meet server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The server.
    pub domain: MeetDomain,
    /// How the event spells it, where that differs.
    pub spelling: Option<String>,
    /// Whether it may be joined without asking.
    pub allowed: bool,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// The account's content as the syncs have it.
    Known(Option<Value>),
    /// The person answered.
    Said(Said),
    /// The answer to [`Action::Fetch`]: `None` when there is no content yet.
    Fetched(Result<Option<Value>, HostError>),
    /// The answer to [`Action::Store`].
    Stored(Result<(), HostError>),
    /// The chat's session is over.
    SignedOut,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Ask the homeserver for the content as it is now.
    Fetch,
    /// Replace the content by this.
    Store(Value),
}

/// What a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The servers that are joined without asking, in order.
    pub allowed: Vec<MeetDomain>,
    /// The last answer could not be stored, and was for this server: it holds until the page is closed.
    pub unkept: Option<MeetDomain>,
}

#[derive(Debug, Default, PartialEq)]
enum Step {
    #[default]
    Idle,
    Fetching,
    Storing,
}

/// The machine.
#[derive(Debug, Default)]
pub struct Ledger {
    stored: Map<MeetDomain, bool>,
    /// Answers given here that no sync has brought back yet, or that could not be stored.
    said: Map<MeetDomain, bool>,
    /// What is to be written, one for each server: no more than a person presses.
    waiting: Vec<Said>,
    /// What is being written.
    leaving: Vec<Said>,
    step: Step,
    unkept: Option<MeetDomain>,
}

impl Ledger {
    /// What to show.
    pub fn view(&self) -> View {
        let mut all = self.stored.clone();
        for (domain, allowed) in self.said.iter() {
            all.insert(domain.clone(), *allowed);
        }
        let allowed = all.iter().filter(|(_, allowed)| **allowed).map(|(domain, _)| domain.clone()).collect();
        View { allowed, unkept: self.unkept.clone() }
    }

    /// Takes what happened, gives what is to be done.
    pub fn handle(&mut self, input: Input) -> Option<Action> {
        match input {
            Input::Known(content) => self.known(content.as_ref()),
            Input::Said(said) => {
                self.unkept = None;
                self.said.insert(said.domain.clone(), said.allowed);
                self.waiting.retain(|waiting| waiting.domain != said.domain);
                self.waiting.push(said);
            }
            Input::Fetched(Ok(content)) if self.step == Step::Fetching => {
                self.leaving = std::mem::take(&mut self.waiting);
                let new = self.leaving.iter().fold(content.clone(), |content, said| Some(with_domain(content, said)));
                self.step = Step::Idle;
                if let Some(new) = new.filter(|new| Some(new) != content.as_ref()) {
                    self.step = Step::Storing;
                    return Some(Action::Store(new));
                }
            }
            Input::Fetched(Err(_)) if self.step == Step::Fetching => {
                self.leaving = std::mem::take(&mut self.waiting);
                self.failed();
            }
            Input::Stored(result) if self.step == Step::Storing => {
                self.step = Step::Idle;
                if result.is_err() {
                    self.failed();
                }
            }
            Input::Fetched(_) | Input::Stored(_) => {}
            Input::SignedOut => *self = Self::default(),
        }
        if self.step == Step::Idle && !self.waiting.is_empty() {
            self.step = Step::Fetching;
            return Some(Action::Fetch);
        }
        None
    }

    /// A sync may still bring what was there before an answer from here, so that an answer lasts until account data say something
    /// new of its server, and a refusal until they no longer allow it: the mistake is to ask once more.
    fn known(&mut self, content: Option<&Value>) {
        let before = std::mem::replace(&mut self.stored, content.map(domains).unwrap_or_default());
        let stored = &self.stored;
        let lasts = |domain: &MeetDomain, allowed: bool| match stored.get(domain) {
            Some(now) if *now == allowed => false,
            now => now == before.get(domain) || (!allowed && now.is_some()),
        };
        for (domain, allowed) in std::mem::take(&mut self.said).iter() {
            if lasts(domain, *allowed) {
                self.said.insert(domain.clone(), *allowed);
            }
        }
    }

    /// Never repeated silently. What was said holds on this page.
    fn failed(&mut self) {
        self.step = Step::Idle;
        self.unkept = self.leaving.pop().map(|said| said.domain);
        self.leaving.clear();
    }
}
