//! What the two buttons of a room do, for drawing and for the click.

use std::rc::Rc;

use leptos::prelude::*;
use serde_json::Value;

use super::Calls;
use crate::browser::{app, notification, random};
use crate::buttons::{self, Act, Button, Buttons, Kind, Situation};
use crate::call::view::CallsView;
use crate::host::{Host, Subscription};
use crate::ids::{RoomId, WidgetId};
use crate::locale::Texts;
use crate::meet::MeetDomain;
use crate::meet::session::{Input, Start, View};
use crate::meet::settings::Site;
use crate::meet::ways::{AppLinks, Traveller, Ways};
use crate::meet::widget::MeetWidget;
use crate::room::RoomFacts;
use crate::switching::{Wish, mine_in};
use crate::ui::buttons::{Behind, Changed};

impl Calls {
    /// What the two buttons of a room are, for drawing and for the click.
    pub(in crate::ui) fn buttons(&self, facts: Option<&RoomFacts>, view: &View, peers: &CallsView) -> Buttons {
        let site = self.0.site();
        let visit = self.0.visited.view.read_untracked();
        let (starting, joined) = facts.map_or((false, None), |facts| mine_in(&facts.room_id, view, &visit));
        let calling = facts.is_some_and(|facts| peers.calls.iter().any(|call| call.room == facts.room_id));
        buttons::decide(&Situation { starting, calling, joined, ..situation(&*self.0.host, &site, facts) })
    }

    /// A press on a button of this room: what it does. When something else goes on it asks first whether to leave that.
    pub fn press(&self, room: &RoomId, kind: Kind) -> Button {
        let peers = untrack(|| self.0.desk.view());
        let pressed = self.button_beside(room, kind, &peers);
        self.pressed(room, kind, &pressed);
        pressed
    }

    /// A press that had to wait: the same, unless the button does something else by now.
    pub fn press_late(&self, room: &RoomId, kind: Kind, act: Act) {
        let peers = untrack(|| self.0.desk.view());
        let pressed = self.button_beside(room, kind, &peers);
        if pressed.act() == Some(act) {
            self.pressed(room, kind, &pressed);
        }
    }

    /// A press on an offer to join: the same, but for a call in that room, which is left for the conference and not returned to. What
    /// was offered may be over since, or no button may lead there: nothing is started in its place.
    pub(in crate::ui) fn press_join(&self, room: &RoomId, kind: Kind) {
        let pressed = self.button_past_calls(room, kind);
        if pressed.joins() {
            self.pressed(room, kind, &pressed);
        }
    }

    /// What a room's button does, whatever call that room has.
    pub(super) fn button_past_calls(&self, room: &RoomId, kind: Kind) -> Button {
        self.button_beside(room, kind, &CallsView::default())
    }

    fn button_beside(&self, room: &RoomId, kind: Kind, peers: &CallsView) -> Button {
        self.buttons(self.facts(room).as_ref(), &self.0.view.get_untracked(), peers).of(kind).clone()
    }

    fn pressed(&self, room: &RoomId, kind: Kind, pressed: &Button) {
        match pressed {
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
    }

    pub(super) fn call(&self, room: &RoomId, kind: Kind) {
        if let Some(place) = self.0.desk.peers().placing(room, kind == Kind::Video) {
            self.0.desk.tell(place);
        }
    }

    pub(super) fn start(&self, facts: RoomFacts, kind: Kind) {
        if let Some(start) = self.made_of(kind) {
            let site = self.0.site();
            let request = site.builder.as_ref().and_then(|builder| builder.request(&facts.room_id, facts.people));
            let facts = Box::new(facts);
            self.0.input(match request {
                Some(request) => Input::Build(facts, start, request),
                None => Input::Start(facts, start),
            });
        }
    }

    /// Ends the split conference that the room's card asks about, and starts one in its place.
    pub(super) fn repair(&self, room: &RoomId, domain: MeetDomain) {
        if let (Some(facts), Some(start)) = (self.facts(room), self.made_of(self.last_pressed())) {
            self.0.input(Input::Repair(Box::new(facts), start, domain));
        }
    }

    /// Whether nobody was in a conference any more when I left it.
    pub(in crate::ui) fn is_idle(&self, room: &RoomId, widget: &MeetWidget) -> bool {
        self.0.session.borrow().is_idle(room, widget)
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
        let site = self.0.site();
        // Without a cryptographic source the conference's name could be guessed, and it is all that guards it.
        let (widget_random, conference_random) = (random::bytes()?, random::bytes()?);
        Some(Box::new(Start {
            kind,
            choice: site.choice.clone(),
            approved: site.approved.clone(),
            auth: site.settings.auth,
            wrapper_url: site.settings.wrapper_url.clone(),
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
        let trusted = self.0.session.borrow().trusts(widget, &self.0.site().approved);
        let (room, widget) = (facts.room_id.clone(), Box::new(widget.clone()));
        self.0.input(Input::Join { room, widget, kind, trusted });
    }
}

impl Behind for Calls {
    fn texts(&self) -> &Texts {
        Self::texts(self)
    }

    fn site(&self) -> Rc<Site> {
        Self::site(self)
    }

    fn facts(&self, room: &RoomId) -> Option<RoomFacts> {
        Self::facts(self, room)
    }

    fn on_change(&self, changed: Changed) -> Subscription {
        Self::on_change(self, changed)
    }

    fn buttons(&self, facts: Option<&RoomFacts>) -> Buttons {
        self.visit();
        Self::buttons(self, facts, &self.view(), &self.desk().view())
    }

    fn press(&self, room: &RoomId, kind: Kind) {
        Self::press(self, room, kind);
    }

    fn near(&self, button: &Button) {
        if matches!(button, Button::StartCall(_)) {
            self.desk().peers().warm();
        }
    }

    fn occupies(&self, room: &RoomId) -> bool {
        let (view, visit) = (self.view(), self.visit());
        view.room() == Some(room) || visit.room() == Some(room) || self.desk().view().concerns(room)
    }

    fn last_pressed(&self) -> Kind {
        Self::last_pressed(self)
    }
}

/// What decides over a room's buttons where nothing of mine goes on.
pub(crate) fn situation<'a>(host: &dyn Host, site: &Site, room: Option<&'a RoomFacts>) -> Situation<'a> {
    Situation {
        room,
        conference_for_two: site.has_conference_for_two(),
        calls_enabled: site.settings.calls_enabled,
        widgets_enabled: site.settings.widgets_enabled,
        online: host.online(),
        webrtc: has_webrtc(),
        can_encrypt: host.can_encrypt(),
        starting: false,
        calling: false,
        joined: None,
    }
}

/// Whether this browser has WebRTC at all.
fn has_webrtc() -> bool {
    web_sys::window().is_some_and(|window| js_sys::Reflect::has(&window, &"RTCPeerConnection".into()).unwrap_or(false))
}
