//! One message of the Widget API: `{api, widgetId, requestId, action, data}`; a reply is the same object with `response`.

use std::fmt;

use serde_json::Value;

use crate::ids::WidgetId;
use crate::json::{self, Object};

/// The longest id or action name that counts. Real ones stay below 130 (Android's widget ids hold a user id of up to 255
/// bytes); they are kept while a request is pending, so a stranger must not choose their size.
const NAME_LIMIT: usize = 512;

/// Which way a request travels. Its reply keeps the word and travels the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The chat asks the widget.
    ToWidget,
    /// The widget asks the chat.
    FromWidget,
}

impl Direction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ToWidget => "toWidget",
            Self::FromWidget => "fromWidget",
        }
    }
}

/// What the chat and its frame post to each other. It may hold an OpenID token, in a request or in the reply that repeats one: its
/// `Debug` shows the action and nothing else.
#[derive(Clone, PartialEq)]
pub struct Posted(pub Value);

impl fmt::Debug for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Posted").field(&self.0.get("action").and_then(Value::as_str).unwrap_or_default()).finish()
    }
}

/// A request or a reply, of either direction. Actions are kept as they are: an unknown one deserves an answer. `Debug` shows
/// neither arguments nor answers, see [`Posted`].
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Who asked whom.
    pub direction: Direction,
    /// Which widget.
    pub widget_id: WidgetId,
    /// Chosen by who asked; matches a reply to its request.
    pub request_id: String,
    /// What is asked.
    pub action: String,
    /// With which arguments. Anything but an object was read as none.
    pub data: Object,
    /// In a reply, what was answered.
    pub response: Option<Value>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Message").field(&self.direction).field(&self.action).finish()
    }
}

impl Message {
    /// Reads what another window posted. `None` when it is no message of this API: other traffic shares the channel.
    pub fn read(posted: &Value) -> Option<Self> {
        let posted = posted.as_object()?;
        let name = |key| json::string(posted, key).filter(|name| name.len() <= NAME_LIMIT);
        Some(Self {
            direction: match json::string(posted, "api")? {
                "toWidget" => Direction::ToWidget,
                "fromWidget" => Direction::FromWidget,
                _ => return None,
            },
            widget_id: name("widgetId")?.into(),
            request_id: name("requestId")?.into(),
            action: name("action")?.into(),
            data: json::object(posted, "data").cloned().unwrap_or_default(),
            response: posted.get("response").cloned(),
        })
    }

    /// Writes what is to be posted.
    pub fn write(&self) -> Value {
        let mut posted = Object::new();
        let mut name = |key: &str, value: &str| posted.insert(key.into(), value.into());
        name("api", self.direction.as_str());
        name("widgetId", self.widget_id.as_str());
        name("requestId", &self.request_id);
        name("action", &self.action);
        posted.insert("data".into(), self.data.clone().into());
        if let Some(response) = &self.response {
            posted.insert("response".into(), response.clone());
        }
        posted.into()
    }

    /// The reply to this request, ready to be posted.
    pub fn reply(&self, response: Object) -> Value {
        let mut reply = self.clone();
        reply.response = Some(response.into());
        reply.write()
    }

    /// The reply that says why this request was not carried out.
    pub fn refuse(&self, reason: &str) -> Value {
        self.reply(json::with("error", json::with("message", reason)))
    }

    /// The error that a reply reports, if it reports one.
    pub fn error(&self) -> Option<&str> {
        let error = self.response.as_ref()?.get("error")?;
        Some(error.get("message").and_then(Value::as_str).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_written_as_it_was_read() {
        let posted = json!({
            "api": "fromWidget", "widgetId": "w", "requestId": "r", "action": "org.example.unheard_of", "data": {"a": [1]},
        });
        assert_eq!(Message::read(&posted).map(|message| message.write()), Some(posted));
    }

    #[test]
    fn a_reply_repeats_its_request() {
        let request = json!({"api": "toWidget", "widgetId": "w", "requestId": "r", "action": "a", "data": {"b": 1}});
        let message = Message::read(&request).expect("a message");
        let reply = Message::read(&message.refuse("No")).expect("a message");
        assert_eq!(reply.data, message.data);
        assert_eq!(reply.error(), Some("No"));
        assert_eq!(message.error(), None, "a request reports no error of its own");
    }

    #[test]
    fn what_is_said_is_never_printed() {
        let posted = json!({
            "api": "toWidget", "widgetId": "w", "requestId": "r", "action": "openid_credentials",
            "data": {"access_token": "opensesame"}, "response": {"echo": "opensesame"},
        });
        let printed = format!("{:?} {:?}", Message::read(&posted), Posted(posted));
        assert_eq!(printed, r#"Some(Message(ToWidget, "openid_credentials")) Posted("openid_credentials")"#);
    }

    #[test]
    fn other_traffic_is_no_message() {
        let long = "x".repeat(NAME_LIMIT + 1);
        for posted in [
            json!(null),
            json!("{\"postis\":true}"),
            json!({"api": "sideways", "widgetId": "w", "requestId": "r", "action": "a"}),
            json!({"api": "toWidget", "widgetId": 1, "requestId": "r", "action": "a"}),
            json!({"api": "toWidget", "widgetId": "w", "action": "a"}),
            json!({"api": "toWidget", "widgetId": "w", "requestId": long, "action": "a"}),
        ] {
            assert_eq!(Message::read(&posted), None, "{posted}");
        }
    }
}
