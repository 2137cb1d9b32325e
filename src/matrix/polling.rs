//! Asks for the client well-known of the user id's server, now and every two hours, and keeps the last good one over a reload.

use std::rc::Weak;

use serde_json::Value;

use crate::address::Address;
use crate::browser::storage;
use crate::json::{self, object_of};
use crate::matrix::bell::{sleep, unless};
use crate::matrix::client::Change;
use crate::matrix::discovery::{well_known_bases, well_known_document};
use crate::matrix::fetch;
use crate::matrix::request::{self, TIMEOUT};
use crate::matrix::running::{Running, alive};
use crate::meet::server::WELL_KNOWN_POLL;
use crate::time::Millis;

/// Where the last good document is kept.
const KEY: &str = "meet-in-chat.well-known";
/// How soon a poll that failed is repeated.
const AFTER_FAILURE: Millis = Millis::seconds(300);

/// Polls until the client is stopped or gone.
pub(super) async fn run(weak: Weak<Running>) {
    let Some(running) = alive(&weak) else {
        return;
    };
    let (session, stopped) = (running.session.clone(), running.stopped.clone());
    drop(running);
    let Some(server) = session.user_id.server_name() else {
        return;
    };
    if let Some(Value::Object(mut kept)) = storage::read(KEY)
        && json::string(&kept, "server") == Some(server)
        && let Some(document) = kept.remove("document")
    {
        take(&weak, Ok(Some(document)));
    }
    let request = request::well_known();
    loop {
        let mut result = Err(());
        for base in well_known_bases(server, page_is_local()) {
            let answer = fetch::answer(&base, None, &request, TIMEOUT);
            let Some(answer) = unless(&stopped, answer).await else {
                return;
            };
            match answer.and_then(|answer| well_known_document(&answer)) {
                Ok(Some(document)) => {
                    result = Ok(Some(document));
                    break;
                }
                Ok(None) => result = Ok(None),
                Err(_) => {}
            }
        }
        match &result {
            Ok(Some(document)) => {
                storage::write(KEY, &object_of!({ "server": server, "document": document.clone() }));
            }
            Ok(None) => forget(),
            Err(()) => {}
        }
        let wait = if result.is_ok() { WELL_KNOWN_POLL } else { AFTER_FAILURE };
        take(&weak, result);
        if unless(&stopped, sleep(wait)).await.is_none() {
            return;
        }
    }
}

/// Forgets the kept document.
pub(super) fn forget() {
    storage::remove(KEY);
}

fn take(weak: &Weak<Running>, answer: Result<Option<Value>, ()>) {
    let Some(running) = alive(weak) else {
        return;
    };
    let changed = {
        let memory = &mut running.state.borrow_mut().well_known;
        let before = memory.document().cloned();
        memory.polled(answer);
        memory.document() != before.as_ref()
    };
    if changed {
        running.tell(&Change::WellKnown);
    }
}

/// Whether this page came from this machine over http: only then a server on it may be asked over http.
fn page_is_local() -> bool {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .and_then(|origin| Address::read(&origin))
        .is_some_and(|origin| !origin.is_secure() && origin.is_loopback())
}
