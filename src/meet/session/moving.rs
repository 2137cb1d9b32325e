//! Two conferences where one was meant: moving to the older one or to what an edit made of mine, and ending the younger one that this
//! button made.

use crate::ids::RoomId;
use crate::meet::session::starting::blank;
use crate::meet::session::{Action, Closing, ClosingStep, Failure, MovesTo, Session, Stage, State, Way};
use crate::meet::widget::{self, MeetWidget};
use crate::room::RoomFacts;
use crate::time::Millis;

impl Session {
    /// Holds the conference that is open against what its room says now: whether it still runs, and whether it is the one that
    /// counts. An edit in place leaves behind who is in it (`mobile.md` 4.3, C8). Who is not in yet is moved to the one that counts, as
    /// long as it is on the same server: its age can be forged, and nobody is to be brought to a server that they know nothing of. Whoever is in is only offered the move.
    pub(super) fn compare(&mut self, now: Millis, facts: &RoomFacts, actions: &mut Vec<Action>) {
        let State::Open { room, widget, kind, stage, moves_to, .. } = &mut self.state else { return };
        if *room != facts.room_id {
            return;
        }
        let current = facts.conferences.iter().find(|running| running.id == widget.id);
        let edited = current.filter(|now| now.domain.is_ok() && !now.is_where(widget));
        let elder = widget::elder(&facts.conferences, current.unwrap_or(widget));
        let counts = elder.or(edited);
        // Gone or edited it is not what this button made any more.
        self.made.retain(|(_, made)| made.id != widget.id || Some(made) == current);
        if let Some(counts) = counts.filter(|counts| *stage == Stage::Connecting && counts.domain == widget.domain) {
            let way = Way { room: room.clone(), widget: Box::new(counts.clone()), kind: *kind, trusted: true };
            return self.enter(now, way, actions);
        }
        if current.is_some() {
            let of = |make: fn(Box<MeetWidget>) -> MovesTo, to: &MeetWidget| make(Box::new(to.clone()));
            *moves_to = elder
                .map(|elder| of(MovesTo::Elder, elder))
                .or_else(|| edited.map(|edited| of(MovesTo::Edited, edited)));
            return;
        }
        if *stage == Stage::Leaving {
            return self.leave(now, actions);
        }
        let closes = |closing: &Closing| closing.widget == widget.id && closing.step == ClosingStep::Sending;
        if self.closing.as_ref().is_some_and(closes) {
            return self.hang_up(now, actions);
        }
        let failure = if counts.is_some() { Failure::GaveWay } else { Failure::Removed };
        let failed = State::Failed { room: room.clone(), kind: *kind, failure };
        self.end(failed, actions);
    }

    /// Leaves for the conference that counts instead; its server is asked about as any.
    pub(super) fn move_on(&mut self, now: Millis, actions: &mut Vec<Action>) {
        let State::Open { room, widget, kind, moves_to, .. } = &mut self.state else { return };
        let Some(MovesTo::Elder(to) | MovesTo::Edited(to)) = moves_to.take() else { return };
        let trusted = to.domain == widget.domain;
        let way = Way { room: room.clone(), widget: to, kind: *kind, trusted };
        self.hang_up(now, actions);
        match &mut self.state {
            State::Open { next, .. } => *next = Some(Box::new(way)),
            _ => self.enter(now, way, actions),
        }
    }

    /// Who enters a conference ends what this button made at the same moment in the same room: two would split the room
    /// (`mobile.md` 4.4).
    pub(super) fn end_own_twins(&mut self, actions: &mut Vec<Action>) {
        let State::Open { room, widget, .. } = &self.state else { return };
        let (room, entered) = (room.clone(), std::slice::from_ref(&**widget));
        let twin = |(of, made): &mut (RoomId, MeetWidget)| *of == room && widget::elder(entered, made).is_some();
        let twins: Vec<_> = self.made.extract_if(.., twin).collect();
        for (room, made) in twins {
            blank(&room, &made, actions);
            self.abandon(room, made.id, true);
        }
    }
}
