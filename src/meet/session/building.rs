//! A conference that a service of the site makes: asking it, putting its widget into the room, and from there on as any start.

use serde_json::Value;

use crate::meet::hybrid::Built;
use crate::meet::session::{Action, ECHO_LIMIT, Failure, Session, Start, State, Step};
use crate::meet::widget;
use crate::room::RoomFacts;
use crate::time::Millis;

impl Session {
    pub(super) fn build(&mut self, room: RoomFacts, start: Box<Start>, url: String, actions: &mut Vec<Action>) {
        if self.busy() {
            return;
        }
        self.end(State::Idle, actions);
        let widget = widget::new_widget_id(&start.widget_random);
        actions.push(Action::AskBuilder { generation: self.generation, room: room.room_id.clone(), url });
        self.state = State::Starting { room, start, widget, step: Step::Asking, deadline: None };
    }

    pub(super) fn built(&mut self, now: Millis, answer: Option<&Value>, there: bool, actions: &mut Vec<Action>) {
        let State::Starting { room, widget, step, deadline, .. } = &mut self.state else {
            return;
        };
        if *step != Step::Asking {
            return;
        }
        match Built::read(answer) {
            // A conference that is there is joined as soon as the room is heard of; this one has been edited since, perhaps.
            Ok(built) if there && !built.is_meet => {
                *widget = built.id;
                self.hand_over(actions);
            }
            Ok(built) => {
                *widget = built.id;
                // What is no conference does not come back as one.
                *step = if built.is_meet { Step::Sending } else { Step::Handing };
                *deadline = Some(now.plus(ECHO_LIMIT));
                actions.push(Action::SendState {
                    generation: self.generation,
                    room: room.room_id.clone(),
                    widget: widget.clone(),
                    content: built.content.into(),
                });
            }
            Err(trouble) => self.give_up_start(Failure::Builder(trouble)),
        }
    }

    /// The call of another kind is in the room: it is not this session's.
    pub(super) fn hand_over(&mut self, actions: &mut Vec<Action>) {
        if let State::Starting { room, widget, .. } = std::mem::replace(&mut self.state, State::Idle) {
            actions.push(Action::EnterWidget { room: room.room_id, widget });
        }
    }
}
