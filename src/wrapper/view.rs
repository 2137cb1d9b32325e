//! What the page shows, as data: the shell fills the markup of `jitsi.html` with it and decides nothing.

use crate::iframe_api::{End, Failure};
use crate::locale::WRAPPER_EN;
use crate::meet::DomainError;
use crate::meet::template::encode_component;
use crate::text_key;
use crate::wrapper::machine::{Press, State};
use crate::wrapper::{Conference, ParameterError};

/// Which of its layouts the page has; the style sheet knows them by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The card alone.
    Card,
    /// The card, while Meet's frame loads behind it.
    Opening,
    /// Meet's frame alone.
    Meeting,
    /// The card, while Meet says goodbye behind it.
    Leaving,
}

impl Stage {
    /// The name in `data-stage`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Opening => "opening",
            Self::Meeting => "meeting",
            Self::Leaving => "leaving",
        }
    }
}

/// A sentence of the locale file and what fills its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Its key, checked when compiling.
    pub key: &'static str,
    /// What each `{name}` in it stands for.
    pub values: Vec<(&'static str, String)>,
    /// Somebody else's raw words about it, shown under "Details".
    pub detail: Option<String>,
}

impl Words {
    fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new(), detail: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    fn detail(mut self, detail: Option<&str>) -> Self {
        self.detail = detail.map(str::to_owned);
        self
    }
}

/// One state of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its layout.
    pub stage: Stage,
    /// The room's name; without one the page has a heading of its own.
    pub room_name: Option<String>,
    /// The server that the conference is on, named before anything of it loads.
    pub domain: Option<String>,
    /// What goes on, announced politely.
    pub status: Option<Words>,
    /// What went wrong, announced at once.
    pub alert: Option<Words>,
    /// The button's label and what it does.
    pub button: Option<(&'static str, Press)>,
    /// Where the conference can be opened without this page.
    pub tab: Option<String>,
}

impl View {
    /// The view of a page with this conference, in this state.
    pub(super) fn of(conference: &Result<Conference, ParameterError>, state: &State, page_is_loopback: bool) -> Self {
        let mut view = Self {
            stage: Stage::Card,
            room_name: None,
            domain: None,
            status: None,
            alert: None,
            button: None,
            tab: None,
        };
        match conference {
            Ok(conference) => view.fill(conference, state, page_is_loopback),
            Err(error) => view.alert = Some(words_for_parameters(error)),
        }
        view
    }

    fn fill(&mut self, conference: &Conference, state: &State, page_is_loopback: bool) {
        let domain = conference.domain.as_str();
        self.room_name = conference.room_name.clone().or_else(|| conference.local_room_name.clone());
        self.domain = Some(domain.into());
        if conference.auth.is_some() {
            let words = Words::new(text_key!("failed.sign_in", WRAPPER_EN));
            self.alert = Some(words.with("domain", domain));
            return;
        }
        match state {
            State::Card(end) => {
                self.button = Some((join_label(conference, end.as_ref()), Press::Join));
                (self.status, self.alert) = match end {
                    Some(end) => words_for_end(end, domain),
                    None => (Some(Words::new(text_key!("status.ready", WRAPPER_EN))), None),
                };
                let origin = conference.domain.origin(page_is_loopback);
                let id = encode_component(conference.conference_id.as_str());
                self.tab = Some([origin.as_str(), "/", &id].concat());
            }
            State::Meeting { stage, .. } => {
                self.stage = *stage;
                match stage {
                    Stage::Opening => {
                        let words = Words::new(text_key!("status.opening", WRAPPER_EN));
                        self.status = Some(words.with("domain", domain));
                        self.button = Some((text_key!("button.cancel", WRAPPER_EN), Press::Cancel));
                    }
                    Stage::Leaving => {
                        self.status = Some(Words::new(text_key!("status.leaving", WRAPPER_EN)));
                    }
                    Stage::Card | Stage::Meeting => {}
                }
            }
        }
    }
}

fn join_label(conference: &Conference, end: Option<&End>) -> &'static str {
    match end {
        None if conference.audio_only => text_key!("button.join_voice", WRAPPER_EN),
        None => text_key!("button.join", WRAPPER_EN),
        Some(End::Left | End::Removed { .. }) => text_key!("button.join_again", WRAPPER_EN),
        Some(End::Failed(_)) => text_key!("button.retry", WRAPPER_EN),
    }
}

/// The words for how a conversation ended: a status, or an alert.
fn words_for_end(end: &End, domain: &str) -> (Option<Words>, Option<Words>) {
    match end {
        End::Left => (Some(Words::new(text_key!("status.left", WRAPPER_EN))), None),
        End::Removed { by: Some(by) } => {
            (None, Some(Words::new(text_key!("failed.removed_by", WRAPPER_EN)).with("who", by)))
        }
        End::Removed { by: None } => (None, Some(Words::new(text_key!("failed.removed", WRAPPER_EN)))),
        End::Failed(failure) => (None, Some(words_for_failure(failure, domain))),
    }
}

fn words_for_failure(failure: &Failure, domain: &str) -> Words {
    let key = match failure {
        Failure::NoAnswer => text_key!("failed.no_answer", WRAPPER_EN),
        Failure::Lost(_) => text_key!("failed.lost", WRAPPER_EN),
        Failure::NotAllowed(_) => text_key!("failed.not_allowed", WRAPPER_EN),
        Failure::Declined => text_key!("failed.declined", WRAPPER_EN),
        Failure::Full => text_key!("failed.full", WRAPPER_EN),
        Failure::TokenRejected(_) => text_key!("failed.token", WRAPPER_EN),
    };
    Words::new(key).with("domain", domain).detail(failure.detail())
}

/// The words for an address that names no conference.
fn words_for_parameters(error: &ParameterError) -> Words {
    match error {
        ParameterError::Missing(name) => Words::new(text_key!("address.missing", WRAPPER_EN)).with("name", *name),
        ParameterError::Domain { given, reason: DomainError::OwnAddress } => {
            Words::new(text_key!("address.own_domain", WRAPPER_EN)).with("domain", given)
        }
        ParameterError::Domain { given, reason } => {
            Words::new(text_key!("address.domain", WRAPPER_EN)).with("domain", given).detail(Some(&reason.to_string()))
        }
        ParameterError::ConferenceId => Words::new(text_key!("address.conference_id", WRAPPER_EN)),
    }
}
