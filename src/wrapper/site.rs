//! What the wrapper reads of `config.json`, the chat's own file beside it.

use serde_json::Value;

use crate::meet::server::named_by_site;
use crate::meet::{MeetDomain, demo_server};
use crate::page::config::either;

/// The site's wishes. Without a file there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// `jitsi_widget.skip_built_in_welcome_screen`: enter without a press on the card.
    skip_card: bool,
    /// Servers that this site trusts: those that the chat enters unasked.
    trusted: Vec<MeetDomain>,
}

impl Site {
    /// Reads the file; what is malformed in it is as absent.
    pub fn read(config: &Value) -> Self {
        let skip = config
            .as_object()
            .and_then(|config| either(config, "jitsi_widget", "jitsiWidget"))
            .and_then(Value::as_object)
            .and_then(|widget| either(widget, "skip_built_in_welcome_screen", "skipBuiltInWelcomeScreen"))
            .and_then(Value::as_bool);
        Self { skip_card: skip == Some(true), trusted: named_by_site(config) }
    }

    /// Whether a client's user enters a conference on this server without a press. Only where the site itself named the
    /// server: otherwise a pinned widget would reach camera, address and name of whoever opens its room.
    ///
    /// Nor on a demo server, of whose limits its user is to read before.
    pub fn enters_by_itself(&self, domain: &MeetDomain) -> bool {
        self.skip_card && self.chose(domain) && !demo_server::is_demo(domain)
    }

    /// Whether the site itself named this server.
    pub fn chose(&self, domain: &MeetDomain) -> bool {
        self.trusted.contains(domain)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn enters(config: Value, domain: &str) -> bool {
        let domain = MeetDomain::parse(domain).expect("a domain");
        Site::read(&config).enters_by_itself(&domain)
    }

    #[test]
    fn only_a_server_that_the_site_names_is_entered_without_a_press() {
        let config = json!({
            "jitsi_widget": {"skip_built_in_welcome_screen": true},
            "jitsi": {"preferredDomain": "https://Meet.Example.org/"},
            "meet_in_chat": {"approved_domains": ["other.example", 7, "not a domain"]},
        });
        assert!(enters(config.clone(), "meet.example.org"));
        assert!(enters(config.clone(), "other.example"));
        assert!(!enters(config, "evil.example"));
        let demo = json!({"jitsi_widget": {"skip_built_in_welcome_screen": true}, "jitsi": {"preferred_domain": "meet.jit.si"}});
        assert!(!enters(demo, "meet.jit.si"), "its limits are to be read first");
    }

    #[test]
    fn without_the_wish_nothing_is_entered() {
        for config in [
            json!({"jitsi": {"preferred_domain": "meet.example.org"}}),
            json!({"jitsi_widget": {"skip_built_in_welcome_screen": "true"}, "jitsi": {"preferred_domain": "meet.example.org"}}),
            json!({"jitsi_widget": {"skip_built_in_welcome_screen": true}}),
            json!([]),
        ] {
            assert!(!enters(config, "meet.example.org"));
        }
    }
}
