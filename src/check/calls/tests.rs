use serde_json::{Value, json};

use super::*;
use crate::call::peer::IceServer;
use crate::host::HostError;
use crate::meet::MeetDomain;
use crate::meet::server::Origin;

const ADDRESS: &str = "https://example.org/.well-known/matrix/client";

fn texts() -> Texts {
    Texts::read(CALLS_EN)
}

fn answer(status: u16, body: Value) -> Fetched {
    Fetched::Answer { status, body: Some(body) }
}

fn keys(found: &[Finding]) -> Vec<(Verdict, &str, &str)> {
    found.iter().map(|finding| (finding.verdict, finding.key, finding.what.as_str())).collect()
}

/// What is said of a document with `m.homeserver` and this besides.
fn of_document(mut document: Value) -> Vec<Finding> {
    document["m.homeserver"] = json!({ "base_url": "https://matrix.example.org" });
    well_known(ADDRESS, &answer(200, document))
}

fn both(value: &Value) -> Value {
    json!({ "io.element.jitsi": { "preferredDomain": value }, "im.vector.riot.jitsi": { "preferredDomain": value } })
}

fn domain(text: &str) -> MeetDomain {
    MeetDomain::parse(text).unwrap()
}

#[test]
fn a_document_that_every_app_reads_alike_is_fine() {
    let mut document = both(&json!("meet.example.org"));
    document["io.element.jitsi"]["useFor1To1Calls"] = json!(false);
    document["io.element.e2ee"] = json!({ "default": true });
    assert_eq!(keys(&of_document(document)), [(Verdict::Good, "wk.good", "meet.example.org")]);
}

#[test]
fn a_server_that_does_not_give_the_document_is_told_apart_from_one_that_gives_no_json() {
    let only = |fetched: &Fetched| {
        let found = well_known(ADDRESS, fetched);
        assert_eq!(found.len(), 1, "{fetched:?}");
        (found[0].verdict, found[0].key, found[0].what.clone())
    };
    assert_eq!(only(&Fetched::Silent), (Verdict::Bad, "silent", ADDRESS.into()));
    assert_eq!(only(&Fetched::Hidden), (Verdict::Bad, "wk.hidden", ADDRESS.into()));
    assert_eq!(only(&Fetched::Forbidden), (Verdict::Unknown, "forbidden", ADDRESS.into()));
    assert_eq!(only(&answer(404, json!({}))), (Verdict::Warning, "wk.missing", ADDRESS.into()));
    assert_eq!(only(&answer(503, json!({}))), (Verdict::Bad, "wk.status", "503".into()));
    for body in [None, Some(json!([])), Some(json!("{}")), Some(Value::Null)] {
        assert_eq!(only(&Fetched::Answer { status: 200, body }), (Verdict::Bad, "wk.not_json", String::new()));
    }
}

#[test]
fn without_the_homeservers_address_chat_ios_drops_the_whole_document() {
    for homeserver in [json!(null), json!({}), json!("https://x"), json!({ "base_url": 7 })] {
        let mut document = both(&json!("meet.example.org"));
        document["m.homeserver"] = homeserver.clone();
        let found = well_known(ADDRESS, &answer(200, document));
        assert_eq!(keys(&found), [(Verdict::Bad, "wk.no_base_url", "")], "{homeserver}");
    }
}

#[test]
fn a_wrong_type_in_anything_that_is_read_together_is_named() {
    let named = |key: &str, value: Value| {
        let mut document = both(&json!("meet.example.org"));
        match key.rsplit_once('.') {
            Some((object, field @ ("preferredDomain" | "useFor1To1Calls"))) => document[object][field] = value,
            _ => document[key] = value,
        }
        let found = of_document(document);
        found.iter().any(|finding| (finding.key, finding.what.as_str()) == ("wk.type", key))
    };
    for wrong in [json!("text"), json!(true), json!([]), json!(1)] {
        for key in ["io.element.jitsi", "im.vector.riot.jitsi", "io.element.e2ee", "im.vector.riot.e2ee"] {
            assert!(named(key, wrong.clone()), "{key}: {wrong}");
        }
    }
    for wrong in [json!("false"), json!(0), json!({})] {
        assert!(named("io.element.jitsi.useFor1To1Calls", wrong.clone()), "{wrong}");
        assert!(named("im.vector.riot.jitsi.useFor1To1Calls", wrong));
    }
    for wrong in [json!(7), json!(["meet.example.org"]), json!({})] {
        assert!(named("io.element.jitsi.preferredDomain", wrong.clone()), "{wrong}");
        assert!(named("im.vector.riot.jitsi.preferredDomain", wrong));
    }
    // Both apps take null for nothing.
    assert!(!named("io.element.e2ee", Value::Null) && !named("io.element.jitsi.useFor1To1Calls", Value::Null));
}

#[test]
fn a_newer_object_without_a_server_hides_the_older_ones() {
    let found = of_document(json!({
        "io.element.jitsi": { "useFor1To1Calls": true }, "im.vector.riot.jitsi": { "preferredDomain": "meet.example.org" },
    }));
    assert_eq!(keys(&found), [(Verdict::Bad, "wk.hides", "meet.example.org")]);
}

#[test]
fn two_servers_in_one_document_are_named_and_two_ways_of_writing_one_are_none() {
    let pair = |new: &str, old: &str| {
        of_document(json!({
            "io.element.jitsi": { "preferredDomain": new }, "im.vector.riot.jitsi": { "preferredDomain": old },
        }))
    };
    assert_eq!(keys(&pair("a.example", "b.example")), [(Verdict::Bad, "wk.disagree", "a.example, b.example")]);
    let odd = pair("a.example", "A.example");
    assert_eq!(keys(&odd), [(Verdict::Warning, "wk.odd_domain", "A.example")]);
}

#[test]
fn one_object_alone_is_advised_against_and_the_newer_alone_is_wrong() {
    let named = json!({ "preferredDomain": "meet.example.org" });
    let new = of_document(json!({ "io.element.jitsi": named }));
    assert_eq!(keys(&new), [(Verdict::Bad, "wk.only_new", "")]);
    let old = of_document(json!({ "im.vector.riot.jitsi": named }));
    assert_eq!(keys(&old), [(Verdict::Warning, "wk.only_old", "")]);
    assert_eq!(keys(&of_document(json!({}))), [(Verdict::Warning, "wk.no_meet", "")]);
}

#[test]
fn the_spelling_of_config_json_does_nothing_in_the_well_known() {
    let found = of_document(json!({ "im.vector.riot.jitsi": { "preferred_domain": "meet.example.org" } }));
    let expected =
        [(Verdict::Bad, "wk.snake", "im.vector.riot.jitsi.preferred_domain"), (Verdict::Warning, "wk.no_meet", "")];
    assert_eq!(keys(&found), expected);
    let mut harmless = both(&json!("meet.example.org"));
    harmless["io.element.jitsi"]["preferred_domain"] = json!("meet.example.org");
    let found = of_document(harmless);
    assert_eq!(keys(&found), [(Verdict::Warning, "wk.snake", "io.element.jitsi.preferred_domain")]);
}

#[test]
fn a_servers_name_that_apps_read_in_different_ways_is_named() {
    for (value, expected) in [
        ("https://meet.example.org", (Verdict::Bad, "wk.odd_domain")),
        ("meet.example.org/", (Verdict::Warning, "wk.odd_domain")),
        ("Meet.Example.org", (Verdict::Warning, "wk.odd_domain")),
        ("meet.example.org.", (Verdict::Warning, "wk.odd_domain")),
        ("meet.example.org/tenant", (Verdict::Bad, "wk.bad_domain")),
        ("", (Verdict::Bad, "wk.bad_domain")),
        ("meet.example.org:8443", (Verdict::Warning, "wk.port")),
        ("http-meet.example.org", (Verdict::Bad, "wk.http")),
    ] {
        let found = of_document(both(&json!(value)));
        assert_eq!(keys(&found), [(expected.0, expected.1, value)], "{value}");
    }
}

#[test]
fn the_server_is_chosen_as_the_chat_chooses_it() {
    let document = answer(200, json!({ "im.vector.riot.jitsi": { "preferredDomain": "a.example" } }));
    let config = json!({ "jitsi": { "preferred_domain": "b.example" } });
    let chosen =
        |fetched: &Fetched, config: &Value| choose(fetched, config).map(|it| (it.domain.to_string(), it.origin));
    assert_eq!(chosen(&document, &config), Some(("a.example".into(), Some(Origin::WellKnown))));
    assert_eq!(chosen(&Fetched::Silent, &config), Some(("b.example".into(), Some(Origin::Config))));
    assert_eq!(chosen(&Fetched::Silent, &json!(7)), Some(("jitsi.riot.im".into(), Some(Origin::BuiltIn))));
    let broken = answer(200, json!({ "io.element.jitsi": { "preferredDomain": "http.example" } }));
    assert_eq!(chosen(&broken, &config), Some(("b.example".into(), Some(Origin::Config))));
}

#[test]
fn it_is_said_where_conferences_start_and_what_of_the_sites_file_does_not_count() {
    let at = |origin| Chosen { domain: domain("meet.example.org"), origin };
    let start = |origin, config: Value, on| {
        let found = start(&at(origin), &config, on);
        found.into_iter().map(|finding| (finding.verdict, finding.key)).collect::<Vec<_>>()
    };
    assert_eq!(start(Some(Origin::WellKnown), json!({}), None), [(Verdict::Good, "start.well_known")]);
    assert_eq!(start(Some(Origin::BuiltIn), json!({}), Some(true)), [(Verdict::Warning, "start.built_in")]);
    assert_eq!(start(None, json!({}), None), []);
    let camel = json!({ "jitsi": { "preferredDomain": "meet.example.org" } });
    let expected = [(Verdict::Good, "start.config"), (Verdict::Warning, "config.camel")];
    assert_eq!(start(Some(Origin::Config), camel, None), expected);
    let both = json!({ "jitsi": { "preferredDomain": "a.example", "preferred_domain": "meet.example.org" } });
    assert_eq!(start(Some(Origin::Config), both, None), [(Verdict::Good, "start.config")]);
    let other = json!({ "jitsi": { "preferred_domain": "other.example" } });
    let expected = [(Verdict::Good, "start.well_known"), (Verdict::Warning, "config.passed_over")];
    assert_eq!(start(Some(Origin::WellKnown), other, None), expected);
    let bad = json!({ "jitsi": { "preferred_domain": "a b" } });
    let expected = [(Verdict::Warning, "start.built_in"), (Verdict::Bad, "config.bad")];
    assert_eq!(start(Some(Origin::BuiltIn), bad, None), expected);
    let expected = [(Verdict::Good, "start.well_known"), (Verdict::Warning, "integrations.off")];
    assert_eq!(start(Some(Origin::WellKnown), json!({}), Some(false)), expected);
}

#[test]
fn a_meet_server_says_whether_it_wants_to_know_who_people_are() {
    let said = |auth: Fetched| {
        let found = meet_server(&domain("meet.example.org"), false, &auth);
        assert_eq!(found[0].key, "meet.good");
        assert_eq!(found.len(), 2);
        (found[1].verdict, found[1].key)
    };
    for none in [answer(404, json!(null)), answer(200, json!({})), answer(200, json!({ "auth": null }))] {
        assert_eq!(said(none), (Verdict::Good, "auth.none"));
    }
    assert_eq!(said(Fetched::Answer { status: 404, body: None }), (Verdict::Good, "auth.none"));
    assert_eq!(said(answer(200, json!({ "auth": "openidtoken-jwt" }))), (Verdict::Good, "auth.open_id"));
    assert_eq!(said(answer(200, json!({ "auth": "other" }))), (Verdict::Warning, "auth.unknown"));
    // Chat iOS gives up the start of a conference on each of these.
    assert_eq!(said(answer(200, json!({ "auth": {} }))), (Verdict::Bad, "auth.type"));
    assert_eq!(said(answer(200, json!([]))), (Verdict::Bad, "auth.not_json"));
    assert_eq!(said(Fetched::Answer { status: 200, body: None }), (Verdict::Bad, "auth.not_json"));
    assert_eq!(said(answer(403, json!({}))), (Verdict::Bad, "auth.status"));
    assert_eq!(said(answer(502, json!({}))), (Verdict::Bad, "auth.status"));
    // Stock nginx sends its 404 without CORS: that is the usual server without a sign-in.
    assert_eq!(said(Fetched::Hidden), (Verdict::Unknown, "auth.hidden"));
}

#[test]
fn of_a_meet_server_that_does_not_answer_nothing_else_is_said() {
    let found = meet_server(&domain("meet.example.org"), false, &Fetched::Silent);
    assert_eq!(keys(&found), [(Verdict::Bad, "silent", "https://meet.example.org")]);
    let found = meet_server(&domain("meet.example.org"), false, &Fetched::Forbidden);
    assert_eq!(keys(&found), [(Verdict::Unknown, "forbidden", "https://meet.example.org")]);
}

fn of_turn(answer: Value) -> Plan {
    plan(&json!({ "answer": answer }), 2_000_000_000)
}

fn relay(uris: Value) -> Value {
    json!({ "uris": uris, "username": "2000003600:@ann:example.org", "password": "sesame", "ttl": 3600 })
}

#[test]
fn each_transport_of_a_turn_server_is_tried_by_itself() {
    let uris = ["turn:t.test:3478?transport=udp", "turn:t.test:3478?transport=tcp", "turns:t.test:443", "turn:[::1]"];
    let plan = of_turn(relay(json!(uris)));
    assert_eq!(plan.findings, []);
    let names: Vec<_> = plan.relays.iter().map(|relay| relay.name.as_str()).collect();
    assert_eq!(names, ["t.test:3478, UDP", "t.test:3478, TCP", "t.test:443, TLS", "[::1], UDP"]);
    let expected = IceServer {
        urls: vec![uris[0].into()],
        username: Some("2000003600:@ann:example.org".into()),
        credential: Some("sesame".into()),
    };
    assert_eq!(plan.relays[0].server, expected);
}

#[test]
fn a_homeserver_without_a_usable_turn_server_is_told_so() {
    for (answer, expected) in [
        (json!({}), (Verdict::Bad, "turn.none")),
        (json!({ "uris": [], "username": "", "password": "", "ttl": 0 }), (Verdict::Bad, "turn.none")),
        (json!({ "uris": "turn:x" }), (Verdict::Bad, "turn.none")),
        (relay(json!(["stun:s.test"])), (Verdict::Bad, "turn.stun_only")),
        (json!({ "uris": ["turn:t.test"], "username": "u" }), (Verdict::Bad, "turn.no_password")),
        (json!({ "uris": ["turn:t.test"], "username": "", "password": "p" }), (Verdict::Bad, "turn.no_password")),
    ] {
        let plan = of_turn(answer.clone());
        let found: Vec<_> = plan.findings.iter().map(|finding| (finding.verdict, finding.key)).collect();
        assert_eq!((found, plan.relays), (vec![expected], vec![]), "{answer}");
    }
}

#[test]
fn a_malformed_address_is_named_without_what_may_be_a_password() {
    let plan = of_turn(relay(json!(["turn:ann:sesame@t.test", "", 7, "turn:ok.test?transport=tcp", "stun:s.test"])));
    let found = keys(&plan.findings);
    let malformed = |what| (Verdict::Warning, "turn.malformed", what);
    assert_eq!(found, [malformed("t.test"), malformed(""), malformed("…")]);
    assert_eq!(plan.relays.len(), 1);
    let none = of_turn(relay(json!(["http://x"])));
    let expected = [malformed("http://x"), (Verdict::Bad, "turn.none", "")];
    assert_eq!(keys(&none.findings), expected);
}

#[test]
fn credentials_that_have_ended_are_noticed_by_their_ttl_or_by_the_time_in_the_name() {
    let with = |username: &str, ttl: Value| {
        let mut answer = relay(json!(["turn:t.test?transport=tcp"]));
        answer["username"] = json!(username);
        answer["ttl"] = ttl;
        keys(&of_turn(answer).findings).contains(&(Verdict::Bad, "turn.expired", ""))
    };
    assert!(with("1999999999:@ann:example.org", json!(3600)));
    assert!(with("ann", json!(0)) && with("ann", json!(-1)));
    assert!(!with("2000000001:@ann:example.org", json!(3600)));
    assert!(!with("12", json!(3600)) && !with("ann", json!(null)) && !with("ann", json!("0")));
}

#[test]
fn servers_for_udp_alone_are_advised_against() {
    let plan = of_turn(relay(json!(["turn:t.test"])));
    assert_eq!(keys(&plan.findings), [(Verdict::Warning, "turn.udp_only", "")]);
}

#[test]
fn without_an_answer_on_turn_it_is_said_why() {
    let key = |told: Value| {
        let plan = plan(&told, 0);
        assert!(plan.relays.is_empty());
        (plan.findings[0].verdict, plan.findings[0].key)
    };
    assert_eq!(key(Value::Null), (Verdict::Unknown, "turn.elsewhere"));
    assert_eq!(key(json!({ "status": 403 })), (Verdict::Warning, "turn.forbidden"));
    assert_eq!(key(json!({ "status": 429 })), (Verdict::Bad, "turn.not_said"));
    assert_eq!(key(json!({})), (Verdict::Bad, "turn.not_said"));
    assert_eq!(key(json!({ "answer": 7 })), (Verdict::Bad, "turn.not_said"));
}

#[test]
fn a_relay_that_fails_is_worse_where_none_works() {
    let tried = |all: &[Tried]| {
        let named: Vec<_> = all.iter().map(|tried| ("t.test, UDP".to_owned(), *tried)).collect();
        outcome(&named).iter().map(|finding| (finding.verdict, finding.key)).collect::<Vec<_>>()
    };
    let [refused, away] = [Tried::Failed(Some(401)), Tried::Failed(Some(701))];
    assert_eq!(tried(&[Tried::Relayed, away]), [(Verdict::Good, "turn.good"), (Verdict::Warning, "turn.silent")]);
    assert_eq!(tried(&[refused, away]), [(Verdict::Bad, "turn.refused"), (Verdict::Bad, "turn.silent")]);
    assert_eq!(tried(&[Tried::Failed(None)]), [(Verdict::Bad, "turn.silent")]);
    assert_eq!(tried(&[Tried::Impossible; 2]), [(Verdict::Unknown, "turn.no_webrtc")]);
    let full = outcome(&[("t.test, UDP".into(), Tried::Failed(Some(486)))]);
    assert_eq!(keys(&full), [(Verdict::Bad, "turn.error", "t.test, UDP (486)")]);
}

#[test]
fn what_a_turn_server_says_tells_more_than_that_a_way_was_closed() {
    let after = |codes: &[u16]| codes.iter().fold(Tried::Failed(None), |tried, code| tried.with_error(*code));
    assert_eq!(after(&[701, 401, 701]), Tried::Failed(Some(401)));
    assert_eq!(after(&[701]), Tried::Failed(Some(701)));
    assert_eq!(Tried::Relayed.with_error(701), Tried::Relayed);
}

#[test]
fn the_chat_tells_the_frame_what_the_frame_cannot_know() {
    let config = json!({ "jitsi": { "preferred_domain": "m.example" }, "meet_in_chat": { "auth": "none" } });
    let turn = json!({ "uris": ["turn:t.test"] });
    let provisioning = json!({ "enabled": false });
    let chosen = domain("meet.example.org");
    let told = Brief::write("example.org", (&chosen, Origin::Config), Ok(turn.clone()), Some(&provisioning), &config);
    let expected = Brief {
        server: domain("example.org"),
        chosen: Some(Chosen { domain: chosen.clone(), origin: Some(Origin::Config) }),
        turn: json!({ "answer": turn }),
        integrations: Some(false),
        config: json!({ "jitsi": { "preferred_domain": "m.example" } }),
    };
    assert_eq!(Brief::read(&told), Some(expected));
    let refused = HostError::Refused { errcode: "M".into(), status: 403, message: "secret".into(), retry_after: None };
    for (error, expected) in [(refused, json!({ "status": 403 })), (HostError::Unreachable, json!({}))] {
        let told = Brief::write("example.org", (&chosen, Origin::BuiltIn), Err(error), None, &json!(7));
        let read = Brief::read(&told).unwrap();
        assert_eq!((read.turn, read.integrations, read.config), (expected, None, json!({ "jitsi": {} })));
    }
}

#[test]
fn neither_takes_anything_else_for_a_word_of_the_other() {
    for word in [Word::Ready, Word::Close] {
        assert_eq!(Word::read(&word.write()), Some(word));
        assert_eq!(Brief::read(&word.write()), None);
    }
    for message in [json!(null), json!({}), json!({ "check": 1 }), json!({ "microphone": "calls-ready" }), json!([])] {
        assert_eq!((Word::read(&message), Brief::read(&message)), (None, None), "{message}");
        assert_eq!(read_look(&message), None, "{message}");
    }
    assert_eq!(Brief::read(&json!({ "check": "calls-brief", "server": "a b" })), None);
}

#[test]
fn a_name_that_is_typed_may_be_a_user_id_and_the_meet_server_be_left_out() {
    let typed = |server, meet| {
        let brief = Brief::typed(server, meet, json!({}))?;
        Some((brief.server.to_string(), brief.chosen.map(|chosen| (chosen.domain.to_string(), chosen.origin))))
    };
    assert_eq!(typed(" example.org ", ""), Some(("example.org".into(), None)));
    assert_eq!(typed("@ann:example.org:8448", " "), Some(("example.org:8448".into(), None)));
    let named = Some(("meet.example.org".into(), None));
    assert_eq!(typed("https://example.org/", "meet.example.org"), Some(("example.org".into(), named)));
    for (server, meet) in [("", ""), ("a b", ""), ("example.org", "a/b"), ("@ann", "")] {
        assert_eq!(typed(server, meet), None, "{server:?} {meet:?}");
    }
}

#[test]
fn servers_are_asked_over_https_but_for_those_of_this_machine() {
    let address = |server, local| well_known_address(&domain(server), local);
    assert_eq!(address("example.org", true), ADDRESS);
    assert_eq!(address("127.0.0.1:8008", true), "http://127.0.0.1:8008/.well-known/matrix/client");
    assert_eq!(address("127.0.0.1:8008", false), "https://127.0.0.1:8008/.well-known/matrix/client");
    assert_eq!(auth_address(&domain("meet.example.org"), false), "https://meet.example.org/.well-known/element/jitsi");
}

#[test]
fn the_report_has_all_that_is_said_and_no_secret() {
    let plan = of_turn(relay(json!(["turn:t.test", "turn:ann:sesame@t.test"])));
    let tried: Vec<_> = plan.relays.iter().map(|relay| (relay.name.clone(), Tried::Failed(Some(401)))).collect();
    let mut found: Vec<_> =
        well_known(ADDRESS, &Fetched::Silent).into_iter().map(|finding| (Area::Homeserver, finding)).collect();
    found.extend(plan.findings.into_iter().chain(outcome(&tried)).map(|finding| (Area::Turn, finding)));
    let report = report(&found, &texts());
    for part in [
        "Wrong: 2. Advice: 2. Unknown: 0.",
        "\nHomeserver\nWrong: https://example.org/.well-known/matrix/client gives no answer",
        "\nWrong: t.test, UDP refuses the password",
        "Give both servers the same secret",
    ] {
        assert!(report.contains(part), "{part:?} in {report}");
    }
    assert!(!report.contains("sesame") && !report.contains("@ann"), "{report}");
}

#[test]
fn whatever_is_not_fine_says_what_to_do_and_fills_its_gaps() {
    let documents = [
        json!({}),
        both(&json!("https://http.example:7/x")),
        both(&json!("http.example")),
        json!({ "io.element.jitsi": 1, "im.vector.riot.jitsi": { "preferred_domain": 2, "preferredDomain": "x:1" } }),
    ];
    let mut found: Vec<Finding> = documents.into_iter().flat_map(of_document).collect();
    let others = [Fetched::Silent, Fetched::Hidden, Fetched::Forbidden, answer(404, json!(0)), answer(500, json!(0))];
    for fetched in others {
        found.extend(well_known(ADDRESS, &fetched));
        found.extend(meet_server(&domain("meet.example.org"), false, &fetched));
    }
    found.extend(of_turn(relay(json!(["turn:t.test", "x"]))).findings);
    found.extend(outcome(&[("t".into(), Tried::Failed(None)), ("u".into(), Tried::Failed(Some(500)))]));
    for finding in found {
        assert_eq!(finding.fix.is_none(), finding.verdict == Verdict::Good, "{finding:?}");
        let words = finding.words(&texts());
        assert!(!words.contains('{') && !words.contains("fix."), "{words}");
    }
}

#[test]
fn an_endless_value_is_cut() {
    let found = of_document(both(&json!("x".repeat(100_000))));
    assert_eq!(found[0].what.len(), SHOWN);
}
