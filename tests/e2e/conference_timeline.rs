//! A conference in the timeline: one tile from its beginning to its end, with the way in, whichever client wrote it.

use serde_json::{Value, json};

use crate::conference_life::{axe_is_silent, is_asked_about_the_end};
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::{Written, by_all};

const TILE: &str = ".meet-conference-tile";

/// Waits until there are so many tiles, the last of them in this state and with these words.
async fn last_tile(seat: &Seat, count: usize, outcome: &str, words: &str) -> anyhow::Result<()> {
    let script = format!(
        "(tiles => tiles.length === {count} && tiles.at(-1).dataset.outcome === '{outcome}' && tiles.at(-1).innerText.includes('{words}')) \
         ([...document.querySelectorAll('{TILE}')])"
    );
    seat.browser.becomes::<bool>(&script).await.map(drop)
}

async fn press(seat: &Seat, act: &str) -> anyhow::Result<()> {
    seat.browser.page().click(&format!("{TILE} [data-act={act}][aria-disabled=false]")).await
}

/// The room's row in the list says this.
async fn row_says(seat: &Seat, room: &str, words: &str) -> anyhow::Result<()> {
    let script = format!("document.querySelector(\"a[data-room='{room}']\")?.innerText.includes('{words}')");
    seat.browser.becomes::<bool>(&script).await.map(drop)
}

#[tokio::test]
async fn a_conference_is_one_tile_with_the_way_in_until_it_has_ended() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (at_alice, at_bob) = tokio::try_join!(scene.seat(&alice, &room), scene.seat(&bob, &room))?;
    at_alice.enters("video").await?;
    last_tile(&at_bob, 1, "running", "Alice started a conference").await?;
    row_says(&at_bob, &room, "Alice started a conference").await?;
    axe_is_silent(&at_bob, "conference-tile").await?;

    press(&at_bob, "join").await?;
    at_bob.is_in().await?;
    last_tile(&at_bob, 1, "running", "2 in the conference").await?;
    last_tile(&at_alice, 1, "running", "Bob").await?;
    // The header and the list tell it too.
    at_alice
        .browser
        .becomes::<bool>("document.querySelector('.room-header .in-conference')?.innerText.includes('Bob')")
        .await?;
    row_says(&at_alice, &room, "Conference: 2 in the conference: ").await?;
    at_bob.browser.page().shown(&format!("{TILE} [data-act=return]")).await?;
    axe_is_silent(&at_bob, "conference-tile-joined").await?;

    // The last other goes: it is idle for who is left, and whoever left may come back.
    at_bob.leaves().await?;
    at_alice
        .browser
        .becomes::<bool>(
            "document.querySelector('.room-header .in-conference')?.innerText.includes('Everybody else has left')",
        )
        .await?;
    press(&at_bob, "join-voice").await?;
    at_bob.is_in().await?;

    at_alice.press_words("End for everyone").await?;
    is_asked_about_the_end(&at_alice).await?;
    at_alice.browser.page().click("[data-act=end-confirmed]").await?;
    at_alice.has_no_frame().await?;
    at_bob.has_no_frame().await?;
    for seat in [&at_alice, &at_bob] {
        last_tile(seat, 1, "ended", "Ended by Alice after").await?;
        seat.browser.becomes::<bool>(&format!("!document.querySelector('{TILE} button')")).await?;
        seat.browser.becomes::<bool>("!document.querySelector('.room-header .in-conference')").await?;
        row_says(seat, &room, "Ended by Alice").await?;
    }
    axe_is_silent(&at_bob, "conference-tile-ended").await?;
    scene.nothing_is_left(&[&at_alice, &at_bob]).await
}

/// A conference as each app writes it, and one of a manager.
fn written(domain: &str) -> Vec<(String, Value)> {
    let manager = json!({ "type": "m.jitsi", "url": "https://manager.example/jitsi.html?confId=Garden", "data": {}, "name": "Jitsi" });
    let apps = by_all("@alice:localhost", domain).map(|Written { key, content, .. }| (key, content));
    apps.into_iter().chain([("manager_widget".to_owned(), manager)]).collect()
}

#[tokio::test]
async fn a_tile_tells_of_a_conference_whichever_client_wrote_it() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let at_bob = scene.seat(&bob, &room).await?;
    let all = written(&scene.domain);
    for (at, (key, content)) in all.iter().enumerate() {
        alice.set_state(&room, WIDGETS, key, content).await?;
        last_tile(&at_bob, at + 1, "running", "Alice started a conference").await?;
        at_bob.browser.page().shown(&format!("{TILE} [data-act=join]")).await?;
        alice.set_state(&room, WIDGETS, key, &json!({})).await?;
        last_tile(&at_bob, at + 1, "ended", "Ended by Alice after").await?;
    }
    // Both types hold it, and it is over when both are blank; what begins under the key then is another one.
    let (key, content) = &all[0];
    for event_type in [WIDGETS, "m.widget"] {
        alice.set_state(&room, event_type, key, content).await?;
    }
    last_tile(&at_bob, 5, "running", "Alice started a conference").await?;
    for event_type in [WIDGETS, "m.widget"] {
        alice.set_state(&room, event_type, key, &json!({})).await?;
    }
    last_tile(&at_bob, 5, "ended", "Ended by Alice after").await?;
    // An edit is no other conference.
    alice.set_state(&room, WIDGETS, key, content).await?;
    let mut edited = content.clone();
    edited["name"] = json!("Jitsi again");
    alice.set_state(&room, WIDGETS, key, &edited).await?;
    last_tile(&at_bob, 6, "running", "changed since").await?;
    scene.nothing_is_left(&[&at_bob]).await
}

#[tokio::test]
async fn paging_back_brings_one_tile_for_one_conference() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    let (key, content) = &written(&scene.domain)[0];
    alice.set_state(&room, WIDGETS, key, content).await?;
    // More than the pages that load by themselves.
    for said in 0..140 {
        alice.send_text(&room, &format!("before the end {said}")).await?;
    }
    alice.set_state(&room, WIDGETS, key, &json!({})).await?;
    for said in 0..5 {
        alice.send_text(&room, &format!("after the end {said}")).await?;
    }
    let at_bob = scene.seat(&bob, &room).await?;
    at_bob.sees("after the end 4").await?;
    // The end is there; its beginning is further up.
    last_tile(&at_bob, 1, "ended", "Ended by Alice").await?;
    let up = "(scroller => { scroller.scrollTop = -scroller.scrollHeight; \
        const tiles = [...document.querySelectorAll('.meet-conference-tile')]; \
        return tiles.length === 1 && tiles[0].innerText.includes('Alice started a conference') && tiles[0].innerText.includes('after') })\
        (document.querySelector('.scroller'))";
    at_bob.browser.becomes::<bool>(up).await?;
    let above = "(tile => tile.compareDocumentPosition([...document.querySelectorAll('.bubble')] \
        .find(bubble => bubble.innerText.includes('before the end 0'))) & Node.DOCUMENT_POSITION_FOLLOWING) \
        (document.querySelector('.meet-conference-tile')) > 0";
    at_bob.browser.becomes::<bool>(above).await?;
    scene.nothing_is_left(&[&at_bob]).await
}
