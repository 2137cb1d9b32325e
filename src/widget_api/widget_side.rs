//! The widget's end of the Widget API: our wrapper inside a chat, ours or another.

use serde_json::Value;

use crate::ids::WidgetId;
use crate::json::{self, Object};
use crate::time::Millis;
use crate::widget_api::client_side::VERSIONS;
use crate::widget_api::requests::Requests;
use crate::widget_api::vocabulary::listed;
use crate::widget_api::{Device, DeviceStates, Direction, Message, Participant};

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
    },
    /// Tell the chat which devices are on.
    SayDevices(DeviceStates),
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
}

/// The wrapper as it talks to its chat.
#[derive(Debug)]
pub struct WidgetSide {
    requests: Requests,
    capabilities: Vec<&'static str>,
    devices: DeviceStates,
}

impl WidgetSide {
    /// The end of this widget; `capabilities` is what it asks for.
    pub fn new(widget_id: WidgetId, capabilities: Vec<&'static str>) -> Self {
        Self {
            requests: Requests::new(Direction::FromWidget, widget_id),
            capabilities,
            devices: DeviceStates::default(),
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
                send("set_always_on_screen", json::with("value", true));
                send("io.element.join", Object::new());
            }
            WidgetInput::SayHungUp { error } => {
                send("im.vector.hangup", error.map_or_else(Object::new, |error| json::with("errorMessage", error)));
                send("set_always_on_screen", json::with("value", false));
                self.devices = DeviceStates::default();
            }
            WidgetInput::SayDevices(states) => {
                self.devices = self.devices.overlaid_with(states);
                send("io.element.device_mute", self.devices.write());
            }
            WidgetInput::SayParticipants(participants) => {
                send("io.element.participants", Participant::write_all(participants));
            }
            // What the chat leaves unanswered changes nothing here: it was told.
            WidgetInput::Tick => drop(self.requests.expire(now)),
        }
        actions
    }

    /// When [`WidgetInput::Tick`] is due.
    pub fn deadline(&self) -> Option<Millis> {
        self.requests.deadline()
    }

    fn receive(&mut self, message: &Message, actions: &mut Vec<WidgetAction>) {
        match (message.direction, &message.response) {
            (Direction::FromWidget, Some(_)) => drop(self.requests.settle(message)),
            (Direction::ToWidget, None) => self.asked(message, actions),
            // A request of the other direction or a reply to nothing of ours: an echo.
            _ => {}
        }
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
            _ => {
                return actions.push(WidgetAction::Post(message.refuse("Unknown or unsupported action")));
            }
        };
        actions.push(WidgetAction::Post(message.reply(response)));
        actions.extend(follows);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Millis = Millis(1_000);

    fn widget() -> WidgetSide {
        WidgetSide::new("w".into(), vec!["m.always_on_screen"])
    }

    fn from_chat(action: &str, data: Value) -> Value {
        json!({"api": "toWidget", "widgetId": "w", "requestId": "c1", "action": action, "data": data})
    }

    /// What the widget answers, and what follows from the request.
    fn ask(widget: &mut WidgetSide, action: &str, data: Value) -> (Value, Vec<WidgetAction>) {
        let mut actions = widget.handle(NOW, WidgetInput::Received(&from_chat(action, data)));
        assert!(!actions.is_empty(), "{action} got no answer");
        match actions.remove(0) {
            WidgetAction::Post(reply) => (reply["response"].clone(), actions),
            other => panic!("{other:?} came before the answer"),
        }
    }

    /// The actions and data of the requests that the widget sends.
    fn said(actions: &[WidgetAction]) -> Vec<(String, Value)> {
        actions
            .iter()
            .filter_map(|action| match action {
                WidgetAction::Post(post) => Some((post["action"].as_str()?.to_owned(), post["data"].clone())),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn the_handshake_ends_with_what_was_granted() {
        let mut widget = widget();
        assert_eq!(ask(&mut widget, "capabilities", json!({})).0, json!({"capabilities": ["m.always_on_screen"]}));
        assert_eq!(
            ask(&mut widget, "supported_api_versions", json!({})).0,
            json!({"supported_versions": ["0.0.1", "0.0.2"]})
        );
        let granted = json!({"requested": ["m.always_on_screen"], "approved": ["m.always_on_screen"]});
        assert_eq!(ask(&mut widget, "notify_capabilities", granted), (json!({}), vec![WidgetAction::Ready]));
    }

    #[test]
    fn a_join_names_its_devices() {
        let (reply, follows) =
            ask(&mut widget(), "io.element.join", json!({"audioInput": "Headset", "videoInput": null}));
        assert_eq!(reply, json!({}));
        assert_eq!(
            follows,
            vec![WidgetAction::Join { audio: Device::Labelled("Headset".into()), video: Device::Muted }]
        );
    }

    #[test]
    fn a_hang_up_may_be_forced() {
        let mut widget = widget();
        for (data, force) in [(json!({}), false), (json!({"force": true}), true), (json!({"force": "yes"}), false)] {
            assert_eq!(ask(&mut widget, "im.vector.hangup", data).1, vec![WidgetAction::HangUp { force }]);
        }
    }

    #[test]
    fn an_unknown_action_gets_an_error_reply() {
        let (reply, follows) = ask(&mut widget(), "theme_of_tomorrow", json!({"name": "dark"}));
        assert_eq!(reply["error"]["message"], "Unknown or unsupported action");
        assert_eq!(follows, vec![]);
    }

    #[test]
    fn a_device_request_without_wishes_only_asks() {
        let mut widget = widget();
        let on = DeviceStates { audio_enabled: Some(true), video_enabled: Some(false) };
        widget.handle(NOW, WidgetInput::SayDevices(on));
        assert_eq!(
            ask(&mut widget, "io.element.device_mute", json!({})),
            (json!({"audio_enabled": true, "video_enabled": false}), vec![])
        );
        let (reply, follows) = ask(&mut widget, "io.element.device_mute", json!({"audio_enabled": false}));
        assert_eq!(reply, json!({"audio_enabled": false, "video_enabled": false}));
        assert_eq!(
            follows,
            vec![WidgetAction::SetDevices(DeviceStates { audio_enabled: Some(false), video_enabled: None })]
        );
    }

    #[test]
    fn the_hang_up_is_told_before_the_widget_may_go_off_screen() {
        let told = said(&widget().handle(NOW, WidgetInput::SayHungUp { error: Some("lost") }));
        assert_eq!(
            told,
            vec![
                ("im.vector.hangup".into(), json!({"errorMessage": "lost"})),
                ("set_always_on_screen".into(), json!({"value": false})),
            ]
        );
    }

    #[test]
    fn a_message_for_another_widget_gets_no_answer() {
        let posted =
            json!({"api": "toWidget", "widgetId": "x", "requestId": "1", "action": "capabilities", "data": {}});
        assert_eq!(widget().handle(NOW, WidgetInput::Received(&posted)), vec![]);
    }

    #[test]
    fn a_chat_that_never_answers_is_not_waited_for_without_end() {
        let mut widget = widget();
        for _ in 0..1000 {
            widget.handle(NOW, WidgetInput::SayJoined);
        }
        let due = widget.deadline().expect("something is pending");
        assert_eq!(due, Millis(11_000));
        widget.handle(due, WidgetInput::Tick);
        assert_eq!(widget.deadline(), None);
    }
}
