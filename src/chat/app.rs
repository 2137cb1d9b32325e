//! The whole page: sign-in, or the chat of whoever is signed in.

use leptos::prelude::*;

use super::layout::Layout;
use super::page::Page;
use super::session::{self, Chat, Farewell};
use super::sign_in::SignIn;
use crate::matrix::view::Session;
use crate::ui::drawn::{Draw, redrawn};

#[derive(Clone, PartialEq)]
enum Screen {
    SignIn(Option<Farewell>),
    Chat(Session),
}

/// The page.
#[component]
pub(super) fn App(
    /// A one-time token that signs in, unless someone is signed in already.
    token: Option<String>,
) -> impl IntoView {
    let screen = RwSignal::new(session::remembered().map_or(Screen::SignIn(None), Screen::Chat));
    let token = StoredValue::new(token);
    let signed_in = Callback::new(move |session: Session| {
        session::remember(&session);
        screen.set(Screen::Chat(session));
    });
    let leave = Callback::new(move |why| screen.set(Screen::SignIn(Some(why))));

    redrawn(move || match screen.get() {
        Screen::Chat(session) => {
            // It counts for the first sign-in of the page only.
            token.set_value(None);
            view! { <Signed session leave/> }.drawn()
        }
        Screen::SignIn(farewell) => {
            document().set_title(&Page::here().site(|site| site.brand.clone()));
            let token = token.try_update_value(Option::take).flatten();
            view! { <SignIn farewell token signed_in/> }.drawn()
        }
    })
}

#[component]
fn Signed(session: Session, leave: Callback<Farewell>) -> impl IntoView {
    Chat::provide(session, leave);
    view! { <Layout/> }
}
