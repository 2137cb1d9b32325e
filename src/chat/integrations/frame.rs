//! The manager's frame, and the answers to what it asks for.

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{HtmlIFrameElement, MessageEvent};

use super::Opened;
use crate::browser::frames;
use crate::integrations::{Deed, Manager, Reply, Seen, Visit};
use crate::matrix::client::Client;
use crate::secret::Secret;
use crate::ui::element::{Tag, held, tag};

/// What a manager's page may do. No top navigation, as with Meet.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
/// What it may use: no device. Of another origin it could not anyway; but it can lead its frame to a page of ours, which opens them.
const ALLOW: &str = "camera 'none'; microphone 'none'; display-capture 'none'";
/// How often, and how many times, the room is looked at for what was just sent: ten seconds in all, and then the manager is told
/// without.
const LOOK_EVERY: u32 = 250;
const MOST_LOOKS: usize = 40;

/// The frame of a manager at this address.
pub(super) fn frame(opened: Opened, manager: &Manager, address: &Secret) -> Tag {
    let (me, room) = (opened.chat.session().user_id, opened.room.get_value());
    let visit = StoredValue::new_local(Visit::new(room, me));
    let (place, origin) = (held(), StoredValue::new(manager.origin().to_owned()));
    let heard = EventListener::new(&window(), "message", move |event| {
        let frame = place.try_get_value().flatten().and_then(|place| place.dyn_into::<HtmlIFrameElement>().ok());
        let (Some(frame), Some(event), Some(origin)) = (frame, event.dyn_ref::<MessageEvent>(), origin.try_get_value())
        else {
            return;
        };
        if let Some(message) = frames::message_of(&frame, &origin, event) {
            // Not within the event: an answer may close the frame, and with it this listener.
            spawn_local(async move {
                if let Some((answer, closes)) = answered(opened, visit, message).await {
                    frames::post(&frame, &origin, &answer);
                    if closes {
                        opened.close.try_run(());
                    }
                }
            });
        }
    });
    // It goes with its owner.
    StoredValue::new_local(heard);
    tag("iframe", "")
        .set("sandbox", SANDBOX)
        .set("allow", ALLOW)
        .set("src", address.0.as_str())
        .made(move |element| place.set_value(Some(element)))
}

/// The answer to a message, if it gets one, and whether the frame is over with it.
async fn answered(opened: Opened, visit: StoredValue<Visit, LocalStorage>, message: Value) -> Option<(Value, bool)> {
    let client = opened.chat.client()?;
    let mut reply = visit.try_update_value(|visit| seen(opened, &client, |seen| visit.asked(&message, seen)))?;
    loop {
        let deed = match reply {
            Reply::Nothing => return None,
            Reply::Answer(answer) => return Some((answer.0, false)),
            Reply::Close(answer) => return Some((answer.0, true)),
            Reply::Do(deed) => *deed,
        };
        let result = client.call(&deed.request).await;
        until_seen(opened, &client, &deed, &result).await;
        let mut done = Some((deed, result));
        reply = visit.try_update_value(|visit| {
            let (deed, result) = done.take()?;
            Some(seen(opened, &client, |seen| visit.done(deed, result, seen)))
        })??;
    }
}

/// Waits until the room shows what was sent.
async fn until_seen(
    opened: Opened,
    client: &Client,
    deed: &Deed,
    result: &Result<crate::json::Object, crate::host::HostError>,
) {
    for _ in 0..MOST_LOOKS {
        if seen(opened, client, |seen| seen.is_none_or(|seen| deed.is_seen(result, seen.state))) {
            return;
        }
        TimeoutFuture::new(LOOK_EVERY).await;
    }
}

/// Looks at the room of the dialogue, if it is the one on screen.
fn seen<T>(opened: Opened, client: &Client, see: impl FnOnce(Option<Seen<'_>>) -> T) -> T {
    let on_screen = opened.chat.open.try_get_untracked().flatten();
    let room = opened.room.try_get_value().filter(|room| on_screen.as_ref() == Some(room));
    client.look(room.as_ref(), |room| {
        see(room.map(|room| Seen { state: room.state(), joined: room.summary.joined, membership: room.membership }))
    })
}
