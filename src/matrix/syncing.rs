//! The sync loop.

use std::rc::{Rc, Weak};

use wasm_bindgen_futures::spawn_local;

use crate::browser::{clock, random};
use crate::host::HostError;
use crate::json::Object;
use crate::matrix::backoff::{Failure, meaning};
use crate::matrix::bell::{sleep, unless};
use crate::matrix::client::Change;
use crate::matrix::request::{self, Request, SYNC_HOLD, TIMEOUT};
use crate::matrix::running::{Running, alive};
use crate::matrix::store::Store;
use crate::matrix::sync::SyncAnswer;
use crate::matrix::view::Connection;
use crate::matrix::{calling, fetch, filter, keeping, snapshot};
use crate::ordered::Set;
use crate::time::Millis;

/// How long the first sync of an account may take: with thousands of rooms the server collects for minutes.
const FIRST_TIMEOUT: Millis = Millis::seconds(300);

/// Restores what was kept and syncs until the client is stopped or gone.
pub(super) async fn run(weak: Weak<Running>) {
    let Some(stopped) = alive(&weak).map(|running| running.stopped.clone()) else {
        return;
    };
    let kept = keeping::read().await;
    if let (Some(running), Some(text)) = (alive(&weak), kept) {
        restore(&running, &text);
    }
    loop {
        let Some(running) = alive(&weak) else {
            return;
        };
        let (session, wake) = (running.session.clone(), running.wake.clone());
        let (request, timeout) = next_request(&running);
        // A long poll must not keep a client alive that no one holds any more.
        drop(running);
        let Some(result) = unless(&stopped, fetch::object(&session, &request, timeout)).await else {
            return;
        };
        let Some(running) = alive(&weak) else {
            return;
        };
        let Some(wait) = take(&running, result) else {
            continue;
        };
        drop(running);
        wake.reset();
        if unless(&stopped, unless(&wake, sleep(wait))).await.is_none() {
            return;
        }
    }
}

fn restore(running: &Rc<Running>, text: &str) {
    let session = &running.session;
    let Some(store) = snapshot::read(text, &session.user_id, &session.device_id) else {
        // Another one's, which must not stay behind.
        spawn_local(keeping::wipe());
        return;
    };
    {
        let mut state = running.state.borrow_mut();
        state.store = store;
        state.since_kept = true;
    }
    running.tell(&Change::Account);
    running.tell(&Change::Rooms);
}

fn next_request(running: &Rc<Running>) -> (Request, Millis) {
    let state = running.state.borrow();
    let since = state.store.since();
    // The server holds a sync only when all is well: after a start or a failure an empty answer at once is the news.
    let hold = if state.connection == Connection::Online { SYNC_HOLD } else { Millis(0) };
    let timeout = if since.is_some() { hold.plus(TIMEOUT) } else { FIRST_TIMEOUT };
    (request::sync(since, hold, &filter::sync(&running.session.device_id)), timeout)
}

/// Takes the answer; gives how long to wait before the next request, if at all.
fn take(running: &Rc<Running>, result: Result<Object, HostError>) -> Option<Millis> {
    let answer = result.and_then(|object| SyncAnswer::read(object).ok_or(HostError::Unreachable));
    let error = match answer {
        Ok(answer) => {
            let (changes, is_first, is_resumed) = {
                let mut state = running.state.borrow_mut();
                let state = &mut *state;
                let is_first = state.store.since().is_none();
                let is_resumed = std::mem::take(&mut state.since_kept);
                state.backoff.succeeded();
                let changes = state.store.apply(answer, &mut state.outbox, clock::now());
                let (store, gaps) = (&state.store, &changes.live.gaps);
                state.members_asked.retain(|room| store.room(room).is_some() && !gaps.contains(room));
                (changes, is_first, is_resumed)
            };
            running.check_clear_rooms();
            if is_first || !changes.rooms.is_empty() || changes.direct || changes.account {
                running.keep_soon(is_first);
            }
            running.tell_all(changes);
            if is_resumed {
                spawn_local(calling::ring_again(Rc::downgrade(running)));
            }
            if is_first {
                // Also for someone who is in no room: the list is known to be empty now.
                running.tell(&Change::Rooms);
            }
            running.set_connection(Connection::Online);
            return None;
        }
        Err(error) => error,
    };
    let since_kept = running.state.borrow().since_kept;
    match meaning(&error, since_kept) {
        Failure::SignedOut => {
            running.end();
            None
        }
        Failure::StartOver => {
            {
                let mut state = running.state.borrow_mut();
                state.store = Store::new(running.session.user_id.clone());
                state.since_kept = false;
                state.members_asked = Set::default();
            }
            running.tell(&Change::Account);
            running.tell(&Change::Rooms);
            None
        }
        Failure::Again(imposed) => {
            let now = clock::now();
            let jitter = random::bytes::<1>().map_or(0, |[byte]| byte);
            let retry_at = running.state.borrow_mut().backoff.failed(now, jitter, imposed);
            running.set_connection(Connection::Offline { retry_at });
            Some(retry_at.since(now))
        }
    }
}
