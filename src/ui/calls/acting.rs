//! Carries out what `meet::session` says is to be done.

use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::{Engine, feed, page_address, page_is_loopback};
use crate::browser::fetch;
use crate::browser::frames::{Frame, FrameEvent};
use crate::ids::RoomId;
use crate::json::Object;
use crate::meet::auth::{AUTH_LOOKUP_LIMIT, Auth};
use crate::meet::consent::Input as Heard;
use crate::meet::hybrid::{self, BUILDER_LIMIT};
use crate::meet::session::{Action, Input};
use crate::meet::settings;
use crate::meet::widget::{self, MeetWidget, Viewer};
use crate::widget_api::{OpenIdGrant, Posted};

impl Engine {
    pub(super) fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::LookUpAuth { generation, domain } => {
                let url = domain.origin(page_is_loopback()) + "/.well-known/element/jitsi";
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let document = fetch::json(&url, AUTH_LOOKUP_LIMIT).await;
                    let auth = document.as_ref().and_then(Auth::from_well_known);
                    feed(&weak, Input::AuthKnown { generation, auth });
                });
            }
            Action::AskBuilder { generation, room, url } => {
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let answer = fetch::json(&url, BUILDER_LIMIT).await;
                    let Some(engine) = weak.upgrade() else { return };
                    let there = answer.as_ref().and_then(hybrid::widget_of).is_some_and(|id| engine.has(&room, id));
                    engine.input(Input::Built { generation, answer, there });
                });
            }
            Action::SendState { generation, room, widget, content } => {
                let sending = self.host.send_state(&room, widget::EVENT_TYPE, widget.as_str(), content);
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let result = sending.await.map(|_| ());
                    feed(&weak, Input::Sent { generation, result });
                });
            }
            Action::Blank { room, widget, event_type } => {
                let sending = self.host.send_state(&room, event_type, widget.as_str(), Object::new().into());
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let result = sending.await.map(|_| ());
                    feed(&weak, Input::Blanked { room, widget, event_type, result });
                });
            }
            Action::FetchOpenId { generation } => {
                let asking = self.host.open_id_token();
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let result = asking.await.map(|answer| OpenIdGrant::read(&answer));
                    feed(&weak, Input::OpenId { generation, result });
                });
            }
            Action::OpenFrame { room, widget } => self.open_frame(&room, &widget),
            Action::EnterWidget { room, widget } => self.enter_widget(&room, &widget),
            Action::LastOneLeft { room, widget } => self.last_one_left(&room, widget),
            Action::KeepConsent(said) => self.tell_ledger(Heard::Said(said)),
            Action::CloseFrame => drop(self.frame.borrow_mut().take()),
            Action::Post(Posted(message)) => {
                if let Some(frame) = self.frame.borrow().as_ref() {
                    frame.post(&message);
                }
            }
            Action::WakeAt(at) => self.wake_at(at, |engine| &engine.alarm, |engine| engine.input(Input::Wake)),
        }
    }

    fn open_frame(self: &Rc<Self>, room: &RoomId, widget: &MeetWidget) {
        let url = settings::own_wrapper(&self.host.configuration(), &page_address())
            .and_then(|wrapper| self.as_viewer(room, |viewer| widget::frame_url(widget, &wrapper, viewer)));
        let title = self.texts.get(crate::text_key!("conference.frame_title"));
        let tell = |engine: &Rc<Self>, event| {
            engine.input(match event {
                FrameEvent::Loaded => Input::FrameLoaded,
                FrameEvent::Message(message) => Input::FrameMessage(Posted(message)),
            });
        };
        if !self.show_frame(url.as_deref(), &title, tell) {
            self.input(Input::FrameImpossible);
        }
    }

    /// What a frame may be told of the person who looks at it, and of the room as they see it.
    pub(super) fn as_viewer<T>(&self, room: &RoomId, see: impl FnOnce(&Viewer<'_>) -> T) -> T {
        let facts = self.host.room(room).unwrap_or_default();
        let word = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
        let (page, me) = (page_address(), self.host.identity().user_id);
        see(&Viewer {
            user_id: me.as_str(),
            display_name: word("my_name"),
            avatar_url: word("my_avatar_url"),
            room_id: room.as_str(),
            room_name: word("name"),
            theme: self.theme(),
            language: &self.host.language(),
            video_room: self.facts(room).is_some_and(|facts| facts.video_room),
            // Only its origin is used there, and it goes into a server's log: a query may hold a login token.
            parent_url: page.split(['?', '#']).next().unwrap_or_default(),
        })
    }

    /// Opens a frame in the place of the one before, which reports to `tell`. Whether there is one.
    pub(super) fn show_frame(self: &Rc<Self>, url: Option<&str>, title: &str, tell: fn(&Rc<Self>, FrameEvent)) -> bool {
        let weak = Rc::downgrade(self);
        let report = Rc::new(move |event| {
            if let Some(engine) = weak.upgrade() {
                tell(&engine, event);
            }
        });
        let frame = url.and_then(|url| Frame::open(url, title, self.placeholder.clone(), report));
        let opened = frame.is_some();
        *self.frame.borrow_mut() = frame;
        opened
    }
}
