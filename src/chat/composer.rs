//! Writing a message, with the call buttons beside it.

use leptos::prelude::*;
use web_sys::Event;

use super::icons::{Icon, icon};
use super::keys::key;
use super::layout::MESSAGE_FIELD;
use super::names::room_name;
use super::page::{Page, text};
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::CallButtons;
use crate::ui::drawn::{Draw, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Tag, focus, held, tag};

/// The key code of a key that an input method has taken; browsers that end the composition before the key say only this.
const TAKEN_BY_INPUT_METHOD: u32 = 229;

/// Why nothing can be written here.
#[derive(Clone, Copy, PartialEq)]
enum Closed {
    Encrypted,
    NoPower,
}

/// The composer of a room, with what stands in it.
pub(super) fn composer(id: RoomId, draft: RwSignal<String>) -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let id = StoredValue::new(id);
    let field = held();
    let closed = memo(move || {
        chat.room.with(|room| match room {
            Some(room) if room.encrypted => Some(Closed::Encrypted),
            Some(room) if !room.may_send => Some(Closed::NoPower),
            _ => None,
        })
    });
    let name = move || chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default();
    let blank = move || draft.with(|draft| draft.trim().is_empty());

    let send = move || {
        if untrack(blank) || closed.get_untracked().is_some() {
            return;
        }
        if let Some(client) = chat.client() {
            client.send_text(&id.get_value(), draft.get_untracked().trim_end());
            draft.set(String::new());
        }
        focus(field);
    };
    let typed = move |event: &Event| {
        let event = key(event);
        let composing = event.is_composing() || event.key_code() == TAKEN_BY_INPUT_METHOD;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    tag("form", "composer")
        .on("submit", move |event| {
            event.prevent_default();
            send();
        })
        .with(redrawn(move || match closed.get() {
            None => {
                let text = tag("textarea", "")
                    .held(field)
                    // A room that was opened is there to be written in; on a phone the keyboard would cover it.
                    .placed(move |_| {
                        if super::layout::wide() {
                            focus(field);
                        }
                    })
                    .set("id", MESSAGE_FIELD)
                    .set("rows", "1")
                    .set("dir", "auto")
                    .set("placeholder", text!(page, "composer.placeholder"))
                    .live("aria-label", move || Some(text!(page, "composer.label", room = &name())))
                    .set("enterkeyhint", "send")
                    .field(draft)
                    .on("keydown", typed);
                // The twin below the field has its text and so gives it its height.
                let twin = tag("div", "twin").set("aria-hidden", "true").words(Box::new(move || draft.get())).text(" ");
                tag("div", "field").with(text).with(twin)
            }
            Some(why) => {
                let (picture, words) = match why {
                    Closed::Encrypted => (Icon::Lock, text!(page, "composer.encrypted")),
                    Closed::NoPower => (Icon::Warning, text!(page, "composer.no_power")),
                };
                tag("p", "closed")
                    .set("id", MESSAGE_FIELD)
                    .set("tabindex", "-1")
                    .with(icon(picture))
                    .with(tag("span", "").text(words))
            }
        }))
        .with(view! { <CallButtons calls=chat.calls room=Signal::derive(move || id.get_value())/> }.drawn())
        .with(when(
            move || closed.get().is_none(),
            move || {
                tag("button", "icon-button send")
                    .set("type", "submit")
                    .set("aria-label", text!(page, "composer.send"))
                    .set("title", text!(page, "composer.send"))
                    .state("aria-disabled", Box::new(blank))
                    .with(icon(Icon::Send))
            },
        ))
}
