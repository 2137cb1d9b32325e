//! While the wrapper's frame is open: opening it, what its page says, leaving.

use crate::buttons::Kind;
use crate::ids::RoomId;
use crate::meet::session::{Action, Failure, LEAVE_LIMIT, Session, Stage, State, WRAPPER_LIMIT};
use crate::meet::widget::MeetWidget;
use crate::time::Millis;
use crate::widget_api::{ClientAction, ClientInput, ClientSide, Device};

impl Session {
    pub(super) fn open(
        &mut self,
        now: Millis,
        room: RoomId,
        mut widget: Box<MeetWidget>,
        kind: Kind,
        actions: &mut Vec<Action>,
    ) {
        // Voice or video is this person's choice, whatever the one who started it chose.
        widget.audio_only = kind == Kind::Voice;
        self.generation += 1;
        self.client_wake = None;
        actions.push(Action::OpenFrame { room: room.clone(), widget: widget.clone() });
        self.state = State::Open {
            room,
            client: ClientSide::new(widget.id.clone()),
            widget,
            kind,
            stage: Stage::Connecting,
            deadline: Some(now.plus(WRAPPER_LIMIT)),
        };
        if let Some(theme) = self.look {
            self.tell_client(now, ClientInput::Theme(theme), actions);
        }
    }

    pub(super) fn frame_impossible(&mut self, actions: &mut Vec<Action>) {
        if let State::Open { room, widget, kind, .. } = &self.state {
            let raw = widget.domain.as_ref().map_or_else(String::clone, ToString::to_string);
            let failed = State::Failed { room: room.clone(), kind: *kind, failure: Failure::BadDomain(raw) };
            self.end(failed, actions);
        }
    }

    pub(super) fn hang_up(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let State::Open { stage, deadline, .. } = &mut self.state else {
            self.dismiss();
            return;
        };
        match stage {
            Stage::Leaving => return,
            Stage::Ended => return self.end(State::Idle, actions),
            Stage::Connecting | Stage::Joined => {}
        }
        *stage = Stage::Leaving;
        *deadline = Some(now.plus(LEAVE_LIMIT));
        self.tell_client(now, ClientInput::HangUp { force: false }, actions);
    }

    pub(super) fn tell_client(&mut self, now: Millis, input: ClientInput<'_>, actions: &mut Vec<Action>) {
        let State::Open { client, .. } = &mut self.state else {
            return;
        };
        for action in client.handle(now, input) {
            self.heard_from_client(now, action, actions);
        }
    }

    fn heard_from_client(&mut self, now: Millis, action: ClientAction, actions: &mut Vec<Action>) {
        let State::Open { widget, kind, stage, deadline, .. } = &mut self.state else {
            return;
        };
        match action {
            ClientAction::Post(message) => actions.push(Action::Post(message)),
            ClientAction::WakeAt(at) => self.client_wake = Some(at),
            ClientAction::Ready if *stage == Stage::Connecting => {
                *deadline = None;
                let video = if *kind == Kind::Video { Device::Any } else { Device::Muted };
                self.tell_client(now, ClientInput::Join { audio: Device::Any, video }, actions);
            }
            ClientAction::Joined if matches!(stage, Stage::Connecting | Stage::Ended) => {
                *stage = Stage::Joined;
                *deadline = None;
            }
            // Tried again on the card: Meet is there again, and may already have the camera.
            ClientAction::AlwaysOnScreen(true) if *stage == Stage::Ended => *stage = Stage::Connecting,
            // The wrapper's page has reloaded by itself: its card is back, and Meet is gone.
            ClientAction::Ready if *stage == Stage::Joined => *stage = Stage::Ended,
            ClientAction::HungUp { error: Some(_) } if *stage != Stage::Leaving => {
                *stage = Stage::Ended;
                *deadline = None;
            }
            ClientAction::HungUp { .. } => self.end(State::Idle, actions),
            // The frame is open because its user agreed to this server, or made the conference: that they show who they are was part of
            // it exactly when the event asks for it.
            ClientAction::OpenIdWanted if widget.auth.is_some() => {
                actions.push(Action::FetchOpenId { generation: self.generation });
            }
            ClientAction::OpenIdWanted => self.tell_client(now, ClientInput::OpenId(None), actions),
            _ => {}
        }
    }
}
