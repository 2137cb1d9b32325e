//! The requests that one end has sent and still waits for.

use serde_json::Value;

use crate::ids::WidgetId;
use crate::json::Object;
use crate::time::Millis;
use crate::widget_api::{Direction, Message};

/// How long a reply may take (`chat-web.md` 5.2). After that the request counts as unanswered.
pub const ANSWER_LIMIT: Millis = Millis::seconds(10);

/// How many requests may be pending. An end that never answers while the other reports each change must not grow memory; the
/// oldest is forgotten, without a time-out of its own.
const PENDING_LIMIT: usize = 64;

/// A request that was sent.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) request_id: String,
    pub(super) action: String,
    deadline: Millis,
}

/// Sends requests in one direction and recognises their replies.
#[derive(Debug)]
pub(super) struct Requests {
    direction: Direction,
    widget_id: WidgetId,
    sent: u64,
    pending: Vec<Pending>,
}

impl Requests {
    pub(super) fn new(direction: Direction, widget_id: WidgetId) -> Self {
        Self { direction, widget_id, sent: 0, pending: Vec::new() }
    }

    /// Whether a message belongs to this dialogue: the right widget.
    pub(super) fn concerns(&self, message: &Message) -> bool {
        message.widget_id == self.widget_id
    }

    /// Makes a request, ready to be posted.
    pub(super) fn send(&mut self, now: Millis, action: &str, data: Object) -> Value {
        self.sent += 1;
        let message = Message {
            direction: self.direction,
            widget_id: self.widget_id.clone(),
            request_id: self.last_id(),
            action: action.into(),
            data,
            response: None,
        };
        if self.pending.len() >= PENDING_LIMIT {
            self.pending.remove(0);
        }
        self.pending.push(Pending {
            request_id: message.request_id.clone(),
            action: message.action.clone(),
            deadline: now.plus(ANSWER_LIMIT),
        });
        message.write()
    }

    /// The id of the request that was made last.
    pub(super) fn last_id(&self) -> String {
        ["meet-", self.sent.to_string().as_str()].concat()
    }

    /// Takes a reply off the list. The action is the one that *we* asked, whatever the reply says.
    pub(super) fn settle(&mut self, reply: &Message) -> Option<String> {
        let at = self.pending.iter().position(|pending| pending.request_id == reply.request_id)?;
        Some(self.pending.remove(at).action)
    }

    /// Takes the requests off the list that nobody answered in time.
    pub(super) fn expire(&mut self, now: Millis) -> Vec<Pending> {
        let (late, waiting) =
            std::mem::take(&mut self.pending).into_iter().partition(|pending| pending.deadline <= now);
        self.pending = waiting;
        late
    }

    /// Forgets what is pending: the other end was replaced and knows nothing of it.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
    }

    /// When the next request expires. Requests are kept in the order in which they were sent.
    pub(super) fn deadline(&self) -> Option<Millis> {
        self.pending.first().map(|pending| pending.deadline)
    }
}
