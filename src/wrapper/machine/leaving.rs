//! The way out of a conference, whoever wants it, and what the client is told of it: once, and never back in.

use crate::iframe_api::{ConversationInput, End, Failure};
use crate::meet::demo_server;
use crate::time::Millis;
use crate::widget_api::WidgetInput;
use crate::wrapper::machine::{Action, Machine, Outcome, State};
use crate::wrapper::{Stage, names};

impl Machine {
    /// The user does not want in after all. Meet is told, so that nobody goes on waiting in a lobby.
    pub(super) fn cancel(&mut self, now: Millis, actions: &mut Vec<Action>) {
        if !matches!(self.state, State::Card(_)) {
            self.hang_up(now, false, actions);
        }
    }

    /// The client wants the user out; with `force` at once.
    pub(super) fn hang_up(&mut self, now: Millis, force: bool, actions: &mut Vec<Action>) {
        self.enters_by_itself = false;
        match &mut self.state {
            State::Meeting { stage, .. } if !force => {
                *stage = Stage::Leaving;
                self.converse(now, ConversationInput::HangUp, actions);
            }
            State::Meeting { .. } => self.end(now, Outcome::Met(End::Left), actions),
            State::SigningIn { .. } => self.end(now, Outcome::Met(End::NotJoined), actions),
            // Not in, but whoever hangs up waits to hear that the user is out.
            State::Card(_) => self.say_hung_up(now, None, None, actions),
        }
    }

    /// A conversation is over.
    pub(super) fn meeting_ended(&mut self, now: Millis, end: End, actions: &mut Vec<Action>) {
        if matches!(end, End::Failed(Failure::TokenRejected(_))) && self.has_not_read_its_token() {
            return self.open_with_token_in_query(now, actions);
        }
        let State::Meeting { stage, joined, .. } = &self.state else { return };
        // Meet says a plain goodbye when its demo server cuts a call.
        let cut = end == End::Left
            && *stage != Stage::Leaving
            && matches!((&self.conference, joined), (Ok(conference), Some(joined))
                if demo_server::was_cut(&conference.domain, now.since(*joined)));
        self.end(now, if cut { Outcome::Cut } else { Outcome::Met(end) }, actions);
    }

    /// Closes the frame and tells the client, once for every time that the user wanted in.
    pub(super) fn end(&mut self, now: Millis, outcome: Outcome, actions: &mut Vec<Action>) {
        self.enters_by_itself = false;
        match &self.state {
            State::Card(_) => return,
            State::SigningIn { .. } => self.stayed = None,
            State::Meeting { conversation, .. } => {
                actions.push(Action::CloseFrame);
                self.stayed = match outcome {
                    Outcome::Met(End::EndedForAll) => None,
                    _ => names::line_of(conversation.stayed(now)),
                };
            }
        }
        let (report, reason) = (outcome.report().map(str::to_owned), outcome.reason());
        self.state = State::Card(Some(outcome));
        self.say_hung_up(now, report.as_deref(), reason, actions);
    }

    pub(super) fn say_hung_up(
        &mut self,
        now: Millis,
        error: Option<&str>,
        reason: Option<&'static str>,
        actions: &mut Vec<Action>,
    ) {
        self.tell_client(now, WidgetInput::SayHungUp { error, reason }, actions);
    }
}
