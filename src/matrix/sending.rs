//! Carries out what the outbox wants.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::browser::clock;
use crate::host::HostError;
use crate::ids::EventId;
use crate::json::{self, Object};
use crate::matrix::bell::{sleep, unless};
use crate::matrix::fetch;
use crate::matrix::outbox::{Action, Input};
use crate::matrix::request::{self, TIMEOUT};
use crate::matrix::running::{Running, alive};

/// Gives the outbox an input, and does what it says.
pub(super) fn give(running: &Rc<Running>, input: Input) {
    let now = clock::now();
    let actions = {
        let mut state = running.state.borrow_mut();
        let state = &mut *state;
        let store = &state.store;
        state.outbox.handle(now, input, |room| store.in_clear(room))
    };
    for action in actions {
        let (weak, stopped) = (Rc::downgrade(running), running.stopped.clone());
        match action {
            Action::Send { room, transaction, content } => {
                let session = running.session.clone();
                let request = request::send_message(&room, &transaction, content);
                spawn_local(async move {
                    let answer = fetch::object(&session, &request, TIMEOUT);
                    let Some(answer) = unless(&stopped, answer).await else {
                        return;
                    };
                    let Some(running) = alive(&weak) else {
                        return;
                    };
                    let result = answer.and_then(|answer| event_id(&answer));
                    if let Err(error) = &result {
                        running.note(error);
                    }
                    let answered = Input::Answered { room: room.clone(), transaction, result };
                    give(&running, answered);
                    running.tell_room(&room);
                });
            }
            Action::WakeAt(at) => spawn_local(async move {
                if unless(&stopped, sleep(at.since(now))).await.is_some()
                    && let Some(running) = alive(&weak)
                {
                    give(&running, Input::Woken);
                }
            }),
        }
    }
}

/// The event that a request made.
pub(super) fn event_id(answer: &Object) -> Result<EventId, HostError> {
    json::string(answer, "event_id").map(EventId::from).ok_or(HostError::Unreachable)
}
