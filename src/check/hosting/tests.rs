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
    Facts {
        secure: true,
        page: Some(answer(&[
            ("content-security-policy", policy),
            ("permissions-policy", all),
            ("cache-control", "no-cache"),
        ])),
        program: Some(answer(&[
            ("content-type", "application/wasm"),
            ("content-encoding", "br"),
            ("cache-control", "public, max-age=31536000, immutable"),
        ])),
        config: Some(answer(&[("cache-control", "no-cache")])),
        site: Some(json!({"jitsi": {"preferred_domain": "meet.example.org"}})),
    }
}

/// The same with these headers of the page alone.
fn page_with(headers: &[(&'static str, &str)]) -> Facts {
    Facts { page: Some(answer(headers)), ..well_hosted() }
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
    let both = [("x-frame-options", "DENY"), ("content-security-policy", "frame-ancestors https://chat.test")];
    assert_eq!(
        complaints(&Facts { page: page_with(&both).page, ..well_hosted() }).first().map(|(_, key, _)| *key),
        Some("hosting.cached_pages")
    );
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
    assert!(says(&facts("frame-src 'self'"), Level::Wrong, "hosting.meet_framing"));
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
        ("camera=(), camera=*", ""),
        ("camera", ""),
        ("microphone=(self \"https://meet.example.org\");report-to=x", ""),
    ] {
        let expected: Vec<_> = (!denied.is_empty())
            .then(|| (Level::Wrong, "hosting.meet_features", denied.to_owned()))
            .into_iter()
            .collect();
        let facts = page_with(&[
            ("content-security-policy", "frame-ancestors https://chat.test"),
            ("cache-control", "no-cache"),
            ("permissions-policy", policy),
        ]);
        assert_eq!(complaints(&facts), expected, "{policy}");
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
