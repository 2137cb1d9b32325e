//! A person's way through one conference, as the chat sees it: start it or join it, be in it, leave it. One at a time.
//!
//! ```text
//! Idle --start--> Starting (sign-in lookup, send, echo) --> Open (frame: connecting, joined, leaving) --> Idle
//!      \--join--> Consent (a new domain) --approve-----------/        any of them --> Failed --retry--> …
//!                 Consent (split conference) --repair--> Repairing (the old one ends) --> Starting
//! ```
//!
//! A frame exists only in `Open`. Whatever ends that state closes it, and with it camera and microphone. Ending a conference for
//! everyone is a way of its own beside it (`closing`): who is not in a conference may end it too.

use crate::buttons::Kind;
use crate::ids::{EventId, RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::time::Millis;
use crate::widget_api::{ClientInput, ClientSide, DeviceStates};

mod building;
mod closing;
mod company;
mod entering;
mod frame;
mod moving;
mod repair;
mod starting;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use closing::{Closing, ClosingStep, may_end};
pub use company::{Company, Together};
pub use frame::open_id_answer;
pub use repair::{may_repair, repaired_on};
pub use vocabulary::{Action, Ending, Failure, Input, MovesTo, Stage, Start, Step, View};

/// How long a new widget may take to come back by sync (`chat-web.md` 3.2).
pub const ECHO_LIMIT: Millis = Millis::seconds(20);
/// How long the wrapper page may take to say that it is there.
pub const WRAPPER_LIMIT: Millis = Millis::seconds(15);
/// How long the wrapper may take to hang up before its frame is taken away. It gives Meet 3 s itself.
pub const LEAVE_LIMIT: Millis = Millis::seconds(4);

#[derive(Debug)]
enum State {
    Idle,
    Starting {
        room: RoomFacts,
        start: Box<Start>,
        widget: WidgetId,
        step: Step,
        deadline: Option<Millis>,
    },
    Consent {
        room: RoomId,
        widget: Box<MeetWidget>,
        kind: Kind,
        /// The domain itself needs no consent.
        trusted: bool,
    },
    Repairing {
        room: RoomFacts,
        start: Box<Start>,
        old: WidgetId,
        deadline: Millis,
    },
    Open {
        room: RoomId,
        widget: Box<MeetWidget>,
        kind: Kind,
        stage: Stage,
        client: ClientSide,
        deadline: Option<Millis>,
        moves_to: Option<MovesTo>,
        company: Company,
        /// Where to go when this one is left: pressed during the goodbye.
        next: Option<Box<Way>>,
        /// Which devices are on, as the wrapper last said.
        devices: DeviceStates,
    },
    Failed {
        room: RoomId,
        kind: Kind,
        failure: Failure,
    },
}

/// A way into a conference.
#[derive(Debug)]
struct Way {
    room: RoomId,
    widget: Box<MeetWidget>,
    kind: Kind,
    trusted: bool,
}

/// A start that was given up but may have reached the server, or a younger twin.
#[derive(Debug)]
struct Abandoned {
    room: RoomId,
    widget: WidgetId,
    /// The server was asked to blank it and has not answered.
    told: bool,
}

/// The machine. Ids, times and answers come in; it never waits for anything itself.
#[derive(Debug)]
pub struct Session {
    state: State,
    generation: u64,
    /// The conferences that this button made, as they came back: these need no consent. One that was edited since is another.
    made: Vec<(RoomId, MeetWidget)>,
    /// Conferences of this button's own that are to be gone and may be there.
    abandoned: Vec<Abandoned>,
    /// The events of conferences that I left as the last one in them, and have not entered since.
    emptied: Vec<(RoomId, EventId)>,
    /// The conference that is being ended for everyone.
    closing: Option<Closing>,
    client_wake: Option<Millis>,
    /// The chat's look: each wrapper is told it as soon as it listens.
    look: Option<&'static str>,
    /// Domains that the person agreed to, here or in another app.
    allowed: Vec<MeetDomain>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            state: State::Idle,
            generation: 0,
            made: Vec::new(),
            abandoned: Vec::new(),
            emptied: Vec::new(),
            closing: None,
            client_wake: None,
            look: None,
            allowed: Vec::new(),
        }
    }
}

impl Session {
    /// What to show.
    pub fn view(&self) -> View {
        match &self.state {
            State::Idle => View::Idle,
            State::Starting { room, start, step, .. } => View::Starting {
                room: room.room_id.clone(),
                domain: start.choice.domain.clone(),
                origin: start.choice.origin,
                step: *step,
            },
            State::Consent { room, widget, trusted, .. } => View::Consent {
                room: room.clone(),
                widget: widget.clone(),
                asks: !trusted && widget.domain.as_ref().is_ok_and(|domain| !self.allowed.contains(domain)),
            },
            State::Repairing { room, start, .. } => View::Starting {
                room: room.room_id.clone(),
                domain: start.choice.domain.clone(),
                origin: start.choice.origin,
                step: Step::Ending,
            },
            State::Open { room, widget, stage, moves_to, company, devices, .. } => View::Open {
                room: room.clone(),
                widget: widget.clone(),
                stage: *stage,
                moves_to: moves_to.clone(),
                company: company.clone(),
                devices: if *stage == Stage::Joined { *devices } else { DeviceStates::default() },
            },
            State::Failed { room, kind, failure } => {
                View::Failed { room: room.clone(), kind: *kind, failure: failure.clone() }
            }
        }
    }

    /// Whether joining this conference needs no consent: its domain is one of those that the site's configuration names
    /// ([`named_by_site`](crate::meet::server::named_by_site)), or this very button made it and
    /// nobody has edited it since. Being its creator on paper is not enough, since a manager writes in one's name.
    pub fn trusts(&self, widget: &MeetWidget, approved: &[MeetDomain]) -> bool {
        widget
            .domain
            .as_ref()
            .is_ok_and(|domain| approved.contains(domain) || self.made.iter().any(|(_, made)| made == widget))
    }

    /// Whether nobody was in this conference any more when the person left it. Who came since is unknown: Meet tells only who is in it.
    pub fn is_idle(&self, room: &RoomId, widget: &MeetWidget) -> bool {
        !widget.agreement.is_split() && self.emptied.iter().any(|(of, event)| of == room && *event == widget.event_id)
    }

    /// Whether a change of this room matters here.
    pub fn watches(&self, room: &RoomId) -> bool {
        self.room() == Some(room)
            || self.closing.as_ref().is_some_and(|closing| closing.room == *room)
            || self.abandoned.iter().any(|abandoned| abandoned.room == *room)
            || matches!(&self.state, State::Open { next: Some(next), .. } if next.room == *room)
    }

    /// The room it is about.
    pub fn room(&self) -> Option<&RoomId> {
        match &self.state {
            State::Idle => None,
            State::Starting { room, .. } | State::Repairing { room, .. } => Some(&room.room_id),
            State::Consent { room, .. } | State::Open { room, .. } | State::Failed { room, .. } => Some(room),
        }
    }

    /// Takes what happened, gives what is to be done.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        match input {
            Input::Start(room, start) => self.start(now, *room, start, &mut actions),
            Input::Join { room, widget, kind, trusted } => {
                let way = Way { room, widget, kind, trusted };
                if let State::Open { stage: Stage::Leaving, next, .. } = &mut self.state {
                    *next = Some(Box::new(way));
                } else if !self.busy() {
                    self.enter(now, way, &mut actions);
                }
            }
            Input::Build(room, start, url) => self.build(*room, start, url, &mut actions),
            Input::Built { generation, answer, there } if generation == self.generation => {
                self.built(now, answer.as_ref(), there, &mut actions);
            }
            Input::AuthKnown { generation, auth } if generation == self.generation => {
                self.send(now, auth, &mut actions);
            }
            Input::Sent { generation, result } if generation == self.generation => {
                self.sent(now, result);
            }
            Input::AuthKnown { .. } | Input::Sent { .. } | Input::Built { .. } => {}
            Input::Blanked { room, widget, event_type, result } => {
                self.repair_answered(&room, &widget, result.clone());
                self.blanked(now, room, widget, event_type, result, &mut actions);
            }
            Input::End(facts, widget) => self.ask_to_end(&facts, &widget),
            Input::EndConfirmed => self.end_confirmed(now, &mut actions),
            Input::EndByItself(facts, widget) => self.end_by_itself(now, &facts, &widget, &mut actions),
            Input::EndCalledOff => self.end_called_off(),
            Input::Move => self.move_on(now, &mut actions),
            Input::RoomChanged(facts) => self.room_changed(now, &facts, &mut actions),
            Input::RoomGone(room) => {
                self.closing = self.closing.take().filter(|closing| closing.room != room);
                if self.room() == Some(&room) {
                    self.end(State::Idle, &mut actions);
                } else {
                    self.reconsider_next(&room, None);
                }
            }
            Input::Approve(domain) => self.approve(now, domain, &mut actions),
            Input::Allowed(domains) => self.allowed = domains,
            Input::Repair(room, start, read) => self.repair(now, *room, start, &read, &mut actions),
            Input::Dismiss => self.dismiss(),
            Input::HangUp => {
                let last = self.left_as_the_last(now);
                self.hang_up(now, &mut actions);
                if let Some((room, widget)) = last {
                    self.leaves_nobody(room, widget, &mut actions);
                }
            }
            Input::GoOutside(room, widget) => {
                if matches!(&self.state, State::Open { room: of, widget: open, .. } if *of == room && open.id == widget)
                {
                    self.hang_up(now, &mut actions);
                }
            }
            Input::FrameImpossible => self.frame_impossible(&mut actions),
            Input::FrameLoaded => self.tell_client(now, ClientInput::FrameLoaded, &mut actions),
            Input::FrameMessage(message) => self.tell_client(now, ClientInput::Received(&message), &mut actions),
            Input::OpenId { generation, result } if generation == self.generation => {
                self.tell_client(now, ClientInput::OpenId(open_id_answer(result)), &mut actions);
            }
            Input::OpenId { .. } => {}
            Input::Devices(wanted) => {
                if matches!(self.state, State::Open { stage: Stage::Joined, .. }) {
                    self.tell_client(now, ClientInput::SetDevices(wanted), &mut actions);
                }
            }
            Input::Look(theme) => {
                self.look = Some(theme);
                self.tell_client(now, ClientInput::Theme(theme), &mut actions);
            }
            Input::Wake => self.wake(now, &mut actions),
            Input::SignedOut => {
                self.end(State::Idle, &mut actions);
                self.made.clear();
                self.allowed.clear();
                self.abandoned.clear();
                self.emptied.clear();
                self.closing = None;
            }
        }
        if let Some(at) = self.next_wake() {
            actions.push(Action::WakeAt(at));
        }
        actions
    }

    /// Whether something is going on that a new start or join must not disturb. A card that only says what went wrong is not.
    fn busy(&self) -> bool {
        match &self.state {
            State::Starting { .. } | State::Repairing { .. } => true,
            State::Open { stage, .. } => !stage.is_over(),
            State::Idle | State::Consent { .. } | State::Failed { .. } => false,
        }
    }

    fn dismiss(&mut self) {
        match &self.state {
            State::Starting { .. } => {
                self.abandon_start();
                self.generation += 1;
                self.state = State::Idle;
            }
            State::Repairing { .. } => {
                self.generation += 1;
                self.state = State::Idle;
            }
            State::Consent { .. } | State::Failed { .. } => self.state = State::Idle,
            State::Idle | State::Open { .. } => {}
        }
    }

    fn wake(&mut self, now: Millis, actions: &mut Vec<Action>) {
        if self.client_wake.is_some_and(|at| at <= now) {
            self.client_wake = None;
            self.tell_client(now, ClientInput::Tick, actions);
        }
        let due = |deadline: &Option<Millis>| deadline.is_some_and(|at| at <= now);
        match &self.state {
            State::Starting { deadline, .. } if due(deadline) => self.give_up_start(Failure::EchoTimedOut),
            State::Repairing { room, start, deadline, .. } if *deadline <= now => {
                let (room, kind) = (room.room_id.clone(), start.kind);
                self.state = State::Failed { room, kind, failure: Failure::EchoTimedOut };
            }
            State::Open { stage: Stage::Leaving, deadline, .. } if due(deadline) => self.leave(now, actions),
            State::Open { room, kind, deadline, .. } if due(deadline) => {
                let failed = State::Failed { room: room.clone(), kind: *kind, failure: Failure::WrapperSilent };
                self.end(failed, actions);
            }
            _ => {}
        }
    }

    fn end(&mut self, next: State, actions: &mut Vec<Action>) {
        if matches!(self.state, State::Open { .. }) {
            actions.push(Action::CloseFrame);
        }
        self.generation += 1;
        self.client_wake = None;
        self.state = next;
    }

    fn next_wake(&self) -> Option<Millis> {
        let deadline = match &self.state {
            State::Starting { deadline, .. } | State::Open { deadline, .. } => *deadline,
            State::Repairing { deadline, .. } => Some(*deadline),
            _ => None,
        };
        deadline.into_iter().chain(self.client_wake).min()
    }
}
