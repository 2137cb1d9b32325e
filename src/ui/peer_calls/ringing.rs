//! A ring on a page that nobody sees: a notification of the system's, and the page's title.

use std::cell::RefCell;
use std::rc::Rc;

use super::engine::Engine;
use crate::browser::notification::Notification;
use crate::browser::title::Flashing;
use crate::call::view::{CallKey, CallView, CallsView};
use crate::room;
use crate::text_key;

/// Shown as long as it rings unseen.
#[derive(Default)]
pub(super) struct Ringing(RefCell<Option<Shown>>);

struct Shown {
    call: CallKey,
    _notification: Option<Notification>,
    _title: Option<Flashing>,
}

impl Ringing {
    /// Shows what rings here, or takes it away.
    pub(super) fn show(&self, engine: &Rc<Engine>, view: &CallsView) {
        let hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden());
        let ringing = view.announce.filter(|_| hidden);
        let ringing = ringing.and_then(|key| view.calls.iter().find(|call| call.key == key));
        let mut shown = self.0.borrow_mut();
        if shown.as_ref().map(|shown| shown.call) != ringing.map(|call| call.key) {
            // The old one goes first, with its tag and the title.
            *shown = None;
            *shown = ringing.map(|call| Shown::of(engine, call));
        }
    }
}

impl Shown {
    fn of(engine: &Rc<Engine>, call: &CallView) -> Self {
        let name = room::name_by(engine.host.member(&call.room, &call.peer).as_ref(), &call.peer);
        let texts = &engine.texts;
        let key = if call.video { text_key!("ring.video") } else { text_key!("ring.voice") };
        let (weak, id) = (Rc::downgrade(engine), call.room.clone());
        let clicked = move || {
            if let Some(engine) = weak.upgrade() {
                engine.host.open_room(&id);
            }
        };
        // One notification for a call in all tabs.
        let tag = ["meet_in_chat.ring.", call.room.as_str()].concat();
        let body = texts.get(text_key!("ring.hint"));
        Self {
            call: call.key,
            _notification: Notification::show(&texts.fill(key, &[("name", &name)]), &body, &tag, clicked),
            _title: Flashing::start(&texts.fill(text_key!("ring.title"), &[("name", &name)])),
        }
    }
}
