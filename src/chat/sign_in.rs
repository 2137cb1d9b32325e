//! Signing in: homeserver, user name, password; or, in a demonstration, a one-time link.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::effect::effect;
use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::Farewell;
use super::trouble::{Missing, Trouble, Words};
use crate::matrix::client;
use crate::matrix::view::{Session, SignInError};
use crate::site::Homeserver;
use crate::ui::drawn::{Draw, redrawn};

/// The sign-in card.
#[component]
pub(super) fn SignIn(
    /// How the last session ended.
    farewell: Option<Farewell>,
    /// A one-time token to sign in with at once.
    token: Option<String>,
    /// Takes the new session.
    signed_in: Callback<Session>,
) -> impl IntoView {
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
    let server_field = NodeRef::<html::Input>::new();
    let user_field = NodeRef::<html::Input>::new();
    let password_field = NodeRef::<html::Input>::new();

    let target = move || page.site(|site| server.with_untracked(|typed| site.chosen(typed, &user.get_untracked())));
    let focus = move |field: NodeRef<html::Input>| {
        if let Some(field) = field.get_untracked().or_else(|| user_field.get_untracked()) {
            let _ = field.focus();
        }
    };
    let finish = move |result: Result<Session, SignInError>| {
        busy.try_set(false);
        by_link.try_set(false);
        match result {
            Ok(session) => {
                signed_in.try_run(session);
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
                focus(field);
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

    let submit = move |event: SubmitEvent| {
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
            focus(field);
            return;
        }
        let Some(server) = target() else {
            trouble.set(Some(Trouble::Missing(Missing::Homeserver)));
            focus(server_field);
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

    effect(move || focus(if choosing.get() { server_field } else { user_field }));
    let invalid =
        move |which: Missing| trouble.with(|trouble| *trouble == Some(Trouble::Missing(which))).then_some("true");
    let brand = page.site(|site| site.brand.clone());

    view! {
        <main class="sign-in">
            <form class="card" on:submit=submit aria-busy=move || busy.get().to_string() novalidate>
                <span class="mark" aria-hidden="true">{icon(Icon::Chats)}</span>
                <h1>{text!(page, "sign_in.title", brand = &brand)}</h1>
                <p class="lead">{text!(page, "sign_in.lead")}</p>

                {farewell.map(|why| view! {
                    <p class="notice" role="status">{match why {
                        Farewell::Ended => text!(page, "sign_in.ended"),
                        Farewell::SignedOut => text!(page, "sign_in.signed_out"),
                    }}</p>
                }.drawn())}
                <div role="alert">
                    {redrawn(move || trouble.get().map(|trouble| view! { <Words trouble/> }.drawn()))}
                </div>

                {redrawn(move || if choosing.get() { view! {
                    <label for="homeserver">{text!(page, "sign_in.homeserver")}</label>
                    <input
                        id="homeserver" name="homeserver" type="text" inputmode="url" autocomplete="url"
                        autocapitalize="none" spellcheck="false" aria-describedby="homeserver-hint"
                        aria-invalid=move || invalid(Missing::Homeserver)
                        node_ref=server_field bind:value=server
                    />
                    <p class="hint" id="homeserver-hint">{text!(page, "sign_in.homeserver_hint")}</p>
                }.drawn() } else { view! {
                    <div class="server">
                        <span>
                            <small>{text!(page, "sign_in.homeserver")}</small>
                            <strong>{label.clone()}</strong>
                        </span>
                        {may_choose.then(|| view! {
                            <button type="button" class="plain" on:click=move |_| choosing.set(true)>
                                {text!(page, "sign_in.change_homeserver")}
                            </button>
                        }.drawn())}
                    </div>
                }.drawn() })}

                <label for="user">{text!(page, "sign_in.user")}</label>
                <input
                    id="user" name="username" type="text" autocomplete="username"
                    autocapitalize="none" spellcheck="false"
                    aria-invalid=move || invalid(Missing::User)
                    node_ref=user_field bind:value=user
                />

                <label for="password">{text!(page, "sign_in.password")}</label>
                <div class="secret">
                    <input
                        id="password" name="password" autocomplete="current-password"
                        type=move || if shown.get() { "text" } else { "password" }
                        autocapitalize="none" spellcheck="false"
                        aria-invalid=move || invalid(Missing::Password)
                        node_ref=password_field bind:value=password
                    />
                    <button
                        type="button" class="icon-button"
                        aria-label=text!(page, "sign_in.show_password")
                        aria-pressed=move || shown.get().to_string()
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {redrawn(move || icon(if shown.get() { Icon::EyeOff } else { Icon::Eye }))}
                    </button>
                </div>

                <button type="submit" class="primary" aria-disabled=move || busy.get().to_string()>
                    {move || match (busy.get(), by_link.get()) {
                        (false, _) => text!(page, "sign_in.submit"),
                        (true, false) => text!(page, "sign_in.busy"),
                        (true, true) => text!(page, "sign_in.busy_link"),
                    }}
                </button>
            </form>
        </main>
    }
}

async fn address(server: Homeserver) -> Result<String, SignInError> {
    match server {
        Homeserver::Known { base_url, .. } => Ok(base_url),
        Homeserver::Named(name) => client::discover(&name).await,
    }
}
