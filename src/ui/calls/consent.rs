//! Keeping what a person agreed to: carries out what `meet::consent` decides, and tells the session.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Calls, Engine};
use crate::browser::lock;
use crate::meet::MeetDomain;
use crate::meet::consent::{Action, EVENT_TYPE, Input, Said, View};
use crate::meet::session;

/// Held from reading the account's content to replacing it. The homeserver offers no such thing, so that the person's other devices can
/// still come between; their other tabs can't.
const WRITING: &str = "meet_in_chat.consent";

impl Calls {
    /// The Meet servers that are joined without asking, and an answer that could not be stored.
    pub(in crate::ui) fn consents(&self) -> View {
        self.0.consents.get()
    }

    /// Asks again before the next conference on this server.
    pub(in crate::ui) fn withdraw_consent(&self, domain: MeetDomain) {
        self.0.tell_ledger(Input::Said(Said { domain, spelling: None, allowed: false }));
    }
}

impl Engine {
    /// Reads what the syncs have.
    pub(super) fn read_consents(self: &Rc<Self>) {
        self.tell_ledger(Input::Known(self.host.account_data(EVENT_TYPE)));
    }

    pub(super) fn tell_ledger(self: &Rc<Self>, input: Input) {
        let answered = !matches!(input, Input::Known(_) | Input::Said(_) | Input::WidgetSaid(_));
        let (action, view) = {
            let mut ledger = self.ledger.borrow_mut();
            (ledger.handle(input), ledger.view())
        };
        if *self.consents.read_untracked() != view {
            self.input(session::Input::Allowed(view.allowed.clone()));
            self.consents.set(view);
        }
        if answered && !action.as_ref().is_some_and(Action::goes_on) {
            drop(self.writing.take());
        }
        let weak = Rc::downgrade(self);
        let next = match action {
            None => return,
            Some(Action::Fetch) => {
                let (host, writing) = (self.host.clone(), self.writing.clone());
                Box::pin(async move {
                    let lock = lock::hold(WRITING).await;
                    *writing.borrow_mut() = Some(lock);
                    Input::Fetched(host.newest_account_data(EVENT_TYPE).await)
                }) as Next
            }
            Some(Action::Store(content)) => {
                let storing = self.host.set_account_data(EVENT_TYPE, content);
                Box::pin(async move { Input::Stored(storing.await) })
            }
            Some(Action::FetchInRoom(room)) => {
                let asking = self.host.room_account_data(&room, EVENT_TYPE);
                Box::pin(async move { Input::FetchedInRoom(asking.await) })
            }
            Some(Action::StoreInRoom(room, content)) => {
                let storing = self.host.set_room_account_data(&room, EVENT_TYPE, content);
                Box::pin(async move { Input::StoredInRoom(storing.await) })
            }
        };
        spawn_local(async move {
            let heard = next.await;
            if let Some(engine) = weak.upgrade() {
                engine.tell_ledger(heard);
            }
        });
    }
}

type Next = std::pin::Pin<Box<dyn Future<Output = Input>>>;
