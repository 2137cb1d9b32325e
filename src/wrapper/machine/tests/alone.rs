//! Visits to the page without a chat around it.

use super::*;

/// A visit on a phone, and what its card offers the app for.
fn on_a_phone(address: &str, client: bool) -> (Visit, Option<String>) {
    let (mut visit, _) = Visit::opened(address, client);
    visit.machine = visit.machine.alone_on(Some(Phone::Ios));
    visit.machine.shown = None;
    let app = shown(&visit.does(Input::Tick)).app.clone();
    (visit, app)
}

#[test]
fn who_opens_the_page_alone_on_a_phone_is_offered_the_app_but_not_beside_the_meeting() {
    let (mut visit, app) = on_a_phone(ADDRESS, false);
    assert_eq!(app.as_deref(), Some("org.jitsi.meet://meet.example.org/JitsiAbc"));
    let joining = visit.does(Input::Press(Press::Join));
    assert_eq!(shown(&joining).app, None, "the user would be in twice");
}

#[test]
fn the_app_is_not_offered_in_a_chat_nor_where_a_token_is_wanted_nor_without_a_conference() {
    let with_auth = [ADDRESS, "&auth=openidtoken-jwt&roomId=!a:b"].concat();
    for (address, client) in [(ADDRESS, true), (with_auth.as_str(), false), ("conferenceId=a", false)] {
        assert_eq!(on_a_phone(address, client).1, None, "{address} {client}");
    }
}
