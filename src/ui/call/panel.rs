//! The panel of the call that is heard: pictures, status, controls. And the slim bar of the one on hold.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::avatar::avatar;
use super::controls::{Menus, controls, tools};
use super::feeds::{self, Feed};
use super::icons::Icon;
use super::on_top;
use super::parts::{Shown, button, group, round, who};
use super::seat;
use crate::browser::animation::AnimationLoop;
use crate::browser::js;
use crate::call::scene;
use crate::call::view::{CallKey, Screen};
use crate::call::vocabulary::Deed;
use crate::call::words;
use crate::text_key;
use crate::time::Millis;
use crate::ui::drawn::redrawn;
use crate::ui::effect::{effect, memo};
use crate::ui::element::{Held, Tag, held, tag};
use crate::ui::focus;
use crate::ui::peer_calls::PeerCalls;

/// How long the controls stay in full screen after the pointer has stopped.
const LINGER: u32 = 2_000;

/// The calls that go on: the first in full, the second as a bar.
pub(super) fn panels(shown: Shown) -> Tag {
    let nth = move |at| memo(move || shown.going_on.with(|keys| keys.get(at).copied().into_iter().collect()));
    let (first, second) = (nth(0), nth(1));
    let following = StoredValue::new_local(None::<AnimationLoop>);
    let only = |keys: Memo<Vec<u64>>| keys.with(|keys| keys.first().map(|key| CallKey(*key)));
    // What goes into the window on top: it stays the same while the panel in it is drawn for another call.
    let frame = held();
    tag("div", "meet-calls")
        .mark("hidden", Box::new(move || first.with(Vec::is_empty)))
        .made(move |element| {
            let panel = element.clone();
            effect(move || {
                let panel = only(first).map(|_| panel.clone());
                let place = shown.calls.with_value(|calls| calls.desk().place());
                following.set_value(panel.map(|panel| seat::follow(panel, place)));
            });
            effect(move || stay(shown, &element, first.with(Vec::is_empty)));
        })
        .with(redrawn(move || only(second).and_then(|key| waiting(shown, key)).map(Into::into)))
        .with(on_top::away(shown, frame))
        .with(
            tag("div", "meet-call-frame")
                .held(frame)
                .with(redrawn(move || only(first).and_then(|key| panel(shown, key, frame)).map(Into::into))),
        )
}

/// No panel without a call is on top or in full screen, and one that is on top is not in full screen besides. Full screen that is
/// not the layer's own is the chat's.
fn stay(shown: Shown, panels: &HtmlElement, over: bool) {
    let on_top = shown.peers(PeerCalls::popped_out);
    // It may also have opened after the end.
    if over && on_top {
        shown.peers(PeerCalls::pop_in);
    }
    let full = js::get(&panels.get_root_node(), "fullscreenElement");
    let layer = panels.closest(".meet-layer").ok().flatten();
    if (over || on_top) && layer.is_some_and(|layer| layer.is_same_node(full.dyn_ref::<Node>())) {
        document().exit_fullscreen();
    }
}

/// The call that waits.
fn waiting(shown: Shown, key: CallKey) -> Option<Tag> {
    let (room, peer, name) = shown.of(key)?;
    let bar = tag("section", "meet-call-held")
        .set("aria-label", shown.naming(text_key!("peer_call.with"), &name))
        .set("data-room", room.as_str())
        .with(avatar(shown, &room, &peer, 32))
        .with(who(name, tag("span", "").text(shown.text(text_key!("peer_call.on_hold")))))
        .with(button("resume", shown.text(text_key!("peer_call.resume")), shown.deed(key, Deed::Hold(false))))
        .with(hang_up(shown, key));
    Some(bar)
}

/// The button that ends a call.
pub(super) fn hang_up(shown: Shown, key: CallKey) -> Tag {
    round("hangup", Icon::HangUp, shown.text(text_key!("peer_call.hang_up")), shown.deed(key, Deed::HangUp))
        .class("meet-round meet-danger")
}

fn panel(shown: Shown, key: CallKey, frame: Held) -> Option<Tag> {
    let (room, peer, name) = shown.of(key)?;
    let idle = RwSignal::new(false);
    let linger = StoredValue::new_local(None::<Timeout>);
    let stir = move || {
        if idle.get_untracked() {
            idle.set(false);
        }
        linger.set_value(Some(Timeout::new(LINGER, move || {
            idle.try_set(true);
        })));
    };
    let element = StoredValue::new_local(None::<HtmlElement>);
    let menus = Menus::new(element);
    let panel = tag("section", "meet-call")
        .made(move |section| {
            element.set_value(Some(section.clone()));
            // What led here is gone by now: the toast's button, the preview, or the call that it takes the place of.
            focus::if_lost(move || {
                let _ = section.focus();
            });
        })
        .set("tabindex", "-1")
        .set("aria-label", shown.naming(text_key!("peer_call.with"), &name))
        .set("data-room", room.as_str())
        .live("data-phase", move || shown.call(key, |call| scene::phase_name(call.phase).to_owned()))
        .mark("data-held", shown.flag(key, |call| call.on_hold || call.held_by_peer))
        .mark("data-peer-muted", shown.flag(key, |call| call.peer_muted))
        .mark("data-shows", shown.flag(key, |call| call.peer_camera.is_some() || call.peer_screen.is_some()))
        .mark("data-idle", Box::new(move || idle.get()))
        .on("pointermove", move |_| stir())
        .on("keydown", move |event| {
            stir();
            // Not asked whether it is a keyboard's event: one of the small window is none of this window's class.
            if js::text(event, "key").as_deref() == Some("Escape") && menus.close() {
                event.stop_propagation();
                event.prevent_default();
            }
        });
    let face = tag("div", "meet-call-face").set("aria-hidden", "true").with(avatar(shown, &room, &peer, 96));
    let silent = RwSignal::new(false);
    let hear = Box::new(move || {
        if let Some(panel) = element.get_value() {
            feeds::play_all(&panel, silent);
        }
    });
    let hear = button("hear", shown.text(text_key!("peer_call.hear")), hear)
        .class("meet-button meet-primary meet-hear")
        .shown(Box::new(move || silent.get()));
    let back = Box::new(move || shown.calls.with_value(|calls| calls.show_room(&room)));
    let back = round("back", Icon::Back, shown.text(text_key!("peer_call.back")), back)
        .class("meet-round meet-plain meet-back");
    let bar = tag("header", "meet-call-bar").with(who(name.clone(), state(shown, key, name.clone()))).with(back);
    let bar = tools(shown, key, frame, menus).into_iter().fold(bar, Tag::with);
    let controls = controls(shown, key, menus)
        .into_iter()
        .fold(group("meet-call-controls", shown.text(text_key!("peer_call.controls"))), Tag::with);
    let panel = panel
        .with(pictures(shown, key, &name, silent))
        .with(hear)
        .with(face)
        .with(bar)
        .with(asides(shown, key))
        .with(controls)
        .with(menus.drawn(shown, key));
    Some(panel)
}

/// The pictures and sounds.
fn pictures(shown: Shown, key: CallKey, name: &str, silent: RwSignal<bool>) -> Tag {
    let theirs =
        [text_key!("peer_call.their_video"), text_key!("peer_call.their_screen")].map(|key| shown.naming(key, name));
    let mine = [text_key!("peer_call.you"), text_key!("peer_call.your_screen")].map(|key| shown.text(key));
    let label = move |name: &str| {
        let of = if name.starts_with("local") { &mine } else { &theirs };
        of.get(usize::from(name.ends_with("screen"))).cloned().unwrap_or_default()
    };
    let wanted = move || {
        let mut feeds = Vec::new();
        shown.call(key, |call| {
            for picture in scene::pictures(call) {
                let label = label(picture.name);
                feeds.push(Feed::picture(picture, label));
            }
            feeds.extend(scene::sounds(call).into_iter().map(Feed::sound));
        });
        feeds
    };
    tag("div", "meet-feeds").made(move |element| feeds::show(shown, element, silent, Box::new(wanted)))
}

/// The clock, and what there is to say besides.
fn state(shown: Shown, key: CallKey, name: String) -> Tag {
    let clock = move || {
        let since = shown.call(key, |call| call.connected_at).flatten();
        since.map(|since| words::clock(Millis(shown.now.get()).since(since))).unwrap_or_default()
    };
    let status =
        move || shown.call(key, |call| shown.texts(|texts| words::status(texts, call, &name))).unwrap_or_default();
    tag("span", "meet-state")
        .with(tag("span", "").set("role", "timer").set("aria-live", "off").words(Box::new(clock)))
        .with(tag("span", "").set("role", "status").words(Box::new(status)))
}

/// Lines above the controls: my shared screen, and a word to read.
fn asides(shown: Shown, key: CallKey) -> Tag {
    let word = move || {
        let word = shown.call(key, |call| call.word).flatten();
        word.map(|word| shown.texts(|texts| words::word(texts, word))).unwrap_or_default()
    };
    let aside = |line: Tag, act: Tag| tag("div", "meet-aside").with(line).with(act.class("meet-button meet-small"));
    let sharing = shown.text(text_key!("peer_call.sharing"));
    let stop =
        button("stop-sharing", shown.text(text_key!("peer_call.stop_sharing")), shown.deed(key, Deed::Share(false)));
    let read = button("read", shown.text(text_key!("peer_call.dismiss")), shown.deed(key, Deed::ReadWord));
    tag("div", "meet-asides")
        .set("role", "status")
        .with(
            aside(tag("p", "meet-grow").text(sharing), stop)
                .mark("hidden", shown.flag(key, |call| call.screen != Screen::On)),
        )
        .with(
            aside(tag("p", "meet-grow").words(Box::new(word)), read)
                .mark("hidden", shown.flag(key, |call| call.word.is_none())),
        )
}
