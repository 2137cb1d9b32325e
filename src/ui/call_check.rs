//! The check of calls, for a dialogue or the settings of a chat: what keeps calls from working, and how to mend it.

use leptos::prelude::*;

use crate::ui::Calls;
use crate::ui::calls::check::Check;
use crate::ui::drawn::Drawn;
use crate::ui::element::{Tag, tag};
use crate::ui::stage::Engine;

/// Looks at microphone, camera, TURN, the homeserver and the Meet server, as long as it is on the page.
#[component]
pub fn CallCheck(
    /// The engine.
    calls: StoredValue<Calls, LocalStorage>,
    /// Runs when the person presses Escape in it.
    #[prop(optional)]
    leave: Option<Callback<()>>,
) -> impl IntoView {
    Drawn::from(frame(calls, leave))
}

fn frame(calls: Engine, leave: Option<Callback<()>>) -> Tag {
    let open = StoredValue::new_local(None::<Check>);
    tag("div", "meet-call-check")
        .placed(move |place| open.set_value(calls.with_value(|calls| calls.open_check(&place, leave))))
}
