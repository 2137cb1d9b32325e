//! Addresses of servers against the `url` crate, which reads them as browsers do.

use meet_in_chat::address::Address;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{prop_oneof, proptest};
use url::{Host, Url};

fn texts() -> impl Strategy<Value = String> {
    let rest = prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9.:/@%?#\\\\ _~|^-]{0,24}",
        "([a-zA-Z0-9]{1,8}[.-]){0,3}[a-zA-Z0-9]{1,8}(:(80|443|[0-9]{0,5}))?(/[a-zA-Z0-9._~%+-]{0,6}){0,4}/{0,2}",
        "(127|0x7f|localhost|a\\.localhost)(\\.[0-9]{1,3}){0,3}(/(\\.|%2e|%2E|a){0,3}){0,3}",
        "\\[([0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4}\\](:[0-9]{1,5})?/?",
    ];
    ("(https|http|HTTPS|ftp)", rest).prop_map(|(scheme, rest)| format!("{scheme}://{rest}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn an_accepted_address_is_written_as_browsers_write_it(text in texts()) {
        let Some(address) = Address::read(&text) else { return Ok(()) };
        let Ok(url) = Url::parse(&address.text()) else {
            // Broken punycode is known only with Unicode's tables. A browser refuses it, as this does: nothing is opened.
            prop_assert!(address.text().contains("xn--"), "{text}");
            return Ok(());
        };
        prop_assert_eq!(url.as_str(), address.text());
        prop_assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
        prop_assert_eq!(url.scheme() == "https", address.is_secure());
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        prop_assert_eq!(is_loopback, address.is_loopback());
    }

    #[test]
    fn an_address_reads_as_itself(text in texts()) {
        let Some(address) = Address::read(&text) else { return Ok(()) };
        prop_assert_eq!(Address::read(&address.text()).map(|again| again.text()), Some(address.text()));
        prop_assert!(!address.base().ends_with('/'));
    }

    #[test]
    fn plain_addresses_are_accepted(rest in "[a-z]([a-z0-9-]{0,20}[a-z0-9])?(\\.[a-z]{2,10}){0,3}(:[1-9][0-9]{2})?(/[a-z0-9_~+-]{1,9}){0,3}") {
        prop_assert!(Address::of(true, &rest).is_some());
    }
}
