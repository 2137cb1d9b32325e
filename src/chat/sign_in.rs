//! Signing in: homeserver, user name, password; or, in a demonstration, a one-time link.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Event;

use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Farewell;
use super::trouble::{Missing, Trouble, words};
use crate::matrix::client;
use crate::matrix::view::{Session, SignInError};
use crate::site::Homeserver;
use crate::ui::drawn::{Drawn, redrawn};
use crate::ui::effect::effect;
use crate::ui::element::{Held, Tag, button, focus, held, tag};

/// The sign-in card. `farewell` is how the last session ended; `token` a one-time token to sign in with at once; `signed_in`
/// takes the new session.
pub(super) fn sign_in(
    farewell: Option<Farewell>,
    token: Option<String>,
    signed_in: impl Fn(Session) + Copy + Send + 'static,
) -> Tag {
    let page = Page::here();
    let label = page.site(|site| Some(site.homeserver.as_ref()?.label().to_owned()));
    let choosing = RwSignal::new(label.is_none());
    let may_choose = page.site(|site| site.may_choose_homeserver);

    let server = RwSignal::new(label.clone().unwrap_or_default());
    let user = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let by_link = RwSignal::new(token.is_some());
    let trouble = RwSignal::new(None::<Trouble>);
    let server_field = held();
    let user_field = held();
    let password_field = held();

    let target = move || page.site(|site| server.with_untracked(|typed| site.chosen(typed, &user.get_untracked())));
    let focus_on = move |field: Held| {
        let there = field.try_with_value(|field| field.as_ref().is_some_and(|field| field.is_connected()));
        focus(if there == Some(true) { field } else { user_field });
    };
    let finish = move |result: Result<Session, SignInError>| {
        busy.try_set(false);
        by_link.try_set(false);
        match result {
            Ok(session) => {
                signed_in(session);
            }
            Err(error) => {
                let field = match &error {
                    SignInError::WrongPassword => password_field,
                    SignInError::BadAddress
                    | SignInError::Unreachable(_)
                    | SignInError::NotMatrix(_)
                    | SignInError::BadWellKnown(_) => server_field,
                    _ => user_field,
                };
                trouble.try_set(Some(Trouble::Refused(error)));
                focus_on(field);
            }
        }
    };

    if let Some(token) = token {
        match target() {
            Some(server) => {
                busy.set(true);
                spawn_local(async move {
                    finish(match address(server).await {
                        Ok(address) => client::sign_in_with_token(&address, &token).await,
                        Err(error) => Err(error),
                    });
                });
            }
            None => trouble.set(Some(Trouble::Missing(Missing::Homeserver))),
        }
    }

    let submit = move |event: &Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (name, secret) = (user.get_untracked(), password.get_untracked());
        let missing = if name.trim().is_empty() {
            Some((Missing::User, user_field))
        } else if secret.is_empty() {
            Some((Missing::Password, password_field))
        } else {
            None
        };
        if let Some((missing, field)) = missing {
            trouble.set(Some(Trouble::Missing(missing)));
            focus_on(field);
            return;
        }
        let Some(server) = target() else {
            trouble.set(Some(Trouble::Missing(Missing::Homeserver)));
            focus_on(server_field);
            return;
        };
        trouble.set(None);
        busy.set(true);
        spawn_local(async move {
            finish(match address(server).await {
                Ok(address) => client::sign_in(&address, name.trim(), &secret).await,
                Err(error) => Err(error),
            });
        });
    };

    effect(move || focus_on(if choosing.get() { server_field } else { user_field }));
    let brand = page.site(|site| site.brand.clone());
    let input = move |id, name, missing: Missing, field: Held, text: RwSignal<String>| {
        let invalid = move || trouble.with(|trouble| *trouble == Some(Trouble::Missing(missing)));
        tag("input", "")
            .held(field)
            .set("id", id)
            .set("name", name)
            .set("autocapitalize", "none")
            .set("spellcheck", "false")
            .live("aria-invalid", move || invalid().then(|| "true".to_owned()))
            .field(text)
    };
    let label_for = |id: &'static str, words: String| tag("label", "").set("for", id).text(words);

    let homeserver = redrawn(move || {
        if choosing.get() {
            let field = input("homeserver", "homeserver", Missing::Homeserver, server_field, server)
                .set("type", "text")
                .set("inputmode", "url")
                .set("autocomplete", "url")
                .set("aria-describedby", "homeserver-hint");
            let hint = tag("p", "hint").set("id", "homeserver-hint").text(text!(page, "sign_in.homeserver_hint"));
            let label = label_for("homeserver", text!(page, "sign_in.homeserver"));
            return vec![label.into(), field.into(), hint.into()].into();
        }
        let change = may_choose.then(|| {
            button("plain", move |_| choosing.set(true)).text(text!(page, "sign_in.change_homeserver")).into()
        });
        let named = tag("span", "")
            .with(tag("small", "").text(text!(page, "sign_in.homeserver")))
            .with(tag("strong", "").text(label.clone().unwrap_or_default()));
        Drawn::from(tag("div", "server").with(named).with(change))
    });
    let password_type = move || Some(if shown.get() { "text" } else { "password" }.to_owned());
    let show = button("icon-button", move |_| shown.update(|shown| *shown = !*shown))
        .set("aria-label", text!(page, "sign_in.show_password"))
        .state("aria-pressed", Box::new(move || shown.get()))
        .with(redrawn(move || icon(if shown.get() { Icon::EyeOff } else { Icon::Eye })));
    let secret = input("password", "password", Missing::Password, password_field, password)
        .set("autocomplete", "current-password")
        .live("type", password_type);
    let go = move || match (busy.get(), by_link.get()) {
        (false, _) => text!(page, "sign_in.submit"),
        (true, false) => text!(page, "sign_in.busy"),
        (true, true) => text!(page, "sign_in.busy_link"),
    };
    let farewell = farewell.map(|why| {
        let words = match why {
            Farewell::Ended => text!(page, "sign_in.ended"),
            Farewell::SignedOut => text!(page, "sign_in.signed_out"),
        };
        tag("p", "notice").set("role", "status").text(words).into()
    });

    let form = tag("form", "card")
        .on("submit", submit)
        .state("aria-busy", Box::new(move || busy.get()))
        .set("novalidate", "")
        .with(tag("span", "mark").set("aria-hidden", "true").with(icon(Icon::Chats)))
        .with(tag("h1", "").text(text!(page, "sign_in.title", brand = &brand)))
        .with(tag("p", "lead").text(text!(page, "sign_in.lead")))
        .with(farewell)
        .with(
            tag("div", "")
                .set("role", "alert")
                .with(redrawn(move || trouble.with(|trouble| Some(words(page, trouble.as_ref()?).into())))),
        )
        .with(homeserver)
        .with(label_for("user", text!(page, "sign_in.user")))
        .with(
            input("user", "username", Missing::User, user_field, user)
                .set("type", "text")
                .set("autocomplete", "username"),
        )
        .with(label_for("password", text!(page, "sign_in.password")))
        .with(tag("div", "secret").with(secret).with(show))
        .with(
            tag("button", "primary")
                .set("type", "submit")
                .state("aria-disabled", Box::new(move || busy.get()))
                .words(Box::new(go)),
        );
    tag("main", "sign-in").with(form)
}

async fn address(server: Homeserver) -> Result<String, SignInError> {
    match server {
        Homeserver::Known { base_url, .. } => Ok(base_url),
        Homeserver::Named(name) => client::discover(&name).await,
    }
}
