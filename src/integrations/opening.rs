//! From a press to the address of the manager's frame: `chat-web.md` 7, one request at a time.
//!
//! The token that the manager gives me (its `scalar_token`) lets whoever has it act as me there. It is kept in memory, goes along in the
//! query of `/account` and of the frame because that is where managers look for it, and stands in nothing that is shown or logged.

use std::ops::ControlFlow;

use serde_json::Value;

use crate::host::HostError;
use crate::ids::UserId;
use crate::integrations::Manager;
use crate::integrations::terms::{self, Policy};
use crate::json::{self, object_of};
use crate::matrix::answer::Answer;
use crate::matrix::request::{Method, Request};
use crate::secret::Secret;

/// The version of the manager's API that Chat Web speaks.
const VERSION: &str = "1.1";
/// The longest token that is taken, in bytes: it has to fit into an address.
const LONGEST_TOKEN: usize = 2048;
/// Where a manager has its terms (MSC2140).
const TERMS: &str = "/_matrix/integrations/v1/terms";

/// A request to the manager.
pub struct Ask {
    /// What the request's path is below.
    pub base: String,
    /// The token for its `Authorization` header.
    pub token: Option<Secret>,
    /// The request.
    pub request: Request,
}

/// What is to be done next.
pub enum Step {
    /// Ask the homeserver for an OpenID token: [`Input::OpenId`].
    OpenId,
    /// Ask the manager: [`Input::Answer`].
    Ask(Box<Ask>),
    /// Read the newest account data of type [`ACCEPTED`](crate::integrations::ACCEPTED): [`Input::Accepted`].
    ReadAccepted,
    /// Put these among the accepted terms of the account: [`Input::Kept`], whatever became of it.
    KeepAccepted(Vec<String>),
    /// Ask the person whether they agree: [`Input::Agreed`].
    Terms(Vec<Policy>),
    /// Open the frame with this token, and keep it for the next time.
    Ready(Secret),
    /// Say so, and offer to try again from the beginning, without any token.
    Failed(Failure),
}

impl Step {
    /// What comes of it where the person is not asked: the way goes on with it, or has led to a token or to none.
    pub fn unattended(self) -> ControlFlow<Option<Secret>, Self> {
        match self {
            Self::Ready(token) => ControlFlow::Break(Some(token)),
            Self::Terms(_) | Self::Failed(_) => ControlFlow::Break(None),
            asks => ControlFlow::Continue(asks),
        }
    }
}

/// What became of a step.
pub enum Input {
    /// Of [`Step::OpenId`].
    OpenId(Result<Value, HostError>),
    /// Of [`Step::Ask`]: the answer of whatever status.
    Answer(Result<Answer, HostError>),
    /// Of [`Step::ReadAccepted`].
    Accepted(Result<Option<Value>, HostError>),
    /// Of [`Step::KeepAccepted`].
    Kept,
    /// Of [`Step::Terms`].
    Agreed,
}

/// Why there is no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The homeserver failed.
    Homeserver(HostError),
    /// The manager did not answer, or not as one.
    Unreachable,
    /// The manager answered and does not let me in: it may not reach my homeserver.
    Refused,
    /// The manager wants an agreement to terms that can't be shown.
    Terms,
}

#[derive(Clone, Copy)]
enum Stage {
    OpenId,
    Registering,
    Checking,
    AskingTerms,
    ReadingAccepted,
    Asking,
    Agreeing,
    Keeping,
    Over,
}

/// One opening of a manager.
pub struct Opening {
    manager: Manager,
    me: UserId,
    language: String,
    stage: Stage,
    token: Secret,
    /// The token is one of before, and may have run out.
    is_old: bool,
    policies: Vec<Policy>,
    /// What is accepted, address by address.
    urls: Vec<String>,
}

impl Opening {
    /// Begins. `kept` is the token of last time with this manager, `language` a BCP 47 tag.
    pub fn start(manager: Manager, me: UserId, language: String, kept: Option<Secret>) -> (Self, Step) {
        let is_old = kept.is_some();
        let token = kept.unwrap_or_else(|| Secret(String::new()));
        let (policies, urls) = (Vec::new(), Vec::new());
        let mut opening = Self { manager, me, language, stage: Stage::OpenId, token, is_old, policies, urls };
        let step = if is_old { opening.check() } else { Step::OpenId };
        (opening, step)
    }

    /// Takes what became of the last step. What does not belong to it ends the opening.
    pub fn handle(&mut self, input: Input) -> Step {
        match (std::mem::replace(&mut self.stage, Stage::Over), input) {
            (Stage::OpenId, Input::OpenId(Ok(token))) => {
                self.stage = Stage::Registering;
                let query = vec![("v", VERSION.to_owned())];
                self.ask(Method::Post, "/register", query, Some(token))
            }
            (Stage::ReadingAccepted, Input::Accepted(Ok(content))) => self.compare(terms::accepted(content.as_ref())),
            (Stage::OpenId, Input::OpenId(Err(error))) | (Stage::ReadingAccepted, Input::Accepted(Err(error))) => {
                Step::Failed(Failure::Homeserver(error))
            }
            (Stage::Asking, Input::Agreed) => {
                self.urls.extend(self.policies.drain(..).map(|policy| policy.url));
                self.agree()
            }
            (Stage::Keeping, Input::Kept) => self.check(),
            (stage, Input::Answer(Ok(answer))) if answer.status < 500 => self.answered(stage, &answer),
            _ => Step::Failed(Failure::Unreachable),
        }
    }

    fn answered(&mut self, stage: Stage, answer: &Answer) -> Step {
        let object = answer.object();
        match (stage, &object) {
            (_, Err(HostError::Unreachable)) => Step::Failed(Failure::Unreachable),
            (Stage::Registering, Ok(answer)) => match json::string(answer, "scalar_token") {
                Some(token) if !token.is_empty() && token.len() <= LONGEST_TOKEN => {
                    self.token = Secret(token.to_owned());
                    self.check()
                }
                _ => Step::Failed(Failure::Unreachable),
            },
            (Stage::Checking, Ok(answer)) if json::string(answer, "user_id") == Some(self.me.as_str()) => {
                Step::Ready(self.token.clone())
            }
            // Once: who wants it agreed to again did not take the agreement.
            (Stage::Checking, Err(HostError::Refused { errcode, .. }))
                if errcode == "M_TERMS_NOT_SIGNED" && self.urls.is_empty() =>
            {
                self.stage = Stage::AskingTerms;
                self.ask_terms(Method::Get, None)
            }
            (Stage::Checking, _) if std::mem::take(&mut self.is_old) => {
                self.stage = Stage::OpenId;
                Step::OpenId
            }
            (Stage::AskingTerms, Ok(answer)) => match terms::read(answer, &self.language) {
                Some(policies) => {
                    self.policies = policies;
                    self.stage = Stage::ReadingAccepted;
                    Step::ReadAccepted
                }
                None => Step::Failed(Failure::Terms),
            },
            (Stage::Agreeing, Ok(_)) => {
                self.stage = Stage::Keeping;
                Step::KeepAccepted(self.urls.clone())
            }
            _ => Step::Failed(Failure::Refused),
        }
    }

    /// Asks the person about what they have not accepted elsewhere.
    fn compare(&mut self, accepted: &[Value]) -> Step {
        self.urls = self.policies.iter().filter_map(|policy| policy.accepted(accepted).cloned()).collect();
        self.policies.retain(|policy| policy.accepted(accepted).is_none());
        if self.policies.is_empty() {
            return self.agree();
        }
        self.stage = Stage::Asking;
        Step::Terms(self.policies.clone())
    }

    fn agree(&mut self) -> Step {
        self.stage = Stage::Agreeing;
        let accepts = object_of!({ "user_accepts": self.urls.clone() });
        self.ask_terms(Method::Post, Some(accepts))
    }

    /// Whether the manager still knows the token, and is content with what I agreed to.
    fn check(&mut self) -> Step {
        self.stage = Stage::Checking;
        let query = vec![("scalar_token", self.token.0.clone()), ("v", VERSION.to_owned())];
        self.ask(Method::Get, "/account", query, None)
    }

    fn ask(&self, method: Method, path: &str, query: Vec<(&'static str, String)>, body: Option<Value>) -> Step {
        let request = Request { method, path: path.to_owned(), query, body, authenticated: false };
        Step::Ask(Box::new(Ask { base: self.manager.api.clone(), token: None, request }))
    }

    fn ask_terms(&self, method: Method, body: Option<Value>) -> Step {
        let token = body.is_some().then(|| self.token.clone());
        let authenticated = token.is_some();
        let request = Request { method, path: TERMS.to_owned(), query: Vec::new(), body, authenticated };
        Step::Ask(Box::new(Ask { base: self.manager.terms().to_owned(), token, request }))
    }
}
