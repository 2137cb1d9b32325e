//! Making a conference: asking the Meet server, sending the event, and giving it up.

use crate::host::HostError;
use crate::ids::{RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::conference_id;
use crate::meet::session::{Abandoned, Action, ECHO_LIMIT, Failure, Session, Start, State, Step};
use crate::meet::settings::AuthSetting;
use crate::meet::video_room;
use crate::meet::widget::{self, MeetWidget, NewWidget};
use crate::room::RoomFacts;
use crate::time::Millis;

/// How many given-up starts are remembered, to be cleaned up should they appear after all. More than a person can press
/// within the seconds that a request lives.
const ABANDONED_LIMIT: usize = 16;

impl Start {
    /// Whether this conference's server needs no word of its own: the site names it, or the press for this start was one, since the
    /// person was `told` that it would be there. Where a service makes the conference they were not.
    pub(super) fn leads_to(&self, widget: &MeetWidget, told: bool) -> bool {
        let led = |domain: &MeetDomain| self.approved.contains(domain) || (told && *domain == self.choice.domain);
        widget.domain.as_ref().is_ok_and(led)
    }

    /// Whether the widget of this id is this button's own, and no service's.
    pub(super) fn names(&self, widget: &WidgetId) -> bool {
        widget::new_widget_id(&self.widget_random) == *widget
    }
}

impl Session {
    pub(super) fn start(&mut self, now: Millis, room: RoomFacts, start: Box<Start>, actions: &mut Vec<Action>) {
        if self.busy() {
            return;
        }
        self.end(State::Idle, actions);
        let widget = widget::new_widget_id(&start.widget_random);
        let (auth, domain) = (start.auth, start.choice.domain.clone());
        self.state = State::Starting { room, start, widget, step: Step::LookingUp, deadline: None };
        match auth {
            AuthSetting::AskServer => actions.push(Action::LookUpAuth { generation: self.generation, domain }),
            AuthSetting::Fixed(auth) => self.send(now, auth, actions),
        }
    }

    pub(super) fn send(&mut self, now: Millis, auth: Option<Auth>, actions: &mut Vec<Action>) {
        let State::Starting { room, start, widget, step, deadline } = &mut self.state else {
            return;
        };
        if *step != Step::LookingUp {
            return;
        }
        let mut content = widget::create(&NewWidget {
            id: widget,
            creator: &room.me,
            wrapper_url: &start.wrapper_url,
            domain: &start.choice.domain,
            conference_id: &conference_id::new(&room.room_id, auth, &start.conference_random),
            kind: start.kind,
            auth,
            room_name: room.public_name.as_deref(),
        });
        if room.video_room {
            video_room::mark(&mut content);
        }
        *step = Step::Sending;
        // Counted from here: the event may come back by sync before the request's own answer does.
        *deadline = Some(now.plus(ECHO_LIMIT));
        actions.push(Action::SendState {
            generation: self.generation,
            room: room.room_id.clone(),
            widget: widget.clone(),
            content,
        });
    }

    pub(super) fn sent(&mut self, now: Millis, result: Result<(), HostError>) {
        let State::Starting { step, deadline, .. } = &mut self.state else {
            return;
        };
        match result {
            // It was put there with a time to come back in.
            Ok(()) if *step == Step::Handing => {}
            Ok(()) => {
                *step = Step::Echo;
                *deadline = Some(now.plus(ECHO_LIMIT));
            }
            Err(error) => self.give_up_start(Failure::Host(error)),
        }
    }

    /// A start that was given up may have reached the server all the same: nothing half-made stays behind. A service may give two
    /// people the same widget: what somebody else wrote under its id is theirs.
    pub(super) fn clean_up_abandoned(&mut self, facts: &RoomFacts, actions: &mut Vec<Action>) {
        for abandoned in
            self.abandoned.iter_mut().filter(|abandoned| !abandoned.told && abandoned.room == facts.room_id)
        {
            let is_it = |running: &&MeetWidget| running.id == abandoned.widget && running.creator == facts.me;
            if let Some(appeared) = facts.conferences.iter().find(is_it) {
                abandoned.told = true;
                blank(&facts.room_id, appeared, actions);
            }
        }
    }

    /// The answer to a blank event that nobody pressed for, and that nobody can try again: when the server could not take it, that
    /// is done as soon as the room is heard of.
    pub(super) fn cleaned_up(&mut self, room: &RoomId, widget: &WidgetId, result: &Result<(), HostError>) {
        let again = result.as_ref().is_err_and(passes);
        self.abandoned.retain_mut(|abandoned| {
            let answered = abandoned.told && abandoned.room == *room && abandoned.widget == *widget;
            abandoned.told &= !answered;
            !answered || again
        });
    }

    pub(super) fn give_up_start(&mut self, failure: Failure) {
        self.abandon_start();
        if let State::Starting { room, start, .. } = &self.state {
            self.state = State::Failed { room: room.room_id.clone(), kind: start.kind, failure };
        }
    }

    pub(super) fn abandon_start(&mut self) {
        if let State::Starting { room, widget, step: Step::Sending | Step::Echo, .. } = &self.state {
            self.abandon(room.room_id.clone(), widget.clone(), false);
        }
    }

    pub(super) fn abandon(&mut self, room: RoomId, widget: WidgetId, told: bool) {
        if self.abandoned.len() == ABANDONED_LIMIT {
            self.abandoned.remove(0);
        }
        self.abandoned.push(Abandoned { room, widget, told });
    }
}

/// Ends a conference of this button's own, under every event type.
pub(super) fn blank(room: &RoomId, widget: &MeetWidget, actions: &mut Vec<Action>) {
    actions.extend(widget.under.iter().map(|event_type| Action::Blank {
        room: room.clone(),
        widget: widget.id.clone(),
        event_type,
    }));
}

/// Whether an error is of the moment.
fn passes(error: &HostError) -> bool {
    match error {
        HostError::Unreachable => true,
        HostError::Refused { errcode, .. } => errcode == "M_LIMIT_EXCEEDED",
        HostError::Unsupported => false,
    }
}
