//! What a person chose for calls, kept in this browser; and what the site's configuration says of them.

use serde_json::Value;

use crate::json::{self, Object, object_of};

/// A person's choices, kept over reloads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The microphone's `deviceId`; `None` is the system's default.
    pub microphone: Option<String>,
    /// The camera's.
    pub camera: Option<String>,
    /// The loudspeaker's.
    pub speaker: Option<String>,
    /// The preview was seen and confirmed, or switched off.
    pub previewed: bool,
    /// Media goes through a TURN server only; `None` follows the site's default.
    pub relay_only: Option<bool>,
    /// The site's fallback STUN servers may be used, or not; `None`: not asked yet.
    pub fallback: Option<bool>,
}

impl Preferences {
    /// Reads what [`write`](Self::write) wrote; what is missing was not chosen.
    pub fn read(kept: &Value) -> Self {
        let nothing = Object::new();
        let kept = kept.as_object().unwrap_or(&nothing);
        let device = |key| json::string(kept, key).map(str::to_owned);
        Self {
            microphone: device("microphone"),
            camera: device("camera"),
            speaker: device("speaker"),
            previewed: json::boolean(kept, "previewed").unwrap_or(false),
            relay_only: json::boolean(kept, "relay_only"),
            fallback: json::boolean(kept, "fallback"),
        }
    }

    /// Writes them for the browser's storage.
    pub fn write(&self) -> Value {
        object_of!({
            "microphone": self.microphone.clone(),
            "camera": self.camera.clone(),
            "speaker": self.speaker.clone(),
            "previewed": self.previewed,
            "relay_only": self.relay_only,
            "fallback": self.fallback,
        })
    }
}

/// What the site's `config.json` and the homeserver's client well-known say of 1:1 calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSettings {
    /// `meet_in_chat.fallback_ice_servers`: STUN addresses to use with consent when the homeserver names no server.
    pub fallback_ice_servers: Vec<String>,
    /// Client well-known `io.element.voip.disable_fallback_ice`.
    pub fallback_forbidden: bool,
    /// `setting_defaults.webRtcAllowPeerToPeer` is false.
    pub relay_only: bool,
    /// `setting_defaults["UIFeature.voip"]` is false: there are no calls here.
    pub switched_off: bool,
}

/// The most fallback servers taken: one is enough, and each more makes connecting slower.
const MOST_FALLBACK_SERVERS: usize = 8;

impl SiteSettings {
    /// Reads them from the site's `config.json` and the client well-known. What is wrong counts as absent.
    pub fn read(configuration: &Value, well_known: Option<&Value>) -> Self {
        let empty = Object::new();
        let site = configuration.as_object().unwrap_or(&empty);
        let ours = json::object(site, "meet_in_chat").unwrap_or(&empty);
        let defaults = json::object(site, "setting_defaults").unwrap_or(&empty);
        let well_known = well_known.and_then(Value::as_object).unwrap_or(&empty);
        let voip = json::object(well_known, "io.element.voip").unwrap_or(&empty);
        let servers = json::array(ours, "fallback_ice_servers").iter().filter_map(Value::as_str).map(str::trim);
        let peer_to_peer = json::boolean(defaults, "web_rtc_allow_peer_to_peer")
            .or_else(|| json::boolean(defaults, "webRtcAllowPeerToPeer"));
        let forbidden = json::boolean(voip, "disable_fallback_ice")
            .or_else(|| json::boolean(well_known, "io.element.voip.disable_fallback_ice"));
        Self {
            fallback_ice_servers: servers
                .filter(|server| !server.is_empty())
                .take(MOST_FALLBACK_SERVERS)
                .map(str::to_owned)
                .collect(),
            fallback_forbidden: forbidden == Some(true),
            relay_only: peer_to_peer == Some(false),
            switched_off: json::boolean(defaults, "UIFeature.voip") == Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_are_read_as_they_were_written() {
        let chosen = Preferences {
            microphone: Some("m".into()),
            previewed: true,
            relay_only: Some(false),
            ..Preferences::default()
        };
        assert_eq!(Preferences::read(&chosen.write()), chosen);
        assert_eq!(Preferences::read(&json!({ "previewed": "yes", "camera": 3 })), Preferences::default());
        assert_eq!(Preferences::read(&json!(null)), Preferences::default());
    }

    #[test]
    fn a_site_may_offer_fallback_servers_and_its_homeserver_may_forbid_them() {
        let site = json!({ "meet_in_chat": { "fallback_ice_servers": [" stun:stun.example.org ", 3, ""] } });
        let settings = SiteSettings::read(&site, None);
        assert_eq!(settings.fallback_ice_servers, ["stun:stun.example.org"]);
        assert!(!settings.fallback_forbidden && !settings.relay_only);
        for well_known in [
            json!({ "io.element.voip": { "disable_fallback_ice": true } }),
            json!({ "io.element.voip.disable_fallback_ice": true }),
        ] {
            assert!(SiteSettings::read(&site, Some(&well_known)).fallback_forbidden, "{well_known}");
        }
    }

    #[test]
    fn of_two_spellings_the_one_in_snake_case_wins() {
        let relay_only =
            |defaults: Value| SiteSettings::read(&json!({ "setting_defaults": defaults }), None).relay_only;
        assert!(relay_only(json!({ "webRtcAllowPeerToPeer": false })));
        assert!(relay_only(json!({ "web_rtc_allow_peer_to_peer": false, "webRtcAllowPeerToPeer": true })));
        assert!(!relay_only(json!({ "web_rtc_allow_peer_to_peer": true, "webRtcAllowPeerToPeer": false })));
        assert!(!relay_only(json!({ "web_rtc_allow_peer_to_peer": "false" })));
    }

    #[test]
    fn a_site_can_have_no_calls() {
        let switched_off = |value: Value| {
            SiteSettings::read(&json!({ "setting_defaults": { "UIFeature.voip": value } }), None).switched_off
        };
        assert_eq!([json!(false), json!(true), json!("false")].map(switched_off), [true, false, false]);
    }

    #[test]
    fn nobody_can_make_the_list_long() {
        let many = json!({ "meet_in_chat": { "fallback_ice_servers": vec!["stun:a"; 999] } });
        assert_eq!(SiteSettings::read(&many, None).fallback_ice_servers.len(), MOST_FALLBACK_SERVERS);
    }

    #[test]
    fn garbage_is_the_same_as_nothing() {
        for wrong in
            [json!(null), json!([1]), json!({ "meet_in_chat": 3, "setting_defaults": "x", "io.element.voip": true })]
        {
            assert_eq!(SiteSettings::read(&wrong, Some(&wrong)), SiteSettings::default());
        }
    }
}
