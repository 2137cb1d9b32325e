//! While the wrapper's frame is open: opening it, what its page says, leaving.

use crate::buttons::Kind;
use crate::host::HostError;
use crate::ids::RoomId;
use crate::meet::session::{Action, Company, Ending, Failure, LEAVE_LIMIT, Session, Stage, State, WRAPPER_LIMIT};
use crate::meet::widget::MeetWidget;
use crate::time::Millis;
use crate::widget_api::{
    ClientAction, ClientInput, ClientSide, Device, DeviceStates, HANG_UP, JOIN, OpenIdAnswer, OpenIdGrant,
};

/// What our wrapper reports of a conference that somebody ended for everyone.
const ENDED_FOR_EVERYONE: &str = "meet_ended_for_all";

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
        self.emptied.retain(|(of, event)| *of != room || *event != widget.event_id);
        actions.push(Action::OpenFrame { room: room.clone(), widget: widget.clone() });
        self.state = State::Open {
            room,
            client: ClientSide::new(widget.id.clone()),
            widget,
            kind,
            stage: Stage::Connecting,
            deadline: Some(now.plus(WRAPPER_LIMIT)),
            moves_to: None,
            company: Company::default(),
            next: None,
            devices: DeviceStates::default(),
        };
        self.end_own_twins(actions);
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
        let State::Open { stage, deadline, next, .. } = &mut self.state else {
            self.dismiss();
            return;
        };
        match stage {
            Stage::Leaving => return *next = None,
            Stage::Ended(_) => return self.end(State::Idle, actions),
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
        let generation = self.generation;
        for action in client.handle(now, input) {
            self.heard_from_client(now, action, actions);
            // What is left concerns a frame that is gone, and another may be open.
            if self.generation != generation {
                return;
            }
        }
    }

    /// Out of it, as the person wanted: what they pressed meanwhile comes next.
    pub(super) fn leave(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let next = match &mut self.state {
            State::Open { next, .. } => next.take(),
            _ => None,
        };
        self.end(State::Idle, actions);
        if let Some(way) = next {
            self.enter(now, *way, actions);
        }
    }

    fn heard_from_client(&mut self, now: Millis, action: ClientAction, actions: &mut Vec<Action>) {
        let State::Open { room, widget, kind, stage, deadline, devices, company, .. } = &mut self.state else {
            return;
        };
        if *stage != Stage::Joined {
            // Nothing is open there, or no longer.
            *devices = DeviceStates::default();
        }
        match (action, *stage) {
            (ClientAction::Post(message), _) => actions.push(Action::Post(message)),
            (ClientAction::WakeAt(at), _) => self.client_wake = Some(at),
            (ClientAction::Devices(states), Stage::Joined) => *devices = devices.overlaid_with(states),
            (ClientAction::Ready, Stage::Connecting) => {
                *deadline = None;
                let video = if *kind == Kind::Video { Device::Any } else { Device::Muted };
                self.tell_client(now, ClientInput::Join { audio: Device::Any, video }, actions);
            }
            (ClientAction::Joined, Stage::Connecting | Stage::Ended(_)) => {
                *stage = Stage::Joined;
                *deadline = None;
            }
            (ClientAction::Participants(participants), Stage::Connecting | Stage::Joined) => {
                company.hear(now, &participants);
            }
            // Tried again on the card: Meet is there again, and may already have the camera.
            (ClientAction::AlwaysOnScreen(true), Stage::Ended(_)) => *stage = Stage::Connecting,
            // The wrapper's page has reloaded by itself: Meet is gone, and what comes is its card.
            (ClientAction::Reloaded, Stage::Joined) => {
                *stage = Stage::Ended(Ending::OnCard);
                *company = Company::default();
            }
            (ClientAction::Reloaded, Stage::Connecting) => *deadline = Some(now.plus(WRAPPER_LIMIT)),
            // Whoever gets ready, or begins anew, is in no conference.
            (ClientAction::Reloaded | ClientAction::Ready, Stage::Leaving) => self.leave(now, actions),
            (ClientAction::HungUp { error: Some(error) }, Stage::Connecting | Stage::Joined | Stage::Ended(_)) => {
                let for_everyone = error == ENDED_FOR_EVERYONE;
                *stage = Stage::Ended(if for_everyone { Ending::ForEveryone } else { Ending::OnCard });
                *deadline = None;
                *company = Company::default();
            }
            (ClientAction::HungUp { .. }, stage) => {
                let left = (room.clone(), widget.clone());
                let was_last = stage == Stage::Joined && company.last_left(now);
                self.leave(now, actions);
                if was_last {
                    self.leaves_nobody(left.0, left.1, actions);
                }
            }
            (ClientAction::TimedOut(action), Stage::Connecting) if action == JOIN => {
                *stage = Stage::Ended(Ending::Unanswered);
            }
            (ClientAction::Refused { action, .. }, Stage::Connecting) if action == JOIN => {
                *stage = Stage::Ended(Ending::Refused);
            }
            // No goodbye is to be expected: the frame goes at once.
            (ClientAction::TimedOut(action) | ClientAction::Refused { action, .. }, Stage::Leaving)
                if action == HANG_UP =>
            {
                self.leave(now, actions);
            }
            // The frame is open because its user agreed to this server, or made the conference: that they show who they are was part of
            // it exactly when the event asks for it.
            (ClientAction::OpenIdWanted, _) if widget.auth.is_some() => {
                actions.push(Action::FetchOpenId { generation: self.generation });
            }
            (ClientAction::OpenIdWanted, _) => {
                self.tell_client(now, ClientInput::OpenId(OpenIdAnswer::Blocked), actions);
            }
            _ => {}
        }
    }
}

/// What the widget hears of what the homeserver said. Not the homeserver's own words, which may repeat what it was sent.
pub fn open_id_answer(result: Result<Option<OpenIdGrant>, HostError>) -> OpenIdAnswer {
    OpenIdAnswer::Failed(match result {
        Ok(Some(grant)) => return OpenIdAnswer::Allowed(grant),
        Ok(None) => "the homeserver's answer holds no token".into(),
        Err(HostError::Refused { errcode, .. }) => ["the homeserver refused: ", &errcode].concat(),
        Err(error) => error.to_string(),
    })
}
