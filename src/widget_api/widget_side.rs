//! The widget's end of the Widget API: our wrapper inside a chat, ours or another.

use serde_json::Value;

use crate::ids::WidgetId;
use crate::json::{self, Object};
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::client_side::VERSIONS;
use crate::widget_api::open_id::Credentials;
use crate::widget_api::requests::Requests;
use crate::widget_api::vocabulary::{clipped, listed};
use crate::widget_api::{Device, DeviceStates, Direction, Message, NoOpenId, OpenIdToken, Participant};

/// The longest text of the chat that is kept, in characters.
const REASON_LIMIT: usize = 300;
/// The longest stream key that is passed on, in bytes: it is an address.
const KEY_LIMIT: usize = 2048;

/// What happens to the widget's end.
#[derive(Clone, Debug, PartialEq)]
pub enum WidgetInput<'a> {
    /// The page listens from now on.
    Started,
    /// The chat posted this.
    Received(&'a Value),
    /// Tell the chat that the user is in the conference.
    SayJoined,
    /// A conference is being opened, by the chat's wish or by a press on the card: from here on camera and microphone may be on.
    SayOpening,
    /// Tell the chat that the user is out of it, with a reason when something went wrong, and that the widget may go off
    /// screen: in this order, since a chat may stop listening upon the second (`chat-web.md` 5.3).
    SayHungUp {
        /// What went wrong, in words.
        error: Option<&'a str>,
        /// A stable code for how it ended, where that is no error and no wish of the user's either. For our own chat: others would
        /// show it as an error.
        reason: Option<&'static str>,
    },
    /// Tell the chat which devices are on.
    SayDevices(DeviceStates),
    /// Ask the chat for a token that says who the user is. Replaces a question that is still open.
    AskOpenId,
    /// Tell the chat who is in the conference.
    SayParticipants(&'a [Participant]),
    /// The time of [`WidgetSide::deadline`] has come. Too early or too often does no harm.
    Tick,
}

/// What the widget's end wants done, or found out.
#[derive(Clone, Debug, PartialEq)]
pub enum WidgetAction {
    /// Post this to the chat, for its origin only.
    Post(Value),
    /// The chat has told what the widget may do: the handshake is done.
    Ready,
    /// The chat wants the user to join.
    Join {
        /// The microphone.
        audio: Device,
        /// The camera.
        video: Device,
    },
    /// The chat wants the user to leave; with `force` at once.
    HangUp {
        /// Whether to skip Meet's goodbye.
        force: bool,
    },
    /// The chat wants devices switched; what is `None` stays as it is.
    SetDevices(DeviceStates),
    /// The chat wants everybody in tiles, or else whoever speaks large.
    SetTiles(bool),
    /// The chat wants the meeting streamed to where this key leads. The user is in.
    StartStream(Secret),
    /// The chat has a new look, of this name.
    Theme(String),
    /// The chat asks its user whether this widget may know who they are. That takes as long as it takes.
    OpenIdAsking,
    /// What came of [`WidgetInput::AskOpenId`].
    OpenId(Result<OpenIdToken, NoOpenId>),
}

/// The wrapper as it talks to its chat.
#[derive(Debug)]
pub struct WidgetSide {
    requests: Requests,
    capabilities: Vec<&'static str>,
    devices: DeviceStates,
    /// The user is in.
    joined: bool,
    /// The request for a token that is open.
    asked_open_id: Option<String>,
}

impl WidgetSide {
    /// The end of this widget; `capabilities` is what it asks for.
    pub fn new(widget_id: WidgetId, capabilities: Vec<&'static str>) -> Self {
        Self {
            requests: Requests::new(Direction::FromWidget, widget_id),
            capabilities,
            devices: DeviceStates::default(),
            joined: false,
            asked_open_id: None,
        }
    }

    /// Takes what happened, gives what is to be done, in order.
    pub fn handle(&mut self, now: Millis, input: WidgetInput<'_>) -> Vec<WidgetAction> {
        let mut actions = Vec::new();
        let mut send = |action: &str, data: Object| {
            actions.push(WidgetAction::Post(self.requests.send(now, action, data)));
        };
        match input {
            WidgetInput::Started => {
                send("supported_api_versions", Object::new());
                // For chats that wait for it, and for those whose first request came before this page could listen.
                send("content_loaded", Object::new());
            }
            WidgetInput::Received(posted) => {
                if let Some(message) = Message::read(posted).filter(|m| self.requests.concerns(m)) {
                    self.receive(&message, &mut actions);
                }
            }
            WidgetInput::SayOpening => send("set_always_on_screen", json::with("value", true)),
            WidgetInput::SayJoined => {
                self.joined = true;
                send("set_always_on_screen", json::with("value", true));
                send("io.element.join", Object::new());
            }
            WidgetInput::SayHungUp { error, reason } => {
                let mut data = Object::new();
                for (key, value) in [("errorMessage", error), ("reason", reason)] {
                    data.extend(value.map(|value| (key.into(), value.into())));
                }
                send("im.vector.hangup", data);
                send("set_always_on_screen", json::with("value", false));
                self.devices = DeviceStates::default();
                self.joined = false;
            }
            WidgetInput::SayDevices(states) => {
                self.devices = self.devices.overlaid_with(states);
                send("io.element.device_mute", self.devices.write());
            }
            WidgetInput::SayParticipants(participants) => {
                send("io.element.participants", Participant::write_all(participants));
            }
            WidgetInput::AskOpenId => {
                send("get_openid", Object::new());
                self.asked_open_id = Some(self.requests.last_id());
            }
            WidgetInput::Tick => {
                // What else the chat leaves unanswered changes nothing here: it was told.
                let late = self.requests.expire(now);
                if late.iter().any(|request| self.asked_open_id.as_ref() == Some(&request.request_id)) {
                    self.open_id_is(Err(NoOpenId::NoAnswer), &mut actions);
                }
            }
        }
        actions
    }

    /// When [`WidgetInput::Tick`] is due.
    pub fn deadline(&self) -> Option<Millis> {
        self.requests.deadline()
    }

    fn receive(&mut self, message: &Message, actions: &mut Vec<WidgetAction>) {
        match (message.direction, &message.response) {
            (Direction::FromWidget, Some(response)) => {
                let known = self.requests.settle(message).is_some();
                if known && self.asked_open_id.as_ref() == Some(&message.request_id) {
                    self.open_id_answered(message.error(), response, actions);
                }
            }
            (Direction::ToWidget, None) => self.asked(message, actions),
            // A request of the other direction or a reply to nothing of ours: an echo.
            _ => {}
        }
    }

    fn open_id_answered(&mut self, error: Option<&str>, response: &Value, actions: &mut Vec<WidgetAction>) {
        let refused = |reason: &str| Err(NoOpenId::Refused(clipped(reason, REASON_LIMIT)));
        let result = match (error, Credentials::read(response)) {
            (Some(reason), _) => refused(reason),
            (None, Some(Credentials::Allowed(token))) => Ok(token),
            (None, Some(Credentials::Blocked)) => Err(NoOpenId::Blocked),
            (None, Some(Credentials::Asking)) => return actions.push(WidgetAction::OpenIdAsking),
            (None, None) => refused("The answer to get_openid holds no token."),
        };
        self.open_id_is(result, actions);
    }

    fn is_open_question(&self, request_id: Option<&str>) -> bool {
        request_id.is_some() && self.asked_open_id.as_deref() == request_id
    }

    fn open_id_is(&mut self, result: Result<OpenIdToken, NoOpenId>, actions: &mut Vec<WidgetAction>) {
        self.asked_open_id = None;
        actions.push(WidgetAction::OpenId(result));
    }

    /// The chat asks something of us. Every request gets exactly one reply, before what follows from it.
    fn asked(&mut self, message: &Message, actions: &mut Vec<WidgetAction>) {
        let data: &Object = &message.data;
        let (response, follows) = match message.action.as_str() {
            "supported_api_versions" => (json::with("supported_versions", listed(&VERSIONS)), None),
            "capabilities" => (json::with("capabilities", listed(&self.capabilities)), None),
            "notify_capabilities" => (Object::new(), Some(WidgetAction::Ready)),
            "io.element.join" => (
                Object::new(),
                Some(WidgetAction::Join {
                    audio: Device::read(data, "audioInput"),
                    video: Device::read(data, "videoInput"),
                }),
            ),
            "im.vector.hangup" => {
                (Object::new(), Some(WidgetAction::HangUp { force: json::boolean(data, "force") == Some(true) }))
            }
            "io.element.device_mute" => {
                let wanted = DeviceStates::read(data);
                (
                    self.devices.overlaid_with(wanted).write(),
                    (wanted != DeviceStates::default()).then_some(WidgetAction::SetDevices(wanted)),
                )
            }
            "io.element.tile_layout" => (Object::new(), Some(WidgetAction::SetTiles(true))),
            "io.element.spotlight_layout" => (Object::new(), Some(WidgetAction::SetTiles(false))),
            "im.vector.start_live_stream" => {
                let key = json::string(data, "rtmpStreamKey").filter(|key| !key.is_empty() && key.len() <= KEY_LIMIT);
                match key {
                    Some(key) if self.joined => (Object::new(), Some(WidgetAction::StartStream(Secret(key.into())))),
                    _ => {
                        let reason = if self.joined { "rtmpStreamKey is missing" } else { "Conference not joined" };
                        return actions.push(WidgetAction::Post(message.refuse(reason)));
                    }
                }
            }
            "theme_change" => {
                let name = json::string(data, "name");
                (Object::new(), name.map(|name| WidgetAction::Theme(clipped(name, REASON_LIMIT))))
            }
            // What the user has decided, after the chat had to ask them.
            "openid_credentials" if self.is_open_question(json::string(data, "original_request_id")) => {
                actions.push(WidgetAction::Post(message.reply(Object::new())));
                return self.open_id_answered(None, &data.clone().into(), actions);
            }
            _ => {
                return actions.push(WidgetAction::Post(message.refuse("Unknown or unsupported action")));
            }
        };
        actions.push(WidgetAction::Post(message.reply(response)));
        actions.extend(follows);
    }
}

#[cfg(test)]
mod tests;
