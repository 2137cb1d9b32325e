//! The widget's questions who the user is, each until it has its one reply (MSC1960, `chat-web.md` 4.4).

use serde_json::Value;

use crate::json::{self, Object};
use crate::time::Millis;
use crate::widget_api::Message;
use crate::widget_api::client_side::ERROR_LIMIT;
use crate::widget_api::open_id::OpenIdAnswer;
use crate::widget_api::vocabulary::clipped;

/// How long a reply is held back for the token to be in it. Below the 10 s after which a widget takes its question for unanswered.
pub(super) const HOLD_LIMIT: Millis = Millis::seconds(8);
/// How many questions may be open. A widget has one, and a second where its user gave up and tries again.
const OPEN_LIMIT: usize = 4;

#[derive(Debug)]
struct Question {
    request: Message,
    /// Until when its reply is held back; `None` once it was told to wait.
    held_until: Option<Millis>,
}

/// What a question gets.
pub(super) enum Answer {
    /// Its reply.
    Reply(Value),
    /// A request of ours, since it has its reply: these are the arguments.
    Later(Object),
}

/// The open questions, oldest first.
#[derive(Debug, Default)]
pub(super) struct Questions(Vec<Question>);

impl Questions {
    /// Keeps this one; `false` when there are too many. All get the same answer.
    pub(super) fn keep(&mut self, now: Millis, request: &Message) -> bool {
        let room = self.0.len() < OPEN_LIMIT;
        if room {
            self.0.push(Question { request: request.clone(), held_until: Some(now.plus(HOLD_LIMIT)) });
        }
        room
    }

    pub(super) fn are_open(&self) -> bool {
        !self.0.is_empty()
    }

    /// The replies that can't be held back any longer.
    pub(super) fn expire(&mut self, now: Millis) -> Vec<Value> {
        let late = self.0.iter_mut().filter(|question| question.held_until.is_some_and(|until| until <= now));
        late.map(|question| {
            question.held_until = None;
            question.request.reply(json::with("state", "request"))
        })
        .collect()
    }

    /// What each open question gets. Afterwards none is.
    pub(super) fn answer(&mut self, answer: &OpenIdAnswer) -> Vec<Answer> {
        let give = |Question { request, held_until }: Question| match (held_until, answer) {
            (Some(_), OpenIdAnswer::Failed(why)) => Answer::Reply(request.refuse(&clipped(why, ERROR_LIMIT))),
            (Some(_), _) => Answer::Reply(request.reply(answer.write())),
            (None, _) => {
                let mut data = answer.write();
                data.insert("original_request_id".into(), request.request_id.into());
                Answer::Later(data)
            }
        };
        std::mem::take(&mut self.0).into_iter().map(give).collect()
    }

    /// Forgets them: whoever asked is gone.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// When the next reply can't be held back any longer.
    pub(super) fn deadline(&self) -> Option<Millis> {
        self.0.iter().filter_map(|question| question.held_until).min()
    }
}
