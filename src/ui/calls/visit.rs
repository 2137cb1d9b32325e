//! Calls of another kind: carries out what `room_widget` decides.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::{Calls, Engine};
use crate::browser::clock;
use crate::browser::frames::FrameEvent;
use crate::host::HostError;
use crate::ids::{RoomId, WidgetId};
use crate::inbox::Inbox;
use crate::integrations::Pages;
use crate::json;
use crate::meet::consent::{EVENT_TYPE, Input as Heard};
use crate::room::Membership;
use crate::room_widget::{Action, Input, Refusal, RoomWidget, Target, View, Visit};
use crate::text_key;
use crate::widget_api::{OpenIdGrant, Posted};

/// The call of another kind that the person is in, or asked about.
#[derive(Default)]
pub(super) struct Visited {
    visit: RefCell<Visit>,
    inbox: Inbox<Input>,
    pub(super) view: ArcRwSignal<View>,
    /// Counts the alarms, so that only the latest rings.
    alarm: Cell<u64>,
}

impl Calls {
    /// The call of another kind; tracks.
    pub(in crate::ui) fn visit(&self) -> View {
        self.0.visited.view.get()
    }

    /// Gives it something from the person.
    pub(in crate::ui) fn tell_visit(&self, input: Input) {
        self.0.tell_visit(input);
    }
}

impl Engine {
    pub(super) fn tell_visit(self: &Rc<Self>, input: Input) {
        let deal = |input| {
            let actions = self.visited.visit.borrow_mut().handle(clock::now(), input);
            for action in actions {
                self.carry_out(action);
            }
        };
        if !self.visited.inbox.put(input, &deal) {
            return;
        }
        let view = self.visited.visit.borrow().view();
        if *self.visited.view.read_untracked() != view {
            self.visited.view.set(view);
        }
    }

    /// Goes into this widget of a room, or asks about it.
    pub(super) fn enter_widget(self: &Rc<Self>, room: &RoomId, id: &WidgetId) {
        self.tell_visit(match self.widget_now(room, id) {
            Some((widget, target)) => Input::Enter { room: room.clone(), widget, target },
            None => Input::Impossible(room.clone()),
        });
    }

    /// A room is different.
    pub(super) fn visit_hears(self: &Rc<Self>, room: &RoomId) {
        let id = self.visited.visit.borrow().watches(room).map(|widget| widget.id.clone());
        if let Some(id) = id {
            self.tell_visit(Input::Changed(room.clone(), self.widget_now(room, &id)));
        }
    }

    /// A widget as it is now and where it leads, in a room that I am in.
    fn widget_now(&self, room: &RoomId, id: &WidgetId) -> Option<(Arc<RoomWidget>, Result<Target, Refusal>)> {
        let facts = self.facts(room).filter(|facts| facts.membership == Membership::Join)?;
        let widget = facts.widget.as_ref().filter(|widget| widget.id == *id)?;
        let target = self.as_viewer(room, |viewer| {
            widget.target(viewer).map(|it| it.among(&Pages::of_site(&self.host.configuration(), viewer.parent_url)))
        });
        Some((widget.clone(), target))
    }

    fn carry_out(self: &Rc<Self>, action: Action) {
        match action {
            Action::LookUp { generation, place } => {
                let asking = self.host.room_account_data(&place.room, EVENT_TYPE);
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let content = match asking.await {
                        Ok(content) => content.unwrap_or_default(),
                        Err(HostError::Unsupported) => Value::Null,
                        // What was refused there is not known: to be on the safe side, this was.
                        Err(_) => json::with(place.widget.event_id.as_str(), false).into(),
                    };
                    let Some(engine) = weak.upgrade() else { return };
                    let allowed = engine.ledger.borrow().allows(&place.widget.event_id, &content);
                    engine.tell_visit(Input::LookedUp { generation, allowed });
                });
            }
            Action::Keep(said) => self.tell_ledger(Heard::WidgetSaid(said)),
            Action::OpenFrame { url, host } => self.open_widget(&url.0, &host),
            Action::CloseFrame => drop(self.frame.borrow_mut().take()),
            Action::FetchOpenId { generation } => {
                let asking = self.host.open_id_token();
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let result = asking.await.map(|answer| OpenIdGrant::read(&answer));
                    feed(&weak, Input::OpenId { generation, result });
                });
            }
            Action::FetchToken { generation } => {
                let asking = self.host.manager_token();
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let token = asking.await.ok().flatten();
                    feed(&weak, Input::Token { generation, token });
                });
            }
            Action::Post(Posted(message)) => {
                if let Some(frame) = self.frame.borrow().as_ref() {
                    frame.post(&message);
                }
            }
            Action::WakeAt(at) => {
                self.wake_at(at, |engine| &engine.visited.alarm, |engine| engine.tell_visit(Input::Wake));
            }
        }
    }

    fn open_widget(self: &Rc<Self>, url: &str, host: &str) {
        let title = self.texts.fill(text_key!("widget.on"), &[("host", host)]);
        let tell = |engine: &Rc<Self>, event| {
            engine.tell_visit(match event {
                FrameEvent::Loaded => Input::FrameLoaded,
                FrameEvent::Message(message) => Input::FrameMessage(Posted(message)),
            });
        };
        if !self.show_frame(Some(url), &title, tell) {
            self.tell_visit(Input::FrameImpossible);
        }
    }
}

fn feed(engine: &Weak<Engine>, input: Input) {
    if let Some(engine) = engine.upgrade() {
        engine.tell_visit(input);
    }
}
