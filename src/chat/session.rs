//! A signed-in session: the client, the calls, and the signals that the views draw. The client's changes become signals
//! here and nowhere else, once per turn of the event loop however many there were, and only where something differs.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde_json::Value;

use super::integrations::token::{self, KeptToken};
use super::keyed::{KeyedList, put};
use super::page::{Page, text};
use super::route;
use crate::browser::{clock, storage};
use crate::call::history::{CallTile, next_change};
use crate::grouping::{Placed, place};
use crate::host::matrix::MatrixHost;
use crate::host::{HostError, Subscription};
use crate::ids::RoomId;
use crate::matrix::client::{Change, Client};
use crate::matrix::view::{
    Connection, ItemContent, MemberRow, Preview, PreviewBody, RoomRow, RoomView, Session, TimelineItem,
};
use crate::meet::session::Together;
use crate::time::Millis;
use crate::ui::Calls;
use crate::ui::effect::memo;

const KEY: &str = "meet_in_chat.session";
/// The longest that calls which go on are not looked at again: a browser's timers stand still while the machine sleeps.
const CALL_CHECK: Millis = Millis::seconds(60 * 60);
/// How often it is looked whether somebody's entry in a video room has expired.
const COMPANY_CHECK: Millis = Millis::seconds(5 * 60);

/// The session kept from last time.
pub(super) fn remembered() -> Option<Session> {
    Session::read(&storage::read(KEY)?)
}

/// Keeps a session over a reload.
pub(super) fn remember(session: &Session) {
    storage::write(KEY, &session.write());
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// The server ended it.
    Ended,
    /// The person signed out.
    SignedOut,
}

/// A handle to the session on screen. Plain to copy into every closure.
#[derive(Clone, Copy)]
pub(super) struct Chat {
    client: StoredValue<Client, LocalStorage>,
    /// The call engine.
    pub(super) calls: StoredValue<Calls, LocalStorage>,
    /// What was typed and not sent, by room.
    drafts: StoredValue<HashMap<RoomId, String>>,
    page: Page,
    leave: Callback<Farewell>,
    /// The person is signing out: what the server says to that is no news.
    leaving: StoredValue<bool>,
    /// Looks again at the calls that go on, and when.
    call_check: StoredValue<Option<(Millis, Timeout)>, LocalStorage>,
    /// The connection's state.
    pub(super) connection: RwSignal<Connection>,
    /// The room list.
    pub(super) rooms: KeyedList<RoomRow>,
    /// Unread messages in all rooms.
    pub(super) unread: RwSignal<u64>,
    /// The room on screen.
    pub(super) open: RwSignal<Option<RoomId>>,
    /// What is known of it.
    pub(super) room: RwSignal<Option<RoomView>>,
    /// Its timeline.
    pub(super) timeline: KeyedList<Placed>,
    /// Its members, while they are shown.
    pub(super) members: RwSignal<Vec<MemberRow>>,
    /// Whether its members are shown.
    pub(super) members_shown: RwSignal<bool>,
    /// The conference that I am in, and who is there.
    pub(super) together: Memo<Option<Together>>,
    /// The API of an integration manager and the token that it gave: as long as the page, and nowhere else.
    pub(super) manager_token: KeptToken,
}

/// What has to be read from the client again.
#[derive(Clone, Copy, Default)]
struct Stale {
    rooms: bool,
    room: bool,
    connection: bool,
}

impl Chat {
    /// Starts a client for this session and puts it into the current owner's context. It ends with the owner.
    pub(super) fn provide(session: Session, leave: Callback<Farewell>) -> Self {
        let page = Page::here();
        let client = Client::new(session);
        let manager_token = StoredValue::new(None);
        let calls = StoredValue::new_local(calls_for(&client, page, manager_token));
        let chat = Self {
            calls,
            client: StoredValue::new_local(client.clone()),
            drafts: StoredValue::new(HashMap::new()),
            page,
            leave,
            leaving: StoredValue::new(false),
            call_check: StoredValue::new_local(None),
            connection: RwSignal::new(Connection::Starting),
            rooms: KeyedList::new(),
            unread: RwSignal::new(0),
            open: RwSignal::new(route::current()),
            room: RwSignal::new(None),
            timeline: KeyedList::new(),
            members: RwSignal::new(Vec::new()),
            members_shown: RwSignal::new(false),
            together: memo(move || calls.with_value(Calls::together)),
            manager_token,
        };
        provide_context(chat);
        StoredValue::new_local(chat.follow(&client));
        StoredValue::new_local(route::listen(move || chat.show(route::current())));
        client.start();
        chat.refresh(Stale { rooms: true, room: true, connection: true });
        chat
    }

    /// The session of the current owner.
    pub(super) fn here() -> Self {
        use_context().expect("the session stands above what needs it")
    }

    /// The client; `None` once the session is over, for what comes late.
    pub(super) fn client(self) -> Option<Client> {
        self.client.try_get_value()
    }

    /// Who is signed in.
    pub(super) fn session(self) -> Session {
        self.client.with_value(Client::session)
    }

    /// Shows or hides the members of the room on screen.
    pub(super) fn show_members(self, shown: bool) {
        self.members_shown.set(shown);
        self.refresh_room();
    }

    /// What was typed in a room and not sent.
    pub(super) fn draft(self, room: &RoomId) -> String {
        self.drafts.with_value(|drafts| drafts.get(room).cloned()).unwrap_or_default()
    }

    /// Keeps what was typed in a room.
    pub(super) fn keep_draft(self, room: RoomId, draft: String) {
        self.drafts.try_update_value(|drafts| {
            if draft.is_empty() {
                drafts.remove(&room);
            } else {
                drafts.insert(room, draft);
            }
        });
    }

    /// Ends the calls, then the device on the server, then the session here.
    pub(super) async fn sign_out(self) {
        if let (Some(client), Some(calls)) = (self.client(), self.calls.try_get_value()) {
            self.leaving.set_value(true);
            calls.end_all().await;
            client.sign_out().await;
        }
        self.end(Farewell::SignedOut);
    }

    fn end(self, why: Farewell) {
        // Another tab may have signed somebody in since.
        let mine = self.session().device_id;
        if remembered().is_none_or(|kept| kept.device_id == mine) {
            storage::remove(KEY);
        }
        route::go(route::ROOMS);
        self.leave.try_run(why);
    }

    fn show(self, room: Option<RoomId>) {
        if self.open.with_untracked(|open| *open == room) {
            return;
        }
        self.members_shown.set(false);
        self.open.set(room);
        self.refresh_room();
    }

    fn follow(self, client: &Client) -> Subscription {
        let stale = Rc::new(Cell::new(Stale::default()));
        let due = Rc::new(Cell::new(false));
        client.subscribe(Rc::new(move |change| {
            let mut now = stale.get();
            match change {
                Change::Rooms => now.rooms = true,
                Change::Room(room) => {
                    let on_screen = self.open.try_with_untracked(|open| open.as_ref() == Some(room));
                    now.room |= on_screen.unwrap_or(false);
                }
                Change::Connection => now.connection = true,
                Change::Anew(_) | Change::State(_) | Change::Live(_) | Change::Account | Change::WellKnown => return,
            }
            stale.set(now);
            if !due.replace(true) {
                let (stale, due) = (Rc::clone(&stale), Rc::clone(&due));
                queue_microtask(move || {
                    due.set(false);
                    self.refresh(stale.take());
                });
            }
        }))
    }

    fn refresh(self, stale: Stale) {
        let Some(client) = self.client() else { return };
        if stale.connection {
            let connection = client.connection();
            if connection == Connection::SignedOut {
                if !self.leaving.get_value() {
                    self.end(Farewell::Ended);
                }
                return;
            }
            put(&self.connection, connection);
        }
        if stale.rooms {
            let rooms = client.rooms();
            // Who went away without a word is no longer counted at some time.
            let present = rooms.iter().any(|row| row.company.count > 0);
            let calls = rooms.iter().filter_map(|row| call_of_row(row.preview.as_ref()?));
            self.check_calls(calls, present.then_some(COMPANY_CHECK));
            put(&self.unread, rooms.iter().map(|row| row.unread).fold(0, u64::saturating_add));
            self.rooms.set(rooms.into_iter().map(|row| (row.id.to_string(), row)));
        }
        // A room that was not there may have come.
        if stale.room || (stale.rooms && self.room.with_untracked(Option::is_none)) {
            self.refresh_room();
        }
    }

    fn refresh_room(self) {
        let Some(client) = self.client() else { return };
        let Some(room) = self.open.get_untracked() else {
            put(&self.room, None);
            self.timeline.set([]);
            put(&self.members, Vec::new());
            return;
        };
        put(&self.room, client.room(&room));
        let items = client.timeline(&room);
        self.check_calls(items.iter().filter_map(call_of_item), None);
        let placed = place(items, |at| self.page.day(at));
        self.timeline.set(placed.into_iter().map(|row| (row.item.key.clone(), row)));
        let members = if self.members_shown.get_untracked() { client.members(&room) } else { Vec::new() };
        put(&self.members, members);
    }

    /// Looks again when one of these calls that go on would be over, or after so long.
    fn check_calls<'a>(self, calls: impl Iterator<Item = &'a CallTile>, latest: Option<Millis>) {
        let now = clock::now();
        let Some(wait) = next_change(calls, now)
            .into_iter()
            .chain(latest)
            .min()
            .map(|wait| wait.clamp(Millis::seconds(1), CALL_CHECK))
        else {
            return;
        };
        let at = now.plus(wait);
        if self.call_check.with_value(|check| check.as_ref().is_some_and(|(planned, _)| *planned <= at)) {
            return;
        }
        let timeout = Timeout::new(u32::try_from(wait.0).unwrap_or(u32::MAX), move || {
            if self.call_check.try_update_value(Option::take).is_some() {
                self.refresh(Stale { rooms: true, room: true, connection: false });
            }
        });
        self.call_check.set_value(Some((at, timeout)));
    }
}

fn call_of_item(item: &TimelineItem) -> Option<&CallTile> {
    match &item.content {
        ItemContent::Call(call) => Some(call),
        _ => None,
    }
}

fn call_of_row(preview: &Preview) -> Option<&CallTile> {
    match &preview.body {
        PreviewBody::Call(call) => Some(call),
        PreviewBody::Text(_) | PreviewBody::Conference(_) => None,
    }
}

/// The call components over this client.
fn calls_for(client: &Client, page: Page, kept: KeptToken) -> Calls {
    let configuration: Value = page.site(|site| site.file.clone());
    let navigation = Rc::new(|room: &RoomId| route::go(&route::to_room(room)));
    let client = client.clone();
    let asking = client.clone();
    let token = Rc::new(move || token::fetch(asking.clone(), page, kept));
    let host = MatrixHost::new(client, configuration, navigation, token, page.language());
    Calls::new(Rc::new(host), page.all_texts())
}

/// A failed request in words.
pub(super) fn in_words(page: Page, error: &HostError) -> String {
    match error {
        HostError::Unreachable => text!(page, "page.unreachable"),
        HostError::Refused { message, errcode, .. } => {
            let message = if message.is_empty() { errcode } else { message };
            text!(page, "page.refused", message = message)
        }
        HostError::Unsupported => text!(page, "page.unsupported"),
    }
}
