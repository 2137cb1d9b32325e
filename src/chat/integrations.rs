//! The integration manager: the four squares, and the dialogue that they open. `crate::integrations` decides; here is what it asks
//! for, and what a person sees of it.

mod frame;
pub(super) mod token;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::account::dialog;
use super::icons::{Icon, icon};
use super::page::{Page, text};
use super::session::{Chat, in_words};
use crate::browser::lock;
use crate::host::HostError;
use crate::host::matrix::is_dark;
use crate::ids::RoomId;
use crate::integrations::{
    ACCEPTED, Failure, Input, Manager, Opening, PROVISIONING, Policy, Step, USER_WIDGETS, is_on, switched,
    with_accepted,
};
use crate::matrix::client::{Client, ask_elsewhere};
use crate::meet::settings::CallSettings;
use crate::room::RoomFacts;
use crate::secret::Secret;
use crate::ui::drawn::{Drawn, redrawn, when};
use crate::ui::effect::memo;
use crate::ui::element::{Held, Tag, button, focus, held, tag};

/// The lock under which account data of integrations are changed.
const WRITING: &str = "meet_in_chat.integrations";

/// What the dialogue shows.
#[derive(Clone)]
enum View {
    /// Something is asked for.
    Working,
    /// Integrations are switched off.
    Off,
    /// There is no manager.
    Nobody,
    /// What has to be agreed to, and where.
    Terms(String, Vec<Policy>),
    /// What went wrong.
    Failed(String),
    /// The manager, and the address of its frame.
    Frame(Manager, Secret),
}

/// One opened dialogue.
#[derive(Clone, Copy)]
struct Opened {
    page: Page,
    chat: Chat,
    room: StoredValue<RoomId>,
    view: RwSignal<View>,
    opening: StoredValue<Option<(Manager, Opening)>, LocalStorage>,
    /// Counts the attempts: what comes of an earlier one is late.
    attempt: StoredValue<u64>,
    close: Callback<()>,
    /// What has the focus at first, and whenever what had it goes away: nothing that a second press would act on.
    top: Held,
}

/// The four squares of this room.
pub(super) fn integrations(room: &RoomId) -> Vec<Drawn> {
    let (page, chat) = (Page::here(), Chat::here());
    let (opener, room) = (held(), StoredValue::new(room.clone()));
    let has_widgets = page.site(|site| CallSettings::read(&site.file, "").widgets_enabled);
    let is_in = move || chat.room.with(|room| room.as_ref().is_some_and(|room| !room.invited));
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| {
        open.set(false);
        focus(opener);
    });
    let squares = button("icon-button", move |_| open.set(true))
        .held(opener)
        .set("aria-label", text!(page, "room.integrations"))
        .set("title", text!(page, "room.integrations"))
        .set("aria-haspopup", "dialog")
        .state("aria-expanded", Box::new(move || open.get()))
        .shown(Box::new(move || has_widgets && is_in()))
        .with(icon(Icon::Squares));
    vec![squares.into(), when(move || open.get(), move || opened(room, close))]
}

fn opened(room: StoredValue<RoomId>, close: Callback<()>) -> Vec<Drawn> {
    let opened = Opened {
        page: Page::here(),
        chat: Chat::here(),
        room,
        view: RwSignal::new(View::Working),
        opening: StoredValue::new_local(None),
        attempt: StoredValue::new(0),
        close,
        top: held(),
    };
    opened.begin();
    let page = opened.page;
    let last = held();
    let off = memo(move || opened.view.with(|view| matches!(view, View::Off)));
    let switch = button("plain", move |_| opened.switch(false))
        .shown(Box::new(move || !off.get()))
        .text(text!(page, "integrations.switch_off"));
    let shut = button("", move |_| close.run(())).held(last).text(text!(page, "page.close"));
    // One element whose words change, so that a screen reader says them.
    let says = move || opened.view.with(|view| opened.words(view));
    let inside = tag("div", "integrations")
        .set("tabindex", "-1")
        .held(opened.top)
        .with(tag("p", "").set("role", "status").words(Box::new(says)))
        .with(redrawn(move || {
            let view = opened.view.get();
            untrack(|| opened.drawn(view))
        }));
    let inside = vec![guard(last).into(), inside.into()].into();
    let actions = tag("div", "actions").with(switch).with(shut).with(guard(opened.top));
    dialog(text!(page, "room.integrations"), opened.top, close, inside, actions)
}

/// Where the keyboard would leave the dialogue, it goes on at its other end. The manager's page takes it in between, and no key that
/// is pressed there is heard here.
fn guard(to: Held) -> Tag {
    tag("span", "unseen").set("tabindex", "0").on("focus", move |_| focus(to))
}

impl Opened {
    fn words(self, view: &View) -> String {
        let page = self.page;
        match view {
            View::Working => text!(page, "integrations.connecting"),
            View::Nobody => text!(page, "integrations.nobody"),
            View::Off => text!(page, "integrations.off"),
            View::Failed(why) => why.clone(),
            View::Terms(host, _) => text!(page, "integrations.terms", host = host),
            View::Frame(manager, _) => text!(page, "integrations.in_your_name", host = manager.host()),
        }
    }

    /// What stands below the words.
    fn drawn(self, view: View) -> Option<Drawn> {
        let page = self.page;
        Some(match view {
            View::Working | View::Nobody => return None,
            View::Off => self.press(text!(page, "integrations.switch_on"), move || self.switch(true)),
            View::Failed(_) => self.press(text!(page, "page.retry"), move || self.begin()),
            View::Terms(_, policies) => {
                let row = |policy: Policy| {
                    let link = tag("a", "").set("href", policy.url).set("target", "_blank");
                    let link = link.set("rel", "noopener noreferrer").set("dir", "auto").text(policy.name);
                    tag("li", "").with(link).into()
                };
                let list = tag("ul", "").with(policies.into_iter().map(row).collect::<Vec<Drawn>>());
                let agree = move || self.go_on(Input::Agreed);
                vec![list.into(), self.press(text!(page, "integrations.agree"), agree)].into()
            }
            View::Frame(manager, address) => {
                let title = text!(page, "integrations.frame", host = manager.host());
                frame::frame(self, &manager, &address).set("title", title).into()
            }
        })
    }

    /// The one thing to do. It goes away with what it answers, so the focus goes on.
    fn press(self, words: String, act: impl Fn() + Send + 'static) -> Drawn {
        let press = button("primary", move |_| {
            focus(self.top);
            act();
        });
        press.text(words).into()
    }

    /// Shows something else, if somebody still looks.
    fn show(self, view: View) {
        self.view.try_set(view);
    }

    /// Begins an attempt: what went before it is late.
    fn attempt(self) -> u64 {
        let next = self.attempt.try_update_value(|attempt| {
            *attempt += 1;
            *attempt
        });
        self.opening.try_set_value(None);
        self.show(View::Working);
        next.unwrap_or_default()
    }

    fn is_now(self, attempt: u64) -> bool {
        self.attempt.try_get_value() == Some(attempt)
    }

    fn failed(self, error: &HostError) {
        self.show(View::Failed(in_words(self.page, error)));
    }

    /// Asks the homeserver what I have and want, then the manager.
    fn begin(self) {
        let (attempt, Some(client)) = (self.attempt(), self.chat.client()) else { return };
        spawn_local(async move {
            let known = known(&client).await;
            if !self.is_now(attempt) {
                return;
            }
            match known {
                Err(error) => self.failed(&error),
                Ok((switch, _)) if !is_on(switch.as_ref()) => self.show(View::Off),
                Ok((_, widgets)) => self.open(&client, widgets.as_ref()),
            }
        });
    }

    fn open(self, client: &Client, widgets: Option<&Value>) {
        let Some(manager) = token::manager(client, self.page, widgets) else {
            return self.show(View::Nobody);
        };
        let (opening, step) = token::start(client, self.page, &manager, self.chat.manager_token);
        self.opening.set_value(Some((manager, opening)));
        self.carry_out(step);
    }

    /// Gives the opening what became of its last step.
    fn go_on(self, input: Input) {
        let step = self.opening.try_update_value(|opening| Some(opening.as_mut()?.1.handle(input)));
        if let Some(step) = step.flatten() {
            self.carry_out(step);
        }
    }

    fn carry_out(self, step: Step) {
        let manager = self.opening.with_value(|opening| opening.as_ref().map(|(manager, _)| manager.clone()));
        let (Some(manager), Some(client), Some(attempt)) = (manager, self.chat.client(), self.attempt.try_get_value())
        else {
            return;
        };
        let host = manager.host();
        match step {
            Step::Terms(policies) => self.show(View::Terms(host.to_owned(), policies)),
            Step::Failed(Failure::Homeserver(error)) => self.failed(&error),
            Step::Failed(failure) => self.show(View::Failed(match failure {
                Failure::Refused => text!(self.page, "integrations.refused", host = host),
                Failure::Terms => text!(self.page, "integrations.terms_unreadable", host = host),
                _ => text!(self.page, "integrations.unreachable", host = host),
            })),
            Step::Ready(token) => {
                let room = self.room.get_value();
                let facts = client.room_json(&room).and_then(|json| RoomFacts::read(&json, &client.session().user_id));
                // What the room's state calls it: never what this page makes of its people's names.
                let name = facts.and_then(|facts| facts.public_name).unwrap_or_default();
                let address = manager.frame(&token, room.as_str(), &name, is_dark());
                self.chat.manager_token.set_value(Some((manager.api.clone(), token)));
                self.show(View::Frame(manager, address));
            }
            asks => {
                self.show(View::Working);
                spawn_local(async move {
                    let input = answer(&client, asks).await;
                    if self.is_now(attempt)
                        && let Some(input) = input
                    {
                        self.go_on(input);
                    }
                });
            }
        }
    }

    /// Switches integrations on or off for my account, and shows what follows.
    fn switch(self, on: bool) {
        focus(self.top);
        let (attempt, Some(client)) = (self.attempt(), self.chat.client()) else { return };
        spawn_local(async move {
            let written = rewrite(&client, PROVISIONING, &|content| switched(content, on)).await;
            if !self.is_now(attempt) {
                return;
            }
            match written {
                Err(error) => self.failed(&error),
                Ok(()) if on => self.begin(),
                Ok(()) => self.show(View::Off),
            }
        });
    }
}

/// My switch and my own widgets, as the homeserver has them now.
async fn known(client: &Client) -> Result<(Option<Value>, Option<Value>), HostError> {
    let switch = client.newest_account_data(PROVISIONING).await?;
    Ok((switch, client.newest_account_data(USER_WIDGETS).await?))
}

/// What becomes of a step that asks somebody else than the person.
async fn answer(client: &Client, step: Step) -> Option<Input> {
    Some(match step {
        Step::OpenId => Input::OpenId(client.open_id_token().await),
        Step::Ask(ask) => {
            let token = ask.token.as_ref().map(|token| token.0.as_str());
            Input::Answer(ask_elsewhere(&ask.base, token, &ask.request).await)
        }
        Step::ReadAccepted => Input::Accepted(client.newest_account_data(ACCEPTED).await),
        Step::KeepAccepted(urls) => {
            // The manager has it; where it can't be kept, another manager with the same terms asks once more.
            let _ = rewrite(client, ACCEPTED, &|content| with_accepted(content, &urls)).await;
            Input::Kept
        }
        _ => return None,
    })
}

/// Changes my account data of a type as they are now: another tab or app may have written since the last sync. One tab after the other.
async fn rewrite(client: &Client, event_type: &str, change: &dyn Fn(Option<Value>) -> Value) -> Result<(), HostError> {
    let _lock = lock::hold(WRITING).await;
    let newest = client.newest_account_data(event_type).await?;
    client.set_account_data(event_type, change(newest)).await
}
