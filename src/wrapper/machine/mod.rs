//! The page's one state machine: card, meeting, and back to the card.
//!
//! Two rules guard the user. Nothing of the Meet server loads, and no camera is delegated, before a press on the card that
//! names the server, a join from the client, or the site's own wish for its own server. And leaving never enters again.

mod entering;
mod leaving;
mod outcome;
mod vocabulary;

use crate::iframe_api::{Conversation, ConversationInput, ConversationOutput, Waiting};
use crate::page::Theme;
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::{WidgetAction, WidgetInput, WidgetSide};
use crate::wrapper::devices::{Desk, Wish};
use crate::wrapper::{Conference, ParameterError, Parameters, Phone, Site, Stage, View};
pub(super) use outcome::{Outcome, Unproven};
pub use vocabulary::{Action, Input, Press};

/// How soon after a press another one belongs to it. The buttons stand in each other's place, so a double click on one would
/// else press the other too.
const DOUBLE_CLICK: Millis = Millis(500);

/// The chat that embeds the page.
#[derive(Debug)]
pub(super) struct Client {
    side: WidgetSide,
    origin: String,
    ready: bool,
}

/// What the user is doing.
#[derive(Debug)]
pub(super) enum State {
    /// Looking at the card; after a meeting, with how it ended.
    Card(Option<Outcome>),
    /// On the way in, while what the server wants to see is fetched.
    SigningIn {
        /// The microphone and the camera to enter with.
        devices: [Wish; 2],
        /// Who is waited for.
        waits_for: Proof,
    },
    /// In the frame.
    Meeting {
        conversation: Box<Conversation>,
        stage: Stage,
        /// What is waited for, while that is so.
        waits_for: Option<Waiting>,
        /// Since when the user is in.
        joined: Option<Millis>,
        /// The microphone and the camera that it was opened with.
        devices: [Wish; 2],
        /// The token that it was opened with, until the user is in.
        jwt: Option<Secret>,
    },
}

/// Who has to do something before the user can be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The chat has to answer.
    Chat,
    /// The chat has to ask its user.
    User,
    /// The browser has to sign.
    Browser {
        /// What is signed.
        text: Secret,
    },
}

/// The page.
#[derive(Debug)]
pub struct Machine {
    pub(super) conference: Result<Conference, ParameterError>,
    pub(super) page_is_loopback: bool,
    /// The phone on which the page was opened, alone.
    phone: Option<Phone>,
    language: Option<String>,
    pub(super) client: Option<Client>,
    /// Absent until `config.json` has arrived, or is known not to.
    pub(super) site: Option<Site>,
    pub(super) desk: Desk,
    pub(super) state: State,
    /// Who was still in the meeting as the user left it.
    pub(super) stayed: Option<String>,
    /// How many frames were opened: a new one must not get messages meant for an old one.
    opened: u32,
    /// Whether entering without a press is still possible: not after the first entering or leaving.
    enters_by_itself: bool,
    /// How often something was signed: an answer to an earlier attempt is too late.
    signed: u32,
    /// This server's Meet reads its token in the query alone.
    token_in_query: bool,
    /// The layout that the client wants, or that a video room has: everybody in tiles, or whoever speaks large.
    pub(super) tiles: Option<bool>,
    pressed: Option<Millis>,
    shown: Option<View>,
    wake: Option<Millis>,
}

impl Machine {
    /// The page with these parameters. `client_origin` is the origin of `parentUrl` if the page really has a parent window;
    /// without it the page stands alone.
    pub fn new(parameters: Parameters, client_origin: Option<String>, page_is_loopback: bool) -> Self {
        let needs_client = matches!(&parameters.conference, Ok(conference) if conference.auth.is_some());
        let mut capabilities = vec!["m.always_on_screen"];
        capabilities.extend(needs_client.then_some("io.element.requires_client"));
        let (desk, tiles) = match &parameters.conference {
            Ok(conference) => (
                Desk::new(conference.start_audio_muted, conference.starts_without_camera()),
                conference.video_channel.then_some(true),
            ),
            Err(_) => (Desk::default(), None),
        };
        Self {
            desk,
            conference: parameters.conference,
            page_is_loopback,
            phone: None,
            language: parameters.language,
            client: parameters.client.zip(client_origin).map(|(address, origin)| Client {
                side: WidgetSide::new(address.widget_id, capabilities),
                origin,
                ready: false,
            }),
            site: None,
            state: State::Card(None),
            stayed: None,
            opened: 0,
            enters_by_itself: true,
            signed: 0,
            token_in_query: false,
            tiles,
            pressed: None,
            shown: None,
            wake: None,
        }
    }

    /// The same page, opened alone in this phone's browser.
    #[must_use]
    pub fn alone_on(mut self, phone: Option<Phone>) -> Self {
        self.phone = phone;
        self
    }

    /// Takes what happened, gives what is to be done, in order.
    pub fn handle(&mut self, now: Millis, input: Input<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let woken = matches!(input, Input::Tick);
        match input {
            Input::Started => self.tell_client(now, WidgetInput::Started, &mut actions),
            Input::Site(site) => {
                self.site = Some(site);
                self.enter_by_itself(now, &mut actions);
            }
            Input::FromClient { origin, message } => {
                if self.client.as_ref().is_some_and(|client| client.origin == origin) {
                    self.tell_client(now, WidgetInput::Received(message), &mut actions);
                }
            }
            Input::FromFrame { origin, message } => {
                if self.frame_origin().is_some_and(|expected| expected == origin) {
                    self.converse(now, ConversationInput::Received(message), &mut actions);
                }
            }
            Input::FrameLoaded => self.converse(now, ConversationInput::Loaded, &mut actions),
            Input::Press(press) => {
                if !self.is_second_click(now) {
                    match press {
                        Press::Join => self.join(now, self.desk.wishes(), &mut actions),
                        Press::Cancel => self.cancel(now, &mut actions),
                    }
                }
            }
            Input::Device(input) => {
                // A late press: the card is gone, and so are its devices.
                if matches!(self.state, State::Card(_)) {
                    actions.extend(self.desk.handle(input).map(Action::Device));
                }
            }
            Input::Remembered(kept) => self.desk.remember(kept),
            Input::Signed { attempt, signature } => self.signed(now, attempt, signature, &mut actions),
            Input::Tick => {
                self.tell_client(now, WidgetInput::Tick, &mut actions);
                self.converse(now, ConversationInput::Tick, &mut actions);
            }
        }
        self.show(&mut actions);
        let wake = self.deadline();
        if let Some(at) = wake.filter(|_| woken || wake != self.wake) {
            actions.push(Action::WakeAt(at));
        }
        self.wake = wake;
        actions
    }

    /// Tells the widget's end something and carries out what it finds the client to want.
    fn tell_client(&mut self, now: Millis, input: WidgetInput<'_>, actions: &mut Vec<Action>) {
        let Some(client) = &mut self.client else {
            return;
        };
        for action in client.side.handle(now, input) {
            match action {
                WidgetAction::Post(message) => {
                    if let Some(client) = &self.client {
                        actions.push(Action::PostToClient { message, origin: client.origin.clone() });
                    }
                }
                WidgetAction::Ready => {
                    if let Some(client) = &mut self.client {
                        client.ready = true;
                    }
                    self.enter_by_itself(now, actions);
                }
                WidgetAction::Join { audio, video } => {
                    let wishes = self.wishes_of_client(&audio, &video);
                    self.join(now, wishes, actions);
                }
                WidgetAction::HangUp { force } => self.hang_up(now, force, actions),
                WidgetAction::SetDevices(states) => match &mut self.state {
                    State::Card(_) => self.desk.switch(states),
                    State::SigningIn { devices, .. } => {
                        devices.iter_mut().zip(states.each()).for_each(|(wish, on)| wish.switch(on))
                    }
                    State::Meeting { .. } => self.converse(now, ConversationInput::SetDevices(states), actions),
                },
                WidgetAction::SetTiles(on) => {
                    self.tiles = Some(on);
                    self.converse(now, ConversationInput::SetTiles(on), actions);
                }
                WidgetAction::StartStream(key) => self.converse(now, ConversationInput::StartStream(&key), actions),
                WidgetAction::Theme(name) => actions.push(Action::Look(Theme::of_name(&name))),
                WidgetAction::OpenIdAsking => self.chat_asks_its_user(),
                WidgetAction::OpenId(result) => self.chat_answered(now, result, actions),
            }
        }
    }

    /// Tells the conversation something and carries out what it finds.
    fn converse(&mut self, now: Millis, input: ConversationInput<'_>, actions: &mut Vec<Action>) {
        let (State::Meeting { conversation, .. }, Some(origin)) =
            (&mut self.state, origin_of(&self.conference, self.page_is_loopback))
        else {
            return;
        };
        for output in conversation.handle(now, input) {
            match output {
                ConversationOutput::Post(message) => {
                    actions.push(Action::PostToFrame { message, origin: origin.clone() })
                }
                ConversationOutput::Answered => {
                    if let State::Meeting { stage, .. } = &mut self.state
                        && *stage == Stage::Opening
                    {
                        *stage = Stage::Meeting;
                    }
                }
                ConversationOutput::Waits(waiting) => {
                    if let State::Meeting {
                        stage: stage @ (Stage::Opening | Stage::Meeting | Stage::Waiting),
                        waits_for,
                        ..
                    } = &mut self.state
                    {
                        *stage = Stage::Waiting;
                        *waits_for = Some(waiting);
                    }
                }
                ConversationOutput::Joined => self.joined(now, actions),
                ConversationOutput::Participants(everyone) => {
                    self.tell_client(now, WidgetInput::SayParticipants(&everyone), actions);
                }
                ConversationOutput::Devices(states) => {
                    self.tell_client(now, WidgetInput::SayDevices(states), actions);
                }
                ConversationOutput::Trouble(name) => actions.push(Action::Log(name)),
                ConversationOutput::Ended(end) => self.meeting_ended(now, end, actions),
            }
        }
    }

    fn joined(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let stays = !matches!(self.state, State::Meeting { stage: Stage::Leaving, .. });
        if stays && self.has_not_read_its_token() {
            // Let in as a guest.
            return self.open_with_token_in_query(now, actions);
        }
        let State::Meeting { stage, waits_for, joined, jwt, .. } = &mut self.state else { return };
        (*waits_for, *jwt) = (None, None);
        if *stage == Stage::Waiting {
            *stage = Stage::Meeting;
        }
        // Also after a reload inside Meet, which begins anew there.
        if joined.replace(now).is_none() {
            self.tell_client(now, WidgetInput::SayJoined, actions);
        }
    }

    fn is_second_click(&mut self, now: Millis) -> bool {
        let before = self.pressed.replace(now);
        before.is_some_and(|before| now.since(before) < DOUBLE_CLICK)
    }

    fn frame_origin(&self) -> Option<String> {
        match self.state {
            State::Meeting { .. } => origin_of(&self.conference, self.page_is_loopback),
            State::Card(_) | State::SigningIn { .. } => None,
        }
    }

    fn deadline(&self) -> Option<Millis> {
        let conversation = match &self.state {
            State::Meeting { conversation, .. } => conversation.deadline(),
            State::Card(_) | State::SigningIn { .. } => None,
        };
        let client = self.client.as_ref().and_then(|client| client.side.deadline());
        conversation.into_iter().chain(client).min()
    }

    fn show(&mut self, actions: &mut Vec<Action>) {
        let mut view = View::of(self);
        if let Some(phone) = self.phone.filter(|_| self.client.is_none()) {
            view.offer_app(&self.conference, phone);
        }
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            actions.push(Action::Show(Box::new(view)));
        }
    }
}

fn origin_of(conference: &Result<Conference, ParameterError>, page_is_loopback: bool) -> Option<String> {
    let conference = conference.as_ref().ok()?;
    Some(conference.domain.origin(page_is_loopback))
}

#[cfg(test)]
mod tests;
