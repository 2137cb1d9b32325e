//! What a site's `config.json` says about calls. An existing Chat Web configuration works unchanged; our own keys live in the
//! object `meet_in_chat` (`docs/configuration.md`).

use serde_json::Value;

use crate::address::Address;
use crate::json::{self, Object};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::server::{self, Origin};

/// The wrapper page named in events when the site names none and its own can't be opened by others.
pub const PUBLIC_WRAPPER_URL: &str = "https://apps.chat.imzqqq.top/jitsi.html";

/// How to learn whether the Meet server wants a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthSetting {
    /// Ask the server.
    AskServer,
    /// The site says so; the server is not asked.
    Fixed(Option<Auth>),
}

/// The call settings of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSettings {
    /// `UIFeature.voip`.
    pub calls_enabled: bool,
    /// `UIFeature.widgets`.
    pub widgets_enabled: bool,
    /// `meet_in_chat.auth`.
    pub auth: AuthSetting,
    /// The Meet servers that this file names, which is the site's word for them: joining there needs no consent. What new
    /// conferences would use by it, and `meet_in_chat.approved_domains`. Neither the homeserver's choice nor the built-in
    /// default is the site's.
    pub approved_domains: Vec<MeetDomain>,
    /// The wrapper address to write into events.
    pub wrapper_url: String,
    /// `meet_in_chat.auto_end`: a conference ends when the last one in it leaves, for people who chose nothing themselves.
    pub auto_end: bool,
}

impl CallSettings {
    /// Reads them. `page` is the address of the chat page.
    pub fn read(config: &Value, page: &str) -> Self {
        let empty = Object::new();
        let chosen = Some(server::resolve(None, config, page)).filter(|choice| choice.origin == Origin::Config);
        let config = config.as_object().unwrap_or(&empty);
        let ours = json::object(config, "meet_in_chat").unwrap_or(&empty);
        let features = json::object(config, "setting_defaults").unwrap_or(&empty);
        let auth = match json::string(ours, "auth") {
            Some("none") => AuthSetting::Fixed(None),
            Some(name) => Auth::read(name).map_or(AuthSetting::AskServer, |auth| AuthSetting::Fixed(Some(auth))),
            None => AuthSetting::AskServer,
        };
        Self {
            calls_enabled: json::boolean(features, "UIFeature.voip").unwrap_or(true),
            widgets_enabled: json::boolean(features, "UIFeature.widgets").unwrap_or(true),
            auth,
            approved_domains: json::array(ours, "approved_domains")
                .iter()
                .filter_map(|domain| MeetDomain::parse(domain.as_str()?).ok())
                .chain(chosen.map(|choice| choice.domain))
                .collect(),
            wrapper_url: wrapper_url(json::string(ours, "wrapper_url"), page),
            auto_end: json::boolean(ours, "auto_end").unwrap_or(false),
        }
    }
}

/// The wrapper address for events: the configured one, else the page's own `jitsi.html` where others can open it (https, or
/// loopback while trying things out), else the public one. Never with a query or fragment.
fn wrapper_url(configured: Option<&str>, page: &str) -> String {
    let beside = || openable(&beside(page)?);
    configured.and_then(openable).or_else(beside).unwrap_or_else(|| PUBLIC_WRAPPER_URL.into())
}

fn openable(text: &str) -> Option<String> {
    let address = Address::read(without_query(text.trim()))?;
    (address.is_secure() || address.is_loopback()).then(|| address.text())
}

/// The wrapper that *our* frames open: the `jitsi.html` beside the chat page, but for a page that names another as its own
/// (`meet_in_chat.own_wrapper_url`), as one does that has the calls from the package.
pub fn own_wrapper(config: &Value, page: &str) -> Option<String> {
    let named = config.get("meet_in_chat").and_then(|ours| ours.get("own_wrapper_url")?.as_str());
    named.and_then(openable).or_else(|| beside(page))
}

fn beside(page: &str) -> Option<String> {
    let (scheme, path) = without_query(page).split_once("://")?;
    let (folder, _) = path.rsplit_once('/')?;
    Some([scheme, "://", folder, "/jitsi.html"].concat())
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_configuration_everything_is_on_and_the_server_is_asked() {
        let settings = CallSettings::read(&json!({}), "https://chat.example.org/app/#/room/x");
        assert!(settings.calls_enabled && settings.widgets_enabled);
        assert_eq!(settings.auth, AuthSetting::AskServer);
        assert_eq!(settings.wrapper_url, "https://chat.example.org/app/jitsi.html");
    }

    #[test]
    fn a_configured_wrapper_wins_and_loses_its_query() {
        let config = json!({"meet_in_chat": {"wrapper_url": "https://call.example.org/jitsi.html?a#b"}});
        let settings = CallSettings::read(&config, "https://chat.example.org/");
        assert_eq!(settings.wrapper_url, "https://call.example.org/jitsi.html");
    }

    #[test]
    fn frames_open_the_wrapper_beside_the_page_unless_it_names_another_as_its_own() {
        let own = |config| own_wrapper(&config, "https://chat.example.org/app/#/room");
        let beside = Some("https://chat.example.org/app/jitsi.html".to_owned());
        assert_eq!(own(json!({})), beside);
        assert_eq!(own(json!({"meet_in_chat": {"wrapper_url": "https://call.example.org/jitsi.html"}})), beside);
        assert_eq!(own(json!({"meet_in_chat": {"own_wrapper_url": "http://call.example.org/jitsi.html"}})), beside);
        let named = json!({"meet_in_chat": {"own_wrapper_url": "https://chat.example.org/calls/jitsi.html?a#b"}});
        assert_eq!(own(named).as_deref(), Some("https://chat.example.org/calls/jitsi.html"));
    }

    #[test]
    fn a_page_that_others_cannot_open_names_the_public_wrapper() {
        for page in ["http://chat.example.org/", "file:///chat/index.html", "capacitor://localhost", "", "nonsense"] {
            assert_eq!(CallSettings::read(&json!({}), page).wrapper_url, PUBLIC_WRAPPER_URL, "{page}");
        }
        let loopback = CallSettings::read(&json!({}), "http://127.0.0.1:8080/index.html");
        assert_eq!(loopback.wrapper_url, "http://127.0.0.1:8080/jitsi.html");
    }

    #[test]
    fn a_wrapper_that_phones_could_not_open_is_passed_over() {
        let config = json!({"meet_in_chat": {"wrapper_url": "http://call.example.org/jitsi.html"}});
        assert_eq!(
            CallSettings::read(&config, "https://chat.example.org/").wrapper_url,
            "https://chat.example.org/jitsi.html"
        );
    }

    #[test]
    fn nothing_ends_by_itself_unless_the_site_says_so() {
        let auto_end =
            |ours: Value| CallSettings::read(&json!({ "meet_in_chat": ours }), "https://chat.example.org/").auto_end;
        assert_eq!(
            [json!({}), json!({ "auto_end": true }), json!({ "auto_end": "yes" })].map(auto_end),
            [false, true, false]
        );
    }

    #[test]
    fn the_servers_that_the_file_names_need_no_consent_and_the_built_in_default_does() {
        let approved = |config: Value| {
            let approved = CallSettings::read(&config, "https://chat.example.org/").approved_domains;
            approved.iter().map(|domain| domain.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert!(approved(json!({})).is_empty());
        assert!(
            approved(json!({ "jitsi": { "preferred_domain": "chat.example.org" } })).is_empty(),
            "none may start there"
        );
        let both = json!({ "jitsi": { "preferredDomain": "https://Meet.test/" }, "meet_in_chat": { "approved_domains": ["ok.test", 7] } });
        assert_eq!(approved(both), ["ok.test", "meet.test"]);
    }

    #[test]
    fn garbage_is_the_same_as_nothing() {
        for config in [json!(null), json!([1]), json!({"meet_in_chat": 3, "setting_defaults": "x"})] {
            let settings = CallSettings::read(&config, "https://chat.example.org/");
            assert_eq!(settings, CallSettings::read(&json!({}), "https://chat.example.org/"));
        }
    }
}
