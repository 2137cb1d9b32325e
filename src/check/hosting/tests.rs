//! Servers as people set them up, and what the page says to them.

use serde_json::json;

use super::*;

fn answer(headers: &[(&'static str, &str)]) -> Answer {
    let headers = headers.iter().map(|(name, value)| (*name, value.to_ascii_lowercase())).collect();
    Answer { found: true, headers }
}

/// A server set up as `docs/hosting.md` has it.
fn well_hosted() -> Facts {
    let policy = "default-src 'none'; frame-src https:; frame-ancestors 'self' https://chat.example.org";
    let all = r#"camera=*, microphone=*, display-capture=(self "https://meet.example.org")"#;
    let page =
        answer(&[("content-security-policy", policy), ("permissions-policy", all), ("cache-control", "no-cache")]);
    Facts {
        origin: "https://wrapper.example.org".to_owned(),
        secure: true,
        check: Some(page.clone()),
        page: Some(page),
        program: Some(answer(&[
            ("content-type", "application/wasm"),
            ("content-encoding", "br"),
            ("cache-control", "public, max-age=31536000, immutable"),
        ])),
        config: Some(answer(&[("cache-control", "no-cache")])),
        site: Some(json!({"jitsi": {"preferred_domain": "meet.example.org"}})),
    }
}

/// The same with these headers of both pages.
fn page_with(headers: &[(&'static str, &str)]) -> Facts {
    Facts { page: Some(answer(headers)), check: Some(answer(headers)), ..well_hosted() }
}

/// With these of the page of checks alone.
fn check_with(headers: &[(&'static str, &str)]) -> Facts {
    Facts { check: Some(answer(headers)), ..well_hosted() }
}

fn names_meet(domain: &str) -> Facts {
    Facts { site: Some(json!({"jitsi": {"preferred_domain": domain}})), ..well_hosted() }
}

fn program_with(headers: &[(&'static str, &str)]) -> Facts {
    Facts { program: Some(answer(headers)), ..well_hosted() }
}

/// What is not fine, with what fills the gap.
fn complaints(facts: &Facts) -> Vec<(Level, &'static str, String)> {
    let complaints = findings(facts).into_iter().filter(|finding| finding.level != Level::Fine);
    complaints.map(|finding| (finding.level, finding.key, finding.what)).collect()
}

fn says(facts: &Facts, level: Level, key: &'static str) -> bool {
    complaints(facts).iter().any(|(found, said, _)| (*found, *said) == (level, key))
}

#[test]
fn a_server_set_up_as_described_is_fine_in_everything() {
    let findings = findings(&well_hosted());
    assert!(findings.iter().all(|finding| finding.level == Level::Fine), "{findings:?}");
    let keys: Vec<_> = findings.iter().map(|finding| finding.key).collect();
    let expected = ["secure", "framing", "meet", "type", "compressed", "cached", "config"];
    assert_eq!(keys, expected.map(|key| ["hosting.", key].concat()));
}

#[test]
fn a_bare_server_hears_what_would_be_better() {
    let bare = Facts {
        page: Some(answer(&[])),
        check: Some(answer(&[])),
        program: Some(answer(&[("content-type", "application/octet-stream")])),
        config: Some(Answer::default()),
        site: None,
        ..well_hosted()
    };
    let said: Vec<_> = complaints(&bare).into_iter().map(|(level, key, _)| (level, key)).collect();
    let expected = [
        "hosting.framing_any",
        "hosting.type_other",
        "hosting.compressed_not",
        "hosting.cached_files",
        "hosting.cached_pages",
        "hosting.config_missing",
    ];
    assert_eq!(said, expected.map(|key| (Level::Warning, key)));
}

#[test]
fn a_page_without_https_gets_no_camera() {
    let facts = Facts { secure: false, ..well_hosted() };
    assert!(says(&facts, Level::Wrong, "hosting.not_secure"));
}

#[test]
fn a_server_that_is_silent_is_named_with_the_file() {
    let facts = Facts { page: None, program: None, config: None, ..well_hosted() };
    let files: Vec<_> = complaints(&facts).into_iter().map(|(_, _, file)| file).collect();
    assert_eq!(files, ["jitsi.html", ".wasm", "config.json"]);
    let facts = Facts { check: None, program: Some(Answer::default()), ..well_hosted() };
    let files: Vec<_> = complaints(&facts).into_iter().map(|(_, key, file)| (key, file)).collect();
    assert_eq!(files[..2], ["check.html", ".wasm"].map(|file| ("hosting.no_answer", file.to_owned())));
}

#[test]
fn a_wrapper_that_is_not_there_is_no_answer_that_could_be_judged() {
    let facts = Facts { page: Some(Answer::default()), ..well_hosted() };
    let expected = (Level::Wrong, "hosting.no_answer", "jitsi.html".to_owned());
    assert_eq!(complaints(&facts), [expected]);
}

#[test]
fn who_may_show_the_page_follows_the_strictest_policy() {
    for (policy, level, key) in [
        ("frame-ancestors 'none'", Level::Wrong, "hosting.framing_none"),
        ("frame-ancestors", Level::Wrong, "hosting.framing_none"),
        ("Frame-Ancestors 'self'", Level::Warning, "hosting.framing_own"),
        ("frame-ancestors *", Level::Warning, "hosting.framing_any"),
        ("frame-ancestors 'self' https:", Level::Warning, "hosting.framing_any"),
        ("frame-ancestors https://chat.test, frame-ancestors 'self'", Level::Warning, "hosting.framing_own"),
        ("frame-ancestors https://wrapper.example.org", Level::Warning, "hosting.framing_own"),
        ("frame-ancestors http://wrapper.example.org:80/meet/", Level::Warning, "hosting.framing_own"),
        ("frame-ancestors 'self' http:", Level::Warning, "hosting.framing_any"),
        ("frame-ancestors 'self' https://*", Level::Warning, "hosting.framing_any"),
        ("frame-ancestors *:*", Level::Warning, "hosting.framing_any"),
        ("frame-ancestors *, frame-ancestors 'self'", Level::Warning, "hosting.framing_own"),
        ("frame-ancestors 'unsafe-inline' *chat.test", Level::Wrong, "hosting.framing_none"),
        ("frame-ancestors 'none'; frame-ancestors https://chat.test", Level::Wrong, "hosting.framing_none"),
        ("script-src 'self' 'wasm-unsafe-eval'", Level::Warning, "hosting.framing_any"),
    ] {
        assert!(says(&page_with(&[("content-security-policy", policy)]), level, key), "{policy}");
    }
}

#[test]
fn the_older_header_counts_only_without_the_newer_one() {
    let deny = page_with(&[("x-frame-options", "DENY")]);
    let expected = (Level::Wrong, "hosting.framing_none", "X-Frame-Options".to_owned());
    assert_eq!(complaints(&deny).first(), Some(&expected));
    assert!(says(&page_with(&[("x-frame-options", "SameOrigin")]), Level::Warning, "hosting.framing_own"));
    for newer in ["frame-ancestors 'self' https://chat.test", "default-src 'none', frame-ancestors 'self' chat.test"] {
        let both = page_with(&[("x-frame-options", "DENY, SAMEORIGIN"), ("content-security-policy", newer)]);
        assert!(findings(&both).iter().any(|finding| finding.key == "hosting.framing"), "{newer}");
    }
}

#[test]
fn the_older_header_given_twice_forbids_everything_where_its_values_differ() {
    for (options, key) in [
        ("SAMEORIGIN, DENY", "hosting.framing_none"),
        ("DENY, DENY", "hosting.framing_none"),
        ("SAMEORIGIN, sameorigin", "hosting.framing_own"),
        ("SAMEORIGIN, ALLOW-FROM https://chat.test", "hosting.framing_none"),
        ("SAMEORIGIN, SAMEORIGIN, ALLOWALL", "hosting.framing_none"),
        ("SAMEORIGIN,", "hosting.framing_none"),
        ("ALLOWALL", "hosting.framing_any"),
        ("ALLOW-FROM https://chat.test", "hosting.framing_any"),
        ("ALLOW-FROM https://chat.test, ALLOW-FROM https://other.test", "hosting.framing_any"),
    ] {
        let found = findings(&page_with(&[("x-frame-options", options)]));
        assert_eq!(found.get(1).map(|finding| finding.key), Some(key), "{options}");
    }
}

#[test]
fn chats_are_named_with_and_without_scheme_port_and_path() {
    for source in [
        "https://chat.test",
        "chat.test",
        "http://chat.test",
        "chat.test:443",
        "chat.test:*",
        "https://chat.test:8443/app/",
        "vector://vector",
        "app:",
    ] {
        let policy = ["frame-ancestors 'self' ", source].concat();
        let facts = page_with(&[("content-security-policy", &policy), ("cache-control", "no-cache")]);
        assert_eq!(complaints(&facts), [], "{source}");
    }
}

#[test]
fn a_wildcard_among_the_chats_is_advised_against_by_name() {
    for source in ["https://*.example.org", "*.example.org:*", "*.org"] {
        let policy = ["frame-ancestors *, frame-ancestors 'self' https://chat.test:* ", source].concat();
        let facts = page_with(&[("content-security-policy", &policy), ("cache-control", "no-cache")]);
        assert_eq!(complaints(&facts), [(Level::Warning, "hosting.framing_wide", source.to_owned())]);
    }
}

#[test]
fn a_page_that_wants_isolation_from_its_frames_keeps_meet_out() {
    for (embedder, is_wrong) in [
        ("require-corp", true),
        ("require-corp; report-to=\"x\"", true),
        ("credentialless", true),
        ("unsafe-none", false),
        ("", false),
        // Not one word, so that browsers take none of it.
        ("require-corp, unsafe-none", false),
    ] {
        let facts = page_with(&[("cross-origin-embedder-policy", embedder)]);
        assert_eq!(says(&facts, Level::Wrong, "hosting.meet_isolated"), is_wrong, "{embedder}");
        assert_eq!(findings(&facts).iter().any(|finding| finding.key == "hosting.meet"), !is_wrong, "{embedder}");
    }
}

#[test]
fn the_page_of_checks_must_be_let_into_the_wrapper_with_its_devices() {
    let chats = "frame-ancestors https://chat.example.org";
    for (headers, what) in [
        (&[("content-security-policy", chats)][..], "frame-ancestors"),
        (&[("content-security-policy", "frame-ancestors 'self', frame-ancestors chat.test")], "frame-ancestors"),
        (&[("x-frame-options", "DENY")], "X-Frame-Options"),
        (&[("permissions-policy", "camera=()")], "Permissions-Policy"),
        (&[("permissions-policy", r#"microphone=("https://meet.example.org")"#)], "Permissions-Policy"),
    ] {
        let expected = (Level::Wrong, "hosting.check_devices", what.to_owned());
        assert_eq!(complaints(&check_with(headers)), [expected], "{headers:?}");
    }
    let frames =
        page_with(&[("content-security-policy", "frame-src https://meet.example.org; frame-ancestors 'self'")]);
    assert!(complaints(&frames).contains(&(Level::Wrong, "hosting.check_devices", "frame-src".to_owned())));
    // Also where the wrapper has the same, and itself need not be in its own frame.
    let both = page_with(&[("content-security-policy", chats), ("cache-control", "no-cache")]);
    assert_eq!(complaints(&both), [(Level::Wrong, "hosting.check_devices", "frame-ancestors".to_owned())]);
}

#[test]
fn the_page_of_checks_names_itself_by_a_word_its_name_or_a_wildcard() {
    for own in ["'self'", "https://wrapper.example.org", "wrapper.example.org:443", "*.example.org", "https:", "*"] {
        let policy = ["frame-ancestors https://chat.test ", own].concat();
        let facts = page_with(&[("content-security-policy", &policy)]);
        assert!(!says(&facts, Level::Wrong, "hosting.check_devices"), "{own}");
    }
    for devices in ["camera=self", "camera=(self), microphone=*", r#"camera=("https://wrapper.example.org")"#] {
        let facts = check_with(&[("permissions-policy", devices)]);
        assert!(!says(&facts, Level::Wrong, "hosting.check_devices"), "{devices}");
    }
}

#[test]
fn the_page_of_checks_is_to_be_protected_as_the_wrapper_is() {
    let policy = ("content-security-policy", "frame-ancestors 'self' https://chat.example.org");
    let devices =
        ("permissions-policy", r#"camera=*, microphone=*, display-capture=(self "https://meet.example.org")"#);
    for (headers, what) in [
        (&[][..], Some("frame-ancestors")),
        (&[devices], Some("frame-ancestors")),
        (&[policy], Some("Permissions-Policy")),
        (&[policy, ("permissions-policy", "camera=self, microphone=self")], Some("Permissions-Policy")),
        (&[policy, devices], None),
    ] {
        let expected = what.map(|what| (Level::Warning, "hosting.check_other", what.to_owned()));
        assert_eq!(complaints(&check_with(headers)).into_iter().next(), expected, "{headers:?}");
    }
    let open =
        Facts { page: Some(answer(&[])), check: Some(answer(&[("x-frame-options", "SAMEORIGIN")])), ..well_hosted() };
    let expected = (Level::Warning, "hosting.check_other", "X-Frame-Options".to_owned());
    assert!(complaints(&open).contains(&expected));
}

#[test]
fn a_policy_that_keeps_meet_s_frame_out_is_wrong() {
    for (policy, is_wrong) in [
        ("default-src 'self'", true),
        ("default-src 'none'; frame-src https:", false),
        ("frame-src 'none'", true),
        ("child-src 'self'; default-src *", true),
        ("frame-src https://meet.example.org", false),
        ("frame-src MEET.example.org", false),
        ("frame-src https://*.example.org", false),
        ("frame-src *", false),
        ("frame-src http:", false),
        ("frame-src meet.example.org:443", false),
        ("frame-src https://meet.example.org:*/", false),
        ("frame-src http://meet.example.org", false),
        ("frame-src *meet.example.org", true),
        ("frame-src meet.example.org:8443", true),
        ("frame-src https://meet.example.org/one-room", true),
        ("frame-src data: blob: 'unsafe-inline'", true),
        ("frame-src https://other.example", true),
        ("frame-src https:, frame-src 'self'", true),
        ("script-src 'self'", false),
    ] {
        let facts = page_with(&[("content-security-policy", policy)]);
        assert_eq!(says(&facts, Level::Wrong, "hosting.meet_framing"), is_wrong, "{policy}");
    }
}

#[test]
fn a_site_without_a_meet_server_of_its_own_may_name_any() {
    let facts = |policy: &str| Facts { site: Some(json!({})), ..page_with(&[("content-security-policy", policy)]) };
    assert!(!says(&facts("frame-src https://meet.example.org"), Level::Wrong, "hosting.meet_framing"));
    for list in ["'self'", "https://wrapper.example.org", "'none'", "data:", ""] {
        assert!(says(&facts(&["frame-src ", list].concat()), Level::Wrong, "hosting.meet_framing"), "{list}");
    }
    let devices = r#"camera=(self "https://meet.example.org"), microphone=(self), display-capture=(self https:)"#;
    let facts = Facts { site: None, ..page_with(&[("permissions-policy", devices)]) };
    let denied = (Level::Wrong, "hosting.meet_features", "microphone, display-capture".to_owned());
    assert!(complaints(&facts).contains(&denied), "{:?}", complaints(&facts));
}

#[test]
fn devices_reach_meet_only_if_the_page_may_use_them_and_hand_them_on() {
    for (policy, denied) in [
        ("", ""),
        ("geolocation=()", ""),
        ("camera=()", "camera"),
        ("camera=(), microphone=self", "camera, microphone"),
        ("camera=(self), display-capture=()", "camera, display-capture"),
        ("camera=*", ""),
        ("camera=(*)", ""),
        (r#"camera=(self "https://meet.example.org")"#, ""),
        (r#"camera=("https://meet.example.org")"#, "camera"),
        (r#"camera=(self "https://other.example")"#, "camera"),
        (r#"camera=(self "https://*.example.org")"#, ""),
        (r#"camera=(self "https://meet.example.org:443/")"#, ""),
        (r#"camera=("https://wrapper.example.org" "https://meet.example.org")"#, ""),
        ("camera=(self meet.example.org)", "camera"),
        ("camera=(self https:)", "camera"),
        ("camera=(), camera=*", ""),
        ("camera", ""),
        ("microphone=(self \"https://meet.example.org\");report-to=x", ""),
    ] {
        let expected: Vec<_> = (!denied.is_empty())
            .then(|| (Level::Wrong, "hosting.meet_features", denied.to_owned()))
            .into_iter()
            .collect();
        let facts = page_with(&[("cache-control", "no-cache"), ("permissions-policy", policy)]);
        let mut found = complaints(&facts);
        found.retain(|(_, key, _)| *key == "hosting.meet_features");
        assert_eq!(found, expected, "{policy}");
    }
}

#[test]
fn webassembly_by_another_type_is_compiled_late() {
    let kept = ("cache-control", "max-age=86400");
    let br = ("content-encoding", "br");
    assert_eq!(complaints(&program_with(&[("content-type", "Application/WASM; x"), kept, br])), []);
    let other = program_with(&[("content-type", "application/wasmx"), kept, br]);
    assert!(says(&other, Level::Warning, "hosting.type_other"));
}

#[test]
fn brotli_is_better_than_gzip_and_gzip_than_nothing() {
    for (encoding, key) in [("gzip", "hosting.compressed_gzip"), ("", "hosting.compressed_not")] {
        let facts = program_with(&[("content-encoding", encoding)]);
        assert!(says(&facts, Level::Warning, key), "{encoding}");
    }
}

#[test]
fn hashed_files_are_kept_and_pages_are_asked_for() {
    for (control, kept) in [
        ("public, max-age=31536000, immutable", true),
        ("max-age=86400", true),
        ("max-age=3600", false),
        ("no-cache, max-age=31536000", false),
        ("", false),
    ] {
        assert_eq!(is_kept(control), kept, "{control}");
    }
    for (control, asked) in [
        ("no-cache", true),
        ("no-store", true),
        ("max-age=0, must-revalidate", true),
        ("max-age=600", false),
        ("", false),
    ] {
        assert_eq!(is_asked_for(control), asked, "{control}");
    }
}

#[test]
fn a_configuration_that_is_missing_broken_or_names_no_server_says_so() {
    let with = |site: Option<Value>| Facts { site, ..well_hosted() };
    assert!(says(&with(None), Level::Wrong, "hosting.config_broken"));
    assert!(says(&with(Some(json!([]))), Level::Wrong, "hosting.config_broken"));
    let named = |domain: Value| with(Some(json!({"jitsi": {"preferredDomain": domain}})));
    let path = named(json!("meet.example.org/team"));
    let expected = (Level::Wrong, "hosting.config_domain", "meet.example.org/team".to_owned());
    assert_eq!(complaints(&path), [expected]);
    assert!(says(&named(json!(7)), Level::Wrong, "hosting.config_domain"));
    assert_eq!(complaints(&with(Some(json!({})))), []);
    let missing = Facts { config: Some(Answer::default()), site: None, ..well_hosted() };
    assert!(says(&missing, Level::Warning, "hosting.config_missing"));
}

#[test]
fn a_site_that_names_the_page_s_own_server_as_meet_is_told_so() {
    for own in ["wrapper.example.org", "https://Wrapper.example.org:443/"] {
        let expected = (Level::Wrong, "hosting.config_own", "wrapper.example.org".to_owned());
        assert!(complaints(&names_meet(own)).contains(&expected), "{own}");
    }
    for other in ["meet.example.org", "wrapper.example.org:8443"] {
        assert!(!says(&names_meet(other), Level::Wrong, "hosting.config_own"), "{other}");
    }
}

#[test]
fn what_is_no_file_of_words_is_not_taken_for_one() {
    for came in [None, Some(json!(null)), Some(json!("<!doctype html>")), Some(json!([]))] {
        assert_eq!(words(came.as_ref()), None, "{came:?}");
    }
    let texts = words(Some(&json!({"level.fine": "Good"})));
    assert_eq!(texts.map(|texts| texts.get("level.fine")), Some("Good".to_owned()));
}
