//! Our own Matrix client as a host: thin, everything is asked of `matrix::client`.

use std::rc::Rc;

use serde_json::Value;

use crate::host::{Host, HostEvent, HostFuture, Identity, Subscription};
use crate::ids::{EventId, RoomId};
use crate::matrix::client::{Change, Client};
use crate::matrix::view::Connection;

/// The chat page as the call components see it.
pub struct MatrixHost {
    client: Client,
    configuration: Value,
    navigation: Rc<dyn Fn(&RoomId)>,
    language: String,
}

impl MatrixHost {
    /// A host over `client`. `configuration` is the site's `config.json`, `navigation` shows a room, `language` is a BCP 47 tag.
    pub fn new(client: Client, configuration: Value, navigation: Rc<dyn Fn(&RoomId)>, language: String) -> Self {
        Self { client, configuration, navigation, language }
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

    fn subscribe(&self, listener: Rc<dyn Fn(&HostEvent)>) -> Subscription {
        let client = self.client.clone();
        self.client.subscribe(Rc::new(move |change| match change {
            Change::Rooms => {}
            Change::Room(room) => listener(&HostEvent::RoomChanged(room.clone())),
            Change::WellKnown => listener(&HostEvent::WellKnownChanged),
            Change::Connection if client.connection() == Connection::SignedOut => listener(&HostEvent::SignedOut),
            Change::Connection => listener(&HostEvent::ConnectionChanged),
        }))
    }

    fn send_state(&self, room: &RoomId, event_type: &str, state_key: &str, content: Value) -> HostFuture<EventId> {
        let (client, room) = (self.client.clone(), room.clone());
        let (event_type, state_key) = (event_type.to_owned(), state_key.to_owned());
        Box::pin(async move { client.send_state(&room, &event_type, &state_key, content).await })
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
        let window = web_sys::window();
        // The person's or the site's choice, which the stylesheet follows too; without one, the system's.
        let chosen =
            window.as_ref().and_then(|window| window.document()?.document_element()?.get_attribute("data-theme"));
        chosen.map_or_else(
            || {
                window
                    .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
                    .is_some_and(|query| query.matches())
            },
            |theme| theme == "dark",
        )
    }
}
