//! Which integration manager a person has, and whether they want one.

use serde_json::Value;

use crate::address::Address;
use crate::integrations::Pages;
use crate::json::{self, Object};
use crate::meet::template::write_parameters;
use crate::ordered;
use crate::page::config::either;
use crate::secret::Secret;
use crate::within;

/// The account data that hold a person's own widgets, a manager among them (MSC1236, MSC1957).
pub const USER_WIDGETS: &str = "m.widgets";
/// The account data that hold the switch (`mobile.md` 4.2).
pub const PROVISIONING: &str = "im.vector.setting.integration_provisioning";
/// The most widgets of a person, and managers of a well-known, that are looked at: nobody has more than a few.
const MOST_READ: usize = 100;

/// An integration manager. Both addresses are https, on this machine only where the chat is on it too, and its page is no page of the chat's own server: what
/// runs there must not reach what the chat keeps in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The page that the frame shows.
    ui: String,
    /// Where its API is, without a slash at the end.
    pub api: String,
}

impl Manager {
    /// A manager at these addresses; `own` is the chat's own origin.
    fn at(ui: &str, api: &str, own: &str) -> Option<Self> {
        let local = Address::read(own).is_some_and(|own| own.is_loopback());
        let read = |text: &str| Address::read(text.trim()).filter(|it| it.is_open_to(local));
        let manager = Self { ui: read(ui)?.text(), api: read(api)?.base() };
        (origin(&manager.ui) != own).then_some(manager)
    }

    /// The origin whose messages count.
    pub fn origin(&self) -> &str {
        origin(&self.ui)
    }

    /// What people read: host and port of its API.
    pub fn host(&self) -> &str {
        let origin = self.terms();
        within::scheme(origin).map_or(origin, |(_, host)| host)
    }

    /// Below which its terms are: the root of its API's server, whatever path the API itself has (`chat-web.md` 7).
    pub fn terms(&self) -> &str {
        origin(&self.api)
    }

    /// The address of the frame. The manager wants the token in it.
    pub fn frame(&self, token: &Secret, room: &str, name: &str, dark: bool) -> Secret {
        let theme = if dark { "dark" } else { "light" };
        let query =
            write_parameters(&[("scalar_token", &token.0), ("room_id", room), ("room_name", name), ("theme", theme)]);
        Secret([&self.ui, "?", &query].concat())
    }
}

/// Scheme, host and port of a checked address.
fn origin(address: &str) -> &str {
    let end = address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at);
    address.get(..end).unwrap_or(address)
}

/// The manager to use: the person's own, else the homeserver's, else the site's. Of each the first that can be used; the others
/// are passed over. `own` is the chat's own origin.
///
/// Nobody's is built in: whoever opens a manager proves to it who they are, so that somebody has to have chosen it.
pub fn choose(account: Option<&Value>, well_known: Option<&Value>, config: &Value, own: &str) -> Option<Manager> {
    of_account(account, own).or_else(|| of_well_known(well_known?, own)).or_else(|| of_site(config, own))
}

/// The manager whose token the site's [`Pages`] know a person by: the one to use, if integrations are on and its API lies within them. The
/// token of another manager is nothing to these pages.
pub fn manager_of_pages(
    switch: Option<&Value>,
    account: Option<&Value>,
    well_known: Option<&Value>,
    config: &Value,
    own: &str,
) -> Option<Manager> {
    let holds = |manager: &Manager| Pages::of_site(config, own).hold(&manager.api);
    choose(account, well_known, config, own).filter(|manager| is_on(switch) && holds(manager))
}

/// `m.widgets`: `{<id>: { id, content: { type: "m.integration_manager", url, data: { api_url } } }}`, sorted by id.
fn of_account(widgets: Option<&Value>, own: &str) -> Option<Manager> {
    let read = |(key, widget): (&String, &Value)| {
        let widget = widget.as_object()?;
        let content = json::object(widget, "content")?;
        let manager = Manager::at(text(content, "url")?, text(json::object(content, "data")?, "api_url")?, own)?;
        let id = text(widget, "id").or_else(|| text(widget, "state_key")).unwrap_or(key);
        (text(content, "type")? == "m.integration_manager").then(|| (id.to_owned(), manager))
    };
    let found = widgets?.as_object()?.iter().take(MOST_READ).filter_map(read).collect();
    let sorted = ordered::sorted(found, |one: &(String, Manager), other| one.0.cmp(&other.0));
    sorted.into_iter().next().map(|(_, manager)| manager)
}

/// `m.integrations.managers: [{ api_url, ui_url? }]` (MSC1957).
fn of_well_known(document: &Value, own: &str) -> Option<Manager> {
    let integrations = json::object(document.as_object()?, "m.integrations")?;
    json::array(integrations, "managers").iter().take(MOST_READ).find_map(|manager| {
        let manager = manager.as_object()?;
        let api = text(manager, "api_url")?;
        Manager::at(text(manager, "ui_url").unwrap_or(api), api, own)
    })
}

/// `integrations_ui_url` and `integrations_rest_url`, or as they were spelt before; `null` is a word too.
fn of_site(config: &Value, own: &str) -> Option<Manager> {
    let config = config.as_object()?;
    let said = |snake: &str, camel: &str| either(config, snake, camel)?.as_str();
    let ui = said("integrations_ui_url", "integrationsUiUrl")?;
    Manager::at(ui, said("integrations_rest_url", "integrationsRestUrl")?, own)
}

fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    json::string(object, key).filter(|text| !text.is_empty())
}

/// Whether integrations are on: unless the switch says otherwise in so many words.
pub fn is_on(switch: Option<&Value>) -> bool {
    switch.and_then(|content| content.get("enabled")?.as_bool()).unwrap_or(true)
}

/// The switch's content with this setting; what else is there stays.
pub fn switched(content: Option<Value>, on: bool) -> Value {
    let mut content = match content {
        Some(Value::Object(content)) => content,
        _ => Object::new(),
    };
    content.insert("enabled".to_owned(), on.into());
    content.into()
}
