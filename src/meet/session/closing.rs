//! Ending a conference for everyone: asking, blanking its state event under every type that holds it, one after the other, and
//! leaving it when all of that is done. Whatever fails is said and can be tried again; what had been done by then stays done.

use crate::host::HostError;
use crate::ids::{RoomId, WidgetId};
use crate::meet::session::{Action, Session, Stage, State};
use crate::meet::widget::MeetWidget;
use crate::room::{Membership, RoomFacts};
use crate::time::Millis;

/// A conference that is being ended for everyone.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Its room.
    pub room: RoomId,
    /// Which one.
    pub widget: WidgetId,
    /// How far.
    pub step: ClosingStep,
    /// The event types that are left to be blanked, the next one last.
    left: Vec<&'static str>,
    /// Whether one was blanked: then the conference no longer counts as running, and is not over either.
    begun: bool,
    /// The last one has left it, and nobody was asked: there is nothing to say unless it fails.
    by_itself: bool,
}

impl Closing {
    /// Whether there is something to ask or to say.
    pub fn shows(&self) -> bool {
        !self.by_itself || matches!(self.step, ClosingStep::Failed(_))
    }
}

/// How far the ending of a conference is.
#[derive(Clone, Debug, PartialEq)]
pub enum ClosingStep {
    /// The person is asked whether they mean it.
    Asked,
    /// The homeserver is told.
    Sending,
    /// The homeserver refused or did not answer.
    Failed(HostError),
}

/// Whether I may end this conference for everyone: under every type that holds it, or phones would still show it.
pub fn may_end(facts: &RoomFacts, widget: &MeetWidget) -> bool {
    facts.membership == Membership::Join
        && widget.under.iter().all(|event_type| facts.power.may_send_state(&facts.me, event_type))
}

fn endable<'a>(facts: &'a RoomFacts, widget: &WidgetId) -> Option<&'a MeetWidget> {
    facts.conferences.iter().find(|running| running.id == *widget && may_end(facts, running))
}

impl Session {
    /// The conference that is being ended for everyone.
    pub fn closing(&self) -> Option<Closing> {
        self.closing.clone()
    }

    fn is_telling(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.step == ClosingStep::Sending)
    }

    pub(super) fn ask_to_end(&mut self, facts: &RoomFacts, widget: &WidgetId) {
        if self.is_telling() {
            return;
        }
        if let Some(running) = endable(facts, widget) {
            self.closing = Some(Closing {
                room: facts.room_id.clone(),
                widget: widget.clone(),
                step: ClosingStep::Asked,
                left: running.under.clone(),
                begun: false,
                by_itself: false,
            });
        }
    }

    /// The conference that nobody is in any more when the person presses "Leave" now.
    pub(super) fn left_as_the_last(&self, now: Millis) -> Option<(RoomId, Box<MeetWidget>)> {
        match &self.state {
            State::Open { room, widget, stage: Stage::Joined, company, .. } if company.last_leaves(now) => {
                Some((room.clone(), widget.clone()))
            }
            _ => None,
        }
    }

    /// The last one in it has left, or leaves.
    pub(super) fn leaves_nobody(&mut self, room: RoomId, widget: Box<MeetWidget>, actions: &mut Vec<Action>) {
        // Of those who are elsewhere Meet tells nothing.
        if !widget.agreement.is_split() {
            self.emptied.push((room.clone(), widget.event_id.clone()));
        }
        actions.push(Action::LastOneLeft { room, widget });
    }

    /// Ends a conference that the last one in it has left. What is being asked or told of another goes first; who may not end it
    /// leaves it as it is. So does who was in what its event no longer leads to, or in one that not everybody is led to: of those
    /// who are elsewhere Meet tells nothing.
    pub(super) fn end_by_itself(
        &mut self,
        now: Millis,
        facts: &RoomFacts,
        left: &MeetWidget,
        actions: &mut Vec<Action>,
    ) {
        let widget = &left.id;
        let is_all_of_it = |now: &MeetWidget| {
            now.id == *widget && now.is_where(left) && !now.agreement.is_split() && !left.agreement.is_split()
        };
        if !facts.conferences.iter().any(is_all_of_it) {
            return;
        }
        // Whoever went in again meanwhile is in it.
        let is_back = matches!(&self.state, State::Open { widget: open, stage, .. }
            if open.id == *widget && *stage != Stage::Leaving);
        // A video room's conference is the room itself, and empty most of the time.
        if is_back || facts.video_room || self.closing.as_ref().is_some_and(|closing| closing.widget != *widget) {
            return;
        }
        self.ask_to_end(facts, widget);
        if let Some(closing) = self.closing.as_mut().filter(|closing| closing.step == ClosingStep::Asked) {
            closing.by_itself = true;
            self.blank_next(now, actions);
        }
    }

    pub(super) fn end_called_off(&mut self) {
        if !self.is_telling() {
            self.closing = None;
        }
    }

    pub(super) fn end_confirmed(&mut self, now: Millis, actions: &mut Vec<Action>) {
        if !self.is_telling() {
            self.blank_next(now, actions);
        }
    }

    fn blank_next(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let Some(closing) = &mut self.closing else { return };
        if let Some(event_type) = closing.left.last() {
            closing.step = ClosingStep::Sending;
            let (room, widget) = (closing.room.clone(), closing.widget.clone());
            actions.push(Action::Blank { room, widget, event_type });
            return;
        }
        let ended = closing.widget.clone();
        self.closing = None;
        self.made.retain(|(_, made)| made.id != ended);
        if let State::Open { widget, stage, .. } = &self.state
            && widget.id == ended
            && *stage != Stage::Leaving
        {
            self.hang_up(now, actions);
        }
    }

    /// The answer of the homeserver to a blank event.
    pub(super) fn blanked(
        &mut self,
        now: Millis,
        room: RoomId,
        widget: WidgetId,
        event_type: &'static str,
        result: Result<(), HostError>,
        actions: &mut Vec<Action>,
    ) {
        let telling = self.closing.as_mut().filter(|closing| {
            closing.step == ClosingStep::Sending
                && closing.room == room
                && closing.widget == widget
                && closing.left.last() == Some(&event_type)
        });
        match (telling, result) {
            (Some(closing), Ok(())) => {
                closing.left.pop();
                closing.begun = true;
                self.blank_next(now, actions);
            }
            (Some(closing), Err(error)) => closing.step = ClosingStep::Failed(error),
            (None, result) => self.cleaned_up(&room, &widget, &result),
        }
    }

    /// What the question is about may have changed, or be over.
    pub(super) fn reconsider_closing(&mut self, facts: &RoomFacts) {
        let Some(closing) = self.closing.as_mut().filter(|closing| closing.room == facts.room_id) else { return };
        let running = facts.conferences.iter().any(|running| running.id == closing.widget);
        let stays = match (&closing.step, endable(facts, &closing.widget)) {
            (ClosingStep::Sending, _) => true,
            (ClosingStep::Asked, Some(now)) => {
                closing.left.clone_from(&now.under);
                true
            }
            (ClosingStep::Asked, None) => false,
            (ClosingStep::Failed(_), _) => facts.membership == Membership::Join && (running || closing.begun),
        };
        if !stays {
            self.closing = None;
        }
    }
}
