//! What the views of 1:1 calls have in common: reading a call, telling of a press, buttons. A call is read through plain function
//! pointers where it can be, which keeps the views small.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::browser::clock;
use crate::call::Input;
use crate::call::scene;
use crate::call::view::{CallKey, CallView, CallsView};
use crate::call::vocabulary::Deed;
use crate::ids::{RoomId, UserId};
use crate::locale::Texts;
use crate::ui::effect::memo;
use crate::ui::element::{Flag, Tag, Words, tag};
use crate::ui::peer_calls::PeerCalls;
use crate::ui::stage::Engine;

/// What a press does.
pub(super) type Press = Box<dyn Fn() + Send>;

/// What a part of the page is drawn anew for: all that it is made of and that does not change within it.
pub(super) type Keys = Vec<u64>;

/// What every view of the layer needs. Plain to copy into every closure.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The engine.
    pub(super) calls: Engine,
    /// What there is to see.
    pub(super) view: Memo<CallsView>,
    /// The calls that go on, by their keys: the one that is heard, then the one that waits.
    pub(super) going_on: Memo<Keys>,
    /// What time it is, to the second, while a call's clock runs.
    pub(super) now: RwSignal<u64>,
}

impl Shown {
    pub(super) fn new(calls: Engine) -> Self {
        let view = memo(move || calls.with_value(|calls| calls.desk().view()));
        let going_on = memo(move || {
            view.with(|view| view.calls.iter().filter(|call| scene::goes_on(call)).map(|call| call.key.0).collect())
        });
        Self { calls, view, going_on, now: RwSignal::new(clock::now().0) }
    }

    /// A text.
    pub(super) fn text(self, key: &str) -> String {
        self.texts(|texts| texts.get(key))
    }

    /// A text with a name in it.
    pub(super) fn naming(self, key: &str, name: &str) -> String {
        self.texts(|texts| texts.fill(key, &[("name", name)]))
    }

    pub(super) fn texts<T>(self, read: impl FnOnce(&Texts) -> T) -> T {
        self.calls.with_value(|calls| read(calls.texts()))
    }

    /// What the other side is called.
    pub(super) fn name_of(self, room: &RoomId, user: &UserId) -> String {
        self.calls.with_value(|calls| calls.name_of(room, user))
    }

    /// Reads a call; `None` once it is over. Tracks.
    pub(super) fn call<T>(self, key: CallKey, read: impl FnOnce(&CallView) -> T) -> Option<T> {
        self.view.with(|view| view.calls.iter().find(|call| call.key == key).map(read))
    }

    /// A state of a call.
    pub(super) fn flag(self, key: CallKey, read: fn(&CallView) -> bool) -> Flag {
        Box::new(move || self.call(key, read).unwrap_or(false))
    }

    /// The room, the other side and their name, of a call that is about to be drawn.
    pub(super) fn of(self, key: CallKey) -> Option<(RoomId, UserId, String)> {
        let (room, peer) = untrack(|| self.call(key, |call| (call.room.clone(), call.peer.clone())))?;
        let name = self.name_of(&room, &peer);
        Some((room, peer, name))
    }

    /// The engine of 1:1 calls.
    pub(super) fn peers<T>(self, with: impl FnOnce(&PeerCalls) -> T) -> T {
        self.calls.with_value(|calls| with(calls.desk().peers()))
    }

    /// A person did something.
    pub(super) fn tell(self, input: Input) {
        self.calls.with_value(|calls| calls.desk().tell(input));
    }

    /// A person did something to a call.
    pub(super) fn act(self, call: CallKey, deed: Deed) {
        self.tell(Input::Do(call, deed));
    }

    /// A press that does something to a call, always the same.
    pub(super) fn deed(self, call: CallKey, deed: Deed) -> Press {
        Box::new(move || self.act(call, deed.clone()))
    }

    /// A press that turns a state of a call around.
    pub(super) fn turn(self, call: CallKey, read: fn(&CallView) -> bool, deed: fn(bool) -> Deed) -> Press {
        Box::new(move || {
            if let Some(on) = untrack(|| self.call(call, read)) {
                self.act(call, deed(!on));
            }
        })
    }
}

/// A button with words.
pub(super) fn button(act: &'static str, label: String, press: Press) -> Tag {
    pressable("meet-button", act, press).text(label)
}

/// A button whose words change.
pub(super) fn button_of(act: &'static str, words: Words, press: Press) -> Tag {
    pressable("meet-button", act, press).words(words)
}

/// A round button with an icon, whose words are its name. What it says of itself as a toggle is its state; the name stays.
pub(super) fn round(act: &'static str, picture: Icon, label: String, press: Press) -> Tag {
    pressable("meet-round", act, press).set("title", label.as_str()).set("aria-label", label).with(icon(picture))
}

fn pressable(class: &'static str, act: &'static str, press: Press) -> Tag {
    tag("button", class).set("type", "button").set("data-act", act).on("click", move |_| press())
}

/// Whether shortcuts go with Cmd.
pub(super) fn is_mac() -> bool {
    let of_apple = |platform: String| ["Mac", "iP"].iter().any(|start| platform.starts_with(start));
    window().navigator().platform().is_ok_and(of_apple)
}

/// A named group.
pub(super) fn group(class: &'static str, label: String) -> Tag {
    tag("div", class).set("role", "group").set("aria-label", label)
}

/// Who is at the other side, in two lines.
pub(super) fn who(name: String, below: Tag) -> Tag {
    tag("div", "meet-words").with(tag("strong", "").set("dir", "auto").text(name)).with(below)
}
