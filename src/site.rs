//! What the site's `config.json` says to the chat page. Chat Web's file is read unchanged: where it has two spellings of
//! a key both count. Whatever the file holds gives a configuration, and what is wrong in it counts as absent.

use serde_json::Value;

use crate::address::Address;
use crate::ids::UserId;
use crate::json::{self, Object};
use crate::within;

/// The name of the page where the site gives none.
pub const DEFAULT_BRAND: &str = "Meet in Chat";

/// The languages besides English that the page has a file for.
const TRANSLATIONS: [&str; 1] = ["de"];

/// The site's choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// `brand`: what the page calls itself.
    pub brand: String,
    /// The homeserver that sign-in offers.
    pub homeserver: Option<Homeserver>,
    /// Another homeserver may be typed: not `disable_custom_urls`, or there is none to offer instead.
    pub may_choose_homeserver: bool,
    /// The look; `None` is the system's. As in Chat Web, `default_theme` counts only where
    /// `setting_defaults.use_system_theme` is false: its sample file says `light` and means nothing by it.
    pub theme: Option<Theme>,
    /// `setting_defaults.language`: goes before the browser's languages.
    pub language: Option<String>,
    /// `meet_in_chat.demo_sign_in_links`: a one-time token in the page's fragment signs in. For demonstrations and tests only:
    /// who follows such a link is signed in as someone whom the link's author chose. The page can also be crashed on demand.
    pub demo_sign_in_links: bool,
    /// The file as it is, for the call components; always an object.
    pub file: Value,
}

/// The homeserver that a site offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Homeserver {
    /// `default_server_config["m.homeserver"]` or `default_hs_url`: its API's address, not to be discovered any more.
    Known {
        /// Without a trailing slash.
        base_url: String,
        /// What to call it.
        server_name: Option<String>,
    },
    /// `default_server_name`, or what a person typed: to be resolved through its discovery document.
    Named(String),
}

impl Homeserver {
    /// What people read.
    pub fn label(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Known { server_name: Some(name), .. } => name,
            Self::Known { base_url, .. } => within::scheme(base_url).map_or(base_url, |(_, rest)| rest),
        }
    }
}

/// A fixed look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Which language the page speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// The translation to lay over English; `None` for English itself.
    pub translation: Option<&'static str>,
    /// A well-formed tag for dates, numbers and `lang`: language, and region where the preference names one.
    pub tag: String,
}

impl Site {
    /// Reads a `config.json`.
    pub fn read(file: Value) -> Self {
        let empty = Object::new();
        let root = file.as_object().unwrap_or(&empty);
        let ours = json::object(root, "meet_in_chat").unwrap_or(&empty);
        let defaults = json::object(root, "setting_defaults").unwrap_or(&empty);
        let homeserver = homeserver(root);
        Self {
            brand: text(root, "brand").unwrap_or_else(|| DEFAULT_BRAND.into()),
            may_choose_homeserver: homeserver.is_none()
                || !either(root, "disable_custom_urls", "disableCustomUrls").unwrap_or(false),
            homeserver,
            theme: theme(root, defaults),
            language: text(defaults, "language"),
            demo_sign_in_links: json::boolean(ours, "demo_sign_in_links").unwrap_or(false),
            file: if file.is_object() { file } else { Value::Object(empty) },
        }
    }

    /// Which homeserver someone means: the site's own while the field still says its name, else the one typed there, else
    /// the one in a full user id.
    pub fn chosen(&self, typed: &str, user: &str) -> Option<Homeserver> {
        let typed = typed.trim();
        match &self.homeserver {
            Some(offered) if typed == offered.label() => Some(offered.clone()),
            _ if typed.is_empty() => UserId::new(user.trim()).server_name().map(|name| Homeserver::Named(name.into())),
            _ => Some(Homeserver::Named(typed.into())),
        }
    }

    /// The language to speak to someone whose browser prefers `preferred`, best first: the first that there is a file for.
    pub fn language(&self, preferred: &[String]) -> Language {
        self.language
            .iter()
            .chain(preferred)
            .find_map(|tag| spoken(tag))
            .unwrap_or(Language { translation: None, tag: "en".into() })
    }
}

fn text(object: &Object, key: &str) -> Option<String> {
    json::string(object, key).map(str::trim).filter(|text| !text.is_empty()).map(Into::into)
}

fn either(object: &Object, key: &str, older: &str) -> Option<bool> {
    json::boolean(object, key).or_else(|| json::boolean(object, older))
}

fn homeserver(root: &Object) -> Option<Homeserver> {
    let described = json::object(root, "default_server_config").and_then(|config| json::object(config, "m.homeserver"));
    if let Some(described) = described
        && let Some(base_url) = text(described, "base_url").and_then(|url| base_url(&url))
    {
        return Some(Homeserver::Known { base_url, server_name: text(described, "server_name") });
    }
    described
        .and_then(|described| text(described, "server_name"))
        .or_else(|| text(root, "default_server_name"))
        .map(Homeserver::Named)
        .or_else(|| Some(Homeserver::Known { base_url: base_url(&text(root, "default_hs_url")?)?, server_name: None }))
}

fn base_url(address: &str) -> Option<String> {
    Some(Address::read(address)?.base())
}

fn theme(root: &Object, defaults: &Object) -> Option<Theme> {
    if json::boolean(defaults, "use_system_theme").unwrap_or(true) {
        return None;
    }
    let name = text(root, "default_theme").or_else(|| text(root, "defaultTheme"))?;
    Some(if within::has(&name, "dark") || within::has(&name, "black") { Theme::Dark } else { Theme::Light })
}

fn spoken(tag: &str) -> Option<Language> {
    let mut parts = tag.split(['-', '_']);
    let primary = parts.next()?.to_ascii_lowercase();
    let translation = TRANSLATIONS.into_iter().find(|have| *have == primary);
    if translation.is_none() && primary != "en" {
        return None;
    }
    let region = parts.find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()));
    Some(Language {
        translation,
        tag: match region {
            Some(region) => [&primary, "-", &region.to_ascii_uppercase()].concat(),
            None => primary,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::locale::CHAT_EN;

    #[test]
    fn a_chat_web_file_names_its_homeserver() {
        let site = Site::read(json!({
            "default_server_config": { "m.homeserver": {
                "base_url": "https://matrix.example.org/", "server_name": "example.org" } },
            "default_server_name": "other.example",
            "brand": " Chat ",
            "disable_custom_urls": true,
        }));
        let homeserver = site.homeserver.unwrap();
        assert_eq!(homeserver.label(), "example.org");
        assert_eq!(
            homeserver,
            Homeserver::Known {
                base_url: "https://matrix.example.org".into(),
                server_name: Some("example.org".into()),
            }
        );
        assert_eq!(site.brand, "Chat");
        assert!(!site.may_choose_homeserver);
    }

    #[test]
    fn a_named_homeserver_comes_before_the_old_key() {
        let site = Site::read(json!({"default_server_name": "a.example", "default_hs_url": "https://b.example"}));
        assert_eq!(site.homeserver, Some(Homeserver::Named("a.example".into())));
        let site = Site::read(json!({"default_hs_url": "http://localhost:8008/"}));
        assert_eq!(site.homeserver.unwrap().label(), "localhost:8008");
    }

    #[test]
    fn a_server_name_without_an_address_is_resolved() {
        let site = Site::read(json!({"default_server_config": {"m.homeserver": {"server_name": "example.org"}}}));
        assert_eq!(site.homeserver, Some(Homeserver::Named("example.org".into())));
    }

    #[test]
    fn without_a_homeserver_one_may_always_be_typed() {
        let site = Site::read(json!({"disable_custom_urls": true,
            "default_server_config": {"m.homeserver": {"base_url": "javascript:alert(1)"}}}));
        assert_eq!(site.homeserver, None);
        assert!(site.may_choose_homeserver);
    }

    #[test]
    fn rubbish_at_every_key_is_a_file_without_it() {
        let nothing = Site::read(json!({}));
        for wrong in [json!(null), json!(7), json!([]), json!({}), json!(""), json!("::")] {
            assert_eq!(Site::read(json!([wrong])), nothing);
            for key in ["default_server_config", "default_hs_url", "setting_defaults", "meet_in_chat"] {
                let site = Site::read(json!({ key: wrong }));
                assert_eq!(Site { file: json!({}), ..site }, nothing, "{key}: {wrong}");
            }
        }
    }

    #[test]
    fn a_typed_homeserver_goes_before_the_one_in_the_user_id() {
        let named = |name: &str| Some(Homeserver::Named(name.into()));
        let site = Site::read(json!({"default_hs_url": "https://b.example"}));
        assert_eq!(site.chosen(" b.example ", "@ann:c.example"), site.homeserver);
        assert_eq!(site.chosen("d.example", "@ann:c.example"), named("d.example"));
        assert_eq!(site.chosen("", " @ann:c.example"), named("c.example"));
        assert_eq!(site.chosen(" ", "ann"), None);
    }

    #[test]
    fn a_theme_counts_only_where_the_system_theme_is_switched_off() {
        assert_eq!(Site::read(json!({"default_theme": "light"})).theme, None);
        let dark = json!({"default_theme": "dark", "setting_defaults": {"use_system_theme": false}});
        assert_eq!(Site::read(dark).theme, Some(Theme::Dark));
    }

    #[test]
    fn sign_in_links_are_off_unless_switched_on() {
        assert!(!Site::read(json!({})).demo_sign_in_links);
        assert!(!Site::read(json!({"meet_in_chat": {"demo_sign_in_links": "true"}})).demo_sign_in_links);
        assert!(Site::read(json!({"meet_in_chat": {"demo_sign_in_links": true}})).demo_sign_in_links);
    }

    #[test]
    fn the_first_language_that_there_is_a_file_for_is_spoken() {
        let preferred = ["fr-FR", "de-Latn-AT", "en"].map(String::from);
        let site = Site::read(json!({}));
        let language = site.language(&preferred);
        assert_eq!((language.translation, language.tag.as_str()), (Some("de"), "de-AT"));
        assert_eq!(site.language(&["fr".into()]).tag, "en");
        let site = Site::read(json!({"setting_defaults": {"language": "en_GB"}}));
        let language = site.language(&preferred);
        assert_eq!((language.translation, language.tag.as_str()), (None, "en-GB"));
    }

    #[test]
    fn each_translation_has_the_keys_and_placeholders_of_the_english_file() {
        const GERMAN: &str = include_str!("../assets/locales/chat.de.json");
        let table = |file| serde_json::from_str::<BTreeMap<String, String>>(file).unwrap();
        let placeholders = |text: &str| {
            let mut names: Vec<_> =
                text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        let (english, german) = (table(CHAT_EN), table(GERMAN));
        assert_eq!(TRANSLATIONS, ["de"]);
        assert!(english.keys().eq(german.keys()));
        for (key, text) in english {
            assert_eq!(placeholders(&text), placeholders(&german[&key]), "{key}");
        }
    }
}
