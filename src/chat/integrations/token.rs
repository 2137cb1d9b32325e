//! The token of the person's integration manager, for the dialogue and for pages of the manager's that they open in a room.

use std::ops::ControlFlow;

use leptos::prelude::*;
use serde_json::Value;

use super::{answer, known};
use crate::chat::page::Page;
use crate::host::HostFuture;
use crate::integrations::{Manager, Opening, Step, choose, manager_of_pages};
use crate::matrix::client::Client;
use crate::secret::Secret;

/// The API of a manager and the token that it gave, as long as the page.
pub(in crate::chat) type KeptToken = StoredValue<Option<(String, Secret)>>;

/// The manager to use. `widgets` are the person's own.
pub(super) fn manager(client: &Client, page: Page, widgets: Option<&Value>) -> Option<Manager> {
    page.site(|site| choose(widgets, client.well_known().as_ref(), &site.file, &own()))
}

/// Begins the way to its token. What is kept is taken: it comes back with the end of that way.
pub(super) fn start(client: &Client, page: Page, manager: &Manager, kept: KeptToken) -> (Opening, Step) {
    let token = kept.try_update_value(Option::take).flatten();
    let token = token.and_then(|(api, token)| (api == manager.api).then_some(token));
    Opening::start(manager.clone(), client.session().user_id, page.language(), token)
}

/// What [`Host::manager_token`](crate::host::Host::manager_token) is to give. Terms that are new are not asked about here.
pub(in crate::chat) fn fetch(client: Client, page: Page, kept: KeptToken) -> HostFuture<Option<Secret>> {
    Box::pin(async move {
        let (switch, widgets) = known(&client).await?;
        let (switch, widgets, well_known) = (switch.as_ref(), widgets.as_ref(), client.well_known());
        let manager = page.site(|site| manager_of_pages(switch, widgets, well_known.as_ref(), &site.file, &own()));
        let Some(manager) = manager else { return Ok(None) };
        let (mut opening, mut step) = start(&client, page, &manager, kept);
        loop {
            let asks = match step.unattended() {
                ControlFlow::Continue(asks) => asks,
                ControlFlow::Break(token) => {
                    kept.try_set_value(token.clone().map(|token| (manager.api, token)));
                    return Ok(token);
                }
            };
            let Some(input) = answer(&client, asks).await else { return Ok(None) };
            step = opening.handle(input);
        }
    })
}

fn own() -> String {
    window().location().origin().unwrap_or_default()
}
