//! Phones of yesterday, which read the URL and no `data` (`mobile.md` 1.5 and 2.1): our events take them to the same place too, but
//! for iOS before 0.11.1, which only ever knew one server.

use meet_in_chat::meet::split::Agreement;
use meet_in_chat::meet::template::{expand, read_parameters};
use meet_in_chat::meet::widget::{EVENT_TYPE, MeetWidget};
use proptest::prelude::{ProptestConfig, prop_assert_eq};
use proptest::proptest;
use serde_json::{Value, json};

use crate::created::started;
use crate::rooms::{event, state};

/// The URL as they compute it: query and fragment.
fn computed(content: &Value) -> (String, String) {
    let data = content["data"].as_object().cloned().unwrap_or_default();
    let values: Vec<(&str, String)> = data
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let url = expand(content["url"].as_str().unwrap_or_default(), &values);
    let (before, fragment) = url.split_once('#').unwrap_or_default();
    let (_, query) = before.split_once('?').unwrap_or_default();
    (query.to_owned(), fragment.to_owned())
}

fn read(parameters: &str, name: &str) -> Option<String> {
    read_parameters(parameters).into_iter().find_map(|(known, value)| (known == name).then_some(value))
}

/// `mobile.md` 4.4, V16: worth a warning there. Nobody can know whether such a phone is in the room, and the oldest that reads `data` is of
/// 2021, so that this page stays silent.
#[test]
fn v16_where_query_and_data_differ_phones_of_yesterday_alone_go_elsewhere() {
    let content = json!({
        "type": "jitsi", "url": "https://w.test/jitsi.html?confId=ConfA#conferenceDomain=$domain&conferenceId=$conferenceId",
        "data": { "domain": "meet.example.org", "conferenceId": "Other", "isAudioOnly": false },
    });
    let (query, fragment) = computed(&content);
    assert_eq!(read(&query, "confId").as_deref(), Some("ConfA"), "Android to 1.0.16, iOS before 0.11.1");
    assert_eq!(read(&fragment, "conferenceId").as_deref(), Some("Other"), "Android from 1.0.17");
    let [widget] = &MeetWidget::all_in(&state(&json!([event(EVENT_TYPE, "w", content)])))[..] else { panic!("one") };
    assert_eq!((&widget.agreement, widget.conference_id.as_str()), (&Agreement::Same, "Other"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_we_start_takes_old_phones_to_the_same_place(started in started()) {
        let data = &started.content["data"];
        let written = |key: &str| data[key].as_str().map(str::to_owned);
        let (query, fragment) = computed(&started.content);
        let in_fragment = |name: &str| read(&fragment, name);
        // Android 1.0.17 to 1.2.0 read the fragment alone, 1.0.5 to 1.0.16 the name in the query, as did iOS.
        prop_assert_eq!(in_fragment("conferenceDomain"), written("domain"));
        prop_assert_eq!(in_fragment("conferenceId"), written("conferenceId"));
        prop_assert_eq!(read(&query, "confId"), written("conferenceId"));
        prop_assert_eq!(in_fragment("auth"), written("auth"));
    }
}
