//! What the two buttons of a room do, for drawing and for the click.

use leptos::prelude::*;
use serde_json::Value;

use super::{Calls, page_is_loopback};
use crate::browser::{app, notification, random};
use crate::buttons::{self, Button, Buttons, Kind, Situation};
use crate::call::view::CallsView;
use crate::ids::{RoomId, WidgetId};
use crate::meet::MeetDomain;
use crate::meet::hybrid::Builder;
use crate::meet::session::{Input, Stage, Start, View};
use crate::meet::ways::{AppLinks, Traveller, Ways};
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::room_widget;
use crate::switching::Wish;

impl Calls {
    /// What the two buttons of a room are, for drawing and for the click.
    pub(in crate::ui) fn buttons(&self, facts: Option<&RoomFacts>, view: &View, peers: &CallsView) -> Buttons {
        let settings = self.0.settings();
        let here = |room: &RoomId| facts.is_some_and(|facts| facts.room_id == *room);
        let joined = match view {
            // A press during the goodbye is for going in again.
            View::Open { stage: Stage::Leaving | Stage::Ended(_), .. } => None,
            View::Open { room, widget, .. } if here(room) => Some(&widget.id),
            _ => None,
        };
        let visit = self.0.visited.view.read_untracked();
        let joined = joined.or(match &*visit {
            room_widget::View::Open(place, _) if here(&place.room) => Some(&place.widget.id),
            _ => None,
        });
        buttons::decide(&Situation {
            room: facts,
            conference_for_two: self.choice().conference_for_two
                || self.builder().is_some_and(|builder| builder.for_two()),
            calls_enabled: settings.calls_enabled,
            widgets_enabled: settings.widgets_enabled,
            online: self.0.host.online(),
            webrtc: has_webrtc(),
            can_encrypt: self.0.host.can_encrypt(),
            starting: matches!(view, View::Starting { room, .. } if here(room))
                || matches!(&*visit, room_widget::View::Asking(place) if here(&place.room)),
            calling: peers.calls.iter().any(|call| here(&call.room)),
            joined,
        })
    }

    /// A press on a button of this room: what it does. When something else goes on it asks first whether to leave that.
    pub fn press(&self, room: &RoomId, kind: Kind) -> Button {
        let peers = untrack(|| self.0.desk.view());
        self.pressed(room, kind, &peers)
    }

    /// A press on an offer to join: the same, but for a call in that room, which is left for the conference and not returned to.
    pub(in crate::ui) fn press_join(&self, room: &RoomId, kind: Kind) {
        self.pressed(room, kind, &CallsView::default());
    }

    /// What a room's button does, whatever call that room has.
    pub(super) fn button_past_calls(&self, room: &RoomId, kind: Kind) -> Button {
        self.buttons(self.facts(room).as_ref(), &self.0.view.get_untracked(), &CallsView::default()).of(kind).clone()
    }

    fn pressed(&self, room: &RoomId, kind: Kind, peers: &CallsView) -> Button {
        let facts = self.facts(room);
        let pressed = self.buttons(facts.as_ref(), &self.0.view.get_untracked(), peers).of(kind).clone();
        match &pressed {
            Button::StartConference(_) | Button::JoinConference(..) | Button::StartCall(_) => {
                // For one that rings while nobody sees the page; a call asks itself.
                if !matches!(pressed, Button::StartCall(_)) {
                    notification::ask();
                }
                self.0.last_pressed.set(kind);
                self.want(Wish::Press { room: room.clone(), button: pressed.clone() });
            }
            Button::ReturnToConference(_) => self.focus_frame(),
            Button::ReturnToCall => self.0.desk.summon(room),
            Button::Hidden | Button::Disabled(_) => {}
        }
        pressed
    }

    pub(super) fn call(&self, room: &RoomId, kind: Kind) {
        if let Some(place) = self.0.desk.peers().placing(room, kind == Kind::Video) {
            self.0.desk.tell(place);
        }
    }

    pub(super) fn start(&self, facts: RoomFacts, kind: Kind) {
        if let Some(start) = self.made_of(kind) {
            let request = self.builder().and_then(|builder| builder.request(&facts.room_id, facts.people));
            let facts = Box::new(facts);
            self.0.input(match request {
                Some(request) => Input::Build(facts, start, request),
                None => Input::Start(facts, start),
            });
        }
    }

    /// The service that makes the conferences here.
    pub(in crate::ui) fn builder(&self) -> Option<Builder> {
        Builder::read(&self.0.host.configuration(), self.0.host.client_well_known().as_ref(), page_is_loopback())
    }

    /// Ends the split conference that the room's card asks about, and starts one in its place.
    pub(super) fn repair(&self, room: &RoomId, domain: MeetDomain) {
        if let (Some(facts), Some(start)) = (self.facts(room), self.made_of(self.last_pressed())) {
            self.0.input(Input::Repair(Box::new(facts), start, domain));
        }
    }

    /// The ways into a conference outside of this chat.
    pub(in crate::ui) fn ways(&self, room: &RoomId, widget: &MeetWidget) -> Ways {
        let facts = self.0.host.room(room).unwrap_or_default();
        let word = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
        let (room_name, my_name, me) = (word("name"), word("my_name"), self.0.host.identity().user_id);
        let traveller = Traveller { room, room_name, me: &me, my_name, phone: app::phone() };
        Ways::into(widget, &traveller, &AppLinks::read(&self.0.host.configuration()))
    }

    fn made_of(&self, kind: Kind) -> Option<Box<Start>> {
        let settings = self.0.settings();
        // Without a cryptographic source the conference's name could be guessed, and it is all that guards it.
        let (widget_random, conference_random) = (random::bytes()?, random::bytes()?);
        Some(Box::new(Start {
            kind,
            choice: self.choice(),
            auth: settings.auth,
            wrapper_url: settings.wrapper_url,
            widget_random,
            conference_random,
        }))
    }

    pub(super) fn join(&self, facts: &RoomFacts, id: &WidgetId, kind: Kind) {
        let Some(widget) = facts.conferences.iter().find(|widget| widget.id == *id) else {
            if self.makes_way() {
                self.0.enter_widget(&facts.room_id, id);
            }
            return;
        };
        let approved = self.0.settings().approved_domains;
        let trusted = self.0.session.borrow().trusts(widget, &approved);
        let (room, widget) = (facts.room_id.clone(), Box::new(widget.clone()));
        self.0.input(Input::Join { room, widget, kind, trusted });
    }
}

fn has_webrtc() -> bool {
    web_sys::window().is_some_and(|window| js_sys::Reflect::has(&window, &"RTCPeerConnection".into()).unwrap_or(false))
}
