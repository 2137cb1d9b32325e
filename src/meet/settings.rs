//! What a site's `config.json` says about calls. An existing Chat Web configuration works unchanged; our own keys live in the
//! object `meet_in_chat` (`docs/configuration.md`).

use serde_json::Value;

use crate::address::Address;
use crate::json::{self, Object};
use crate::meet::MeetDomain;
use crate::meet::auth::Auth;
use crate::meet::hybrid::Builder;
use crate::meet::server::{self, Choice};
use crate::within;

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

/// All that conferences go by in what the site and the person's homeserver say. A button of each room asks for it at each change, so
/// that it is read once and kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The call settings.
    pub settings: CallSettings,
    /// The server for new conferences.
    pub choice: Choice,
    /// The Meet servers that the site names: joining there needs no consent.
    pub approved: Vec<MeetDomain>,
    /// The service that makes conferences.
    pub builder: Option<Builder>,
}

impl Site {
    /// Reads it. `page` is the address of the chat page.
    pub fn read(config: &Value, well_known: Option<&Value>, page: &str) -> Self {
        let is_loopback = Address::read(without_query(page)).is_some_and(|page| page.is_loopback());
        Self {
            settings: CallSettings::read(config, page),
            choice: server::resolve(well_known, config, page),
            approved: server::named_by_site(config),
            builder: Builder::read(config, well_known, is_loopback),
        }
    }

    /// Whether two people get a conference too.
    pub fn has_conference_for_two(&self) -> bool {
        self.choice.conference_for_two || self.builder.as_ref().is_some_and(Builder::for_two)
    }
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
    /// The wrapper address to write into events.
    pub wrapper_url: String,
    /// `meet_in_chat.auto_end`: a conference ends when the last one in it leaves, for people who chose nothing themselves.
    pub auto_end: bool,
}

impl CallSettings {
    /// Reads them. `page` is the address of the chat page.
    pub fn read(config: &Value, page: &str) -> Self {
        let empty = Object::new();
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

/// A wrapper's address as it stands in events: one that everybody in the room can open, or that is on the own machine. Without query and
/// fragment.
pub fn openable(text: &str) -> Option<String> {
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
    let (scheme, path) = within::scheme(without_query(page))?;
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
    fn an_address_that_clients_could_read_differently_is_no_wrapper() {
        for text in [
            "https://ann:secret@call.example.org/jitsi.html",
            "https://call_1.example.org/jitsi.html",
            "https://call.example.org:0/jitsi.html",
            "https://call.example.org/a|b/jitsi.html",
            "https://call.example.org/[a]/jitsi.html",
            "http://call.example.org/jitsi.html",
            "http://localhost.example.org/",
            "http://[",
            "blob:https://call.example.org/b",
        ] {
            assert_eq!(openable(text), None, "{text}");
        }
        for text in ["https://call.example.org/a/jitsi.html", "http://localhost:8080/j", "http://[::1]:1/j"] {
            assert_eq!(openable(text).as_deref(), Some(text));
        }
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
    fn a_site_is_what_its_readers_say() {
        let config = json!({ "jitsi": { "preferred_domain": "meet.test" }, "meet_in_chat": { "auto_end": true } });
        let well_known = json!({
            "io.element.jitsi": { "preferredDomain": "meet.other.test" },
            "io.element.call_behaviour": { "widget_build_url": "http://127.0.0.1/build", "ignore_dm": true },
        });
        for (page, is_loopback) in [("https://chat.test/app/?a#b/c", false), ("http://localhost:8080/?a#b", true)] {
            let site = Site::read(&config, Some(&well_known), page);
            let builder = Builder::read(&config, Some(&well_known), is_loopback);
            assert_eq!(builder.is_some(), is_loopback);
            let choice = server::resolve(Some(&well_known), &config, page);
            let settings = CallSettings::read(&config, page);
            assert_eq!(site, Site { settings, choice, approved: server::named_by_site(&config), builder });
            assert!(!site.has_conference_for_two());
        }
        let for_two = json!({ "io.element.jitsi": { "useFor1To1Calls": true } });
        let builds = json!({ "widget_build_url": "https://build.test/" });
        for (config, well_known) in [(&config, Some(&for_two)), (&builds, None)] {
            assert!(Site::read(config, well_known, "https://chat.test/").has_conference_for_two());
        }
    }

    #[test]
    fn garbage_is_the_same_as_nothing() {
        for config in [json!(null), json!([1]), json!({"meet_in_chat": 3, "setting_defaults": "x"})] {
            let settings = CallSettings::read(&config, "https://chat.example.org/");
            assert_eq!(settings, CallSettings::read(&json!({}), "https://chat.example.org/"));
        }
    }
}
