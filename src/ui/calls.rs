//! The public interface of the call components.

use std::rc::Rc;

use leptos::prelude::*;

use crate::host::Host;
use crate::ids::RoomId;
use crate::locale::Texts;

/// The call engine of one page: what is starting, running, joined. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Calls {}

impl Calls {
    /// An engine over this chat. Ends everything when the last handle is dropped.
    pub fn new(host: Rc<dyn Host>, texts: Texts) -> Self {
        let _ = (host, texts);
        Self {}
    }
}

/// The voice and the video button of a room, for beside the composer.
#[component]
pub fn CallButtons(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room they belong to.
    #[prop(into)]
    room: Signal<RoomId>,
) -> impl IntoView {
    let _ = (calls, room);
}

/// Where a room's conference shows: a tile with its card, its progress or the conference itself. Takes no space without one.
#[component]
pub fn CallStage(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// The room on screen.
    #[prop(into)]
    room: Signal<RoomId>,
) -> impl IntoView {
    let _ = (calls, room);
}

/// Says on which Meet server conferences start here and who chose it.
#[component]
pub fn ServerNote(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
) -> impl IntoView {
    let _ = calls;
}
