//! The page's one state machine: card, meeting, and back to the card.
//!
//! Two rules guard the user. Nothing of the Meet server loads, and no camera is delegated, before a press on the card that
//! names the server, a join from the client, or the site's own wish for its own server. And leaving never enters again.

use serde_json::Value;

use crate::iframe_api::{
    Conversation, ConversationInput, ConversationOutput, End, Introduction, NOT_POSSIBLE, Opening, frame_url,
};
use crate::time::Millis;
use crate::widget_api::{Device, WidgetAction, WidgetInput, WidgetSide};
use crate::wrapper::{Conference, ParameterError, Parameters, Site, Stage, View};

/// How soon after a press another one belongs to it. The buttons stand in each other's place, so a double click on one would
/// else press the other too.
const DOUBLE_CLICK: Millis = Millis(500);

/// What a button of the card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Enter the conference, for the first time or again.
    Join,
    /// Don't enter after all.
    Cancel,
}

/// What happens to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Input<'a> {
    /// The page listens from now on. Comes first, once.
    Started,
    /// The site's `config.json` has arrived.
    Site(Site),
    /// The parent window posted this, from this origin.
    FromClient {
        /// `event.origin`.
        origin: &'a str,
        /// What was posted, as JSON.
        message: &'a Value,
    },
    /// The Meet frame that is open posted this, from this origin.
    FromFrame {
        /// `event.origin`.
        origin: &'a str,
        /// What was posted: a string of JSON, parsed.
        message: &'a Value,
    },
    /// The card's button.
    Press(Press),
    /// The time of [`Action::WakeAt`] has come. Too early or too often does no harm.
    Tick,
}

/// What the shell is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show this.
    Show(View),
    /// Open Meet's frame. There is none at that moment.
    OpenFrame {
        /// Its address.
        url: String,
        /// The server, for the frame's title.
        domain: String,
    },
    /// Empty the frame and remove it, so that the browser frees camera and microphone.
    CloseFrame,
    /// Post to the Meet frame as a string of JSON, for this origin only.
    PostToFrame {
        /// What.
        message: Value,
        /// The only origin that may receive it.
        origin: String,
    },
    /// Post to the parent window, for this origin only.
    PostToClient {
        /// What.
        message: Value,
        /// The only origin that may receive it.
        origin: String,
    },
    /// Pass [`Input::Tick`] at this time. Replaces the wake-up before it.
    WakeAt(Millis),
}

/// The chat that embeds the page.
#[derive(Debug)]
struct Client {
    side: WidgetSide,
    origin: String,
    ready: bool,
}

/// What the user is doing.
#[derive(Debug)]
pub(super) enum State {
    /// Looking at the card; after a meeting, with how it ended.
    Card(Option<End>),
    /// In the frame.
    Meeting {
        conversation: Box<Conversation>,
        stage: Stage,
        joined: bool,
        /// The microphone and the camera that it was opened with.
        devices: [Device; 2],
    },
}

/// The page.
#[derive(Debug)]
pub struct Machine {
    conference: Result<Conference, ParameterError>,
    page_is_loopback: bool,
    language: Option<String>,
    client: Option<Client>,
    site: Site,
    state: State,
    /// How many frames were opened: a new one must not get messages meant for an old one.
    opened: u32,
    /// Whether entering without a press is still possible: not after the first entering or leaving.
    enters_by_itself: bool,
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
        Self {
            conference: parameters.conference,
            page_is_loopback,
            language: parameters.language,
            client: parameters.client.zip(client_origin).map(|(address, origin)| Client {
                side: WidgetSide::new(address.widget_id, capabilities),
                origin,
                ready: false,
            }),
            site: Site::default(),
            state: State::Card(None),
            opened: 0,
            enters_by_itself: true,
            pressed: None,
            shown: None,
            wake: None,
        }
    }

    /// Takes what happened, gives what is to be done, in order.
    pub fn handle(&mut self, now: Millis, input: Input<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let woken = matches!(input, Input::Tick);
        match input {
            Input::Started => self.tell_client(now, WidgetInput::Started, &mut actions),
            Input::Site(site) => {
                self.site = site;
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
            Input::Press(press) => {
                if !self.is_second_click(now) {
                    match press {
                        Press::Join => {
                            self.join(now, &Device::Any, &Device::Any, &mut actions);
                        }
                        Press::Cancel => self.end(now, &End::Left, &mut actions),
                    }
                }
            }
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
                WidgetAction::Join { audio, video } => self.join(now, &audio, &video, actions),
                WidgetAction::HangUp { force } => self.hang_up(now, force, actions),
                WidgetAction::SetDevices(states) => {
                    self.converse(now, ConversationInput::SetDevices(states), actions);
                }
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
                ConversationOutput::Joined => {
                    if let State::Meeting { joined, .. } = &mut self.state
                        && !std::mem::replace(joined, true)
                    {
                        self.tell_client(now, WidgetInput::SayJoined, actions);
                    }
                }
                ConversationOutput::Participants(everyone) => {
                    self.tell_client(now, WidgetInput::SayParticipants(&everyone), actions);
                }
                ConversationOutput::Devices(states) => {
                    self.tell_client(now, WidgetInput::SayDevices(states), actions);
                }
                ConversationOutput::Ended(end) => self.end(now, &end, actions),
            }
        }
    }

    fn is_second_click(&mut self, now: Millis) -> bool {
        let before = self.pressed.replace(now);
        before.is_some_and(|before| now.since(before) < DOUBLE_CLICK)
    }

    /// Enters where the site wishes so and it is safe to: in a client, on a server that the site itself named.
    fn enter_by_itself(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let trusted = matches!(&self.conference, Ok(conference) if self.site.enters_by_itself(&conference.domain));
        let client_ready = self.client.as_ref().is_some_and(|client| client.ready);
        if trusted && client_ready && self.enters_by_itself {
            self.join(now, &Device::Any, &Device::Any, actions);
        }
    }

    fn join(&mut self, now: Millis, audio: &Device, video: &Device, actions: &mut Vec<Action>) {
        match &self.state {
            // A client that asks again is told again.
            State::Meeting { joined: true, stage: Stage::Meeting, .. } => {
                return self.tell_client(now, WidgetInput::SayJoined, actions);
            }
            // The page entered by itself a moment before the client said that the camera is to stay off.
            State::Meeting { stage: Stage::Opening, devices, .. } if [audio, video] != devices.each_ref() => {
                actions.push(Action::CloseFrame);
            }
            State::Meeting { stage: Stage::Opening | Stage::Meeting, .. } => return,
            // Leaving: the old frame goes at once, the new one is a new conversation.
            State::Meeting { .. } => self.end(now, &End::Left, actions),
            State::Card(_) => {}
        }
        self.enters_by_itself = false;
        let conference = match &self.conference {
            Ok(conference) if conference.auth.is_none() => conference,
            // The client waits for an answer, and the card already says what is wrong.
            _ => return self.say_hung_up(now, Some(NOT_POSSIBLE), actions),
        };
        let muted = |device: &Device, otherwise: Option<bool>| match device {
            Device::Any => otherwise,
            Device::Muted => Some(true),
            Device::Labelled(_) => Some(false),
        };
        let voice = conference.audio_only.then_some(true);
        let opening = Opening {
            domain: &conference.domain,
            conference_id: &conference.conference_id,
            page_is_loopback: self.page_is_loopback,
            instance: self.opened,
            subject: conference.room_name.as_deref(),
            local_subject: conference.local_room_name.as_deref(),
            display_name: conference.display_name.as_deref(),
            language: self.language.as_deref(),
            audio_muted: muted(audio, conference.start_audio_muted),
            video_muted: muted(video, voice.or(conference.start_video_muted)),
            audio_input: label(audio),
            video_input: label(video),
        };
        let introduction = Introduction {
            display_name: conference.display_name.clone(),
            avatar_url: conference.avatar_url.clone(),
            signed_in: false,
        };
        actions.push(Action::OpenFrame { url: frame_url(&opening), domain: conference.domain.as_str().into() });
        self.state = State::Meeting {
            conversation: Box::new(Conversation::new(now, self.opened, introduction)),
            stage: Stage::Opening,
            joined: false,
            devices: [audio.clone(), video.clone()],
        };
        self.opened = self.opened.wrapping_add(1);
        self.tell_client(now, WidgetInput::SayOpening, actions);
    }

    fn hang_up(&mut self, now: Millis, force: bool, actions: &mut Vec<Action>) {
        self.enters_by_itself = false;
        match &mut self.state {
            State::Meeting { stage, .. } if !force => {
                *stage = Stage::Leaving;
                self.converse(now, ConversationInput::HangUp, actions);
            }
            State::Meeting { .. } => self.end(now, &End::Left, actions),
            // Not in, but whoever hangs up waits to hear that the user is out.
            State::Card(_) => self.say_hung_up(now, None, actions),
        }
    }

    /// Closes the frame and tells the client, once for every opened frame.
    fn end(&mut self, now: Millis, end: &End, actions: &mut Vec<Action>) {
        self.enters_by_itself = false;
        if matches!(self.state, State::Card(_)) {
            return;
        }
        self.state = State::Card(Some(end.clone()));
        actions.push(Action::CloseFrame);
        self.say_hung_up(now, end.report(), actions);
    }

    fn say_hung_up(&mut self, now: Millis, error: Option<&str>, actions: &mut Vec<Action>) {
        self.tell_client(now, WidgetInput::SayHungUp { error }, actions);
    }

    fn frame_origin(&self) -> Option<String> {
        match self.state {
            State::Meeting { .. } => origin_of(&self.conference, self.page_is_loopback),
            State::Card(_) => None,
        }
    }

    fn deadline(&self) -> Option<Millis> {
        let conversation = match &self.state {
            State::Meeting { conversation, .. } => conversation.deadline(),
            State::Card(_) => None,
        };
        let client = self.client.as_ref().and_then(|client| client.side.deadline());
        conversation.into_iter().chain(client).min()
    }

    fn show(&mut self, actions: &mut Vec<Action>) {
        let view = View::of(&self.conference, &self.state, self.page_is_loopback);
        if self.shown.as_ref() != Some(&view) {
            self.shown = Some(view.clone());
            actions.push(Action::Show(view));
        }
    }
}

fn origin_of(conference: &Result<Conference, ParameterError>, page_is_loopback: bool) -> Option<String> {
    let conference = conference.as_ref().ok()?;
    Some(conference.domain.origin(page_is_loopback))
}

fn label(device: &Device) -> Option<&str> {
    match device {
        Device::Labelled(label) => Some(label),
        Device::Any | Device::Muted => None,
    }
}

#[cfg(test)]
mod tests;
