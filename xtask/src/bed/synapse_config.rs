//! `homeserver.yaml`. Written as JSON, which every YAML reader reads, so that no value needs quoting rules of its own.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::SynapseSettings;

/// Every request limit of Synapse by its configuration key. With the stock values a test suite is slowed to a crawl.
const LIMITS: &[&str] = &[
    "rc_3pid_validation",
    "rc_admin_redaction",
    "rc_delayed_event_mgmt",
    "rc_invites.per_issuer",
    "rc_invites.per_room",
    "rc_invites.per_user",
    "rc_joins.local",
    "rc_joins.remote",
    "rc_joins_per_room",
    "rc_key_requests",
    "rc_login.account",
    "rc_login.address",
    "rc_login.failed_attempts",
    "rc_media_create",
    "rc_message",
    "rc_presence.per_user",
    "rc_profile",
    "rc_registration",
    "rc_registration_token_validity",
    "rc_reports",
    "rc_room_creation",
    "rc_third_party_invite",
    "rc_user_directory",
];

/// The configuration of a homeserver that needs nothing outside this machine: no federation, no key servers, no previews.
pub(crate) fn homeserver_yaml(directory: &Path, port: u16, secret: &str, settings: &SynapseSettings) -> String {
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let mut config = json!({
        "server_name": settings.server_name,
        "public_baseurl": format!("http://127.0.0.1:{port}/"),
        "listeners": [{
            "port": port, "type": "http", "tls": false, "bind_addresses": ["127.0.0.1"], "x_forwarded": false,
            // `openid` alone gives `/_matrix/federation/v1/openid/userinfo`, what a Meet token service asks.
            "resources": [{ "names": ["client", "openid"], "compress": false }],
        }],
        "database": { "name": "sqlite3", "args": { "database": file("homeserver.db") } },
        "media_store_path": file("media"),
        "signing_key_path": file("signing.key"),
        "macaroon_secret_key": secret,
        "form_secret": secret,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "report_stats": false,
        "url_preview_enabled": false,
        "presence": { "enabled": false },
        "enable_registration": true,
        "enable_registration_without_verification": true,
        // The lowest there is: a real cost would be paid at every sign-in of every test.
        "bcrypt_rounds": 4,
        // Or a second first sync of one device within two minutes would get the first one's answer, and no figure be true.
        "caches": { "sync_response_cache_duration": "0s" },
        "login_via_existing_session": { "enabled": true, "require_ui_auth": false, "token_timeout": "24h" },
    });
    if let Some(object) = config.as_object_mut() {
        object.extend(limits());
        if settings.chronicler.is_some() {
            object.insert("app_service_config_files".to_owned(), json!([file(CHRONICLER)]));
        }
        if settings.stock_message_limit {
            object.remove("rc_message");
        }
        if let Some(turn) = &settings.turn {
            object.insert("turn_uris".to_owned(), json!(turn.uris));
            object.insert("turn_shared_secret".to_owned(), json!(turn.shared_secret));
            object.insert("turn_user_lifetime".to_owned(), json!(turn.credential_lifetime.as_millis()));
        }
        if !settings.well_known.is_empty() {
            object.insert("extra_well_known_client_content".to_owned(), json!(settings.well_known));
        }
    }
    format!("{config:#}\n")
}

/// Where the application service is described that may date events.
pub(crate) const CHRONICLER: &str = "chronicler.yaml";

/// The description of that application service. It hears of nothing; it only speaks.
pub(crate) fn chronicler_yaml(token: &str) -> String {
    let users = json!([{ "exclusive": false, "regex": "@.*" }]);
    let service = json!({
        "id": "chronicler", "url": null, "as_token": token, "hs_token": format!("{token}-of-the-server"),
        "sender_localpart": "chronicler", "rate_limited": false,
        "namespaces": { "users": users, "rooms": [], "aliases": [] },
    });
    format!("{service:#}\n")
}

fn limits() -> Map<String, Value> {
    let mut limits = Map::new();
    for key in LIMITS {
        let none = json!({ "per_second": 10_000, "burst_count": 10_000 });
        let Some((group, part)) = key.split_once('.') else {
            limits.insert((*key).to_owned(), none);
            continue;
        };
        if let Some(group) = limits.entry(group).or_insert_with(|| json!({})).as_object_mut() {
            group.insert(part.to_owned(), none);
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bed::TurnSettings;

    fn config(settings: &SynapseSettings) -> Value {
        serde_json::from_str(&homeserver_yaml(Path::new("/bed \"1\""), 20_000, "secret", settings)).unwrap()
    }

    #[test]
    fn a_homeserver_asks_nobody_outside() {
        let config = config(&SynapseSettings::default());
        assert_eq!(config["trusted_key_servers"], json!([]));
        assert_eq!(config["federation_domain_whitelist"], json!([]));
        assert_eq!(config["report_stats"], json!(false));
        assert_eq!(config["listeners"][0]["bind_addresses"], json!(["127.0.0.1"]));
    }

    #[test]
    fn a_path_with_quotes_and_blanks_survives() {
        let config = config(&SynapseSettings::default());
        assert_eq!(config["database"]["args"]["database"], "/bed \"1\"/homeserver.db");
    }

    #[test]
    fn nested_limits_keep_each_other() {
        let config = config(&SynapseSettings::default());
        for part in ["account", "address", "failed_attempts"] {
            assert_eq!(config["rc_login"][part]["per_second"], 10_000, "{part}");
        }
        assert_eq!(config["rc_message"]["burst_count"], 10_000);
    }

    #[test]
    fn the_stock_message_limit_is_the_servers_own() {
        let config = config(&SynapseSettings { stock_message_limit: true, ..SynapseSettings::default() });
        assert!(config.get("rc_message").is_none());
        assert_eq!(config["rc_profile"]["per_second"], 10_000);
    }

    #[test]
    fn turn_and_well_known_are_absent_unless_asked_for() {
        let bare = config(&SynapseSettings::default());
        assert!(bare.get("turn_uris").is_none() && bare.get("extra_well_known_client_content").is_none());

        let turn = TurnSettings {
            uris: vec!["turn:127.0.0.1:3478?transport=udp".to_owned()],
            shared_secret: "shared".to_owned(),
            credential_lifetime: Duration::from_secs(60),
        };
        let mut settings = SynapseSettings { turn: Some(turn), ..SynapseSettings::default() };
        settings.well_known.insert("im.vector.riot.jitsi".to_owned(), json!({ "preferredDomain": "meet.test" }));
        let full = config(&settings);
        assert_eq!(full["turn_user_lifetime"], 60_000);
        assert_eq!(full["extra_well_known_client_content"]["im.vector.riot.jitsi"]["preferredDomain"], "meet.test");
    }
}
