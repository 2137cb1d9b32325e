//! A call that rings on a page that nobody sees.

use std::rc::Rc;

use super::engine::Engine;
use crate::browser::unseen::Summons;
use crate::call::view::{CallView, CallsView};
use crate::room;
use crate::text_key;

/// Shows what rings here, or takes it away.
pub(super) fn show(engine: &Rc<Engine>, view: &CallsView) {
    let ringing = view.announce.and_then(|key| view.calls.iter().find(|call| call.key == key));
    engine.unseen.show(ringing.map(|call| call.key.0.to_string()), || ringing.map(|call| summons(engine, call)));
}

fn summons(engine: &Rc<Engine>, call: &CallView) -> Summons {
    let name = room::name_by(engine.host.member(&call.room, &call.peer).as_ref(), &call.peer);
    let texts = &engine.texts;
    let key = if call.video { text_key!("ring.video") } else { text_key!("ring.voice") };
    let (weak, id) = (Rc::downgrade(engine), call.room.clone());
    Summons {
        title: texts.fill(key, &[("name", &name)]),
        body: texts.get(text_key!("ring.hint")),
        tag: ["meet_in_chat.ring.", call.room.as_str()].concat(),
        page: texts.fill(text_key!("ring.title"), &[("name", &name)]),
        clicked: Box::new(move || {
            if let Some(engine) = weak.upgrade() {
                engine.host.open_room(&id);
            }
        }),
    }
}
