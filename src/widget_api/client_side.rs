//! The chat's end of the Widget API: one widget in one frame.
//!
//! The chat posts [`ClientAction::Post`] to the widget's frame, and hands over what that very window posts from the
//! expected origin. A Meet widget gets [`GRANTED`] without being asked about (`chat-web.md` 4.3) and nothing else.

use serde_json::Value;

use crate::ids::WidgetId;
use crate::json::{self, Object};
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::client_side::questions::{Answer, Questions};
use crate::widget_api::requests::Requests;
use crate::widget_api::vocabulary::{clipped, listed};
use crate::widget_api::{Device, DeviceStates, Direction, Message, OpenIdAnswer, Participant, Posted};

mod questions;

/// The capabilities that a Meet widget may have: staying visible while another room is shown, and saying that it can't run
/// without its chat.
const GRANTED: [&str; 2] = ["m.always_on_screen", "io.element.requires_client"];
/// To enter, and that one has entered (`chat-web.md` 5.3).
pub const JOIN: &str = "io.element.join";
/// To leave, and that one has left (`chat-web.md` 5.3).
pub const HANG_UP: &str = "im.vector.hangup";
/// The request that carries a token.
const CREDENTIALS: &str = "openid_credentials";
/// The versions of the API that both ends speak.
pub(super) const VERSIONS: [&str; 2] = ["0.0.1", "0.0.2"];
/// How many capabilities of a request are repeated in the answer; there are some thirty in all.
const CAPABILITY_LIMIT: usize = 64;
/// The longest error text that is kept or passed on, in characters.
const ERROR_LIMIT: usize = 300;

/// What happens to the chat's end.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientInput<'a> {
    /// The frame's `load` event. Again after a reload: then everything begins anew.
    FrameLoaded,
    /// The frame posted this (as JSON; an unreadable message need not be passed on).
    Received(&'a Posted),
    /// Enter the conference. Waits until the widget is ready; a newer wish replaces an older one.
    Join {
        /// The microphone.
        audio: Device,
        /// The camera.
        video: Device,
    },
    /// Leave the conference; with `force`, at once and without Meet's goodbye. Takes back a join that still waits.
    HangUp {
        /// Whether to skip the goodbye.
        force: bool,
    },
    /// Switch devices; what is `None` stays as it is.
    SetDevices(DeviceStates),
    /// Everybody in tiles, or whoever speaks large.
    SetTiles(bool),
    /// Stream the conference to where this key leads. A widget whose user is not in refuses it.
    StartStream(Secret),
    /// The answer to [`ClientAction::OpenIdWanted`].
    OpenId(OpenIdAnswer),
    /// The chat has a new look; or it has this one, said before the widget is ready.
    Theme(&'static str),
    /// The time of [`ClientAction::WakeAt`] has come. Too early or too often does no harm.
    Tick,
}

/// What the chat's end wants done, or found out.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientAction {
    /// Post this to the frame, for its origin only.
    Post(Posted),
    /// The frame has another document than before: nothing that the old one said is true any more.
    Reloaded,
    /// The handshake is done; a waiting join is being sent.
    Ready,
    /// The widget wants to stay visible, or no longer.
    AlwaysOnScreen(bool),
    /// The user is in the conference.
    Joined,
    /// The user is out of it, or never got in; with the widget's own words when that was not their wish.
    HungUp {
        /// What the widget says went wrong, or the code for how it ended.
        error: Option<String>,
    },
    /// The widget reports its devices; `None` was not reported.
    Devices(DeviceStates),
    /// The widget wants a token that says who the user is. To be answered with [`ClientInput::OpenId`]; further questions until then
    /// get the same answer.
    OpenIdWanted,
    /// Who is in the conference, the user included.
    Participants(Vec<Participant>),
    /// The widget did not answer this request of ours within [`ANSWER_LIMIT`](crate::widget_api::ANSWER_LIMIT).
    TimedOut(String),
    /// The widget refused this request of ours.
    Refused {
        /// What was asked.
        action: String,
        /// Its reason; none of what was asked with a token, which it might repeat.
        reason: String,
    },
    /// Pass [`ClientInput::Tick`] at this time. Replaces the wake-up before it.
    WakeAt(Millis),
}

/// How far the handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    /// The frame has not loaded.
    Loading,
    /// We asked for its capabilities.
    Negotiating,
    /// It knows what it got.
    Ready,
}

/// One widget as its chat talks to it.
#[derive(Debug)]
pub struct ClientSide {
    requests: Requests,
    handshake: Handshake,
    /// Whether the frame's `load` was seen: the next one is a reload.
    loaded: bool,
    may_stay_on_screen: bool,
    waiting_join: Option<Object>,
    /// The widget's requests for a token that are not answered yet.
    questions: Questions,
    theme: Option<&'static str>,
    wake: Option<Millis>,
}

impl ClientSide {
    /// The end for this widget, before its frame has loaded.
    pub fn new(widget_id: WidgetId) -> Self {
        Self {
            requests: Requests::new(Direction::ToWidget, widget_id),
            handshake: Handshake::Loading,
            loaded: false,
            may_stay_on_screen: false,
            waiting_join: None,
            questions: Questions::default(),
            theme: None,
            wake: None,
        }
    }

    /// Takes what happened, gives what is to be done, in order.
    pub fn handle(&mut self, now: Millis, input: ClientInput<'_>) -> Vec<ClientAction> {
        let mut actions = Vec::new();
        let woken = input == ClientInput::Tick;
        match input {
            ClientInput::FrameLoaded => {
                if std::mem::replace(&mut self.loaded, true) {
                    self.begin_anew();
                    actions.push(ClientAction::Reloaded);
                }
                self.negotiate(now, &mut actions);
            }
            ClientInput::Received(Posted(posted)) => {
                if let Some(message) = Message::read(posted).filter(|m| self.requests.concerns(m)) {
                    self.receive(now, &message, &mut actions);
                }
            }
            ClientInput::Join { audio, video } => {
                let mut data = Object::new();
                audio.write(&mut data, "audioInput");
                video.write(&mut data, "videoInput");
                self.waiting_join = Some(data);
                self.send_waiting_join(now, &mut actions);
            }
            ClientInput::HangUp { force } => {
                self.waiting_join = None;
                let mut data = Object::new();
                if force {
                    data.insert("force".into(), true.into());
                }
                self.send(now, HANG_UP, data, &mut actions);
            }
            ClientInput::SetDevices(wanted) => {
                self.send(now, "io.element.device_mute", wanted.write(), &mut actions);
            }
            ClientInput::SetTiles(on) => {
                let layout = if on { "io.element.tile_layout" } else { "io.element.spotlight_layout" };
                self.send(now, layout, Object::new(), &mut actions);
            }
            ClientInput::StartStream(key) => {
                self.send(now, "im.vector.start_live_stream", json::with("rtmpStreamKey", key.0), &mut actions);
            }
            ClientInput::OpenId(answer) => {
                for given in self.questions.answer(&answer) {
                    match given {
                        Answer::Reply(reply) => actions.push(ClientAction::Post(Posted(reply))),
                        Answer::Later(data) => self.send(now, CREDENTIALS, data, &mut actions),
                    }
                }
            }
            ClientInput::Theme(name) => {
                self.theme = Some(name);
                self.send_theme(now, &mut actions);
            }
            ClientInput::Tick => {
                let late = self.requests.expire(now);
                actions.extend(late.into_iter().map(|request| ClientAction::TimedOut(request.action)));
                let asking = self.questions.expire(now);
                actions.extend(asking.into_iter().map(|reply| ClientAction::Post(Posted(reply))));
            }
        }
        let wake = self.requests.deadline().into_iter().chain(self.questions.deadline()).min();
        if let Some(at) = wake.filter(|_| woken || wake != self.wake) {
            actions.push(ClientAction::WakeAt(at));
        }
        self.wake = wake;
        actions
    }

    fn receive(&mut self, now: Millis, message: &Message, actions: &mut Vec<ClientAction>) {
        match (message.direction, &message.response) {
            (Direction::ToWidget, Some(response)) => {
                if let Some(action) = self.requests.settle(message) {
                    match message.error() {
                        Some(reason) => {
                            let reason = if action == CREDENTIALS { "" } else { reason };
                            actions.push(ClientAction::Refused { action, reason: clipped(reason, ERROR_LIMIT) });
                        }
                        None => self.answered(now, &action, response, actions),
                    }
                }
            }
            (Direction::FromWidget, None) => self.asked(now, message, actions),
            // A request of the other direction or a reply to nothing of ours: an echo.
            _ => {}
        }
    }

    /// The widget answered a request of ours.
    fn answered(&mut self, now: Millis, action: &str, response: &Value, actions: &mut Vec<ClientAction>) {
        match action {
            "capabilities" if self.handshake == Handshake::Negotiating => {
                let requested: Vec<&str> = response
                    .get("capabilities")
                    .and_then(Value::as_array)
                    .map_or(&[][..], Vec::as_slice)
                    .iter()
                    .filter_map(Value::as_str)
                    .take(CAPABILITY_LIMIT)
                    .collect();
                let approved: Vec<&str> = GRANTED.into_iter().filter(|granted| requested.contains(granted)).collect();
                self.may_stay_on_screen = approved.contains(&"m.always_on_screen");
                let mut data = Object::new();
                data.insert("requested".into(), listed(&requested));
                data.insert("approved".into(), listed(&approved));
                self.send(now, "notify_capabilities", data, actions);
                self.handshake = Handshake::Ready;
                actions.push(ClientAction::Ready);
                self.send_theme(now, actions);
                self.send_waiting_join(now, actions);
            }
            "io.element.device_mute" => {
                if let Some(states) = response.as_object().map(DeviceStates::read)
                    && states != DeviceStates::default()
                {
                    actions.push(ClientAction::Devices(states));
                }
            }
            _ => {}
        }
    }

    /// The widget asks something of us. Every request gets exactly one reply, before what follows from it; only whether the user shows
    /// who they are has to be found out first.
    fn asked(&mut self, now: Millis, message: &Message, actions: &mut Vec<ClientAction>) {
        let reply = |response: Object| ClientAction::Post(Posted(message.reply(response)));
        let refuse = |reason: &str| ClientAction::Post(Posted(message.refuse(reason)));
        let done = |actions: &mut Vec<ClientAction>| actions.push(reply(Object::new()));
        match message.action.as_str() {
            "supported_api_versions" => {
                actions.push(reply(json::with("supported_versions", listed(&VERSIONS))));
            }
            "content_loaded" => {
                done(actions);
                // A widget that starts listening only after its frame's `load` has missed our first request.
                self.negotiate(now, actions);
            }
            "set_always_on_screen" => match json::boolean(&message.data, "value") {
                Some(value) if self.may_stay_on_screen => {
                    actions.push(reply(json::with("success", true)));
                    actions.push(ClientAction::AlwaysOnScreen(value));
                }
                Some(_) => actions.push(refuse("Missing capability m.always_on_screen")),
                None => actions.push(refuse("value must be true or false")),
            },
            "get_openid" => {
                let asked_already = self.questions.are_open();
                if !self.questions.keep(now, message) {
                    actions.push(refuse("Too many questions at a time"));
                } else if !asked_already {
                    actions.push(ClientAction::OpenIdWanted);
                }
            }
            JOIN => {
                done(actions);
                actions.push(ClientAction::Joined);
            }
            HANG_UP => {
                done(actions);
                // Our own wrapper gives a reason where there is no error to show.
                let text = |key| json::string(&message.data, key).filter(|text| !text.is_empty());
                let error = text("errorMessage").or_else(|| text("reason"));
                actions.push(ClientAction::HungUp { error: error.map(|text| clipped(text, ERROR_LIMIT)) });
            }
            "io.element.device_mute" => {
                done(actions);
                actions.push(ClientAction::Devices(DeviceStates::read(&message.data)));
            }
            "io.element.participants" => {
                done(actions);
                actions.push(ClientAction::Participants(Participant::read_all(&message.data)));
            }
            _ => actions.push(refuse("Unknown or unsupported action")),
        }
    }

    /// The frame has another document: nothing that the old one was told or asked counts.
    fn begin_anew(&mut self) {
        self.requests.forget();
        self.handshake = Handshake::Loading;
        self.may_stay_on_screen = false;
        self.questions.forget();
    }

    /// Asks for the capabilities, unless that is settled. Asked before and not answered yet, both answers count: a widget may have
    /// missed the first question, or take no second one.
    fn negotiate(&mut self, now: Millis, actions: &mut Vec<ClientAction>) {
        if self.handshake != Handshake::Ready {
            self.handshake = Handshake::Negotiating;
            self.send(now, "capabilities", Object::new(), actions);
        }
    }

    fn send_theme(&mut self, now: Millis, actions: &mut Vec<ClientAction>) {
        if let Some(name) = self.theme.filter(|_| self.handshake == Handshake::Ready) {
            self.send(now, "theme_change", json::with("name", name), actions);
        }
    }

    fn send_waiting_join(&mut self, now: Millis, actions: &mut Vec<ClientAction>) {
        if self.handshake == Handshake::Ready
            && let Some(data) = self.waiting_join.take()
        {
            self.send(now, JOIN, data, actions);
        }
    }

    fn send(&mut self, now: Millis, action: &str, data: Object, actions: &mut Vec<ClientAction>) {
        actions.push(ClientAction::Post(Posted(self.requests.send(now, action, data))));
    }
}

#[cfg(test)]
mod tests;
