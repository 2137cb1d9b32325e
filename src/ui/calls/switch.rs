//! What a person pressed, carried out once nothing else goes on: does what `switching` decides.

use leptos::prelude::*;

use super::{Calls, Engine};
use crate::buttons::Button;
use crate::call;
use crate::call::vocabulary::Deed;
use crate::meet::session::{Input, View};
use crate::room_widget;
use crate::switching::{self, Action, Around, Obstacle, Question, Wish};

impl Calls {
    /// The question whether to leave one for another; tracks.
    pub(in crate::ui) fn question(&self) -> Option<Question> {
        self.0.question.get()
    }

    /// The person pressed something that may have to wait, or be asked about.
    pub(in crate::ui) fn want(&self, wish: Wish) {
        self.switch(switching::Input::Want(wish));
    }

    /// Gives the switch something.
    pub(in crate::ui) fn switch(&self, input: switching::Input) {
        let (view, calls, visit) = untrack(|| (self.0.view.get(), self.0.desk.view().calls, self.visit()));
        let wish = match &input {
            switching::Input::Want(wish) => Some(wish.clone()),
            _ => self.0.switching.borrow().wish().cloned(),
        };
        // Asks the host, which may tell of something at once: nothing is borrowed meanwhile.
        let button = wish.and_then(|wish| Some(self.button_past_calls(wish.room()?, wish.kind()?)));
        let around = Around { conference: &view, widget: &visit, calls: &calls, button: button.as_ref() };
        let (actions, question) = {
            let mut switching = self.0.switching.borrow_mut();
            (switching.handle(input, &around), switching.question(&around))
        };
        if *self.0.question.read_untracked() != question {
            self.0.question.set(question);
        }
        for action in actions {
            match action {
                Action::Leave(Obstacle::Conference(_)) => match view.way_out() {
                    Some(out) => self.input(out),
                    None => self.tell_visit(room_widget::Input::Close),
                },
                Action::Leave(Obstacle::Call { key, .. }) => self.0.desk.tell(call::Input::Do(key, Deed::HangUp)),
                Action::Carry(wish) => self.carry(wish),
            }
        }
    }

    /// Takes away what is left of a conference, for a call of another kind; `false` while one goes on, as it does during a goodbye.
    pub(super) fn makes_way(&self) -> bool {
        let view = self.0.view.get_untracked();
        match view {
            View::Open { .. } if view.way_out().is_none() => self.input(Input::HangUp),
            View::Consent { .. } | View::Failed { .. } => self.input(Input::Dismiss),
            _ => {}
        }
        view.way_out().is_none()
    }

    fn carry(&self, wish: Wish) {
        if wish.is_call() && matches!(self.0.view.get_untracked(), View::Open { .. }) {
            // I am out of it; what is left of it is a card on which one could try again, beside the call.
            self.input(Input::HangUp);
        }
        match wish {
            Wish::Press { room, button } => {
                // A card about a call of another kind has been passed over.
                self.tell_visit(room_widget::Input::Dismiss);
                let Some(facts) = self.facts(&room) else { return };
                match button {
                    Button::StartConference(kind) => self.start(facts, kind),
                    Button::JoinConference(id, kind) => self.join(&facts, &id, kind),
                    Button::StartCall(kind) => self.call(&room, kind),
                    _ => {}
                }
            }
            Wish::Approve { domain, .. } => self.input(Input::Approve(domain)),
            Wish::Open { event, .. } => {
                if self.makes_way() {
                    self.tell_visit(room_widget::Input::Approve(event));
                }
            }
            Wish::Repair { room, domain } => self.repair(&room, domain),
            Wish::Accept { call, video } => self.0.desk.tell(call::Input::Do(call, Deed::Accept { video })),
        }
    }
}

impl Engine {
    /// What a wish leads to may have changed.
    pub(super) fn look_at_wish(self: &std::rc::Rc<Self>) {
        if self.switching.borrow().wish().is_some() {
            Calls(self.clone()).switch(switching::Input::Look);
        }
    }
}
