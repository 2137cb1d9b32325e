//! What the page shows, as data: the shell fills the markup of `jitsi.html` with it and decides nothing.

use crate::iframe_api::{End, Failure, Waiting};
use crate::locale::WRAPPER_EN;
use crate::meet::DomainError;
use crate::meet::demo_server;
use crate::meet::template::encode_component;
use crate::text_key;
use crate::widget_api::NoOpenId;
use crate::wrapper::machine::{Machine, Outcome, Press, Proof, State, Unproven};
use crate::wrapper::{Conference, DevicesView, ParameterError, Phone, app_link};

/// Which of its layouts the page has; the style sheet knows them by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The card alone.
    Card,
    /// The card, while Meet's frame loads behind it.
    Opening,
    /// Meet's frame, below a line that says what is waited for.
    Waiting,
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
            Self::Waiting => "waiting",
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
    /// The server that the conference is on, named before anything of it loads, and who chose it once that is known.
    pub place: Option<Words>,
    /// What to know of the server before joining.
    pub warning: Option<Words>,
    /// What goes on, announced politely.
    pub status: Option<Words>,
    /// Who was still in the meeting as the user left it.
    pub stayed: Option<Words>,
    /// What went wrong, announced at once.
    pub alert: Option<Words>,
    /// The devices to enter with, while they can be chosen.
    pub devices: Option<DevicesView>,
    /// The button's label and what it does.
    pub button: Option<(&'static str, Press)>,
    /// Where the conference can be opened without this page.
    pub tab: Option<String>,
    /// What opens it in the Meet app.
    pub app: Option<String>,
}

impl View {
    /// The view of a page with this conference, in this state.
    pub(super) fn of(machine: &Machine) -> Self {
        let mut view = Self {
            stage: Stage::Card,
            room_name: None,
            place: None,
            warning: None,
            status: None,
            stayed: None,
            alert: None,
            devices: None,
            button: None,
            tab: None,
            app: None,
        };
        match &machine.conference {
            Ok(conference) => view.fill(machine, conference),
            Err(error) => view.alert = Some(words_for_parameters(error)),
        }
        view
    }

    /// Offers the Meet app to who opened the page alone, on this phone, wherever it offers a tab.
    pub(super) fn offer_app(&mut self, conference: &Result<Conference, ParameterError>, phone: Phone) {
        if self.tab.is_some()
            && let Ok(conference) = conference
        {
            self.app = app_link(phone, conference);
        }
    }

    fn fill(&mut self, machine: &Machine, conference: &Conference) {
        let domain = conference.domain.as_str();
        self.room_name = conference.room_name.clone().or_else(|| conference.local_room_name.clone());
        self.place = Some(place(machine, conference));
        if conference.auth.is_some() && machine.client.is_none() {
            self.alert = Some(words_for_unproven(&Unproven::Alone, domain));
            return;
        }
        let cut = matches!(machine.state, State::Card(Some(Outcome::Cut)));
        if demo_server::is_demo(&conference.domain) && !cut {
            self.warning = Some(Words::new(text_key!("warning.demo", WRAPPER_EN)).with("domain", domain));
        }
        match &machine.state {
            State::Card(outcome) => {
                let devices = machine.desk.view();
                self.button = Some((join_label(devices.camera_on, outcome.as_ref()), Press::Join));
                self.devices = Some(devices);
                let stayed = |names: &String| Words::new(text_key!("stayed", WRAPPER_EN)).with("names", names);
                self.stayed = machine.stayed.as_ref().map(stayed);
                (self.status, self.alert) = match outcome {
                    Some(Outcome::Met(end)) => words_for_end(end, domain),
                    Some(Outcome::Cut) => {
                        (None, Some(Words::new(text_key!("failed.demo_limit", WRAPPER_EN)).with("domain", domain)))
                    }
                    Some(Outcome::Unproven(why)) => (None, Some(words_for_unproven(why, domain))),
                    None => (Some(ready(conference)), None),
                };
                // In a tab of its own there is no chat that could say who the user is.
                if conference.auth.is_none() {
                    let origin = conference.domain.origin(machine.page_is_loopback);
                    let id = encode_component(conference.conference_id.as_str());
                    self.tab = Some([origin.as_str(), "/", &id].concat());
                }
            }
            State::SigningIn { waits_for, .. } => {
                self.stage = Stage::Opening;
                self.status = Some(match waits_for {
                    Proof::User => Words::new(text_key!("status.consent", WRAPPER_EN)).with("domain", domain),
                    Proof::Chat | Proof::Browser { .. } => Words::new(text_key!("status.signing_in", WRAPPER_EN)),
                });
                self.button = Some((text_key!("button.cancel", WRAPPER_EN), Press::Cancel));
            }
            State::Meeting { stage, waits_for, .. } => {
                self.stage = *stage;
                match stage {
                    Stage::Opening => {
                        let words = Words::new(text_key!("status.opening", WRAPPER_EN));
                        self.status = Some(words.with("domain", domain));
                        self.button = Some((text_key!("button.cancel", WRAPPER_EN), Press::Cancel));
                    }
                    Stage::Waiting => {
                        self.status = waits_for.map(|waiting| words_for_waiting(waiting).with("domain", domain));
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

/// Where it is, and whether the site or the meeting's address named that server. Nobody is named for the address: whoever made it
/// could name anybody.
fn place(machine: &Machine, conference: &Conference) -> Words {
    let domain = &conference.domain;
    Words::new(match &machine.site {
        None => text_key!("place", WRAPPER_EN),
        Some(site) if site.chose(domain) => text_key!("place.site", WRAPPER_EN),
        Some(_) => text_key!("place.address", WRAPPER_EN),
    })
    .with("domain", domain.as_str())
}

/// What the server gets to know, before anybody joins.
fn ready(conference: &Conference) -> Words {
    let domain = &conference.domain;
    Words::new(match conference.auth {
        Some(_) => text_key!("status.ready_sign_in", WRAPPER_EN),
        None => text_key!("status.ready", WRAPPER_EN),
    })
    .with("domain", domain.as_str())
}

/// What the button says: with which camera, when it is the first time.
fn join_label(camera_on: bool, outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        None if camera_on => text_key!("button.join", WRAPPER_EN),
        None => text_key!("button.join_voice", WRAPPER_EN),
        Some(Outcome::Met(End::NotJoined)) => join_label(camera_on, None),
        Some(Outcome::Met(End::Left | End::EndedForAll | End::Removed { .. }) | Outcome::Cut) => {
            text_key!("button.join_again", WRAPPER_EN)
        }
        Some(Outcome::Met(End::Failed(_)) | Outcome::Unproven(_)) => text_key!("button.retry", WRAPPER_EN),
    }
}

/// The words for how a conversation ended: a status, or an alert.
fn words_for_end(end: &End, domain: &str) -> (Option<Words>, Option<Words>) {
    match end {
        End::Left => (Some(Words::new(text_key!("status.left", WRAPPER_EN))), None),
        End::NotJoined => (Some(Words::new(text_key!("status.not_joined", WRAPPER_EN))), None),
        End::EndedForAll => (Some(Words::new(text_key!("status.ended_for_all", WRAPPER_EN))), None),
        End::Removed { by: Some(by) } => {
            (None, Some(Words::new(text_key!("failed.removed_by", WRAPPER_EN)).with("who", by)))
        }
        End::Removed { by: None } => (None, Some(Words::new(text_key!("failed.removed", WRAPPER_EN)))),
        End::Failed(failure) => (None, Some(words_for_failure(failure, domain))),
    }
}

fn words_for_waiting(waiting: Waiting) -> Words {
    Words::new(match waiting {
        Waiting::Lobby => text_key!("status.lobby", WRAPPER_EN),
        Waiting::Password => text_key!("status.password", WRAPPER_EN),
        Waiting::Moderator => text_key!("status.moderator", WRAPPER_EN),
    })
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

/// The words for a server that can't be told who the user is.
fn words_for_unproven(why: &Unproven, domain: &str) -> Words {
    let key = match why {
        Unproven::NoOpenId(NoOpenId::Blocked) => text_key!("failed.identity_blocked", WRAPPER_EN),
        Unproven::NoOpenId(NoOpenId::Refused(_)) => text_key!("failed.identity_refused", WRAPPER_EN),
        Unproven::NoOpenId(NoOpenId::NoAnswer) => text_key!("failed.identity_no_answer", WRAPPER_EN),
        Unproven::Alone => text_key!("failed.identity_alone", WRAPPER_EN),
        Unproven::NotSecure => text_key!("failed.identity_not_secure", WRAPPER_EN),
    };
    let detail = match why {
        Unproven::NoOpenId(NoOpenId::Refused(reason)) => Some(reason.as_str()),
        _ => None,
    };
    Words::new(key).with("domain", domain).detail(detail)
}

/// The words for an address that names no conference.
fn words_for_parameters(error: &ParameterError) -> Words {
    match error {
        ParameterError::Missing(names) => {
            Words::new(text_key!("address.missing", WRAPPER_EN)).with("name", names.join(", "))
        }
        ParameterError::Domain { given, reason: DomainError::OwnAddress } => {
            Words::new(text_key!("address.own_domain", WRAPPER_EN)).with("domain", given)
        }
        ParameterError::Domain { given, reason } => {
            Words::new(text_key!("address.domain", WRAPPER_EN)).with("domain", given).detail(Some(&reason.to_string()))
        }
        ParameterError::ConferenceId => Words::new(text_key!("address.conference_id", WRAPPER_EN)),
    }
}
