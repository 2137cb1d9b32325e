//! The account menu: who I am, the look, signing out.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::effect::effect;
use super::icons::{Icon, icon};
use super::keys::{focus_soon, walk};
use super::page::{Page, text};
use super::session::Chat;
use super::theme::{self, Choice};
use crate::ui::drawn::{Draw, redrawn};

/// A button with my avatar, and what it opens.
#[component]
pub(super) fn Account() -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let session = chat.session();
    let open = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let me = session.user_id.clone();
    let name = session.user_id.localpart().to_owned();
    let server = host_of(&session.homeserver);

    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    let look = RwSignal::new(theme::remembered(page.site(|site| site.theme)));
    let choose = move |choice| {
        theme::remember(choice);
        theme::apply(choice);
        look.set(choice);
    };
    let choice = move |value: Choice, words: String| {
        view! {
            <button
                type="button" role="menuitemradio" tabindex="-1"
                aria-checked=move || (look.get() == value).to_string()
                on:click=move |_| choose(value)
            >
                {words}
            </button>
        }
        .drawn()
    };

    view! {
        <div
            class="account"
            on:keydown=move |event| match event.key().as_str() {
                "Escape" if open.get_untracked() => {
                    event.stop_propagation();
                    close();
                }
                "Tab" => open.set(false),
                _ => walk(&event, "[role^=menuitem]"),
            }
        >
            <button
                type="button" class="icon-button" node_ref=button
                aria-label=text!(page, "account.open")
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| {
                    open.update(|open| *open = !*open);
                    focus_soon("[role=menu] [aria-checked=true]".into());
                }
            >
                <Avatar image=None name=name.clone() id=me.as_str() size=32/>
            </button>
            {
                let (name, server) = (name.clone(), me.as_str().to_owned());
                redrawn(move || open.get().then(|| view! {
                    <div class="veil" on:click=move |_| close()></div>
                    <div class="menu card" role="menu" aria-label=text!(page, "account.open")>
                        <p class="who" role="presentation">
                            <strong dir="auto">{name.clone()}</strong>
                            <small dir="ltr">{server.clone()}</small>
                        </p>
                        <div class="look" role="group" aria-label=text!(page, "account.theme")>
                            <small aria-hidden="true">{text!(page, "account.theme")}</small>
                            <div class="choices" role="presentation">
                                {choice(Choice::System, text!(page, "account.theme_system"))}
                                {choice(Choice::Light, text!(page, "account.theme_light"))}
                                {choice(Choice::Dark, text!(page, "account.theme_dark"))}
                            </div>
                        </div>
                        <button
                            type="button" class="plain danger" role="menuitem" tabindex="-1"
                            on:click=move |_| {
                                open.set(false);
                                asking.set(true);
                            }
                        >
                            {icon(Icon::SignOut)}
                            {text!(page, "account.sign_out")}
                        </button>
                    </div>
                }.drawn()))
            }
            {
                let device = session.device_id.clone();
                redrawn(move || asking.get().then(|| view! {
                    <AskSignOut
                        device=device.as_str().to_owned()
                        server=server.clone()
                        done=Callback::new(move |()| {
                            asking.set(false);
                            close();
                        })
                    />
                }.drawn()))
            }
        </div>
    }
}

/// Asks before the device is ended.
#[component]
fn AskSignOut(device: String, server: String, done: Callback<()>) -> impl IntoView {
    let (page, chat) = (Page::here(), Chat::here());
    let dialog = NodeRef::<html::Dialog>::new();
    let busy = RwSignal::new(false);

    effect(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });

    view! {
        <dialog
            class="card" node_ref=dialog aria-labelledby="sign-out-title"
            on:close=move |_| done.run(())
            on:cancel=move |event: web_sys::Event| {
                if busy.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            <h2 id="sign-out-title">{text!(page, "account.sign_out_title")}</h2>
            <p>{text!(page, "account.sign_out_text", device = &device, server = &server)}</p>
            <div class="actions">
                <button
                    type="button"
                    disabled=busy
                    on:click=move |_| {
                        if let Some(dialog) = dialog.get_untracked() {
                            dialog.close();
                        }
                    }
                >
                    {text!(page, "page.cancel")}
                </button>
                <button
                    type="button" class="primary danger"
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| {
                        if !busy.get_untracked() {
                            busy.set(true);
                            spawn_local(chat.sign_out());
                        }
                    }
                >
                    {move || if busy.get() {
                        text!(page, "account.signing_out")
                    } else {
                        text!(page, "account.sign_out")
                    }}
                </button>
            </div>
        </dialog>
    }
}

/// What stands between the scheme and the path of an address.
fn host_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}
