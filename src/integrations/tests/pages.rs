use serde_json::{Value, json};

use crate::integrations::{Pages, shown_within, with_token};
use crate::secret::Secret;

fn pages(config: &Value) -> Pages {
    Pages::of_site(config, "https://chat.test")
}

fn under(prefix: &str) -> Pages {
    pages(&json!({ "integrations_widgets_urls": [prefix] }))
}

#[test]
fn a_page_is_the_manager_s_where_origin_and_path_leave_no_doubt() {
    let ours = under("https://im.test/api/");
    for url in [
        "https://im.test/api",
        "https://im.test/api?a=b",
        "https://im.test/api/widgets/x.html?url=https://evil.test#y",
        "HTTPS://IM.test:443/api/x",
    ] {
        assert!(ours.hold(url), "{url}");
    }
    for url in [
        "https://im.test/",
        "https://im.test/apis",
        "https://im.test/API/x",
        "https://im.test/open?to=https://im.test/api/",
        "https://im.test/#/api/",
        "https://im.test:8443/api/x",
        "http://im.test/api/x",
        "https://im.test.evil.test/api/x",
        "https://evil.test/https://im.test/api/x",
        "https://im.test@evil.test/api/x",
        "https://im.test\\@evil.test/api/x",
        "https://im.test/api/../x",
        "https://im.test/api/%2e%2e/x",
        "https://im.test/api/..%2fx",
        "https://im.test/api/..;/x",
        "https://im.test/api\\..\\x",
        "//im.test/api/x",
        "",
    ] {
        assert!(!ours.hold(url), "{url}");
    }
    assert!(under("https://im.test").hold("https://im.test/whatever"));
}

#[test]
fn only_what_the_site_says_counts_and_no_prefix_in_clear() {
    let rest = json!({ "integrations_rest_url": "https://im.test/api" });
    assert!(pages(&rest).hold("https://im.test/api/x"), "the manager's API by default");
    let with = |key: &str, value: Value| {
        let mut config = rest.clone();
        config[key] = value;
        pages(&config)
    };
    let given = with("integrations_widgets_urls", json!(["https://w.test/w", 7, "rubbish"]));
    assert!(given.hold("https://w.test/w/x") && !given.hold("https://im.test/api/x"));
    assert!(
        with("integrationsWidgetsUrls", json!(["https://w.test"])).hold("https://w.test/w"),
        "as it was spelt before"
    );
    assert!(!with("integrations_widgets_urls", json!([])).hold("https://im.test/api/x"), "none is an answer");
    for prefix in
        ["http://w.test/", "https://", "w.test", "https://localhost/", "http://127.0.0.1:1/", "https://w.test/?a"]
    {
        assert!(!under(prefix).hold(prefix), "{prefix}");
    }
    let local = json!({ "integrations_widgets_urls": ["http://127.0.0.1:1/"] });
    assert!(Pages::of_site(&local, "http://localhost:2/").hold("http://127.0.0.1:1/x"), "to try things out");
    for rubbish in [json!(null), json!([1]), json!({ "integrations_widgets_urls": "https://w.test" })] {
        assert!(!pages(&rubbish).hold("https://w.test/"), "{rubbish}");
    }
}

#[test]
fn a_page_of_the_manager_says_whose_page_it_shows() {
    let shown = |url: &str| shown_within(url);
    assert_eq!(shown("https://im.test/w?a=1&url=https%3A%2F%2FPad.test%3A443%2Fx%3Fy#z").as_deref(), Some("pad.test"));
    for none in ["https://im.test/w", "https://im.test/w?url=pad.test", "https://im.test/w#?url=https://pad.test"] {
        assert_eq!(shown(none), None, "{none}");
    }
}

#[test]
fn the_token_goes_into_the_query_whatever_follows_it_and_is_never_shown() {
    let token = Secret("a&b".to_owned());
    let of = |url: &str| with_token(url, &token).0;
    assert_eq!(of("https://im.test/w?x=1#y?z"), "https://im.test/w?x=1&scalar_token=a%26b#y?z");
    assert_eq!(of("https://im.test/w"), "https://im.test/w?scalar_token=a%26b");
    assert_eq!(format!("{:?}", with_token("https://im.test/w", &token)), "Secret");
}
