//! The whole page: sign-in, or the chat of whoever is signed in.

use leptos::prelude::*;

use super::layout::layout;
use super::page::Page;
use super::session::{self, Chat, Farewell};
use super::sign_in::sign_in;
use crate::matrix::view::Session;
use crate::ui::drawn::{Drawn, redrawn};

#[derive(Clone)]
enum Screen {
    SignIn(Option<Farewell>),
    Chat(Session),
}

/// The page. A one-time token signs in, unless someone is signed in already.
pub(super) fn app(mut token: Option<String>) -> Drawn {
    let screen = RwSignal::new(session::remembered().map_or(Screen::SignIn(None), Screen::Chat));
    let signed_in = move |session: Session| {
        session::remember(&session);
        screen.try_set(Screen::Chat(session));
    };
    let leave = Callback::new(move |why| screen.set(Screen::SignIn(Some(why))));

    redrawn(move || {
        // It counts for the first sign-in of the page only.
        let token = token.take();
        let screen = screen.get();
        untrack(|| match screen {
            Screen::Chat(session) => {
                Chat::provide(session, leave);
                layout()
            }
            Screen::SignIn(farewell) => {
                document().set_title(&Page::here().site(|site| site.brand.clone()));
                sign_in(farewell, token, signed_in)
            }
        })
    })
    .into()
}
