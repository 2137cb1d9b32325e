use serde_json::{Value, json};

use crate::integrations::{Manager, choose, is_on, manager_of_pages, switched};
use crate::secret::Secret;

const OWN: &str = "https://chat.test";

fn config() -> Value {
    json!({ "integrations_ui_url": "https://site.test/", "integrations_rest_url": "https://site.test/api" })
}

fn well_known() -> Value {
    json!({ "m.integrations": { "managers": [
        { "ui_url": "https://no-api.test" },
        { "api_url": "http://clear.test/api" },
        { "api_url": "https://server.test/api/", "ui_url": "https://server.test/ui" },
        { "api_url": "https://second.test" },
    ] } })
}

fn widget(kind: &str, name: &str) -> Value {
    let url = ["https://", name, ".test/ui"].concat();
    let api = ["https://", name, ".test/api"].concat();
    json!({ "id": name, "content": { "type": kind, "url": url, "data": { "api_url": api } } })
}

fn api(account: &Value, well_known: &Value, config: &Value) -> Option<String> {
    choose(Some(account), Some(well_known), config, OWN).map(|manager| manager.api)
}

#[test]
fn a_person_s_own_manager_comes_before_the_homeserver_s_and_that_before_the_site_s() {
    let own = json!({ "x": widget("m.integration_manager", "zoe"), "y": widget("m.integration_manager", "ann") });
    assert_eq!(api(&own, &well_known(), &config()).as_deref(), Some("https://ann.test/api"), "the first by id");
    let other = json!({ "x": widget("m.stickerpicker", "ann") });
    assert_eq!(api(&other, &well_known(), &config()).as_deref(), Some("https://server.test/api"));
    assert_eq!(api(&json!({}), &json!({}), &config()).as_deref(), Some("https://site.test/api"));
    assert_eq!(api(&json!({}), &json!({}), &json!({})), None, "nobody's is built in");
}

#[test]
fn a_homeserver_s_manager_without_a_page_has_it_where_its_api_is() {
    let document = json!({ "m.integrations": { "managers": [{ "api_url": "https://im.test/api" }] } });
    let manager = choose(None, Some(&document), &json!({}), OWN).unwrap();
    assert_eq!((manager.origin(), manager.host(), manager.terms()), ("https://im.test", "im.test", "https://im.test"));
}

#[test]
fn the_site_s_keys_count_in_either_spelling_and_null_switches_off() {
    let camel = json!({ "integrationsUiUrl": "https://old.test/ui", "integrationsRestUrl": "https://old.test/api" });
    let of = |config: &Value| api(&json!({}), &json!({}), config);
    assert_eq!(of(&camel).as_deref(), Some("https://old.test/api"));
    let mut off = camel;
    off["integrations_ui_url"] = Value::Null;
    assert_eq!(of(&off), None);
}

#[test]
fn only_https_counts_and_never_the_chat_s_own_server() {
    let of = |ui: &str, rest: &str| {
        api(&json!({}), &json!({}), &json!({ "integrations_ui_url": ui, "integrations_rest_url": rest }))
    };
    for (ui, rest) in [
        ("http://im.test/ui", "https://im.test/api"),
        ("https://im.test/ui", "http://im.test/api"),
        ("https://chat.test/ui", "https://im.test/api"),
        ("https://CHAT.test:443/ui", "https://im.test/api"),
        ("javascript:alert(1)", "https://im.test/api"),
        ("https://im.test/ui?a=b", "https://im.test/api"),
        ("", "https://im.test/api"),
    ] {
        assert_eq!(of(ui, rest), None, "{ui} {rest}");
    }
}

/// A homeserver or a site elsewhere would have a program on the person's own machine asked.
#[test]
fn a_manager_on_this_machine_counts_only_for_a_chat_that_is_on_it() {
    let local = json!({ "m.integrations": { "managers": [{ "api_url": "http://127.0.0.1:8080/api" }] } });
    let of = |own: &str| choose(None, Some(&local), &json!({}), own).is_some();
    assert!(of("http://localhost:8081"));
    assert!(!of(OWN) && !of("null"));
}

#[test]
fn rubbish_in_any_source_is_passed_over() {
    for wrong in [json!(null), json!(7), json!([]), json!({ "x": 1 }), json!({ "m.integrations": { "managers": [3] } })]
    {
        assert_eq!(api(&wrong, &wrong, &config()).as_deref(), Some("https://site.test/api"), "{wrong}");
        assert_eq!(api(&wrong, &wrong, &wrong), None, "{wrong}");
    }
}

#[test]
fn the_frame_s_address_has_the_token_and_nothing_breaks_out_of_its_parameter() {
    let manager: Manager = choose(None, None, &config(), OWN).unwrap();
    let frame = manager.frame(&Secret("a&b".to_owned()), "!room:x", "Tea & #1", true);
    assert_eq!(
        frame.0,
        "https://site.test/?scalar_token=a%26b&room_id=!room%3Ax&room_name=Tea%20%26%20%231&theme=dark"
    );
    assert_eq!(format!("{frame:?}"), "Secret");
}

#[test]
fn integrations_are_on_unless_switched_off_in_so_many_words() {
    assert!(!is_on(Some(&json!({ "enabled": false }))));
    for content in [json!({}), json!({ "enabled": "false" }), json!({ "enabled": true }), json!(3)] {
        assert!(is_on(Some(&content)), "{content}");
    }
    assert!(is_on(None));
}

#[test]
fn the_token_of_another_manager_is_for_no_page() {
    let of_pages = |account: &Value, config: &Value| manager_of_pages(None, Some(account), None, config, OWN);
    let mine = json!({ "x": widget("m.integration_manager", "ann") });
    assert_eq!(of_pages(&json!({}), &config()).map(|manager| manager.api).as_deref(), Some("https://site.test/api"));
    assert_eq!(of_pages(&mine, &config()), None, "the pages are the site's manager's");
    let mut with_hers = config();
    with_hers["integrations_widgets_urls"] = json!(["https://ann.test/api"]);
    assert_eq!(of_pages(&json!({}), &with_hers), None);
    assert!(of_pages(&mine, &with_hers).is_some());
}

#[test]
fn who_switched_integrations_off_gives_no_token() {
    let says = |on: Value| manager_of_pages(Some(&json!({ "enabled": on })), None, None, &config(), OWN);
    assert!(says(json!(true)).is_some() && says(json!("no")).is_some());
    assert_eq!(says(json!(false)), None);
}

#[test]
fn the_switch_keeps_what_others_wrote_beside_it() {
    let before = json!({ "enabled": true, "org.example": [1] });
    assert_eq!(switched(Some(before), false), json!({ "enabled": false, "org.example": [1] }));
    assert_eq!(switched(Some(json!(7)), true), json!({ "enabled": true }));
    assert_eq!(switched(None, false), json!({ "enabled": false }));
}
