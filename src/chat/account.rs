//! The account menu: who I am, the look, the settings for calls, signing out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::avatar::avatar;
use super::icons::{Icon, icon};
use super::keys::{focus_soon, key, walk};
use super::page::{Page, text};
use super::session::Chat;
use super::theme::{self, Choice};
use crate::browser::js;
use crate::ui::call_check::{CallCheck, CallCheckProps};
use crate::ui::drawn::{Draw, Drawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Held, Tag, button, focus, held, tag};
use crate::ui::settings::{CallSettings, CallSettingsProps};
use crate::within;

/// A button with my avatar, and what it opens.
pub(super) fn account() -> Tag {
    let (page, chat) = (Page::here(), Chat::here());
    let session = chat.session();
    let open = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let setting = RwSignal::new(false);
    let checking = RwSignal::new(false);
    let opener = held();
    let me = session.user_id.as_str().to_owned();
    let name = session.user_id.localpart().to_owned();
    let server = host_of(&session.homeserver);
    let device = session.device_id.as_str().to_owned();

    let close = move || {
        open.set(false);
        focus(opener);
    };
    let shown = memo({
        let name = name.clone();
        move || name.clone()
    });
    let opens = button("icon-button", move |_| {
        open.update(|open| *open = !*open);
        focus_soon("[role=menu] [aria-checked=true]".into());
    })
    .held(opener)
    .set("aria-label", text!(page, "account.open"))
    .set("aria-haspopup", "menu")
    .state("aria-expanded", Box::new(move || open.get()))
    .with(avatar(memo(|| None), shown, &me, 32));
    let look = RwSignal::new(theme::remembered(page.site(|site| site.theme)));

    tag("div", "account")
        .on("keydown", move |event| match key(event).key().as_str() {
            "Escape" if open.get_untracked() => {
                event.stop_propagation();
                close();
            }
            "Tab" => open.set(false),
            _ => walk(event, "[role^=menuitem]"),
        })
        .with(opens)
        .with(when(
            move || open.get(),
            move || {
                let veil = tag("div", "veil").on("click", move |_| close());
                vec![veil.into(), menu(page, look, name.clone(), me.clone(), [open, asking, setting]).into()]
            },
        ))
        .with(when(
            move || setting.get(),
            move || {
                call_settings(checking, move || {
                    setting.set(false);
                    close();
                })
            },
        ))
        .with(when(
            move || checking.get(),
            move || {
                call_check(move || {
                    checking.set(false);
                    close();
                })
            },
        ))
        .with(when(
            move || asking.get(),
            move || {
                ask_sign_out(&device, &server, move || {
                    asking.set(false);
                    close();
                })
            },
        ))
}

fn menu(
    page: Page,
    look: RwSignal<Choice>,
    name: String,
    me: String,
    [open, asking, setting]: [RwSignal<bool>; 3],
) -> Tag {
    let choice = move |value: Choice, words: String| {
        button("", move |_| {
            theme::remember(value);
            theme::apply(value);
            look.set(value);
        })
        .set("role", "menuitemradio")
        .set("tabindex", "-1")
        .state("aria-checked", Box::new(move || look.get() == value))
        .text(words)
    };
    let leads_to = move |class, dialog: RwSignal<bool>| {
        let item = button(class, move |_| {
            open.set(false);
            dialog.set(true);
        });
        item.set("role", "menuitem").set("tabindex", "-1").set("aria-haspopup", "dialog")
    };
    tag("div", "menu card")
        .set("role", "menu")
        .set("aria-label", text!(page, "account.open"))
        .with(
            tag("p", "who")
                .set("role", "presentation")
                .with(tag("strong", "").set("dir", "auto").text(name))
                .with(tag("small", "").set("dir", "ltr").text(me)),
        )
        .with(
            tag("div", "look")
                .set("role", "group")
                .set("aria-label", text!(page, "account.theme"))
                .with(tag("small", "").set("aria-hidden", "true").text(text!(page, "account.theme")))
                .with(
                    tag("div", "choices")
                        .set("role", "presentation")
                        .with(choice(Choice::System, text!(page, "account.theme_system")))
                        .with(choice(Choice::Light, text!(page, "account.theme_light")))
                        .with(choice(Choice::Dark, text!(page, "account.theme_dark"))),
                ),
        )
        .with(leads_to("plain", setting).with(icon(Icon::Conference)).text(text!(page, "account.call_settings")))
        .with(leads_to("plain danger", asking).with(icon(Icon::SignOut)).text(text!(page, "account.sign_out")))
}

/// Asks before the device is ended.
fn ask_sign_out(device: &str, server: &str, done: impl Fn() + Copy + Send + Sync + 'static) -> Vec<Drawn> {
    let (page, chat) = (Page::here(), Chat::here());
    let busy = RwSignal::new(false);
    let stop = Callback::new(move |()| {
        if !busy.get_untracked() {
            done();
        }
    });
    let first = held();
    let cancel = button("", move |_| done()).held(first);
    let sign_out = button("primary danger", move |_| {
        if !busy.get_untracked() {
            busy.set(true);
            spawn_local(chat.sign_out());
        }
    });
    let words = move || if busy.get() { text!(page, "account.signing_out") } else { text!(page, "account.sign_out") };

    let actions = tag("div", "actions")
        .with(cancel.mark("disabled", Box::new(move || busy.get())).text(text!(page, "page.cancel")))
        .with(sign_out.state("aria-disabled", Box::new(move || busy.get())).words(Box::new(words)));
    let inside = tag("p", "").text(text!(page, "account.sign_out_text", device = device, server = server));
    dialog(text!(page, "account.sign_out_title"), first, stop, inside.into(), actions)
}

/// The settings for calls, with a way to the check of them.
fn call_settings(checking: RwSignal<bool>, done: impl Fn() + Copy + Send + Sync + 'static) -> Vec<Drawn> {
    let (page, chat) = (Page::here(), Chat::here());
    let first = held();
    let close = button("", move |_| done()).held(first).text(text!(page, "page.close"));
    // The settings make room: their button and the focus on it go before what takes their place has a focus of its own.
    let on_check = Callback::new(move |()| {
        done();
        checking.set(true);
    });
    let settings = CallSettings(CallSettingsProps { calls: chat.calls, on_check: Some(on_check) }).drawn();
    dialog(
        text!(page, "settings.title"),
        first,
        Callback::new(move |()| done()),
        settings,
        tag("div", "actions").with(close),
    )
}

/// Whether calls can work.
fn call_check(done: impl Fn() + Copy + Send + Sync + 'static) -> Vec<Drawn> {
    let (page, chat) = (Page::here(), Chat::here());
    let first = held();
    let close = button("", move |_| done()).held(first).text(text!(page, "page.close"));
    let stop = Callback::new(move |()| done());
    let inside = CallCheck(CallCheckProps { calls: chat.calls, leave: Some(stop) }).drawn();
    dialog(text!(page, "settings.check"), first, stop, inside, tag("div", "actions").with(close))
}

/// A dialogue on top of all, and not modal: a call that rings meanwhile can be answered.
pub(super) fn dialog(title: String, first: Held, stop: Callback<()>, inside: Drawn, actions: Tag) -> Vec<Drawn> {
    let dialog = tag("dialog", "card")
        .set("popover", "manual")
        .placed(move |dialog| {
            if js::call(&dialog, "showPopover", &[]).is_err() {
                dialog.unchecked_into::<HtmlDialogElement>().show();
            }
            focus(first);
        })
        .set("aria-labelledby", "dialog-title")
        .on("keydown", move |event| {
            if key(event).key() == "Escape" {
                event.stop_propagation();
                stop.run(());
            }
        })
        .with(tag("h2", "").set("id", "dialog-title").text(title))
        .with(inside)
        .with(actions);
    vec![tag("div", "veil").on("click", move |_| stop.run(())).into(), dialog.into()]
}

/// What stands between the scheme and the path of an address.
fn host_of(address: &str) -> String {
    let rest = within::scheme(address).map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}
