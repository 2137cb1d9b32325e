//! The buttons of a call, and what two of them open.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::details::details;
use super::devices::{choose, choosers};
use super::icons::Icon;
use super::panel::hang_up;
use super::parts::{Shown, group, is_mac, round};
use crate::call::scene::{self, Shortcut};
use crate::call::view::{CallKey, Camera, Screen};
use crate::call::vocabulary::Deed;
use crate::call::words;
use crate::text_key;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::element::{Flag, Held, Tag};
use crate::ui::peer_calls::PeerCalls;

/// A panel's element, once it is made.
pub(super) type Panel = StoredValue<Option<HtmlElement>, LocalStorage>;

const DEVICES: &str = "devices";
const DETAILS: &str = "details";

/// What the buttons of a panel open: one at a time.
#[derive(Clone, Copy)]
pub(super) struct Menus {
    panel: Panel,
    /// The `data-act` of the button that opened what is open; empty without one.
    open: RwSignal<String>,
}

impl Menus {
    pub(super) fn new(panel: Panel) -> Self {
        Self { panel, open: RwSignal::new(String::new()) }
    }

    fn button(self, act: &'static str, icon: Icon, label: String) -> Tag {
        let press = Box::new(move || self.open.update(|open| *open = if open == act { "" } else { act }.to_owned()));
        round(act, icon, label, press).state("aria-expanded", Box::new(move || self.open.with(|open| open == act)))
    }

    /// What is open.
    pub(super) fn drawn(self, shown: Shown, key: CallKey) -> Drawn {
        redrawn(move || match self.open.get().as_str() {
            DEVICES => {
                let menu = group("meet-call-menu", shown.text(text_key!("peer_call.devices")));
                Some(menu.with(choosers(shown, choose)).into())
            }
            DETAILS => Some(details(shown, key).into()),
            _ => None,
        })
        .into()
    }

    /// Closes what is open, if anything is; the focus goes back to the button that opened it.
    pub(super) fn close(self) -> bool {
        let act = self.open.get_untracked();
        if act.is_empty() {
            return false;
        }
        self.open.set(String::new());
        let button = self
            .panel
            .get_value()
            .and_then(|panel| panel.query_selector(&["[data-act=", &act, "]"].concat()).ok().flatten());
        if let Some(button) = button {
            let _ = button.unchecked_into::<HtmlElement>().focus();
        }
        true
    }
}

/// The buttons under the picture.
pub(super) fn controls(shown: Shown, key: CallKey, menus: Menus) -> [Tag; 6] {
    let mac = is_mac();
    let with_shortcut = |toggle: Tag, label: &str, shortcut: Shortcut| {
        let keys = shown.texts(|texts| words::shortcut(texts, shortcut, mac));
        toggle
            .set("title", [&shown.text(label), " (", &keys, ")"].concat())
            .set("aria-keyshortcuts", shortcut.aria(mac))
    };
    let shares = shown.peers(|peers| peers.can_share_screen());
    let can_share = shown.flag(key, |call| call.can.share);
    let share: Flag = Box::new(move || shares && can_share());
    let toggle = |act, icon, label: &str, read: fn(&crate::call::view::CallView) -> bool, deed: fn(bool) -> Deed| {
        round(act, icon, shown.text(label), shown.turn(key, read, deed)).state("aria-pressed", shown.flag(key, read))
    };
    let (mute, camera) = (text_key!("peer_call.mute"), text_key!("peer_call.camera"));
    [
        with_shortcut(
            toggle("mute", Icon::Microphone, mute, |call| call.muted, Deed::Mute),
            mute,
            Shortcut::Microphone,
        ),
        with_shortcut(
            toggle("camera", Icon::Camera, camera, |call| call.camera != Camera::Off, Deed::Camera),
            camera,
            Shortcut::Camera,
        )
        .shown(shown.flag(key, |call| call.can.camera)),
        toggle("share", Icon::Screen, text_key!("peer_call.share"), |call| call.screen != Screen::Off, Deed::Share)
            .shown(share),
        toggle("hold", Icon::Hold, text_key!("peer_call.hold"), |call| call.on_hold, Deed::Hold)
            .shown(shown.flag(key, |call| call.can.hold)),
        menus.button(DEVICES, Icon::Devices, shown.text(text_key!("peer_call.devices"))),
        hang_up(shown, key),
    ]
}

/// The buttons beside the name.
pub(super) fn tools(shown: Shown, key: CallKey, frame: Held, menus: Menus) -> [Tag; 3] {
    let (videos, windows) = shown.peers(|peers| (peers.can_pop_out(), peers.has_windows_on_top()));
    let pops_out: Flag =
        Box::new(move || shown.call(key, |call| scene::goes_on_top(call, windows, videos)).unwrap_or(false));
    let fills = document().fullscreen_enabled();
    let picture = Box::new(move || {
        if let Some(frame) = frame.get_value() {
            shown.peers(|peers| peers.pop_out(&frame));
        }
    });
    let fill = Box::new(move || {
        let layer = frame.get_value().and_then(|frame| frame.closest(".meet-layer").ok().flatten());
        if document().fullscreen_element().is_some() {
            document().exit_fullscreen();
        } else if let Some(layer) = layer {
            let _ = layer.request_fullscreen();
        }
    });
    let (as_picture, full) = (text_key!("peer_call.picture"), text_key!("peer_call.fullscreen"));
    [
        menus.button(DETAILS, Icon::Details, shown.text(text_key!("peer_call.details"))),
        round("picture", Icon::Picture, shown.text(as_picture), picture).shown(pops_out),
        round("fullscreen", Icon::Expand, shown.text(full), fill)
            .shown(Box::new(move || fills && !shown.peers(PeerCalls::popped_out))),
    ]
    .map(|tool| tool.class("meet-round meet-plain"))
}
