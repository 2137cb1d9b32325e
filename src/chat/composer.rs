//! Writing a message, with the call buttons beside it.

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::effect::effect;
use super::icons::{Icon, icon};
use super::layout::MESSAGE_FIELD;
use super::names::room_name;
use super::page::{Page, text};
use super::session::Chat;
use crate::ids::RoomId;
use crate::ui::CallButtons;
use crate::ui::drawn::{Draw, redrawn};

/// The key code of a key that an input method has taken; browsers that end the composition before the key say only this.
const TAKEN_BY_INPUT_METHOD: u32 = 229;

/// Why nothing can be written here.
#[derive(Clone, Copy, PartialEq)]
enum Closed {
    Encrypted,
    NoPower,
}

/// The composer of a room.
#[component]
pub(super) fn Composer(
    id: RoomId,
    /// What stands in it.
    draft: RwSignal<String>,
) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let id = StoredValue::new(id);
    let field = NodeRef::<html::Textarea>::new();
    let closed = Memo::new(move |_| {
        chat.room.with(|room| match room {
            Some(room) if room.encrypted => Some(Closed::Encrypted),
            Some(room) if !room.may_send => Some(Closed::NoPower),
            _ => None,
        })
    });
    let name = Memo::new(move |_| {
        chat.room.with(|room| room.as_ref().map(|room| room_name(page, &room.name))).unwrap_or_default()
    });
    let blank = Memo::new(move |_| draft.with(|draft| draft.trim().is_empty()));

    let send = move || {
        if blank.get_untracked() || closed.get_untracked().is_some() {
            return;
        }
        if let Some(client) = chat.client() {
            client.send_text(&id.get_value(), draft.get_untracked().trim_end());
            draft.set(String::new());
        }
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let key = move |event: KeyboardEvent| {
        let composing = event.is_composing() || event.key_code() == TAKEN_BY_INPUT_METHOD;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    // A room that was opened is there to be written in; on a phone the keyboard would cover it.
    effect(move || {
        if let Some(field) = field.get()
            && super::layout::wide()
        {
            let _ = field.focus();
        }
    });

    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {redrawn(move || match closed.get() {
                None => view! {
                    // The twin below the field has its text and so gives it its height.
                    <div class="field">
                        <textarea
                            id=MESSAGE_FIELD rows="1" dir="auto" node_ref=field
                            placeholder=text!(page, "composer.placeholder")
                            aria-label=move || text!(page, "composer.label", room = &name.get())
                            enterkeyhint="send"
                            bind:value=draft
                            on:keydown=key
                        ></textarea>
                        <div class="twin" aria-hidden="true">{move || draft.get()}" "</div>
                    </div>
                }
                .drawn(),
                Some(why) => view! {
                    <p class="closed" id=MESSAGE_FIELD tabindex="-1">
                        {icon(match why {
                            Closed::Encrypted => Icon::Lock,
                            Closed::NoPower => Icon::Warning,
                        })}
                        <span>{match why {
                            Closed::Encrypted => text!(page, "composer.encrypted"),
                            Closed::NoPower => text!(page, "composer.no_power"),
                        }}</span>
                    </p>
                }
                .drawn(),
            })}
            <CallButtons calls=chat.calls room=Signal::derive(move || id.get_value())/>
            {redrawn(move || closed.get().is_none().then(|| view! {
                <button
                    type="submit" class="icon-button send"
                    aria-label=text!(page, "composer.send")
                    title=text!(page, "composer.send")
                    aria-disabled=move || blank.get().to_string()
                >
                    {icon(Icon::Send)}
                </button>
            }.drawn()))}
        </form>
    }
}
