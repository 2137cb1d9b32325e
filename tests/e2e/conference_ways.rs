//! The ways into a conference outside of this chat: its address, and the apps of a phone.

use serde_json::{Value, json};

use crate::conference_life::axe_is_silent;
use crate::scene::{Scene, Seat, WIDGETS};
use crate::written::{WEB_CONFERENCE, web};

const KEY: &str = "gardenclubgardenclubgard";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";

/// Loads the page once more as this browser, and opens the room.
async fn pretends(seat: &Seat, user_agent: &str, room: &str) -> anyhow::Result<()> {
    seat.browser.driver.cdp().send_raw("Network.setUserAgentOverride", json!({ "userAgent": user_agent })).await?;
    seat.browser.open(&seat.pages.origin()).await?;
    seat.open_room(room).await
}

/// The ring lies over the tile.
async fn declines(seat: &Seat) -> anyhow::Result<()> {
    seat.browser.page().click(".meet-conference-ring [data-act=decline]").await
}

/// Opens what lists the ways, and gives their links by their words.
async fn ways(seat: &Seat) -> anyhow::Result<Value> {
    seat.browser.page().click(".meet-more > summary").await?;
    seat.browser
        .run(
            "return Object.fromEntries([...document.querySelectorAll('.meet-ways a')].map(a => [a.textContent, a.getAttribute('href')]))",
            Vec::new(),
        )
        .await
}

#[tokio::test]
async fn the_address_is_there_to_be_passed_on_and_nobody_is_in_twice() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    let seat = scene.seat(&bob, &room).await?;
    declines(&seat).await?;
    let address = format!("https://{}/{WEB_CONFERENCE}", scene.domain);
    assert_eq!(ways(&seat).await?, json!({ "Open in a tab": address }));
    axe_is_silent(&seat, "ways").await?;
    seat.press_words("Copy link").await?;
    seat.sees(&address).await?;

    // From inside it is the same, and leads out of the conference first.
    seat.enters("video").await?;
    seat.meet().run::<Value>("window.sameDocument = true", Vec::new()).await?;
    assert_eq!(ways(&seat).await?, json!({ "Open in a tab": address }));
    seat.meet().becomes::<bool>("window.sameDocument && window.standIn.joined()").await?;
    seat.browser.page().click(".meet-ways a").await?;
    scene.nothing_is_left(&[&seat]).await
}

#[tokio::test]
async fn a_phone_is_led_to_the_app_at_the_conference_s_own_server() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let ([alice, bob, _], room) = scene.three().await?;
    alice.set_state(&room, WIDGETS, KEY, &web(&scene.domain)).await?;
    let seat = scene.seat(&bob, &room).await?;
    declines(&seat).await?;
    for (user_agent, scheme, store) in [
        (ANDROID, "intent://", "https://play.google.com/store/apps/details?id=org.jitsi.meet"),
        (IPHONE, "org.jitsi.meet://", "https://apps.apple.com/app/jitsi-meet/id1165103905"),
    ] {
        pretends(&seat, user_agent, &room).await?;
        let ways = ways(&seat).await?;
        let app = ways["Open in the Meet app"].as_str().unwrap_or_default();
        assert!(app.starts_with(&format!("{scheme}{}/{WEB_CONFERENCE}#", scene.domain)), "{app}");
        assert!(app.contains("userInfo.displayName=%22Bob%22"), "{app}");
        assert_eq!(ways["Get the Meet app"], store);
    }
    axe_is_silent(&seat, "ways-on-a-phone").await?;

    // Where the server wants to know who comes, an address or a token in one would be passed on: only the chat's app signs in itself.
    let mut signed_in = web(&scene.domain);
    signed_in["data"]["auth"] = json!("openidtoken-jwt");
    alice.set_state(&room, WIDGETS, KEY, &signed_in).await?;
    seat.browser.becomes::<bool>("!document.querySelector('.meet-more[open]')").await?;
    let ways = ways(&seat).await?;
    let chat = ways["Open the room in the Chat app"].as_str().unwrap_or_default();
    assert!(chat.starts_with("https://matrix.to/#/!") && chat.ends_with("?via=localhost"), "{chat}");
    assert_eq!(ways.as_object().map(serde_json::Map::len), Some(1), "{ways}");
    scene.nothing_is_left(&[&seat]).await
}
