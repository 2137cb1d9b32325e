//! Between the views and the engine of 1:1 calls: what the views draw comes from here, and what people do goes here.

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::browser::frames::Placeholder;
use crate::call::Input;
use crate::call::view::CallsView;
use crate::ids::RoomId;
use crate::ui::peer_calls::PeerCalls;

/// Is told what people do.
pub type Tell = Rc<dyn Fn(Input)>;

/// The desk of one page. The views read a signal and tell a function, and can't know whether an engine is behind them.
pub(in crate::ui) struct Desk {
    peers: PeerCalls,
    view: ArcRwSignal<CallsView>,
    told: Tell,
    place: Placeholder,
    summoned: ArcRwSignal<Option<RoomId>>,
}

impl Desk {
    pub(in crate::ui) fn new(peers: PeerCalls) -> Self {
        let engine = peers.clone();
        let view = peers.shown();
        Self::showing(peers, view, Rc::new(move |input| engine.input(input)))
    }

    /// A desk with other calls to see than the engine's.
    pub(in crate::ui) fn showing(peers: PeerCalls, view: ArcRwSignal<CallsView>, told: Tell) -> Self {
        Self { peers, view, told, place: Rc::default(), summoned: ArcRwSignal::default() }
    }

    /// The engine, for everything that is neither seen nor told.
    pub(in crate::ui) fn peers(&self) -> &PeerCalls {
        &self.peers
    }

    /// What there is to see; tracks.
    pub(in crate::ui) fn view(&self) -> CallsView {
        self.view.get()
    }

    /// A person did something.
    pub(in crate::ui) fn tell(&self, input: Input) {
        (self.told)(input);
    }

    /// The call's panel lies over this element from now on.
    pub(super) fn seat(&self, element: HtmlElement) {
        *self.place.borrow_mut() = Some(element);
    }

    /// The element goes away; the panel leaves it unless it has moved on already.
    pub(super) fn unseat(&self, element: &HtmlElement) {
        let mut place = self.place.borrow_mut();
        if place.as_ref() == Some(element) {
            *place = None;
        }
    }

    /// The element under the panel.
    pub(super) fn place(&self) -> Placeholder {
        self.place.clone()
    }

    /// Gives the view of this room's call the keyboard.
    pub(in crate::ui) fn summon(&self, room: &RoomId) {
        self.summoned.set(Some(room.clone()));
    }

    /// Whose view is to have the keyboard; tracks.
    pub(super) fn summoned(&self) -> Option<RoomId> {
        self.summoned.get()
    }
}
