//! The manager's own pages: those of a room's widgets that know a person by the token of their manager (`chat-web.md` 7).

use serde_json::Value;

use crate::address::Address;
use crate::meet::template::{read_parameters, write_parameters};
use crate::page::config::either;
use crate::secret::Secret;
use crate::within;

/// The most addresses that are read.
const MOST: usize = 20;

/// Where the site says that its manager has pages. Who writes a widget's address into a room may be anybody, so that it has to be
/// within one of them beyond doubt: the same origin, and its path the same or below.
#[derive(Debug, Default)]
pub struct Pages(Vec<Address>);

impl Pages {
    /// Reads `integrations_widgets_urls`, by default the manager's `integrations_rest_url`. `page` is the chat's own address or origin.
    pub fn of_site(config: &Value, page: &str) -> Self {
        let said = |snake: &str, camel: &str| either(config.as_object()?, snake, camel);
        let api = said("integrations_rest_url", "integrationsRestUrl").map(std::slice::from_ref);
        let given = said("integrations_widgets_urls", "integrationsWidgetsUrls").and_then(Value::as_array);
        let given = given.map(Vec::as_slice).or(api).unwrap_or_default();
        let local = Address::read(page).is_some_and(|page| page.is_loopback());
        let read = |url: &Value| Address::read(url.as_str()?.trim()).filter(|address| address.is_open_to(local));
        Self(given.iter().take(MOST).filter_map(read).collect())
    }

    /// Whether this address, whatever its query and fragment, lies within.
    pub fn hold(&self, url: &str) -> bool {
        // Servers differ in what they take an encoded slash or dot for, and `..;`.
        let place = before_query(url);
        let Some(address) = Address::read(place).filter(|_| !place.contains(['%', ';'])) else { return false };
        let (address, slash) = (address.base(), |base: &str| [base, "/"].concat());
        self.0.iter().map(Address::base).any(|base| address == base || address.starts_with(&slash(&base)))
    }
}

/// The server whose page such a page shows within itself, `host[:port]`: that of its parameter `url`.
pub fn shown_within(url: &str) -> Option<String> {
    let query = url.split('#').next()?.split_once('?')?.1;
    let (_, inner) = read_parameters(query).into_iter().find(|(name, _)| name == "url")?;
    Some(Address::read(before_query(&inner))?.authority())
}

/// The address of such a page with the token in its query, where managers look for it.
pub fn with_token(url: &str, token: &Secret) -> Secret {
    let (before, fragment) = url.split_at_checked(url.find('#').unwrap_or(url.len())).unwrap_or_default();
    let and = if within::has(before, "?") { "&" } else { "?" };
    Secret([before, and, &write_parameters(&[("scalar_token", &token.0)]), fragment].concat())
}

fn before_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}
