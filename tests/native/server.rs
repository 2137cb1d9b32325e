//! Which Meet server new conferences use: every spelling, and every trap of `chat-web.md` 2.1 and `mobile.md` 2.3.

use meet_in_chat::meet::server::{Choice, DEFAULT_DOMAIN, Origin, Refused, WellKnownMemory, named_by_site, resolve};
use meet_in_chat::meet::settings::Site as CallSite;
use meet_in_chat::meet::{DomainError, MeetDomain};
use meet_in_chat::wrapper::Site;
use serde_json::{Value, json};

const PAGE: &str = "https://chat.example.org/";

fn choose(well_known: &Value, config: &Value) -> (String, Origin) {
    let choice = resolve(Some(well_known), config, PAGE);
    (choice.domain.as_str().to_owned(), choice.origin)
}

#[test]
fn without_any_configuration_the_built_in_server_is_used() {
    let default = MeetDomain::parse(DEFAULT_DOMAIN).expect("the default is a domain");
    let choice = resolve(None, &json!(null), PAGE);
    let expected = Choice { domain: default, origin: Origin::BuiltIn, conference_for_two: false, refused: Vec::new() };
    assert_eq!(choice, expected);
    assert_eq!(choice.domain.as_str(), DEFAULT_DOMAIN);
    assert_eq!(choice.domain.usable_for_new(), Ok(()));
}

#[test]
fn the_servers_that_the_file_names_need_no_consent_and_the_built_in_default_does() {
    let named = |config: Value| -> Vec<String> { named_by_site(&config).iter().map(ToString::to_string).collect() };
    for nothing in
        [json!({}), json!(null), json!([1]), json!({ "jitsi": 7, "meet_in_chat": { "approved_domains": "a" } })]
    {
        assert!(named(nothing).is_empty());
    }
    let both = json!({ "jitsi": { "preferred_domain": null, "preferredDomain": "https://Meet.test/" }, "meet_in_chat": { "approved_domains": ["ok.test", 7] } });
    assert_eq!(named(both), ["ok.test", "meet.test"]);
}

/// Whoever put another server in place of the old one does not mean both.
#[test]
fn of_two_spellings_only_the_one_that_counts_is_approved() {
    let named = |preferred: Value| -> Vec<String> {
        let config = json!({ "jitsi": { "preferred_domain": preferred, "preferredDomain": "meet.old" } });
        named_by_site(&config).iter().map(ToString::to_string).collect()
    };
    assert_eq!(named(json!("meet.new")), ["meet.new"]);
    // None of these is a server for new conferences.
    for none in [json!(7), json!("a b"), json!("httpmeet.test")] {
        assert_eq!(named(none), ["meet.old"]);
    }
}

/// `null` under the better spelling was the wrapper's answer, and the chat looked on.
#[test]
fn chat_and_wrapper_trust_the_same_servers() {
    let domain = |name: &str| MeetDomain::parse(name).expect("a domain");
    for config in [
        json!({ "jitsi": { "preferred_domain": null, "preferredDomain": "meet.test" } }),
        json!({ "jitsi": { "preferredDomain": "meet.test" }, "meet_in_chat": { "approved_domains": ["ok.test"] } }),
        json!({ "jitsi": { "preferred_domain": "meet.test" }, "meetInChat": { "approvedDomains": ["ok.test"] } }),
    ] {
        let (chat, wrapper) = (CallSite::read(&config, None, PAGE), Site::read(&config));
        for name in ["meet.test", "ok.test", DEFAULT_DOMAIN] {
            assert_eq!(chat.approved.contains(&domain(name)), wrapper.chose(&domain(name)), "{name} {config}");
        }
        assert!(wrapper.chose(&domain("meet.test")), "{config}");
    }
}

#[test]
fn every_spelling_in_every_place_counts() {
    for key in ["preferredDomain", "preferred_domain"] {
        for object in ["io.element.jitsi", "im.vector.riot.jitsi"] {
            assert_eq!(
                choose(&json!({ object: { key: "meet.one.test" } }), &json!({})),
                ("meet.one.test".to_owned(), Origin::WellKnown),
                "{object} {key}"
            );
        }
        assert_eq!(
            choose(&json!({}), &json!({ "jitsi": { key: "meet.one.test" } })),
            ("meet.one.test".to_owned(), Origin::Config),
            "{key}"
        );
    }
}

#[test]
fn the_order_is_well_known_then_config_and_the_readable_spelling_of_each() {
    let well_known = json!({
        "io.element.jitsi": { "preferredDomain": "one.test", "preferred_domain": "two.test" },
        "im.vector.riot.jitsi": { "preferredDomain": "three.test" },
    });
    let config = json!({ "jitsi": { "preferredDomain": "five.test", "preferred_domain": "four.test" } });
    assert_eq!(choose(&well_known, &config).0, "one.test");
    assert_eq!(
        choose(&json!({ "im.vector.riot.jitsi": { "preferredDomain": "three.test" } }), &config).0,
        "three.test"
    );
    assert_eq!(choose(&json!({}), &config).0, "four.test");
}

/// Chat Web merges its own default over an explicit camelCase key, which was the top complaint.
#[test]
fn an_explicit_key_beats_the_default_in_either_spelling() {
    for key in ["preferredDomain", "preferred_domain"] {
        let config = json!({ "brand": "Chat", "jitsi": { key: "mine.test" }, "default_theme": "dark" });
        assert_eq!(choose(&json!({}), &config), ("mine.test".to_owned(), Origin::Config));
    }
}

/// In Chat Web and on iOS the mere presence of `io.element.jitsi` hides a domain in `im.vector.riot.jitsi`.
#[test]
fn the_two_objects_are_merged_key_by_key() {
    let well_known = json!({
        "io.element.jitsi": { "useFor1To1Calls": true },
        "im.vector.riot.jitsi": { "preferredDomain": "meet.one.test", "useFor1To1Calls": false },
    });
    let choice = resolve(Some(&well_known), &json!({}), PAGE);
    assert_eq!(choice.domain.as_str(), "meet.one.test");
    assert!(choice.conference_for_two);
}

/// iOS drops the whole document for one wrong type, or for a missing `m.homeserver`.
#[test]
fn a_broken_value_takes_nothing_else_with_it() {
    let well_known = json!({
        "io.element.jitsi": { "preferredDomain": 7, "useFor1To1Calls": "yes" },
        "im.vector.riot.jitsi": { "preferredDomain": null, "preferred_domain": "meet.one.test", "useFor1To1Calls": true },
        "io.element.e2ee": "nonsense",
    });
    let choice = resolve(Some(&well_known), &json!({}), PAGE);
    assert_eq!(choice.domain.as_str(), "meet.one.test");
    assert!(choice.conference_for_two);
    let refused = Refused { origin: Origin::WellKnown, value: "7".to_owned(), reason: DomainError::NotText };
    assert_eq!(choice.refused, [refused]);
}

#[test]
fn what_is_written_around_a_domain_is_taken_off() {
    for written in ["https://meet.one.test", "meet.one.test/", " MEET.one.test. ", "meet.one.test:443"] {
        let config = json!({ "jitsi": { "preferred_domain": written } });
        assert_eq!(choose(&json!({}), &config).0, "meet.one.test", "{written}");
    }
}

#[test]
fn what_can_not_be_used_is_passed_over_and_named() {
    let well_known = json!({
        "io.element.jitsi": { "preferredDomain": "meet.one.test@evil.test" },
        "im.vector.riot.jitsi": { "preferredDomain": "meet.one.test/tenant/.." },
    });
    let config = json!({ "jitsi": {
        "preferred_domain": "http-meet.one.test", "preferredDomain": "https://chat.example.org/",
    } });
    let choice = resolve(Some(&well_known), &config, PAGE);
    assert_eq!(choice.origin, Origin::BuiltIn);
    let reasons: Vec<_> =
        choice.refused.iter().map(|refused| (refused.origin, refused.value.as_str(), refused.reason)).collect();
    assert_eq!(
        reasons,
        [
            (Origin::WellKnown, "meet.one.test@evil.test", DomainError::UserInfo),
            (Origin::WellKnown, "meet.one.test/tenant/..", DomainError::Path),
            (Origin::Config, "http-meet.one.test", DomainError::BeginsWithHttp),
            (Origin::Config, "https://chat.example.org/", DomainError::OwnAddress),
        ]
    );
}

#[test]
fn values_that_were_never_needed_are_not_complained_about() {
    let well_known = json!({ "io.element.jitsi": { "preferredDomain": "meet.one.test" } });
    let config = json!({ "jitsi": { "preferred_domain": "a b" } });
    assert_eq!(resolve(Some(&well_known), &config, PAGE).refused, []);
}

#[test]
fn a_conference_for_two_is_asked_for_in_the_well_known_alone() {
    let for_two = |well_known: &Value, config: &Value| resolve(Some(well_known), config, PAGE).conference_for_two;
    for object in ["io.element.jitsi", "im.vector.riot.jitsi"] {
        assert!(for_two(&json!({ object: { "useFor1To1Calls": true } }), &json!({})));
    }
    assert!(!for_two(&json!({}), &json!({ "jitsi": { "useFor1To1Calls": true } })));
}

/// In Chat Web one failed poll silently moves new conferences to the default server.
#[test]
fn a_failed_poll_keeps_the_last_good_document() {
    let document = json!({ "io.element.jitsi": { "preferredDomain": "meet.one.test" } });
    let mut memory = WellKnownMemory::default();
    assert_eq!(memory.document(), None);
    memory.polled(Ok(Some(document.clone())));
    for failure in [Err(()), Ok(Some(json!("<!doctype html>"))), Ok(Some(json!(null)))] {
        memory.polled(failure);
        assert_eq!(memory.document(), Some(&document));
    }
}

#[test]
fn a_server_that_took_its_document_away_is_believed() {
    let mut memory = WellKnownMemory::default();
    memory.polled(Ok(Some(json!({ "a": 1 }))));
    memory.polled(Ok(Some(json!({ "a": 2 }))));
    assert_eq!(memory.document(), Some(&json!({ "a": 2 })));
    memory.polled(Ok(None));
    assert_eq!(memory.document(), None);
}
