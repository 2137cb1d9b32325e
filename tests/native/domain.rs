//! The Meet domain's grammar: what is accepted, what is refused and why, and all of it against the `url` crate, which reads
//! URLs as browsers do.

use meet_in_chat::meet::{DomainError, MeetDomain};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{prop_oneof, proptest};
use url::Url;

fn read(text: &str) -> Result<String, DomainError> {
    MeetDomain::parse(text).map(|domain| domain.as_str().to_owned())
}

#[test]
fn what_people_write_is_read_as_the_bare_domain() {
    for (text, domain) in [
        ("meet.example.org", "meet.example.org"),
        ("  Meet.Example.ORG\n", "meet.example.org"),
        ("https://meet.example.org/", "meet.example.org"),
        ("HTTP://meet.example.org///", "meet.example.org"),
        ("meet.example.org.", "meet.example.org"),
        ("meet.example.org.:8443", "meet.example.org:8443"),
        ("meet.example.org:443", "meet.example.org"),
        ("meet.example.org:80", "meet.example.org:80"),
        ("meet.example.org:00080", "meet.example.org:80"),
        ("meet.example.org:65535", "meet.example.org:65535"),
        ("meet.example.org:1", "meet.example.org:1"),
        ("localhost:8080", "localhost:8080"),
        ("jitsi", "jitsi"),
        ("127.0.0.1:8443", "127.0.0.1:8443"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("[0:0:0:0:0:0:0:1]:9000", "[::1]:9000"),
        ("[2001:DB8::0:1:0:0]", "[2001:db8::1:0:0]"),
        ("[::]", "[::]"),
        ("[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"),
        ("[::ffff:10.0.0.1]", "[::ffff:a00:1]"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(domain), "{text}");
    }
}

#[test]
fn what_is_no_domain_is_refused_with_its_reason() {
    let long_label = "a".repeat(64);
    let long_host = ["a".repeat(50).as_str(); 5].join(".");
    for (text, reason) in [
        ("", DomainError::Empty),
        (" https:// ", DomainError::Empty),
        ("ftp://meet.example", DomainError::Scheme),
        ("javascript://meet.example", DomainError::Scheme),
        ("meet example", DomainError::Blank),
        ("meet\u{0}.example", DomainError::Blank),
        ("meet\u{a0}example", DomainError::Blank),
        ("meet.example@evil.example", DomainError::UserInfo),
        ("user:password@meet.example", DomainError::UserInfo),
        ("meet.example/tenant", DomainError::Path),
        ("meet.example/../x@y", DomainError::Path),
        ("//meet.example", DomainError::Path),
        ("https://https://meet.example", DomainError::Path),
        ("meet.example\\x", DomainError::Backslash),
        ("meet.example?x", DomainError::Query),
        ("meet.example?next=https://evil.example", DomainError::Query),
        ("meet.example#config.x=1", DomainError::Fragment),
        ("meet%2eexample", DomainError::Percent),
        ("münchen.example", DomainError::NotAscii),
        ("meet。example", DomainError::NotAscii),
        ("meet_1.example", DomainError::Character),
        ("$domain", DomainError::Character),
        ("meet..example", DomainError::Label),
        ("meet.example..", DomainError::Label),
        (".", DomainError::Label),
        (":8443", DomainError::Label),
        ("-meet.example", DomainError::Label),
        ("meet-.example", DomainError::Label),
        (&long_label, DomainError::Label),
        (&long_host, DomainError::TooLong),
        (&"a/".repeat(200), DomainError::TooLong),
        ("127.1", DomainError::Ipv4),
        ("2130706433", DomainError::Ipv4),
        ("0x7f.1", DomainError::Ipv4),
        ("meet.0X1f", DomainError::Ipv4),
        ("1.2.3.256", DomainError::Ipv4),
        ("1.2.3.010", DomainError::Ipv4),
        ("meet.example.1", DomainError::Ipv4),
        ("::1", DomainError::Ipv6),
        ("[::1", DomainError::Ipv6),
        ("[meet.example]", DomainError::Ipv6),
        ("[::1]8443", DomainError::Ipv6),
        ("meet.example:", DomainError::Port),
        ("meet.example:0", DomainError::Port),
        ("meet.example:65536", DomainError::Port),
        ("meet.example:+443", DomainError::Port),
        ("meet.example:port", DomainError::Port),
        ("https:meet.example", DomainError::Port),
    ] {
        assert_eq!(read(text), Err(reason), "{text}");
    }
}

#[test]
fn a_host_that_begins_with_http_is_joined_but_never_chosen() -> Result<(), DomainError> {
    let domain = MeetDomain::parse("http-meet.example.org")?;
    assert_eq!(domain.usable_for_new(), Err(DomainError::BeginsWithHttp));
    assert_eq!(MeetDomain::parse("https://meet.example.org")?.usable_for_new(), Ok(()));
    Ok(())
}

#[test]
fn http_is_for_this_machine_opened_from_this_machine() -> Result<(), DomainError> {
    for (domain, is_loopback) in [
        ("localhost:9000", true),
        ("127.200.0.1", true),
        ("[::1]:80", true),
        ("127.example.org", false),
        ("localhost.example.org", false),
        ("10.0.0.1", false),
    ] {
        let domain = MeetDomain::parse(domain)?;
        assert_eq!(domain.is_loopback(), is_loopback, "{domain}");
        let http = domain.origin(true).starts_with("http://");
        assert_eq!(http, is_loopback, "{domain}");
        assert_eq!(domain.origin(false), format!("https://{domain}"));
    }
    Ok(())
}

#[test]
fn the_page_knows_its_own_address_in_any_spelling() -> Result<(), DomainError> {
    let domain = MeetDomain::parse("chat.example.org")?;
    for own in ["https://chat.example.org/", "https://CHAT.example.org:443/jitsi.html?x#y"] {
        assert!(domain.is_address_of(own), "{own}");
    }
    for other in ["https://chat.example.org:8443/", "https://meet.example.org/chat.example.org", "about:blank", ""] {
        assert!(!domain.is_address_of(other), "{other}");
    }
    Ok(())
}

/// Texts that are domains, nearly are, or aren't.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9.:/@\\[\\]%#?\\\\ _x-]{0,24}",
        "(https?://)?([a-zA-Z0-9]{1,8}[.-]){0,3}[a-zA-Z0-9]{1,8}\\.?(:[0-9]{0,6})?/{0,2}",
        "(0x|0)?[0-9a-f]{1,4}(\\.(0x|0)?[0-9a-f]{0,4}){0,4}",
        "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,5})?",
        "\\[([0-9a-f]{0,4}:){1,8}(:[0-9a-f]{0,4}){0,7}\\](:[0-9]{1,5})?",
        any::<[u16; 8]>().prop_map(bracketed),
        any::<[bool; 8]>().prop_map(|zeros| bracketed(zeros.map(u16::from))),
        "xn--[a-z0-9-]{1,10}\\.[a-z]{2,4}",
    ]
}

fn bracketed(parts: [u16; 8]) -> String {
    format!("[{}]", parts.map(|part| format!("{part:04X}")).join(":"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn an_accepted_domain_leads_to_exactly_its_host_and_port(text in texts()) {
        let Ok(domain) = MeetDomain::parse(&text) else { return Ok(()) };
        let Ok(url) = Url::parse(&format!("https://{domain}/x")) else {
            // Broken punycode is known only with Unicode's tables. A browser refuses it, as this does: nothing is opened.
            prop_assert!(domain.host().split('.').any(|label| label.starts_with("xn--")), "{domain}");
            return Ok(());
        };
        prop_assert_eq!(url.host_str(), Some(domain.host()));
        let port = domain.as_str().strip_prefix(domain.host()).and_then(|rest| rest.strip_prefix(':'));
        prop_assert_eq!(url.port(), port.and_then(|port| port.parse().ok()));
        prop_assert_eq!((url.username(), url.password()), ("", None));
        prop_assert_eq!((url.path(), url.query(), url.fragment()), ("/x", None, None));
    }

    #[test]
    fn a_domain_reads_as_itself_and_is_its_own_address(text in texts()) {
        let Ok(domain) = MeetDomain::parse(&text) else { return Ok(()) };
        prop_assert_eq!(MeetDomain::parse(domain.as_str()), Ok(domain.clone()));
        let page = format!("https://{domain}/jitsi.html#x");
        prop_assert!(domain.is_address_of(&page));
    }

    #[test]
    fn plain_hosts_are_accepted(host in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?(\\.[a-z]{2,10}){0,3}", port in 1..=u16::MAX) {
        let expected = if port == 443 { host.clone() } else { format!("{host}:{port}") };
        let domain = MeetDomain::parse(&format!("https://{host}:{port}/"));
        prop_assert_eq!(domain.as_ref().map(MeetDomain::as_str), Ok(expected.as_str()));
    }

    #[test]
    fn every_ip_address_is_accepted_and_written_in_one_way(four in any::<[u8; 4]>(), six in any::<[u16; 8]>()) {
        let four = std::net::Ipv4Addr::from(four).to_string();
        let domain = MeetDomain::parse(&four);
        prop_assert_eq!(domain.as_ref().map(MeetDomain::as_str), Ok(four.as_str()));
        let long = MeetDomain::parse(&bracketed(six));
        let short = MeetDomain::parse(&format!("[{}]", std::net::Ipv6Addr::from(six)));
        prop_assert!(long.is_ok());
        prop_assert_eq!(long, short);
    }
}
