//! Putting a split conference right: it is ended for everyone, and a new one started once it is gone (`mobile.md` 4.4). An edit
//! in place would leave behind who is in it (C8).

use super::{Action, ECHO_LIMIT, Failure, Session, Start, State, Way};
use crate::host::HostError;
use crate::ids::{RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::server::Origin;
use crate::meet::settings::AuthSetting;
use crate::meet::widget::{self, MeetWidget};
use crate::room::{Membership, RoomFacts};
use crate::time::Millis;

/// Whether I may end this conference and start another.
pub fn may_repair(room: &RoomFacts, widget: &MeetWidget) -> bool {
    let mut needed = widget.under.iter().copied().chain([widget::EVENT_TYPE]);
    room.membership == Membership::Join && needed.all(|event_type| room.power.may_send_state(&room.me, event_type))
}

/// Where the conference goes that takes the place of this one: to the server that the event names, where most people are, if it names
/// any; else to the one of new conferences (`mobile.md` 4.4).
pub fn repaired_on<'a>(widget: &'a MeetWidget, configured: &'a MeetDomain) -> &'a MeetDomain {
    widget.domain.as_ref().ok().filter(|_| !widget.domain_is_implied).unwrap_or(configured)
}

impl Session {
    /// Ends the conference that the card asks about, for one on the server that the person `read`: nobody starts one on another.
    pub(super) fn repair(
        &mut self,
        now: Millis,
        room: RoomFacts,
        mut start: Box<Start>,
        read: &MeetDomain,
        actions: &mut Vec<Action>,
    ) {
        let State::Consent { room: of, widget, kind, .. } = &self.state else { return };
        if *of != room.room_id || !widget.agreement.is_split() || !may_repair(&room, widget) {
            return;
        }
        start.kind = *kind;
        let domain = repaired_on(widget, &start.choice.domain);
        if domain != read {
            return;
        }
        if *domain != start.choice.domain {
            // What the site says of signing in is said of its own server.
            (start.choice.domain, start.choice.origin, start.auth) =
                (domain.clone(), Origin::Event, AuthSetting::AskServer);
        }
        let (id, old, under) = (room.room_id.clone(), widget.id.clone(), widget.under.clone());
        self.end(State::Repairing { room, start, old: old.clone(), deadline: now.plus(ECHO_LIMIT) }, actions);
        actions.extend(under.into_iter().map(|event_type| Action::Blank {
            room: id.clone(),
            widget: old.clone(),
            event_type,
        }));
    }

    /// The room changed while a conference was being ended.
    pub(super) fn repaired(&mut self, now: Millis, facts: &RoomFacts, actions: &mut Vec<Action>) {
        let State::Repairing { room, start, old, .. } = &self.state else { return };
        if room.room_id != facts.room_id {
            return;
        }
        if facts.membership != Membership::Join {
            return self.end(State::Idle, actions);
        }
        if facts.conferences.iter().any(|running| running.id == *old) {
            return;
        }
        let start = start.clone();
        self.state = State::Idle;
        match facts.conferences.iter().find(|other| other.domain.is_ok()) {
            // One that ran beside it, or that somebody else was faster to start: a second one would split the room anew.
            Some(other) => {
                let trusted = start.leads_to(other, true);
                let (room, kind, widget) = (facts.room_id.clone(), start.kind, Box::new(other.clone()));
                self.enter(now, Way { room, widget, kind, trusted }, actions);
            }
            None => self.start(now, facts.clone(), start, actions),
        }
    }

    /// The homeserver's answer to the end of a conference. It is over once the room says so, and not before.
    pub(super) fn repair_answered(&mut self, of: &RoomId, widget: &WidgetId, result: Result<(), HostError>) {
        if let (State::Repairing { room, start, old, .. }, Err(error)) = (&self.state, result)
            && (&room.room_id, old) == (of, widget)
        {
            let (room, kind) = (room.room_id.clone(), start.kind);
            self.state = State::Failed { room, kind, failure: Failure::Host(error) };
        }
    }
}
