//! Addresses as chats, managers and strangers make them.

use super::*;
use crate::page::ADDRESS_LIMIT;

const PAGE: &str = "https://chat.example.org/app/jitsi.html";
const LEAST: &str = "conferenceDomain=meet.example.org&conferenceId=JitsiAbc";

fn read(fragment: &str, query: &str) -> Parameters {
    Parameters::read(&Page { fragment, query, url: PAGE })
}

fn conference(fragment: &str) -> Result<Conference, ParameterError> {
    read(fragment, "").conference
}

fn with(more: &str) -> Conference {
    conference(&[LEAST, "&", more].concat()).expect("a conference")
}

#[test]
fn the_address_that_a_chat_makes_is_understood() {
    let parameters = read(
        "conferenceDomain=meet.example.org&conferenceId=JitsiAbc&isAudioOnly=true&startWithAudioMuted=false\
         &startWithVideoMuted=true&isVideoChannel=false&displayName=Ann%20%26%20Bob&avatarUrl=https%3A%2F%2Fchat.test%2Fa\
         &userId=%40ann%3Achat.test&roomId=!r%3Achat.test&theme=dark&roomName=Tea%23room&supportsScreensharing=true\
         &language=de-AT&auth=openidtoken-jwt",
        "widgetId=w1&parentUrl=https%3A%2F%2Fchat.test%2F&confId=JitsiAbc",
    );
    assert_eq!(parameters.theme, Some(Theme::Dark));
    assert_eq!(parameters.language.as_deref(), Some("de-AT"));
    assert_eq!(
        parameters.client,
        Some(ClientAddress { widget_id: "w1".into(), parent_url: "https://chat.test/".into() })
    );
    assert_eq!(
        parameters.conference,
        Ok(Conference {
            domain: MeetDomain::parse("meet.example.org").expect("a domain"),
            conference_id: "JitsiAbc".into(),
            user_id: Some("@ann:chat.test".into()),
            display_name: Some("Ann & Bob".into()),
            avatar_url: Some("https://chat.test/a".into()),
            room_id: Some("!r:chat.test".into()),
            room_name: Some("Tea#room".into()),
            local_room_name: None,
            auth: Some(Auth::OpenIdTokenJwt),
            audio_only: true,
            video_channel: false,
            screensharing: true,
            start_audio_muted: Some(false),
            start_video_muted: Some(true),
        })
    );
}

#[test]
fn a_variable_that_the_client_left_as_it_was_counts_as_absent() {
    for value in ["$roomName", "%24roomName", "", "undefined", "null", "%20"] {
        let conference = with(&["roomName=", value].concat());
        assert_eq!(conference.room_name, None, "{value}");
    }
    let conference = with("startWithAudioMuted=$startWithAudioMuted&startWithVideoMuted=&isAudioOnly=$isAudioOnly");
    assert_eq!(conference.start_audio_muted, None);
    assert_eq!(conference.start_video_muted, None);
    assert!(!conference.audio_only);
}

#[test]
fn a_missing_user_is_no_error() {
    assert_eq!(conference(LEAST).map(|conference| conference.user_id), Ok(None));
}

#[test]
fn what_is_missing_is_named() {
    let missing = |names: &[&'static str]| Err(ParameterError::Missing(names.to_vec()));
    assert_eq!(conference(""), missing(&["conferenceDomain", "conferenceId"]));
    assert_eq!(conference("conferenceDomain=$domain&conferenceId=a"), missing(&["conferenceDomain"]));
    assert_eq!(conference("conferenceDomain=meet.example.org"), missing(&["conferenceId"]));
}

#[test]
fn the_fragment_comes_before_the_query() {
    let parameters = read(LEAST, "conferenceDomain=evil.example&conferenceId=Other");
    let conference = parameters.conference.expect("a conference");
    assert_eq!(conference.domain.as_str(), "meet.example.org");
    assert_eq!(conference.conference_id.as_str(), "JitsiAbc");
    assert_eq!(read("", LEAST).conference.map(|conference| conference.conference_id), Ok("JitsiAbc".into()));
}

#[test]
fn a_managers_widget_has_its_conference_in_the_query() {
    let parameters = read("conferenceDomain=meet.example.org&conferenceId=$conferenceId", "confId=Team");
    assert_eq!(parameters.conference.map(|conference| conference.conference_id), Ok("Team".into()));
}

#[test]
fn the_pages_own_server_is_no_meet_server() {
    for domain in ["chat.example.org", "https://Chat.Example.org:443/", "chat.example.org."] {
        let address = ["conferenceId=a&conferenceDomain=", domain].concat();
        assert!(
            matches!(conference(&address), Err(ParameterError::Domain { reason: DomainError::OwnAddress, .. })),
            "{domain}"
        );
    }
}

#[test]
fn a_domain_that_leads_elsewhere_is_refused() {
    for domain in ["user%40evil.example", "meet.example%2F..", "meet.example%23x", "javascript%3A%2F%2Fx", "a%20b"] {
        let address = ["conferenceId=a&conferenceDomain=", domain].concat();
        assert!(matches!(conference(&address), Err(ParameterError::Domain { .. })), "{domain}");
    }
}

#[test]
fn a_conference_that_climbs_or_never_ends_is_refused() {
    let long = "a".repeat(CONFERENCE_ID_LIMIT + 1);
    for id in [".", "..", "%2e%2e", "a%00b", long.as_str()] {
        let address = ["conferenceDomain=meet.example.org&conferenceId=", id].concat();
        assert_eq!(conference(&address), Err(ParameterError::ConferenceId), "{id}");
    }
}

#[test]
fn a_picture_is_an_http_address_or_none() {
    for address in ["javascript%3Aalert(1)", "data%3Aimage%2Fpng", "mxc%3A%2F%2Fa%2Fb"] {
        assert_eq!(with(&["avatarUrl=", address].concat()).avatar_url, None, "{address}");
    }
}

#[test]
fn long_names_are_cut_and_endless_addresses_not_read() {
    let name = "ä".repeat(4_000);
    let cut = with(&["displayName=", &name].concat()).display_name;
    assert_eq!(cut.map(|name| name.chars().count()), Some(NAME_LIMIT));
    let endless = [LEAST, "&x=", &"y".repeat(ADDRESS_LIMIT)].concat();
    assert_eq!(conference(&endless), Err(ParameterError::Missing(vec!["conferenceDomain", "conferenceId"])));
}

#[test]
fn a_widget_api_needs_both_of_its_parameters() {
    assert_eq!(read(LEAST, "widgetId=w").client, None);
    assert_eq!(read(LEAST, "parentUrl=https%3A%2F%2Fchat.test").client, None);
}

#[test]
fn an_unknown_sign_in_is_none() {
    assert_eq!(with("auth=magic").auth, None);
}

#[test]
fn an_address_that_names_nothing_leads_to_how_the_page_is_hosted_in_the_same_look_and_language() {
    assert_eq!(read("", "").elsewhere().as_deref(), Some("check.html"));
    let dressed = read("language=de&theme=dark", "");
    assert_eq!(dressed.elsewhere().as_deref(), Some("check.html#theme=dark&language=de"));
    let template = read("conferenceDomain=$domain&conferenceId=&theme=light", "widgetId=undefined");
    assert_eq!(template.elsewhere().as_deref(), Some("check.html#theme=light"));
}

#[test]
fn an_address_that_names_something_leads_nowhere_else() {
    let client = "widgetId=w&parentUrl=https%3A%2F%2Fchat.test%2F";
    for (fragment, query) in [(LEAST, ""), ("confId=a", ""), ("conferenceDomain=no%20domain", ""), ("", client)] {
        assert_eq!(read(fragment, query).elsewhere(), None, "{fragment} {query}");
    }
}
