//! A person's way through one call of another kind: asked about, open, closed. One at a time.
//!
//! ```text
//! Idle --enter--> Asking (what was answered before) --it may--> Open
//!                                    \--not yet--> Consent --continue--/      edited: asks again
//! ```
//!
//! Before it opens, the integration manager is asked for its token where the page is one of the manager's.
//!
//! A frame exists only in `Open`. It may say that it stays on screen or needs its client, which changes nothing here, and may learn who
//! the person is after another question; nothing else is granted.

use std::sync::Arc;

use crate::host::HostError;
use crate::ids::{EventId, RoomId};
use crate::integrations::with_token;
use crate::meet::consent::WidgetSaid;
use crate::meet::session::open_id_answer;
use crate::room_widget::view::{Failure, Place, View};
use crate::room_widget::{Refusal, RoomWidget, Target};
use crate::secret::Secret;
use crate::time::Millis;
use crate::widget_api::{ClientAction, ClientInput, ClientSide, OpenIdAnswer, OpenIdGrant, Posted};

/// How long the manager's token is waited for. Without it the page opens all the same, and may ask for it itself.
const TOKEN_LIMIT: Millis = Millis::seconds(10);

/// What happens.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person wants in.
    Enter {
        /// The room.
        room: RoomId,
        /// The widget.
        widget: Arc<RoomWidget>,
        /// Where it leads.
        target: Result<Target, Refusal>,
    },
    /// What the room's service has put there is nothing that can be opened.
    Impossible(RoomId),
    /// The answer to [`Action::LookUp`].
    LookedUp {
        /// As in the action.
        generation: u64,
        /// The person has agreed to it, see [`consent::widget_allowed`](crate::meet::consent::widget_allowed).
        allowed: bool,
    },
    /// The answer to [`Action::FetchToken`].
    Token {
        /// As in the action.
        generation: u64,
        /// The token; `None` where none can be had without a word of the person.
        token: Option<Secret>,
    },
    /// Consent was given on the card, to this event: the card's may have been edited a moment before the press.
    Approve(EventId),
    /// The card was dismissed, or what went wrong was read.
    Dismiss,
    /// The person wants to leave.
    Close,
    /// They want to leave, and to be asked again next time.
    Withdraw,
    /// The widget of this room that it is about, as it is now, and where it leads; `None` when it is gone, or I am.
    Changed(RoomId, Option<(Arc<RoomWidget>, Result<Target, Refusal>)>),
    /// The frame could not be opened.
    FrameImpossible,
    /// The frame's document has loaded.
    FrameLoaded,
    /// A message from the frame; source and origin are checked.
    FrameMessage(Posted),
    /// Whether the widget may know who the person is.
    MayKnow(bool),
    /// The answer to [`Action::FetchOpenId`].
    OpenId {
        /// As in the action.
        generation: u64,
        /// What the homeserver said; `None` when that holds no token.
        result: Result<Option<OpenIdGrant>, HostError>,
    },
    /// The chat's look, by the name of its theme: at first, and whenever it changes.
    Look(&'static str),
    /// The time asked for by [`Action::WakeAt`] has come.
    Wake,
    /// The chat's session is over.
    SignedOut,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Find out whether the person has agreed to this event.
    LookUp {
        /// To be given back.
        generation: u64,
        /// What it is about.
        place: Arc<Place>,
    },
    /// Get the token of the integration manager. The person has agreed to that.
    FetchToken {
        /// To be given back.
        generation: u64,
    },
    /// Keep the person's answer. Opening does not wait for it.
    Keep(WidgetSaid),
    /// Open the frame.
    OpenFrame {
        /// Its address, which may hold a token.
        url: Secret,
        /// Whose it is.
        host: String,
    },
    /// Remove the frame. Blanking it frees camera and microphone.
    CloseFrame,
    /// Ask the homeserver for an OpenID token.
    FetchOpenId {
        /// To be given back.
        generation: u64,
    },
    /// Post this to the frame, to its origin only.
    Post(Posted),
    /// Give [`Input::Wake`] at this time. Only the latest counts.
    WakeAt(Millis),
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Asking(Arc<Place>),
    Consent(Arc<Place>),
    /// Agreed to; the manager's token is waited for until then.
    Fetching(Arc<Place>, Millis),
    Open {
        place: Arc<Place>,
        client: Box<ClientSide>,
        asks_who: bool,
        /// What the person said to that; it holds until the frame is closed, so that no page can ask until it gets a yes.
        may_know: Option<bool>,
    },
    Failed(RoomId, Failure),
}

/// The machine.
#[derive(Debug, Default)]
pub struct Visit {
    state: State,
    generation: u64,
    look: Option<&'static str>,
}

impl Visit {
    /// What to show.
    pub fn view(&self) -> View {
        match &self.state {
            State::Idle => View::Idle,
            State::Asking(place) | State::Fetching(place, _) => View::Asking(place.clone()),
            State::Consent(place) => View::Consent(place.clone()),
            State::Open { place, asks_who, .. } => View::Open(place.clone(), *asks_who),
            State::Failed(room, failure) => View::Failed(room.clone(), *failure),
        }
    }

    /// The widget of this room that a change of the room has to be looked up for.
    pub fn watches(&self, room: &RoomId) -> Option<&RoomWidget> {
        self.place().filter(|place| place.room == *room).map(|place| &*place.widget)
    }

    fn place(&self) -> Option<&Arc<Place>> {
        match &self.state {
            State::Asking(place) | State::Consent(place) | State::Fetching(place, _) | State::Open { place, .. } => {
                Some(place)
            }
            State::Idle | State::Failed(..) => None,
        }
    }

    /// Takes what happened, gives what is to be done.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        match input {
            Input::Enter { room, widget, target } => self.enter(room, widget, target, false, &mut actions),
            Input::Impossible(room) => self.end(State::Failed(room, Failure::NothingThere), &mut actions),
            Input::LookedUp { generation, allowed } if generation == self.generation => {
                if let State::Asking(place) = &self.state {
                    let place = place.clone();
                    if allowed {
                        self.go_in(now, place, &mut actions);
                    } else {
                        self.state = State::Consent(place);
                    }
                }
            }
            Input::Approve(event) => {
                if let State::Consent(place) = &self.state
                    && place.widget.event_id == event
                {
                    let place = place.clone();
                    actions.push(Action::Keep(place.said(true)));
                    self.go_in(now, place, &mut actions);
                }
            }
            Input::Dismiss if matches!(self.state, State::Open { .. }) => {}
            Input::Dismiss | Input::Close | Input::SignedOut => self.end(State::Idle, &mut actions),
            Input::Withdraw => {
                actions.extend(self.place().map(|place| Action::Keep(place.said(false))));
                self.end(State::Idle, &mut actions);
            }
            Input::Changed(room, current) => self.changed(room, current, &mut actions),
            Input::FrameImpossible => {
                if let State::Open { place, .. } = &self.state {
                    let failure = Failure::Refused(Refusal::NoAddress);
                    self.end(State::Failed(place.room.clone(), failure), &mut actions);
                }
            }
            Input::FrameLoaded => self.tell_client(now, ClientInput::FrameLoaded, &mut actions),
            Input::FrameMessage(message) => self.tell_client(now, ClientInput::Received(&message), &mut actions),
            Input::MayKnow(may) => {
                if let State::Open { asks_who, may_know, .. } = &mut self.state
                    && std::mem::take(asks_who)
                {
                    *may_know = Some(may);
                    self.say_who(now, may, &mut actions);
                }
            }
            Input::OpenId { generation, result } if generation == self.generation => {
                self.tell_client(now, ClientInput::OpenId(open_id_answer(result)), &mut actions);
            }
            Input::Token { generation, token } if generation == self.generation => {
                self.open_fetched(now, token, &mut actions);
            }
            Input::LookedUp { .. } | Input::OpenId { .. } | Input::Token { .. } => {}
            Input::Look(theme) => {
                self.look = Some(theme);
                self.tell_client(now, ClientInput::Theme(theme), &mut actions);
            }
            Input::Wake => match self.state {
                State::Fetching(_, until) if now >= until => self.open_fetched(now, None, &mut actions),
                State::Fetching(_, until) => actions.push(Action::WakeAt(until)),
                _ => self.tell_client(now, ClientInput::Tick, &mut actions),
            },
        }
        actions
    }

    fn enter(
        &mut self,
        room: RoomId,
        widget: Arc<RoomWidget>,
        target: Result<Target, Refusal>,
        edited: bool,
        actions: &mut Vec<Action>,
    ) {
        match target {
            Err(refusal) => self.end(State::Failed(room, Failure::Refused(refusal)), actions),
            Ok(target) => {
                let place = Arc::new(Place { room, widget, target, edited });
                self.end(State::Asking(place.clone()), actions);
                actions.push(Action::LookUp { generation: self.generation, place });
            }
        }
    }

    /// Opens what was agreed to, with the manager's token where the page is one of the manager's.
    fn go_in(&mut self, now: Millis, place: Arc<Place>, actions: &mut Vec<Action>) {
        if !place.target.is_manager {
            let url = Secret(place.target.url.clone());
            return self.open(now, place, url, actions);
        }
        let until = now.plus(TOKEN_LIMIT);
        self.end(State::Fetching(place, until), actions);
        actions.extend([Action::FetchToken { generation: self.generation }, Action::WakeAt(until)]);
    }

    fn open_fetched(&mut self, now: Millis, token: Option<Secret>, actions: &mut Vec<Action>) {
        if let State::Fetching(place, _) = &self.state {
            let (place, url) = (place.clone(), &place.target.url);
            let url = token.map_or_else(|| Secret(url.clone()), |token| with_token(url, &token));
            self.open(now, place, url, actions);
        }
    }

    fn open(&mut self, now: Millis, place: Arc<Place>, url: Secret, actions: &mut Vec<Action>) {
        let host = place.target.host.clone();
        let client = Box::new(ClientSide::new(place.widget.id.clone()));
        self.end(State::Open { place, client, asks_who: false, may_know: None }, actions);
        actions.push(Action::OpenFrame { url, host });
        if let Some(theme) = self.look {
            self.tell_client(now, ClientInput::Theme(theme), actions);
        }
    }

    /// Goes on with `next`; a frame that is open is closed, and what was asked for before finds nobody.
    fn end(&mut self, next: State, actions: &mut Vec<Action>) {
        self.generation += 1;
        if matches!(std::mem::replace(&mut self.state, next), State::Open { .. }) {
            actions.push(Action::CloseFrame);
        }
    }

    /// What was agreed to was that event.
    fn changed(
        &mut self,
        room: RoomId,
        current: Option<(Arc<RoomWidget>, Result<Target, Refusal>)>,
        actions: &mut Vec<Action>,
    ) {
        let Some(before) = self.watches(&room) else { return };
        match current {
            Some((widget, _)) if widget.event_id == before.event_id => {}
            // Beside a card something else may go on, so that nothing opens by itself, not even what I have edited elsewhere.
            Some((widget, Ok(target))) if matches!(self.state, State::Consent(_)) => {
                self.state = State::Consent(Arc::new(Place { room, widget, target, edited: true }));
            }
            Some((widget, target)) => self.enter(room, widget, target, true, actions),
            None if matches!(self.state, State::Open { .. }) => {
                self.end(State::Failed(room, Failure::Removed), actions);
            }
            None => self.end(State::Idle, actions),
        }
    }

    fn tell_client(&mut self, now: Millis, input: ClientInput<'_>, actions: &mut Vec<Action>) {
        let State::Open { client, .. } = &mut self.state else { return };
        for action in client.handle(now, input) {
            self.heard_from_client(now, action, actions);
        }
    }

    fn heard_from_client(&mut self, now: Millis, action: ClientAction, actions: &mut Vec<Action>) {
        let State::Open { asks_who, may_know, .. } = &mut self.state else { return };
        match action {
            ClientAction::Post(message) => actions.push(Action::Post(message)),
            ClientAction::WakeAt(at) => actions.push(Action::WakeAt(at)),
            ClientAction::OpenIdWanted => match *may_know {
                None => *asks_who = true,
                Some(may) => self.say_who(now, may, actions),
            },
            // Whoever asked is gone.
            ClientAction::Reloaded => *asks_who = false,
            ClientAction::HungUp { .. } => self.end(State::Idle, actions),
            _ => {}
        }
    }

    fn say_who(&mut self, now: Millis, may: bool, actions: &mut Vec<Action>) {
        if may {
            actions.push(Action::FetchOpenId { generation: self.generation });
        } else {
            self.tell_client(now, ClientInput::OpenId(OpenIdAnswer::Blocked), actions);
        }
    }
}
