//! No split conferences: where each client of today goes for an event, by the table of `mobile.md` 4.4, and that none of our own
//! events sends two of them to different places.

mod old;

use meet_in_chat::ids::ConferenceId;
use meet_in_chat::meet::MeetDomain;
use meet_in_chat::meet::split::{Agreement, Client, Landing, Obstacle, Place};
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget, STABLE_EVENT_TYPE};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq};
use proptest::proptest;
use serde_json::{Value, json};

use crate::created::started;
use crate::garbage::one_of_each_kind;
use crate::rooms::{READ, event, golden, state};

const URL: &str = "https://app.example.org/jitsi.html?confId=ConfA\
    #conferenceDomain=$domain&conferenceId=$conferenceId&isAudioOnly=$isAudioOnly";
const D: &str = "meet.example.org";
const CANNOT_SEE: Landing = Landing::Nowhere(Obstacle::Unseen);
const NO_ADDRESS: Landing = Landing::Nowhere(Obstacle::BadAddress);

fn at(server: &str, name: &str) -> Landing {
    let server = MeetDomain::parse(server).expect("a domain");
    Landing::In(Place { server, name: ConferenceId::from(name), signed_in: false })
}

/// A widget's content with this `data`.
fn content(data: Value) -> Value {
    json!({ "type": "jitsi", "url": URL, "data": data })
}

fn canonical() -> Value {
    json!({ "domain": D, "conferenceId": "ConfA", "isAudioOnly": false })
}

/// The canonical data with one entry in another form; without it for `None`.
fn but(key: &str, value: Option<Value>) -> Value {
    let mut data = canonical();
    let entries = data.as_object_mut().expect("an object");
    match value {
        Some(value) => entries.insert(key.into(), value),
        None => entries.remove(key),
    };
    data
}

fn agreement(event_type: &str, content: Value) -> Agreement {
    let widgets = MeetWidget::all_in(&state(&json!([event(event_type, "w", content)])));
    assert_eq!(widgets.len(), 1, "it is a conference");
    widgets.into_iter().next().map(|widget| widget.agreement).expect("a conference")
}

fn landing(agreement: &Agreement, of: Client) -> Option<&Landing> {
    let Agreement::Split(landings) = agreement else { return None };
    landings.iter().find_map(|(client, landing)| (*client == of).then_some(landing))
}

fn split(content: Value, web: &Landing, android: &Landing, ios: &Landing) {
    split_as(EVENT_TYPE, content, web, android, ios);
}

fn split_as(event_type: &str, content: Value, web: &Landing, android: &Landing, ios: &Landing) {
    let agreement = agreement(event_type, content);
    assert_eq!(landing(&agreement, Client::Web), Some(web), "Chat Web");
    assert_eq!(landing(&agreement, Client::Android), Some(android), "Chat Android");
    assert_eq!(landing(&agreement, Client::Ios), Some(ios), "Chat iOS");
}

#[test]
fn v1_the_canonical_event_takes_everyone_to_one_place() {
    assert_eq!(agreement(EVENT_TYPE, content(canonical())), Agreement::Same);
}

#[test]
fn v2_without_a_domain_ios_goes_to_its_own_default() {
    let elsewhere = at("meet.element.io", "ConfA");
    split(content(but("domain", None)), &elsewhere, &elsewhere, &at("jitsi.riot.im", "ConfA"));
}

#[test]
fn v3_a_domain_in_the_query_is_read_by_android_alone() {
    let mut content = content(but("domain", None));
    content["url"] = json!(URL.replace("?confId=ConfA", "?confId=ConfA&conferenceDomain=meet.example.org"));
    split(content, &at("meet.element.io", "ConfA"), &at(D, "ConfA"), &at("jitsi.riot.im", "ConfA"));
}

#[test]
fn v4_a_v1_event_leaves_everyone_to_a_default() {
    let elsewhere = at("meet.element.io", "ConfA");
    let data = json!({ "widgetSessionId": "1A2B" });
    split(content(data), &elsewhere, &elsewhere, &at("jitsi.riot.im", "ConfA"));
}

#[test]
fn v5_a_scheme_in_the_domain_is_read_by_android_and_us_alone() {
    let content = content(but("domain", Some(json!("https://meet.example.org"))));
    split(content.clone(), &NO_ADDRESS, &at(D, "ConfA"), &NO_ADDRESS);
    assert_eq!(landing(&agreement(EVENT_TYPE, content), Client::Ours), Some(&at(D, "ConfA")));
}

/// One wrong type, and Android throws the domain away with the rest.
fn android_alone_goes_elsewhere(key: &str, value: Value) {
    let here = at(D, "ConfA");
    split(content(but(key, Some(value))), &here, &at("meet.element.io", "ConfA"), &here);
}

#[test]
fn v6_a_word_for_a_boolean_is_a_wrong_type() {
    android_alone_goes_elsewhere("isAudioOnly", json!("false"));
}

#[test]
fn v7_null_for_a_boolean_is_a_wrong_type() {
    android_alone_goes_elsewhere("isAudioOnly", json!(null));
}

#[test]
fn v8_an_object_for_the_sign_in_is_a_wrong_type() {
    android_alone_goes_elsewhere("auth", json!({}));
}

#[test]
fn v9_null_for_data_hides_the_conference_on_android() {
    let elsewhere = at("meet.element.io", "ConfA");
    split(content(json!(null)), &elsewhere, &CANNOT_SEE, &at("jitsi.riot.im", "ConfA"));
}

#[test]
fn v10_a_number_for_a_name_reads_in_three_ways() {
    let data = but("conferenceId", Some(json!(123)));
    split(content(data), &at(D, "123"), &at(D, "123.0"), &at("jitsi.riot.im", "ConfA"));
}

#[test]
fn v11_an_empty_domain_is_an_address_for_android_alone() {
    split(content(but("domain", Some(json!("")))), &NO_ADDRESS, &at("meet.jit.si", "ConfA"), &NO_ADDRESS);
}

#[test]
fn v12_a_host_that_begins_with_http_is_lost_on_android() {
    let here = at("http-meet.example.org", "ConfA");
    let data = but("domain", Some(json!("http-meet.example.org")));
    split(content(data), &here, &at("meet.jit.si", "ConfA"), &here);
}

#[test]
fn v13_the_stable_widget_type_splits_nobody() {
    let mut content = content(canonical());
    content["type"] = json!("m.jitsi");
    assert_eq!(agreement(EVENT_TYPE, content), Agreement::Same);
}

#[test]
fn v14_the_stable_event_type_is_unseen_in_browsers() {
    let here = at(D, "ConfA");
    split_as(STABLE_EVENT_TYPE, content(canonical()), &CANNOT_SEE, &here, &here);
}

/// Phones take any of the two; who comes through this page comes to the oldest, as with Chat Web.
#[test]
fn v15_of_two_conferences_each_takes_everyone_to_one_place() {
    let second = but("conferenceId", Some(json!("ConfB")));
    let events = json!([event(EVENT_TYPE, "one", content(canonical())), event(EVENT_TYPE, "two", content(second))]);
    let widgets = MeetWidget::all_in(&state(&events));
    assert_eq!(widgets.len(), 2);
    assert!(widgets.iter().all(|widget| widget.agreement == Agreement::Same));
}

#[test]
fn v16_data_goes_before_the_query_for_everyone() {
    let data = but("conferenceId", Some(json!("Other")));
    assert_eq!(agreement(EVENT_TYPE, content(data)), Agreement::Same);
}

#[test]
fn v17_without_a_name_phones_lose_the_domain_too() {
    let data = but("conferenceId", None);
    split(content(data), &at(D, "ConfA"), &at("meet.element.io", "ConfA"), &at("jitsi.riot.im", "ConfA"));
}

/// `mobile.md` 4.4: such a domain is worth a warning and no more, for everybody still agrees.
#[test]
fn another_spelling_of_the_same_host_splits_nobody() {
    for domain in ["Meet.Example.org", "meet.example.org.", "meet.example.org:443", "meet.example.org:8443", "[::1]"] {
        assert_eq!(agreement(EVENT_TYPE, content(but("domain", Some(json!(domain))))), Agreement::Same, "{domain}");
    }
}

#[test]
fn a_variable_in_the_query_is_filled_on_android() {
    let mut content = content(but("isAudioOnly", Some(json!(null))));
    content["url"] = json!("https://w.test/?conferenceDomain=$domain&conferenceId=$conferenceId");
    assert_eq!(agreement(EVENT_TYPE, content), Agreement::Same);
}

/// Each person's own id in the address: everyone would sit alone.
#[test]
fn a_variable_of_the_persons_own_leads_nowhere() {
    let mut content = content(but("isAudioOnly", Some(json!(null))));
    content["url"] = json!("https://w.test/?conferenceDomain=meet.example.org&confId=$matrix_user_id");
    let agreement = agreement(EVENT_TYPE, content);
    assert_eq!(landing(&agreement, Client::Android), Some(&Landing::Nowhere(Obstacle::NoName)));
}

/// The same name on the same server, and yet one client stands before a closed door.
#[test]
fn who_would_not_sign_in_goes_elsewhere() {
    let mut data = but("isAudioOnly", Some(json!("false")));
    data["auth"] = json!("openidtoken-jwt");
    let mut content = content(data);
    content["url"] = json!("https://w.test/?confId=ConfA&conferenceDomain=meet.example.org");
    assert_eq!(landing(&agreement(EVENT_TYPE, content.clone()), Client::Android), Some(&at(D, "ConfA")));
    content["url"] = json!("https://w.test/?confId=ConfA&conferenceDomain=meet.example.org&auth=openidtoken-jwt");
    assert_eq!(agreement(EVENT_TYPE, content), Agreement::Same);
}

/// Browsers read the one, phones the newer one.
#[test]
fn two_events_at_one_key_are_compared() {
    let legacy = event(EVENT_TYPE, "w", content(canonical()));
    let mut stable = event(STABLE_EVENT_TYPE, "w", content(but("domain", Some(json!("other.example.org")))));
    stable["origin_server_ts"] = json!(1_800_000_000_000_u64);
    let widgets = MeetWidget::all_in(&state(&json!([legacy, stable])));
    let agreement = widgets.first().map(|widget| widget.agreement.clone()).expect("a conference");
    assert_eq!(landing(&agreement, Client::Web), Some(&at(D, "ConfA")));
    assert_eq!(landing(&agreement, Client::Ios), Some(&at("other.example.org", "ConfA")));
    assert_eq!(widgets.first().map(|widget| widget.under.len()), Some(2));
}

#[test]
fn who_goes_to_the_same_place_is_named_together() {
    let agreement = agreement(EVENT_TYPE, content(but("domain", None)));
    let groups: Vec<Vec<Client>> = agreement.groups().into_iter().map(|(clients, _)| clients).collect();
    assert_eq!(groups, [vec![Client::Web, Client::Ours, Client::Android], vec![Client::Ios]]);
    assert!(Agreement::Same.groups().is_empty());
}

#[test]
fn what_each_client_writes_today_splits_nobody() {
    for (name, file) in READ.into_iter().filter(|(name, _)| ["android", "chat-web", "ios"].contains(name)) {
        for widget in MeetWidget::all_in(&state(&golden(file)["events"])) {
            assert_eq!(widget.agreement, Agreement::Same, "{name}: {widget:?}");
        }
    }
}

#[test]
fn garbage_in_any_place_is_compared_without_a_fuss() {
    let garbage = one_of_each_kind("$domain &#?/\\@%00", "domain");
    for key in ["data", "url", "waitForIframeLoad", "name"] {
        for garbage in &garbage {
            let mut content = content(canonical());
            content[key] = garbage.clone();
            let _ = MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, "w", content)])));
        }
    }
    for key in ["domain", "conferenceId", "isAudioOnly", "auth"] {
        for garbage in &garbage {
            let content = content(but(key, Some(garbage.clone())));
            for widget in MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, "w", content)]))) {
                let Agreement::Split(landings) = widget.agreement else { continue };
                assert_eq!(landings.len(), 4);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_we_start_takes_every_client_to_the_same_place(started in started()) {
        let widgets = MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, started.id.as_str(), started.content)])));
        prop_assert_eq!(widgets.len(), 1);
        for widget in widgets {
            prop_assert!(!widget.agreement.is_split(), "{:?}", widget.agreement);
        }
    }
}
