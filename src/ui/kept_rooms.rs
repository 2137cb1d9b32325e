//! What is known of rooms: asked of the host once, and kept up to date by what it tells (`room::KeptRoom`).

use std::cell::RefCell;
use std::rc::Rc;

use crate::host::{Host, HostEvent, Subscription};
use crate::ids::RoomId;
use crate::ordered::Map;
use crate::room::{KeptRoom, RoomFacts};

/// How many rooms are kept up to date: those on screen, with a conference or a ring are a handful.
const MOST_KEPT: usize = 50;

/// The rooms that were asked for.
#[derive(Default)]
pub(crate) struct KeptRooms(RefCell<Map<RoomId, KeptRoom>>);

impl KeptRooms {
    /// The room as calls see it.
    pub(crate) fn facts(&self, host: &dyn Host, room: &RoomId) -> Option<RoomFacts> {
        self.read(host, room, |kept| kept.facts().clone())
    }

    /// What is read of a room as it is kept. Nothing else may be done meanwhile.
    pub(crate) fn read<T>(&self, host: &dyn Host, room: &RoomId, read: impl Fn(&KeptRoom) -> T) -> Option<T> {
        if let Some(kept) = self.0.borrow().get(room) {
            return Some(read(kept));
        }
        let kept = KeptRoom::read(&host.room(room)?, &host.identity().user_id)?;
        let value = read(&kept);
        let mut rooms = self.0.borrow_mut();
        if rooms.len() >= MOST_KEPT {
            *rooms = Map::default();
        }
        rooms.insert(room.clone(), kept);
        Some(value)
    }

    /// Lets what is kept be as the host says. Gives the room that is different.
    pub(crate) fn keep_up(&self, event: &HostEvent) -> Option<RoomId> {
        let mut rooms = self.0.borrow_mut();
        match event {
            HostEvent::RoomChanged(room) => {
                rooms.remove(room);
                Some(room.clone())
            }
            HostEvent::StateChanged(news) => {
                let told_all = rooms.get_mut(&news.room).is_none_or(|kept| kept.take(&news.events, news.joined));
                if !told_all {
                    rooms.remove(&news.room);
                }
                Some(news.room.clone())
            }
            HostEvent::SignedOut => {
                *rooms = Map::default();
                None
            }
            _ => None,
        }
    }
}

/// Calls `heed` whenever a room that calls see, or what applies to all rooms (`None`), is different.
pub(crate) fn on_change(host: &dyn Host, heed: impl Fn(Option<&RoomId>) + 'static) -> Subscription {
    host.subscribe(Rc::new(move |event| {
        if let Some(what) = changed(event) {
            heed(what);
        }
    }))
}

/// What calls heed of a change that the host tells: the room, or `None` for what applies to all rooms. Nothing where it is neither.
fn changed(event: &HostEvent) -> Option<Option<&RoomId>> {
    match event {
        HostEvent::RoomChanged(room) => Some(Some(room)),
        HostEvent::StateChanged(news) => Some(Some(&news.room)),
        HostEvent::WellKnownChanged | HostEvent::ConnectionChanged | HostEvent::SignedOut => Some(None),
        HostEvent::Live(_) | HostEvent::LookChanged | HostEvent::AccountChanged => None,
    }
}
