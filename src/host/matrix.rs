//! Our own Matrix client as a host: thin, everything is asked of `matrix::client`.

use std::rc::Rc;

use gloo_events::EventListener;
use serde_json::Value;

use crate::browser::look::dark_query;
use crate::host::{Host, HostEvent, HostFuture, Identity, LiveBatch, Subscription};
use crate::ids::{EventId, RoomId, UserId};
use crate::matrix::client::{Change, Client};
use crate::matrix::view::Connection;
use crate::secret::Secret;

/// The chat page as the call components see it.
pub struct MatrixHost {
    client: Client,
    configuration: Value,
    navigation: Rc<dyn Fn(&RoomId)>,
    manager_token: Rc<dyn Fn() -> HostFuture<Option<Secret>>>,
    language: String,
}

impl MatrixHost {
    /// A host over `client`. `configuration` is the site's `config.json`, `navigation` shows a room, `manager_token` is
    /// [`Host::manager_token`], `language` is a BCP 47 tag.
    pub fn new(
        client: Client,
        configuration: Value,
        navigation: Rc<dyn Fn(&RoomId)>,
        manager_token: Rc<dyn Fn() -> HostFuture<Option<Secret>>>,
        language: String,
    ) -> Self {
        Self { client, configuration, navigation, manager_token, language }
    }
}

impl Host for MatrixHost {
    fn identity(&self) -> Identity {
        let session = self.client.session();
        Identity { user_id: session.user_id, device_id: session.device_id }
    }

    fn room(&self, room: &RoomId) -> Option<Value> {
        self.client.room_json(room)
    }

    fn member(&self, room: &RoomId, user: &UserId) -> Option<Value> {
        self.client.member_json(room, user)
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription {
        let (client, looks) = (self.client.clone(), listener.clone());
        let look =
            dark_query().map(|query| EventListener::new(&query, "change", move |_| looks(&HostEvent::LookChanged)));
        let changes = self.client.subscribe(Rc::new(move |change| match change {
            Change::Rooms | Change::Room(_) => {}
            Change::Anew(room) => listener(&HostEvent::RoomChanged(room.clone())),
            Change::State(news) => listener(&HostEvent::StateChanged(news.clone())),
            Change::Live(batch) => listener(&HostEvent::Live(batch.clone())),
            Change::Account => listener(&HostEvent::AccountChanged),
            Change::WellKnown => listener(&HostEvent::WellKnownChanged),
            Change::Connection if client.connection() == Connection::SignedOut => listener(&HostEvent::SignedOut),
            Change::Connection => listener(&HostEvent::ConnectionChanged),
        }));
        Subscription::new(move || drop((changes, look)))
    }

    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId> {
        let (client, room) = (self.client.clone(), room.clone());
        let (event_type, state_key) = (event_type.to_owned(), state_key.to_owned());
        Box::pin(async move { client.send_state(&room, &event_type, &state_key, content).await })
    }

    fn send_event(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) -> HostFuture<EventId> {
        let (client, room) = (self.client.clone(), room.clone());
        let (event_type, transaction) = (event_type.to_owned(), transaction.to_owned());
        Box::pin(async move { client.send_event(&room, &event_type, &transaction, content).await })
    }

    fn send_last_word(&self, room: &RoomId, event_type: &str, content: Value, transaction: &str) {
        self.client.send_last_word(room, event_type, transaction, content);
    }

    fn open_id_token(&self) -> HostFuture<Value> {
        let client = self.client.clone();
        Box::pin(async move { client.open_id_token().await })
    }

    fn manager_token(&self) -> HostFuture<Option<Secret>> {
        (self.manager_token)()
    }

    fn turn_server(&self) -> HostFuture<Value> {
        let client = self.client.clone();
        Box::pin(async move { client.turn_server().await })
    }

    fn events_since(&self, room: &RoomId, event: Option<&EventId>) -> HostFuture<LiveBatch> {
        let (client, room, event) = (self.client.clone(), room.clone(), event.cloned());
        Box::pin(async move { client.events_since(&room, event.as_ref()).await })
    }

    fn can_encrypt(&self) -> bool {
        false
    }

    fn prepare_to_encrypt(&self, _: &RoomId) {}

    fn ring_allowed(&self) -> bool {
        self.client.ring_allowed()
    }

    fn may_ring_in(&self, room: &RoomId) -> bool {
        self.client.may_ring_in(room)
    }

    fn notifies_in(&self, room: &RoomId) -> bool {
        self.client.notifies_in(room)
    }

    fn is_ignored(&self, user: &UserId) -> bool {
        self.client.is_ignored(user)
    }

    fn account_data(&self, event_type: &str) -> Option<Value> {
        self.client.account_data(event_type)
    }

    fn newest_account_data(&self, event_type: &str) -> HostFuture<Option<Value>> {
        let (client, event_type) = (self.client.clone(), event_type.to_owned());
        Box::pin(async move { client.newest_account_data(&event_type).await })
    }

    fn set_account_data(&self, event_type: &str, content: Value) -> HostFuture<()> {
        let (client, event_type) = (self.client.clone(), event_type.to_owned());
        Box::pin(async move { client.set_account_data(&event_type, content).await })
    }

    fn room_account_data(&self, room: &RoomId, event_type: &str) -> HostFuture<Option<Value>> {
        let (client, room, event_type) = (self.client.clone(), room.clone(), event_type.to_owned());
        Box::pin(async move { client.room_account_data(&room, &event_type).await })
    }

    fn set_room_account_data(&self, room: &RoomId, event_type: &str, content: Value) -> HostFuture<()> {
        let (client, room, event_type) = (self.client.clone(), room.clone(), event_type.to_owned());
        Box::pin(async move { client.set_room_account_data(&room, &event_type, content).await })
    }

    fn avatar(&self, room: &RoomId, user: &UserId, size: u32) -> HostFuture<Option<String>> {
        let (client, room, user) = (self.client.clone(), room.clone(), user.clone());
        Box::pin(async move { Ok(client.member_picture(&room, &user, size).await) })
    }

    fn client_well_known(&self) -> Option<Value> {
        self.client.well_known()
    }

    fn configuration(&self) -> Value {
        self.configuration.clone()
    }

    fn online(&self) -> bool {
        self.client.connection() == Connection::Online
    }

    fn open_room(&self, room: &RoomId) {
        (self.navigation)(room);
    }

    fn language(&self) -> String {
        self.language.clone()
    }

    fn dark(&self) -> bool {
        is_dark()
    }
}

/// Whether the page is dark: the person's or the site's choice, which the stylesheet follows too; without one, the system's.
pub(crate) fn is_dark() -> bool {
    let chosen =
        web_sys::window().and_then(|window| window.document()?.document_element()?.get_attribute("data-theme"));
    chosen.map_or_else(|| dark_query().is_some_and(|query| query.matches()), |theme| theme == "dark")
}
