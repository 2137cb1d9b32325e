//! Into a conference: consent where it is needed, and what a change of the room means for who is on the way or in.

use super::{Action, Session, State, Step, Way};
use crate::ids::{RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::consent::Said;
use crate::meet::widget;
use crate::room::{Membership, RoomFacts};
use crate::time::Millis;

impl Session {
    /// Opens the conference, or asks about its domain, or whether to go where not everybody goes.
    pub(super) fn enter(&mut self, now: Millis, way: Way, actions: &mut Vec<Action>) {
        self.end(State::Idle, actions);
        let Way { room, widget, kind, trusted } = way;
        match &widget.domain {
            Ok(domain) if (trusted || self.allowed.contains(domain)) && !widget.agreement.is_split() => {
                self.open(now, room, widget, kind, actions);
            }
            // What no server can be read from is a split too: some app always goes somewhere.
            _ => self.state = State::Consent { room, widget, kind, trusted },
        }
    }

    pub(super) fn approve(&mut self, now: Millis, domain: MeetDomain, actions: &mut Vec<Action>) {
        match &self.state {
            State::Consent { room, widget, kind, trusted } if widget.domain.as_ref() == Ok(&domain) => {
                let (room, widget, kind, trusted) = (room.clone(), widget.clone(), *kind, *trusted);
                // A card that only says that people would be split asks nothing about the domain.
                if !trusted && !self.allowed.contains(&domain) {
                    let spelling = widget.spelling.clone();
                    actions.push(Action::KeepConsent(Said { domain, spelling, allowed: true }));
                }
                self.open(now, room, widget, kind, actions);
            }
            _ => {}
        }
    }

    pub(super) fn room_changed(&mut self, now: Millis, facts: &RoomFacts, actions: &mut Vec<Action>) {
        self.clean_up_abandoned(facts, actions);
        self.reconsider_next(&facts.room_id, Some(facts));
        self.repaired(now, facts, actions);
        self.reconsider_closing(facts);
        let running = |id: &WidgetId| facts.conferences.iter().find(|widget| widget.id == *id);
        match &mut self.state {
            State::Starting { room, widget, start, step, .. } if room.room_id == facts.room_id => {
                if facts.membership != Membership::Join {
                    self.state = State::Idle;
                } else if *step == Step::Handing {
                    if facts.widget.as_ref().is_some_and(|there| there.id == *widget) {
                        self.hand_over(actions);
                    }
                } else if let Some(echo) = running(widget) {
                    // Whoever may edit widgets may have edited this one before it came back.
                    let own = echo.creator == room.me;
                    let trusted = start.leads_to(echo, own && start.names(widget));
                    let (room, kind) = (room.room_id.clone(), start.kind);
                    if own && trusted {
                        self.made.push((room.clone(), echo.clone()));
                    }
                    // Somebody pressed at the same moment: the older one counts, and no frame has to open for the other first.
                    let elder = widget::elder(&facts.conferences, echo);
                    let widget = elder.filter(|elder| trusted && elder.domain == echo.domain).unwrap_or(echo);
                    let widget = Box::new(widget.clone());
                    self.enter(now, Way { room, widget, kind, trusted }, actions);
                    self.compare(now, facts, actions);
                } else if let Some(other) =
                    facts.conferences.iter().find(|other| step.makes_nothing_yet() && other.domain.is_ok())
                {
                    // Somebody else was faster; two conferences would split the room (`mobile.md` 4.4).
                    let trusted = start.leads_to(other, *step == Step::LookingUp);
                    let (room, kind, widget) = (room.room_id.clone(), start.kind, Box::new(other.clone()));
                    self.enter(now, Way { room, widget, kind, trusted }, actions);
                }
            }
            State::Consent { room, widget, trusted, .. } if *room == facts.room_id => {
                match running(&widget.id) {
                    // An edit may name another domain, and another one may count: the card shows what would be joined now.
                    Some(current) if facts.membership == Membership::Join => {
                        let now = widget::elder(&facts.conferences, current).unwrap_or(current);
                        *trusted &= now.domain == widget.domain;
                        **widget = now.clone();
                    }
                    _ => self.state = State::Idle,
                }
            }
            State::Open { room, .. } if *room == facts.room_id => {
                if facts.membership == Membership::Join {
                    self.compare(now, facts, actions);
                } else {
                    self.end(State::Idle, actions);
                }
            }
            _ => {}
        }
    }

    /// What was pressed during a goodbye was decided on what its room said then: an edit may name another domain.
    pub(super) fn reconsider_next(&mut self, room: &RoomId, facts: Option<&RoomFacts>) {
        let State::Open { next, .. } = &mut self.state else { return };
        let Some(way) = next.as_mut().filter(|way| way.room == *room) else { return };
        let member = facts.filter(|facts| facts.membership == Membership::Join);
        match member.and_then(|facts| facts.conferences.iter().find(|widget| widget.id == way.widget.id)) {
            Some(current) if *current == *way.widget => {}
            Some(current) => {
                *way.widget = current.clone();
                way.trusted = false;
            }
            None => *next = None,
        }
    }
}
