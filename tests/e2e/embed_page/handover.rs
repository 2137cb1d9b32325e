//! From the small program, which draws the buttons of a page, to the one of calls: what brings it, and that nobody notices.

use serde_json::json;
use thirtyfour::Key;

use super::site::{FRONT, Site, WHOLE};

/// What Chromium says of a program that is not the one that was asked for, be it the page of an error.
const NOT_IT: &[&str] = &["valid digest in the 'integrity'", "SRI's integrity checks failed"];

/// An event of a call as Bob's client sends it, in the chat's words.
const BOBS_CALL: &str = "page.host.tell({ type: 'live', events: [{ roomId: '!bob:localhost', encrypted: false, event: { \
     type: 'm.call.invite', sender: '@bob:localhost', event_id: '$invite', origin_server_ts: Date.now(), unsigned: { age: 10 }, \
     content: { call_id: 'c1', party_id: 'BOBS', version: '1', lifetime: 60000, \
     offer: { type: 'offer', sdp: arguments[0] } } } }] }); return null";
/// What a browser offers, with one line of sound.
const OFFER: &str = "return (async () => { const peer = new RTCPeerConnection(); peer.addTransceiver('audio'); \
     const offer = await peer.createOffer(); peer.close(); return offer.sdp })()";

#[tokio::test]
async fn a_page_with_buttons_alone_has_the_small_program_alone() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!direct.shadowRoot.querySelector('[data-kind=video][aria-disabled=false]')").await?;
    visit.run("page.host.tell({ type: 'room-changed', roomId: '!bob:localhost' }); return null").await?;
    visit.run("box.append(Object.assign(document.createElement('meet-call-buttons'), { roomId: page.MANY[0] })); return null").await?;
    visit.becomes("!!box.querySelector('meet-call-buttons').shadowRoot.querySelector('[data-kind=video]')").await?;
    assert_eq!(visit.programs().await?, json!([FRONT]));
    visit.is_well().await
}

/// By keyboard: the button that was pressed is drawn anew by the other program, and has the focus again.
#[tokio::test]
async fn a_press_goes_on_in_the_program_of_calls_and_the_focus_stays_where_it_was() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video][aria-disabled=false]')").await?;
    // A window without a screen may never get the focus, and its page hears of none then.
    visit.browser.driver.cdp().send_raw("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await?;
    visit
        .run("window.before = buttons.shadowRoot.querySelector('[data-kind=voice]'); before.focus(); return null")
        .await?;
    // The focus alone has it fetched.
    visit
        .becomes("performance.getEntriesByType('resource').some(one => one.name.endsWith('/meet-in-chat_bg.wasm'))")
        .await?;
    assert_eq!(visit.run("return before.isConnected").await?, json!(true));
    visit.browser.key(Key::Tab, false).await?;
    visit.becomes("buttons.shadowRoot.activeElement?.dataset.kind === 'video'").await?;
    visit.browser.key(Key::Enter, false).await?;
    visit.mark().await?;
    assert_eq!(visit.run("return before.isConnected").await?, json!(false));
    assert_eq!(visit.run("return [document.activeElement.id, page.host.listeners]").await?, json!(["buttons", 1]));
    visit.is_well().await
}

#[tokio::test]
async fn a_program_that_does_not_come_is_said_and_the_next_press_asks_again() -> anyhow::Result<()> {
    let site = Site::start().await?;
    site.lacks_calls(true);
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.press("#buttons", "video").await?;
    visit.becomes("page.words().includes('Calls could not be loaded')").await?;
    let stands = "const button = buttons.shadowRoot.querySelector('[data-kind=video]'); \
         const why = buttons.shadowRoot.getElementById(button.getAttribute('aria-describedby')); \
         const spoken = buttons.shadowRoot.querySelector('[role=status]'); const box = why.parentElement.getBoundingClientRect(); \
         return [spoken.textContent === why.textContent, getComputedStyle(why.parentElement).visibility, \
         buttons.shadowRoot.activeElement === button, box.left >= 0 && box.top >= 0 && box.right <= innerWidth]";
    assert_eq!(visit.run(stands).await?, json!([true, "visible", true, true]));
    visit.browser.pictures("embed-not-loaded").await?;
    site.lacks_calls(false);
    visit.press("#buttons", "video").await?;
    visit.mark().await?;
    assert_eq!(visit.programs().await?, json!([FRONT, WHOLE]));
    visit.is_well_but(NOT_IT).await
}

/// The page has been open since before an upgrade: its modules are the old ones.
#[tokio::test]
async fn a_program_of_another_version_is_not_taken_for_this_one() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    site.exchanges_calls();
    visit.run("page.calls.addEventListener('not-loaded', () => window.said = true); return null").await?;
    visit.press("#buttons", "video").await?;
    visit.becomes("window.said && page.words().includes('Calls could not be loaded')").await?;
    assert_eq!(visit.run("return page.calls.crashed").await?, json!(false));
    visit.is_well_but(NOT_IT).await
}

#[tokio::test]
async fn a_call_that_comes_while_only_buttons_are_there_rings() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let offer = visit.run(OFFER).await?;
    visit.browser.run::<serde_json::Value>(BOBS_CALL, vec![offer]).await?;
    visit.becomes("page.heard.length === 1").await?;
    let rings = json!([["call-ringing", "meet-call-buttons", "!bob:localhost"]]);
    assert_eq!(visit.run("return page.heard").await?, rings);
    visit.becomes("page.words().includes('bob')").await?;
    visit.run("page.deep('[data-act=decline]')[0].click(); return null").await?;
    visit.becomes("page.host.sent.some(([room, type]) => type === 'm.call.reject') && page.heard.length === 2").await?;
    visit.is_well().await
}

/// It came while the program could not be had; the page asks again by itself.
#[tokio::test]
async fn a_call_rings_once_the_program_can_be_had() -> anyhow::Result<()> {
    let site = Site::start().await?;
    site.lacks_calls(true);
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    let offer = visit.run(OFFER).await?;
    visit.browser.run::<serde_json::Value>(BOBS_CALL, vec![offer]).await?;
    visit
        .becomes("performance.getEntriesByType('resource').some(one => one.name.endsWith('/meet-in-chat_bg.wasm'))")
        .await?;
    site.lacks_calls(false);
    visit.becomes("page.heard.some(([name]) => name === 'call-ringing')").await?;
    visit.run("page.deep('[data-act=decline]')[0].click(); return null").await?;
    visit.becomes("page.heard.length === 2").await?;
    visit.is_well_but(NOT_IT).await
}

#[tokio::test]
async fn a_conference_that_begins_in_a_room_on_screen_is_offered() -> anyhow::Result<()> {
    let site = Site::start().await?;
    let visit = site.open("pages/plain.html").await?;
    visit.is_ready().await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('[data-kind=video][aria-disabled=false]')").await?;
    assert_eq!(visit.programs().await?, json!([FRONT]));
    let begins = "const url = new URL('/package/wrapper/jitsi.html', location) + '#conferenceDomain=$domain&conferenceId=$conferenceId'; \
         return page.host.sendStateEvent('!club:localhost', 'im.vector.modular.widgets', 'jitsi_1', { \
         type: 'jitsi', id: 'jitsi_1', name: 'Meet', creatorUserId: '@person1:localhost', url, \
         data: { domain: new URLSearchParams(location.search).get('meet'), conferenceId: 'garden', roomName: 'Garden' } })";
    visit.run(begins).await?;
    visit.becomes("!!stage.shadowRoot.querySelector('.meet-stage .meet-primary')").await?;
    visit.becomes("!!buttons.shadowRoot.querySelector('.meet-join')").await?;
    visit.is_well().await
}
