//! What one page knows of consents: what account data say, what was said here since, and what is on its way there.
//!
//! ```text
//! idle --said--> Fetch --fetched--> Store --stored--> for each other widget FetchInRoom --> StoreInRoom
//!                                                          --> idle, or Fetch again for what was said meanwhile
//! ```
//!
//! The account's content is one object that every tab and app replaces as a whole. So one write is under way at a time; it begins
//! with the content as the homeserver has it now, into which the answers are put. Who writes between that reading and our
//! writing, a fraction of a second, is overwritten: the server offers no better. What syncs bring is the truth.

use serde_json::Value;

use super::{domains, in_account, widget_allowed, with_domain, with_widget, with_widget_in_room};
use crate::host::HostError;
use crate::ids::{EventId, RoomId};
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

/// A person's answer for another widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WidgetSaid {
    /// Its room.
    pub room: RoomId,
    /// The event that made it.
    pub event: EventId,
    /// Whose page it is, in words for when it can't be stored.
    pub host: String,
    /// Whether it may be opened without asking.
    pub allowed: bool,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// The account's content as the syncs have it.
    Known(Option<Value>),
    /// The person answered.
    Said(Said),
    /// The same for another widget.
    WidgetSaid(WidgetSaid),
    /// The answer to [`Action::Fetch`]: `None` when there is no content yet.
    Fetched(Result<Option<Value>, HostError>),
    /// The answer to [`Action::Store`].
    Stored(Result<(), HostError>),
    /// The answer to [`Action::FetchInRoom`].
    FetchedInRoom(Result<Option<Value>, HostError>),
    /// The answer to [`Action::StoreInRoom`].
    StoredInRoom(Result<(), HostError>),
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
    /// Ask the homeserver for the content in this room as it is now.
    FetchInRoom(RoomId),
    /// Replace the content in this room by this.
    StoreInRoom(RoomId, Value),
}

impl Action {
    /// Whether what was read before is needed for it: nobody else may write meanwhile.
    pub const fn goes_on(&self) -> bool {
        !matches!(self, Self::Fetch)
    }
}

/// What a person sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The servers that are joined without asking, in order.
    pub allowed: Vec<MeetDomain>,
    /// The last answer could not be stored, and was for this server: it holds until the page is closed.
    pub unkept: Option<String>,
}

#[derive(Debug, Default, PartialEq)]
enum Step {
    #[default]
    Idle,
    Fetching,
    Storing,
    FetchingInRoom,
    StoringInRoom,
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
    /// For other widgets: the account's content as the syncs have it, and the same three lists.
    account: Option<Value>,
    said_widgets: Vec<WidgetSaid>,
    waiting_widgets: Vec<WidgetSaid>,
    leaving_widgets: Vec<WidgetSaid>,
    step: Step,
    unkept: Option<String>,
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

    /// Whether the person has agreed to the widget that this event made; `room` is the content of its room's account data. What was
    /// said on this page is newer than what is stored.
    pub fn allows(&self, event: &EventId, room: &Value) -> bool {
        match self.said_widgets.iter().find(|said| said.event == *event) {
            Some(said) => said.allowed,
            None => widget_allowed(event, self.account.as_ref().unwrap_or(&Value::Null), room),
        }
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
            Input::WidgetSaid(said) => {
                self.unkept = None;
                for list in [&mut self.said_widgets, &mut self.waiting_widgets] {
                    list.retain(|before| before.event != said.event);
                    list.push(said.clone());
                }
            }
            Input::Fetched(result) if self.step == Step::Fetching => {
                self.leaving = std::mem::take(&mut self.waiting);
                self.leaving_widgets = std::mem::take(&mut self.waiting_widgets);
                self.step = Step::Idle;
                match result {
                    Ok(content) => {
                        let mut new = content.clone();
                        for said in &self.leaving {
                            new = Some(with_domain(new, said));
                        }
                        for said in &self.leaving_widgets {
                            new = Some(with_widget(new, &said.event, said.allowed));
                        }
                        if let Some(new) = new.filter(|new| Some(new) != content.as_ref()) {
                            self.step = Step::Storing;
                            return Some(Action::Store(new));
                        }
                    }
                    Err(_) => self.failed(),
                }
            }
            Input::Stored(result) if self.step == Step::Storing => {
                self.step = Step::Idle;
                if result.is_err() {
                    self.failed();
                }
            }
            Input::FetchedInRoom(result) if self.step == Step::FetchingInRoom => {
                self.step = Step::Idle;
                match (result, self.leaving_widgets.first()) {
                    (Ok(content), Some(said)) => {
                        let new = with_widget_in_room(content.clone(), &said.event, said.allowed);
                        if Some(&new) != content.as_ref() {
                            self.step = Step::StoringInRoom;
                            return Some(Action::StoreInRoom(said.room.clone(), new));
                        }
                        self.leaving_widgets.remove(0);
                    }
                    (result, _) => self.room_answered(result.err()),
                }
            }
            Input::StoredInRoom(result) if self.step == Step::StoringInRoom => {
                self.step = Step::Idle;
                self.room_answered(result.err());
            }
            Input::Fetched(_) | Input::Stored(_) | Input::FetchedInRoom(_) | Input::StoredInRoom(_) => {}
            Input::SignedOut => *self = Self::default(),
        }
        if self.step != Step::Idle {
            return None;
        }
        if let Some(said) = self.leaving_widgets.first() {
            self.step = Step::FetchingInRoom;
            return Some(Action::FetchInRoom(said.room.clone()));
        }
        if self.waiting.is_empty() && self.waiting_widgets.is_empty() {
            return None;
        }
        self.step = Step::Fetching;
        Some(Action::Fetch)
    }

    /// A room's part of an answer is done. A chat that has no such data keeps the account's part, which phones read, and this page.
    fn room_answered(&mut self, error: Option<HostError>) {
        match error {
            None | Some(HostError::Unsupported) => drop(self.leaving_widgets.drain(..1)),
            Some(_) => self.failed(),
        }
    }

    /// A sync may still bring what was there before an answer from here, so that an answer lasts until account data say something
    /// new of its server, and a refusal until they no longer allow it: the mistake is to ask once more.
    fn known(&mut self, content: Option<&Value>) {
        let before = std::mem::replace(&mut self.stored, content.map(domains).unwrap_or_default());
        let lasts = |allowed: bool, before: Option<bool>, now: Option<bool>| match now {
            Some(now) if now == allowed => false,
            now => now == before || (!allowed && now.is_some()),
        };
        for (domain, allowed) in std::mem::take(&mut self.said).iter() {
            if lasts(*allowed, before.get(domain).copied(), self.stored.get(domain).copied()) {
                self.said.insert(domain.clone(), *allowed);
            }
        }
        if content != self.account.as_ref() {
            let before = std::mem::replace(&mut self.account, content.cloned());
            let of = |account: &Option<Value>, event: &EventId| {
                account.as_ref().and_then(|account| in_account(account, event))
            };
            let account = &self.account;
            self.said_widgets.retain(|said| lasts(said.allowed, of(&before, &said.event), of(account, &said.event)));
        }
    }

    /// Never repeated silently. What was said holds on this page.
    fn failed(&mut self) {
        self.step = Step::Idle;
        let widget = self.leaving_widgets.pop().map(|said| said.host);
        self.unkept = self.leaving.pop().map(|said| said.domain.to_string()).or(widget);
        self.leaving.clear();
        self.leaving_widgets.clear();
    }
}
